#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One call of the Container Runtime Interface, as kubelet makes it.

usage: cri.py SOCKET METHOD [REQUEST]

REQUEST and the answer on stdout are JSON. A refusal is "CODE: message" on stderr, exit status 1.
Only the messages and fields that the tests need are known.
"""

import json
import os
import sys

import grpc

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from wire import decode, encode  # noqa: E402

METADATA = {"name": (1, str), "uid": (2, str), "namespace": (3, str), "attempt": (4, int)}
POD_CONFIG = {
    "metadata": (1, METADATA), "hostname": (2, str), "log_directory": (3, str),
    "labels": (6, {}), "annotations": (7, {}), "linux": (8, {"cgroup_parent": (1, str)}),
}
MOUNT = {"container_path": (1, str), "host_path": (2, str), "readonly": (3, bool)}
CONTAINER_CONFIG = {
    "metadata": (1, {"name": (1, str), "attempt": (2, int)}), "image": (2, {"image": (1, str)}),
    "command": (3, [str]), "args": (4, [str]), "mounts": (7, [MOUNT]), "log_path": (11, str),
}
POD_STATUS = {
    "id": (1, str), "metadata": (2, METADATA), "state": (3, int),
    "network": (5, {"ip": (1, str), "additional_ips": (2, [{"ip": (1, str)}])}),
}
CONDITION = {"type": (1, str), "status": (2, bool), "reason": (3, str), "message": (4, str)}
POD = {"pod_sandbox_id": (1, str)}
CONTAINER = {"container_id": (1, str)}
METHODS = {
    "Status": (
        {"verbose": (1, bool)},
        {"status": (1, {"conditions": (1, [CONDITION])}), "info": (2, {})}),
    "RunPodSandbox": ({"config": (1, POD_CONFIG)}, POD),
    "PodSandboxStatus": (POD, {"status": (1, POD_STATUS)}),
    "ListPodSandbox": ({}, {"items": (1, [{"id": (1, str), "state": (3, int)}])}),
    "StopPodSandbox": (POD, {}),
    "RemovePodSandbox": (POD, {}),
    "CreateContainer": (
        {**POD, "config": (2, CONTAINER_CONFIG), "sandbox_config": (3, POD_CONFIG)}, CONTAINER),
    "StartContainer": (CONTAINER, {}),
    "ExecSync": (
        {**CONTAINER, "cmd": (2, [str]), "timeout": (3, int)},
        {"stdout": (1, str), "stderr": (2, str), "exit_code": (3, int)}),
}


def main():
    socket, method = sys.argv[1:3]
    request, answer = METHODS[method]
    values = json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}
    with grpc.insecure_channel("unix:" + socket) as channel:
        call = channel.unary_unary("/runtime.v1.RuntimeService/" + method)
        try:
            data = call(encode(request, values), timeout=60)
        except grpc.RpcError as e:
            sys.exit(f"{e.code().name}: {e.details()}")
    print(json.dumps(decode(answer, data)))


main()
