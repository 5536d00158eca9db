#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: device-cgroup.py DIRECTORY

Forbids all devices to a control group of version 2, by a BPF program that says no: what a container
runtime does with the devices that it was not told of."""

import ctypes
import os
import platform
import struct
import sys

BPF = {"x86_64": 321, "aarch64": 280}[platform.machine()]
PROG_LOAD, PROG_ATTACH = 5, 8
TYPE_CGROUP_DEVICE, ATTACH_CGROUP_DEVICE = 15, 6


def bpf(libc, command, attributes):
    buffer = ctypes.create_string_buffer(attributes.ljust(128, b"\0"))
    result = libc.syscall(BPF, command, buffer, 128)
    if result < 0:
        sys.exit("device-cgroup.py: " + os.strerror(ctypes.get_errno()))
    return result


def main():
    libc = ctypes.CDLL(None, use_errno=True)
    # r0 = 0; exit
    code = ctypes.create_string_buffer(struct.pack("BBhi", 0xB7, 0, 0, 0) + struct.pack("BBhi", 0x95, 0, 0, 0))
    licence = ctypes.create_string_buffer(b"Apache-2.0\0")
    group = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY)
    program = bpf(libc, PROG_LOAD, struct.pack(
        "IIQQ", TYPE_CGROUP_DEVICE, 2, ctypes.addressof(code), ctypes.addressof(licence)))
    bpf(libc, PROG_ATTACH, struct.pack("IIII", group, program, ATTACH_CGROUP_DEVICE, 0))


main()
