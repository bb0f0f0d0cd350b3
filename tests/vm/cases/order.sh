# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2012
# Disks keep their numbers, in the order of creation, and all ways to a disk agree.
# append: prmem=96M
# timeout: 180
# set: ci

# order NAME...: these are pmem0, pmem1, ... in sysfs, /dev/prmem and ndctl.
order() {
	local name n=0
	for name in "$@"; do
		expect_eq "$(cat "/sys/kernel/prmem/regions/$name/device")" "pmem$n" "device of $name"
		expect_eq "$(readlink -f "/dev/prmem/$name")" "/dev/pmem$n" "/dev/prmem/$name"
		expect_eq "$(blockdev --getsize64 "/dev/prmem/$name")" \
			"$(cat "/sys/kernel/prmem/regions/$name/size")" "size of $name"
		vmtool verify "/dev/prmem/$name" "$(seed "$name")" || fail "disk $name has other contents"
		ndctl list -N | grep -q "\"blockdev\":\"pmem$n\"" || fail "ndctl doesn't list pmem$n"
		n=$((n + 1))
	done
	expect_eq "$(ls /dev/prmem | wc -l)" $n "number of disks in /dev/prmem"
	expect_eq "$(ls -d /sys/block/pmem* | wc -l)" $n "number of pmem devices"
}

seed() { printf '%d' "'$1"; }
fill() { vmtool fill "/dev/prmem/$1" "$(seed "$1")"; }

# The names' order is not that of creation, and neither is the places': the
# smallest pool that holds a disk is taken, and q goes where x was.
step_1() {
	load_prmem disks=x:4M,z:16M,m:8M
	unload_prmem
	load_prmem disks=b:8M
	echo x > /sys/kernel/prmem/forget
	unload_prmem
	load_prmem disks=q:4M
	[ "$(cat /sys/kernel/prmem/regions/q/start)" -lt "$(cat /sys/kernel/prmem/regions/z/start)" ]
	for name in z m b q; do fill $name; done
	order z m b q
	unload_prmem
	load_prmem
	order z m b q
	unload_prmem
	load_prmem disks=q:4M,b:8M,m:8M,z:16M
	order z m b q
	unload_prmem
	kexec_next s 2
}
step_2() {
	load_prmem
	order z m b q
	kexec_next c 3
}
step_3() {
	load_prmem disks=q:4M,z:16M,a:4M
	fill a
	order z m b q a
	pass
}
