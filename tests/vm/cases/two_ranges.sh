# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# A hole in memory makes it two ranges at least: a disk in each of two ranges
# is kept over two kexecs, one by each system call.
# append: prmem=2300M memmap=64M$0x180000000
# mem: 6G
# timeout: 240
# set: ci

# range_of DISK
range_of() {
	local i=0 end=0
	while :; do
		end=$((end + $(attr "ranges/$i/size")))
		[ "$(attr "regions/$1/start")" -ge $end ] || break
		i=$((i + 1))
	done
	echo $i
}

layout() { cat /sys/kernel/prmem/ranges/*/base /sys/kernel/prmem/ranges/*/size | tr '\n' +; }

check() {
	load_prmem
	expect_eq "$(attr state)" adopted state
	expect_eq "$(layout)" "$(state 1)" "bases and sizes of the ranges"
	vmtool verify /dev/prmem/small 7
	vmtool verify /dev/prmem/large 8
}

# The smallest pool that holds a disk gets it: the second range is too small
# for the larger one.
step_1() {
	load_prmem disks=small:64M,large:320M
	expect_eq "$(attr size)" $((2300 << 20)) size
	[ "$(range_of small)" != "$(range_of large)" ] || fail "both disks are in one range"
	vmtool fill /dev/prmem/small 7
	vmtool fill /dev/prmem/large 8
	set_state "$(layout)"
	kexec_next c 2
}
step_2() { check; kexec_next s 3; }
step_3() { check; pass; }
