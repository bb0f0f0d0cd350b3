#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A new golden image; one that is there stays as it is:
#
#	new.sh MAKE GOLDEN KIND NAME

set -euo pipefail

make=$1 golden=$2 kind=$3 name=$4
cd "$(dirname "$0")"
if [ -e "$name.img.xz" ] || [ -e "$name.txt" ]; then
	echo "$name is there, and is never made anew" >&2
	exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ASAN_OPTIONS=detect_leaks=0	# golden-make ends without tidying up
"$make" "$kind" > "$work/image" 2> "$work/ranges"
{
	echo "sha256 $(sha256sum < "$work/image" | cut -d' ' -f1)"
	cat "$work/ranges"
	xargs "$golden" "$work/image" < <(sed 's/^range //' "$work/ranges")
} > "$work/text"
xz -9e < "$work/image" > "$name.img.xz"
cp "$work/text" "$name.txt"
