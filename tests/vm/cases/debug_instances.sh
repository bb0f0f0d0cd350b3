# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2154
# The same detectors over named instances: every function, and then all functions by
# several threads at once while others read what there is to read and forget what can't
# be forgotten; the machine is taken from under them twice, once by each system call.
# series: 5.10 6.1 6.12 7.x
# kernel: debug
# append: prmem=128M
# mem: 3G
# timeout: 1500
# silence: 300
# set: debug

. /vm/instances.sh

threads=4
count=40

functions() {
	instances_say 'the functions do as they say' api
	instances_say "filled $count" fill count=$count
	instances_say "verified $count, " verify count=$count
	debugfs instances > /tmp/list
	expect_eq "$(wc -l < /tmp/list)" $count instances
	instances_say "changed $count" change count=$count
	unload_prmem
	load_prmem
	instances_say "verified $((count / 2)), " verify count=$count stage=2
	instances_say "destroyed $((count / 2))" destroy
	no_leak
}

# Until the kernel is gone; a region may go while it is read.
read_on() {
	{ set +x; } 2> /dev/null
	while :; do
		cat /sys/kernel/debug/prmem/* /sys/kernel/prmem/heap* /sys/kernel/prmem/free \
			/sys/kernel/prmem/regions/*/* > /tmp/read || :
		! forget_instance stress/shared || report "fail forgot what is in use"
		! forget_instance stress/none || report "fail forgot what isn't there"
		echo read >> /tmp/reads
	done 2> /dev/null
}

# cut SYSCALL STEP: when threads and readers have done something.
cut() {
	local before tries=0
	load_prmem
	insmod /usr/lib/prmem-tests/instances.ko what=stress threads=$threads
	expect_log "instances: stress: verified $threads threads, [0-9]+ operations"
	read_on &
	before=$(cat /sys/module/instances/parameters/done)
	kexec_load "$1" "$2"
	while [ ! -s /tmp/reads ]; do
		[ $((tries += 1)) -lt 120 ] || fail "nothing is read"
		sleep 1
	done
	sleep "2.$vmstep"
	[ "$(cat /sys/module/instances/parameters/done)" -gt "$before" ] || fail "nothing is done"
	say "$(wc -l < /tmp/reads) readings, $(cat /sys/module/instances/parameters/done) operations"
	report "$(wc -l < /tmp/reads) readings, $(cat /sys/module/instances/parameters/done) operations"
	kexec_go
}

step_1() {
	expect_log 'Kernel memory leak detector initialized'
	expect_log 'KernelAddressSanitizer initialized'
	load_prmem
	functions
	cut s 2
}

step_2() { cut c 3; }

step_3() {
	load_prmem
	expect_eq "$(attr boots)" 3 boots
	instances_say "stress: verified $threads threads, [1-9][0-9]+ operations" stressed threads=$threads
	instances_say "destroyed $((threads + 1))" destroy
	expect_eq "$(attr heap)" 0 "heap when all are destroyed"
	no_leak
	pass
}
