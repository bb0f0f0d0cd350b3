# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Every series: two kexecs, one by each system call, all is kept.
# series: 5.10 6.1 6.12 7.x
# append: prmem=128M
# mem: 1536M
# timeout: 240
# set: ci

. /vm/chain.sh

step_1() { chain s c; }
step_2() { step_1; }
step_3() { step_1; }
