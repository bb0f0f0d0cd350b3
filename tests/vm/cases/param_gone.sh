# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# The next kernels get no prmem=, another size, parts: the memory is kept as it is.
# Then prmem=release gives it back, and a new reservation starts from zeros.
# append: prmem=128M
# mem: 1536M
# timeout: 300
# set: ci

. /vm/chain.sh

# go_on STEP WORD...: WORD is prmem=, or -prmem; state 4 is MemTotal.
go_on() {
	set_state "$(uname -r)" "$(attr generation)" "$(keep_sum)" "$(meminfo MemTotal)"
	umount /mnt
	# By the one system call and by the other in turn.
	if [ $((vmstep % 2)) = 1 ]; then kexec_next c "$@"; else kexec_next s "$@"; fi
}

# kept: one line of the shim says so, and none is on what it was given.
kept() {
	expect_eq "$(dmesg | grep -cE '\] prmem: \[mem 0x[0-9a-f]+-0x[0-9a-f]+\] inherited as it is$')" 1 \
		"lines on inherited memory"
	expect_no_log '\] prmem: prmem='
	chain_go_on
	expect_eq "$(attr size)" $((128 << 20)) size
}

step_1() { chain_begin; go_on 2 -prmem; }
step_2() { kept; go_on 3 prmem=32M; }
step_3() { kept; go_on 4 prmem=256M/2; }
step_4() { kept; go_on 5 prmem=release; }
step_5() {
	local more=$(($(meminfo MemTotal) - $(state 4)))
	expect_log 'prmem: \[mem 0x[0-9a-f]+-0x[0-9a-f]+\] released$'
	expect_enodev 'no memory is reserved: boot with prmem=SIZE'
	say "MemTotal grew by $more KiB"
	# A page of it in 64 is for struct page.
	if [ $more -lt $((124 << 10)) ] || [ $more -gt $((130 << 10)) ]; then
		fail "MemTotal grew by $more KiB"
	fi
	eat_memory
	kexec_next s 6 prmem=64M
}
step_6() {
	expect_log 'prmem: prmem=64M: 67108864 bytes wanted, 67108864 reserved$'
	expect_no_log 'prmem: .* inherited'
	load_prmem disks=new:32M
	expect_eq "$(attr state)" initialised state
	expect_eq "$(attr boots)" 1 boots
	expect_eq "$(attr size)" $((64 << 20)) size
	expect_eq "$(tr -d '\0' < /dev/prmem/new | wc -c)" 0 "bytes of a new disk that are not zero"
	pass
}
