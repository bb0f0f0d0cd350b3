# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Booted by UEFI firmware, two kexecs, one by each system call: all is kept.
# append: prmem=128M
# mem: 1536M
# uefi: yes
# timeout: 240
# set: ci

. /vm/chain.sh

step_1() {
	[ -d /sys/firmware/efi ] || fail "not booted by UEFI"
	chain c s
}
step_2() { step_1; }
step_3() { step_1; }
