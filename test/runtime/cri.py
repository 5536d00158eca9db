#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One call of the Container Runtime Interface, as kubelet makes it.

usage: cri.py SOCKET METHOD [REQUEST]

REQUEST and the answer on stdout are JSON. A refusal is "CODE: message" on stderr, exit status 1.
Only the messages and fields that the tests need are known; protobuf's wire format is small enough
to be written here, so no generated code and no compiler is needed.
"""

import json
import sys

import grpc

# A message: field -> (number, type). A type is str, int, bool, or another message; [type] is
# repeated, {} a map of strings.
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
ENTRY = {"key": (1, str), "value": (2, str)}


def varint(n):
    out = bytearray()
    n &= (1 << 64) - 1
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out) + bytes([n])


def encode_one(number, kind, value):
    if kind in (int, bool):
        return varint(number << 3) + varint(int(value))
    body = value.encode() if kind is str else encode(kind, value)
    return varint(number << 3 | 2) + varint(len(body)) + body


def encode(message, values):
    out = b""
    for name, value in values.items():
        number, kind = message[name]
        if kind == {}:
            value, kind = [{"key": k, "value": v} for k, v in value.items()], [ENTRY]
        if isinstance(kind, list):
            out += b"".join(encode_one(number, kind[0], v) for v in value)
        else:
            out += encode_one(number, kind, value)
    return out


def read_varint(data, at):
    n = shift = 0
    while True:
        n |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return n, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        if key & 7 == 0:
            value, at = read_varint(data, at)
        else:
            size, at = {1: (8, at), 5: (4, at)}[key & 7] if key & 7 != 2 else read_varint(data, at)
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def decode(message, data):
    known = {number: (name, kind) for name, (number, kind) in message.items()}
    # What the sender leaves out has its default: that is no difference to a reader.
    out = {name: kind() if isinstance(kind, type) else type(kind)()
           for name, (_, kind) in message.items()}
    for number, value in fields(data):
        name, kind = known.get(number, (None, None))
        if name is None:
            continue
        one = kind[0] if isinstance(kind, list) else kind
        if kind == {}:
            entry = decode(ENTRY, value)
            out[name][entry["key"]] = entry["value"]
            continue
        if one is str:
            value = value.decode(errors="replace")
        elif one not in (int, bool):
            value = decode(one, value)
        else:
            value = one(value)
        if isinstance(kind, list):
            out[name].append(value)
        else:
            out[name] = value
    return out


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
