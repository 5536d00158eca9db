#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Nothing stays: what a killed call left is shown by list, and swept by GC. And however many
# attachments there are, the verbs look at no more of them than they need.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/plugin.sh"

t_tmpdir
make_nic nic0
make_nic nic1
make_pod pod
make_pod pod2
CONF=$(conf '{cniVersion: "1.1.0"}')
GC=$(conf '{cniVersion: "1.1.0", "cni.dev/valid-attachments": []}')
cni ADD "$CONF"
cni DEL "$CONF"
BEFORE=$(snapshot)

dies() { # VERB SYSTEM-CALL COUNT
	CNI_COMMAND=$1 CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		straced -o /dev/null -e "trace=$2" -e "inject=$2:signal=KILL:when=$3" "$PLUGIN" <<<"$CONF"
} 2>/dev/null
left() { "$PLUGIN" list --json | jq -c '[.leftovers[].path | sub("^/run/dpdk-cni/"; "") | sub("link-.*"; "link")]'; }
swept() {
	t_is "$1: list shows it" "$(left)" "$2"
	t_like "$1: and in words" "$("$PLUGIN" list)" 'a killed call left'
	cni GC "$(jq -c '.name = "other"' <<<"$GC")"
	t_is "$1: GC of any network sweeps it" "$RC$(left)" '0[]'
	t_is "$1: the host is as before" "$(snapshot)" "$BEFORE"
}
dies ADD renameat 1
swept 'an ADD that died before its record' '["claims/link","pods/c1"]'
dies ADD symlinkat 1
swept 'an ADD that died before its claim' '["pods/c1"]'
cni ADD "$CONF"
dies DEL unlinkat 2
swept 'a DEL that died after its claim' '["pods/c1"]'
cni ADD "$CONF"
dies DEL unlinkat 1
swept 'a DEL that died at its claim' '["claims/link","pods/c1"]'
mkdir /run/dpdk-cni/pods/c7
ln -s ../pods/c8/net1.json /run/dpdk-cni/claims/.podfile-1.77
swept 'an empty directory, and the temporary of a claim' '["claims/.podfile-1.77","pods/c7"]'

# A call that died while it wrote the record anew: the record counts, its claims do, and its NIC is not lost.
cni ADD "$CONF"
touch /run/dpdk-cni/pods/c1/.net1.tmp
t_is 'a temporary beside a record: list shows it' "$(left)" '["pods/c1"]'
cni GC "$(jq -c '.name = "other"' <<<"$GC")"
t_is 'GC sweeps the temporary alone' "$RC$(ls -A /run/dpdk-cni/pods/c1)$(find /run/dpdk-cni/claims -type l | wc -l)$(pod_links pod)" \
	'0net1.json1["lo","net1"]'
t_del DEL "$CONF"
t_is 'and DEL restores the NIC' "$(snapshot)" "$BEFORE"

# What a call that is at work has is no leftover.
mkdir /run/dpdk-cni/pods/c1
touch /run/dpdk-cni/pods/c1/.net1.tmp
ln -s ../pods/c1/net1.json /run/dpdk-cni/claims/link-99-x
exec 9</run/dpdk-cni/pods/c1
flock 9
t_is 'a call that is at work: list shows nothing of it' "$(left)" '[]'
cni GC "$GC"
t_is 'nor does GC sweep it' "$RC$(ls -A /run/dpdk-cni/claims)$(ls -A /run/dpdk-cni/pods/c1)" \
	'0link-99-x.net1.tmp'
exec 9<&-
cni GC "$GC"
t_is 'until it is gone' "$RC$(left)" '0[]'

# In what order list says it.
CONTAINER=b POD=pod2 IFNAME=net10 t_add ADD "$CONF"
CONTAINER=b POD=pod2 IFNAME=net9 t_add ADD "$(jq -c '.device = "nic1"' <<<"$CONF")"
make_nic nic2
CONTAINER=a t_add ADD "$(jq -c '.device = "nic2"' <<<"$CONF")"
t_is 'list is sorted' "$("$PLUGIN" list --json | jq -c '[.attachments[] | .container + "/" + .ifname]')" \
	'["a/net1","b/net9","b/net10"]'
t_is 'the table too' "$("$PLUGIN" list | awk 'NR > 1 {printf "%s/%s ", $1, $2}')" 'a/net1 b/net9 b/net10 '
cni GC "$GC"
t_is 'GC with an empty list takes all of them back' "$RC$("$PLUGIN" list)" '0no attachments'
ip link del nic2
t_is 'and leaves nothing' "$(snapshot)" "$BEFORE"

# ---------------------------------------------------------------- another plugin's

# Attached before the type of the network was changed: DEL comes to us, and there is no record.
host_device() { # VERB
	PLUGIN=$CNI_BIN/host-device cni "$1" "$(jq -c '.type = "host-device" | .cniVersion = "1.0.0"' <<<"$CONF")"
}
host_device ADD
t_is "host-device's ADD" "$RC$ERR" 0
cni DEL "$CONF"
t_is 'DEL of what host-device attached succeeds' "$RC$OUT" 0
t_like 'and says whose it is' "$ERR" 'warning: interface net1: host-device attached it, perhaps, as its alias "nic0" says'
t_is 'once' "$(grep -c host-device <<<"$ERR")" 1
t_run 'and the command that takes it back' bash -ec "${ERR##*take it back by }"
t_run 'which works' ip link show nic0
cni DEL "$CONF"
t_is 'the next DEL has nothing to say' "$RC$ERR" 0
ip -n pod link add net1 type veth peer name far1
ip -n pod link set net1 alias "x'; reboot #"
cni DEL "$CONF"
t_is 'an alias that is no name is not repeated' "$RC$ERR" 0
ip -n pod link del net1
mkdir -p /var/lib/cni/sriov
echo '{}' >/var/lib/cni/sriov/c1-net1
cni DEL "$CONF"
t_like "by sriov-cni's cache" "$RC$ERR" '^0.*warning: interface net1: sriov-cni attached it, as /var/lib/cni/sriov/c1-net1 says'
rm -r /var/lib/cni/sriov
ip link set nic0 alias 'the NIC nic0'

# ---------------------------------------------------------------- growth, in system calls

# Of the calls that touch the state (what else a verb does depends on the machine's processes and links).
calls() { # VERB CONFIGURATION: how many
	CNI_COMMAND=$1 CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		straced -y -e signal=none -o "$T_TMP/trace" "$PLUGIN" <<<"$2" >/dev/null 2>&1
	grep -v '</proc/' "$T_TMP/trace" | grep -c '/run/dpdk-cni'
}
add=$(calls ADD "$CONF") status=$(calls STATUS "$CONF") del=$(calls DEL "$CONF")
t_diag "calls that touch the state: ADD $add, DEL $del, STATUS $status"
# What they may cost: one more has to be worth it.
t_is 'ADD touches the state no more often than it needs' "$((add <= 29))" 1
t_is 'nor does DEL' "$((del <= 29))" 1
cni ADD "$CONF"
many=300
for i in $(seq $many); do
	mkdir -m 700 "/run/dpdk-cni/pods/x$i"
	sed "s/\"c1\"/\"x$i\"/; s/\"link-[0-9]*-nic0\"/\"link-$((1000 + i))-far$i\"/; s/\"name\": \"nic0\"/\"name\": \"far$i\"/" \
		/run/dpdk-cni/pods/c1/net1.json >"/run/dpdk-cni/pods/x$i/net1.json"
	ln -s "../pods/x$i/net1.json" "/run/dpdk-cni/claims/link-$((1000 + i))-far$i"
done
t_is "STATUS of the NIC of a pod, $many attachments later" "$(($(calls STATUS "$CONF") <= status + many + 20))" 1
cni DEL "$CONF"
t_is 'STATUS of a free NIC' "$(($(calls STATUS "$CONF") <= status + 10))" 1
t_is 'ADD beside them' "$(calls ADD "$CONF")" "$add"
t_is 'DEL beside them' "$(calls DEL "$CONF")" "$del"
valid=$(jq -c --argjson n $many '. + {"cni.dev/valid-attachments": [range($n) | {containerID: "x\(. + 1)", ifname: "net1"}]}' <<<"$CONF")
gc=$(calls GC "$valid")
t_is 'GC that lists them all reads no record' "$(grep -c '"x[0-9]*/net1.json", {' "$T_TMP/trace")" 0
t_is 'and asks nothing twice' "$((gc <= 150 + many * 12))" 1
t_done
