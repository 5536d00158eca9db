#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A hugetlbfs that belongs to root, and one that is read-only, for real.
. "$(dirname "$0")/../in-a-pod.sh"

no_hugetlbfs
recorded_pages 2048 0 4 4
hugetlbfs /run/huge
silent
mount -o remount,bind,ro /run/huge
finds warning '/run/huge: hugetlbfs is mounted read-only' 'readOnly'
mount -o remount,bind,rw /run/huge
as_user
finds warning '/run/huge: hugetlbfs belongs to 0:0 with mode 0755, this is uid 1234' 'fsGroup: 1234'
chgrp 1234 /run/huge && chmod 2775 /run/huge
silent
t_done
