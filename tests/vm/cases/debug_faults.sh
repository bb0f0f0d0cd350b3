# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2154
# Each allocation of the modules fails in its turn, in every operation, under KASAN,
# kmemleak and lockdep: it is an error or it isn't, nothing is lost, leaked or half done,
# and the same operation without a fault succeeds.
# kernel: debug
# append: prmem=128M
# mem: 3G
# timeout: 3600
# silence: 600
# set: debug

. /vm/faults.sh
. /vm/fsck.sh
. /vm/damage.sh
. /vm/instances.sh

modules=/lib/modules/$(uname -r)/updates
prmem=$modules/dkms/prmem.ko
call=/sys/module/instances/parameters/call
count=12

# -- what must stay as it is --

listed() { debugfs instances | sort > "$1"; }

shown() {
	(cd /sys/kernel/prmem && grep . state boots generation free heap size kexec_load_safe
		for dir in regions/*; do
			grep . $dir/start $dir/size $dir/type
		done) 2> /dev/null
}

# as_before: the listing, and all attributes that don't count commits.
remember() { listed /tmp/list; shown | grep -v ^generation > /tmp/shown; }
as_before() {
	listed /tmp/list.now
	cmp -s /tmp/list /tmp/list.now || fail "$where: instances: $(diff /tmp/list /tmp/list.now | head -3)"
	shown | grep -v ^generation > /tmp/shown.now
	cmp -s /tmp/shown /tmp/shown.now || fail "$where: $(diff /tmp/shown /tmp/shown.now | head -5)"
}

disk_holds() {
	mount -o dax /dev/prmem/cache /mnt
	sha256sum -c /mnt/sum > /dev/null
	umount /mnt
}

all_sound() {
	unload_prmem
	sound
	load_prmem
	disk_holds
	instances_say "verified $count, " verify count=$count
}

calls_begin() { insmod /usr/lib/prmem-tests/instances.ko what=calls; }
ask() { echo "$1" > $call; }

# -- after each call --

gone() { nothing_left; }

# A load: it is all there, or nothing of it.
after_load() {
	[ "$1" = 0 ] || { gone; return 0; }
	shown > /tmp/shown.now
	cmp -s /tmp/shown /tmp/shown || fail "$where: $(diff /tmp/shown /tmp/shown.now | head -5)"
	modprobe -r prmem
}

after_first() {
	if [ "$1" = 0 ]; then
		expect_eq "$(attr state) $(attr boots)" "initialised 1" "$where"
		modprobe -r prmem
	fi
	gone
	# Before the root is committed the memory is blank; after that it is adopted.
	vmtool zero "$meta" $META_LEN
	restore_meta /tmp/blank
}

after_disk() {
	if [ "$1" = 0 ]; then
		echo again > /sys/kernel/prmem/forget
		modprobe -r prmem
	fi
	gone
}

after_unload() { [ "$1" != 0 ] || load_prmem; }

after_open() {
	as_before
	unload_prmem
	load_prmem
}

after_call() {
	as_before
}

after_read() {
	[ "$1" != 0 ] || { sed 1d /tmp/called | cmp -s - /tmp/read || fail "$where: it is cut short"; }
}

after_forget_disk() {
	[ -d /sys/kernel/prmem/regions/again ] && [ "$1" != 0 ] && return 0
	unload_prmem
	load_prmem disks=again:2M
}

after_forget() { ask make; as_before; }

after_log() {
	[ "$1" != 0 ] || rmmod prmem_log
	[ ! -e /sys/kernel/debug/prmem_log ] || fail "$where: left in debugfs"
	as_before
}

after_indexer() {
	[ "$1" != 0 ] || rmmod indexer
	as_before
}

# -- the operations --

loads() {
	local first
	unload_prmem
	first=$(allocations_before load $prmem limits=:)
	say "faults: the loader makes $first allocations"
	first=$((first > 20 ? first - 20 : 1))
	load_prmem
	shown > /tmp/shown
	unload_prmem
	each_fault "load, a disk and instances" "$first" after_load load $prmem
	each_fault "load, a new disk" "$first" after_disk load $prmem disks=again:2M limits=calls:1M:
	load_prmem
}

first_loads() {
	local first
	unload_prmem
	save_meta /tmp/meta
	vmtool zero "$meta" $META_LEN
	restore_meta /tmp/blank
	first=$(allocations_before load $prmem limits=:)
	first=$((first > 20 ? first - 20 : 1))
	each_fault "load, first of all" "$first" after_first load $prmem
	restore_meta /tmp/meta
	load_prmem
}

unloads() {
	each_fault "unload" 1 after_unload unload prmem
}

reads() {
	local file
	for file in state boots free heap heap_state regions/cache/device; do
		attr $file > /tmp/read
		each_fault "read $file" 1 after_read read /sys/kernel/prmem/$file
	done
	for file in instances subsystems; do
		debugfs $file > /tmp/read
		each_fault "read $file" 1 after_read read /sys/kernel/debug/prmem/$file
	done
}

opens() {
	unload_prmem
	load_prmem
	each_fault "open the instances" 1 after_open read /sys/kernel/debug/prmem/instances
}

api_calls() {
	local word
	calls_begin
	ask make
	ask grow
	remember
	for word in get create use list grow; do
		each_fault "call: $word" 1 after_call write $call $word
		ask $word
		as_before
	done
	each_fault "forget an instance" 1 after_forget write /sys/kernel/prmem/forget calls/5
	ask unmake
	rmmod instances
}

consumers() {
	local first
	modprobe prmem_log
	rmmod prmem_log
	remember
	first=$(allocations_before load $modules/dkms/prmem_log.ko size=1000)
	each_fault "log, load" $((first - 20)) after_log load $modules/dkms/prmem_log.ko
	modprobe indexer store=200 verify=200
	rmmod indexer
	remember
	each_fault "index, load" 1 after_indexer load $modules/tests/indexer.ko verify=200
	modprobe -r prmem_index
}

no_leak() {
	local left=3
	while [ $((left -= 1)) -ge 0 ]; do
		echo scan > /sys/kernel/debug/kmemleak
		sleep 2
	done
	cat /sys/kernel/debug/kmemleak > /tmp/leaks
	! grep -B3 -A20 'prmem\|nvdimm\|nd_\|indexer\|instances' /tmp/leaks || fail "kmemleak: see the console"
}

step_1() {
	expect_log '[Kk]memory leak detector initialized'
	expect_log 'KernelAddressSanitizer initialized'
	load_prmem disks=cache:16M
	mke2fs -q -t ext4 -b 4096 /dev/prmem/cache
	mount -o dax /dev/prmem/cache /mnt
	dd if=/dev/urandom of=/mnt/file bs=64k count=4 2> /dev/null
	(cd / && sha256sum /mnt/file) > /mnt/sum
	umount /mnt
	instances_say "filled $count" fill count=$count
	find_memory
	inject_faults
	for operation in reads opens api_calls consumers loads unloads first_loads forgets; do
		mark "$operation"
		$operation
		all_sound
	done
	no_leak
	kexec_next s 2
}

step_2() {
	. /vm/damage.sh
	load_prmem
	expect_eq "$(attr boots)" 2 boots
	find_memory
	all_sound
	pass
}
