# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: a command that fails unasked in a step must fail the case.
# kernel: stock
# expect: fail
# expect-log: step 1 ended with status 1
# set: ci

step_1() {
	false
	pass
}
