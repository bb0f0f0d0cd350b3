# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091
# prmem-fsck in a capture kernel, whose map doesn't show the memory: named, it is
# checked and copied.
# append: prmem=64M crashkernel=256M
# expect: crash
# timeout: 300
# set: ci

step_1() {
	load_prmem disks=raw:16M
	vmtool fill /dev/prmem/raw 7
	set_state "$(attr ranges/0/base)" "$(attr ranges/0/size)"
	kexec -s -p /payload/bzImage --initrd=/payload/initrd.img \
		--command-line="$(next_cmdline 2 -crashkernel maxcpus=1)"
	mark away
	echo c > /proc/sysrq-trigger
}

step_2() {
	local base size status=0 word
	base=$(($(state 1))) size=$(($(state 2)))
	word=$(printf '%#x!%#x' $size $base)
	[ -s /proc/vmcore ] || fail "no /proc/vmcore: not a kdump kernel"
	prmem-fsck --live > /tmp/said 2>&1 || status=$?
	expect_eq "$status" 8 "status of prmem-fsck --live"
	grep -qF 'name it, SIZE!START' /tmp/said || fail "$(cat /tmp/said)"
	# As the manual page says: dd reads up to the end of RAM.
	if [ "$(ram_between $base 0x10000000000)" = 0 ]; then
		! dd if=/dev/mem of=/tmp/dd bs=2M skip=$((base >> 21)) count=1 2> /tmp/said ||
			fail "dd can read beyond the end of RAM"
		grep 'Bad address' /tmp/said || fail "$(cat /tmp/said)"
	fi

	prmem-fsck --copy /tmp --live "$word" > /tmp/said || fail "$(cat /tmp/said)"
	grep '^prmem-fsck: sound$' /tmp/said || fail "$(cat /tmp/said)"
	vmtool save $base $size /tmp/saved
	cmp /tmp/saved "/tmp/prmem-$(printf '%#x' $base).img" || fail "the copy is another"
	prmem-fsck "/tmp/prmem-$(printf '%#x' $base).img" || fail "the copy is not sound"
	expect_fail prmem-fsck --copy /tmp --live "$word"
	pass
}
