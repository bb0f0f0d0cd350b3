#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Has dkms build and install the module for a test kernel, and lays out what that
# puts on a machine; prints the directory (or - while there is nothing to build).
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
	cat "$here/overlay.sh" "$here/../private.sh" "$here"/guest/{holder,instances,indexer,bench}/*
} | sha256sum | cut -c1-16)
out=$cache/overlay/$key
mkdir -p "$cache/overlay"
exec 9>"$cache/overlay/lock"
flock 9
if [ -d "$out" ]; then
	echo "$out"
	exit
fi
find "$cache/overlay" -mindepth 1 -maxdepth 1 ! -name lock -mtime +1 -exec rm -rf {} +

# In a copy, so that the checkout stays clean. dkms works in private folders,
# in which the test kernel is a kernel that the machine has.
tmp=$out.tmp
rm -rf "$tmp"
mkdir -p "$tmp/src" "$tmp/root/lib/modules/$release/updates/dkms" "$tmp/dkms/lib"
tar -C "$top" --exclude=.git --exclude=./tests --exclude='*.o' --exclude='*.ko' \
	--exclude='*.mod*' --exclude='.*.cmd' -cf - . | tar -C "$tmp/src" -xf -
cp -r "$kernel/modules/lib/modules" "$tmp/dkms/lib/"
ln -s "$kernel/build" "$tmp/dkms/lib/modules/$release/build"
if ! "$here/../private.sh" "$tmp/dkms" make -C "$tmp/src" dkms-install \
	DKMS_ARGS="-k $release" DESTDIR="$tmp/root" > "$tmp/log" 2>&1; then
	cat "$tmp/log" "$tmp"/dkms/var/lib/dkms/*/*/build/make.log >&2 || :
	exit 1
fi
cp "$tmp/dkms/lib/modules/$release/updates/dkms"/*.ko \
	"$tmp/root/lib/modules/$release/updates/dkms/"

# Beside it what only tests load: a driver that holds memory, the module as it
# comes out on a kernel without libnvdimm, a consumer of named instances, and one of
# prmem_index, which chains from kernel to kernel load by modprobe; and what measures.
mkdir "$tmp/bare" "$tmp/root/usr/lib/prmem-tests" "$tmp/root/lib/modules/$release/updates/tests"
cp -r "$here"/guest/{holder,instances,indexer,bench} "$tmp/"
cp -r "$tmp/src"/{Kbuild,dkms.conf,include,module} "$tmp/bare/"
echo '#undef CONFIG_LIBNVDIMM_MODULE' > "$tmp/bare.h"
if ! make -C "$kernel/build" "M=$tmp/holder" modules >> "$tmp/log" 2>&1 ||
   ! make -C "$kernel/build" "M=$tmp/bare" CONFIG_LIBNVDIMM= \
	"KCFLAGS=-include $tmp/bare.h" modules >> "$tmp/log" 2>&1 ||
   ! make -C "$kernel/build" "M=$tmp/instances" "INCLUDE=$tmp/src/include" \
	"KBUILD_EXTRA_SYMBOLS=$tmp/bare/Module.symvers" modules >> "$tmp/log" 2>&1 ||
   ! make -C "$kernel/build" "M=$tmp/bench" "INCLUDE=$tmp/src/include" \
	"KBUILD_EXTRA_SYMBOLS=$tmp/bare/Module.symvers" modules >> "$tmp/log" 2>&1 ||
   ! make -C "$kernel/build" "M=$tmp/indexer" "INCLUDE=$tmp/src/include" \
	"KBUILD_EXTRA_SYMBOLS=$tmp/bare/Module.symvers" modules >> "$tmp/log" 2>&1; then
	cat "$tmp/log" >&2
	exit 1
fi
cp "$tmp/holder/holder.ko" "$tmp/instances/instances.ko" "$tmp/root/usr/lib/prmem-tests/"
# Only where the kernel has what it measures.
[ ! -e "$tmp/bench/bench.ko" ] || cp "$tmp/bench/bench.ko" "$tmp/root/usr/lib/prmem-tests/"
cp "$tmp/indexer/indexer.ko" "$tmp/root/lib/modules/$release/updates/tests/"
cp "$tmp/bare/prmem.ko" "$tmp/root/usr/lib/prmem-tests/prmem-bare.ko"
cp "$tmp/log" "$out.log"
mv "$tmp/root" "$out"
rm -rf "$tmp"
echo "$out"
