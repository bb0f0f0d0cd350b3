# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: where the ranges are taken when the direct map covers them already,
# mapping a disk takes the mapping of its neighbours away: the kernel crashes. It
# warns in phys_pud_init() first, and then oopses, goes down or hangs without a word.
# kernel: late
# append: prmem=512M oops=panic nokaslr
# mem: 5G
# timeout: 240
# linger: 20
# expect: fail
# expect-log: ^\[ *[0-9.]+\] BUG: unable to handle page fault|; and (the machine went down|then it was silent)$
# set: ci

. /vm/cases/split_leaf.sh
