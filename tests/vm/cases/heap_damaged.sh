# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2154
# Damage to the memory of instances: refused by name, untouched, disks go on working;
# reset_heap=1 drops it, and does nothing where it is in order.
# append: prmem=64M
# timeout: 300
# set: ci

count=40

step_1() {
	. /vm/damage.sh
	. /vm/instances.sh
	load_prmem disks=d:4M,e:2M
	find_memory
	after_recovery
	vmtool fill /dev/prmem/d 5
	instances fill count=$count
	find_heap
	unload_prmem
	memory_save

	headers
	maps
	records
	not_needed
	by_reset_heap
	pass
}

# The lost slot may have had something where the pool is: nothing is made of it yet.
after_recovery() {
	echo e > /sys/kernel/prmem/forget
	expect_eq "$(attr generation)" 2 generation
	unload_prmem
	flip_root 1
	loaded recovered
	[ -e /sys/kernel/prmem/regions/e ] || fail "the older slot does not count"
	instances_fail 'No space left' probe
	expect_log 'prmem: heap: does not grow after a recovery'
	expect_eq "$(attr heap)" 0 "heap after a recovery"
	unload_prmem
	loaded adopted
	instances probe
	guaranteed_after_recovery
	echo e > /sys/kernel/prmem/forget
}

# A pool that the heap can't grow into holds no guarantee.
guaranteed_after_recovery() {
	local slot
	instances hold name=kept
	echo e > /sys/kernel/prmem/forget
	slot=$((1 - $(attr generation) % 2))
	unload_prmem
	flip_root $slot
	loaded recovered limits=guaranteed:1M:
	instances_say 'limits hold' limits name=min bytes=1048576
	unload_prmem
	loaded adopted
	forget_instance hold/kept
}

# Sets $heap, where the first region begins, $map, its first word, $records, the first
# page of records, and $slab, the first of objects; all as physical addresses.
find_heap() {
	local dir size i kind
	dir=/sys/kernel/prmem/regions/heap@600000	# behind the disk
	size=$(cat "$dir/size")
	heap=$((meta + $(cat "$dir/start")))
	map=$((heap + 64))
	pages=$(((size / 4096 * 8 + 64 + 4096 + 7) / 4104))
	records='' slab=''
	unload_prmem
	i=0
	while [ -z "$records" ] || [ -z "$slab" ]; do
		[ $i -lt $((size / 4096 - pages)) ] || fail "no records or no slab among $i pages"
		kind=$(($(vmtool get $((map + i * 8)) 1) & 7))
		[ -n "$records" ] || [ $kind != 4 ] || records=$((heap + (pages + i) * 4096)) records_word=$((map + i * 8))
		[ -n "$slab" ] || [ $kind != 3 ] || slab=$((heap + (pages + i) * 4096)) slab_word=$((map + i * 8))
		i=$((i + 1))
	done
	load_prmem
}

memory_save() {
	vmtool save "$heap" $((pages * 4096)) /tmp/heap.map
	vmtool save "$records" 4096 /tmp/heap.records
	vmtool save "$slab" 4096 /tmp/heap.slab
}
memory_restore() {
	vmtool restore "$heap" /tmp/heap.map
	vmtool restore "$records" /tmp/heap.records
	vmtool restore "$slab" /tmp/heap.slab
}

hex() { printf '%#x' $(($1 - meta)); }

# row LOG: loads, serves the disk, and refuses instances with such a line, once.
row() {
	local sum
	sum=$(memory_sum)
	loaded adopted
	expect_no_log 'prmem: refused'
	vmtool verify /dev/prmem/d 5
	! debugfs instances > /dev/null 2> /tmp/said || fail "listed all the same"
	grep -q 'needs cleaning' /tmp/said || fail "$(cat /tmp/said)"
	expect_log "prmem: refused: heap: $1; reset_heap=1 drops all instances"
	! debugfs subsystems > /dev/null 2>&1 || fail "listed all the same"
	! forget_instance a/0 || fail "forgotten all the same"
	grep -q 'needs cleaning' /tmp/said || fail "$(cat /tmp/said)"
	expect_eq "$(dmesg | grep -c 'prmem: refused')" 1 "lines about it"
	expect_eq "$(attr heap_state)" refused heap_state
	mke2fs -q -t ext4 -b 4096 /dev/prmem/d
	mount -o dax /dev/prmem/d /mnt
	umount /mnt
	vmtool fill /dev/prmem/d 5
	unload_prmem
	expect_eq "$(memory_sum)" "$sum" "memory after the refusal"
	memory_restore
}

headers() {
	say "headers"
	vmtool put $((heap + 8)) 8 0
	loaded adopted
	instances_fail 'Structure needs cleaning' probe
	instances_fail 'Structure needs cleaning' probe
	unload_prmem
	row "heap: magic 0x0 expected 0x31307061656d7270, at offset $(hex "$heap")"
	vmtool flip $((heap + 32)) 3
	row "heap: checksum .*, at offset $(hex "$heap")"
	vmtool zero "$heap" 4096
	row "heap: magic 0x0 .*"
}

maps() {
	say "maps"
	vmtool flip "$records_word" 0
	row "page: check .*, at offset $(hex "$records")"
	vmtool flip "$slab_word" 20
	row "page: check .*, at offset $(hex "$slab")"
	vmtool put "$slab_word" 8 0
	row "page: check .*, at offset $(hex "$slab")"
}

records() {
	say "records and slabs"
	vmtool put "$records" 1 1
	row "instances: byte that must be zero .*, at offset $(hex "$records")"
	vmtool flip $((records + 64 + 16)) 0
	row "instance: checksum .*, at offset $(hex "$records")"
	vmtool flip $((records + 64 + 4)) 7
	row "instance: state .*, at offset $(hex "$records")"
	# Of both slots, so that none counts.
	vmtool flip $((records + 64 + 144 + 8)) 5
	vmtool flip $((records + 64 + 168 + 8)) 5
	row "instance: data .*, at offset $(hex "$records")"
	vmtool flip "$slab" 1
	row "slab: check .*, at offset $(hex "$slab")"
}

# Where nothing is wrong it changes nothing.
not_needed() {
	local sum
	say "reset_heap=1 on a sound heap"
	sum=$(memory_sum)
	loaded adopted reset_heap=1
	expect_log 'prmem: reset_heap=1 ignored: nothing is wrong with the heap'
	instances_say "verified $count, " verify count=$count
	unload_prmem
	expect_eq "$(memory_sum)" "$sum" "memory after reset_heap=1"
}

by_reset_heap() {
	local size
	say "reset_heap=1 on a damaged heap"
	vmtool flip "$records_word" 0
	loaded adopted
	size=$(attr size)
	unload_prmem
	loaded adopted reset_heap=1
	expect_log "prmem: refused: heap: page: check"
	expect_log 'prmem: reset_heap: dropped: all instances, [0-9]+ MiB in [0-9]+ region'
	expect_eq "$(attr heap) $(attr free)" "0 $((size - 6291456))" "heap and pool"
	vmtool verify /dev/prmem/d 5
	expect_eq "$(debugfs instances)" '' "instances left"
	# With what is left of the old one in the memory of the new one.
	instances fill count=$count seed=2
	instances destroy
	instances fill count=$count
	instances_say "verified $count, " verify count=$count
	unload_prmem
	loaded adopted
	instances_say "verified $count, " verify count=$count
	vmtool verify /dev/prmem/d 5
}
