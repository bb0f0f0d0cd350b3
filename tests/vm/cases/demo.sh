# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# What `make demo` shows: a database, files and the kernels' logs outlive two kernels.
# append: prmem=256M
# set: demo

show() { report "show $*"; }

kernel() {
	show ""
	show "--- boot $1: Linux $(uname -r), $(vmtool kaslr | sed 's/text=/text at /; s/ page_offset=/, PAGE_OFFSET /; s/ phys=/, physical /')"
}

attributes() {
	local name value
	for name in state source boots previous generation size free; do
		value=$(attr $name)
		show "    /sys/kernel/prmem/$name: ${value:-(none)}"
	done
}

store() {
	mke2fs -q -t ext4 -b 4096 /dev/prmem/data
	mount -o dax /dev/prmem/data /mnt
	show "  ext4 on /dev/prmem/data ($(attr regions/data/device)), mounted with DAX"
	sqlite3 /mnt/packages.db \
		'CREATE TABLE package(name TEXT PRIMARY KEY, version TEXT, size INTEGER, section TEXT)' \
		'.separator |' '.import /demo/packages package'
	cp -r /demo/files /mnt/files
	(cd /mnt && find packages.db files -type f | sort | xargs sha256sum) > /mnt/SHA256SUMS
	show "  stored: an SQLite database of this machine's packages, and $(find /mnt/files -type f | wc -l) files"
}

query() {
	show "  \$ sqlite3 packages.db  -- how many packages, and the largest three"
	sqlite3 -separator ' ' /mnt/packages.db \
		"SELECT count(*) || ' packages, ' || count(DISTINCT section) || ' sections' FROM package;
		SELECT '  ' || name, version, size || ' KiB' FROM package ORDER BY size DESC, name LIMIT 3" |
		while read -r line; do show "    $line"; done
}

# The list of checksums is itself checked by a sum that travels outside prmem.
verify() {
	mount -o dax /dev/prmem/data /mnt
	mark back
	expect_eq "$(sha256sum < /mnt/SHA256SUMS | cut -c1-64)" "$(state 1)" "checksum of the checksums"
	query
	(cd /mnt && sha256sum -c SHA256SUMS) > /tmp/verified
	show "  \$ sha256sum -c SHA256SUMS: $(grep -c ': OK$' /tmp/verified) files OK, $(grep -vc ': OK$' /tmp/verified || :) bad"
	expect_eq "$(grep -c ': OK$' /tmp/verified)" "$(wc -l < /mnt/SHA256SUMS)" "files verified"
	report "verified $(grep -c ': OK$' /tmp/verified)"
}

# What the kernel before said, from its first line to its last.
log_before() {
	local log=/sys/kernel/debug/prmem_log/previous
	modprobe prmem_log
	grep -q 'Linux version' $log || fail "the log has no beginning"
	grep -q 'Starting new kernel' $log || fail "the log has no end"
	show "  \$ cat $log  -- what the kernel before said"
	{ sed -n '1,2p' $log; echo "... $(($(wc -l < $log) - 4)) more lines"; tail -n 2 $log; } |
		cut -c1-100 | while read -r line; do show "    $line"; done
	report "logged $(wc -l < $log)"
}

leave() {
	set_state "$(sha256sum < /mnt/SHA256SUMS | cut -c1-64)"
	umount /mnt
	show "  kexec -$1 into the next kernel"
	kexec_next "$1" "$2"
}

step_1() {
	kernel 1
	load_prmem disks=data:64M
	modprobe prmem_log
	attributes
	store
	query
	leave s 2
}

step_2() {
	kernel 2
	load_prmem
	attributes
	verify
	log_before
	leave c 3
}

step_3() {
	kernel 3
	load_prmem
	attributes
	verify
	log_before
	pass
}
