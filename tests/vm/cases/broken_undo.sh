# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: with a module that leaves in the list what it couldn't take, faults must show it.
# kernel: debug
# module-mutant: no_undo
# append: prmem=64M only=api_calls
# mem: 3G
# timeout: 1800
# silence: 600
# expect: fail
# expect-log: call: grow, (once|on) [0-9]+, error [0-9]+:
# set: debug

. /vm/cases/debug_faults.sh
