#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One lock covers everything. The system calls of every verb are read: no claim, record, pod file,
# device information, lease or link is touched before the lock is held; records of others may be read
# without it, for a first guess. And the races that a missing lock would lose, made to happen.
. "$(dirname "$0")/sandbox.sh"

t_tmpdir
make_nic nic0
make_nic nic1
make_pod pod
make_pod pod2
mkdir -p /run/dpdk-pod/p
BEFORE=$(snapshot)
ALL=$(conf '{podFile: {dir: "/run/dpdk-pod/p"}, ipam: {type: "host-local", subnet: "10.7.0.0/29"}}')

# Reads a trace with paths (strace -y). Prints what was done without a lock, and with "-" the locks taken.
# shellcheck disable=SC2016
judge='
function path(s) { return match(s, /<[^>]*>/) ? substr(s, RSTART + 1, RLENGTH - 2) : "" }
function fd(s) { match(s, /\([0-9]+/); return substr(s, RSTART + 1, RLENGTH - 1) }
/^flock\(/ && /LOCK_EX/ && / = 0$/ { lock[fd($0)] = path($0); held[path($0)] = 1; any++; locks = locks " " path($0) }
/^close\(/ && fd($0) in lock { delete held[lock[fd($0)]]; delete lock[fd($0)]; any-- }
/^(symlinkat|unlinkat|readlinkat|renameat|renameat2|linkat|getdents64)\(/ && /<\/run\/dpdk-cni\/claims>/ && !any { print "claim without a lock: " $0 }
/^(openat2|unlinkat|renameat)\([0-9]+<\/run\/dpdk-cni\/pods\/[^>]*>/ && !(path($0) in held) && $0 !~ /O_RDONLY/ { print "record without its lock: " $0 }
/^(unlinkat|renameat|renameat2|linkat)\([0-9]+<\/run\/dpdk-pod/ && !any { print "pod file without a lock: " $0 }
/^(clone|fork|vfork|clone3)\(/ && !any { print "IPAM without a lock: " $0 }
/RTM_(SETLINK|NEWLINK|DELLINK|NEWADDR|NEWROUTE)/ && /^sendmsg/ && !any { print "link without a lock: " $0 }
END { if (show) print "-" locks }'

# The verb goes on as it would: its exit status does not matter here.
locks_of() { # VERB [CONFIGURATION]
	CNI_COMMAND=$1 CNI_CONTAINERID=$CONTAINER CNI_NETNS=/run/netns/$POD CNI_IFNAME=$IFNAME CNI_PATH=$CNI_BIN \
		straced -y -s 400 -o "$T_TMP/trace" "$PLUGIN" <<<"${2-$ALL}" >/dev/null 2>&1
	awk -v show=1 "$judge" "$T_TMP/trace"
}
admin_locks() { # ARGUMENTS...
	straced -y -s 400 -o "$T_TMP/trace" "$PLUGIN" "$@" >/dev/null 2>&1
	awk -v show=1 "$judge" "$T_TMP/trace"
}

own='- /run/dpdk-cni/pods/c1'
t_is 'DEL where there is no state at all' "$(locks_of DEL)" "$own"
t_is 'DEL where the sandbox has no directory' "$(locks_of DEL)" "$own"
t_is 'ADD' "$(locks_of ADD)" "$own"
t_is 'CHECK' "$(locks_of CHECK "$(jq -c '. + {prevResult: {cniVersion: "1.0.0"}}' <<<"$ALL")")" "$own"
t_is 'ADD of a NIC that another pod has' "$(CONTAINER=c2 POD=pod2 locks_of ADD)" '- /run/dpdk-cni/pods/c2 /run/dpdk-cni/pods/c1'
sed -i 's/"ADDED"/"ADDING"/' /run/dpdk-cni/pods/c1/net1.json
t_is 'ADD that takes it back from a dead owner' "$(CONTAINER=c2 POD=pod2 locks_of ADD)" \
	'- /run/dpdk-cni/pods/c2 /run/dpdk-cni/pods/c1'
t_is 'a late DEL of that owner' "$(locks_of DEL)" "$own"
t_is 'a second interface of a sandbox' "$(CONTAINER=c2 POD=pod2 IFNAME=net2 locks_of ADD "$(conf '{device: "nic1", podFile: {dir: "/run/dpdk-pod/p"}}')")" \
	'- /run/dpdk-cni/pods/c2'
t_is 'DEL of one of two' "$(CONTAINER=c2 IFNAME=net2 locks_of DEL)" '- /run/dpdk-cni/pods/c2'
t_is 'release' "$(admin_locks release c2 net1)" '- /run/dpdk-cni/pods/c2'
t_need 'ADD' test -n "$(locks_of ADD)"
gc=$(jq -c '. + {cniVersion: "1.1.0", ipam: {type: "static"}, "cni.dev/valid-attachments": []}' <<<"$ALL")
t_is 'GC has the state alone, then each sandbox' "$(locks_of GC "$gc")" '- /run/dpdk-cni/pods /run/dpdk-cni/pods/c1'
t_need 'ADD' test -n "$(locks_of ADD)"
t_is 'release --forget' "$(admin_locks release --forget c1 net1)" "$own"
ip -n pod link set net1 netns 1 name nic0
rm -rf /run/dpdk-cni /var/lib/cni/networks /run/dpdk-pod/p/*
ip link del nic0
make_nic nic0
BEFORE=$(snapshot)

# Whoever cannot have the lock touches nothing: not a lease either.
t_add ADD "$ALL"
lease=$(find /var/lib/cni -name '10.7.0.*')
rm -rf "$T_TMP/kept"
mv /run/dpdk-cni/pods/c1 "$T_TMP/kept"
mount --bind -o ro /run/dpdk-cni /run/dpdk-cni
cni DEL "$ALL"
t_json 'DEL on a read-only /run without the directory of the sandbox' "$OUT" '[.code, (.msg | contains("Read-only"))]' '[105,true]'
t_is 'leaves the lease' "$(find /var/lib/cni -name '10.7.0.*')" "$lease"
umount /run/dpdk-cni
mv "$T_TMP/kept" /run/dpdk-cni/pods/c1
mount --bind -o ro /run/dpdk-cni /run/dpdk-cni
cni DEL "$ALL"
t_is 'DEL of what is attached, on a read-only /run: the NIC is back all the same' "$RC$(pod_links pod)" '1["lo"]'
umount /run/dpdk-cni
t_del 'and DEL completes when it can be written' "$ALL"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# The DEL has seen no directory, and goes on when the ADD beside it is done.
delayed_del() { # CONFIGURATION
	local n

	CNI_COMMAND=DEL CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		straced -o "$T_TMP/trace" -e trace=openat2 "$PLUGIN" <<<"$1" >/dev/null 2>&1
	n=$(grep -n '"c1"' "$T_TMP/trace" | head -n1 | cut -d: -f1)
	rm -f "$T_TMP/trace"
	CNI_COMMAND=DEL CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		straced -o "$T_TMP/trace" -e trace=openat2 -e "inject=openat2:delay_exit=700000:when=$n" \
		"$PLUGIN" <<<"$1" >"$T_TMP/del" 2>&1 &
	late=$!
	t_wait 5 grep -qs '"c1"' "$T_TMP/trace"
}
IPAM=$(conf '{ipam: {type: "host-local", subnet: "10.7.0.0/29"}}')
delayed_del "$IPAM"
cni ADD "$IPAM"
rc=0
wait "$late" || rc=$?
t_is 'ADD and DEL of one attachment, DEL the later: both succeed' "$RC$rc" 00
t_is 'and the host is as before, leases too' "$(snapshot)" "$BEFORE"
t_is 'with nothing in the pod' "$(pod_links pod)" '["lo"]'

# A claim that is missing is nobody's, not somebody else's.
t_add ADD "$(conf '{}')"
rm /run/dpdk-cni/claims/*
t_del 'DEL of an attachment without its claim' "$(conf '{}')"
t_like 'says so' "$ERR" 'claim link-.*-nic0: it was missing; taken again'
t_is 'restores the NIC' "$(snapshot)" "$BEFORE"
t_add ADD "$(conf '{}')"
rm /run/dpdk-cni/claims/*
CONTAINER=c2 POD=pod2 cni ADD "$(conf '{}')"
t_json 'nor does another pod get it meanwhile' "$OUT" '[.code, (.msg | contains("net1 of container c1"))]' '[101,true]'
sed -i 's/"ADDED"/"ADDING"/' /run/dpdk-cni/pods/c1/net1.json
CONTAINER=c2 POD=pod2 t_add 'unless its owner is dead' "$(conf '{}')"
CONTAINER=c2 POD=pod2 t_del DEL "$(conf '{}')"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
t_add ADD "$(conf '{}')"
claim=$(echo /run/dpdk-cni/claims/*)
rm "$claim"
touch "$claim"
cni DEL "$(conf '{}')"
t_json 'a claim that is damaged names nobody: DEL says which' "$OUT" '[.code, (.msg | contains("claims/link-"))]' '[105,true]'
rm "$claim"
t_del 'and restores the NIC when it is gone' "$(conf '{}')"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# What an attachment of earlier times left says nothing of the one of now.
t_add ADD "$(conf '{}')"
ln -s ../pods/c1/net1.json "/run/dpdk-cni/claims/link-$(</sys/class/net/nic1/ifindex)-nic1"
CONTAINER=c2 POD=pod2 t_add 'a claim whose owner has another NIC is not a claim' "$(conf '{device: "nic1"}')"
CONTAINER=c2 POD=pod2 t_del DEL "$(conf '{}')"
t_del DEL "$(conf '{}')"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# GC cannot know of an ADD that is under way.
PLUGINS=$T_TMP/bin:$CNI_BIN
mkdir -p "$T_TMP/bin"
cat >"$T_TMP/bin/slow" <<'P'
#!/bin/sh
echo "$CNI_COMMAND" >>/run/asked
[ "$CNI_COMMAND" != ADD ] || while [ ! -e /run/go ]; do sleep 0.02; done
echo '{"ips": [{"address": "10.0.0.1/24"}]}'
P
chmod 755 "$T_TMP/bin/slow"
SLOW=$(conf '{cniVersion: "1.1.0", ipam: {type: "slow"}}')
CNI_COMMAND=ADD CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$PLUGINS \
	"$PLUGIN" <<<"$SLOW" >"$T_TMP/add" 2>&1 &
add=$!
t_wait 5 test -s /run/asked
cni GC "$(jq -c '. + {"cni.dev/valid-attachments": []}' <<<"$SLOW")"
t_json 'GC beside an ADD' "$OUT" '[.code, (.msg | contains("an ADD is under way"))]' '[11,true]'
t_is 'asks IPAM for nothing' "$(sort -u /run/asked)" ADD
touch /run/go
rc=0
wait "$add" || rc=$?
t_is 'the ADD succeeds' "$rc$(pod_links pod)" '0["lo","net1"]'
t_del DEL "$SLOW"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
t_done
