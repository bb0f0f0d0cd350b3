# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091
# prmem(8) on a machine that has it, after a kexec.
# append: prmem=64M
# set: ci

step_1() {
	tool 3 'not loaded' status
	load_prmem disks=a:4M,b:8M
	tool 0 '^state: *initialised, memory from: shim$' status
	tool 0 '^kernels: *1 so far, the one before: none$' status
	kexec_next s 2
}

step_2() {
	load_prmem
	tool 0 '^state: *adopted, memory from: shim$' status
	tool 0 "^kernels: *2 so far, the one before: $(uname -r)\$" status
	tool 0 '^memory: *64 MiB, 50 MiB free$' status
	mke2fs -q -t ext4 -b 4096 /dev/prmem/b
	mount -o dax /dev/prmem/b /mnt
	tool 0 '^  b +8 MiB  /dev/pmem[01] +/mnt$' status
	as_nobody prmem status > /tmp/nobody || fail "status is not for everybody"
	prmem status | diff - /tmp/nobody || fail "status differs for nobody"
	tool 0 '^a	4194304	/dev/pmem[01]	-$' list
	tool 0 '^disk b .* is mounted on /mnt' users
	tool 1 'mounted on /mnt: umount it first' forget b
	tool 1 'there is no disk c' forget c
	! as_nobody prmem forget a 2> /tmp/said || fail "nobody forgot a disk"
	grep -q 'only root' /tmp/said || fail "$(cat /tmp/said)"
	umount /mnt
	exec 3< /dev/prmem/b
	tool 1 "open in process $$" forget b
	exec 3<&-
	prmem forget b || fail "b is not forgotten"
	[ "$(prmem list | wc -l)" = 1 ] || fail "$(prmem list)"
	pass
}

# tool STATUS REGEX ARGUMENT...: it ends like that and prints a line like that.
tool() {
	local status=0 want=$1 regex=$2
	shift 2
	prmem "$@" > /tmp/said 2>&1 || status=$?
	expect_eq "$status" "$want" "status of prmem $*"
	grep -qE -- "$regex" /tmp/said || fail "prmem $*: $(cat /tmp/said)"
}
