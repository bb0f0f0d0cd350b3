# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2119,SC2154
# A kdump kernel without the shim takes nothing either, whatever adopt= says.
# kernel: stock
# payload: shim
# append: memmap=64M!4G crashkernel=256M
# mem: 3G
# expect: crash
# timeout: 240
# set: ci

. /vm/stock.sh

step_1() {
	release_e820 adopt=0x100000000
	load_prmem adopt=0x100000000 disks=raw:32M
	vmtool fill /dev/prmem/raw 7
	kexec -s -p /payload/bzImage --initrd=/payload/initrd.img \
		--command-line="$(next_cmdline 2 -crashkernel maxcpus=1 prmem.adopt=0x100000000)"
	mark away
	echo c > /proc/sysrq-trigger
}

step_2() {
	[ -s /proc/vmcore ] || fail "no /proc/vmcore: not a kdump kernel"
	expect_enodev 'this is a kdump kernel: the memory is left alone'
	[ ! -e /dev/pmem0 ] || echo e820_pmem > /sys/bus/platform/drivers/e820_pmem/unbind
	vmtool verify "phys:$((0x100200000)):$((32 << 20))" 7
	pass
}
