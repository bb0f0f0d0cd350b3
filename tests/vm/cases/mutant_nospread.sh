# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: where all parts are taken as one, from the top of memory, all is on the
# last node.
# kernel: nospread
# numa: 5G 5G
# append: prmem=1G/2 nokaslr
# timeout: 240
# expect: fail
# expect-log: nodes of the ranges: got '1', want '01'
# set: ci

. /vm/cases/numa_spread.sh
