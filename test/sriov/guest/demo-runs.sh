#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What demo.sh --sriov shows is what it promises.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"

t_need 'the demo runs' bash "$(dirname "$0")/demo.sh"
DONE=$T_OUT
t_ok 'the demo runs to its end'
while IFS='|' read -r name regex; do
	t_like "it shows $name" "$DONE" "$regex"
done <<'PARTS'
the VFs|VF 0 of 0000:21:00\.0 +igbvf +0 +[0-9]+ +eth
the user of the pod|uid=10001 .*CapEff:	0000000000000000
the call|CNI_COMMAND=ADD CNI_CONTAINERID=[^ ]+ CNI_NETNS=[^ ]+ CNI_IFNAME=net1
the configuration|"mode": "vfio"
a result|"interfaces": \[
the other driver|VF 0 of 0000:21:00\.0 +vfio-pci
the node|crw-rw---- 0 1234 [0-9]+
the attachments|demo/forwarder +ADDED +alive
the pod|net1 +.*vfio
EAL arguments|-a 0000:21:10\.0
the forwarder|port 0: net1 .* -> port 1
the ping|100 packets transmitted, 100 received, 0% packet loss
the frames|4800 frames, .*each arrived once, in order
the counters|left +2500 +2500 +2500 +2500
equal counters|ok +they agree
the end of the attachments|no attachments
the old driver|VF 0 of 0000:21:00\.0 +igbvf.*no attachments
an equal host|ok +the VFs are as before
PARTS
t_unlike 'it writes no colours but to a terminal' "$DONE" $'\e'
t_done
