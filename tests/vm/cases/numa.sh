# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Two nodes, and more memory asked for than one of them has: a range is cut where
# the other node begins, and stays cut over kexecs by both system calls.
# numa: 3G 2G
# append: prmem=3G
# timeout: 240
# set: ci

. /vm/chain.sh

# Node 1 begins here: 2 GiB lie below 4 GiB, 1 GiB of node 0 is above.
border=0x140000000

# ranges: each range with its node; and what must hold of them.
ranges() {
	local range base size node seen=''
	for range in /sys/kernel/prmem/ranges/*; do
		base=$(cat "$range/base") size=$(cat "$range/size") node=$(cat "$range/node")
		[ $((base)) -ge $((border)) ] || [ $((base + size)) -le $((border)) ] ||
			fail "range $base, $size bytes, straddles the nodes"
		expect_eq "$node" $((base >= border)) "node of range $base"
		seen="$seen $node"
		echo "$base $size $node"
	done
	case $seen in
	*0*1*|*1*0*) ;;
	*)	fail "ranges on one node only:$seen" ;;
	esac
}

# placed: a disk lies on the node that it was made for, or isn't made.
placed() {
	umount /mnt
	unload_prmem
	expect_fail modprobe prmem disks=none:2M@7
	expect_log 'prmem: refused: disks=: entry "none:2M@7": node 7 has no 2 MiB in one piece'
	expect_fail modprobe prmem disks=large:1G@0
	expect_log 'prmem: refused: disks=: entry "large:1G@0": node 0 has no 1024 MiB'
	load_prmem disks=one:16M@1,zero:16M@0,two:32M@1
	expect_eq "$(cat /sys/kernel/prmem/regions/zero/node)" 0 "node of disk zero"
	expect_eq "$(cat /sys/kernel/prmem/regions/one/node)" 1 "node of disk one"
	expect_eq "$(cat /sys/kernel/prmem/regions/two/node)" 1 "node of disk two"
	expect_eq "$(cat "/sys/class/block/$(attr regions/zero/device)/device/numa_node")" 0 "node of the device"
	unload_prmem
	load_prmem disks=zero:16M@1
	expect_log 'prmem: disk zero: exists on another node and is kept: disks= asks for node 1'
}

steps() {
	if [ "$vmstep" = 1 ]; then chain_begin; else chain_go_on; fi
	ranges > /tmp/ranges
	say "$(cat /tmp/ranges)"
	[ "$vmstep" = 1 ] || expect_eq "$(sha256sum < /tmp/ranges | cut -c1-16)" "$(state 4)" "checksum of the ranges"
	if [ "$vmstep" = 3 ]; then
		placed
		pass
	fi
	set_state "$(uname -r)" "$(attr generation)" "$(keep_sum)" "$(sha256sum < /tmp/ranges | cut -c1-16)"
	umount /mnt
	kexec_next "$1" $((vmstep + 1))
}

step_1() { steps c; }
step_2() { steps s; }
step_3() { steps; }
