# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2086,SC2154
# Single bits of the metadata page flipped, a sample of all: the module refuses,
# or says what it mended or recovered; it is never as if nothing were wrong.
# append: prmem=64M
# timeout: 600
# set: ci

# Both slots hold something, and no disk, which would take time: generation 3 in
# slot A and, after a recovery, 4 in B.
step_1() {
	. /vm/damage.sh
	load_prmem
	find_memory
	unload_prmem
	load_prmem disks=old:4M
	echo old > /sys/kernel/prmem/forget
	unload_prmem
	flip_root 1
	loaded recovered
	expect_eq "$(attr generation)" 4 generation
	unload_prmem
	save_meta /tmp/sound
	{ set +x; } 2> /dev/null

	control
	refused=0 mended=0 recovered=0
	# Both stamps, every fifth bit of 512 each, so every bit of each byte in turn.
	for copy in 0 1; do
		bit=$copy
		while [ $bit -lt 512 ]; do
			flip $((copy * 16384 + bit))
			bit=$((bit + 5))
		done
	done
	# And the whole page: 211 is prime to the size of every field.
	bit=7
	while [ $bit -lt 32768 ]; do
		flip $bit
		bit=$((bit + 211))
	done
	say "$refused refused, $mended mended, $recovered recovered"
	# One bit leaves a copy of everything: nothing has to be refused.
	[ $refused = 0 ] || fail "$refused flips were refused"
	[ $((refused + mended + recovered)) -ge 350 ] || fail "too few flips"
	[ $((mended * recovered)) -gt 0 ] || fail "$mended mended, $recovered recovered"
	modprobe prmem
	expect_eq "$(attr state)" adopted "state of the memory as it was"
	pass
}

# Nothing flipped: nothing is said, so what is said after a flip comes from it.
control() {
	dmesg -c > /dev/null
	modprobe prmem
	expect_eq "$(attr state)" adopted state
	expect_no_log 'prmem: (refused|recovered|reset|range)'
	rmmod prmem
}

# flip BIT of the page
flip() {
	local state before
	vmtool flip "$meta" "$1"
	before=$(vmtool sum "$meta" 36864)
	dmesg -c > /dev/null
	if modprobe prmem 2> /dev/null; then
		state=$(cat /sys/kernel/prmem/state)
		rmmod prmem
		case $state in
		adopted)
			expect_log 'prmem: range 0: stamp [AB] was damaged and is mended'
			cmp_page "bit $1"
			mended=$((mended + 1)) ;;
		recovered)
			expect_log 'prmem: recovered: root slot [AB]: '
			recovered=$((recovered + 1)) ;;
		*)	fail "bit $1: state $state" ;;
		esac
	else
		expect_log 'prmem: refused: '
		expect_eq "$(vmtool sum "$meta" 36864)" "$before" "metadata after refusing bit $1"
		refused=$((refused + 1))
	fi
	restore_meta /tmp/sound
}

# What was mended is as it was before the flip.
cmp_page() {
	vmtool save "$meta" $META_LEN /tmp/mended
	cmp -s "/tmp/sound.$meta" /tmp/mended || fail "$1: mended, but not as it was"
}
