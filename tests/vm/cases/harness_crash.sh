# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# A panic with a crash kernel loaded: the verdict comes from the second kernel.
# kernel: stock
# append: crashkernel=256M
# expect: crash
# set: ci

step_1() {
	kexec -c -p /payload/bzImage --initrd=/payload/initrd.img \
		--command-line="$(next_cmdline 2 -crashkernel maxcpus=1)"
	mark away
	echo c > /proc/sysrq-trigger
}

step_2() {
	[ -s /proc/vmcore ] || fail "no /proc/vmcore in the crash kernel"
	pass
}
