# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Init containers and sidecars: who has which CPUs, and who is told so.
nics 1
networks 1
nics_remember
t_run 'a pod with an init container, a sidecar and the program' pod_create "$(pod_json several nic0 '
	.spec.containers[0] as $c
	| .spec.initContainers = [
		($c | .name = "init" | del(.readinessProbe) | .resources[] |= del(.["hugepages-2Mi"])
			| .command = ["sh", "-c", "dpdk-pod show >/run/out/init 2>&1; cp /run/dpdk-pod/pod.json /run/out/"]
			| .volumeMounts += [{name: "out", mountPath: "/run/out"}]),
		{name: "sidecar", image: $c.image, imagePullPolicy: "Never", restartPolicy: "Always",
			command: ["sleep", "1000000"],
			resources: ({cpu: "100m", memory: "32Mi"} | {requests: ., limits: .}),
			env: [{name: "DPDK_POD_CONTAINER", value: "sidecar"}],
			volumeMounts: [{name: "dpdk-pod", mountPath: "/run/dpdk-pod"}, {name: "out", mountPath: "/run/out"}]}]
	| .spec.containers[0].command = ["sleep", "1000000"]
	| .spec.containers[0].env = [{name: "DPDK_POD_CONTAINER", value: "forwarder"}]
	| del(.spec.containers[0].readinessProbe)
	| .spec.volumes += [{name: "out", emptyDir: {}}]')"
t_pod_ready 'it runs' several
file=$(k exec several -c forwarder -- cat /run/dpdk-pod/pod.json)
cpus=$(k exec several -c forwarder -- grep Cpus_allowed_list /proc/1/status | cut -f2)
t_json 'the program has exclusive CPUs' "$file" '.containers.forwarder | [.cpus, .exclusive]' "[\"$cpus\",true]"
# The kubelet's service names those containers that run on.
t_json 'of an init container that has ended nothing is said' "$file" '.containers | has("init")' false
t_json 'the sidecar has none' "$file" '.containers.sidecar.exclusive' false
t_isnt 'there is a pod file' "$file" ''
t_is 'it was there for the init container' "$(k exec several -c sidecar -- cat /run/out/pod.json)" "$file"
init=$(k exec several -c sidecar -- cat /run/out/init)
t_like 'which saw the NIC' "$init" 'net1'
t_like 'and had the CPUs of the program' "$init" "CPUs +$cpus "
t_like 'the program finds itself' "$(k exec several -c forwarder -- dpdk-pod show)" 'forwarder'
t_run 'delete' pod_delete several
t_nics_back 'the NIC is back as it was'
