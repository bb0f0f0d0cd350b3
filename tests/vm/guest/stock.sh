# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Kernels without the shim.

# release_e820 [PARAMETER...]: nd_e820 has the memory, as on any such kernel;
# what the refusal says is done to the letter.
release_e820() {
	local command
	[ -b /dev/pmem0 ] || fail "nd_e820 made no disk: no test"
	! modprobe prmem "$@" 2> /tmp/modprobe || fail "loaded over nd_e820's disk"
	grep -q 'Device or resource busy' /tmp/modprobe || fail "$(cat /tmp/modprobe)"
	command=$(dmesg | sed -n 's/.*prmem: refused: memory .* is held by "namespace[^"]*" of nd_e820: unmount it, then //p' | tail -1)
	[ -n "$command" ] || fail "no advice in the kernel log"
	say "as told: $command"
	sh -euc "$command"
	[ ! -e /dev/pmem0 ] || fail "/dev/pmem0 is still there"
}
