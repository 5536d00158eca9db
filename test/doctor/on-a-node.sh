# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# How the scripts of the node's checks begin: common.sh, a sandbox of their own, and in there node.sh.
# shellcheck source=test/doctor/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
t_in_sandbox "$0" "$@"
# shellcheck source=test/doctor/node.sh
. "$(dirname "${BASH_SOURCE[0]}")/node.sh"
t_tmpdir
