#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: seccomp-default.py [CAPABILITY...] -- COMMAND...

Runs a command under the seccomp profile that container runtimes call their default ("RuntimeDefault" in
a pod), as it is for a container with these capabilities (SYS_NICE, without CAP_): what is not listed
is refused with EPERM. no_new_privs is not set, so this takes CAP_SYS_ADMIN.
"""
import ctypes
import errno
import os
import sys

ALLOWED = """
accept accept4 access adjtimex alarm arch_prctl bind brk cachestat capget capset chdir chmod chown
clock_adjtime clock_getres clock_gettime clock_nanosleep close close_range connect copy_file_range creat
dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
epoll_wait_old eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 fallocate
fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock
fork fremovexattr fsetxattr fstat fstatfs fsync ftruncate futex futex_requeue futex_wait futex_waitv
futex_wake futimesat get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid geteuid
getgid getgroups getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid
getresuid getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday getuid getxattr
inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents
io_pgetevents io_setup io_submit ioctl ioprio_get ioprio_set kill landlock_add_rule
landlock_create_ruleset landlock_restrict_self lchown lgetxattr link linkat listen listxattr llistxattr
lremovexattr lseek lsetxattr lstat madvise map_shadow_stack membarrier memfd_create memfd_secret mincore
mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap modify_ldt mprotect mq_getsetattr mq_notify
mq_open mq_timedreceive mq_timedsend mq_unlink mremap msgctl msgget msgrcv msgsnd msync munlock
munlockall munmap name_to_handle_at nanosleep newfstatat open openat openat2 pause pidfd_getfd
pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll prctl pread64
preadv preadv2 prlimit64 process_mrelease process_vm_readv process_vm_writev pselect6 ptrace pwrite64
pwritev pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg remap_file_pages
removexattr rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending
rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop sendfile sendmmsg sendmsg
sendto set_robust_list set_thread_area set_tid_address setfsgid setfsuid setgid setgroups setitimer
setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid setsockopt setuid setxattr
shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4 socketpair splice stat statfs statx
symlink symlinkat sync sync_file_range syncfs sysinfo tee tgkill time timer_create timer_delete
timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times tkill
truncate umask uname unlink unlinkat utime utimensat utimes vfork vmsplice wait4 waitid write writev
"""
WITH = {
    "DAC_READ_SEARCH": "open_by_handle_at",
    "SYS_ADMIN": "bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick mount mount_setattr move_mount "
    "open_tree perf_event_open quotactl setdomainname sethostname setns umount2 unshare",
    "SYS_CHROOT": "chroot",
    "SYS_MODULE": "delete_module finit_module init_module",
    "SYS_NICE": "get_mempolicy mbind set_mempolicy set_mempolicy_home_node",
    "SYS_RAWIO": "ioperm iopl",
    "SYS_TIME": "clock_settime settimeofday",
    "BPF": "bpf",
    "PERFMON": "perf_event_open",
}
CLONE_NAMESPACES = 0x7E020000
AF_VSOCK = 40
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
NOT_EQUAL, EQUAL, MASKED = 1, 4, 7
NO_NEW_PRIVS = 3  # SCMP_FLTATR_CTL_NNP


class Argument(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def main():
    split = sys.argv.index("--")
    capabilities, command = sys.argv[1:split], sys.argv[split + 1 :]
    lib = ctypes.CDLL("libseccomp.so.2")
    lib.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(lib.seccomp_init(REFUSE | errno.EPERM))

    def rule(action, name, *arguments):
        number = lib.seccomp_syscall_resolve_name(name.encode())
        array = (Argument * len(arguments))(*arguments)
        # A call that this machine's architecture has not, or libseccomp does not know, is refused.
        if number >= 0 and lib.seccomp_rule_add_array(context, action, number, len(arguments), array) < 0:
            sys.exit("seccomp-default.py: cannot filter " + name)

    names = set(ALLOWED.split())
    for capability in capabilities:
        names.update(WITH.get(capability, "").split())
    for name in sorted(names):
        rule(ALLOW, name)
    if "SYS_ADMIN" not in capabilities:
        rule(ALLOW, "clone", Argument(0, MASKED, CLONE_NAMESPACES, 0))
        rule(REFUSE | errno.ENOSYS, "clone3")
    rule(ALLOW, "socket", Argument(0, NOT_EQUAL, AF_VSOCK, 0))
    for persona in (0, 0x8, 0x20000, 0x20008, 0xFFFFFFFF):
        rule(ALLOW, "personality", Argument(0, EQUAL, persona, 0))
    lib.seccomp_attr_set(context, NO_NEW_PRIVS, 0)
    if lib.seccomp_load(context) < 0:
        sys.exit("seccomp-default.py: the filter cannot be loaded")
    os.execvp(command[0], command)


main()
