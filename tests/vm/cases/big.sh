# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# 8 GiB of 12 GiB on a cold boot, wherever KASLR puts the kernel: all of it is
# there, above 4 GiB first, and a disk in it works.
# append: prmem=8G
# mem: 12G
# repeat: 3
# set: ci

step_1() {
	local range base size low=0 total=0
	load_prmem disks=work:64M
	expect_eq "$(attr size)" $((8 << 30)) size
	for range in /sys/kernel/prmem/ranges/*; do
		base=$(cat "$range/base")
		size=$(cat "$range/size")
		total=$((total + size))
		[ $((base)) -ge $((4 << 30)) ] || low=$((low + size))
		say "range $(basename "$range"): $base, $((size >> 20)) MiB"
	done
	expect_eq $total $((8 << 30)) "sum of the ranges"
	if [ $low -gt 0 ] && [ "$(ram_between $((4 << 30)) $((1 << 52)))" -ge $((512 << 20)) ]; then
		fail "$low bytes below 4 GiB, and there is room above"
	fi
	[ "$(ram_between 0 $((4 << 30)))" -ge $((512 << 20)) ] || fail "less than 512 MiB below 4 GiB"

	mke2fs -q -t ext4 -b 4096 /dev/prmem/work
	mount -o dax /dev/prmem/work /mnt
	grep -qE '^[^ ]+ /mnt ext4 ([^ ]+,)?dax' /proc/mounts || fail "not mounted with DAX"
	vmtool fill /mnt/file 7 $((40 << 20))
	umount /mnt
	unload_prmem
	load_prmem
	mount -o dax /dev/prmem/work /mnt
	vmtool verify /mnt/file 7
	pass
}
