#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whatever option a user gives, EAL takes it together with what is derived beside it: one option at a
# time, in containers whose derivations differ. The table of conflicts is complete if none is refused.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/container.sh"
t_in_sandbox "$0" "$@"

pod=$BUILD_ROOT/dataplane/pod/dpdk-pod
accepts=$BUILD_ROOT/test/netns/eal-accepts
C_HUGETLB=
cpu=$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')
mask=$(printf '%x' $((1 << cpu)))

# That EAL's parser finds two options at odds, or one that is unknown; more is another test's.
refusal="Invalid .command line. arguments|[Oo]ptions? .*(cannot|can't|not compatible|together)|unrecognized option"

options=(
	"-l $cpu" "-c $mask" "--lcores 0@$cpu" "--main-lcore 0"
	'-a 0000:ff:1f.6' '--allow=0000:ff:1f.6' '-b 0000:ff:1f.6' '--block 0000:ff:1f.6' '--no-pci'
	'--vdev net_null0' '-m 64' '--socket-mem 64' '--socket-mem=64' '--socket-limit 128'
	'--in-memory' '--huge-dir /run/huge' '--huge-unlink' '--huge-unlink=existing' '--huge-unlink=never'
	'--file-prefix mine' '--single-file-segments' '--no-huge' '--legacy-mem' '--match-allocations'
	'--huge-worker-stack' '--huge-worker-stack=64' '--proc-type primary' '--proc-type=auto'
	'--no-shconf' '--telemetry' '--no-telemetry' '--iova-mode=va' '--iova-mode va'
	'--vfio-vf-token 02bddbbf-bbb0-4d79-886b-91bad3fbb510' '-n 4' '-r 1' '--log-level=8' '-v'
	'--base-virtaddr=0x200000000' '--vfio-intr legacy' '--create-uio-dev' '--no-hpet'
)

all() { # NAME PREFIX...
	local name=$1 option bad=() unfit=()

	shift
	for option in "${options[@]}"; do
		# shellcheck disable=SC2086 # an option and its value
		t_call_ timeout 60 "$@" "$pod" run -q "$accepts" $option
		[[ ! $T_OUT =~ $refusal ]] || bad+=("$option: $(grep -E "$refusal|EAL:" <<<"$T_OUT" | head -3)")
		[ "$t_rc" -eq 0 ] || unfit+=("$option")
		rm -f /run/huge/* # of --huge-unlink=never
	done
	t_is "$name: EAL refuses none" "$(printf '%s\n' ${bad[@]+"${bad[@]}"})" ''
	unfit_=${unfit[*]-}
}

export DPDK_POD_FILE=/run/dpdk-pod/pod.json
mkdir -p /run/dpdk-pod /run/huge
echo '{"version":"1.0","interfaces":[]}' >"$DPDK_POD_FILE"

c_no_pages
all 'no hugepages'
# What insists on hugepages cannot start without; everything else does.
t_is 'no hugepages: all others start' "$(tr -s ' ' '\n' <<<"$unfit_" | grep -vxE -- \
	'--(in-memory|huge-(dir|unlink|worker-stack).*|socket-(mem|limit).*|match-allocations|single-file-segments|legacy-mem)|/run/huge|64|128')" ''
read_only='mount -o remount,bind,ro /run'
all 'a read-only runtime directory' unshare -m bash -c "$read_only; exec \"\$@\"" -

if c_pages 2048 150; then
	t_need 'a hugetlbfs' mount -t hugetlbfs -o pagesize=2M none /run/huge
	if c_group hugetlb && C_HUGETLB=$C_GROUP; then
		c_hugetlb 2MB $((256 << 20))
		c_hugetlb 1GB 0
	else
		t_skip 'a limit' 'no hugetlb controller'
	fi
	# As the default seccomp profile does.
	all 'static memory' "${C_IN[@]}" python3 "$(dirname "$0")/../doctor/deny.py" get_mempolicy
	t_is 'static memory: all others start' \
		"$(tr -s ' ' '\n' <<<"$unfit_" | grep -vxE -- '--(in-memory|match-allocations)')" ''
	all 'in memory' "${C_IN[@]}"
	t_is 'in memory: all start' "$unfit_" ''
	if [ -n "$C_HUGETLB" ] && c_pages 1048576 1; then
		all 'files' "${C_IN[@]}"
		t_is 'files: all start' "$unfit_" ''
	elif [ ! -d "$HUGE/hugepages-1048576kB" ]; then
		t_lacks 'files' 'hugepages of 1 GiB'
	else
		t_skip 'files' 'no limit, or the machine has not got a page of 1 GB'
	fi
else
	t_skip 'hugepages' 'the machine has not got 300 MB of them'
fi
t_done
