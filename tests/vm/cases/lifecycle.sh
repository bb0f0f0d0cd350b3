# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2154
# The module comes and goes a hundred times around a disk in use; nothing is lost
# or left over, and what is in use can't be taken away.
# append: prmem=64M
# timeout: 900
# set: ci

step_1() {
	. /vm/damage.sh
	load_prmem disks=d:16M,e:4M
	mke2fs -q -t ext4 -b 4096 /dev/prmem/d
	vmtool fill /dev/prmem/e 9
	in_use
	unload_prmem
	nothing_left
	hundred
	load_prmem
	vmtool verify /dev/prmem/e 9
	expect_eq "$(attr generation)" 1 "generation after all that"
	pass
}

# What is mounted stays, by both ways; after umount one command is enough.
in_use() {
	mount -o dax /dev/prmem/d /mnt
	vmtool fill /mnt/file 1 1048576
	! modprobe -r prmem 2> /tmp/said || fail "gone with a disk mounted"
	grep -qE '^prmem: disk d \(/dev/pmem[01]\) is mounted on /mnt' /tmp/said ||
		fail "$(cat /tmp/said)"
	! rmmod prmem 2> /tmp/said || fail "rmmod with disks attached"
	grep -qE 'in use|busy|temporarily unavailable' /tmp/said || fail "$(cat /tmp/said)"
	vmtool verify /mnt/file 1
	vmtool verify /dev/prmem/e 9
	umount /mnt

	# Held open is in use as well. What was not is attached as before.
	exec 3< /dev/prmem/e
	! modprobe -r prmem 2> /tmp/said || fail "unloaded with a disk held open"
	grep -qE "^prmem: disk e .* is open in process $$" /tmp/said || fail "$(cat /tmp/said)"
	exec 3<&-
	udevadm settle
	mount -o dax /dev/prmem/d /mnt
	umount /mnt

	# A disk without a device doesn't keep the module.
	ndctl disable-namespace "$(basename /sys/bus/nd/devices/region1/namespace1.*)"
	expect_eq "$(attr regions/e/device)$(attr regions/d/device)" pmem0 "devices left"
	modprobe -r prmem
	nothing_left
	load_prmem
	! rmmod prmem 2> /tmp/said || fail "rmmod with disks attached"
	vmtool verify /dev/prmem/e 9
}

kilobytes() { sed -n "s/^$1: *\([0-9]*\) kB/\1/p" /proc/meminfo; }
vmalloc_areas() { wc -l < /proc/vmallocinfo; }

# What the kernel has taken and can't name, in KiB: pages, not slab and not user
# memory. Lists of free pages that belong to a processor (count:) are free too.
unnamed() {
	awk '
		/^MemTotal:/ { sum += $2 }
		/^(MemFree|Buffers|Cached|AnonPages|Slab|KernelStack|PageTables):/ { sum -= $2 }
		$1 == "count:" { sum -= $2 * 4 }
		END { print sum }' /proc/meminfo /proc/zoneinfo
}

hundred() {
	local n=0 slab pages areas
	while [ $n -lt 100 ]; do
		load_prmem
		mount -o dax /dev/prmem/d /mnt
		[ $n = 0 ] || vmtool verify /mnt/file $n
		n=$((n + 1))
		vmtool fill /mnt/file $n 1048576
		umount /mnt
		unload_prmem
		if [ $n = 20 ]; then
			settle_memory
			slab=$(kilobytes Slab) pages=$(unnamed) areas=$(vmalloc_areas)
		fi
	done
	expect_no_log 'prmem: (recovered|refused|range)'
	nothing_left
	settle_memory
	say "80 rounds: slab $slab to $(kilobytes Slab) KiB, unnamed pages $pages to" \
		"$(unnamed) KiB, vmalloc areas $areas to $(vmalloc_areas)"
	[ $(($(kilobytes Slab) - slab)) -lt 1024 ] || fail "slab grows"
	[ $(($(unnamed) - pages)) -lt 1024 ] || fail "pages are lost"
	[ $(($(vmalloc_areas) - areas)) -lt 8 ] || fail "vmalloc areas grow"
}

settle_memory() {
	udevadm settle
	echo 3 > /proc/sys/vm/drop_caches
	sleep 1
	echo 1 > /proc/sys/vm/stat_refresh
}
