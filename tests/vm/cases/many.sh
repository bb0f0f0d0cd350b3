# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2154
# Two hundred kexecs in a row, by either system call, and in each boot other work: files
# and a raw disk, a disk that comes and goes, instances that threads use until the kernel
# is gone, an index that grows and shrinks, the logs. Each boot finds all that the one
# before left; what that was travels on the command line, outside of the memory.
# `many,kexecs=5,seed=2` is a shorter one, and another.
# append: prmem=256M kexecs=200 seed=1
# mem: 2G
# timeout: 7200
# silence: 120
# set: long

. /vm/instances.sh

kexecs=$(cmdline_get kexecs)
threads=2

# chance WHAT N: 0 to N - 1, in this step of this seed.
chance() {
	local sum
	sum=$(echo "$(cmdline_get seed) $vmstep $1" | sha256sum | cut -c1-7)
	echo $((0x$sum % $2))
}

# -- files, their sums in a list, and the list's own sum in the state --

list_files() {
	(cd /mnt && find . -type f ! -name SUMS | sort | xargs sha256sum > SUMS)
	files=$(sha256sum < /mnt/SUMS | cut -c1-16)
}

files_found() {
	mount -o dax /dev/prmem/cache /mnt
	expect_eq "$(sha256sum < /mnt/SUMS | cut -c1-16)" "$files" "the list of the files"
	(cd /mnt && sha256sum -c SUMS > /tmp/checked) || fail "$(grep -v OK /tmp/checked)"
}

# A file is written or replaced, another one goes.
change_files() {
	dd if=/dev/urandom of="/mnt/$(chance file 24)" bs=4k count=$(($(chance size 64) + 1)) 2> /dev/null
	rm -f "/mnt/$(chance gone 24)"
	list_files
	umount /mnt
}

# -- an index of so many entries --

change_index() {
	local now=$entries
	case $(chance index 3) in
	0)	entries=$((now + 1 + $(chance more 400))) ;;
	1)	entries=$((now - $(chance less $now))) ;;
	esac
	[ "$entries" -gt 0 ] && [ "$entries" -lt 4000 ] || entries=500
	if [ "$entries" -ge "$now" ]; then
		modprobe indexer sweep=1 store=$entries verify=$entries
	else
		modprobe indexer sweep=1 verify=$now erase=$((now - entries))
	fi
	expect_log "indexer: $entries verified, $entries found, $entries counted, 0 bad"
	rmmod indexer prmem_index
}

# -- a disk of a pattern, and one that is there every now and then --

raw_found() {
	vmtool verify /dev/prmem/raw "$raw" > /dev/null || fail "the raw disk has not the pattern $raw"
}

change_disks() {
	if [ "$(chance raw 3)" = 0 ]; then
		raw=$vmstep
		vmtool fill /dev/prmem/raw "$raw" > /dev/null
	fi
	if [ "$extra" != 0 ]; then
		vmtool verify /dev/prmem/extra "$extra" > /dev/null || fail "the extra disk is not $extra's"
		[ "$(chance extra 3)" = 0 ] || return 0
		echo extra > /sys/kernel/prmem/forget
		extra=0
	elif [ "$(chance extra 3)" = 0 ]; then
		unload_prmem
		load_prmem "disks=extra:$((2 + 2 * $(chance large 4)))M"
		extra=$vmstep
		vmtool fill /dev/prmem/extra "$extra" > /dev/null
	fi
}

# -- the logs --

logs_found() {
	local log=/sys/kernel/debug/prmem_log
	modprobe prmem_log size=65536
	[ -e "$log/$vmstep" ] || fail "no log $vmstep: $(echo $log/*)"
	[ "$vmstep" -gt 1 ] || return 0
	grep -q "case many, step $((vmstep - 1))\$" $log/previous || fail "the log before isn't of step $((vmstep - 1))"
	grep -q 'Starting new kernel' $log/previous || fail "the log before has no end"
}

# -- instances: a stack for each thread, whose contents follow from how often it was used --

stress() {
	local found
	dmesg -c > /dev/null
	insmod /usr/lib/prmem-tests/instances.ko what=stress threads=$threads seed="$(cmdline_get seed)" ||
		fail "stress: $(dmesg | grep -E 'instances:|prmem:' | head -3)"
	found=$(dmesg | sed -n 's/.*stress: verified .* threads, \([0-9]*\) operations/\1/p')
	[ "$found" -ge "$operations" ] || fail "$found operations of $operations are there"
}

begin() {
	load_prmem disks=cache:8M,raw:4M
	mke2fs -q -t ext4 -b 4096 /dev/prmem/cache
	mount -o dax /dev/prmem/cache /mnt
	echo begin > /mnt/begin
	list_files
	raw=1 entries=500 extra=0 operations=0
	vmtool fill /dev/prmem/raw 1
	modprobe indexer store=$entries verify=$entries
	rmmod indexer prmem_index
}

come_back() {
	files=$(state 1) raw=$(state 2) entries=$(state 3) extra=$(state 4) operations=$(state 5)
	load_prmem
	expect_eq "$(attr state) $(attr boots)" "adopted $vmstep" "state and boots"
	expect_no_log 'prmem: (refused|recovered|.* damaged)'
	# It may be the same by chance, of some ten thousands.
	[ $((vmstep % 10)) -ne 0 ] || kaslr_moved
	files_found
	raw_found
}

leave() {
	local call
	call=$([ "$(chance call 2)" = 0 ] && echo c || echo s)
	operations=$(cat /sys/module/instances/parameters/done)
	set_state "$files" "$raw" "$entries" "$extra" "$operations"
	kexec_next "$call" $((vmstep + 1))
}

hop() {
	if [ "$vmstep" = 1 ]; then begin; else come_back; fi
	change_files
	change_index
	change_disks
	if [ "$(chance reload 4)" = 0 ]; then
		unload_prmem
		load_prmem
	fi
	logs_found
	stress
	[ $((vmstep % 10)) -ne 0 ] || report "boot $vmstep: $operations operations, $entries entries"
	[ "$vmstep" -gt "$kexecs" ] || leave
	rmmod instances prmem_log
	raw_found
	unload_prmem
	load_prmem
	files_found
	expect_eq "$(attr boots)" $((kexecs + 1)) boots
	report "$(attr boots) boots, $(attr generation) generations, $operations operations, $entries entries"
	pass
}

step=1
while [ $step -le $((kexecs + 1)) ]; do
	eval "step_$step() { hop; }"
	step=$((step + 1))
done
