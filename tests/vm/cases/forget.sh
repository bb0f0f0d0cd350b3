# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2012,SC2154
# A disk is forgotten only unused; its memory shows to nobody, nor does any before.
# append: prmem=64M
# timeout: 240
# set: ci

step_1() {
	. /vm/damage.sh
	load_prmem disks=a:4M,b:8M,c:4M
	find_memory
	vmtool fill /dev/prmem/a 1
	vmtool fill /dev/prmem/b 2
	vmtool fill /dev/prmem/c 3
	unknown
	in_use
	forgotten
	reused
	dirty_pool
	set_state "$meta" "$(attr free)"
	kexec_next s 2
}

step_2() {
	. /vm/damage.sh
	load_prmem
	expect_eq "$(attr free)" "$(state 2)" "free after kexec"
	expect_eq "$(ls /dev/prmem | tr '\n' ' ')" 'a c ' disks
	vmtool verify /dev/prmem/a 1
	vmtool verify /dev/prmem/c 3
	unload_prmem
	all_zero $(($(state 1) + 6 * 1048576)) 8388608
	pass
}

# all_zero PHYS LEN: read while the module is out.
all_zero() {
	vmtool save "$1" "$2" /tmp/memory
	expect_eq "$(tr -d '\0' < /tmp/memory | wc -c)" 0 "bytes that are not zero at $1"
	rm /tmp/memory
}

# forget NAME: as echo does it, but with the errno's text kept. udev looks at a
# disk after every writer, and has it open meanwhile.
forget() {
	udevadm settle
	env echo "$1" 2> /tmp/said > /sys/kernel/prmem/forget
}

unforgettable() {
	local before after
	before=$(attr generation)$(attr free)$(ls /sys/kernel/prmem/regions)
	! forget "$1" || fail "forgot '$1'"
	grep -q "$2" /tmp/said || fail "forget '$1': $(cat /tmp/said)"
	after=$(attr generation)$(attr free)$(ls /sys/kernel/prmem/regions)
	expect_eq "$after" "$before" "what is there after '$1' was not forgotten"
}

unknown() {
	local name
	for name in nobody '' pool@200000 pool@1200000 aa a/b \
		aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; do
		unforgettable "$name" 'No such file or directory'
	done
}

in_use() {
	exec 3< /dev/prmem/b
	unforgettable b 'Device or resource busy'
	exec 3<&-
	exec 3<> /dev/prmem/b
	unforgettable b 'Device or resource busy'
	exec 3<&-
	vmtool verify /dev/prmem/b 2
	mke2fs -q -t ext4 -b 4096 /dev/prmem/b
	mount -o dax /dev/prmem/b /mnt
	echo kept > /mnt/file
	unforgettable b 'Device or resource busy'
	expect_log 'prmem: disk b: in use, not forgotten'
	expect_eq "$(cat /mnt/file)" kept "file on b"
	umount /mnt
	vmtool fill /dev/prmem/b 2
}

# b sits between the two others: start 6 MiB, 8 MiB long.
forgotten() {
	local free device
	expect_eq "$(cat /sys/kernel/prmem/regions/b/start)" $((6 * 1048576)) "start of b"
	free=$(attr free) device=$(cat /sys/kernel/prmem/regions/b/device)
	forget b || fail "$(cat /tmp/said)"
	udevadm settle
	expect_log 'prmem: disk b: forgotten, 8 MiB cleared and back in the pool'
	expect_eq "$(attr free)" $((free + 8388608)) free
	[ ! -e /sys/kernel/prmem/regions/b ] || fail "b is still in sysfs"
	[ ! -e "/dev/$device" ] || fail "/dev/$device is still there"
	expect_eq "$(ls /dev/prmem | tr '\n' ' ')" 'a c ' /dev/prmem
	expect_eq "$(cat /sys/kernel/prmem/regions/pool@600000/size)" 8388608 "the new pool"
	grep -q "^ *$(printf '%08x-%08x' $((meta + 0x600000)) $((meta + 0xdfffff))) : prmem pool" \
		/proc/iomem || fail "iomem does not show the new pool"
	vmtool verify /dev/prmem/a 1
	vmtool verify /dev/prmem/c 3
	unload_prmem
	all_zero $((meta + 0x600000)) 8388608
	load_prmem
	[ ! -e /sys/kernel/prmem/regions/b ] || fail "b is back"
	vmtool verify /dev/prmem/a 1
	vmtool verify /dev/prmem/c 3
}

# The same place again, and what is not the disk's stays.
reused() {
	unload_prmem
	load_prmem disks=b:8M
	expect_eq "$(cat /sys/kernel/prmem/regions/b/start)" $((6 * 1048576)) "start of the new b"
	reads_zero b
	vmtool fill /dev/prmem/b 4
	forget b || fail "$(cat /tmp/said)"
}

reads_zero() {
	expect_eq "$(blockdev --getsize64 "/dev/prmem/$1")" 8388608 "size of $1"
	expect_eq "$(tr -d '\0' < "/dev/prmem/$1" | wc -c)" 0 "bytes that are not zero on new $1"
}

# Whatever got into the pool, a foreign kernel's say, a new disk doesn't show.
dirty_pool() {
	unload_prmem
	vmtool fill "phys:$((meta + 0x600000)):8388608" 5
	load_prmem disks=b:8M
	expect_eq "$(cat /sys/kernel/prmem/regions/b/start)" $((6 * 1048576)) "start of the new b"
	reads_zero b
	forget b || fail "$(cat /tmp/said)"
}
