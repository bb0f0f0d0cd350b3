# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2164
# What nobody may see and do, and that /dev/mem reaches nothing that is held.
# append: prmem=64M
# set: ci

step_1() {
	local file at pool disk meta
	load_prmem disks=d:4M
	cd /sys/kernel/prmem
	for file in version format state source boots previous generation size free heap heap_state \
		regions/*/start regions/*/size regions/*/type regions/d/device; do
		as_nobody cat "$file" || fail "nobody can't read $file"
	done
	for file in metadata ranges/*/base ranges/*/size forget; do
		! as_nobody cat "$file" || fail "nobody can read $file"
	done
	find . -type f > /tmp/files
	while read -r file; do
		! as_nobody sh -c "echo d > $file" 2> /tmp/said || fail "nobody can write $file"
		grep -q 'Permission denied' /tmp/said || fail "$file: $(cat /tmp/said)"
	done < /tmp/files
	! as_nobody cat /dev/prmem/d || fail "nobody can read the disk"
	[ -d regions/d ] || fail "the disk is gone"
	! as_nobody grep -r . /sys/module/prmem/parameters > /tmp/said || expect_eq "$(wc -l < /tmp/said)" 2 parameters

	meta=$(cat metadata)
	disk=$((meta + $(cat regions/d/start)))
	pool=$((meta + $(cat regions/pool@*/start)))
	for at in $((meta)) $((meta + 8192)) $((meta + 0x1ff000)) $disk $((disk + 0x3ff000)) \
		$pool $((pool + 0x1000000)); do
		unreachable "$at"
	done
	cd /
	unload_prmem
	for at in $((meta)) $disk $pool; do
		vmtool peek "$at" 16 || fail "/dev/mem doesn't reach $at though nobody holds it"
	done
	pass
}

# By mmap, as vmtool does it, and by read(2), which shows zeros or fails.
unreachable() {
	! vmtool peek "$1" 16 2> /tmp/said || fail "/dev/mem reaches $1"
	grep -q 'Operation not permitted' /tmp/said || fail "$(cat /tmp/said)"
	! dd if=/dev/mem bs=4096 skip=$(($1 / 4096)) count=1 > /tmp/page 2> /tmp/said ||
		expect_eq "$(tr -d '\0' < /tmp/page | wc -c)" 0 "bytes read from /dev/mem at $1"
}
