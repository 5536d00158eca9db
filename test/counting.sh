# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables are for all.sh, which sources this file
#
# How all.sh counts: a suite writes TAP to $work/<suite>.tap, and all numbers come from there.
: "${MUST_WORK=}" "${work=}"

# shellcheck source=progress.sh
. test/progress.sh

passed=0 failed=0 skipped=0 suite=

begin() { # SUITE
	suite=$1
	tap=$work/$suite.tap
	: >"$tap"
	began=$(date +%s%N)
	progress_start "$suite"
}

# One check that is a command: its output counts only where it fails.
check() { # NAME CMD...
	local name=$1 rc=0 cmd

	shift
	cmd=$*
	"$@" >"$work/out" 2>&1 || rc=$?
	if [ "$rc" -eq 0 ]; then
		echo "ok - $name" >>"$tap"
		return 0
	fi
	{
		echo "not ok - $name"
		echo "# exit status $rc: ${cmd:0:200}"
		tail -n 100 "$work/out" | tr -d '\0' | sed 's/^/# /'
	} >>"$tap"
	return 1
}

# Says how it went: a line, what failed with its diagnostics, what was skipped with its reason.
end() {
	local p f s

	progress_stop "$suite"
	read -r p f s <<<"$(awk -v must="$MUST_WORK" '
		/^ok .*# SKIP/ { if (must == 1 && !/# SKIP hardware: /) f++; else s++; next }
		/^ok/ { p++ }
		/^not ok/ { f++ }
		END { print p + 0, f + 0, s + 0 }' "$tap")"
	[ $((p + f + s)) -gt 0 ] || {
		echo 'not ok - the suite checks something' >>"$tap"
		f=1
	}
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	printf '%-10s %4d passed, %d failed%s  (%d s)\n' "$suite" "$p" "$f" \
		"$([ "$s" -eq 0 ] || echo ", $s skipped")" \
		$((($(date +%s%N) - began + 500000000) / 1000000000))
	awk -v must="$MUST_WORK" '
		/^ok .*# SKIP/ {
			print (must == 1 && !/# SKIP hardware: / ? "  not ok, it must work" : "  skip") substr($0, 3)
			show = 0
			next
		}
		/^ok/ { show = 0 }
		/^not ok/ { show = 1 }
		show || /^#!/ { print "  " $0 }' "$tap"
	suite=
}

# meson's log of a run, as TAP: each test's own lines under its name, and a failed check for a test
# that ended badly without saying so itself. What a failed test wrote to stderr follows as "#!".
log_to_tap() { # TESTLOG.JSON
	jq -rj '"=\t\(.name)\t\(.result)\t\(.returncode)\n",
		((.stdout // "") | split("\n")[] | "o\t\(.)\n"),
		((.stderr // "") | split("\n")[] | select(. != "") | "e\t\(.)\n")' "$1" |
		tr -d '\000\r' | awk '
		function flush_test(   i, from) {
			if (name == "")
				return
			if (n == 0 && !skip) {
				print "not ok - " name ": checks something"
				bad++
			}
			if (planned >= 0 && planned != n) {
				print "not ok - " name ": runs all of its " planned " checks, not " n
				bad++
			}
			if (planned < 0 && n) {
				print "not ok - " name ": says how many checks it has"
				bad++
			}
			if (result != "OK" && result != "SKIP" && !bad) {
				print "not ok - " name ": ends well"
				bad++
			}
			if (bad) {
				print "#! meson says " result ", exit status " status
				from = errs > 60 ? errs - 60 : 0
				for (i = from; i < errs; i++)
					print "#! " err[i]
			}
		}
		{ kind = $1; text = substr($0, 3) }
		kind == "=" {
			flush_test()
			split(text, f, "\t")
			name = f[1]; result = f[2]; status = f[3]
			sub(/^dpdk-cni:/, "", name)
			sub(/ \/ /, "/", name)
			n = bad = skip = errs = show = 0
			planned = -1
			next
		}
		kind == "e" { err[errs++] = text; next }
		text ~ /^1\.\.[0-9]+/ {
			planned = substr(text, 4) + 0
			if (text ~ /^1\.\.0 *# *SKIP/) {
				skip = 1
				sub(/^1\.\.0 *# *SKIP */, "", text)
				print "ok - " name " # SKIP " text
			}
			next
		}
		text ~ /^ok( |$)/ || text ~ /^not ok( |$)/ {
			n++
			verdict = text ~ /^ok/ ? "ok" : "not ok"
			show = verdict == "not ok"
			bad += show
			sub(/^(not )?ok *[0-9]* *-? */, "", text)
			print verdict " - " name ": " text
			next
		}
		text ~ /^Bail out!/ { print "not ok - " name ": " text; bad++; next }
		show && text ~ /^#/ { print text }
		END { flush_test() }'
}
