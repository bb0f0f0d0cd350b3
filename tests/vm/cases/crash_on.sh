# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# A panic in the middle of updates; the capture kernel finds every byte of a disk,
# its vmcore has the system's RAM and nothing of the reservation; its own kexec
# loses the map, and finds all again with the map on the command line.
# append: prmem=128M crashkernel=256M
# expect: crash
# append-list: how=c
# append-list: how=s
# timeout: 240
# set: ci

# updates: disks come and go for ever.
updates() {
	while :; do
		modprobe -r prmem
		load_prmem disks=raw:48M,churn:16M
		echo churn > /sys/kernel/prmem/forget
	done
}

step_1() {
	local words
	load_prmem disks=raw:48M,churn:16M
	vmtool fill /dev/prmem/raw 7
	echo churn > /sys/kernel/prmem/forget
	words=$(prmem memmap)
	case $words in *@*!*|*!*@*) ;; *) fail "memmap: $words" ;; esac
	set_state $(($(attr ranges/0/base) + $(attr regions/raw/start))) "$(attr generation)" \
		"$(attr ranges/0/base)" "$(attr ranges/0/size)" ",$(echo "$words" | sed 's/memmap=//g; s/ /,/g')"
	kexec "-$(cmdline_get how)" -p /payload/bzImage --initrd=/payload/initrd.img \
		--command-line="$(next_cmdline 2 -crashkernel maxcpus=1)"
	updates &
	sleep "$(($(date +%s) % 3 + 1)).$(($(date +%s) % 10))"
	echo c > /proc/sysrq-trigger
}

# The capture kernel.
step_2() {
	local at base size start length sum=0
	at=$(state 1) base=$(($(state 3))) size=$(state 4)
	vmtool verify "phys:$at:$((48 << 20))" 7
	vmtool loads /proc/vmcore > /tmp/loads
	while read -r start length; do
		[ $((start + length)) -le $base ] || [ $((start)) -ge $((base + size)) ] ||
			fail "vmcore has part of the reservation: $start $length"
		sum=$((sum + length))
	done < /tmp/loads
	[ $sum -gt $((1 << 30)) ] || fail "vmcore has only $sum bytes: $(cat /tmp/loads)"
	expect_enodev 'this is a kdump kernel: the memory is left alone'

	# On without a map, to see that it is lost; then with it.
	set_state "$at" "$(state 2)" "$(state 3)" "$size" "$(state 5)"
	kexec_next "$(cmdline_get how)" 3 -elfcorehdr -maxcpus -prmem -acpi_rsdp
}

# The map is lost: little RAM, nothing inherited. Nothing was touched either.
step_3() {
	expect_no_log 'prmem: .*inherited'
	expect_enodev 'no memory is reserved'
	[ "$(meminfo MemTotal)" -lt $((256 << 10)) ] || fail "more RAM than the capture kernel had"
	vmtool verify "phys:$(state 1):$((48 << 20))" 7
	set_state "$(state 1)" "$(state 2)" "$(state 3)" "$(state 4)" "$(state 5)"
	# shellcheck disable=SC2046 # words
	kexec_next "$(cmdline_get how)" 4 $(state 5 | sed 's/,/ memmap=/g')
}

check() {
	expect_eq "$(attr state)" adopted state
	vmtool verify /dev/prmem/raw 7
	expect_fail test -e /dev/prmem/churn
	[ "$(meminfo MemTotal)" -gt $((1 << 20)) ] || fail "the RAM is not back"
}

# All is as before the last update or after it.
step_4() {
	local churn
	expect_log 'prmem: .*inherited'
	load_prmem
	[ "$(attr generation)" -ge "$(state 2)" ] || fail "generation $(attr generation) is before $(state 2)"
	churn=$(cat /sys/kernel/prmem/regions/churn/size 2>/dev/null || :)
	case $churn in
	''|$((16 << 20)))	;;
	*)	fail "disk churn has $churn bytes" ;;
	esac
	[ -z "$churn" ] || echo churn > /sys/kernel/prmem/forget
	udevadm settle
	check
	# The maps have it again: the words for the RAM are enough.
	# shellcheck disable=SC2046 # words
	kexec_next "$(cmdline_get how)" 5 $(state 5 | sed 's/,[^,]*![^,]*//g; s/,/ memmap=/g')
}

step_5() {
	! grep -q 'memmap=[^ ]*!' /proc/cmdline || fail "the reservation is still on the command line"
	load_prmem
	check
	pass
}
