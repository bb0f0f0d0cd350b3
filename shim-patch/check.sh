#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Shows that the shim's patch is what shim-patch/README.md says of it.
#
#   check.sh [--ci] [SERIES...]	default: every folder here
#
# With --ci only 6.1 is compiled here: the VMs boot the others.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
export LC_ALL=C
# shellcheck source=tests/check.sh
. "$top/tests/check.sh"

one_patch() { [ "$(find "$here/$series" -name '*.patch' | wc -l)" = 1 ]; }

in_git_format() {
	grep -q '^From [0-9a-f]\{40\} ' "$patch" && grep -q '^Subject: \[PATCH\] x86: ' "$patch" &&
		grep -q '^Signed-off-by: ' "$patch" &&
		[ "$(sed '/^---$/q' "$patch" | wc -l)" -gt 20 ]
}

under_200_lines() {
	local added
	added=$(sed '1,/^---$/d' "$patch" | grep -c '^+[^+]\|^+$')
	echo "$added added lines"
	[ "$added" -lt 200 ]
}

applies() { patch -d "$1" -p1 --fuzz=0 --no-backup-if-mismatch -f -i "$patch"; }

applies_exactly() {
	applies "$src" > "$work/apply" || { cat "$work/apply"; return 1; }
	! grep -i 'fuzz\|offset' "$work/apply"
}

# A carried patch leaves MAINTAINERS alone, which changes with every release.
checkpatch_clean() {
	(cd "$src" && scripts/checkpatch.pl --strict --no-tree --no-summary --ignore FILE_PATH_CHANGES "$patch" 2>/dev/null) \
		> "$work/checkpatch" || :
	! grep -A3 '^\(ERROR\|WARNING\|CHECK\)' "$work/checkpatch" &&
		grep -q 'has no obvious style problems' "$work/checkpatch"
}

# The text of shim.h between its marks, as added lines that follow each other.
same_text_as_header() {
	sed '1,/stands in the kernel patch too/d; /^\/\* End of the shared text/,$d' \
		"$top/include/prmem/shim.h" > "$work/shared"
	[ -s "$work/shared" ] || { echo "shim.h has no shared text"; return 1; }
	python3 - "$work/shared" "$src/arch/x86/kernel/prmem.c" <<'PYTHON'
import sys
shared, code = (open(name).read() for name in sys.argv[1:])
sys.exit(0 if shared.rstrip("\n") in code else "arch/x86/kernel/prmem.c differs from shim.h")
PYTHON
}

added_file() {
	sed -n '/^diff --git a\/arch\/x86\/kernel\/prmem.c/,/^diff --git /{/^+[^+]/p; /^+$/p}' "$1"
}

same_file_in_all() {
	added_file "$patch" > "$work/this"
	[ -s "$work/this" ] && added_file "$here"/6.1/*.patch | diff - "$work/this"
}

# compile NAME: the files that the patch touches, with all warnings.
compile() {
	make -C "$src" O="$work/obj" LOCALVERSION= -j"$(nproc)" W=1 \
		arch/x86/kernel/setup.o arch/x86/kernel/e820.o ${2:-} > "$work/$1.log" 2>&1 ||
		{ tail -20 "$work/$1.log"; return 1; }
	grep -E 'warning:' "$work/$1.log" | sed 's/:[0-9]*:[0-9]*:/:/' | sort -u > "$work/$1.warnings" || :
}

configure() {
	{ cat "$top/tests/vm/kernel.config"; echo "$1"; } > "$work/fragment"
	KCONFIG_ALLCONFIG=$work/fragment make -C "$src" O="$work/obj" allnoconfig > "$work/config.log" 2>&1
}

no_new_warning() {
	configure CONFIG_PRMEM=y && grep -qx CONFIG_PRMEM=y "$work/obj/.config" &&
		compile after arch/x86/kernel/prmem.o && ! comm -13 "$work/before.warnings" "$work/after.warnings" |
		grep .
}

off_leaves_no_trace() {
	configure '# CONFIG_PRMEM is not set' && compile off &&
		! nm "$work/obj/arch/x86/kernel/setup.o" | grep prmem
}

# tarball SERIES: prints its version and its source.
tarball() {
	if [ "$1" = 6.1 ]; then
		echo "$(dpkg-query -W -f '${Version}' linux-source-6.1) /usr/src/linux-source-6.1.tar.xz"
	else
		"$top/tests/sources.sh" kernel "$1" | cut -d' ' -f2-
	fi
}

# Of the source only what the patch touches, and checkpatch; kept in the cache.
unpack_little() {
	local kept files
	kept=$cache/shim-check/$series-$version-$(sha256sum < "$patch" | cut -c1-8)
	if [ ! -d "$kept" ]; then
		rm -rf "$cache/shim-check/$series-"*
		mkdir -p "$kept.new"
		mapfile -t files < <(sed -n "s,^--- a/,linux-source-$series/,p" "$patch")
		tar -C "$kept.new" --strip-components=1 -xf "$source" "${files[@]}" \
			"linux-source-$series/scripts/checkpatch.pl" "linux-source-$series/scripts/spelling.txt" \
			"linux-source-$series/scripts/const_structs.checkpatch"
		mv "$kept.new" "$kept"
	fi
	cp -r "$kept/." "$src"
}

ci=''
if [ "${1:-}" = --ci ]; then
	ci=1
	shift
fi
if [ $# -gt 0 ]; then
	all=("$@")
else
	mapfile -t all < <(cd "$here" && printf '%s\n' [0-9]* | sort -V)
fi
for series in "${all[@]}"; do
	patch=$(find "$here/$series" -name '*.patch' | head -1)
	read -r version source < <(tarball "$series")
	work=$cache/shim-check/$series
	src=$work/src
	echo "# shim for $series, on linux-source-$series $version"

	# A fresh source: a minute is the price of certainty.
	rm -rf "$work"
	mkdir -p "$work/obj" "$src"
	full=1
	[ -z "$ci" ] || [ "$series" = 6.1 ] || full=''
	if [ -n "$full" ]; then
		tar -C "$src" --strip-components=1 -xf "$source"
	else
		unpack_little
	fi

	check "$series: one patch" one_patch
	check "$series: git format, full message" in_git_format
	check "$series: under 200 added lines" under_200_lines
	if [ -n "$full" ]; then
		echo "# compiling the touched files without the patch"
		configure '' && compile before
	fi
	check "$series: applies with --fuzz=0 and without offsets" applies_exactly
	check "$series: checkpatch --strict is silent" checkpatch_clean
	check "$series: the text of include/prmem/shim.h" same_text_as_header
	check "$series: prmem.c is the same text as in 6.1" same_file_in_all
	if [ -n "$full" ]; then
		check "$series: W=1 gives no new warning" no_new_warning
		check "$series: CONFIG_PRMEM=n leaves no trace in setup.o" off_leaves_no_trace
	fi
	rm -rf "$work"
done
echo "# CONFIG_PRMEM=n boots as before"
check "6.1: a kernel with CONFIG_PRMEM=n boots" \
	"$top/tests/vm/run.sh" off
finish
