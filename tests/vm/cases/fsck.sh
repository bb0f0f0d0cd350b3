# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2154
# prmem-fsck over the memory of a machine: after use, after a kexec, after damage; and
# it changes no byte.
# append: prmem=64M
# timeout: 300
# set: ci

step_1() {
	. /vm/damage.sh
	. /vm/fsck.sh
	fsck 0 'root A: empty: never written' --live
	fsck 0 'verdict: blank' --live
	load_prmem disks=raw:8M,other:4M
	find_memory
	vmtool fill /dev/prmem/raw 7
	fsck 8 'the module is loaded, and may be writing: modprobe -r prmem' --live
	unload_prmem
	sound
	kexec_next s 2
}

step_2() {
	. /vm/damage.sh
	. /vm/fsck.sh
	fsck 0 'region 0: .* disk raw, serial 1' --live
	load_prmem
	find_memory
	vmtool verify /dev/prmem/raw 7
	unload_prmem
	sound
	save_meta /tmp/sound

	flip_root 1
	faulty 'root B: checksum'
	flip_table 1
	faulty 'root B: region table: checksum'
	flip_stamp 0 0
	faulty 'range .*: stamp A: checksum'
	flip_root 0
	flip_root 1
	faulty 'root A: checksum'
	set_root 1 40 8 12345
	faulty 'root B: reservation id 0x3039'
	set_table 1 $((64 + 24)) 4 9
	faulty 'root B: region 0: region: type 0x9'
	set_stamp 0 0 16 8 12345
	faulty 'range .*: two sound stamps that differ'
	# Not even a range whose stamps are both gone is passed over.
	flip_stamp 0 0
	flip_stamp 0 1
	faulty 'range .*: stamp B: checksum'
	set_root 1 4 2 2
	untouched 8 'later: root B: format version 0x2'
	restore_meta /tmp/sound
	sound

	dumped
	load_prmem
	vmtool verify /dev/prmem/raw 7
	pass
}

faulty() {
	untouched 4 "^fault: $1"
	restore_meta /tmp/sound
}

# An image is judged as the memory is; as nobody, who can only read it.
dumped() {
	local base size
	base=$(range_base 0) size=${ranges##*:}
	dd if=/dev/mem of=/tmp/image bs=2M skip=$((base >> 21)) count=$((size >> 21)) ||
		say "dd can't read it"
	vmtool save "$base" "$size" /tmp/image
	chmod 444 /tmp/image
	as_nobody prmem-fsck /tmp/image > /tmp/said || fail "$(cat /tmp/said)"
	fsck 0 "^range /tmp/image: $(printf '%#x' "$base")-.* as its stamp says" /tmp/image
	! as_nobody prmem-fsck --live > /tmp/said 2>&1 || fail "nobody read the memory"
	grep -q 'only root can read it' /tmp/said || fail "$(cat /tmp/said)"
}
