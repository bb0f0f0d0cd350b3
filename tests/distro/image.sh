#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes the disk image of a small Debian 12, as it comes from Debian's mirror,
# and prints its name: stock cloud kernel, GRUB, PostgreSQL, SQLite, kexec-tools,
# dkms. The mirror is the one that this machine's apt uses.
#
# Kept by all that goes in: about 6 minutes the first time, most of it the
# image's first boot, in which GRUB is installed.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
suite=bookworm
size=8G
packages="systemd-sysv dbus udev kmod initramfs-tools zstd linux-image-cloud-amd64
	linux-headers-cloud-amd64 grub-pc kexec-tools dkms gcc make libc6-dev libelf-dev libssl3
	e2fsprogs sqlite3 postgresql ndctl procps less"
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

say() { echo "distro-image: $*" >&2; }
die() { say "$*"; exit 1; }
root=()
[ "$(id -u)" -eq 0 ] || root=(sudo -n)

# sources: the lines for the image's own sources.list.
sources() {
	# shellcheck disable=SC2016 # apt's own variables
	apt-get indextargets --format '$(CODENAME) $(REPO_URI) $(COMPONENT)' \
		'Created-By: Packages' 'Origin: Debian' | sort -u |
		while read -r codename uri component; do
			[[ $codename:$component =~ ^$suite(-updates|-security)?:main$ ]] || continue
			echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
				"$uri $codename $component"
		done
}

sources=$(sources)
if [ -z "$sources" ]; then
	${root[@]+"${root[@]}"} apt-get -q update >&2
	sources=$(sources)
fi
[ -n "$sources" ] || die "this machine's apt has no $suite of Debian's"

# shellcheck disable=SC2086 # words
key=$({
	cat "$here/image.sh" "$here"/guest/{prepare,prmem-test.service,prmem-beat.service}
	echo "$sources"
	apt-cache policy $packages | grep -E '^[^ ]|Candidate'
} | sha256sum | cut -c1-16)
image=$cache/distro/image-$key.qcow2
if [ -e "$image" ]; then
	touch "$image"
	echo "$image"
	exit
fi

work=$cache/distro/image
mkdir -p "$work"
exec 9>"$work/lock"
flock 9
if [ -e "$image" ]; then
	echo "$image"
	exit
fi
tree=$work/tree
${root[@]+"${root[@]}"} rm -rf "$tree"
mkdir "$tree"

proxy=()
eval "$(apt-config shell http Acquire::http::Proxy)"
[ -z "${http:-}" ] || proxy=(--aptopt="Acquire::http::Proxy \"$http\"")
say "1 of 3: packages by mmdebstrap, log in $work/mmdebstrap.log"
# shellcheck disable=SC2016,SC2086 # mmdebstrap gives $1; words
echo "$sources" | ${root[@]+"${root[@]}"} mmdebstrap --mode=root --variant=minbase \
	--include="$(echo $packages | tr ' ' ',')" ${proxy[@]+"${proxy[@]}"} \
	--essential-hook='echo grub-pc grub-pc/install_devices_empty boolean true | chroot "$1" debconf-set-selections' \
	"$suite" "$tree" - > "$work/mmdebstrap.log" 2>&1 9>&- ||
	{ tail -5 "$work/mmdebstrap.log" >&2; die "mmdebstrap failed, see $work/mmdebstrap.log"; }

# shellcheck disable=SC2016 # the inner shell's
${root[@]+"${root[@]}"} sh -ec '
	tree=$1 guest=$2
	printf "%s\n" "LABEL=root / ext4 errors=remount-ro 0 1" \
		"LABEL=payload /media/payload ext4 ro 0 0" > "$tree/etc/fstab"
	mkdir "$tree/media/payload"
	echo prmem-test > "$tree/etc/hostname"
	echo "127.0.0.1 localhost prmem-test" > "$tree/etc/hosts"
	rm -f "$tree/etc/resolv.conf"
	install -m 644 "$guest/prmem-test.service" "$guest/prmem-beat.service" "$tree/etc/systemd/system/"
	for unit in prmem-test prmem-beat; do
		mkdir -p "$tree/etc/systemd/system/multi-user.target.wants"
		ln -s "../$unit.service" "$tree/etc/systemd/system/multi-user.target.wants/$unit.service"
	done
	mkdir -p "$tree/etc/default/grub.d"
	printf "%s\n" "GRUB_TIMEOUT=0" "GRUB_CMDLINE_LINUX_DEFAULT=\"console=ttyS0\"" \
		"GRUB_TERMINAL=serial" "GRUB_SERIAL_COMMAND=serial" > "$tree/etc/default/grub.d/10-serial.cfg"
	' sh "$tree" "$here/guest"

say "2 of 3: the file system"
raw=$work/image.raw
rm -f "$raw"
truncate -s "$size" "$raw"
echo "start=2048, type=83, bootable" | sfdisk -q --label dos "$raw"
${root[@]+"${root[@]}"} mke2fs -q -t ext4 -L root -d "$tree" \
	-E offset=1048576 "$raw" "$(($(stat -c %s "$raw") / 1024 - 1024))k"
for part in vmlinuz initrd.img; do
	${root[@]+"${root[@]}"} cat "$(find "$tree/boot" -name "$part-*")" > "$work/$part"
done
${root[@]+"${root[@]}"} rm -rf "$tree"
qemu-img convert -f raw -O qcow2 "$raw" "$work/image.qcow2"
rm "$raw"

say "3 of 3: its first boot, which installs GRUB"
rm -rf "$work/payload"
mkdir "$work/payload"
cp "$here/guest/prepare" "$work/payload/run"
"$here/vm.sh" --disk "$work/image.qcow2" --payload "$work/payload" --out "$work/vm" --timeout 900 \
	--kernel "$work/vmlinuz" --initrd "$work/initrd.img" >&2 9>&- ||
	die "the first boot failed, logs in $work/vm"
find "$cache/distro" -maxdepth 1 -name 'image-*.qcow2' -mtime +7 -delete
mv "$work/image.qcow2" "$image"
echo "$image"
