#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes an overlay (see overlay.sh) whose module is broken on purpose; prints
# its directory.
#
#   module-mutant.sh KERNELDIR OVERLAY NAME
#
# module-mutants/NAME.sed changes one file, which its second line names.

set -euo pipefail

kernel=${1:?usage: module-mutant.sh KERNELDIR OVERLAY NAME}
overlay=${2:?usage: module-mutant.sh KERNELDIR OVERLAY NAME}
name=${3:?usage: module-mutant.sh KERNELDIR OVERLAY NAME}
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
script=$here/module-mutants/$name.sed
export LC_ALL=C

die() { echo "module mutant $name: $*" >&2; exit 1; }

[ -e "$script" ] || die "no module-mutants/$name.sed"
key=$({ echo "$overlay"; cat "$script" "$here/module-mutant.sh"; } | sha256sum | cut -c1-16)
out=$cache/module-mutant/$name-$key
mkdir -p "$cache/module-mutant"
exec 9>"$cache/module-mutant/lock"
flock 9
if [ -d "$out" ]; then
	echo "$out"
	exit
fi
find "$cache/module-mutant" -mindepth 1 -maxdepth 1 -type d -mtime +1 -exec rm -rf {} +

tmp=$out.tmp
rm -rf "$tmp"
mkdir -p "$tmp/src" "$tmp/root"
cp -r "$top"/{Kbuild,dkms.conf,include,module} "$tmp/src/"
find "$tmp/src" \( -name '*.o' -o -name '*.ko' -o -name '*.mod*' -o -name '.*.cmd' \) -delete
file=$(sed -n '2s/^# //p' "$script")
cp "$tmp/src/$file" "$tmp/before"
sed -i -f "$script" "$tmp/src/$file"
! cmp -s "$tmp/before" "$tmp/src/$file" || die "nothing in $file has changed"
make -C "$kernel/build" M="$tmp/src" modules > "$tmp/log" 2>&1 || { cat "$tmp/log" >&2; exit 1; }
cp -r "$overlay/." "$tmp/root/"
mapfile -t modules < <(find "$tmp/root" -name 'prmem.ko*')
[ ${#modules[@]} -eq 1 ] || die "${#modules[@]} prmem.ko in the overlay"
rm "${modules[0]}"
cp "$tmp/src/prmem.ko" "$(dirname "${modules[0]}")/prmem.ko"
mv "$tmp/root" "$out"
rm -rf "$tmp"
echo "$out"
