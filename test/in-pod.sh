#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: in-pod.sh [--restricted] [OPTION...] COMMAND...
#        in-pod.sh [--restricted] --describe
#
# Runs a command with just what the documented pod has: conf/multus/pod.yaml, or with --restricted
# conf/multus/pod-restricted.yaml. This is the one place that says so; pod-conf.sh compares. A pod-side
# test that runs as root with every capability shows nothing of what users will see.
#
#	POD=(bash "$(dirname "$0")/../in-pod.sh")
#	t_run 'it starts' "${POD[@]}" dpdk-pod run dpdk-testpmd -- -i
#
# What deviates from the pod:
#	--cap NAME         one capability more, as capabilities.add has it
#	--uid N            another user
#	--escalate         allowPrivilegeEscalation: true, so that file capabilities count
#	--unconfined       no seccomp profile
#	--rw DIRECTORY     a volume more
#	--memlock BYTES    what the runtime's RLIMIT_MEMLOCK is
#
# The same in $IN_POD comes first. No process stays between: the process id is the command's. Call it
# within t_in_sandbox; t_pod of tap.sh makes a file that does.
set -eu

uid=0 caps=NET_RAW,IPC_LOCK escalation=false seccomp=RuntimeDefault read_only=true
# Volumes that the program may write to; hugetlbfs mounts are volumes too.
volumes=/run/dpdk
# A pod has no field for it: the kernel's default (64 KiB before Linux 5.16).
memlock=8388608
describe=

# shellcheck disable=SC2086 # words
set -- ${IN_POD-} "$@"
unset IN_POD
while [ $# -gt 0 ]; do
	case $1 in
	--restricted) uid=10001 caps='' volumes=/tmp ;;
	--cap) caps+=${caps:+,}$2 && shift ;;
	--uid) uid=$2 && shift ;;
	--escalate) escalation=true ;;
	--unconfined) seccomp=Unconfined ;;
	--rw) volumes+=" $2" && shift ;;
	--memlock) memlock=$2 && shift ;;
	--describe) describe=1 ;;
	*) break ;;
	esac
	shift
done
if [ "$describe" ]; then
	printf '%s\n' "runAsUser: $uid" "add: $caps" "drop: ALL" "allowPrivilegeEscalation: $escalation" \
		"readOnlyRootFilesystem: $read_only" "seccompProfile: $seccomp" "writable: $volumes"
	exit
fi

# The capabilities as each program wants them.
bounding=-all list=()
for cap in ${caps//,/ }; do
	bounding+=,+${cap,,}
	list+=("$cap")
done

privileges=() filter=()
[ $escalation = true ] || privileges=(--no-new-privs)
if [ $seccomp = RuntimeDefault ]; then
	# Its text, for a volume of the pod may hide the file.
	filter=(python3 -c "$(<"$(dirname "$0")/seccomp-default.py")" ${list[@]+"${list[@]}"} --)
fi
# Volumes outlast a container, and all containers of the pod have them. Where a volume is not a directory of
# the sandbox's own, there is one for it.
binds=
for dir in $volumes; do
	case $dir in /run/*) own=$dir ;; *) own=/run/.pod$dir ;; esac
	mkdir -p "$dir" "$own"
	[ "$own" = "$dir" ] || chmod 1777 "$own"
	binds+=" $own:$dir"
done
# shellcheck disable=SC2016 # expanded by the inner shell
exec unshare --mount --propagation private bash -euc '
	volumes=$1 binds=$2
	shift 2
	for bind in $binds; do
		mount -n --bind "${bind%%:*}" "${bind#*:}"
	done
	# Later mounts first: what is below another is still to be reached then.
	awk "{ line[NR] = \$5 \" \" \$(NF - 2) } END { for (i = NR; i > 0; i--) print line[i] }" \
		/proc/self/mountinfo | while read -r point type; do
		case $point in /proc | /proc/* | /dev | /dev/*) continue ;; esac
		case " $volumes " in *" $point "*) continue ;; esac
		[ "$type" = hugetlbfs ] || mount -n -o remount,bind,ro "$point" 2>/dev/null || :
	done
	if [ -w / ]; then
		echo "in-pod.sh: the root is still writable" >&2
		exit 125
	fi
	cd /
	exec "$@"' - "$volumes" "$binds" \
	prlimit --memlock="$memlock:$memlock" \
	${filter[@]+"${filter[@]}"} \
	setpriv --reuid "$uid" --regid "$uid" --clear-groups --bounding-set="$bounding" --inh-caps=-all \
	${privileges[@]+"${privileges[@]}"} "$@"
