# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2034,SC2086,SC2154
# A reservation of several ranges of which one is damaged, foreign or missing is
# refused with the range's name; reset=1 goes on with what is there.
# mem: 2816M
# append: prmem=1G
# timeout: 300
# set: ci

# Of 2816 MiB qemu puts 768 above 4 GiB: so some of the GiB is below.
step_1() {
	. /vm/damage.sh
	loaded initialised disks=d:8M
	find_memory
	expect_eq "$(attr size)" 1073741824 size
	set -- $ranges
	[ $# -ge 2 ] || fail "not in several ranges: $ranges"
	vmtool fill /dev/prmem/d 7
	unload_prmem
	save_meta /tmp/sound

	flip_stamp 1 0
	loaded adopted
	expect_log 'prmem: range 1: stamp A was damaged and is mended'
	vmtool verify /dev/prmem/d 7
	unload_prmem
	restore_meta /tmp/sound

	row "range $(name 1): checksum" flip_stamps
	row "range $(name 1): reservation id: 0x3039 expected" foreign_stamps
	row "range $(name 1): range number" twice_first
	row "range $(name 1): byte that must be zero" fake_root

	flip_stamps
	set_state "$(echo $ranges | tr ' :' '+-')" "$(memory_sum | tr ' ' +)"
	kexec_next c 2
}

flip_stamps() { flip_stamp 1 0; flip_stamp 1 1; }
foreign_stamps() { set_stamp 1 0 16 8 12345; set_stamp 1 1 16 8 12345; }
twice_first() { set_stamp 1 0 40 4 0; set_stamp 1 1 40 4 0; }
fake_root() { vmtool put $(($(range_base 1) + 64)) 8 1; }

# name N: a range as messages name it.
name() { printf '%#x-%#x' "$(range_base "$1")" $(($(range_base "$1") + $(range_size "$1") - 1)); }
range_size() { echo "$ranges" | tr ' ' '\n' | sed -n "$(($1 + 2))s/.*://p"; }

# row LOG DAMAGE
row() {
	$2
	refused 'Structure needs cleaning' "$1"
	loaded reset reset=1
	expect_log "prmem: reset: dropped: $1"
	expect_eq "$(attr free)" $((1073741824 - $(echo $ranges | wc -w) * 2097152)) free
	unload_prmem
	loaded adopted
	expect_no_log 'prmem: (recovered|refused|reset|range)'
	unload_prmem
	restore_meta /tmp/sound
}

# The kernel's own driver for such memory holds what the shim leaves alone, and
# so keeps it from the sums.
no_e820() {
	ndctl disable-region all
	modprobe -r nd_e820
}

# The shim leaves alone what has no stamp; it stays reserved, as somebody else's.
step_2() {
	. /vm/damage.sh
	ranges=" $(state 1 | tr '+-' ' :')"
	meta=$(range_base 0)
	expect_log "prmem: \[mem $(name 1)\] left alone: no stamp"
	no_e820
	expect_eq "$(memory_sum)" "$(state 2 | tr + ' ')" "memory after the kexec"
	refused 'Structure needs cleaning' 'range 1 of [0-9] is missing'
	expect_eq "$(memory_sum)" "$(state 2 | tr + ' ')" "memory after the refusal"

	loaded reset reset=1 disks=new:8M
	expect_log 'prmem: reset: dropped: range 1 of [0-9] is missing'
	vmtool fill /dev/prmem/new 8
	unload_prmem
	set_state "$(state 1)" "$(vmtool sum "$(range_base 1)" "$(range_size 1)")"
	kexec_next s 3
}

step_3() {
	. /vm/damage.sh
	ranges=" $(state 1 | tr '+-' ' :')"
	loaded adopted
	expect_no_log 'prmem: (recovered|refused|reset|range)'
	vmtool verify /dev/prmem/new 8
	unload_prmem
	no_e820
	expect_eq "$(vmtool sum "$(range_base 1)" "$(range_size 1)")" "$(state 2)" "the range left alone"
	pass
}
