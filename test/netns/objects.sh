#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A path is an object, not a text: whatever it is spelled like, nobody gets the file of a pod that
# lives, and nobody removes or writes what he did not make.
. "$(dirname "$0")/sandbox.sh"

t_tmpdir
make_nic nic0
make_nic nic1
make_pod pod
make_pod pod2
policy '{"devices": ["nic*"]}'
BEFORE=$(snapshot)
owner='K8S_POD_NAMESPACE=a;K8S_POD_NAME=owner;K8S_POD_UID=u-1'
other='K8S_POD_NAMESPACE=b;K8S_POD_NAME=other;K8S_POD_UID=u-2'
dir=/run/dpdk-pod/victim
mkdir -p $dir /run/dpdk-pod/x /run/dpdk-pod/second
mount --bind $dir /run/dpdk-pod/second

of() { jq -r "${1:-.pod.name}" $dir/pod.json 2>&1; }
publish() { conf "{device: \"$1\", podFile: {dir: \"$2\"}}"; }

# ---------------------------------------------------------------- the pod file

ARGS=$owner t_add 'ADD with a pod file' "$(publish nic0 $dir)"
NOW=$(snapshot)
for spelled in $dir $dir/ /run/dpdk-pod/./victim /run/dpdk-pod//victim /run/dpdk-pod/x/../victim \
	/run/dpdk-pod/victim/. /run/dpdk-pod/second; do
	BEFORE=$NOW CONTAINER=c2 POD=pod2 ARGS=$other \
		t_refused "another pod, with $spelled" ADD "$(publish nic1 "$spelled")" 102 'victim|second.*pod a/owner'
	CONTAINER=c2 POD=pod2 ARGS=$other t_del 'its DEL' "$(conf '{}')"
	t_is 'leaves the file' "$(of)" owner
done
BEFORE=$NOW CONTAINER=c2 POD=pod2 ARGS='' \
	t_refused 'somebody without an identity' ADD "$(publish nic1 $dir)" 102 'pod a/owner'
CONTAINER=c3 POD=pod2 ARGS=$owner t_add 'the next sandbox of the same pod, with another spelling' \
	"$(publish nic1 /run/dpdk-pod/./victim)"
t_is 'has the file' "$(of .pod.sandbox)" c3
ARGS=$owner t_del 'the late DEL of the first' "$(conf '{}')"
t_is 'leaves it' "$(of .pod.sandbox)" c3
CONTAINER=c3 POD=pod2 t_del 'DEL of the second' "$(conf '{}')"
t_is 'removes it' "$(ls -A $dir)" ''
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# Another spelling is the same file for the pod's own interfaces, too.
ARGS=$owner t_add 'two interfaces of a pod' "$(publish nic0 $dir)"
IFNAME=net2 ARGS=$owner t_add 'name its directory differently' "$(publish nic1 /run/dpdk-pod/second)"
t_is 'both are in the file' "$(of '[.interfaces[].name] | join(" ")')" 'net1 net2'
t_del 'DEL of the one that came first' "$(conf '{}')"
t_is 'the other is left in it' "$(of '[.interfaces[].name] | join(" ")')" net2
IFNAME=net2 t_del 'DEL' "$(conf '{}')"
t_is 'nothing is left' "$(ls -A $dir)" ''

# The directory of the record is another one by now: nothing in there is ours.
ARGS=$owner t_add ADD "$(publish nic0 $dir)"
umount /run/dpdk-pod/second
mv $dir $dir.old
mkdir $dir
echo 'of somebody else' >$dir/pod.json
t_del 'DEL when the directory has been replaced' "$(conf '{}')"
t_is 'leaves what is in the new one' "$(<$dir/pod.json)" 'of somebody else'
rm -r $dir $dir.old
mkdir $dir
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
ARGS=$owner t_add ADD "$(publish nic0 $dir)"
mv $dir $dir.old
mkdir $dir
CONTAINER=c2 POD=pod2 ARGS=$other t_add 'a pod that lives keeps the directory that it has, not its name' "$(publish nic1 $dir)"
t_del DEL "$(conf '{}')"
CONTAINER=c2 POD=pod2 t_del DEL "$(conf '{}')"
rm -r $dir $dir.old
mkdir $dir
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# A dead owner's is free.
ARGS=$owner t_add 'ADD by a pod that dies' "$(publish nic0 $dir)"
sed -i 's/"ADDED"/"UNDOING"/' /run/dpdk-cni/pods/c1/net1.json
CONTAINER=c2 POD=pod2 ARGS=$other t_add 'another pod gets its directory' "$(publish nic1 $dir)"
t_del 'the late DEL of the dead' "$(conf '{}')"
t_is 'leaves the file' "$(of)" other
CONTAINER=c2 POD=pod2 t_del DEL "$(conf '{}')"
t_is 'the host is as before' "$(snapshot)$(ls -A $dir)" "$BEFORE"

# The old sandbox's DEL is at the file when the new sandbox of the pod comes.
ARGS=$owner t_add ADD "$(publish nic0 $dir)"
CNI_COMMAND=DEL CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN CNI_ARGS=$owner \
	straced -P $dir -o "$T_TMP/trace" -e trace=unlinkat -e inject=unlinkat:delay_enter=400000:when=1 \
	"$PLUGIN" <<<"$(conf '{}')" >/dev/null 2>&1 &
late=$!
sleep 0.2
CONTAINER=c2 POD=pod2 ARGS=$owner cni ADD "$(publish nic1 $dir)"
rc=0
wait $late || rc=$?
t_is 'a DEL that is at the file when the new sandbox comes' "$rc$RC$(of .pod.sandbox)" 00c2
CONTAINER=c2 POD=pod2 t_del DEL "$(conf '{}')"
t_is 'the host is as before' "$(snapshot)$(ls -A $dir)" "$BEFORE"

# ---------------------------------------------------------------- the log

: >/var/log/empty
cni ADD "$(conf '{logFile: "/var/log/empty"}')"
t_json 'an empty file is somebody else'"'"'s, perhaps' "$OUT" '[.code, (.details | contains("logrotate"))]' '[5,true]'
t_is 'it stays empty' "$(stat -c %s /var/log/empty)" 0
for i in 1 2 3 4 5 6; do
	CNI_COMMAND=DEL CNI_CONTAINERID=x$i CNI_NETNS='' CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		"$PLUGIN" <<<"$(conf '{logFile: "/var/log/new.log", logLevel: "debug"}')" 2>>"$T_TMP/stderr-of-all" &
	pids[i]=$!
done
wait "${pids[@]}"
t_is 'many who begin one log: nobody is refused' "$(cat "$T_TMP/stderr-of-all")" ''
t_is 'and one began it' "$(grep -c 'this log begins' /var/log/new.log)" 1
t_is 'for root alone' "$(stat -c %a /var/log/new.log)" 600
cni STATUS "$(conf '{cniVersion: "1.1.0", device: "none"}')"
t_like 'a line of STATUS is of no attachment' "$ERR" '^dpdk-cni: STATUS: error: '
t_is 'and the only one' "$(wc -l <<<"$ERR")" 1
rm -f /var/log/empty /var/log/new.log
t_done
