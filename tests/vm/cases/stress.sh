# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2154
# Threads use all functions of named instances at once, and the machine is taken from
# under them, boot after boot: what they had done is there, and no more than that.
# append: prmem=256M
# mem: 2G
# smp: 4
# timeout: 400
# set: ci

. /vm/instances.sh

boots=6
threads=4

stressed() {
	[ "$vmstep" = 1 ] || kaslr_moved
	load_prmem
	expect_eq "$(attr boots)" "$vmstep" boots
	dmesg -c > /dev/null
	insmod /usr/lib/prmem-tests/instances.ko what=stress threads=$threads ||
		fail "stress: $(dmesg | grep -E 'instances:|prmem:' | head -3)"
	expect_log "instances: stress: verified $threads threads, [0-9]+ operations"
	expect_no_log 'prmem: (refused|recovered)'
	say "$(dmesg | sed -n 's/.*instances: //p' | paste -s -d, -)"
}

done_so_far() { cat /sys/module/instances/parameters/done; }

# A little longer each time, so that it isn't always at the same place.
cut() {
	local before
	before=$(done_so_far)
	kexec_load "$1" "$2"
	sleep "1.$vmstep"
	[ "$(done_so_far)" -gt "$before" ] || fail "nothing is done: $before, $(done_so_far)"
	kexec_go
}

step_1() { stressed; cut s 2; }
step_2() { stressed; cut c 3; }
step_3() { stressed; cut s 4; }
step_4() { stressed; cut c 5; }
step_5() { stressed; cut s 6; }

step_6() {
	load_prmem
	expect_eq "$(attr boots)" $boots boots
	instances_say "stress: verified $threads threads, [1-9][0-9][0-9]+ operations" stressed threads=$threads
	unload_prmem
	load_prmem
	instances_say "stress: verified $threads threads" stressed threads=$threads
	instances_say "destroyed $((threads + 1))" destroy
	expect_eq "$(attr heap)" 0 "heap when all are destroyed"
	pass
}
