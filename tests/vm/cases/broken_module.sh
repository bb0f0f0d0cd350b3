# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: with a module that commits nothing, the chain of kexecs must fail.
# module-mutant: no_publish
# append: prmem=128M
# mem: 1536M
# timeout: 300
# expect: fail
# expect-log: state: got 'initialised', want 'adopted'
# set: ci

. /vm/cases/kexec_c.sh
