# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: where all parts are taken as one, from the top of memory, all is on the
# last node, and a disk on the first is refused.
# kernel: nospread
# numa: 5G 5G
# append: prmem=1G/2 nokaslr
# timeout: 240
# expect: fail
# expect-log: node 0 has no 16 MiB in one piece
# set: ci

. /vm/cases/numa_spread.sh
