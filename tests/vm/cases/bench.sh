# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Allocation, lookup and opening of named instances, in figures; see ../bench.sh.
# series: 7.x
# append: prmem=1G
# mem: 4G
# timeout: 1800
# silence: 900
# set: long

few=1000 many=1000000

# bench WHAT [PARAMETER...]: what the module says is reported.
bench() {
	local what=$1
	shift
	dmesg -c > /dev/null
	insmod /usr/lib/prmem-tests/bench.ko what="$what" "$@" ||
		fail "bench $what $*: $(dmesg | grep -E 'bench:|prmem:' | head -3)"
	rmmod bench
	dmesg | sed -n 's/.*bench: \([0-9a-z_ ]* [0-9]*\)$/\1/p' > /tmp/said
	while read -r line; do report "bench $line"; done < /tmp/said
	say "bench $what $* done"
}

step_1() {
	local round
	load_prmem
	bench alloc
	expect_eq "$(attr heap)" 0 "heap after all was freed"
	bench fill count=$few
	bench lookup count=$few
	bench fill count=$many
	bench lookup count=$many
	for round in 1 2 3 4 5; do
		say "opening $round"
		unload_prmem
		load_prmem
		bench open
		read_all
	done
	pass
}

# What opening reads: of each region the map, and pages of records.
read_all() {
	local base dir start size map left=$(((many + 20) / 21 * 4096)) phys='' sizes='' take
	base=$(cat /sys/kernel/prmem/ranges/0/base)
	for dir in $(ls -d /sys/kernel/prmem/regions/heap@* | sort); do
		start=$(cat "$dir/start") size=$(cat "$dir/size")
		map=$(((size / 512 + 4095) / 4096 * 4096))
		take=$((size - map < left ? size - map : left))
		left=$((left - take))
		phys="$phys${phys:+,}$((base + start))"
		sizes="$sizes${sizes:+,}$((map + take))"
	done
	expect_eq $left 0 "bytes of records that are in no region"
	bench read phys="$phys" size="$sizes"
}
