# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# How most scripts here begin: tap.sh, a sandbox of their own, and in there plugin.sh.
# shellcheck source=test/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
t_in_sandbox "$0" "$@"
# shellcheck source=test/netns/plugin.sh
. "$(dirname "${BASH_SOURCE[0]}")/plugin.sh"
