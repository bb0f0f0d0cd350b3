# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2034,SC2154
# Each allocation of the modules fails in its turn, in every operation, under KASAN,
# kmemleak and lockdep: it is an error or it isn't, nothing is lost, leaked or half done,
# and the same operation without a fault succeeds.
# `debug_faults,only=loads+forgets` does some of it.
# kernel: debug
# append: prmem=64M
# mem: 3G
# timeout: 7200
# silence: 600
# set: debug

. /vm/faults.sh
. /vm/fsck.sh
. /vm/damage.sh
. /vm/instances.sh

modules=/lib/modules/$(uname -r)/updates
prmem=$modules/dkms/prmem.ko
bare=/usr/lib/prmem-tests/prmem-bare.ko	# without disks it comes and goes sooner
call=/sys/module/instances/parameters/call
count=12
all=reads+opens+api_calls+consumers+first_loads+unloads+resets+loads+forgets

# only OPERATION: is it to be done?
only() {
	case +$(cmdline_get only)+ in
	++|*+"$1"+*)	return 0 ;;
	esac
	return 1
}

# -- what must stay as it is --

# Thousands of times, so in few processes.
shown() {
	cd /sys/kernel/prmem || fail "the module is not there"
	echo regions/*
	cat state boots free heap size kexec_load_safe regions/*/start regions/*/size regions/*/type
	cd /
}

differ() { diff -U 0 "$1" "$1.now" | sed 1,2d | head -8 | tr '\n' ' '; }

# as_before: the listing and the attributes.
remember() {
	debugfs instances | sort > /tmp/list
	shown > /tmp/shown
}
as_before() {
	debugfs instances | sort > /tmp/list.now
	cmp -s /tmp/list /tmp/list.now || fail "$where: instances: $(differ /tmp/list)"
	shown > /tmp/shown.now
	cmp -s /tmp/shown /tmp/shown.now || fail "$where: $(differ /tmp/shown)"
}

disk_holds() {
	mount -o dax "/dev/$(attr regions/cache/device)" /mnt
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

calls_end() {
	ask unmake
	rmmod instances
}
calls_begin() { insmod /usr/lib/prmem-tests/instances.ko what=calls; }
ask() { echo "$1" > $call; }

# -- after some calls --

gone() {
	[ ! -e /sys/module/prmem ] && [ ! -e /sys/kernel/prmem ] || fail "$where: the module is half there"
	! grep -qE ' : (prmem|namespace)' /proc/iomem || fail "$where: left in iomem"
}

# A load without a fault finds what there was.
after_load() {
	gone
	load_prmem
	as_before
	modprobe -r prmem
}

# The disk is there, if what failed came after the commit.
after_disk() {
	gone
	load_prmem
	[ ! -e /sys/kernel/prmem/regions/again ] || echo again > /sys/kernel/prmem/forget
	as_before
	modprobe -r prmem
}

# Not blank, where the root was committed before something failed.
after_first() {
	gone
	blank
}

# The heap is closed again, as often as it came to be open.
after_open() {
	as_before
	rmmod prmem
	insmod $bare
}

after_call() { as_before; }

after_make() {
	ask unmake
	as_before
}

# What it failed to give back goes with what the next one gives back.
after_grow() {
	ask grow
	as_before
}

# Still a disk, or none; and if none, though it failed, the log says what is left to do.
after_forget_disk() {
	if [ -d /sys/kernel/prmem/regions/again ]; then
		[ "$1" != 0 ] || fail "$where: it is still there"
		[ -n "$(attr regions/again/device)" ] || fail "$where: it has no device any more"
		return 0
	fi
	unload_prmem
	load_prmem disks=again:2M
}

after_log() {
	[ ! -e /sys/kernel/debug/prmem_log ] || fail "$where: left in debugfs"
	as_before
}

# -- the operations --

# The first allocation of the module's own, or a little before it: what the kernel's
# loader needs until then is counted at a load that is refused at once. Or the first one
# once the memory is found, by a load that is refused then: finding it is hundreds, for the
# kernel's memory map, in each load the same, and first_loads has them all.
own() {
	local first
	first=$(allocations_before "$@")
	say "faults: $first allocations until $*"
	echo $((first > 20 ? first - 20 : 1))
}

# Before libnvdimm lets the module go, its regions have to be let go of.
regions=/sys/bus/nd/drivers/nd_region

loads() {
	local first
	remember
	unload_prmem
	first=$(own load $prmem disks=bad)
	each_fault "load, a disk and instances" "$first" after_load load $prmem \
		-- expect /sys/kernel/prmem/state adopted -- expect /sys/kernel/prmem/boots 1 \
		-- expect /sys/kernel/prmem/kexec_load_safe 1 \
		-- unbind $regions -- unload prmem
	each_fault "load, a new disk" "$first" after_disk load $prmem disks=again:2M limits=calls:1M: \
		-- write /sys/kernel/prmem/forget again -- unbind $regions -- unload prmem
	load_prmem
}

blank() {
	vmtool zero "$(root_at 0)" 1984
	vmtool zero "$(root_at 1)" 1984
}

# On memory of which nothing is known but the stamp; it gets its roots back.
first_loads() {
	unload_prmem
	save_meta /tmp/meta
	blank
	step=1
	each_fault "load, first of all" "$(own load $prmem limits=:)" after_first load $prmem \
		-- unload prmem
	step=16
	restore_meta /tmp/meta
	load_prmem
}

unloads() {
	unload_prmem
	insmod $bare
	fails=no
	each_fault "unload" 1 : unload prmem -- load $bare
	fails=yes
	rmmod prmem
	load_prmem
}

# On metadata, and on a heap, that are refused otherwise. What is wrong stays so.
after_reset() {
	gone
	restore_meta /tmp/bad
}
resets() {
	local heap
	heap=$((meta + $(cat /sys/kernel/prmem/regions/heap@*/start | head -1)))
	unload_prmem
	save_meta /tmp/meta
	step=1
	vmtool flip "$heap" 515
	save_meta /tmp/bad
	each_fault "load, reset_heap" "$(own load $bare disks=bad reset_heap=1)" after_reset \
		load $bare reset_heap=1 -- expect /sys/kernel/prmem/heap 0 -- unload prmem
	vmtool flip "$heap" 515
	flip_table 0
	flip_table 1
	save_meta /tmp/bad
	each_fault "load, reset" "$(own load $bare disks=bad reset=1)" after_reset \
		load $bare reset=1 -- expect /sys/kernel/prmem/state reset -- unload prmem
	step=16
	restore_meta /tmp/meta
	load_prmem
}

forgets() {
	unload_prmem
	load_prmem disks=again:2M
	step=1
	each_fault "forget a disk" 1 after_forget_disk write /sys/kernel/prmem/forget again
	step=16
	echo again > /sys/kernel/prmem/forget
}

reads() {
	local file
	for file in state boots free heap heap_state regions/cache/device; do
		each_fault "read $file" 1 : read /sys/kernel/prmem/$file
	done
	for file in instances subsystems; do
		each_fault "read $file" 1 : read /sys/kernel/debug/prmem/$file
	done
}

opens() {
	remember
	unload_prmem
	insmod $bare
	each_fault "open the instances" 1 after_open read /sys/kernel/debug/prmem/instances \
		-- unload prmem -- load $bare
	rmmod prmem
	load_prmem
}

api_calls() {
	local word
	remember
	calls_begin
	each_fault "call: make" 1 after_make write $call make -- write $call unmake
	ask make
	ask grow
	ask grow
	remember
	for word in get create list; do
		each_fault "call: $word" 1 after_call write $call $word
		ask $word
	done
	ask use
	each_fault "call: grow" 1 after_grow write $call grow
	each_fault "forget an instance" 1 after_call write /sys/kernel/prmem/forget calls/5 \
		-- write $call make
	calls_end
}

consumers() {
	local log=$modules/dkms/prmem_log.ko
	modprobe prmem_log
	rmmod prmem_log
	remember
	each_fault "log, load" "$(own load $log size=1000)" after_log load $log -- unload prmem_log
	modprobe prmem_log
	expect_eq "$(echo /sys/kernel/debug/prmem_log/*)" /sys/kernel/debug/prmem_log/1 "logs of this boot"
	rmmod prmem_log
	modprobe indexer store=200 verify=200
	rmmod indexer
	remember
	each_fault "index, load" 1 after_call load $modules/tests/indexer.ko verify=200 -- unload indexer
	modprobe -r prmem_index
}

step_1() {
	expect_log 'Kernel memory leak detector initialized'
	expect_log 'KernelAddressSanitizer initialized'
	load_prmem disks=cache:8M
	mke2fs -q -t ext4 -b 4096 /dev/prmem/cache
	mount -o dax /dev/prmem/cache /mnt
	dd if=/dev/urandom of=/mnt/file bs=64k count=4 2> /dev/null
	(cd / && sha256sum /mnt/file) > /mnt/sum
	umount /mnt
	instances_say "filled $count" fill count=$count
	find_memory
	unload_prmem
	load_prmem	# from here on it is always adopted
	# It reads what libnvdimm is about to remove, and lockdep has a complaint about that,
	# which is about the kernel alone, and its last.
	udevadm control --exit
	inject_faults
	for operation in $(echo "$all" | tr + ' '); do
		only "$operation" || continue
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
	if only consumers; then
		inject_faults
		modprobe prmem_log
		each_fault "read a log" 1 : read /sys/kernel/debug/prmem_log/1
		rmmod prmem_log
	fi
	all_sound
	pass
}
