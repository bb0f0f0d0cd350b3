# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2034,SC2119,SC2154
# A kernel without the shim, and memory set aside by memmap=: taken where
# adopt= says so, refused where it must not be, and kept over kexec -s.
# kernel: stock
# payload: shim
# append: memmap=512M!4G memmap=2M!5G memmap=5M!5376M memmap=4M!0x158001000
# mem: 6G
# timeout: 420
# set: ci

. /vm/chain.sh
. /vm/stock.sh

step_1() {
	. /vm/damage.sh
	meta=$((0x100000000))
	ranges=" $meta:4194304"
	release_e820 adopt=0x100000000
	not_unasked
	wrong_places
	remains

	say "taken"
	dmesg -c > /dev/null
	modprobe prmem adopt=0x100000000 disks=raw:48M,files:32M
	udevadm settle
	expect_eq "$(attr state)" initialised state
	expect_eq "$(attr source)" adopt source
	expect_eq "$(attr size)" $((512 << 20)) size
	expect_log 'prmem: memory 0x100000000-0x11fffffff: nothing of prmem is there: stamped'
	unsafe
	again
	disks_of_others
	mended
	keep_fill
	set_state "$(uname -r)" "$(attr generation)" "$(keep_sum)"
	umount /mnt
	kexec_next s 2 prmem.adopt=0x100000000
}

# The next kernel has the parameters again, and udev finds memory of type 12: by the
# modprobe.d file the module has the memory before nd_e820 makes a disk of it.
step_2() {
	[ -e /sys/kernel/prmem/state ] || fail "prmem was not loaded before nd_e820"
	expect_log 'nd_pmem.*could not reserve region .mem 0x100000000-0x11fffffff'
	chain_go_on
	expect_eq "$(attr source)" e820 source
	expect_eq "$(attr boots)" 2 boots
	unsafe
	pass
}

unsafe() {
	expect_eq "$(attr kexec_load_safe)" 0 kexec_load_safe
	expect_log 'prmem: kexec -c would lose the memory'
	expect_eq "$(dmesg | grep -c 'prmem: kexec -c would')" 1 "lines about it"
}

not_unasked() {
	dmesg -c > /dev/null
	expect_enodev 'this kernel has no prmem shim'
	expect_log 'prmem: memory 0x0*100000000-0x0*11fffffff of type 12 is left alone: no sound stamp'
	expect_log 'prmem: adopt=0x[0-9a-f]* would take it'
	nothing_left
}

wrong_places() {
	local none='No such device' bad='Invalid argument'
	say "refused: where adopt= points"
	refused "$bad" 'adopt=0x100001000: expected 0x100000000, where the memory of type 12 begins' \
		adopt=0x100001000
	refused "$bad" 'adopt=0x11fe00000: expected 0x100000000' adopt=0x11fe00000
	refused "$none" 'adopt=0x120000000: System RAM is there: boot with memmap=SIZE!0x120000000' \
		adopt=0x120000000
	refused "$none" 'adopt=0x1000: System RAM is there' adopt=4096
	refused "$none" 'adopt=0xfed00000: no memory of type 12 is there' adopt=0xfed00000
	refused "$none" 'adopt=0xffffffffffffffff: no memory of type 12 is there' \
		adopt=0xffffffffffffffff
	refused "$bad" 'adopt=0x140000000: the memory there has 2048 KiB, expected a multiple of 2048 and at least 4096' \
		adopt=0x140000000
	refused "$bad" 'adopt=0x150000000: the memory there has 5120 KiB' adopt=0x150000000
	refused "$bad" 'adopt=0x158001000: expected a multiple of 0x200000' adopt=0x158001000
	expect_fail modprobe prmem adopt=here 2> /tmp/said
	grep -q "$bad" /tmp/said || fail "$(cat /tmp/said)"
}

# Where a magic of ours is left, nothing is destroyed; reset=1 says that it may be.
remains() {
	local clean='Structure needs cleaning' at magic
	say "refused: remains"
	for at in 8 2056; do
		vmtool put $((meta + at)) 8 0x706d6174736d7270
		refused "$clean" 'remains of a reservation: 0x706d6174736d7270 expected 0x0; reset=1' \
			adopt=0x100000000
		vmtool zero $((meta + at)) 8
	done
	for at in 72 2120; do
		for magic in 0x3130746f6f726d70 0x676e697469727770; do
			vmtool put $((meta + at)) 8 $magic
			refused "$clean" "remains of a reservation: $magic expected 0x0; reset=1" \
				adopt=0x100000000 disks=a:4M
			vmtool zero $((meta + at)) 8
		done
	done
	vmtool fill "phys:$meta:4194304" 3
	save_meta /tmp/before
	vmtool put $((meta + 72)) 8 0x3130746f6f726d70
	loaded reset adopt=0x100000000 reset=1
	expect_log 'prmem: reset: dropped: range .*: remains of a reservation'
	unload_prmem

	# Sound stamps of another size: the parameter was changed.
	set_stamp 0 0 32 8 0x400000
	set_stamp 0 1 32 8 0x400000
	refused "$clean" 'remains of a reservation' adopt=0x100000000
	restore_meta /tmp/before
}

# adopt= stands on the command line for good, and does nothing any more.
again() {
	local generation
	generation=$(attr generation)
	unload_prmem
	loaded adopted adopt=0x100000000
	expect_no_log 'prmem: (adopt=|refused|reset|range)'
	expect_eq "$(attr source)" e820 source
	unload_prmem
	loaded adopted adopt=0x140000000
	expect_log 'prmem: adopt=0x140000000 ignored: there is stamped memory, at 0x100000000'
	unload_prmem
	# A step of the clock makes no boot.
	date -s '2031-01-01 00:00:00'
	loaded adopted reset=1
	expect_eq "$(attr boots)" 1 boots
	expect_eq "$(attr generation)" "$generation" generation
}

# nd_e820 comes back: what it does with the other entries is no concern of ours.
disks_of_others() {
	local before
	before=$(cat /sys/kernel/prmem/regions/*/device | sort)
	echo e820_pmem > /sys/bus/platform/drivers/e820_pmem/bind
	udevadm settle
	expect_eq "$(sed -n '/^100000000-/,/^[^ ]/s/^  \([0-9a-f]*\)-.*/\1/p' /proc/iomem | head -1)" \
		100000000 "who has the first range"
	expect_log 'nd_pmem.*could not reserve region .mem 0x100000000-0x11fffffff'
	expect_eq "$(cat /sys/kernel/prmem/regions/*/device | sort)" "$before" "devices of the disks"
	echo e820_pmem > /sys/bus/platform/drivers/e820_pmem/unbind
}

# As a cut in the middle leaves it: one copy of the stamp, then nothing sound.
mended() {
	unload_prmem
	vmtool zero "$((meta + 2048))" 64
	loaded adopted
	expect_log 'prmem: range 0: stamp B was damaged and is mended'
}
