# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# The guest boots, has what the cases stand on, and says so.
# kernel: stock
# set: ci

step_1() {
	local program
	for program in kexec mke2fs e2fsck tune2fs ndctl daxctl sqlite3 sha256sum vmtool; do
		command -v "$program" > /dev/null || fail "no $program in the guest"
	done
	expect_eq "$(readlink -f "$(command -v modprobe)")" /usr/bin/kmod modprobe
	expect_eq "$(as_nobody id -u)" 65534 "nobody's uid"
	ls -l /payload/bzImage /payload/initrd.img
	grep -q pdpe1gb /proc/cpuinfo || fail "no 1 GiB pages"
	modprobe nd_pmem
	vmtool kaslr
	vmtool fill /tmp/pattern 7 1048576
	vmtool verify /tmp/pattern 7
	expect_fail vmtool verify /tmp/pattern 8
	expect_eq "$(printf 123456789 > /tmp/digits; vmtool crc32 /tmp/digits 0 9)" cbf43926 crc32
	expect_eq "$(vmtool crc32c /tmp/digits 0 9 0xffffffff)" 1cf96d7c crc32c
	expect_log 'Linux version'
	pass
}
