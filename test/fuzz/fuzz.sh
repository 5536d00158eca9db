#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A short run of every fuzz target from what real clients sent: as many inputs each time, whatever the
# machine. A longer one: FUZZ=netconf fuzz -runs=100000000 CORPUS
. "$(dirname "$0")/../tap.sh"
FUZZER=$BUILD_ROOT/test/fuzz/fuzz
RUNS=${RUNS:-20000}

t_tmpdir
# Seeds: configurations and results of real runtimes, and a small one of each other kind.
mkdir "$T_TMP"/{netconf,record,podfile,result,pick,podresources}
n=0
for f in "$SOURCE_ROOT"/test/runtime/vectors/*.json; do
	while read -r conf; do
		n=$((n + 1))
		echo "$conf" >"$T_TMP/netconf/$n"
		jq -c '.prevResult // empty' <<<"$conf" >"$T_TMP/result/$n"
	done < <(jq -c '.calls[].stdin | objects' "$f")
done
t_isnt 'there are seeds' "$n" 0
echo '{"version":"1","state":"ADDED","container":"c1","ifname":"net1","claim":"link-7-nic0","podIfindex":8,"netns":{"path":"/run/netns/p","inode":4,"cookie":5},"image":{"ifindex":7,"name":"nic0","altnames":["a"]},"interface":{"name":"net1","mode":"netdev","ips":["10.0.0.1/8"]},"containers":{"a":{"cpus":"1","memory":[{"type":"memory","bytes":1,"numaNodes":[0]}]}},"result":{},"stdin":"{\"name\":\"n\"}"}' >"$T_TMP/record/1"
echo '{"version":"1.0","pod":{"name":"p"},"interfaces":[{"name":"net1","mode":"vfio","pciAddress":"0000:3b:02.1","ips":["10.0.0.1/8"]}],"containers":{"a":{"cpus":"1","exclusive":true}},"node":{"bootId":"b"}}' >"$T_TMP/podfile/1"
echo '{"data":"{\"a\":1}","entries":{"u-1":{"a":"1"}},"Data":{"PodDeviceEntries":[{"PodUID":"u-1","DeviceIDs":{"0":["0000:3b:02.1"]}}],"RegisteredDevices":{"r":["x"]}},"Checksum":1}' >"$T_TMP/pick/1"
printf '\x0a\x24\x0a\x03upf\x12\x02ns\x1a\x19\x0a\x03fwd\x12\x0f\x0a\x01r\x12\x0a0000:3b:02\x1a\x01\x01' >"$T_TMP/podresources/1"
for target in netconf record podfile result pick podresources; do
	t_run "$target: $RUNS inputs" env FUZZ=$target ASAN_OPTIONS=detect_leaks=0 "$FUZZER" -runs="$RUNS" -seed=1 -max_len=4096 \
		-rss_limit_mb=1024 -artifact_prefix="$T_TMP/" "$T_TMP/$target"
	t_like "$target: they were run" "$T_OUT" "Done $RUNS runs"
done
t_done
