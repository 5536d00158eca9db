#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The program as it is called: answers on stdout, all else on stderr, exit status 0, 1 or 2.
. "$(dirname "$0")/../../tap.sh"

pod=$(realpath "$1")
t_tmpdir
export DPDK_POD_FILE=$T_TMP/pod.json
cd "$T_TMP" || exit 1

# A program that shows what it was started with, and as which process.
cat >"$T_TMP/program" <<'X'
#!/bin/sh
echo "pid $$"
[ -z "$DPDK_ARGS" ] || echo "env $DPDK_ARGS"
for word; do printf '<%s>' "$word"; done
echo
exit 7
X
printf '#!/bin/sh\nexec ls /proc/$$/fd\n' >"$T_TMP/fds"
printf '#!/bin/sh\nkill $$\n' >"$T_TMP/killed"
chmod +x "$T_TMP/program" "$T_TMP/fds" "$T_TMP/killed"

status() { # WANT NAME CMD...
	local want=$1 name=$2 got=0

	shift 2
	out=$("$@" 2>"$T_TMP/err") || got=$?
	err=$(cat "$T_TMP/err")
	t_is "$name: status" "$got" "$want"
}

put() { # INTERFACES
	echo "{\"version\":\"1.0\",\"pod\":{\"namespace\":\"n\",\"name\":\"p\"},\"interfaces\":[$1]}" >"$DPDK_POD_FILE"
}

status 2 'no command' "$pod"
t_is 'no command: stdout' "$out" ''
t_like 'no command: usage' "$err" 'Usage: dpdk-pod COMMAND'
status 2 'unknown command' "$pod" frobnicate
t_like 'unknown command: named' "$err" '"frobnicate"'
status 0 'version' "$pod" --version
t_like 'version: text' "$out" '^dpdk-pod [0-9]+\.[0-9]+\.[0-9]+$'
status 0 'help' "$pod" --help
for command in show args run ready doctor; do
	t_like "help lists $command" "$out" "  $command "
done
for command in show args run ready doctor; do
	status 0 "help of $command" "$pod" "$command" --help
	t_like "help of $command: usage" "$out" "Usage: dpdk-pod $command "
	help=$out
	status 0 "help of $command by name" "$pod" help "$command"
	t_is "help of $command: both ways" "$out" "$help"
	status 2 "$command: unknown option" "$pod" "$command" --frobnicate
	t_is "$command: unknown option: stdout" "$out" ''
done
status 2 'help of an unknown command' "$pod" help frobnicate

put ''
status 0 'show' "$pod" show
t_like 'show: pod' "$out" 'Pod +n/p'
t_like 'show: CPUs' "$out" 'CPUs +[0-9]'
status 0 'show as JSON' "$pod" show --json
t_json 'show as JSON: pod file' "$out" '[.podFile.pod.name, .podFilePath]' "[\"p\",\"$DPDK_POD_FILE\"]"
t_json 'show as JSON: affinity' "$out" '.facts.affinity' "\"$(awk '/^Cpus_allowed_list/ {print $2}' /proc/self/status)\""
status 2 'show with a word' "$pod" show word

status 0 'args' "$pod" args
t_is 'args: one line' "$(wc -l <<<"$out")" 1
t_like 'args: lcores first' "$out" '^--lcores 0@[0-9]'
t_like 'args: no PCI device' "$out" ' --no-pci '
status 0 'args for eval' "$pod" args -q -- --vdev "net_null0,x=it's a b" -l 0
t_is 'args for eval: quiet' "$err" ''
words=()
eval "words=($out)"
t_is 'args for eval: words survive' "${words[-3]}" "net_null0,x=it's a b"
t_unlike 'args for eval: ours give way' "$out" 'lcores'
status 2 'args: words without --' "$pod" args word
status 0 'args explained' "$pod" args --explain -- -l 0
t_like 'args explained: a reason' "$out" $'--no-pci\n    no PCI device'
t_like 'args explained: by hand' "$out" $'-l 0\n    given by hand, in place of "--lcores 0@'
status 0 'args as JSON' "$pod" args --json
t_json 'args as JSON: each with its reason' "$out" \
	'[.arguments[0].argument, (.arguments | all(.reason | length > 0))]' '["--lcores",true]'
status 0 'args, a word a line' "$pod" args -q --lines -- --vdev "net_null0,x=it's a b" -l 0
mapfile -t words <<<"$out"
t_is 'args, a word a line: words survive' "${words[-3]}" "net_null0,x=it's a b"
status 1 'args, a word a line: not of two' "$pod" args -q --lines -- --vdev $'net_null0\nx' -l 0
t_like 'args, a word a line: not of two: remedy' "$err" 'remedy: use --json'
status 0 'args as a variable' "$pod" args -q --env DPDK_ARGS -- --vdev "net_null0,x=it's" -l 0
t_is 'args as a variable: one line' "$(wc -l <<<"$out")" 1
words=()
(
	eval "$out"
	eval "set -- $DPDK_ARGS"
	shift $(($# - 3))
	echo "$1"
) >"$T_TMP/out"
t_is 'args as a variable: words survive' "$(cat "$T_TMP/out")" "net_null0,x=it's"
for name in '' 1X 'A B' 'A;B' A-B; do
	status 2 "args as a variable: \"$name\" is none" "$pod" args --env "$name"
done
status 2 'bad PMD' "$pod" args --netdev-pmd tap
t_like 'bad PMD: named' "$err" '"tap" is not one of af_packet, pcap, af_xdp'
status 2 'bad form of lcores' "$pod" args --lcores-as k
t_like 'bad form of lcores: the forms' "$err" '"k" is not one of lcores, l, c'
status 0 'lcores as a list' "$pod" args --lcores-as l
t_like 'lcores as a list: two words' "$out" '^-l [0-9,-]+ '
status 0 'lcores as a mask, of run' "$pod" run --lcores-as c -n ./program
t_like 'lcores as a mask, of run: two words' "$out" '^\./program -c 0x[0-9a-f]+ '
status 2 'bad version' "$pod" args --dpdk-version new

status 7 'run: the status is the program'"'"'s' "$pod" run -q ./program -l 0 -- -i 'a b'
t_like 'run: derived, by hand, its own' "$out" '<--no-pci>.*<-l><0><--><-i><a b>$'
t_unlike 'run: by hand wins' "$out" 'lcores'
sh -c 'echo "pid $$"; exec "$@"' - "$pod" run -q ./program >"$T_TMP/out" || :
t_is 'run: no process between' "$(sed -n 2p "$T_TMP/out")" "$(sed -n 1p "$T_TMP/out")"
# Signals reach it as if there were no dpdk-pod, and it inherits no file of ours.
status 143 'run: a signal is its end' "$pod" run -q ./killed
"$pod" run -q ./fds >"$T_TMP/out"
t_is 'run: no descriptor of ours' "$(cat "$T_TMP/out")" "$(./fds)"

status 7 'run, into a variable' "$pod" run -q --env DPDK_ARGS ./program -i 'a b'
t_like 'run, into a variable: the arguments are its own' "$out" '^pid [0-9]+'$'\n''env --lcores 0@.* --no-pci .*'$'\n''<-i><a b>$'
DPDK_ARGS='-l 0 --in-memory' status 7 'run, into a variable: given' "$pod" run -q --env DPDK_ARGS ./program
t_like 'run, into a variable: what it held wins' "$out" $'\nenv --no-pci .*-l 0 --in-memory$'
t_unlike 'run, into a variable: over lcores' "$out" 'lcores'
status 0 'run, into a variable: dry' "$pod" run -qn --env DPDK_ARGS ./program 'a b'
t_like 'run, into a variable: dry' "$out" "^DPDK_ARGS='--lcores .*' ./program 'a b'\$"
status 2 'run, into a variable: a wrong name' "$pod" run --env 'A B' ./program

status 7 'run, in place of a mark' "$pod" run -q --replace {} ./program one {} 'x={}!' {} -- end
t_like 'run, in place of a mark: as words, as text' "$out" \
	'<one><--lcores><0@[^>]*><--no-pci>.*<x=--lcores 0@.* --no-pci [^>]*!><--lcores>.*<--><end>$'
t_is 'run, in place of a mark: none is left' "$(grep -c '{}' <<<"$out")" 0
status 2 'run, in place of a mark: there is none' "$pod" run -q --replace {} ./program word
t_like 'run, in place of a mark: there is none: said' "$err" '"\{\}" is not among'
status 2 'run: either way, not both' "$pod" run --env A --replace {} ./program {}
status 0 'run, in place of a mark: dry' "$pod" run -qn --replace {} ./program 'x={}'
t_like 'run, in place of a mark: dry' "$out" "^./program 'x=--lcores "

# A program that is linked with an older DPDK: one that knows no RUNTIME_DIRECTORY.
: >"$T_TMP/lib.c"
echo 'int main(void) { return 0; }' >"$T_TMP/main.c"
for abi in 21 23; do
	cc -shared -Wl,-soname,librte_eal.so.$abi -o "$T_TMP/librte_eal.so" "$T_TMP/lib.c" &&
		cc -Wl,--no-as-needed -o "$T_TMP/dpdk-$abi" "$T_TMP/main.c" -L"$T_TMP" -lrte_eal
done
export RUNTIME_DIRECTORY=/nonexistent
if [ -w /var/run ]; then
	status 0 'run: of DPDK 20.11' "$pod" run -qn ./dpdk-21
	t_unlike 'run: of DPDK 20.11: its runtime directory' "$out" 'telemetry'
	status 0 'run: of DPDK 20.11, said to be newer' "$pod" run -qn --dpdk-version 22.11 ./dpdk-21
	t_like 'run: of DPDK 20.11, said to be newer' "$out" '--no-telemetry'
fi
status 0 'run: of DPDK 22.11' "$pod" run -qn ./dpdk-23
t_like 'run: of DPDK 22.11: its runtime directory' "$out" '--no-telemetry'
unset RUNTIME_DIRECTORY

status 0 'run: dry' "$pod" run -qn ./program --frobnicate -- 'a b'
t_like 'run: dry: the command' "$out" "^\./program --lcores .* --frobnicate -- 'a b'$"
status 2 'run: no program' "$pod" run
status 1 'run: no such program' "$pod" run -q ./missing
t_like 'run: no such program: named' "$err" './missing: cannot start: No such file'
PATH=$T_TMP:$PATH status 7 'run: by PATH' "$pod" run -q program

put ''
status 0 'doctor: list' "$pod" doctor --list
t_like 'doctor: list: an id and its title' "$out" '(^|'$'\n'')hugepages-limit +[a-z]'
status 2 'doctor: a check that there is not' "$pod" doctor --check podfile-missing --check nosuch
t_like 'doctor: a check that there is not: named' "$err" 'check nosuch: .*--list'
t_is 'doctor: a check that there is not: stdout' "$out" ''
status 2 'doctor: a program that there is not' "$pod" doctor ./missing
t_like 'doctor: a program that there is not: named' "$err" './missing: there is no such program'
status 2 'doctor: two programs' "$pod" doctor sh sh
status 2 'doctor: --hugepages is no check' "$pod" doctor --hugepages --check memlock
status 0 'doctor: checks by name' "$pod" doctor --json --check podfile-missing --check podfile-damaged sh
t_json 'doctor: checks by name: those alone' "$out" '[.status, .checks, .findings]' '["ok",2,[]]'
mv "$DPDK_POD_FILE" "$T_TMP/away"
status 3 'doctor: a warning' "$pod" doctor --check podfile-missing
t_like 'doctor: a warning: in words' "$out" '^warning  .*pod.json.*\[podfile-missing\].*  do:    .*1 checks; errors: 0, warnings: 1'
t_is 'doctor: a warning: stderr' "$err" ''
mv "$T_TMP/away" "$DPDK_POD_FILE"

put '{"name":"nosuch0","mode":"netdev"}'
status 1 'an interface that is not there' "$pod" run ./program
t_is 'an interface that is not there: stdout' "$out" ''
t_like 'an interface that is not there: named' "$err" 'dpdk-pod: nosuch0: .*network namespace'
t_like 'an interface that is not there: remedy' "$err" '  remedy: '
put '{"name":"nosuch0","mode":"vfio","pciAddress":"ffff:ff:1f.7"}'
status 1 'a VF that is gone' "$pod" args
t_like 'a VF that is gone: named' "$err" 'nosuch0: ffff:ff:1f.7: '

echo '{' >"$DPDK_POD_FILE"
status 1 'a damaged file' "$pod" args
t_like 'a damaged file: where' "$err" 'pod.json: line [0-9]'
rm "$DPDK_POD_FILE"
status 1 'a file that was named' "$pod" args
status 1 'a file that was named by option' env -u DPDK_POD_FILE "$pod" args --pod-file "$DPDK_POD_FILE"
if [ ! -e /run/dpdk-pod/pod.json ]; then
	status 0 'no file at the usual place' env -u DPDK_POD_FILE "$pod" args
	t_like 'no file at the usual place: remarked' "$err" 'no pod file \(/run/dpdk-pod/pod.json\)'
fi
if [ -w /dev/full ]; then
	put ''
	"$pod" show >/dev/full 2>"$T_TMP/err" && got=0 || got=$?
	t_is 'a full disk is no answer' "$got" 1
fi
t_done
