# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# With a direct map of 1 GiB pages, a disk is mapped next to other memory, and
# all of that memory can still be written to.
# append: prmem=512M nokaslr
# mem: 5G
# timeout: 240
# set: ci

step_1() {
	# nokaslr: a kernel in the same 1 GiB has that page split already.
	grep -q pdpe1gb /proc/cpuinfo || skip "no 1 GiB pages"
	[ "$(meminfo DirectMap1G)" -gt 0 ] || fail "the direct map has no 1 GiB pages"
	load_prmem disks=raw:64M
	vmtool fill /dev/prmem/raw 7
	eat_memory 1024
	vmtool verify /eaten/all 99
	vmtool verify /dev/prmem/raw 7
	pass
}
