# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091
# Without memory to adopt the module says what is missing, and is not loaded.
# payload: stock
# set: ci

step_1() {
	. /vm/damage.sh
	refused_for 'boot with prmem=SIZE'
	export NEXT_KERNEL=bzImage-stock
	kexec_next s 2
}

step_2() {
	. /vm/damage.sh
	refused_for 'this kernel has no prmem shim: boot one built with CONFIG_PRMEM=y'
	expect_no_log 'Unknown symbol'
	pass
}

refused_for() {
	expect_fail modprobe prmem 2> /tmp/modprobe
	grep -F 'No such device' /tmp/modprobe || fail "$(cat /tmp/modprobe)"
	expect_log "prmem: .*$1"
	nothing_left
}
