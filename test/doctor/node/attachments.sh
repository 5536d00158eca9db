#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Attachments whose pod is gone, whose call was killed, or of another boot.
. "$(dirname "$0")/../attached.sh"
ip netns del pod
finds warning 'interface net1 of container c1: its network namespace is gone' '^dpdk-cni release c1 net1$'
t_run 'the remedy' "$PLUGIN" release c1 net1
silent
make_pod pod
make_nic nic1
t_add ADD "$(conf '{device: "nic1"}')"
record=/run/dpdk-cni/pods/c1/net1.json
sed -i 's/"ADDED"/"UNDOING"/' $record
finds warning 'net1 of container c1: a call is under way or did not end' 'dpdk-cni release c1 net1'
exec 9</run/dpdk-cni/pods/c1
flock 9
silent
exec 9<&-
sed -i 's/"UNDOING"/"ADDED"/' $record
silent
jq '.interface.pciAddress = "0000:ff:1f.7"' $record >"$T_TMP/record" && cp "$T_TMP/record" $record
finds error 'net1 of container c1: its device 0000:ff:1f\.7 is not on this machine any more' '^delete the pod c1$'
sed -i 's/"bootId": "./"bootId": "x/' $record
finds warning 'its record is of an earlier boot' 'dpdk-cni release c1 net1'
t_done
