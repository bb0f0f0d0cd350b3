# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Named instances by a module that is made for it: guest/instances.

# instances WHAT [PARAMETER...]: runs it to its end and takes it out again.
instances() {
	local what=$1
	shift
	dmesg -c > /dev/null
	insmod /usr/lib/prmem-tests/instances.ko what="$what" "$@" 2> /tmp/said ||
		fail "instances $what $*: $(cat /tmp/said); $(dmesg | grep instances: | head -3)"
	rmmod instances
}

# instances_say REGEX WHAT [PARAMETER...]: and it says so.
instances_say() {
	local regex=$1
	shift
	instances "$@"
	expect_log "instances: $regex"
}

# instances_fail ERROR WHAT [PARAMETER...]
instances_fail() {
	local error=$1 what=$2
	shift 2
	! insmod /usr/lib/prmem-tests/instances.ko what="$what" "$@" 2> /tmp/said || fail "instances $what $* succeeded"
	grep -qF "$error" /tmp/said || fail "want '$error', got: $(cat /tmp/said)"
}

# forget_instance SUBSYSTEM/NAME: with the errno's text kept, as in cases/forget.sh.
forget_instance() { env echo "$1" 2> /tmp/said > /sys/kernel/prmem/forget; }

debugfs() { cat "/sys/kernel/debug/prmem/$1"; }
