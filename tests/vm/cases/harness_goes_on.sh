# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: of a kernel that complains and goes on it isn't said that it hung or went down.
# kernel: stock
# linger: 14
# expect: fail
# expect-log: ^fail kernel: WARNING: a control$
# set: ci

step_1() {
	{ set +x; } 2> /dev/null
	sleep 1	# so that what the console holds of the trace is out
	echo "<4>WARNING: a control" > /dev/kmsg
	while sleep 4; do
		echo "still here"
	done
}
