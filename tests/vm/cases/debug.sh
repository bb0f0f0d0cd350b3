# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# KASAN, kmemleak, lockdep and the list and VM checks stay silent over a
# hundred loads with a disk in use, forgotten disks, refusals and two kexecs.
# kernel: debug
# append: prmem=64M
# mem: 3G
# timeout: 3600
# silence: 300
# set: debug

use() {
	mount -o dax /dev/prmem/cache /mnt
	sha256sum -c /mnt/sum
	dd if=/dev/urandom of=/mnt/file bs=64k count=4 2> /dev/null
	(cd / && sha256sum /mnt/file) > /mnt/sum
	umount /mnt
}

step_1() {
	local i=0
	expect_log 'Kernel memory leak detector initialized'
	expect_log 'KernelAddressSanitizer initialized'
	load_prmem disks=cache:16M
	mke2fs -q -t ext4 -b 4096 /dev/prmem/cache
	mount -o dax /dev/prmem/cache /mnt
	echo start > /mnt/file
	(cd / && sha256sum /mnt/file) > /mnt/sum
	umount /mnt
	unload_prmem
	while [ $i -lt 100 ]; do
		load_prmem "disks=cache:16M,again:2M"
		[ $((i % 10)) -ne 0 ] || use
		echo again > /sys/kernel/prmem/forget
		unload_prmem
		! modprobe prmem disks=bad || fail "disks=bad was taken"
		i=$((i + 1))
	done
	load_prmem
	use
	unload_prmem
	no_leak
	kexec_next c 2
}

step_2() {
	load_prmem
	use
	kexec_next s 3
}

step_3() {
	load_prmem
	expect_eq "$(attr boots)" 3 boots
	use
	unload_prmem
	no_leak
	pass
}
