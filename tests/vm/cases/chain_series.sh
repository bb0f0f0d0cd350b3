# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# From series to series, along path=A+B+C, by the system calls calls=cs in turn:
# each kernel finds what the first one left.
# series: 5.10
# payload: shim@5.10 shim@6.1 shim@6.12 shim@7.x
# append: prmem=128M path=5.10+6.1+6.12+7.x+5.10 calls=cs
# mem: 1536M
# timeout: 900
# silence: 120
# set: ci

. /vm/chain.sh

# on_path N: the series of boot N; nothing after the last.
on_path() { cmdline_get path | cut -d+ -f"$1"; }

hop() {
	local calls next offset offsets
	case $(uname -r) in
	"$(on_path "$vmstep" | sed 's/x$//')"*)	;;
	*)	fail "$(uname -r) is not $(on_path "$vmstep")" ;;
	esac
	report "release $(uname -r)"
	if [ "$vmstep" = 1 ]; then chain_begin; else chain_go_on; fi
	expect_eq "$(attr boots)" "$vmstep" boots
	offset=$(page_offset)
	offsets=$offset
	[ "$vmstep" = 1 ] || offsets=$(state 4)+$offset
	next=$(on_path $((vmstep + 1)))
	if [ -z "$next" ]; then
		differ "$offsets" "$vmstep" PAGE_OFFSET
		pass
	fi
	set_state "$(uname -r)" "$(attr generation)" "$(keep_sum)" "$offsets"
	umount /mnt
	calls=$(cmdline_get calls)
	NEXT_KERNEL=bzImage-shim@$next \
		kexec_next "$(echo "$calls" | cut -c$(((vmstep - 1) % ${#calls} + 1)))" $((vmstep + 1))
}

for step in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
	eval "step_$step() { hop; }"
done
