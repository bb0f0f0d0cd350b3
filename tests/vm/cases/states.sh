# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2154
# Every row of the state table: adopted, mended, recovered, refused untouched, reset.
# append: prmem=64M
# timeout: 300
# set: ci

# In all rows slot 0 (A) has generation 3, slot 1 (B) generation 2, in which
# there was a disk yet: so it shows which one counts.
step_1() {
	. /vm/damage.sh
	loaded initialised
	find_memory
	unload_prmem
	loaded adopted disks=old:4M
	expect_eq "$(attr generation)" 2 generation
	echo old > /sys/kernel/prmem/forget
	expect_eq "$(attr generation)" 3 generation
	unload_prmem
	nothing_left
	save_meta /tmp/sound

	loaded adopted
	expect_no_log 'prmem: (recovered|refused|reset|range)'
	unload_prmem

	recovers
	stamps_mended
	refusals
	reset_sound
	compatible

	# What reset=1 leaves is what the next kernel inherits.
	flip_stamp 0 0
	flip_stamp 0 1
	loaded reset reset=1 disks=new:4M
	vmtool fill /dev/prmem/new 7
	unload_prmem
	kexec_next s 2
}

step_2() {
	. /vm/damage.sh
	loaded adopted
	expect_eq "$(attr boots)" 2 boots
	vmtool verify /dev/prmem/new 7
	pass
}

# recovered LOG DISK: that line, and whether the disk of generation 2 is there;
# the next load has nothing to complain of.
recovered() {
	loaded recovered
	expect_log "prmem: recovered: root slot $1.*: the last change may be lost"
	[ "$2" = none ] || [ "$(cat /sys/kernel/prmem/regions/old/type)" = disk ]
	[ "$2" = disk ] || [ ! -e /sys/kernel/prmem/regions/old ]
	unload_prmem
	loaded adopted
	expect_no_log 'prmem: (recovered|refused)'
	unload_prmem
	restore_meta /tmp/sound
}

# The lost slot may be the one that has the disk: it must not be made anew.
recovery_makes_no_disk() {
	flip_root 1
	expect_fail modprobe prmem disks=new:4M 2> /tmp/said
	grep -q 'needs cleaning' /tmp/said || fail "$(cat /tmp/said)"
	expect_log 'prmem: refused: disks=: a disk is missing after a recovery'
	loaded recovered
	unload_prmem
	loaded adopted disks=new:4M
	unload_prmem
	restore_meta /tmp/sound
}

# An update that was cut is no damage.
interrupted() {
	vmtool put $(($(root_at 1) + 8)) 8 0x676e697469727770
	loaded adopted
	expect_log 'prmem: root slot B: an update was interrupted and is dropped'
	expect_no_log 'prmem: (recovered|refused)'
	unload_prmem
	restore_meta /tmp/sound
}

recovers() {
	say "recovered"
	interrupted
	recovery_makes_no_disk
	flip_root 0
	recovered 'A: checksum' disk
	flip_table 0
	recovered 'A: region table: checksum' disk
	vmtool zero "$(root_at 0)" 1984
	recovered 'A: empty' disk
	vmtool put $(($(root_at 0) + 16)) 8 0
	recovered 'A: checksum' disk
	set_root 0 16 8 0
	recovered 'A: sequence 0x0 ' disk
	set_root 0 40 8 12345
	recovered 'A: reservation id 0x3039' disk
	set_root 0 48 8 0x100000000
	recovered 'A: size 0x100000000 expected 0x4000000' disk
	set_table 0 $((64 + 24)) 4 9
	recovered 'A: region 0: region: type 0x9' disk
	set_table 0 $((64 + 8)) 8 0xffffffffffe00000
	recovered 'A: region 0: region: size' disk
	set_table 0 24 4 0xffffffff
	recovered 'A: region table: number of regions 0xffffffff' disk
	flip_root 1
	recovered 'B: checksum' none
	flip_table 1
	recovered 'B: region table: checksum' none
}

# mended RANGE COPY
mended() {
	loaded adopted
	expect_log "prmem: range $1: stamp $(echo "$2" | tr 01 AB) was damaged and is mended"
	unload_prmem
	expect_eq "$(vmtool sum "$(stamp_at "$1" "$2")" 64)" \
		"$(vmtool sum "$(stamp_at "$1" $((1 - $2)))" 64)" "the mended copy"
	loaded adopted
	expect_no_log 'is mended'
	unload_prmem
	restore_meta /tmp/sound
}

stamps_mended() {
	say "stamps, one copy"
	flip_stamp 0 0
	mended 0 0
	vmtool zero "$(stamp_at 0 1)" 64
	mended 0 1
}

# row ERROR LOG [DROPPED]: refused so; reset=1 then starts anew and says so. Not
# even a kexec-able memory that is full of disks is reset unasked.
row() {
	refused "$1" "$2"
	refused "$1" "$2" disks=more:4M
	loaded reset reset=1
	expect_log "prmem: reset: dropped: .*${3:-$2}"
	expect_eq "$(attr free)" $(($(attr size) - 2097152)) "free after reset=1"
	expect_eq "$(attr boots)" 1 "boots after reset=1"
	unload_prmem
	loaded adopted
	expect_no_log 'prmem: (recovered|refused|reset|range)'
	unload_prmem
	restore_meta /tmp/sound
}

refusals() {
	local clean='Structure needs cleaning' unknown='Operation not supported'
	say "refused: both slots"
	flip_root 0
	flip_root 1
	row "$clean" 'root slot A: checksum' 'root slot B: checksum'
	flip_table 0
	flip_table 1
	row "$clean" 'root slot A: region table: checksum' 'root slot B: region table: checksum'
	flip_root 0
	flip_table 1
	row "$clean" 'root slot A: checksum' 'root slot B: region table: checksum'
	vmtool zero "$(root_at 0)" 1984
	flip_root 1
	row "$clean" 'root slot B: checksum'
	set_root 0 40 8 12345
	set_root 1 40 8 12345
	row "$clean" 'root slot A: reservation id 0x3039'
	set_table 0 $((64 + 24)) 4 9
	set_table 1 $((64 + 24)) 4 9
	row "$clean" 'root slot A: region 0: region: type 0x9'
	# Both hold, and one did not follow the other.
	set_root 1 16 8 8
	set_table 1 16 8 8
	row "$clean" 'root slot A: sequence 0x3 expected 0x7'

	say "refused: newer"
	set_root 0 4 2 2
	row "$unknown" 'root slot A: format version 0x2 expected 0x1: install a newer prmem' \
		'root slot A: format version 0x2'
	set_root 1 4 2 2
	row "$unknown" 'root slot B: format version 0x2' 'root slot B: format version 0x2'
	set_root 0 32 8 0x20
	row "$unknown" 'root slot A: incompatible features 0x20 expected 0x1' \
		'root slot A: incompatible features 0x20'

	say "refused: stamps"
	flip_stamp 0 0
	flip_stamp 0 1
	row "$clean" "range $(printf '%#x' "$meta")-0x[0-9a-f]*: checksum"
	set_stamp 0 1 16 8 12345
	row "$clean" "range $(printf '%#x' "$meta")-0x[0-9a-f]*: two sound stamps that differ"
	set_stamp 0 0 24 8 0x200000
	set_stamp 0 1 24 8 0x200000
	row "$clean" "range .*: base: 0x200000 expected $(printf '%#x' "$meta")"
	set_stamp 0 0 44 4 2
	set_stamp 0 1 44 4 2
	row "$clean" 'range 1 of 2 is missing'
	# A whole reservation's identity changed: its root belongs to another one.
	set_stamp 0 0 16 8 12345
	set_stamp 0 1 16 8 12345
	row "$clean" 'root slot A: reservation id .* expected 0x3039'
}

reset_sound() {
	local sum
	say "reset=1 on sound memory"
	sum=$(memory_sum)
	loaded adopted reset=1
	expect_log 'prmem: reset=1 ignored: nothing is wrong with the memory'
	unload_prmem
	expect_eq "$(memory_sum)" "$sum" "memory after reset=1"
	vmtool zero "$(root_at 0)" 1984
	vmtool zero "$(root_at 1)" 1984
	loaded initialised
	unload_prmem
	restore_meta /tmp/sound
}

# What an older module may ignore it keeps when it writes.
compatible() {
	say "minor version and compatible features"
	set_root 0 6 2 7
	set_root 0 24 8 0x10
	loaded adopted disks=more:4M
	expect_no_log 'prmem: (recovered|refused|reset|range)'
	expect_eq "$(attr format)" 1.7 format
	expect_eq "$(attr generation)" 4 generation
	unload_prmem
	expect_eq "$(vmtool get $(($(root_at 1) + 6)) 2)" 7 "minor version as written"
	expect_eq "$(vmtool get $(($(root_at 1) + 24)) 8)" 16 "compatible features as written"
	restore_meta /tmp/sound
}
