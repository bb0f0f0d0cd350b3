# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# mem=, memmap= and hugepages= beside prmem=, from the start or only in the kernels
# that follow: each gets what it asks for, and all is kept over both system calls.
# append: prmem=256M
# append-list: mem=4608M memmap=64M!512M memmap=16M$0x30000000 hugepages=64
# append-list: later=mem=7500M later=memmap=64M!512M later=hugepagesz=1G later=hugepages=1
# mem: 6G
# timeout: 300
# set: ci

. /vm/chain.sh

# has WORD: on the kernel command line
has() { case " $(cat /proc/cmdline) " in *" $1 "*) return 0 ;; esac; return 1; }

# What the words on the command line promise.
neighbours() {
	local top
	if has mem=4608M; then
		expect_eq "$(ram_between $((4608 << 20)) $((1 << 40)))" 0 "RAM above mem=4608M"
	elif has mem=7500M; then
		expect_eq "$(ram_between $((7500 << 20)) $((1 << 40)))" 0 "RAM above mem=7500M"
	else
		expect_fail test "$(ram_between $((4 << 30)) $((1 << 40)))" = 0
	fi
	if has 'memmap=64M!512M'; then
		grep -E '^ *20000000-23ffffff : Persistent Memory \(legacy\)' /proc/iomem
		expect_log 'prmem: \[mem 0x20000000-0x23ffffff\] left alone: no stamp'
	fi
	if has 'memmap=16M$0x30000000'; then
		expect_eq "$(ram_between 0x30000000 0x31000000)" 0 "RAM in memmap="
	fi
	if has hugepages=64; then
		expect_eq "$(meminfo HugePages_Total)" 64 "huge pages"
	elif has hugepagesz=1G; then
		expect_eq "$(cat /sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages)" 1 "huge pages of 1 GiB"
	fi
	top=$(cat /sys/kernel/prmem/ranges/0/base)
	[ $((top)) -ge $((4 << 30)) ] || fail "the reservation is below 4 GiB: $top"
}

steps() {
	local word later=''
	# udev found memory of type 12, and had prmem loaded before nd_e820.
	! has 'memmap=64M!512M' || unload_prmem
	if [ "$vmstep" = 1 ]; then
		load_prmem disks=raw:48M,files:32M
		keep_fill
	else
		chain_go_on
	fi
	neighbours
	[ "$vmstep" != 3 ] || pass
	for word in $(cat /proc/cmdline); do
		case $word in later=*) later="$later ${word#later=}" ;; esac
	done
	set_state "$(uname -r)" "$(attr generation)" "$(keep_sum)"
	umount /mnt
	# shellcheck disable=SC2086 # words
	kexec_next "$1" $((vmstep + 1)) $later
}

step_1() { steps s; }
step_2() { steps c; }
step_3() { steps; }
