# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# For scripts that are lists of checks: check, finish.

passed=0 failed=0

# check WHAT COMMAND...: silent if it does, else with what it said. In a function
# the steps are joined by &&: set -e doesn't reach in there.
check() {
	local what=$1 said
	shift
	if said=$("$@" 2>&1); then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) $what"
	else
		failed=$((failed + 1))
		echo "# ${said//$'\n'/$'\n'# }"
		echo "not ok $((passed + failed)) $what"
	fi
}

# finish: the line that counts, and the status.
finish() {
	echo "$passed passed, $failed failed"
	[ $failed = 0 ]
}
