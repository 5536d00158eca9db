#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A distribution without a static library of one of the plugin's needs: the plugin is linked
# dynamically, with a warning that names the library; who insists on one file gets an error.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
t_tmpdir

archive=$(find /usr/lib /usr/lib64 -name libyaml.a 2>/dev/null | head -n 1)
[ -n "$archive" ] || t_skip_all 'libyaml has no static library here'
libs=$(dirname "$archive")
mkdir "$T_TMP/upper" "$T_TMP/work"
t_need 'a view of the libraries' mount -t overlay \
	-o "lowerdir=$libs,upperdir=$T_TMP/upper,workdir=$T_TMP/work" overlay "$libs"
rm "$archive"

setup() { # NAME OPTIONS...
	local dir=$T_TMP/$1

	shift
	CC=gcc meson setup "$dir" "$SOURCE_ROOT" -Dtests=false -Ddataplane=false "$@"
}
t_run 'auto: it can be configured' setup auto
t_like 'and says what is missing, and what follows' "$T_OUT" \
	'WARNING: the plugin is linked dynamically, since there is no static library of: libyaml\. .*Each node then needs'
t_run 'it builds' ninja -C "$T_TMP/auto" --quiet
t_like 'and needs that library' "$(readelf -dW "$T_TMP/auto/cni/dpdk-cni")" 'NEEDED.*libyaml'
t_run 'it runs' env CNI_COMMAND=VERSION "$T_TMP/auto/cni/dpdk-cni"
t_run_fails 'true: it is an error' setup true -Dplugin_static=true
t_like 'which names the library' "$T_OUT" 'ERROR: .*plugin_static: no static library of: libyaml '
t_done
