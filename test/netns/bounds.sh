#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whatever comes in, a call takes a few megabytes; what a limit of the caller's raises is an error with
# an answer, never the end in the middle.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/plugin.sh"

t_tmpdir
make_pod pod
make_nic nic0
policy '{"devices": ["nic*"]}'
BEFORE=$(snapshot)
is_static() { file -b "$PLUGIN" | grep -q static-pie; }

# A configuration of just that many bytes at most, filled with what takes most memory.
filled() { # BYTES WHAT [MEMBERS]
	python3 - "$@" <<'P'
import sys
size, what, more = int(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ""
head = '{"cniVersion":"1.0.0","name":"net","type":"dpdk-cni","device":"nic0"' + more + ',"x":['
n = (size - len(head) - 3) // (len(what) + 1)
print(head + ",".join([what] * n) + "]}", end="")
P
}

# The limit is ours, not the IPAM plugin's; it leaves the signals that it ignores behind.
mkdir "$T_TMP/bin"
printf '#!/bin/sh\nulimit -S -d unlimited\ngrep SigIgn /proc/$$/status >%s\nexec %s/static\n' "$T_TMP/ignored" "$CNI_BIN" >"$T_TMP/bin/static"
chmod +x "$T_TMP/bin/static"

# With what the kernel counts as data (heap, stack, anonymous memory) limited, the answer is the same.
call() { # VERB FILE
	RC=0
	OUT=$(CNI_COMMAND=$1 CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 \
		CNI_ARGS="$ARGS" CNI_PATH=$T_TMP/bin prlimit --data=$((6 << 20)): "$PLUGIN" <"$2" 2>"$T_TMP/stderr") || RC=$?
}
# The sanitizers take memory of their own.
if is_static; then
	for what in '{}' '[]' '""' 1 '{"a":1}' '[[[]]]' '"\\\""'; do
		# The most values there may be, or the most bytes.
		filled 262144 "$what" >"$T_TMP/large"
		python3 - "$T_TMP/large" "$what" >"$T_TMP/most" <<'P'
import sys
text, what = open(sys.argv[1]).read(), sys.argv[2]
tokens = 1 + what.count(",") + what.count("{") + what.count("[")
n = min(text.count(what), 16300 // tokens)
print(text[:text.index('"x":[')] + '"x":[' + ",".join([what] * n) + "]}", end="")
P
		for more in '' ',"ipam":{"type":"static","addresses":[{"address":"10.1.1.1/24"}]}'; do
			sed "s|,\"x\"|$more,\"x\"|" "$T_TMP/most" >"$T_TMP/conf"
			call ADD "$T_TMP/conf"
			t_is "ADD with the most of $what ${more:+and IPAM}" "$RC$(jq -r '.msg // ""' <<<"$OUT")" 0
			[ -n "$more" ] || t_is 'whose record has nothing of it' "$(wc -c </run/dpdk-cni/pods/c1/net1.json | awk '{ print $1 < 4096 }')" 1
			call DEL "$T_TMP/conf"
			t_is 'and DEL' "$RC$OUT" 0
		done
		call DEL "$T_TMP/large"
		t_is "DEL with 256 KiB of $what" "$RC$OUT" 0
		for verb in CHECK GC STATUS; do
			call $verb "$T_TMP/large"
			t_unlike "$verb with 256 KiB of it wants no more" "$OUT" 'memory'
		done
	done
	t_is 'the host is as before' "$(snapshot)" "$BEFORE"

	# A full node's files of the kubelet: four megabytes of other pods' devices, CPUs and memory.
	ARGS='K8S_POD_NAMESPACE=ns;K8S_POD_NAME=upf;K8S_POD_UID=u-1'
	mkdir -p /var/lib/kubelet/device-plugins /run/dpdk-pod/p
	python3 - <<'P'
import json
def pods(n, value): return {**{"uid-%08d" % i: value for i in range(n)}, "u-1": value}
home = "/var/lib/kubelet/"
entries = [{"PodUID": "uid-%d" % i, "ContainerName": "c", "ResourceName": "example.com/nic",
	"DeviceIDs": {"0": ["0000:%02x:%02x.%d" % (i >> 8 & 255, i & 31, i & 7)]}, "AllocResp": "A" * 200} for i in range(12000)]
json.dump({"Data": {"PodDeviceEntries": entries, "RegisteredDevices": {"example.com/nic": ["0000:%04x" % i for i in range(20000)]}},
	"Checksum": 1}, open(home + "device-plugins/kubelet_internal_checkpoint", "w"))
json.dump({"policyName": "static", "defaultCpuSet": "0", "entries": pods(40000, {"fwd": "1-2", "side": "3"}), "checksum": 1},
	open(home + "cpu_manager_state", "w"))
json.dump({"policyName": "Static", "entries": pods(20000, {"fwd": [{"numaAffinity": [0], "type": "hugepages-2Mi", "size": 4194304}]}),
	"checksum": 1}, open(home + "memory_manager_state", "w"))
P
	conf '{podFile: {dir: "/run/dpdk-pod/p"}}' >"$T_TMP/conf"
	t_is 'the checkpoint has megabytes' "$(($(stat -c %s /var/lib/kubelet/device-plugins/kubelet_internal_checkpoint) >> 20))" 4
	call ADD "$T_TMP/conf"
	t_is 'ADD beside it' "$RC$(jq -r '.msg // ""' <<<"$OUT")" 0
	t_json 'has what the files say of this pod' "$(</run/dpdk-pod/p/pod.json)" '.containers' \
		'{"fwd":{"cpus":"1-2","exclusive":true,"memory":[{"type":"hugepages-2Mi","bytes":4194304,"numaNodes":[0]}]},"side":{"cpus":"3","exclusive":true}}'
	call DEL "$T_TMP/conf"
	t_is DEL "$RC$OUT" 0
	ARGS=
fi

# A limit of a file's size, of CPU time (which is over at once), a reader that has gone.
cni ADD "$(conf '{}')"
t_is ADD "$RC" 0
limited() { # OPTION...
	RC=0
	OUT=$(CNI_COMMAND=DEL CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		prlimit "$@" "$PLUGIN" <<<"$(conf '{}')" 2>"$T_TMP/stderr") || RC=$?
}
limited --fsize=0
t_is 'DEL without room in any file succeeds' "$RC$OUT" 0
t_is 'and gives the NIC back' "$(snapshot)" "$BEFORE"
RC=0
OUT=$(CNI_COMMAND=ADD CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
	prlimit --fsize=0 "$PLUGIN" <<<"$(conf '{}')" 2>"$T_TMP/stderr") || RC=$?
t_json 'ADD without room in any file: the code' "$OUT" .code 105
t_like 'and the reason' "$OUT" 'File too large'
t_is 'and the host is as before' "$(snapshot)" "$BEFORE"
# SIGPIPE (13), SIGXCPU (24), SIGXFSZ (25) by their bits: ignored by the plugin, not by what it calls.
ignored=$(python3 - "$PLUGIN" <<'P'
import subprocess, sys, time
p = subprocess.Popen([sys.argv[1]], env={"CNI_COMMAND": "STATUS"}, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for _ in range(1000):
	mask = int([l for l in open("/proc/%d/status" % p.pid) if l.startswith("SigIgn")][0].split()[1], 16)
	if mask & (7 << 22): break
	time.sleep(0.01)
print("%x" % (mask & 0x1801000))
p.stdin.close()
p.wait()
P
)
t_is 'the signals of limits are ignored' "$ignored" 1801000
PLUGINS=$T_TMP/bin cni ADD "$(conf '{ipam: {type: "static", addresses: [{address: "10.1.1.1/24"}]}}')"
t_is 'ADD with IPAM' "$RC" 0
t_is 'whose plugin ignores none of them' "$((0x$(awk '{ print $2 }' "$T_TMP/ignored") & 0x1801000))" 0
PLUGINS=$T_TMP/bin cni DEL "$(conf '{}')"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
t_done
