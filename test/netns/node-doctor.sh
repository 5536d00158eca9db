#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# dpdk-cni doctor as a command: options, exit status, both outputs; it changes nothing; its checks are in the
# docs. What each check finds: test/doctor/node.
. "$(dirname "$0")/sandbox.sh"

doctor() { "$PLUGIN" doctor "$@"; }
rc() { # ARGUMENT...: the exit status
	local rc=0

	doctor "$@" >"$T_TMP/out" 2>"$T_TMP/err" || rc=$?
	echo $rc
}
t_tmpdir

t_run '--list' doctor --list
t_like 'is ids and titles' "$T_OUT" $'(^|\n)kernel +the kernel is new enough'
ids=$(awk '{ print $1 }' <<<"$T_OUT")
t_is 'a wrong option is a usage error' "$(rc --nonsense)" 2
t_like 'says the usage' "$(<"$T_TMP/err")" 'usage: dpdk-cni doctor'
t_is 'so is a word' "$(rc nonsense)" 2
t_is 'so is an unknown check' "$(rc --check kernel --check kernels)" 2
t_like 'that is named' "$(<"$T_TMP/err")" 'check kernels: there is none.*--list'
t_is 'nothing is on stdout then' "$(<"$T_TMP/out")" ''

# Three networks, whose worst is said by the exit status.
mkdir -p /run/net
conf '{device: "lo", type: "other"}' >/run/net/a.conf
t_is 'no finding' "$(rc --check cni-config --net-dir /run/net)" 0
t_is 'the text says so' "$(<"$T_TMP/out")" '1 checks; errors: 0, warnings: 0, notes: 0'
conf '{vlan: 5000}' >/run/net/b.conf
t_is 'an error' "$(rc --check cni-config --net-dir /run/net --check claims)" 1
t_like 'what was found, first' "$(head -n 1 "$T_TMP/out")" '^error +/run/net/b\.conf: '
t_like 'and what to do' "$(<"$T_TMP/out")" $'\n  do:    '
t_like 'two checks were run' "$(<"$T_TMP/out")" '2 checks; errors: 1'
t_is 'in JSON too' "$(rc --json --check cni-config --net-dir /run/net)" 1
t_json 'all four of it' "$(<"$T_TMP/out")" '[.status, .checks, (.findings[0] | .id, .severity, (.found | contains("5000")), (.remedy | length > 0))]' \
	'["error",1,"cni-config","error",true,true]'

make_pod pod
make_nic nic0
t_add 'ADD' "$(conf '{}')"
before=$(snapshot)
t_need 'a whole examination' test "$(rc --json)" -le 3
t_json 'every check is run' "$(<"$T_TMP/out")" .checks "$(wc -l <<<"$ids")"
t_is 'and nothing is changed' "$(snapshot)" "$before"
t_is 'nor the pod' "$(pod_links pod)" '["lo","net1"]'

# Without root it says less, and that it does; the network's name is not proven, no lock is taken.
unprivileged() { setpriv --reuid 65534 --regid 65534 --clear-groups "$PLUGIN" doctor "$@"; }
if setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$PLUGIN"; then
	t_run 'without root it works' unprivileged --json --check records --check kernel
	t_json 'and says what it cannot look at' "$T_OUT" '.findings | map([.id, .severity])' '[["records","note"]]'
else
	t_skip 'without root it works' 'the build is in a directory of root alone'
fi

section() { sed -n '/^## On the node/,/^## [^O]/p' "$SOURCE_ROOT/docs/doctor.md"; }
t_is 'the docs have each check, and no other' \
	"$(section | grep -oE '^\| `[a-z][a-z0-9-]*` \|' | tr -d '|` ')" "$ids"
t_done
