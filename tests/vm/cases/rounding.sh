# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# A size that is not a multiple of 2 MiB is rounded up, and the log has both.
# append: prmem=4100K
# mem: 1G
# set: ci

step_1() {
	expect_log 'prmem: prmem=4100K: 4198400 bytes wanted, 6291456 reserved$'
	load_prmem disks=small:4M
	expect_eq "$(attr size)" 6291456 size
	expect_eq "$(attr ranges/0/size)" 6291456 "size of range 0"
	expect_eq "$(attr free)" 0 free
	vmtool fill /dev/prmem/small 7
	vmtool verify /dev/prmem/small 7
	pass
}
