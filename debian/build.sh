#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the Debian packages, source and binary, from a copy of this checkout,
# and prints the directory that they are in. It depends on the text of the files
# alone: the same checkout gives the same packages, anywhere and at any time.

set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
work=${PRMEM_CACHE:-$HOME/.cache/prmem}/deb
export LC_ALL=C
umask 022

say() { echo "deb: $*" >&2; }

"$top/tests/need.sh" dpkg-dev debhelper dh-dkms gcc libc6-dev linux-libc-dev make
mkdir -p "$work"
exec 9> "$work/lock"
flock 9
version=$(dpkg-parsechangelog -l "$top/debian/changelog" -S Version)
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$top/debian/changelog" -S Timestamp)
export SOURCE_DATE_EPOCH
src=$work/build/prmem-$version
rm -rf "$work/build"
mkdir -p "$src"

# What git has or would take; without git all that there is. No package needs the
# fuzzers' inputs, which hold anything: lintian takes some for foreign programs.
if [ -e "$top/.git" ] && git -C "$top" rev-parse > /dev/null 2>&1; then
	git -C "$top" ls-files -z --cached --others --exclude-standard --deduplicate
else
	(cd "$top" && find . -name .git -prune -o -type f -print0)
fi | (cd "$top" && while IFS= read -r -d '' file; do
	[ ! -e "$file" ] || printf '%s\0' "$file"
done) | tar -C "$top" --exclude=tests/fuzz/corpus --null -T - -cf - | tar -C "$src" -xf -
chmod -R u=rwX,go=rX "$src"
find "$src" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

# -d: all that it needs was seen to above.
if ! (cd "$src" && dpkg-buildpackage -us -uc -d 9>&-) > "$work/log" 2>&1; then
	tail -30 "$work/log" >&2
	say "failed, see $work/log"
	exit 1
fi
rm -rf "$src" "$work/out"
mv "$work/build" "$work/out"
(cd "$work/out" && for file in *.deb; do say "$file"; done)
echo "$work/out"
