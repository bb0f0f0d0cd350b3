# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2119,SC2154
# Kernels with and without the shim in turn, by both system calls: the module
# finds the memory in each, and each reads what the one before it wrote.
# payload: stock off
# append: prmem=128M
# mem: 1536M
# timeout: 300
# set: ci

. /vm/chain.sh

# has SOURCE STEP: what the module says of the memory.
has() {
	expect_eq "$(attr source)" "$1" source
	expect_eq "$(attr boots)" "$2" boots
	expect_eq "$(attr kexec_load_safe)" 1 kexec_load_safe
	expect_no_log 'prmem: kexec -c would lose'
	expect_no_log 'prmem: (recovered|reset|range)'
}

# A file from each kernel; a second load is no second boot.
go_on() {
	date > "/mnt/kept/$vmstep"
	(cd /mnt && find kept -type f -exec sha256sum {} + > sums)
	[ "$(find /mnt/kept -maxdepth 1 -name '[0-9]' | wc -l)" -eq "$vmstep" ] || fail "a file is missing"
	set_state "$(uname -r)" "$(attr generation)" "$(keep_sum)"
	umount /mnt
	unload_prmem
	load_prmem
	expect_eq "$(attr boots)" "$vmstep" "boots after a second load"
	expect_eq "$(attr generation)" "$(state_of_next 2)" "generation after a second load"
	kexec_next "$@"
}
state_of_next() { echo "$vmstate" | cut -d: -f"$1"; }

without() {
	expect_log 'persistent (RAM )?\(type 12\)'
	! grep -q 'prmem_shim' /proc/kallsyms || fail "this kernel has the shim"
	[ -e /sys/kernel/prmem/state ] || fail "udev did not have prmem loaded before nd_e820"
	chain_go_on
	has e820 "$vmstep"
	expect_no_log 'Unknown symbol'
}

step_1() { chain_begin; has shim 1; NEXT_KERNEL=bzImage-stock go_on c 2 -prmem; }
step_2() { without; NEXT_KERNEL=bzImage-off go_on c 3; }
step_3() { without; NEXT_KERNEL=bzImage-stock go_on s 4; }
step_4() { without; go_on s 5; }
step_5() { chain_go_on; has shim 5; pass; }
