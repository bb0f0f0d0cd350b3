# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# A cell of the matrix (tests/vm/matrix.sh): three kexecs, all is kept. Words on the
# command line say of which kind: how=c, s or cs (in turn), nokaslr, firmware=ovmf,
# cpu=la57, tools=newer.
# series: 5.10 6.1 6.12 7.x
# tree: kexec-tools
# append: prmem=128M
# mem: 1536M
# timeout: 400
# silence: 120
# set: matrix

. /vm/chain.sh

kexec() {
	local dir=/opt/kexec-tools
	case $(cmdline_get tools) in
	newer)	$dir/ld.so --library-path $dir $dir/kexec "$@" ;;
	*)	command kexec "$@" ;;
	esac
}

# Is it the machine that the words ask for?
machine() {
	case $(cmdline_get firmware) in
	ovmf)	[ -d /sys/firmware/efi ] || fail "not booted by UEFI" ;;
	*)	[ ! -d /sys/firmware/efi ] || fail "booted by UEFI" ;;
	esac
	case $(cmdline_get cpu) in
	la57)	grep -qw la57 /proc/cpuinfo || fail "no five levels of page tables" ;;
	*)	! grep -qw la57 /proc/cpuinfo || fail "five levels of page tables" ;;
	esac
	report "release $(uname -r)"
	report "tools $(kexec --version | sed 's/^kexec-tools //; s/ .*//')"
}

# how N: the system call of kexec N.
how() {
	local all
	all=$(cmdline_get how)
	echo "$all" | cut -c$((($1 - 1) % ${#all} + 1))
}

step_1() {
	machine
	chain "$(how 1)" "$(how 2)" "$(how 3)"
}
step_2() { step_1; }
step_3() { step_1; }
step_4() { step_1; }
