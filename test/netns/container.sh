# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # most of it is for the scripts
#
# What a container runtime grants, for scripts that make it themselves: hugepages of the machine, a
# control group of one's own, a smaller world of mounts. All of it goes with the script.

HUGE=/sys/kernel/mm/hugepages

# Has the machine so many pages of a size free for us? Makes them where it has not.
c_pages() { # KB COUNT
	local dir=$HUGE/hugepages-$1kB before

	[ -d "$dir" ] || return 1
	before=$(cat "$dir/nr_hugepages")
	t_cleanup "echo $before >$dir/nr_hugepages"
	echo $((before - $(cat "$dir/free_hugepages") + $2)) >"$dir/nr_hugepages" 2>/dev/null
	[ "$(cat "$dir/free_hugepages")" -ge "$2" ]
}

c_no_pages() {
	local dir

	for dir in "$HUGE"/*; do
		t_cleanup "echo $(cat "$dir/nr_hugepages") >$dir/nr_hugepages"
		echo 0 >"$dir/nr_hugepages"
	done
}

# The hierarchy of a controller, of either version; and whether ours may be made in it.
c_hierarchy_() { # CONTROLLER
	local point type options

	while read -r point type options; do
		if [ "$type" = cgroup2 ]; then
			grep -qw "$1" "$point/cgroup.controllers" || continue
			if ! grep -qw "$1" "$point/cgroup.subtree_control"; then
				echo "+$1" 2>/dev/null >"$point/cgroup.subtree_control" || continue
				c_unset_+=("-$1 $point/cgroup.subtree_control")
			fi
		else
			[[ ,$options, == *,$1,* ]] || continue
		fi
		c_found_=$point
		return 0
	done < <(awk '$3 ~ /^cgroup2?$/ {print $2, $3, $4}' /proc/self/mounts)
	# Nobody mounted it: of version 1 it can be had here alone.
	c_found_=/run/cgroup-$1
	mkdir -p "$c_found_"
	mount -n -t cgroup -o "$1" none "$c_found_" 2>/dev/null
}

c_unset_=()
c_groups_=()

c_gone_() {
	local group entry

	for group in "${c_groups_[@]}"; do
		t_wait 5 rmdir "$group"
	done
	for entry in "${c_unset_[@]}"; do
		echo "${entry%% *}" >"${entry#* }"
	done
}

# A group for a controller, in $C_GROUP; false where there is none to be had.
c_group() { # CONTROLLER
	c_hierarchy_ "$1" || return 1
	[ ${#c_groups_[@]} -gt 0 ] || t_cleanup c_gone_
	C_GROUP=$c_found_/dpdk-cni-test-$$-$1
	mkdir "$C_GROUP" || return 1
	c_groups_+=("$C_GROUP")
	C_IN=("${C_IN[@]:0:4}" "${c_groups_[@]}" --)
}

# Limits of hugepages, by the names of either version; "max" is none.
c_hugetlb() { # 2MB|1GB BYTES
	if [ -e "$C_HUGETLB/hugetlb.$1.max" ]; then
		echo "$2" >"$C_HUGETLB/hugetlb.$1.max"
	elif [ -e "$C_HUGETLB/hugetlb.$1.limit_in_bytes" ]; then
		echo "${2/max/-1}" >"$C_HUGETLB/hugetlb.$1.limit_in_bytes"
	fi # a size that the machine lacks needs none
}

c_cpus() { # LIST
	local up=${C_CPUSET%/*}

	[ ! -e "$C_CPUSET/cpuset.mems" ] || [ -s "$C_CPUSET/cpuset.mems" ] && [ "$(cat "$C_CPUSET/cpuset.mems")" ] ||
		cat "$up"/cpuset.mems* 2>/dev/null | head -1 >"$C_CPUSET/cpuset.mems"
	echo "$1" >"$C_CPUSET/cpuset.cpus"
}

# The beginning of a command that runs in the groups that there are.
# shellcheck disable=SC2016 # expanded by the inner shell
C_IN=(bash -c 'while [ "$1" != -- ]; do echo 0 >"$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"' - --)

# Two ports that always have packets, so that anything that forwards has forwarded.
C_NULLS=(--vdev net_null8 --vdev net_null9)

# A command that is dpdk-testpmd in the end, up to its "--": it starts, forwards packets and ends well.
c_testpmd() { # NAME CMD...
	local name=$1 rc=0

	shift
	t_tmpdir
	printf '%s\n' 'start tx_first' 'show port stats all' stop quit >"$T_TMP/cmds"
	chmod 755 "$T_TMP"
	"$@" -i --cmdline-file="$T_TMP/cmds" </dev/null >"$T_TMP/pmd" 2>&1 || rc=$?
	if [ $rc -eq 0 ] && grep -q '^Bye' "$T_TMP/pmd" && grep -A9 'Accumulated forward statistics for all' \
		"$T_TMP/pmd" | grep -qE 'RX-packets: [1-9].*RX-total'; then
		t_ok "$name: dpdk-testpmd forwards"
	else
		t_fail "$name: dpdk-testpmd forwards" "exit status $rc: $*" "$(tail -n 20 "$T_TMP/pmd")"
	fi
}
