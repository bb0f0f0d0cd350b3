#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the packaging verbs put on a machine and take away again, with the dkms of
# this machine, in private folders (private.sh). Needs the test kernel.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

if [ "${1:-}" != --private ]; then
	kernel=$("$here/vm/kernel.sh" shim)
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	mkdir -p "$tmp/src" "$tmp/dkms"
	# In a copy, so that the checkout stays clean.
	tar -C "$top" --exclude=.git --exclude=./tests --exclude='*.o' --exclude='*.ko' \
		--exclude='*.mod*' --exclude='.*.cmd' -cf - . | tar -C "$tmp/src" -xf -
	"$here/private.sh" "$tmp/dkms" "$here/dkms.sh" --private "$kernel" "$tmp"
	exit
fi
kernel=$2 tmp=$3
release=$(cat "$kernel/release")
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$top/dkms.conf")
cd "$tmp/src"

# a_kernel RELEASE: the test kernel by that name, as its packages install it.
a_kernel() {
	mkdir -p "/lib/modules/$1"
	cp -r "$kernel/modules/lib/modules/$release/." "/lib/modules/$1"
	ln -s "$kernel/build" "/lib/modules/$1/build"
}

# Every file, and every folder that carries our name.
files() { find "$@" \( ! -type d -o -name '*prmem*' \) | sort; }

# shellcheck source=tests/check.sh
. "$here/check.sh"
# want REGEX COMMAND...: the command does, and prints a line like that.
want() {
	local regex=$1 said
	shift
	said=$("$@" 2>&1) || { echo "$said"; echo "status not 0: $*"; return 1; }
	grep -qE -- "$regex" <<< "$said" || { echo "$said"; echo "no line like $regex"; return 1; }
}

here() { [ -s "$1" ] || { echo "no $1"; return 1; }; }

skipped() {
	local before
	before=$(files /lib/modules)
	# Then as a kernel package does it.
	dkms autoinstall -k "$1" &&
		/etc/kernel/postinst.d/dkms "$1" &&
		diff <(echo "$before") <(files /lib/modules)
}

refused() {
	local status=0
	dkms build -m prmem -v "$version" -k "$1" > "$tmp/said" 2>&1 || status=$?
	cat "$tmp/said"
	[ $status -eq 77 ] && grep -q BUILD_EXCLUSIVE "$tmp/said"
}

removed() {
	make -s dkms-remove DESTDIR="$tmp/dest" &&
		diff "$tmp/before" <(files "${places[@]}") &&
		[ -z "$(dkms status)" ]
}

uninstalled() {
	make -s uninstall DESTDIR="$tmp/dest" KDIR="$kernel/build" &&
		diff "$tmp/before" <(files "$tmp/dest")
}

places=(/lib/modules /usr/src /var/lib/dkms "$tmp/dest")
mkdir "$tmp/dest"
for r in "$release" 5.9.0-fake 6.6.0-fake "$release-later"; do
	a_kernel "$r"
	depmod "$r"
done
files "${places[@]}" > "$tmp/before"
ko=/lib/modules/$release/updates/dkms/prmem.ko

echo "KTAP version 1"
echo "1..22"
check "make dkms-install" make -s dkms-install DKMS_ARGS="-k $release" DESTDIR="$tmp/dest"
check "dkms status: installed" want "^prmem/$version, $release, x86_64: installed$" dkms status
check "modinfo: version" want "^version: +$version$" modinfo "$ko"
check "modinfo: license" want "^license: +GPL$" modinfo "$ko"
check "modinfo: description" want "^description: +[A-Z]" modinfo "$ko"
check "modinfo: disks= with help" want "^parm: +disks:[A-Z].*NAME:SIZE.* \(charp\)$" modinfo "$ko"
check "modinfo: reset= with help" want "^parm: +reset:[A-Z].* \(bool\)$" modinfo "$ko"
check "modinfo: the log's parameters" want "^parm: +size:[A-Z].* \(ulong\)$" modinfo "${ko%.ko}_log.ko"
check "modprobe prmem_log loads prmem before" want "updates/dkms/prmem.ko" \
	modprobe -S "$release" --show-depends prmem_log
check "modprobe prmem_index loads prmem before" want "updates/dkms/prmem.ko" \
	modprobe -S "$release" --show-depends prmem_index
check "modprobe finds it" want "updates/dkms/prmem.ko" modprobe -S "$release" --show-depends prmem
check "udev rule" here "$tmp/dest/usr/lib/udev/rules.d/60-prmem.rules"
check "modprobe rule" here "$tmp/dest/usr/lib/modprobe.d/prmem-rules.conf"
check "loaded at boot" here "$tmp/dest/usr/lib/modules-load.d/prmem.conf"
check "an older kernel is skipped" skipped 5.9.0-fake
check "a newer kernel is skipped" skipped 6.6.0-fake
check "dkms build says why" refused 6.6.0-fake
check "a kernel of the series is served" dkms autoinstall -k "$release-later"
check "dkms-install again" make -s dkms-install DKMS_ARGS="-k $release" DESTDIR="$tmp/dest"
check "make dkms-remove leaves nothing" removed

cp -r "$kernel/modules/." "$tmp/dest/"
depmod -b "$tmp/dest" "$release"
files "$tmp/dest" > "$tmp/before"
check "make install" make -s install DESTDIR="$tmp/dest" KDIR="$kernel/build"
check "make uninstall leaves nothing" uninstalled
finish
