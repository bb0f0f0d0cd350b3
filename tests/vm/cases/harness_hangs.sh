# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: of a kernel that complains and hangs it is said that it was silent then.
# kernel: stock
# linger: 14
# expect: fail
# expect-log: ^fail kernel: WARNING: a control; and then it was silent$
# set: ci

step_1() {
	{ set +x; } 2> /dev/null
	sleep 1	# so that what the console holds of the trace is out
	echo "<4>WARNING: a control" > /dev/kmsg
	sleep 1000
}
