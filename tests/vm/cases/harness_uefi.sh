# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Boot through UEFI firmware, and kexec from there by both system calls.
# kernel: stock
# uefi: yes
# set: ci

step_1() {
	[ -d /sys/firmware/efi ] || fail "not booted by UEFI"
	kexec_next c 2
}
step_2() { [ -d /sys/firmware/efi ]; kexec_next s 3; }
step_3() { [ -d /sys/firmware/efi ]; pass; }
