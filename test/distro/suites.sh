#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: suites.sh RELEASE SUITE...
# The suites of test/all.sh in a fresh installation of another release: its compiler, its DPDK, its
# libraries. What they print becomes this script's.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/root.sh"

release=$1
shift
distro_prepare "$release" || t_skip_all "$DISTRO_WHY"
distro_start "$release"

mkdir "$DISTRO_ROOT/root/dpdk-cni"
tar -C "$SOURCE_ROOT" --exclude=./.git -cf - . | tar -C "$DISTRO_ROOT/root/dpdk-cni" -xf -
args=()
for suite; do args+=(--suite "$suite"); done
# Read while it runs: one check of ours for each suite of its, and the failed ones by name.
distro_in "$DISTRO_ROOT" env MUST_WORK="${MUST_WORK:-}" /root/dpdk-cni/test/all.sh "${args[@]}" \
	>"$T_TMP/out" 2>&1
rc=$?
summary=$(tail -n 1 "$T_TMP/out")
t_like "Debian $release: test/all.sh sums up" "$summary" '^[0-9]+ passed, [0-9]+ failed'
t_is "Debian $release: it passes ($summary)" "$rc" 0
if [ "$rc" -ne 0 ]; then
	t_diag "$(grep -vE '^ok ' "$T_TMP/out" | tail -n 150)"
fi
t_done
