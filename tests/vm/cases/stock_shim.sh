# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2119,SC2154
# A kernel with the shim, and memory set aside by memmap= instead of prmem=.
# append: memmap=64M!4G
# mem: 3G
# timeout: 240
# set: ci

. /vm/stock.sh

step_1() {
	. /vm/damage.sh
	release_e820 adopt=0x100000000
	dmesg -c > /dev/null
	expect_enodev 'no memory is reserved: boot with prmem=SIZE'
	expect_log 'prmem: memory 0x0*100000000-0x0*103ffffff of type 12 is left alone: no sound stamp'
	expect_log 'prmem: adopt=0x100000000 would take it'
	loaded initialised adopt=0x100000000 disks=raw:32M
	expect_eq "$(attr source)" adopt source
	vmtool fill /dev/prmem/raw 7
	unload_prmem
	loaded adopted
	expect_eq "$(attr source)" e820 source
	expect_eq "$(attr boots)" 1 boots
	expect_eq "$(attr kexec_load_safe)" 0 kexec_load_safe
	kexec_next s 2
}

# The shim knows the stamp, and marks the range in all maps: kexec -c is safe now.
step_2() {
	. /vm/damage.sh
	expect_log '\] prmem: \[mem 0x100000000-0x103ffffff\] inherited'
	loaded adopted adopt=0x100000000
	expect_no_log 'prmem: adopt='
	expect_eq "$(attr source)" shim source
	expect_eq "$(attr boots)" 2 boots
	vmtool verify /dev/prmem/raw 7
	unload_prmem
	loaded adopted adopt=0x200000000
	expect_log 'prmem: adopt=0x200000000 ignored: there is stamped memory, at 0x100000000'
	expect_eq "$(attr kexec_load_safe)" 1 kexec_load_safe
	kexec_next c 3 -memmap
}

step_3() {
	load_prmem
	expect_eq "$(attr state)" adopted state
	expect_eq "$(attr boots)" 3 boots
	vmtool verify /dev/prmem/raw 7
	pass
}
