# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Page tables of five levels, KASLR on: all is kept over both system calls.
# append: prmem=128M
# mem: 1536M
# qemu: -cpu max
# timeout: 300
# set: ci

. /vm/chain.sh

step_1() {
	grep -qw la57 /proc/cpuinfo || fail "no page tables of five levels: no test"
	chain s c
}
step_2() { step_1; }
step_3() { step_1; }
