#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ready-fake.py MODE SOCKET: says on a telemetry socket what no DPDK program would."""
import json
import os
import socket
import sys
import time

mode, path = sys.argv[1:]
GREETING = b'{"version":"DPDK 22.11.0","pid":1,"max_output_len":16384}'
GOOD = {
    "/ethdev/list": [0],
    "/ethdev/info": {"name": "net_null0", "dev_started": 1},
    "/ethdev/link_status": {"status": "UP"},
    "/eal/params": ["fake"],
}
ANSWERS = {
    "other-type": {"/ethdev/list": "0"},
    "many-ports": {"/ethdev/list": list(range(6000))},
    "bad-port": {"/ethdev/list": [-1]},
    "no-name": {"/ethdev/list": None},
    "odd-port": {"/ethdev/info": None, "/ethdev/link_status": None},
}


def serve(s):
    if mode == "silent":
        time.sleep(3600)
    if mode == "closes":
        return
    first = {"garbage": b"\xff\xfe{]", "nul-bytes": bytes(64), "empty-object": b"{}", "huge": b" " * 150000}
    s.send(first.get(mode, GREETING))
    while command := s.recv(1024):
        if mode == "greets-only":
            time.sleep(3600)
        if mode == "ends-early":
            return
        key = command.decode().split(",")[0]
        answer = {**GOOD, **ANSWERS.get(mode, {})}.get(key)
        s.send(json.dumps({key: answer}, separators=(",", ":")).encode())


listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listener.bind(path + ".new")
listener.listen(1)
os.rename(path + ".new", path)
while True:
    connection = listener.accept()[0]
    try:
        serve(connection)
    except OSError:
        pass
    connection.close()
