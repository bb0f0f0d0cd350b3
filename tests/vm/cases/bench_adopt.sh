# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# How long modprobe takes with one remembered disk; see bench-adopt.sh.
# mem: 12G
# append-list: prmem=64M
# append-list: prmem=1G
# append-list: prmem=8G
# timeout: 300
# set: long

step_1() {
	local i
	load_prmem disks=work:32M
	unload_prmem
	for i in 1 2 3 4 5 6 7 8 9 10 11; do
		vmtool time modprobe prmem >> /tmp/times
		udevadm settle
		[ -b /dev/prmem/work ] || fail "no disk in round $i"
		unload_prmem
	done
	report "adopt $(cmdline_get prmem) $(sort -n /tmp/times | tr '\n' ' ')"
	pass
}
