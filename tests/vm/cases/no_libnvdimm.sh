# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2119,SC2120
# The module of a kernel without libnvdimm: disks are refused by name, but kept.
# append: prmem=64M
# set: ci

# modprobe -r takes away what it needs together with the other one.
bare() { modprobe libcrc32c; insmod /usr/lib/prmem-tests/prmem-bare.ko ${1:+"$1"}; }

step_1() {
	. /vm/damage.sh
	expect_eq "$(modinfo -F depends /usr/lib/prmem-tests/prmem-bare.ko)" libcrc32c depends
	bare
	expect_eq "$(attr state)" initialised state
	find_memory
	rmmod prmem
	refused_bare
	modprobe prmem disks=d:4M
	udevadm settle
	vmtool fill /dev/prmem/d 7
	unload_prmem
	refused_bare
	bare
	expect_eq "$(attr state)" adopted state
	expect_eq "$(cat /sys/kernel/prmem/regions/d/type)" disk "type of d"
	expect_eq "$(cat /sys/kernel/prmem/regions/d/device)" '' "device of d"
	# Nobody else claims the disk here, so the module does.
	place=$(($(cat /sys/kernel/prmem/ranges/0/base) + $(cat /sys/kernel/prmem/regions/d/start)))
	expect_fail vmtool peek "$place" 16
	rmmod prmem
	vmtool peek "$place" 16 > /dev/null
	nothing_left
	load_prmem
	vmtool verify /dev/prmem/d 7
	unload_prmem

	# There it can be forgotten all the same.
	bare
	echo d > /sys/kernel/prmem/forget
	[ ! -e /sys/kernel/prmem/regions/d ]
	rmmod prmem
	loaded adopted
	[ ! -e /sys/kernel/prmem/regions/d ]
	pass
}

refused_bare() {
	local sum
	sum=$(memory_sum)
	dmesg -c > /dev/null
	expect_fail bare disks=a:4M
	expect_log 'prmem: refused: disks=: entry "a:4M": this kernel has no libnvdimm'
	nothing_left
	expect_eq "$(memory_sum)" "$sum" "memory after the refusal"
}
