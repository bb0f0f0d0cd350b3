# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# prmem=size/parts on two equally large nodes: half of the parts lie on each, each
# part whole, and stay there over kexecs by both system calls.
# numa: 5G 5G
# append-list: prmem=1G/2
# append-list: prmem=1G/4
# timeout: 240
# set: ci

# Node 1 begins here: 2 GiB lie below 4 GiB, 3 GiB of node 0 are above.
border=0x1c0000000

# ranges PARTS: each range with its node; and what must hold of them.
ranges() {
	local range base size node nodes=01
	[ "$1" = 2 ] || nodes=0011
	expect_eq "$(cat /sys/kernel/prmem/ranges/*/node | sort | tr -d '\n')" $nodes "nodes of the ranges"
	for range in /sys/kernel/prmem/ranges/*; do
		base=$(cat "$range/base") size=$(cat "$range/size") node=$(cat "$range/node")
		expect_eq "$size" $(((1 << 30) / $1)) "size of range $base"
		[ $((base)) -ge $((border)) ] || [ $((base + size)) -le $((border)) ] ||
			fail "range $base, $size bytes, straddles the nodes"
		expect_eq "$node" $((base >= border)) "node of range $base"
		echo "$base $size $node"
	done
}

# disk NAME NODE: it lies there.
disk() {
	expect_eq "$(attr "regions/$1/node")" "$2" "node of disk $1"
	expect_eq "$(cat "/sys/class/block/$(attr "regions/$1/device")/device/numa_node")" "$2" "node of its device"
}

steps() {
	local given
	given=$(cmdline_get prmem)
	if [ "$vmstep" = 1 ]; then
		expect_log "prmem: prmem=$given: 1073741824 bytes wanted, 1073741824 reserved$"
		load_prmem disks=a:16M@0,b:16M@1
		expect_eq "$(attr state)" initialised state
	else
		expect_eq "$(dmesg | grep -c '\] prmem: .* inherited as it is$')" "${given#*/}" "ranges inherited"
		load_prmem
		expect_eq "$(attr state)" adopted state
	fi
	ranges "${given#*/}" > /tmp/ranges
	say "$(cat /tmp/ranges)"
	disk a 0
	disk b 1
	if [ "$vmstep" = 1 ]; then
		vmtool fill /dev/prmem/a 7
		vmtool fill /dev/prmem/b 8
	else
		expect_eq "$(sha256sum < /tmp/ranges | cut -c1-16)" "$(state 1)" "checksum of the ranges"
	fi
	vmtool verify /dev/prmem/a 7
	vmtool verify /dev/prmem/b 8
	[ "$vmstep" != 3 ] || pass
	set_state "$(sha256sum < /tmp/ranges | cut -c1-16)"
	unload_prmem
	kexec_next "$1" $((vmstep + 1))
}

step_1() { steps c; }
step_2() { steps s; }
step_3() { steps; }
