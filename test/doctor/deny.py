#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: deny.py SYSCALL COMMAND...

Runs a command under a seccomp filter that answers a system call with EPERM, as the default profile of
container runtimes does."""

import ctypes
import os
import platform
import struct
import sys

NUMBERS = {
    "x86_64": {"get_mempolicy": 239, "mbind": 237, "sched_setaffinity": 203, "memfd_create": 319, "openat2": 437},
    "aarch64": {"get_mempolicy": 236, "mbind": 235, "sched_setaffinity": 122, "memfd_create": 279, "openat2": 437},
}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO_EPERM = 0x7FFF0000, 0x00050001


def main():
    number = NUMBERS[platform.machine()][sys.argv[1]]
    code = b"".join(
        struct.pack("HBBI", *i)
        for i in ((LOAD, 0, 0, 0), (JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, ERRNO_EPERM), (RETURN, 0, 0, ALLOW))
    )
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0):
        sys.exit("deny.py: " + os.strerror(ctypes.get_errno()))
    os.execvp(sys.argv[2], sys.argv[2:])


main()
