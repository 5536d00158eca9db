#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every recorded container's vector starts a real EAL, and the packaged dpdk-testpmd, of this machine.
#
# What this machine lacks is put in its place, and so is not shown here: an lcore's CPU becomes one that
# there is (many lcores share it), amounts of memory become what node 0 has, a huge-dir one that is
# mounted here. PCI addresses stay: EAL takes -a of a device that is not there, and nothing is probed.
# That lcores, main lcore, control threads, IOVA mode and memory are as told, EAL itself says.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/container.sh"
t_in_sandbox "$0" "$@"

accepts=$BUILD_ROOT/test/netns/eal-accepts
print=$BUILD_ROOT/test/unit/lib/unit-lib-situations
export RUNTIME_DIRECTORY=/run/eal
mkdir -p /run/eal /run/huge
MB=720

mapfile -t cpus < <(taskset -cp $$ | sed 's/.*: //' | tr , '\n' |
	while IFS=- read -r a b; do seq "$a" "${b:-$a}"; done)

if c_pages 2048 $((MB / 2)); then
	t_need 'a hugetlbfs' mount -t hugetlbfs -o pagesize=2M none /run/huge
else
	t_skip 'hugepages' 'the machine has not got them: memory is checked without'
	MB=
fi

# "0@20,1@21" with CPUs of here.
here() { # MAP
	local element out=() lcore

	for element in ${1//,/ }; do
		lcore=${element%@*}
		out+=("$lcore@${cpus[lcore % ${#cpus[@]}]}")
	done
	(IFS=,; echo "${out[*]}")
}

amount() { # "0,1024"
	local sum=$((${1//,/+}))

	echo $((sum < MB ? sum : MB))
}

# The vector in $eal; what is to come of it in $want_lcores and $want_memory.
fit() { # WORD...
	eal=() want_lcores='' want_memory='' want_iova='' links=()
	while [ $# -gt 0 ]; do
		case $1 in
		--lcores)
			eal+=("$1" "$(here "$2")")
			want_lcores=$(here "$2" | tr , '\n' | sed 's/\(.*\)@\(.*\)/lcore \1 \2/; 1s/$/ main/')
			shift
			;;
		--vdev)
			links+=("$(cut -d, -f1 <<<"${2#*iface=}")")
			eal+=("$1" "$2")
			shift
			;;
		--socket-mem | --socket-limit)
			if [ -n "$MB" ]; then
				[ "$1" = --socket-limit ] || want_memory="memory 0 $(amount "$2")"
				eal+=("$1" "$(amount "$2")")
			fi
			shift
			;;
		--huge-dir)
			[ -z "$MB" ] || eal+=("$1" /run/huge)
			shift
			;;
		--in-memory | --huge-unlink*)
			[ -z "$MB" ] || eal+=("$1")
			;;
		--iova-mode=*)
			eal+=("$1")
			want_iova="iova ${1#*=}"
			;;
		*) eal+=("$1") ;;
		esac
		shift
	done
	# Without hugepages there are no physical addresses either.
	[ -n "$MB" ] || [[ " ${eal[*]} " == *' --no-huge '* ]] || eal+=(--no-huge -m 720)
	[ -n "$MB" ] || want_iova='iova va'
}

t_tmpdir
for file in "$SOURCE_ROOT"/test/unit/lib/situations/*.txt; do
	name=$(basename "$file" .txt)
	! grep -q '^error ' "$file" || continue
	mapfile -t words < <("$print" --print "$file" 2>"$T_TMP/notes")
	fit "${words[@]}"
	# Others on this machine may have taken some.
	[ -z "$MB" ] || t_need "$name: hugepages" c_pages 2048 $((MB / 2))
	for link in "${links[@]}"; do
		mtu=$(sed -n "s/^netdev $link \([0-9]*\) .*/\1/p" "$file")
		t_need "$name: $link" ip link add "$link" mtu "$mtu" up type veth peer name "$link-far"
	done
	t_run "$name: EAL starts" timeout 60 "$accepts" "${eal[@]}"
	t_is "$name: its lcores" "$(grep '^lcore' <<<"$T_OUT")" "$want_lcores"
	t_is "$name: IOVA mode" "$(grep '^iova' <<<"$T_OUT")" "$want_iova"
	[ -z "$want_memory" ] ||
		t_is "$name: memory" "$(grep '^memory 0' <<<"$T_OUT")" "$want_memory"
	# An MTU above what an mbuf holds has a remark that says what testpmd needs.
	# Its buffers by default are for the lcores, as many as the machine of the recording would have.
	mapfile -t mbuf < <([ "$(wc -l <<<"$want_lcores")" -le 16 ] || echo --total-num-mbufs=16384
		sed -n 's/.*(dpdk-testpmd: \(--mbuf-size=[0-9]*\)).*/\1\n--total-num-mbufs=16384/p' "$T_TMP/notes")
	c_testpmd "$name" timeout 100 dpdk-testpmd "${eal[@]}" "${C_NULLS[@]}" -- "${mbuf[@]}"
	for link in "${links[@]}"; do ip link del "$link"; done
done

# Control threads keep to the main lcore, or to what no lcore has.
if [ ${#cpus[@]} -ge 2 ]; then
	t_run 'control' "$accepts" --no-huge --no-pci --lcores "0@${cpus[0]},1@${cpus[1]}"
	[ ${#cpus[@]} -gt 2 ] ||
		t_is 'control threads keep to the main lcore' "$(grep '^control' <<<"$T_OUT")" "control ${cpus[0]}"
	t_unlike 'control threads are off the worker' "$(grep '^control' <<<"$T_OUT")" "[ ,]${cpus[1]}(,|$)"
else
	t_skip 'control threads' 'one CPU'
fi
t_done
