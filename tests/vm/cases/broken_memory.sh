# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: with a module that gives out memory as it is, the threads must notice.
# module-mutant: no_clear
# append: prmem=256M
# mem: 2G
# smp: 4
# timeout: 300
# expect: fail
# expect-log: instances: stress.c:[0-9]+: !memchr_inv
# set: ci

. /vm/cases/stress.sh
