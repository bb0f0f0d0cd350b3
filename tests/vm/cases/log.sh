# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# What a kernel said is there after kexecs by both system calls: from its first line
# to its last, each boot apart, for root only, the oldest dropped.
# series: 5.10 6.1 6.12 7.x
# append: prmem=128M
# timeout: 240
# set: ci

dir=/sys/kernel/debug/prmem_log

# tell TEXT: a message of this boot.
tell() { echo "prmem-test: $*" > /dev/kmsg; }

# in_log NUMBER REGEX; not_in_log: the log says it, once, or doesn't.
in_log() {
	expect_eq "$(grep -cE -- "$2" $dir/"$1")" 1 "lines '$2' in log $1"
}
not_in_log() {
	! grep -qE -- "$2" $dir/"$1" || fail "in log $1: $2"
}

# written NUMBER REGEX: as soon as a console's thread has come that far.
written() {
	local i=0
	while ! grep -qE -- "$2" $dir/"$1"; do
		i=$((i + 1))
		[ $i -lt 100 ] || fail "not in log $1: $2"
		sleep 0.1
	done
}

logs() { (cd $dir && echo [0-9]*); }

load_log() {
	load_prmem
	modprobe prmem_log "$@"
}

# a_boot NUMBER: what all boots do at their beginning.
a_boot() {
	[ "$1" = 1 ] || kaslr_moved
	tell "early $1"
	load_log ${2:+"$2"}
	written "$1" "prmem-test: early $1"
	in_log "$1" "^prmem_log: number $1, Linux $(uname -r), began 20[0-9-]+ [0-9:]+ UTC$"
	in_log "$1" "Linux version $(uname -r) "
	expect_eq "$(stat -c '%a %u' $dir/"$1")" '400 0' "rights of log $1"
	! as_nobody cat $dir/"$1" 2> /dev/null || fail "anybody can read log $1"
	tell "late $1"
	written "$1" "prmem-test: late $1"
}

# earlier NUMBER: it is all there, and nothing of another boot's.
earlier() {
	local other
	in_log "$1" "prmem-test: early $1$"
	in_log "$1" "prmem-test: late $1$"
	in_log "$1" 'prmem: .*: 128 MiB in '
	in_log "$1" 'kexec_core: Starting new kernel|kexec: Starting new kernel'
	for other in 1 2 3 4; do
		[ "$other" = "$1" ] || not_in_log "$1" "prmem-test: (early|late) $other$"
	done
}

step_1() {
	expect_fail modprobe prmem_log size=1000
	expect_log 'prmem: log: refused: size=1000: expected 16384 to 16777216'
	expect_fail modprobe prmem_log boots=0
	expect_log 'prmem: log: refused: boots=0: expected 1 to 64'
	expect_fail modprobe prmem_log boots=65
	a_boot 1
	[ ! -e $dir/previous ] || fail "there is a log of before the first"

	# Gone and come again: it goes on, and says nothing twice.
	rmmod prmem_log
	[ ! -e $dir ] || fail "$dir is left behind"
	unload_prmem
	load_log
	expect_eq "$(logs)" 1 logs
	tell "again 1"
	written 1 'prmem-test: again 1$'
	in_log 1 'prmem-test: late 1$'
	in_log 1 "Linux version $(uname -r) "
	kexec_next c 2
}

step_2() {
	a_boot 2 size=65536
	expect_eq "$(logs)" '1 2' logs
	expect_eq "$(readlink $dir/previous)" 1 previous
	earlier 1

	# Those of before can be forgotten, this one not.
	expect_fail sh -c 'echo prmem_log/2 > /sys/kernel/prmem/forget'

	# Round the ring: it begins with a whole line, and ends with the last.
	i=0
	while [ $i -lt 3000 ]; do
		echo "prmem-test: a line of some length, number $i" > /dev/kmsg
		i=$((i + 1))
	done
	written 2 'number 2999$'
	[ "$(wc -c < $dir/2)" -gt 62000 ] || fail "only $(wc -c < $dir/2) bytes are kept"
	[ "$(wc -c < $dir/2)" -le 65536 ] || fail "$(wc -c < $dir/2) bytes are more than there are"
	sed -n 2p $dir/2 | grep -qE '^\[ *[0-9.]+\] prmem-test: a line of some length, number [0-9]+$' ||
		fail "torn: $(sed -n 2p $dir/2)"
	kexec_next s 3
}

step_3() {
	a_boot 3
	expect_eq "$(logs)" '1 2 3' logs
	earlier 1
	in_log 2 'number 2999$'
	in_log 2 'Starting new kernel'
	cat /sys/kernel/debug/prmem/instances
	echo prmem_log/1 > /sys/kernel/prmem/forget
	! cat $dir/1 2> /tmp/said || fail "a log that is forgotten can be read"
	grep -q 'No such file' /tmp/said || fail "$(cat /tmp/said)"
	kexec_next c 4
}

# Only two are kept.
step_4() {
	a_boot 4 boots=2
	expect_eq "$(logs)" '3 4' logs
	expect_eq "$(readlink $dir/previous)" 3 previous
	earlier 3
	pass
}
