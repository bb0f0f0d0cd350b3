# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2119,SC2154
# What kexec_load_safe warns of, done all the same: kexec -c puts the next
# kernel into memory that memmap= set aside, and the data is lost.
# kernel: stock
# payload: shim
# append: memmap=128M!8064M prmem.adopt=0x1f8000000
# mem: 6G
# timeout: 240
# set: ci

# The module is loaded before nd_e820, and does what prmem.adopt= says.
step_1() {
	unload_prmem
	load_prmem disks=raw:124M
	expect_eq "$(attr kexec_load_safe)" 0 kexec_load_safe
	vmtool fill /dev/prmem/raw 7
	vmtool verify /dev/prmem/raw 7
	kexec_next c 2
}

# Some of it is there, so it is looked for in the right place.
step_2() {
	local words bad
	[ ! -e /sys/kernel/prmem/state ] || unload_prmem
	[ ! -e /dev/pmem0 ] || echo e820_pmem > /sys/bus/platform/drivers/e820_pmem/unbind
	vmtool verify "phys:$((0x1f8200000)):$((124 << 20))" 7 > /tmp/raw || :
	words=$(sed -n 's/^\([0-9]*\) words verified, .*/\1/p' /tmp/raw)
	bad=$(sed -n 's/.* verified, \([0-9]*\) bad$/\1/p' /tmp/raw)
	say "$(cat /tmp/raw)"
	[ "$bad" -gt 0 ] || fail "kexec -c lost nothing: the warning is unfounded"
	[ "$bad" -lt "$words" ] || fail "nothing of the disk was found: no test"
	pass
}
