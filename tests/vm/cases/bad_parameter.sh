# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# A prmem= that can't be served is refused in one line, and the boot goes on.
# mem: 1G
# append-list: prmem
# append-list: prmem=
# append-list: prmem=12x
# append-list: prmem=0
# append-list: prmem=4097
# append-list: prmem=4097/2
# append-list: prmem=-64M
# append-list: prmem=18446744073709551616
# append-list: prmem=17179869184G
# append-list: prmem=64T
# append-list: prmem=64G
# append-list: prmem=64M/
# append-list: prmem=64M/x
# append-list: prmem=64M/0
# append-list: prmem=64M/9
# append-list: prmem=64M/2/2
# append-list: prmem=64M/8
# append-list: prmem=64M/1
# append-list: prmem=64M prmem=12x
# append-list: prmem=32M prmem=64M
# set: ci

# one_line LINE: the shim says this, once.
one_line() {
	expect_eq "$(dmesg | grep -cE "\] prmem: $1\$")" 1 "lines '$1'"
}

# lines N: the shim says no more than this.
lines() {
	expect_eq "$(dmesg | grep -cE '\] prmem: ')" "$1" "lines from the shim"
}

step_1() {
	local given word text='refused: expected number\[KMG\]\[/parts\], 4K aligned'
	given=$(for word in $(cat /proc/cmdline); do
		case $word in prmem|prmem=*) echo "$word" ;; esac
	done | tr '\n' ' ')
	case $given in
	'prmem=32M prmem=64M '|'prmem=64M/1 ')
		word=${given% }
		one_line "${word##* }: 67108864 bytes wanted, 67108864 reserved"
		load_prmem
		expect_eq "$(attr size)" 67108864 size
		pass
		;;
	'prmem=64M prmem=12x ')
		one_line "prmem=12x $text"
		lines 1
		;;
	'prmem '|'prmem= ')
		one_line "prmem= $text"
		lines 1
		;;
	'prmem=64G ')
		one_line 'prmem=64G: 68719476736 bytes wanted, [0-9]+ can be had: refused'
		lines 1
		;;
	# Each share has to leave 512 MiB, and has 128.
	'prmem=64M/8 ')
		one_line 'prmem=64M/8: 67108864 bytes wanted, 0 can be had: refused'
		lines 1
		;;
	*)
		one_line "${given% } $text"
		lines 1
		;;
	esac
	expect_enodev 'no memory is reserved: boot with prmem=SIZE'
	[ "$(meminfo MemTotal)" -gt $((900 << 10)) ] || fail "memory is missing"
	pass
}
