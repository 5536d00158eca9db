#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""TCP between two hosts, compared byte by byte: what the kernel's own stack makes of the way between.

  serve MIB          accepts one connection, says "listening", reads until its end, prints a SHA-256
  send ADDRESS MIB   connects, sends that much, prints the SHA-256 of it
"""
import hashlib
import random
import socket
import sys

PORT = 5001
LIMIT = 15  # seconds without progress: it stands still


def block(rng):
    return rng.randbytes(1 << 16)


def serve():
    s = socket.create_server(("::", PORT), family=socket.AF_INET6, dualstack_ipv6=True)
    s.settimeout(LIMIT)
    print("listening", flush=True)
    c, _ = s.accept()
    c.settimeout(LIMIT)
    digest = hashlib.sha256()
    while data := c.recv(1 << 16):
        digest.update(data)
    c.sendall(b"!")
    print(digest.hexdigest(), flush=True)


def send(address, mib):
    rng = random.Random(mib)
    digest = hashlib.sha256()
    c = socket.create_connection((address, PORT), timeout=LIMIT)
    for _ in range(mib * 16):
        data = block(rng)
        digest.update(data)
        c.sendall(data)
    c.shutdown(socket.SHUT_WR)
    if c.recv(1) != b"!":
        sys.exit("the other side has not read to the end")
    print(digest.hexdigest())


if sys.argv[1] == "serve":
    serve()
else:
    send(sys.argv[2], int(sys.argv[3]))
