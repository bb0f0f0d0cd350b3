# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# With CONFIG_PRMEM=n prmem= is an unknown word, and the module says what is missing.
# kernel: off
# append: prmem=64M
# mem: 1G
# set: ci

step_1() {
	expect_log 'Unknown kernel command line parameters .*prmem=64M'
	expect_no_log '\] prmem: '
	! grep -q prmem /proc/kallsyms || fail "prmem in this kernel: $(grep prmem /proc/kallsyms)"
	[ "$(meminfo MemTotal)" -gt $((900 << 10)) ] || fail "memory is missing"
	expect_enodev 'this kernel has no prmem shim: boot one built with CONFIG_PRMEM=y$'
	expect_no_log 'Unknown symbol'
	pass
}
