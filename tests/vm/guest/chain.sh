# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# A chain of kexecs, and what must come through it: every byte of the disk raw,
# and a directory of files on the disk files, on ext4 with DAX.

keep_fill() {
	vmtool fill /dev/prmem/raw 7
	mke2fs -q -t ext4 -b 4096 /dev/prmem/files
	keep_mount
	mkdir /mnt/kept
	cp -r /vm /etc /usr/lib/modules /mnt/kept/
	(cd /mnt && find kept -type f -exec sha256sum {} + > sums)
	[ "$(wc -l < /mnt/sums)" -ge 20 ] || fail "too few files to be a test"
}

keep_mount() {
	mount -o dax /dev/prmem/files /mnt
	grep -qE '^[^ ]+ /mnt ext4 ([^ ]+,)?dax' /proc/mounts || fail "not mounted with DAX"
}

# The checksum of the checksums, which goes from kernel to kernel beside the memory.
keep_sum() { sha256sum < /mnt/sums | cut -c1-16; }

# keep_check SUM
keep_check() {
	expect_eq "$(keep_sum)" "$1" "checksum of /mnt/sums"
	(cd /mnt && sha256sum -c sums > /tmp/sums) || fail "$(grep -vm1 ': OK$' /tmp/sums)"
	say "files: $(wc -l < /tmp/sums) verified"
	vmtool verify /dev/prmem/raw 7 > /tmp/raw || fail "disk raw: $(cat /tmp/raw)"
	say "disk raw: $(cat /tmp/raw)"
}

# differ A+B+C N WHAT: N values, and with KASLR not all the same, without it all
differ() {
	local values
	say "$3 by boot: $1"
	expect_eq "$(echo "$1" | tr + '\n' | wc -l)" "$2" "number of values of $3"
	values=$(echo "$1" | tr + '\n' | sort -u | wc -l)
	if grep -qw nokaslr /proc/cmdline; then
		expect_eq "$values" 1 "different values of $3"
	else
		[ "$values" -gt 1 ] || fail "$3 is the same in each boot"
	fi
}

chain_begin() {
	load_prmem disks=raw:48M,files:32M
	expect_eq "$(attr state)" initialised state
	expect_eq "$(attr previous)" '' previous
	keep_fill
}

chain_go_on() {
	load_prmem
	expect_eq "$(attr state)" adopted state
	expect_eq "$(attr previous)" "$(state 1)" previous
	[ "$(attr generation)" -gt "$(state 2)" ] || fail "generation: not above $(state 2)"
	keep_mount
	mark back
	keep_check "$(state 3)"
}

# chain HOW...: in each step the same. One boot more than HOWs, each of which
# is the system call of a kexec: c or s.
chain() {
	local boots=$(($# + 1)) place texts offsets
	if [ "$vmstep" = 1 ]; then chain_begin; else chain_go_on; fi
	expect_eq "$(attr boots)" "$vmstep" boots
	place=$(vmtool kaslr)
	texts=$(echo "$place" | sed 's/.*text=\([^ ]*\).*/\1/')
	offsets=$(echo "$place" | sed 's/.*page_offset=\([^ ]*\).*/\1/')
	if [ "$vmstep" -gt 1 ]; then
		texts=$(state 4)+$texts offsets=$(state 5)+$offsets
	fi
	if [ "$vmstep" = $boots ]; then
		differ "$texts" $boots "kernel text"
		differ "$offsets" $boots PAGE_OFFSET
		pass
	fi
	set_state "$(uname -r)" "$(attr generation)" "$(keep_sum)" "$texts" "$offsets"
	umount /mnt
	shift $((vmstep - 1))
	kexec_next "$1" $((vmstep + 1))
}
