# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# The next kernel, which is not told of prmem=, writes to all of its memory:
# the disk's bytes, looked at by their old address, are not among it.
# append: prmem=128M
# append-list: how=c
# append-list: how=s
# mem: 1G
# timeout: 180
# set: ci

step_1() {
	load_prmem disks=raw:64M
	vmtool fill /dev/prmem/raw 7
	set_state $(($(attr ranges/0/base) + $(attr regions/raw/start)))
	kexec_next "$(cmdline_get how)" 2 -prmem
}

step_2() {
	local at memory=phys
	at=$(printf '%#x' "$(state 1)")
	eat_memory
	# /dev/mem doesn't reach what is System RAM.
	[ "$(ram_between "$at" $((at + 1)))" = 0 ] || memory=kcore
	vmtool verify "$memory:$at:$((64 << 20))" 7 > /tmp/raw ||
		fail "data lost at $memory $at: $(cat /tmp/raw)"
	load_prmem
	vmtool verify /dev/prmem/raw 7
	pass
}
