# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables are for the scripts that source this file
#
# The arguments of sriov/run.sh and kubernetes/run.sh: scenarios of a build, or a shell. They come out
# as $shell, $scenarios (those given), BUILD_ROOT and SOURCE_ROOT.
# shellcheck source=usage.sh
. "$(dirname "${BASH_SOURCE[0]}")/usage.sh"

shell='' scenarios=()
scenarios_arguments() { # ARGUMENT...
	while [ $# -gt 0 ]; do
		case $1 in
		--shell) shell=1 ;;
		--build=*) BUILD_ROOT=${1#*=} ;;
		--build)
			BUILD_ROOT=${2:?--build needs a directory}
			shift
			;;
		-h | --help) usage_asked ;;
		-*) usage_wrong ;;
		*) scenarios+=("$1") ;;
		esac
		shift
	done
	SOURCE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
	BUILD_ROOT=$(cd "${BUILD_ROOT:-$SOURCE_ROOT/build}" 2>/dev/null && pwd) || {
		echo 'run.sh: no build there: give one with --build' >&2
		exit 2
	}
}

# Those of the suite where none was given; each must be a script in DIRECTORY.
scenarios_choose() { # DIRECTORY NAME...
	local dir=$1 name

	shift
	[ "${#scenarios[@]}" -gt 0 ] || scenarios=("$@")
	for name in "${scenarios[@]}"; do
		[ -e "$dir/$name.sh" ] || {
			echo "run.sh: no such scenario: $name" >&2
			exit 2
		}
	done
}
