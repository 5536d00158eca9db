#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Frames for the forwarder's tests: made, sent, and compared byte by byte.

  make FILE COUNT SEED           a pcap of COUNT frames, 60 to 1514 bytes
  compare IN OUT MACS            OUT must be IN, with the first 12 bytes MACS (hex) or '-' for as they were
  exchange A B COUNT MACS_AB MACS_BA
                                 sends COUNT frames each way between two interfaces, over whatever
                                 joins them, and checks what arrives
  blast IF COUNT                 sends COUNT frames and looks no further
"""
import random
import select
import socket
import struct
import sys

MAGIC = 0xA1B2C3D4
ETHERTYPE = 0x88B5  # for local experiments: no stack answers it
ETH_P_ALL = 3
MARK = struct.pack(">H", ETHERTYPE)


def frames(count, seed):
    """All edges first, then sizes at random; contents at random but for the EtherType."""
    rng = random.Random(seed)
    edges = [60, 61, 62, 63, 64, 65, 127, 128, 129, 255, 256, 511, 512, 1023, 1024, 1513, 1514]
    for k in range(count):
        size = edges[k] if k < len(edges) else rng.randint(60, 1514)
        head = bytes(rng.randrange(256) & (0xFE if i in (0, 6) else 0xFF) for i in range(12))
        yield head + MARK + struct.pack(">II", seed, k) + rng.randbytes(size - 22)


def write_pcap(path, count, seed):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", MAGIC, 2, 4, 0, 0, 65535, 1))
        for k, frame in enumerate(frames(count, seed)):
            f.write(struct.pack("<IIII", k, 0, len(frame), len(frame)) + frame)


def read_pcap(path):
    with open(path, "rb") as f:
        head = f.read(24)
        if len(head) < 24:
            return
        magic = struct.unpack("<I", head[:4])[0]
        if magic not in (MAGIC, 0xA1B23C4D):  # micro- or nanoseconds
            sys.exit(f"{path}: magic {magic:#x}")
        while record := f.read(16):
            _, _, have, length = struct.unpack("<IIII", record)
            data = f.read(have)
            if have != length or len(data) != have:
                sys.exit(f"{path}: a frame is cut: {have} of {length} bytes")
            yield data


def differ(number, got, sent, macs):
    want = sent if macs is None else macs + sent[12:]
    if got == want:
        return
    at = next((i for i, (a, b) in enumerate(zip(got, want)) if a != b), min(len(got), len(want)))
    sys.exit(f"frame {number}: {len(got)} bytes for {len(want)}, first difference at byte {at}\n"
             f"got:  {got[:40].hex()}\nwant: {want[:40].hex()}")


def macs_of(text):
    return None if text == "-" else bytes.fromhex(text.replace(":", ""))


def compare(inp, outp, macs):
    sent, got = list(read_pcap(inp)), list(read_pcap(outp))
    for number, (a, b) in enumerate(zip(got, sent)):
        differ(number, a, b, macs)
    if len(got) != len(sent):
        sys.exit(f"{outp}: {len(got)} frames for {len(sent)}")
    print(len(got))


def open_if(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    s.bind((name, 0))
    s.setblocking(False)
    return s


def take(sock, seconds):
    """The next frame of ours that came in from outside, or None."""
    while select.select([sock], [], [], seconds)[0]:
        data, address = sock.recvfrom(65536)
        if data[12:14] == MARK and address[2] != socket.PACKET_OUTGOING:
            return data
    return None


def one_way(out, inp, count, seed, macs):
    """Windows of a few frames, so that no queue on the way is asked too much."""
    waiting = []
    for number, frame in enumerate(frames(count, seed)):
        out.send(frame)
        waiting.append((number, frame))
        if len(waiting) == 16 or number == count - 1:
            for n, sent in waiting:
                got = take(inp, 5)
                if got is None:
                    sys.exit(f"frame {n} of {count} did not arrive")
                differ(n, got, sent, macs)
            waiting = []
    if take(inp, 0.1) is not None:
        sys.exit("a frame arrived that nobody sent")


def main(argv):
    verb, args = argv[1], argv[2:]
    if verb == "make":
        write_pcap(args[0], int(args[1]), int(args[2]))
    elif verb == "compare":
        compare(args[0], args[1], macs_of(args[2]))
    elif verb == "exchange":
        a, b = open_if(args[0]), open_if(args[1])
        one_way(a, b, int(args[2]), 1, macs_of(args[3]))
        one_way(b, a, int(args[2]), 2, macs_of(args[4]))
    elif verb == "blast":
        s = open_if(args[0])
        s.setblocking(True)
        for frame in frames(int(args[1]), 3):
            s.send(frame)
    else:
        sys.exit(__doc__)


main(sys.argv)
