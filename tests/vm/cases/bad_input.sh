# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2154
# Bad disks= and memory that somebody else holds: one line says what, nothing changes.
# append: prmem=64M
# timeout: 300
# set: ci

step_1() {
	. /vm/damage.sh
	loaded initialised
	find_memory
	unload_prmem

	say "on blank memory"
	vmtool zero "$(root_at 0)" 1984
	vmtool zero "$(root_at 1)" 1984
	refuses 'a:0' 'the size is not a non-zero number\[KMG\]'
	held $((meta + 4096)) 4096
	loaded initialised disks=d:4M
	unload_prmem

	say "on memory with a disk"
	entries
	other_size
	held "$meta" 4096
	held $((meta + 33 * 1048576)) 4096
	held "$meta" $((64 * 1048576))
	loaded adopted
	expect_eq "$(ls -d /sys/kernel/prmem/regions/*)" \
		"$(ls -d /sys/kernel/prmem/regions/d /sys/kernel/prmem/regions/pool@600000)" regions
	pass
}

# refuses DISKS REASON [ENTRY [ERROR]]
refuses() {
	refused "${4:-Invalid argument}" "disks=: entry \"${3-$1}\": $2" "disks=$1"
	expect_eq "$(dmesg | grep -c 'prmem: ')" 1 "lines about it"
}

entries() {
	local name31=abcdefghijklmnopqrstuvwxyz01234
	refuses a 'expected name:size'
	refuses a: 'the size is not'
	refuses :1M 'the name is not made of'
	refuses a:0 'the size is not'
	refuses a:12x 'the size is not'
	refuses a:M 'the size is not'
	refuses a:-1M 'the size is not'
	refuses a:1M:2M 'the size is not'
	refuses a:16E 'the size is not'
	refuses a:18446744073709551617 'the size is not'
	refuses a:17179869184G 'the size is not'
	refuses ../x:1M 'the name is not made of'
	refuses .x:1M 'the name is not made of'
	refuses x/y:1M 'the name is not made of'
	refuses "${name31}5:1M" 'the name is longer than 31 characters'
	refuses a:1M,a:1M 'the name is given twice' a:1M
	refuses a:1M, 'nothing follows the comma' a:1M
	refuses a:1M,,b:1M 'the name is not made of' ''
	refuses good:1M,b:2Q 'the size is not' b:2Q
	refuses a:100M '100 MiB wanted, 58 MiB free, at most 58 in one piece' a:100M 'No space left'
	refuses a:40M,b:40M '40 MiB wanted, 18 MiB free' b:40M 'No space left'

	loaded adopted "disks=$name31:1M"
	echo "$name31" > /sys/kernel/prmem/forget
	unload_prmem
}

# It is kept, and that is a warning, not a failure.
other_size() {
	loaded adopted disks=d:8M
	expect_eq "$(cat /sys/kernel/prmem/regions/d/size)" 4194304 "size of d"
	expect_log 'prmem: disk d: exists with 4 MiB and is kept: disks= asks for 8 MiB'
	expect_eq "$(dmesg | grep -c 'prmem: disk d')" 1 "warnings"
	unload_prmem
	loaded adopted disks=d:4M
	expect_no_log 'prmem: disk d'
	unload_prmem
}

# held ADDRESS SIZE: by another driver; nothing can be summed until it goes.
held() {
	local sum
	sum=$(memory_sum)
	insmod /usr/lib/prmem-tests/holder.ko start="$1" size="$2"
	dmesg -c > /dev/null
	! modprobe prmem disks=more:4M 2> /tmp/modprobe || fail "loaded over somebody else's memory"
	grep -q 'Device or resource busy' /tmp/modprobe || fail "$(cat /tmp/modprobe)"
	expect_log 'prmem: refused: memory .* is held by "somebody else": unload its driver first'
	expect_eq "$(dmesg | grep -c 'prmem: ')" 1 "lines about it"
	nothing_left
	rmmod holder
	expect_eq "$(memory_sum)" "$sum" "memory after the refusal"
}
