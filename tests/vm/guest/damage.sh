# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# Damage to the memory while the module is out, and what the module makes of it.

META_LEN=36864	# PRMEM_META_MAPPED of include/prmem/format.h

# Sets $meta, and $ranges as words BASE:SIZE, in decimal; while it is loaded.
find_memory() {
	local dir
	meta=$(($(attr metadata)))
	ranges=
	for dir in /sys/kernel/prmem/ranges/*/; do
		ranges="$ranges $(($(cat "$dir/base"))):$(cat "$dir/size")"
	done
}

# The sums of all ranges, every byte of them.
memory_sum() {
	local range
	for range in $ranges; do
		vmtool sum "${range%:*}" "${range#*:}" || fail "no sum of $range"
	done | tr '\n' ' '
}

# save_meta/restore_meta FILE: the first pages of every range.
save_meta() {
	local range
	for range in $ranges; do
		vmtool save "${range%:*}" $META_LEN "$1.${range%:*}"
	done
}
restore_meta() {
	local range
	for range in $ranges; do
		vmtool restore "${range%:*}" "$1.${range%:*}"
	done
}

# Addresses: of slot 0 or 1, of copy 0 or 1 of range N's stamp.
root_at() { echo $((meta + $1 * 2048 + 64)); }
table_at() { echo $((meta + 4096 + $1 * 16384)); }
stamp_at() { echo "$(($(range_base "$1") + $2 * 2048))"; }
range_base() { echo "$ranges" | tr ' ' '\n' | sed -n "$(($1 + 2))s/:.*//p"; }

# Make checksums right again, as somebody would who means it.
seal_root() {
	local at
	at=$(root_at "$1")
	vmtool put "$at" 4 "0x$(vmtool crc32c "phys:$at:1984" 4 1980 0x746f6f72)"
}
seal_table() {
	local at
	at=$(table_at "$1")
	vmtool put "$at" 4 "0x$(vmtool crc32c "phys:$at:16384" 4 16380 0x6e676572)"
}
seal_stamp() {
	local at
	at=$(stamp_at "$1" "$2")
	vmtool put "$at" 4 "0x$(vmtool crc32 "phys:$at:64" 4 60)"
}

# set_root SLOT OFFSET BYTES VALUE, and so on: a field, and the checksum over it.
set_root() { vmtool put $(($(root_at "$1") + $2)) "$3" "$4"; seal_root "$1"; }
set_table() { vmtool put $(($(table_at "$1") + $2)) "$3" "$4"; seal_table "$1"; }
set_stamp() { vmtool put $(($(stamp_at "$1" "$2") + $3)) "$4" "$5"; seal_stamp "$1" "$2"; }

flip_root() { vmtool flip "$(root_at "$1")" 515; }
flip_table() { vmtool flip "$(table_at "$1")" 600; }
flip_stamp() { vmtool flip "$(stamp_at "$1" "$2")" 200; }

# nothing_left: no trace of a module that isn't loaded.
nothing_left() {
	! grep -q '^prmem ' /proc/modules || fail "the module is loaded"
	[ ! -e /sys/kernel/prmem ] || fail "/sys/kernel/prmem without a module"
	! grep -E ' : (prmem|namespace)' /proc/iomem || fail "left in iomem"
}

# refused ERROR LOG [PARAMETER...]: the load fails so, says why in a line like
# LOG, and every byte of the memory is as before.
refused() {
	local error=$1 log=$2 sum
	shift 2
	sum=$(memory_sum)
	dmesg -c > /dev/null
	! modprobe prmem "$@" 2> /tmp/modprobe || fail "loaded, and should be refused: $error"
	grep -qF "$error" /tmp/modprobe || fail "want '$error', got: $(cat /tmp/modprobe)"
	expect_log "prmem: refused: .*$log"
	expect_eq "$(memory_sum)" "$sum" "memory after the refusal"
	nothing_left
}

# loaded STATE [PARAMETER...]: it loads, into that state.
loaded() {
	local state=$1
	shift
	dmesg -c > /dev/null
	load_prmem "$@"
	expect_eq "$(attr state)" "$state" "state with '$*'"
}
