# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: without the marks in the e820 maps that the next kernel gets, its
# memory is the disk's, and bytes are lost; or, where eat_memory happens to leave
# just these, nothing is found in it.
# kernel: nomarks
# append: prmem=128M
# append-list: how=c
# append-list: how=s
# mem: 1G
# timeout: 240
# expect: fail
# expect-log: data lost at kcore .* [1-9][0-9]* bad|prmem: no memory is reserved
# set: ci

. /vm/cases/pressure.sh
