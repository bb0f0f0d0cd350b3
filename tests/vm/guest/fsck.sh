# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# prmem-fsck over the memory of the machine; damage.sh has the sums.

# fsck STATUS REGEX ARGUMENT...: it ends like that and prints a line like that.
fsck() {
	local status=0 want=$1 regex=$2
	shift 2
	prmem-fsck "$@" > /tmp/said 2>&1 || status=$?
	expect_eq "$status" "$want" "status of prmem-fsck $*: $(cat /tmp/said)"
	grep -qE -- "$regex" /tmp/said || fail "prmem-fsck $*: no '$regex' in: $(cat /tmp/said)"
}

# untouched STATUS REGEX: and every byte is as before.
untouched() {
	local sum
	sum=$(memory_sum)
	fsck "$1" "$2" --live
	expect_eq "$(memory_sum)" "$sum" "memory after prmem-fsck"
}

sound() { untouched 0 '^prmem-fsck: sound$'; }
