#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The plugin dies by SIGKILL at every single system call of ADD, and of DEL. Whatever it had done
# by then, the DEL that a runtime sends next leaves the host exactly as it was. That DEL must come
# from the record: a build that writes none has to fail here.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/common.sh"

# Killed on entering that call; IPAM plugins are run as they are (no -f).
die_at() { # VERB NAME COUNT
	{ traced "$1" -o /dev/null -e "trace=$2" -e "inject=$2:signal=KILL:when=$3"; } 2>/dev/null
	[ $? -eq 137 ] || missed=$((missed + 1))
}

recover() {
	delete_and_compare
}

enumerate() { # NAME VERB PREPARE
	missed=0
	each_point KILL "$2" "$3" die_at recover
	t_is "$1: the host is as before after each death" "$failures" ''
	t_diag "$points points of $total"
	t_is "$1: every system call was a point, by $STEP" "$((points * STEP >= total - FROM && points > 90 / STEP))" 1
	# A wait that was shorter, or a machine with fewer processes, has fewer calls: some may not come.
	t_is "$1: it did die there" "$((missed <= points / 4))" 1
}

enumerate 'ADD killed, then DEL' ADD :
enumerate 'DEL killed, then DEL' DEL attached

# The same with another ADD instead of DEL: it heals by itself, for another pod.
make_pod pod2
recover() {
	# The dead one's IPAM child may hold the lock for another moment: code 11, try again later.
	for _ in $(seq 50); do
		CONTAINER=c2 POD=pod2 cni ADD "$CONF"
		[ "$RC" -ne 0 ] && [ "$(jq -r .code <<<"$OUT")" = 11 ] || break
		sleep 0.05
	done
	# Killed behind its last write, the first ADD is a success that lost its answer.
	[ "$RC" -eq 0 ] || grep -qs '"ADDED"' /run/dpdk-cni/pods/c1/net1.json || DIFF="ADD of the next: $OUT $ERR"
	CONTAINER=c2 POD=pod2 cni DEL "$CONF"
	delete_and_compare
}
STEP=$((STEP * 3)) enumerate 'ADD killed, then the ADD of another pod' ADD :
# And with a GC instead, which knows no attachment: it sweeps what has no record as well.
recover() {
	local now gc

	gc=$(jq -c '{cniVersion: "1.1.0", name, type, "cni.dev/valid-attachments": []}' <<<"$CONF")
	for _ in $(seq 50); do
		cni GC "$gc"
		[ "$RC" -ne 0 ] && [ "$(jq -r .code <<<"$OUT")" = 11 ] || break
		sleep 0.05
	done
	[ "$RC" -eq 0 ] || DIFF="GC: $OUT $ERR"
	# A child of the dead may have been at work when GC looked: it goes by what it finds.
	cni GC "$gc"
	now=$(everything)
	[ "$now" = "$BEFORE" ] || DIFF+=$(diff <(echo "$BEFORE") <(echo "$now") | head -40)
}
STEP=$((STEP * 3)) enumerate 'ADD killed, then GC' ADD :
STEP=$((STEP * 3)) enumerate 'DEL killed, then GC' DEL attached

# And were there no record? The kernel only says that it was written; then the plugin dies with
# the NIC in the pod. If DEL could mend that, the record would prove nothing above.
recover() {
	delete_and_compare
}
DIFF=
traced ADD -o /dev/null -e trace=renameat,wait4 -e inject=renameat:retval=0 -e inject=wait4:signal=KILL:when=1 2>/dev/null
t_is 'killed without a record, the NIC is in the pod' "$(pod_links pod)" '["lo","net1"]'
recover
t_like 'and the comparison above is red' "$DIFF" 'nic0'
t_done
