#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Carries the shim's patch to another kernel series, and says what it couldn't
# place.
#
#   carry.sh SERIES SOURCE [FROM]
#
# SERIES names the new folder, SOURCE is that series' unpacked source, FROM the
# folder to start from (default: 6.1). What is left to do by hand is listed, one
# hunk a line; without that, SERIES/ has a patch that applies without fuzz.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
series=${1:?usage: carry.sh SERIES SOURCE [FROM]}
source=$(cd "${2:?usage: carry.sh SERIES SOURCE [FROM]}" && pwd)
from=${3:-6.1}
patch=$(find "$here/$from" -name '*.patch' | head -1)
[ -n "$patch" ] || { echo "carry: no patch in $from" >&2; exit 1; }
export LC_ALL=C

[ "$series" != "$from" ] || { echo "carry: $series is there already" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mapfile -t files < <(sed -n 's,^diff --git a/\(.*\) b/.*,\1,p' "$patch")

# Only the files that the patch touches, under git.
git init -q "$work/tree"
git=(git -C "$work/tree" -c user.name="prmem developers" -c user.email=prmem@example.org)
for file in "${files[@]}"; do
	[ -e "$source/$file" ] || continue
	mkdir -p "$work/tree/$(dirname "$file")"
	cp "$source/$file" "$work/tree/$file"
done
"${git[@]}" add -f -A
"${git[@]}" commit -q -m base

# A hunk a file: each is placed, or named.
awk -v dir="$work" '
	/^diff --git / { head = ""; inside = 0 }
	/^-- $/ { exit }
	/^diff --git /, /^\+\+\+ / { head = head $0 "\n"; next }
	/^@@ / { n++; out = sprintf("%s/hunk-%03d", dir, n); printf "%s", head > out; inside = 1 }
	inside { print > out }
' "$patch"

have=$(grep -c 'e820__range_update_table' "$source/arch/x86/include/asm/e820/api.h" || :)
unplaced=0
for hunk in "$work"/hunk-*; do
	file=$(sed -n 's,^diff --git a/\(.*\) b/.*,\1,p' "$hunk")
	if [ "$have" -gt 0 ] && grep -q '^ __e820__range_update(struct\|^+u64 __e820__range_update(struct' "$hunk"; then
		echo "carry: $file: not needed: $series has e820__range_update_table()"
		continue
	fi
	# The text of a line may differ a little: patch's fuzz, within reason.
	if ! patch -d "$work/tree" -p1 --fuzz=2 -s -f -r /dev/null --no-backup-if-mismatch \
		-i "$hunk" > "$work/out" 2>&1; then
		unplaced=$((unplaced + 1))
		echo "carry: $file: could not place, do it by hand:"
		sed -n 's/^[+]/    &/p' "$hunk" | grep -v '^    +++'
	fi
done

mkdir -p "$here/$series"
rm -f "$here/$series"/*.patch
"${git[@]}" add -f -A
git mailinfo "$work/body" /dev/null < "$patch" > "$work/info"
{
	sed -n 's/^Subject: //p' "$work/info"
	echo
	cat "$work/body"
} > "$work/message"
"${git[@]}" commit -q --date="$(sed -n 's/^Date: //p' "$work/info")" -F "$work/message"
"${git[@]}" format-patch -q -1 --zero-commit --no-signature -o "$here/$series"
if [ $unplaced -gt 0 ]; then
	echo "carry: $series: $unplaced hunk(s) to place by hand, then \`make shim-check\`"
	exit 1
fi
echo "carry: $series: every hunk placed; now \`make shim-check\`"
