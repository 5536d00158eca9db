#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A kubelet's PodResources service, by a real gRPC server, with all that can go wrong with it.

usage: kubelet.py DIRECTORY

Serves DIRECTORY/pod-resources/kubelet.sock. DIRECTORY/say.json tells what; it is read anew for each
call. Calls are noted in DIRECTORY/calls, one a line.

    pods     [{namespace, name, cpus, containers: [{name, cpus, memory: [{type, size, nodes}],
             devices: [{resource, ids}], claims: [{driver, device}]}]}]
    crowd    so many pods more, each with a device
    fat      bytes that one pod more has for a name
    get      "ok" (default), or the gRPC status that Get ends with: "UNIMPLEMENTED", ...
    list     the same of List
    busy     so many calls are refused with RESOURCE_EXHAUSTED first
    wire     what becomes of the bytes of the answer: {"do": "pass"}; "mute": none come; "garbage": of
             the given seed; "cut": after so many "bytes"; "flip": so many "bits", by "seed";
             "trickle": one every so many "ms"; "deaf": nobody accepts
"""

import json
import os
import random
import select
import socket
import sys
import threading
import time
from concurrent import futures

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from wire import varint  # noqa: E402


def data(number, body):
    if isinstance(body, str):
        body = body.encode("latin-1")
    return varint(number << 3 | 2) + varint(len(body)) + body


def number(field, n):
    return varint(field << 3) + varint(n)


def packed(field, numbers):
    return data(field, b"".join(map(varint, numbers))) if numbers else b""


def topology(field, nodes):
    return data(field, b"".join(data(1, number(1, n)) for n in nodes))


def container(c):
    out = data(1, c["name"])
    for d in c.get("devices", []):
        body = data(1, d["resource"]) + b"".join(data(2, i) for i in d["ids"])
        out += data(2, body + topology(3, d.get("nodes", [0])))
    # One by one is as good as packed.
    if c.get("unpacked"):
        out += b"".join(number(3, n) for n in c["cpus"])
    else:
        out += packed(3, c.get("cpus", []))
    for m in c.get("memory", []):
        body = data(1, m["type"]) + number(2, m["size"]) + topology(3, m["nodes"])
        out += data(4, body)
    for d in c.get("claims", []):
        claim = data(2, d["driver"]) + data(3, "a pool") + data(4, d["device"])
        out += data(5, data(2, "claim") + data(3, "ns") + data(4, claim))
    # A field of a later release.
    return out + data(77, "later")


def pod(p):
    out = data(1, p["name"]) + data(2, p["namespace"])
    out += b"".join(data(3, container(c)) for c in p["containers"])
    return out + packed(4, p.get("cpus", []))


def say():
    with open(os.path.join(directory, "say.json"), encoding="utf-8") as f:
        return json.load(f)


def crowd(what):
    for i in range(what.get("crowd", 0)):
        ids = [f"0000:{0x40 + (i >> 8 & 0x3f):02x}:{i >> 3 & 0x1f:02x}.{i & 7}"]
        yield pod({"namespace": "crowd", "name": f"pod-{i}-with-quite-a-long-name", "containers": [
            {"name": "app", "cpus": [i % 64], "devices": [{"resource": "vendor.com/nic", "ids": ids}],
             "memory": [{"type": "memory", "size": 1 << 30, "nodes": [0, 1]}]}]})
    if what.get("fat"):
        yield data(1, "f" * what["fat"])


def ends_badly(context, how):
    if how != "ok":
        context.abort(getattr(grpc.StatusCode, how), "PodResources API method disabled")


refused = 0


def enter(name, context, what):
    global refused
    with open(os.path.join(directory, "calls"), "a", encoding="utf-8") as f:
        f.write(name + "\n")
    if refused < what.get("busy", 0):
        refused += 1
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "rejected by rate limit")
    refused = 0


def strings(message):
    """Fields 1 and 2 of a message that has nothing else."""
    out, at = {}, 0
    while at < len(message):
        length = message[at + 1] & 127
        at += 2
        if message[at - 1] > 127:
            length += message[at] << 7
            at += 1
        out[message[at - 2 if length < 128 else at - 3] >> 3] = message[at:at + length].decode()
        at += length
    return out


def get(request, context):
    what = say()
    enter("Get", context, what)
    ends_badly(context, what.get("get", "ok"))
    asked = strings(request)
    for p in what.get("pods", []):
        if (p["name"], p["namespace"]) == (asked.get(1), asked.get(2)):
            return data(1, pod(p))
    return context.abort(grpc.StatusCode.UNKNOWN, f"pod {asked.get(1)} not found")


def list_all(_request, context):
    what = say()
    enter("List", context, what)
    ends_badly(context, what.get("list", "ok"))
    # What is asked for comes last.
    everyone = list(crowd(what)) + [pod(p) for p in what.get("pods", [])]
    return data(9, "a field of a later release") + b"".join(data(1, p) for p in everyone)


# ---------------------------------------------------------------- the wire

def relay(client, wire):
    """Between the client and the real server, whose bytes are changed on their way."""
    server = socket.socket(socket.AF_UNIX)
    server.connect(behind)
    dice = random.Random(wire.get("seed", 0))
    sent = 0
    flips = sorted(dice.randrange(wire.get("span", 400)) for _ in range(wire.get("bits", 0)))
    while True:
        # What is broken is not waited for.
        idle = 0.03 if wire["do"] in ("cut", "flip") and sent else None
        ready = select.select([client, server], [], [], idle)[0]
        if not ready:
            return
        if client in ready:
            got = client.recv(65536)
            if not got:
                return
            server.sendall(got)
        if server in ready:
            got = bytearray(server.recv(65536))
            if not got:
                return
            for at in flips:
                if sent <= at < sent + len(got):
                    got[at - sent] ^= 1 << dice.randrange(8)
            if wire["do"] == "cut":
                got = got[:max(0, wire["bytes"] - sent)]
            sent += len(got)
            if wire["do"] == "trickle":
                for byte in got:
                    client.sendall(bytes([byte]))
                    time.sleep(wire["ms"] / 1000)
            else:
                client.sendall(got)
            if wire["do"] == "cut" and sent >= wire["bytes"]:
                return


def serve(client):
    wire = say().get("wire", {"do": "pass"})
    with client:
        try:
            if wire["do"] == "mute":
                client.recv(65536)
                time.sleep(60)
            elif wire["do"] == "garbage":
                client.recv(65536)
                client.sendall(random.Random(wire["seed"]).randbytes(4096))
                time.sleep(60)
            else:
                relay(client, wire)
        except OSError:
            pass  # the client had enough


def main():
    global directory, behind
    directory = sys.argv[1]
    behind = os.path.join(directory, "behind.sock")
    server = grpc.server(futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("v1.PodResourcesLister", {
        "Get": grpc.unary_unary_rpc_method_handler(get),
        "List": grpc.unary_unary_rpc_method_handler(list_all),
    }),))
    server.add_insecure_port("unix:" + behind)
    server.start()
    os.makedirs(os.path.join(directory, "pod-resources"), exist_ok=True)
    front = socket.socket(socket.AF_UNIX)
    path = os.path.join(directory, "pod-resources", "kubelet.sock")
    if os.path.exists(path):
        os.unlink(path)
    front.bind(path)
    front.listen(0)
    while True:
        if say().get("wire", {}).get("do") == "deaf":
            print("deaf", flush=True)
            time.sleep(0.05)
            continue
        ready = select.select([front], [], [], 0.05)[0]
        if ready:
            threading.Thread(target=serve, args=(front.accept()[0],), daemon=True).start()


main()
