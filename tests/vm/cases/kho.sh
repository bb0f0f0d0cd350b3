# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Beside the kernel's own handover (KHO) with its own test built in: that one saves in
# the first boot, restores in the second, saves in the third, restores in the
# fourth. kexec_load, how=c, hands nothing over for KHO; what prmem has is kept
# all the same.
# series: 7.x
# append: prmem=128M kho=on how=s
# mem: 2G
# timeout: 300
# set: ci

. /vm/chain.sh

# What KHO and its test say of this boot.
handover() {
	local restored=0
	[ -d /sys/kernel/debug/kho ] || fail "KHO is not on"
	expect_no_log 'KHO restore failed'
	if [ "$(cmdline_get how)" = s ]; then restored=$(((vmstep + 1) % 2)); fi
	expect_eq "$(dmesg | grep -c 'KHO restore succeeded' || :)" $restored "restored by KHO's own test"
	report "kho by $(cmdline_get how), boot $vmstep: restored $restored"
}

step_1() {
	handover
	chain "$(cmdline_get how)" "$(cmdline_get how)" "$(cmdline_get how)"
}
step_2() { step_1; }
step_3() { step_1; }
step_4() { step_1; }
