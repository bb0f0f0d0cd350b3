# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2013,SC2119,SC2120,SC2154
# What a case's steps are written in. A step runs under `set -eux`; it ends by
# pass, skip, fail or kexec_next, and any command that fails without being
# asked about is a failure of the case.

report() { echo "prmem-vm: $*" > /dev/ttyS1; }
say() { echo "prmem-vm: $*" > /dev/kmsg; }

# power_off: the end of a VM; never returns.
power_off() {
	trap - EXIT
	sync
	poweroff -f
	sleep 1000
}

pass() { report pass; power_off; }
fail() {
	{ set +x; } 2>/dev/null
	say "fail: $*"
	report "fail $*"
	power_off
}
skip() { report "skip $*"; power_off; }

# mark WORD: the runner notes the host's time at which it arrives.
mark() { report "mark $*"; }

# ended STATUS: the shell is about to exit without a verdict.
ended() {
	set +eux
	fail "step $vmstep ended with status $1; its last command is the console's last '+' line"
}

# cmdline_get KEY: the value of the last KEY= on the kernel command line.
cmdline_get() {
	local word value=
	for word in $(cat /proc/cmdline); do
		case $word in "$1="*) value=${word#*=} ;; esac
	done
	echo "$value"
}

# State goes from step to step in one word, fields joined by colons:
# set_state A B before kexec_next, then `state 1` in the next step is A.
vmstate=
set_state() { vmstate=$(echo "$*" | tr ' ' :); }
state() { cmdline_get vmstate | cut -d: -f"$1"; }

# next_cmdline STEP [WORD...]: the current command line for another step. A
# word KEY=VALUE replaces every KEY=, -KEY removes KEY and KEY=, any other is
# added.
next_cmdline() {
	local step=$1 word change out=
	shift
	set -- "vmstep=$step" ${vmstate:+"vmstate=$vmstate"} "$@"
	for word in $(cat /proc/cmdline); do
		for change in "$@"; do
			case $change in
			-*)	case $word in "${change#-}"|"${change#-}="*) continue 2 ;; esac ;;
			*=*)	case $word in "${change%%=*}="*) continue 2 ;; esac ;;
			esac
		done
		out="$out $word"
	done
	for change in "$@"; do
		case $change in -*) ;; *) out="$out $change" ;; esac
	done
	echo "${out# }"
}

# kexec_load c|s STEP [WORD...]: c is kexec_load(2), s is kexec_file_load(2).
# $NEXT_KERNEL names another kernel in /payload.
kexec_load() {
	local how=$1
	shift
	kexec "-$how" -l "/payload/${NEXT_KERNEL:-bzImage}" \
		--initrd=/payload/initrd.img \
		--command-line="$(next_cmdline "$@" "vmplace=$(page_offset)")"
}

# kaslr_moved: this kernel's pointers aren't those of the one before.
page_offset() { vmtool kaslr | sed 's/.*page_offset=\([^ ]*\).*/\1/'; }
kaslr_moved() {
	[ "$(page_offset)" != "$(cmdline_get vmplace)" ] || fail "PAGE_OFFSET is $(page_offset) again"
}

# kexec_go [ARG...]: into what is loaded; never returns. The runner gets `mark
# away` just before, and `mark up` as soon as the next kernel's init can report.
kexec_go() {
	sync
	umount /payload
	umount -a -t ext4,ext2
	trap - EXIT
	mark away
	kexec -e "$@"
	fail "kexec -e came back"
}

kexec_next() { kexec_load "$@"; kexec_go; }

expect_log() {
	dmesg | grep -qE -- "$1" || fail "not in the kernel log: $1"
}

expect_no_log() {
	! dmesg | grep -qE -- "$1" || fail "in the kernel log: $1"
}

# expect_eq GOT WANT WHAT
expect_eq() {
	[ "$1" = "$2" ] || fail "$3: got '$1', want '$2'"
}

expect_fail() {
	! "$@" || fail "succeeded and should not have: $*"
}

as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }

# churned: the threads of indexer's churn= have done something, and found nothing wrong.
churned() {
	local times
	times=$(cat /sys/module/indexer/parameters/churned)
	[ "$times" -gt 0 ] || fail "indexer churned: $times"
	say "indexer churned $times times"
}

load_prmem() { modprobe prmem "$@"; udevadm settle; }
unload_prmem() { modprobe -r prmem; }
attr() { cat "/sys/kernel/prmem/$1"; }

# expect_enodev LINE: modprobe prmem finds nothing to do, and LINE says why.
expect_enodev() {
	local out
	! out=$(modprobe prmem 2>&1) || fail "modprobe prmem succeeded"
	case $out in
	*'No such device'*)	;;
	*)	fail "modprobe prmem: '$out' is not ENODEV" ;;
	esac
	expect_log "prmem: $1"
}

# ram_between FROM TO: how many bytes of it are System RAM.
ram_between() {
	local sum=0 range start end
	for range in $(sed -n 's/^\([0-9a-f]*-[0-9a-f]*\) : System RAM$/\1/p' /proc/iomem); do
		start=$((0x${range%-*})) end=$((0x${range#*-} + 1))
		[ $start -ge $(($1)) ] || start=$(($1))
		[ $end -le $(($2)) ] || end=$(($2))
		[ $end -le $start ] || sum=$((sum + end - start))
	done
	echo $sum
}

# meminfo KEY: of /proc/meminfo, in KiB
meminfo() { awk -v key="$1:" '$1 == key { print $2 }' /proc/meminfo; }

# eat_memory [MIB]: writes to so much of what is free, or to nearly all of it,
# as any system does in time.
eat_memory() {
	local size=$(($(meminfo MemFree) * 15 / 16 / 1024 - 64))
	[ $size -le "${1:-$size}" ] || size=$1
	mkdir -p /eaten
	mount -t tmpfs -o size=100% tmpfs /eaten
	vmtool fill /eaten/all 99 $((size << 20))
}

# no_leak: nothing that kmemleak knows of. What is referenced only from a register is seen
# by a later scan.
no_leak() {
	local left=3
	while [ $((left -= 1)) -ge 0 ]; do
		echo scan > /sys/kernel/debug/kmemleak
		sleep 2
	done
	cat /sys/kernel/debug/kmemleak > /tmp/leaks
	! grep -B3 -A20 'prmem\|nvdimm\|nd_\|indexer\|instances' /tmp/leaks || fail "kmemleak: see the console"
}
