#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What test/in-pod.sh grants is what the pods of conf/multus ask for: tests that run in it show what users
# will see.
. "$(dirname "$0")/../../tap.sh"

asks() { # FILE
	python3 - "$1" <<'P'
import sys, yaml

pod = yaml.safe_load(open(sys.argv[1]))["spec"]
assert len(pod["containers"]) == 1
container = pod["containers"][0]
context = container["securityContext"]
capabilities = context["capabilities"]
volumes = {v["name"]: v for v in pod["volumes"]}
writable = [
    m["mountPath"]
    for m in container["volumeMounts"]
    if not m.get("readOnly") and "HugePages" not in volumes[m["name"]]["emptyDir"].get("medium", "")
]
print("runAsUser:", context["runAsUser"])
print("add:", ",".join(capabilities.get("add", [])))
print("drop:", ",".join(capabilities["drop"]))
print("allowPrivilegeEscalation:", str(context["allowPrivilegeEscalation"]).lower())
print("readOnlyRootFilesystem:", str(context["readOnlyRootFilesystem"]).lower())
print("seccompProfile:", context["seccompProfile"]["type"])
print("writable:", " ".join(writable))
P
}

in_pod=$SOURCE_ROOT/test/in-pod.sh
# A trailing blank is nothing.
t_is 'conf/multus/pod.yaml' "$(asks "$SOURCE_ROOT/conf/multus/pod.yaml" | sed 's/ $//')" \
	"$(bash "$in_pod" --describe | sed 's/ $//')"
t_is 'conf/multus/pod-restricted.yaml' "$(asks "$SOURCE_ROOT/conf/multus/pod-restricted.yaml" | sed 's/ $//')" \
	"$(bash "$in_pod" --restricted --describe | sed 's/ $//')"
t_done
