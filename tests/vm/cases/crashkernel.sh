# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# crashkernel= in all its forms gets its memory, and prmem= beside it too.
# append: prmem=8G
# append-list: crashkernel=256M
# append-list: crashkernel=256M@64M nokaslr
# append-list: crashkernel=256M,high
# mem: 12G
# set: ci

# nokaslr, so that the kernel itself is not at 64M.
step_1() {
	local range want='' found=''
	case $(cmdline_get crashkernel) in
	*@64M)	want=04000000 ;;
	esac
	for range in $(sed -n 's/^ *\([0-9a-f]*-[0-9a-f]*\) : Crash kernel$/\1/p' /proc/iomem); do
		[ $((0x${range#*-} + 1 - 0x${range%-*})) -eq $((256 << 20)) ] || continue
		[ -z "$want" ] || [ "${range%-*}" = "$want" ] || continue
		found=$range
	done
	[ -n "$found" ] || fail "no Crash kernel of 256 MiB${want:+ at $want}: $(grep Crash /proc/iomem)"
	say "Crash kernel: $found"

	load_prmem disks=raw:64M
	expect_eq "$(attr size)" $((8 << 30)) size
	vmtool fill /dev/prmem/raw 7
	vmtool verify /dev/prmem/raw 7
	pass
}
