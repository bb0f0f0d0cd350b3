# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Four kexecs by both system calls; the kernel must not stay in one place.
# kernel: stock
# timeout: 240
# set: ci

place() { vmtool kaslr | sed 's/.*phys=//'; }

again() {
	set_state "$(state 1)+$(place)"
	kexec_next "$@"
}

step_1() { set_state "$(place)"; kexec_next c 2; }
step_2() { again s 3; }
step_3() { again c 4; }
step_4() { again s 5; }
step_5() {
	local places
	places=$(echo "$(state 1)+$(place)" | tr + '\n')
	say "places: $(state 1)+$(place)"
	expect_eq "$(echo "$places" | wc -l)" 5 "number of boots"
	[ "$(echo "$places" | sort -u | wc -l)" -gt 1 ] || fail "five boots, one place"
	pass
}
