# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: where ranges aren't cut at the nodes' border, one lies on both.
# kernel: nocut
# numa: 3G 2G
# append: prmem=3G nokaslr
# timeout: 240
# expect: fail
# expect-log: straddles the nodes
# set: ci

. /vm/cases/numa.sh
