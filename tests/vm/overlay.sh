#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the module against a test kernel and lays out what an install puts on
# a machine; prints the directory (or - while there is no module to build).
#
#   overlay.sh KERNELDIR

set -euo pipefail

kernel=${1:?usage: overlay.sh KERNELDIR}
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
export LC_ALL=C

if [ ! -e "$top/Kbuild" ]; then
	echo -
	exit
fi
release=$(cat "$kernel/release")
key=$(cd "$top" && {
	basename "$kernel"
	find . \( -name .git -o -path ./tests -o -path ./shim-patch \) -prune -o \
		-type f ! -name '.*' ! -name '*.o' ! -name '*.ko' ! -name '*.mod*' -print0 |
		sort -z | xargs -0 sha256sum
	cat "$here/overlay.sh"
} | sha256sum | cut -c1-16)
out=$cache/overlay/$key
mkdir -p "$cache/overlay"
exec 9>"$cache/overlay/lock"
flock 9
if [ -d "$out" ]; then
	echo "$out"
	exit
fi
find "$cache/overlay" -mindepth 1 -maxdepth 1 -type d -mtime +1 -exec rm -rf {} +

# In a copy, so that the checkout stays clean.
tmp=$out.tmp
rm -rf "$tmp"
mkdir -p "$tmp/src" "$tmp/root/lib/modules/$release/updates/dkms"
tar -C "$top" --exclude=.git --exclude=./tests --exclude='*.o' --exclude='*.ko' \
	--exclude='*.mod*' --exclude='.*.cmd' -cf - . | tar -C "$tmp/src" -xf -
if ! make -C "$kernel/build" M="$tmp/src" modules > "$tmp/log" 2>&1; then
	cat "$tmp/log" >&2
	exit 1
fi
find "$tmp/src" -name '*.ko' -exec cp {} "$tmp/root/lib/modules/$release/updates/dkms/" \;
if grep -q '^install-conf:' "$tmp/src/Makefile" 2>/dev/null; then
	make -C "$tmp/src" install-conf DESTDIR="$tmp/root" >> "$tmp/log" 2>&1
fi
mv "$tmp/root" "$out"
rm -rf "$tmp"
echo "$out"
