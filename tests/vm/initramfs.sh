#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes the guest's root: initramfs.sh KERNELDIR OVERLAY [KERNELDIR OVERLAY]... OUT
#
# KERNELDIR is a result of kernel.sh, OVERLAY a directory tree laid over the
# guest's root (or - for none): lib/modules/RELEASE/updates, udev rules, ...
# Kernels of several releases find their own modules in it. KERNELDIR may be -: just
# the tree.

set -euo pipefail

usage="usage: initramfs.sh KERNELDIR OVERLAY [KERNELDIR OVERLAY]... OUT"
[ $# -ge 3 ] && [ $(($# % 2)) -eq 1 ] || { echo "$usage" >&2; exit 2; }
trees=("${@:1:$#-1}")
out=${*: -1}
here=$(cd "$(dirname "$0")" && pwd)
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
umask 022

programs="dash kexec mke2fs e2fsck tune2fs dumpe2fs debugfs blkid kmod ndctl daxctl udevadm sqlite3 setpriv"
rules="50-udev-default.rules 60-block.rules 60-persistent-storage.rules 80-drivers.rules"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
mkdir -p usr/bin usr/sbin usr/lib/udev/rules.d usr/lib/systemd usr/lib64 \
	etc dev proc sys run tmp root mnt payload vm/cases
for d in bin sbin lib lib64; do
	ln -s usr/$d $d
done

# A path in / or /usr is the same place; both trees are one in the guest.
put() {
	local to=usr${1#/usr}
	[ -e "$to" ] && [ ! -L "$to" ] && return
	mkdir -p "$(dirname "$to")"
	rm -f "$to"
	cp -L "$1" "$to"
}

put_program() {
	local path lib
	path=$(command -v "$1") || { echo "initramfs: no $1 on this host: run tests/setup.sh" >&2; exit 1; }
	rm -f "usr/bin/$1" "usr/sbin/$1"
	put "$path"
	ldd "$path" | grep -oE '/[^ ]+' | while read -r lib; do
		put "$lib"
	done
}

cp "$(command -v busybox)" usr/bin/busybox
# The shell is not busybox's: that one runs its own applets (modprobe!) first.
for applet in $(usr/bin/busybox --list); do
	[ "$applet" = busybox ] || ln -s busybox "usr/bin/$applet"
done
for program in $programs; do
	put_program "$program"
done
for name in modprobe insmod rmmod lsmod depmod modinfo; do
	rm -f "usr/bin/$name"
	ln -s ../bin/kmod "usr/sbin/$name"
done
ln -sf dash usr/bin/sh
ln -s mke2fs usr/sbin/mkfs.ext4
ln -s e2fsck usr/sbin/fsck.ext4
ln -s ../../bin/udevadm usr/lib/systemd/systemd-udevd
for rule in $rules; do
	cp "/lib/udev/rules.d/$rule" usr/lib/udev/rules.d/
done
cp /etc/mke2fs.conf etc/

echo 'root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/sh' > etc/passwd
{
	i=1
	echo root:x:0:
	for name in tty disk kmem dialout lp cdrom tape audio video input kvm render sgx; do
		echo "$name:x:$((i++)):"
	done
	echo nogroup:x:65534:
} > etc/group

for ((i = 0; i < ${#trees[@]}; i += 2)); do
	kernel=${trees[i]} overlay=${trees[i + 1]}
	[ "$kernel" = - ] || cp -r "$kernel/modules/." usr/
	if [ "$overlay" != - ]; then
		tar -C "$overlay" -cf - . | tar --keep-directory-symlink --no-same-owner -xf -
	fi
	[ "$kernel" = - ] || depmod -b "$root" "$(cat "$kernel/release")"
done

cp "$here/guest/init" init
chmod 755 init
cp "$here"/guest/*.sh vm/
cp "$here"/cases/*.sh vm/cases/
cp -r "$here/../../Documentation/ABI/testing" vm/abi
for program in vmtool failing; do
	gcc -O2 -static -s -Wall -Wextra -Werror -o usr/bin/$program "$here/guest/$program.c"
done
make -s -C "$here/../../tools/fsck" OUT="$root/usr/bin/prmem-fsck" CFLAGS="-O2 -static -s"

find . -exec touch -h -d @1 {} +
find . ! -path . | sort |
	cpio --quiet --reproducible -o -H newc -R 0:0 | zstd -q -9 -T0 > "$out.tmp"
mv "$out.tmp" "$out"
