# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2034,SC2119,SC2154
# Memory that only adopt= names: each allocation of the load fails in its turn, and the
# next load takes the memory all the same, without being told to reset anything.
# kernel: debug
# append: memmap=64M!1G
# mem: 3G
# timeout: 7200
# silence: 600
# set: debug

. /vm/faults.sh
. /vm/damage.sh
. /vm/stock.sh

bare=/usr/lib/prmem-tests/prmem-bare.ko
at=0x40000000

# Stamped, or not yet; and then blank again.
after_adopt() {
	[ ! -e /sys/module/prmem ] && [ ! -e /sys/kernel/prmem ] || fail "$where: the module is half there"
	! grep -q ' : prmem' /proc/iomem || fail "$where: left in iomem"
	insmod $bare adopt=$at
	case $(attr state) in
	initialised|adopted)	;;
	*)			fail "$where: $(attr state)" ;;
	esac
	rmmod prmem
	vmtool zero $at "$META_LEN"
}

step_1() {
	expect_log 'KernelAddressSanitizer initialized'
	release_e820 adopt=$at
	udevadm control --exit	# as in debug_faults.sh
	inject_faults
	step=1
	each_fault "load, adopt=" "$(allocations_before load $bare limits=: adopt=$at)" after_adopt \
		load $bare adopt=$at -- expect /sys/kernel/prmem/state initialised -- unload prmem
	insmod $bare adopt=$at
	expect_eq "$(attr state)" initialised state
	expect_eq "$(attr source)" adopt source
	rmmod prmem
	no_leak
	pass
}
