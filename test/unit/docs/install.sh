#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/install.md names just the pkg-config modules, options and Debian packages of the build.
. "$(dirname "$0")/../../tap.sh"

page=$SOURCE_ROOT/docs/install.md
modules=$(sed -n 's/^| `\([a-z0-9.-]*\)` | .* | .*/\1/p' "$page" | sort)
t_is 'the modules are those that meson asks for' "$modules" \
	"$(grep -rhoE "dependency\('[a-z0-9.-]+'" "$SOURCE_ROOT"/{cni,dataplane}/ --include=meson.build |
		cut -d "'" -f 2 | grep -vE 'cmocka|threads' | sort -u)"
wanted=$("$SOURCE_ROOT/test/deps.sh" --list build)
mapfile -t packages < <(awk -F ' *[|] *' '/^\| `[a-z0-9.-]*` \| .* \| .* \| .* \|/ { print $4 }' "$page")
for package in "${packages[@]}"; do
	t_like "Debian's package $package is what deps.sh installs" $'\n'"$wanted"$'\n' $'\n'"$package"$'\n'
done
t_is 'the options are those of meson' \
	"$(sed -n 's/^| `-D\([a-z_]*\)=[a-z]*` .*/\1/p' "$page" | sort)" \
	"$(sed -n "s/^option('\([a-z_]*\)'.*/\1/p" "$SOURCE_ROOT/meson_options.txt" | sort)"
t_done
