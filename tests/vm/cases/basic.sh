# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# First light.
# append: prmem=64M
# set: ci

show() {
	grep -r . /sys/kernel/prmem/ || :
	ndctl list -R -N -D || :
	cat /proc/iomem | grep -i -A3 'reserved\|prmem' | tail -30
	ls -l /dev/prmem/ || :
}
step_1() {
	load_prmem disks=cache:16M,logs:8M
	show
	dd if=/dev/pmem0 bs=1M count=16 | tr -d '\0' | wc -c
	vmtool fill /dev/prmem/logs 7
	mke2fs -q -t ext4 -b 4096 /dev/prmem/cache
	mount -o dax /dev/prmem/cache /mnt
	grep dax /proc/mounts
	echo hello > /mnt/hello
	modprobe -r prmem || echo refused
	umount /mnt
	modprobe -r prmem
	modprobe prmem
	show
	kexec_next c 2
}
step_2() {
	load_prmem
	show
	vmtool verify /dev/prmem/logs 7
	mount -o dax /dev/prmem/cache /mnt
	cat /mnt/hello
	kexec_next s 3
}
step_3() {
	load_prmem
	show
	vmtool verify /dev/prmem/logs 7
	mount -o dax /dev/prmem/cache /mnt
	cat /mnt/hello
	echo logs > /sys/kernel/prmem/forget
	echo cache > /sys/kernel/prmem/forget || echo busy
	show
	dmesg | grep prmem
	pass
}
