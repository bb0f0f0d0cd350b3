# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: a guest that panics must be found out, whatever it says afterwards.
# kernel: stock
# expect: fail
# expect-log: Kernel panic - not syncing: sysrq
# set: ci

step_1() {
	echo c > /proc/sysrq-trigger
	pass
}
