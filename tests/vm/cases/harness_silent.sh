# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: a guest that hangs must be found out.
# kernel: stock
# expect: fail
# expect-log: silent for
# silence: 8
# set: ci

step_1() {
	sleep 1000
}
