#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All checks of dpdk-pod doctor at once: not a word in a healthy pod, as root and as a user, and
# nothing is changed by looking; in an empty one every finding has a meaning and a remedy.
. "$(dirname "$0")/../doctor/common.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/../doctor/machine.sh"
DOCTOR=("$BUILD_ROOT/dataplane/pod/dpdk-pod" doctor)

whole() { # [ARGUMENT...]
	STATUS=0
	SAID=$(${AS[@]+"${AS[@]}"} "${DOCTOR[@]}" --json "$@") || STATUS=$?
}
checks=$("${DOCTOR[@]}" --list | wc -l)

# ---------------------------------------------------------------- what the README shows

new_cgroup hugetlb
for file in "$CG"/hugetlb.*.{max,limit_in_bytes}; do
	[ ! -e "$file" ] || echo 0 >"$file"
done
AS=(in_cgroup unshare --mount bash -c '. "$1"; recorded_pages 2048 0 1024 1024; shift; exec "$@"' - \
	"$(dirname "$0")/../doctor/machine.sh")
t_like 'the README shows what is said' "$("${AS[@]}" "${DOCTOR[@]}" --check hugepages-limit)" \
	"^$(sed -n '/^error    hugepages/,/^```/p' "$SOURCE_ROOT/README.md" | sed '/^```/d; s/[][()*.+?]/\\&/g')"

# ---------------------------------------------------------------- nothing is given

no_hugetlbfs
AS=(env 'PCIDEVICE_X=ffff:1f:1f.7,eth0' prlimit --nofile=200)
whole
t_is 'nothing given: status' "$STATUS" 1
t_json 'nothing given: all checks are run' "$SAID" .checks "$checks"
t_json 'nothing given: the ids are those of the list' "$(jq -n --argjson said "$SAID" --arg list "$("${DOCTOR[@]}" --list)" \
	'[$said.findings[].id] - [$list | split("\n")[] | split(" ")[0]]')" . '[]'
t_json 'nothing given: each says what it means and what to do' "$SAID" \
	'[.findings[] | select(.severity != "note" and ((.meaning | not) or (.remedy | not)))]' '[]'

# ---------------------------------------------------------------- healthy

reserve_pages 4
for file in "$CG"/hugetlb.2MB.{max,limit_in_bytes,rsvd.max,rsvd.limit_in_bytes}; do
	[ ! -e "$file" ] || echo $((8 << 20)) >"$file"
done
# Whoever uses hugepages beside this test.
total=$(<$MM/hugepages-2048kB/nr_hugepages)
recorded_pages 2048 0 "$total" "$total"
hugetlbfs /run/huge
chgrp 1234 /run/huge && chmod 2775 /run/huge
pci $VF 8086:10ca vfio-pci 0 42
group 42 '' $VF
ip link add net2 type veth peer name far2
ip link set net2 up
ip link set far2 up
t_wait 5 grep -qx up /sys/class/net/net2/operstate
cpus=$(taskset -cp $$ | sed 's/.*: //')
pod_file ".interfaces = [{name: \"net1\", mode: \"vfio\", pciAddress: \"$VF\", driver: \"vfio-pci\", iommuGroup: 42, numaNode: 0},
		{name: \"net2\", mode: \"netdev\", mtu: 1500}]
	| .containers = {main: {cpus: \"$cpus\", exclusive: true, memory: [{type: \"hugepages-2Mi\", bytes: 8388608}]}}"
cp "$(type -P true)" /run/program
healthy() {
	t_json "$1: status and findings" "$SAID" '[.status, .findings]' '["ok",[]]'
	t_is "$1: exit status" "$STATUS" 0
	t_json "$1: all checks are run" "$SAID" .checks "$checks"
}
traces() {
	find /run /dev -xdev -not -path '/run/test.*' | sort
	ls -A /run/huge
	taskset -cp $$
	ip -o link
	awk 'NR > 1 { print "shm", $2 }' /proc/sysvipc/shm
}
export DPDK_POD_CONTAINER=main PCIDEVICE_X=$VF
AS=(in_cgroup)
before=$(traces)
whole
healthy 'as root'
t_is 'looking changes nothing' "$(traces)" "$before"
if setcap cap_net_raw,cap_ipc_lock+ep /run/program 2>/dev/null; then
	# its own runtime directory: /tmp may have one of another user
	install -d -o 1234 /run/xdg
	as_user env XDG_RUNTIME_DIR=/run/xdg
	AS=(in_cgroup "${AS[@]}")
	whole /run/program
	healthy 'as a user, for a program that is set up for it'
fi
AS=(in_cgroup)
STATUS=0
SAID=$("${AS[@]}" "${DOCTOR[@]}") || STATUS=$?
t_is 'in words' "$STATUS $SAID" "0 $checks checks; errors: 0, warnings: 0, notes: 0"
t_done
