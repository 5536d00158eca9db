#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Networks of ours that no ADD would take.
. "$(dirname "$0")/../on-a-node.sh"

empty /etc/cni
silent
fill /etc/cni/net.d 10-flannel.conflist='{"name": "cbr0", "plugins": [{"type": "flannel"}]}' 20-broken.conf='{' \
	README='{"type": "dpdk-cni"'
silent # what is others' is not ours to judge
cp "$SOURCE_ROOT/conf/net.d/50-dpdk.conflist" /etc/cni/net.d/
silent
fill /etc/cni/net.d 60-net.conf='{"cniVersion": "1.0.0", "name": "net", "type": "dpdk-cni", "vlan": 5000}'
finds error '/etc/cni/net\.d/60-net\.conf: .*vlan.*5000' 'docs/configuration\.md'
fill /etc/cni/net.d 60-net.conf='{"cniVersion": "1.0.0", "name": "net", "type": "dpdk-cni",, "device": "x"}'
finds error '60-net\.conf: line 1, column [0-9]+' 'jq \. /etc/cni/net\.d/60-net\.conf'
rm /etc/cni/net.d/60-net.conf
fill /etc/cni/net.d 70-list.conflist='{"cniVersion": "1.0.0", "name": "a b", "plugins": [{"type": "dpdk-cni", "device": "x"}]}'
finds error '70-list\.conflist: .*name' 'docs/configuration\.md'
fill "$T_TMP/d" x.json='{"cniVersion": "1.1.0", "name": "n", "type": "dpdk-cni", "mode": "fast"}'
finds error 'x\.json: .*mode.*fast' 'docs' --net-dir "$T_TMP/d"
silent --net-dir "$T_TMP/empty"
finds error 'x\.json: .*fast' 'docs' --net-dir "$T_TMP/empty" --net "$T_TMP/d/x.json"
finds error 'README: no plugin|README: line' 'jq|type' --net-dir "$T_TMP/empty" --net /etc/cni/net.d/README
fill "$T_TMP/d" y.json='{"cniVersion": "1.1.0", "name": "n", "type": "bridge"}'
finds error 'y\.json: no plugin in it is of type dpdk-cni' '"type": "dpdk-cni"' --net-dir "$T_TMP/empty" --net "$T_TMP/d/y.json"
finds error '/nowhere: read' 'jq' --net /nowhere --net-dir "$T_TMP/empty"
t_done
