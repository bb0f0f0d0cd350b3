# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# The first prmem= on a kernel that KHO handed memory to takes nothing, because
# what KHO keeps looks free that early; KHO's own test finds its data.
# series: 7.x
# append: kho=on
# mem: 2G
# set: ci

step_1() {
	[ -d /sys/kernel/debug/kho ] || fail "KHO is not on"
	kexec_next s 2 prmem=1G
}

step_2() {
	expect_log 'KHO restore succeeded'
	expect_no_log '\] prmem: .*reserved'
	expect_enodev 'no memory is reserved'
	kexec_next c 3
}

# kexec_load hands nothing over for KHO.
step_3() {
	expect_log '\] prmem: prmem=1G: 1073741824 bytes wanted, 1073741824 reserved'
	load_prmem disks=raw:16M
	expect_eq "$(attr state)" initialised state
	pass
}
