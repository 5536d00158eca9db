# SPDX-License-Identifier: Apache-2.0
# Attaches a BPF program to a network device, as a pod with CAP_BPF does:
#
#	attach-bpf.py PLACE DEVICE [hold [xdpgeneric]]
#
# PLACE is tcx-ingress, tcx-egress or xdp; with hold it is by a link, which lives as long as this
# process, and "held" is written. The programs drop everything.
import ctypes
import os
import socket
import struct
import sys
import time

CALL = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
PROG_LOAD, PROG_ATTACH, LINK_CREATE = 5, 8, 28
SCHED_CLS, XDP = 3, 6
PLACES = {"tcx-ingress": (SCHED_CLS, 46, 2), "tcx-egress": (SCHED_CLS, 47, 2), "xdp": (XDP, 37, 1)}
SKB_MODE, DRV_MODE = 2, 4


def bpf(command, attr):
    buf = ctypes.create_string_buffer(attr.ljust(128, b"\0"), 128)
    fd = ctypes.CDLL(None, use_errno=True).syscall(CALL, command, buf, 128)
    if fd < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return fd


kind, place, drop = PLACES[sys.argv[1]]
index = socket.if_nametoindex(sys.argv[2])
code = ctypes.create_string_buffer(struct.pack("<BBhiBBhi", 0xB7, 0, 0, drop, 0x95, 0, 0, 0))
gpl = ctypes.create_string_buffer(b"GPL")
program = bpf(
    PROG_LOAD,
    struct.pack("<IIQQIIQII16sII", kind, 2, ctypes.addressof(code), ctypes.addressof(gpl), 0, 0, 0, 0, 0, b"", 0, place),
)
if "hold" in sys.argv:
    mode = SKB_MODE if "xdpgeneric" in sys.argv else DRV_MODE
    link = bpf(LINK_CREATE, struct.pack("<IIIIIIQ", program, index, place, mode if kind == XDP else 0, 0, 0, 0))
    print("held", flush=True)
    time.sleep(1000)
else:
    bpf(PROG_ATTACH, struct.pack("<IIII", index, program, place, 0))
