#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The pod file: where it goes, what is in it, whose it is, and what it does not follow.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
make_nic nic0
make_nic nic1
dir=/run/dpdk-pod/p
file=$dir/pod.json
mkdir -p $dir
DIR="podFile: {dir: \"$dir\"}"
BEFORE=$(snapshot)

t_add 'ADD with podFile.dir' "$(conf "{$DIR, ipam: {type: \"static\", addresses: [{address: \"10.0.0.2/24\", gateway: \"10.0.0.1\"}]}}")"
RESULT=$OUT
t_json 'the interface is in it' "$(<$file)" '.interfaces | map([.name, .network, .mode, .driver, .mtu, .ips, .gateway])' \
	'[["net1","net","netdev","veth",1450,["10.0.0.2/24"],"10.0.0.1"]]'
t_json 'and the sandbox' "$(<$file)" '.pod' '{"sandbox":"c1"}'
t_is 'all may read it' "$(stat -c %a $file)" 644
t_run 'it obeys its schema' python3 - "$SOURCE_ROOT/conf/pod.schema.json" $file <<'P'
import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))
P
IFNAME=net10 t_add 'a second interface' "$(conf "{device: \"nic1\", $DIR}")"
t_json 'both are in it, in order' "$(<$file)" '[.interfaces[].name]' '["net1","net10"]'
check() { # of the first, whose file the second has changed since
	cni CHECK "$(conf "{$DIR, prevResult: $RESULT, ipam: {type: \"static\",
		addresses: [{address: \"10.0.0.2/24\", gateway: \"10.0.0.1\"}]}}")"
}
check
t_is 'CHECK has nothing to say' "$RC$OUT" 0
sed -i s/net10/net11/ $file
check
t_json 'CHECK finds that somebody edited it' "$OUT" \
	'[.code, (.msg | contains("pod file '$file': it is not as it was published"))]' '[106,true]'
{ cat $file $file $file; } >$file.3
mv $file.3 $file
check
t_json 'or made it longer' "$OUT" '[.code, (.msg | contains("not as it was published"))]' '[106,true]'
rm $file
check
t_json 'or removed it' "$OUT" '[.code, (.msg | contains("pod file '$file': No such file"))]' '[106,true]'
t_del 'DEL of the first' "$(conf "{$DIR}")"
t_json 'the second is left' "$(<$file)" '[.interfaces[].name]' '["net10"]'
echo 'the pod wrote this' >$file
t_add 'ADD again' "$(conf "{$DIR}")"
t_json 'the file is never read back' "$(<$file)" '[.interfaces[].name]' '["net1","net10"]'
IFNAME=net10 t_del 'DEL' "$(conf "{$DIR}")"
t_del 'DEL of the last' "$(conf "{$DIR}")"
t_is 'nothing is left in the directory' "$(ls -A $dir)" ''
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# The volume of a pod.
policy '{"devices": ["nic*"]}'
uid=1b2c-33
volume=/var/lib/kubelet/pods/$uid/volumes/kubernetes.io~empty-dir/dpdk-pod
ARGS="IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=upf;K8S_POD_UID=$uid"
t_add 'a pod without the volume gets no file' "$(conf '{}')"
t_del DEL "$(conf '{}')"
t_refused 'a volume that is named and missing' ADD "$(conf '{podFile: {volume: "dpdk-pod"}}')" 108 'No such file.*emptyDir'
mkdir -p $volume
t_add 'a pod with the volume gets it unasked' "$(conf '{}')"
t_json 'with the names of the pod' "$(<$volume/pod.json)" '.pod' "{\"namespace\":\"ns\",\"name\":\"upf\",\"uid\":\"$uid\",\"sandbox\":\"c1\"}"

# The sandbox is made anew before the old one's DEL comes.
make_pod pod2
IFNAME=net1 CONTAINER=c2 POD=pod2 t_add 'the newer sandbox of the same pod' "$(conf '{device: "nic1"}')"
t_del 'the late DEL of the older' "$(conf '{}')"
t_json 'leaves the file of the newer' "$(<$volume/pod.json)" '.pod.sandbox' '"c2"'
CONTAINER=c2 t_del 'DEL of the newer' "$(conf '{device: "nic1"}')"
t_is 'removes it' "$(ls -A $volume)" ''

# The volume went with the pod.
t_add ADD "$(conf '{}')"
rm -r /var/lib/kubelet/pods/$uid
t_del 'DEL when the volume is gone' "$(conf '{}')"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
mkdir -p /srv/kubelet/pods/$uid/volumes/kubernetes.io~empty-dir/other
other='{kubeletDir: "/srv/kubelet", podFile: {volume: "other"}}'
t_refused 'a directory of the network that the policy does not know' ADD "$(conf "$other")" 102 'kubeletDir /srv/kubelet: .*policy.*kubeletDirs'
# What a pod may write to is below the kubelet's own.
t_refused 'a volume in its place' ADD "$(conf "{kubeletDir: \"/var/lib/kubelet/pods/$uid\"}")" 102 'kubeletDirs'
t_refused 'or reached from it' ADD "$(conf '{kubeletDir: "/var/lib/kubelet/../../../srv/kubelet"}')" 102 'kubeletDirs'
policy '{"devices": ["nic*"], "kubeletDirs": ["/srv/kubelet/"]}'
t_refused 'a list is the whole list' ADD "$(conf '{kubeletDir: "/var/lib/kubelet"}')" 102 'kubeletDirs'
t_add 'kubeletDir and volume by name' "$(conf "$other")"
t_run 'are used' test -s /srv/kubelet/pods/$uid/volumes/kubernetes.io~empty-dir/other/pod.json
t_del DEL "$(conf '{}')"
rm -r /srv/kubelet
policy '{"devices": ["nic*"]}'

# A pod that plants things.
mkdir -p $volume /etc/victim
rmdir $volume
ln -s /etc/victim $volume
t_refused 'a volume that is a symlink' ADD "$(conf '{podFile: {volume: "dpdk-pod"}}')" 108 'symlink'
rm $volume
mkdir $volume
ln -s /etc/victim/target $volume/pod.json
ln -s /etc/victim/target "$volume/.pod.json.c1"
t_add 'symlinks in the place of the file and its temporary' "$(conf '{}')"
t_is 'are replaced, not followed' "$(ls -A /etc/victim)$(stat -c %F $volume/pod.json)" 'regular file'
t_del DEL "$(conf '{}')"
mkdir -p $volume/pod.json/sub
t_refused 'a directory in the place of the file' ADD "$(conf '{}')" 108 'pod.json: write.*directory'
rm -r $volume/pod.json
ARGS="K8S_POD_UID=../../../etc"
t_refused 'a UID that is a path' ADD "$(conf '{podFile: {volume: "dpdk-pod"}}')" 7 'K8S_POD_UID'
ARGS=
t_refused 'a volume without a pod' ADD "$(conf '{podFile: {volume: "dpdk-pod"}}')" 7 'K8S_POD_UID'
t_refused 'a volume that is a path' ADD "$(conf '{podFile: {volume: "../x"}}')" 7 'podFile.volume'
ln -s $dir /run/dpdk-pod/link
t_refused 'a directory behind a symlink' ADD "$(conf '{podFile: {dir: "/run/dpdk-pod/link"}}')" 108 'symlink'
t_refused 'a directory elsewhere' ADD "$(conf '{podFile: {dir: "/etc"}}')" 102 'podFileDirs'
t_refused 'a directory reached through ..' ADD "$(conf '{podFile: {dir: "/run/dpdk-pod/../../etc"}}')" 108 'pod file directory'
t_refused 'a directory that is not there' ADD "$(conf '{podFile: {dir: "/run/dpdk-pod/none"}}')" 108 'No such file.*mkdir'
t_refused 'both ways at once' ADD "$(conf '{podFile: {dir: "/run/dpdk-pod/p", volume: "v"}}')" 7 'either'

# No room for the file: the NIC stays on the host.
mount -t tmpfs -o size=4k tmpfs $dir
dd if=/dev/zero of=$dir/full bs=4k count=1 status=none
t_refused 'no room' ADD "$(conf "{$DIR}")" 108 'No space left.*sizeLimit'
umount $dir
mount -t tmpfs -o ro tmpfs $dir
t_refused 'a read-only directory' ADD "$(conf "{$DIR}")" 108 'Read-only'
umount $dir
t_done
