# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# A kdump kernel reserves nothing, takes nothing, and leaves every byte alone.
# append: prmem=128M crashkernel=256M
# expect: crash
# append-list: how=c
# append-list: how=s
# timeout: 120
# set: ci

step_1() {
	load_prmem disks=raw:48M
	vmtool fill /dev/prmem/raw 7
	set_state $(($(attr ranges/0/base) + $(attr regions/raw/start)))
	# Not even a release is taken seriously there.
	release=
	[ "$(cmdline_get how)" = c ] || release=prmem=release
	kexec "-$(cmdline_get how)" -p /payload/bzImage --initrd=/payload/initrd.img \
		--command-line="$(next_cmdline 2 -crashkernel maxcpus=1 $release)"
	mark away
	echo c > /proc/sysrq-trigger
}

step_2() {
	local at device
	at=$(printf '%#x' "$(state 1)")
	[ -s /proc/vmcore ] || fail "no /proc/vmcore: not a kdump kernel"
	grep -E 'prmem=' /proc/cmdline || fail "no prmem= on the command line: no test"
	cat /proc/iomem
	expect_no_log '\] prmem: .*reserved'
	expect_enodev 'this is a kdump kernel: the memory is left alone'
	modprobe nd_e820
	modprobe nd_pmem
	udevadm settle
	for device in /dev/pmem*; do
		[ ! -e "$device" ] || fail "$device appeared"
	done
	expect_eq "$(ram_between "$at" $((at + (48 << 20))))" 0 "System RAM in the disk"
	vmtool verify "phys:$at:$((48 << 20))" 7
	pass
}
