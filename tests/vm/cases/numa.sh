# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
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

steps() {
	if [ "$vmstep" = 1 ]; then chain_begin; else chain_go_on; fi
	ranges > /tmp/ranges
	say "$(cat /tmp/ranges)"
	[ "$vmstep" = 1 ] || expect_eq "$(sha256sum < /tmp/ranges | cut -c1-16)" "$(state 4)" "checksum of the ranges"
	[ "$vmstep" != 3 ] || pass
	set_state "$(uname -r)" "$(attr generation)" "$(keep_sum)" "$(sha256sum < /tmp/ranges | cut -c1-16)"
	umount /mnt
	kexec_next "$1" $((vmstep + 1))
}

step_1() { steps c; }
step_2() { steps s; }
step_3() { steps; }
