# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# How the scripts of the pod's checks begin: common.sh, a sandbox of their own, and in there machine.sh.
# shellcheck source=test/doctor/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
t_in_sandbox "$0" "$@"
# shellcheck source=test/doctor/machine.sh
. "$(dirname "${BASH_SOURCE[0]}")/machine.sh"
t_tmpdir
