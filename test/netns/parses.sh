#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every call parses its stdin once, however many questions it has for it.
. "$(dirname "$0")/sandbox.sh"
PLUGIN=$BUILD_ROOT/test/netns/dpdk-cni-counts

# A configuration of exactly that length (with the newline of the here-string): its parses are told
# by it.
sized() { # LENGTH JQ-EXPRESSION
	local text

	text=$(conf "$2")
	printf '%s%*s' "$text" $(($1 - 1 - ${#text})) ''
}

# The call works, and parsed texts of these lengths that often.
parses() { # NAME VERB LENGTH JQ-EXPRESSION [LENGTH TIMES]...
	local name=$1 length=$3

	rm -f "$T_TMP/parses"
	PARSES=$T_TMP/parses cni "$2" "$(sized "$3" "$4")"
	t_is "$name works" "$RC" 0
	t_is "$name parses its stdin once" "$(grep -cx "$length" "$T_TMP/parses")" 1
	shift 4
	while [ $# -gt 0 ]; do
		t_is "$name: texts of $1 bytes" "$(grep -cx "$1" "$T_TMP/parses")" "$2"
		shift 2
	done
}

make_pod pod
make_nic nic0
t_tmpdir
IPAM='{ipam: {type: "static", addresses: [{address: "10.9.0.1/24"}]}}'
parses ADD ADD 3001 "$IPAM"
prev=$OUT
recorded() { jq -j .stdin /run/dpdk-cni/pods/c1/net1.json | wc -c; }
LENGTH=$(recorded)
parses CHECK CHECK 3002 "$IPAM + {prevResult: $prev}" "$LENGTH" 1
parses STATUS STATUS 3003 '{cniVersion: "1.1.0"}'
parses 'GC that keeps it' GC 3004 "{cniVersion: \"1.1.0\", \"cni.dev/valid-attachments\": [{containerID: \"c1\", ifname: \"net1\"}]}" "$LENGTH" 0
parses DEL DEL 3005 "$IPAM" "$LENGTH" 1
parses 'a second DEL' DEL 3006 "$IPAM"
parses ADD ADD 3007 "$IPAM"
LENGTH=$(recorded)
parses 'GC that takes it back' GC 3008 '{cniVersion: "1.1.0", "cni.dev/valid-attachments": []}' "$LENGTH" 1
parses VERSION VERSION 3009 "$IPAM"
rm -f "$T_TMP/parses"
PARSES=$T_TMP/parses CNI_NETNS=/run/netns/pod "$PLUGIN" plan < <(sized 3011 "$IPAM") >/dev/null
t_is 'plan parses its stdin once' "$(grep -cx 3010 "$T_TMP/parses")" 1
t_done
