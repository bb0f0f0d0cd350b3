#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds Debian's 6.1 kernel with the shim, as packages; prints their directory.
#
#   kernel.sh [REVISION]	default: 1
#
# Source and configuration are Debian's own (linux-source-6.1, and the cloud
# flavour of linux-config-6.1), but for three things: CONFIG_PRMEM=y, no debug
# information (it would triple time and space), and no key of Debian's to sign
# modules with. REVISION goes into the release, so that two of them can be
# installed side by side: 6.1.192-prmem1-cloud-amd64, for instance.
#
# About an hour on two cores; another revision in the same cache takes a
# quarter of it. With JOBS= it takes fewer or more processors.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
series=6.1 flavour=cloud
revision=${1:-1}
package=linux-source-$series
export LC_ALL=C

say() { echo "distro-kernel: $*" >&2; }
die() { say "$*"; exit 1; }

[[ $revision =~ ^[0-9]+$ ]] || die "not a revision: $revision"
version=$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null || :)
[ -n "$version" ] || die "package $package is not installed: run make distro-kernel"
config=/usr/src/linux-config-$series/config.amd64_none_$flavour-amd64.xz
[ -e "$config" ] || die "package linux-config-$series is not installed: run make distro-kernel"
patch=$(find "$top/shim-patch/$series" -name '*.patch')

key=$({
	echo "$version $revision"
	gcc --version
	cat "$here/kernel.sh" "$patch" "$config"
} | sha256sum | cut -c1-16)
out=$cache/distro/kernel-$revision-$key
if [ -d "$out" ]; then
	echo "$out"
	exit
fi

work=$cache/distro/$package-$version
src=$work/src
log=$cache/distro/kernel-$revision-$key.log
mkdir -p "$work"
exec 9>"$work/lock"
flock 9
if [ -d "$out" ]; then
	echo "$out"
	exit
fi

if [ ! -d "$src" ]; then
	say "unpacking $package $version"
	rm -rf "$work/unpack"
	mkdir "$work/unpack"
	tar -C "$work/unpack" -xf "/usr/src/$package.tar.xz"
	mv "$work/unpack/$package" "$src"
	rmdir "$work/unpack"
fi

# Only files whose text changes are written, so that a new patch costs little.
mapfile -t files < <(sed -n 's,^diff --git a/\(.*\) b/.*,\1,p' "$patch")
if [ ! -d "$work/orig" ]; then
	mkdir "$work/orig.new"
	for file in "${files[@]}"; do
		[ ! -e "$src/$file" ] || (cd "$src" && cp --parents "$file" "$work/orig.new")
	done
	mv "$work/orig.new" "$work/orig"
fi
rm -rf "$work/scratch"
cp -r "$work/orig" "$work/scratch"
patch -d "$work/scratch" -p1 --fuzz=0 --no-backup-if-mismatch -s -f -i "$patch" >&2 ||
	die "${patch#"$top"/} does not apply to $package $version"
for file in "${files[@]}"; do
	cmp -s "$work/scratch/$file" "$src/$file" || cp "$work/scratch/$file" "$src/$file"
done
rm -rf "$work/scratch"

export KBUILD_BUILD_USER=prmem KBUILD_BUILD_HOST=prmem
export KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970' KBUILD_BUILD_VERSION=$revision
export DEBFULLNAME="prmem developers" DEBEMAIL=prmem@example.org
xz -dc "$config" > "$src/.config.wanted"
(
	cd "$src"
	scripts/config --file .config.wanted --enable PRMEM --disable DEBUG_INFO_BTF \
		--disable DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT --enable DEBUG_INFO_NONE \
		--set-str SYSTEM_TRUSTED_KEYS '' --disable LOCALVERSION_AUTO \
		--set-str LOCALVERSION "-prmem$revision-$flavour-amd64" --set-str BUILD_SALT prmem
	cmp -s .config.wanted .config.before || {
		cp .config.wanted .config
		cp .config.wanted .config.before
	}
)
make -C "$src" olddefconfig > "$log" 2>&1
grep -qx CONFIG_PRMEM=y "$src/.config" || die "CONFIG_PRMEM is lost, see $log"

# bindeb-pkg begins its own make: all that it builds is built here first.
total=7900
say "building, log in $log"
start=$SECONDS
make -C "$src" "-j${JOBS:-$(nproc)}" bindeb-pkg KDEB_PKGVERSION="$version+prmem$revision" >> "$log" 2>&1 9>&- &
pid=$!
trap 'kill $pid 2>/dev/null || :' EXIT
next=60
while kill -0 $pid 2>/dev/null; do
	sleep 1
	if ((SECONDS - start >= next)); then
		say "$(grep -cE '^ +(CC|AS|AR|LD)' "$log" || :) of about $total steps, $((next / 60)) min"
		next=$((next + 60))
	fi
done
if ! wait $pid; then
	trap - EXIT
	grep -nE 'error|Error|undefined' "$log" | head -5 >&2
	die "the build failed, see $log"
fi
trap - EXIT

rm -rf "$out.tmp"
mkdir "$out.tmp"
mv "$work"/linux-{image,headers}-*"prmem$revision"*.deb "$out.tmp/"
rm -f "$work"/linux-*.{deb,buildinfo,changes}
mv "$out.tmp" "$out"
say "built in $(((SECONDS - start) / 60)) min: $(cd "$out" && echo *)"
echo "$out"
