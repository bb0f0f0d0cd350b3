# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# A panic with a crash kernel loaded: the next full kernel has its last words. It
# comes by the capture kernel, with the map on its command line.
# series: 5.10 6.1 6.12 7.x
# append: prmem=128M crashkernel=256M
# expect: crash
# timeout: 240
# set: ci

dir=/sys/kernel/debug/prmem_log

step_1() {
	local words
	load_prmem
	modprobe prmem_log
	words=$(prmem memmap)
	set_state ",$(echo "$words" | sed 's/memmap=//g; s/ /,/g')"
	kexec -s -p /payload/bzImage --initrd=/payload/initrd.img \
		--command-line="$(next_cmdline 2 -crashkernel maxcpus=1)"
	echo 'prmem-test: the last hour' > /dev/kmsg
	echo c > /proc/sysrq-trigger
}

step_2() {
	expect_enodev 'this is a kdump kernel: the memory is left alone'
	expect_fail modprobe prmem_log
	# shellcheck disable=SC2046 # words
	kexec_next s 3 -elfcorehdr -maxcpus -prmem -acpi_rsdp $(state 1 | sed 's/,/ memmap=/g')
}

step_3() {
	load_prmem
	modprobe prmem_log
	cat $dir/previous
	tail -n 60 $dir/previous > /tmp/last
	grep -q 'prmem-test: the last hour' /tmp/last || fail "the last hour is not there"
	grep -q 'Kernel panic - not syncing: sysrq triggered crash' /tmp/last ||
		fail "the panic is not there"
	grep -q 'Call Trace:' /tmp/last || fail "no call trace"
	pass
}
