#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A kernel or a seccomp profile without openat2: the pod side works all the same, with no symlink
# followed where none may be; the plugin says what is wrong, at once.
. "$(dirname "$0")/../../tap.sh"
t_tmpdir

without=(python3 "$(dirname "$0")/../../doctor/deny.py" openat2)
for tests in 'strict_*' 'read_*' 'replace_*' 'mkdirs*'; do
	t_run "files: $tests" "${without[@]}" "$BUILD_ROOT/test/unit/base/unit-base-file" "$tests"
	t_like "files: $tests: there are some" "$T_OUT" ' OK |ok 1 '
done
pod=$BUILD_ROOT/dataplane/pod/dpdk-pod
if [ -x "$pod" ]; then
	t_is 'dpdk-pod show says the same' "$("${without[@]}" "$pod" show 2>&1)" "$("$pod" show 2>&1)"
	# The file prefix has the process's number.
	args() { "$@" "$pod" args 2>&1 | sed 's/-[0-9]*$//'; }
	t_is 'dpdk-pod args too' "$(args "${without[@]}")" "$(args)"
fi
cni=$BUILD_ROOT/cni/dpdk-cni
if [ -x "$cni" ]; then
	t_run_fails 'the plugin refuses' "${without[@]}" "$cni" list
	t_like 'and says why' "$T_OUT" "openat2: this Linux $(uname -r) does not allow it"
	t_like 'and what to do' "$T_OUT" 'run Linux 5\.6 or newer'
	t_run_fails 'as a runtime calls it' env CNI_COMMAND=STATUS CNI_PATH=/ bash -c "\"\$@\" <<<'{\"cniVersion\":\"1.1.0\",\"name\":\"n\",\"type\":\"dpdk-cni\",\"device\":\"e0\"}'" \
		- "${without[@]}" "$cni"
	t_json 'an error of its own' "$(grep -v '^dpdk-cni' <<<"$T_OUT")" '.msg | test("openat2: this Linux")' true
fi
t_done
