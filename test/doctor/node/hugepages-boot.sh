#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the command line asked for is not there, or asks for nothing.
. "$(dirname "$0")/../on-a-node.sh"

nodes 2
pages 0 2048 512
pages 1 2048 512
pages 0 1048576 2
pages 1 1048576 0
says /proc/meminfo 'Hugepagesize:    1048576 kB'
says /proc/cmdline 'quiet'
silent
says /proc/cmdline 'default_hugepagesz=1G hugepagesz=1G hugepages=2 hugepagesz=2M hugepages=1024'
silent
says /proc/cmdline 'hugepages=1024'
finds warning 'asks for 1024 hugepages of 1 GiB' '' # which is the default here
says /proc/cmdline 'hugepages=2'
silent
says /proc/cmdline 'hugepagesz=1G hugepages=0:1,1:1'
silent
says /proc/cmdline 'hugepagesz=1G hugepages=16 hugepagesz=2M hugepages=1024'
finds warning 'asks for 16 hugepages of 1 GiB, the machine has 2' 'dmesg'
says /proc/cmdline 'hugepagesz=1G hugepages=0:2,1:2'
finds warning 'asks for 4 hugepages of 1 GiB, the machine has 2' 'dmesg'
says /proc/cmdline 'hugepagesz=16G hugepages=1'
finds warning 'hugepagesz=16G: this machine has no such page size' '/sys/kernel/mm/hugepages'
says /proc/meminfo 'Hugepagesize:       2048 kB'
says /proc/cmdline 'default_hugepagesz=1G hugepagesz=2M hugepages=1024'
finds warning 'default_hugepagesz=1G, but the default is 2 MiB' 'pdpe1gb'
pages 0 1048576 0
says /proc/cmdline 'hugepagesz=1G hugepages=0'
silent
says /proc/cmdline 'hugepages=16 hugepagesz=1G' # the wrong way round
finds warning 'hugepagesz=1G, but no hugepages= after it' 'hugepagesz=1G hugepages=COUNT'
t_done
