# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Kernels without the shim in between, which write to all of their memory: all
# is kept, and prmem= is needed on the first command line alone.
# payload: off stock
# append: prmem=128M
# mem: 1536M
# timeout: 300
# set: ci

. /vm/chain.sh

go_on() {
	set_state "$(uname -r)" "$(attr generation)" "$(keep_sum)"
	umount /mnt
	kexec_next "$@"
}

# without HOW STEP: a kernel without the shim, and on to STEP.
without() {
	expect_log 'persistent (RAM )?\(type 12\)'
	eat_memory
	set_state "$(state 1)" "$(state 2)" "$(state 3)"
	kexec_load "$@"
	umount /eaten
	kexec_go
}

step_1() { chain_begin; NEXT_KERNEL=bzImage-off go_on c 2 -prmem module_blacklist=prmem; }
step_2() { without c 3 -module_blacklist; }
step_3() { chain_go_on; expect_eq "$(attr boots)" 2 boots; NEXT_KERNEL=bzImage-stock go_on s 4 module_blacklist=prmem; }
step_4() { without s 5 -module_blacklist; }
step_5() { chain_go_on; expect_eq "$(attr boots)" 3 boots; pass; }
