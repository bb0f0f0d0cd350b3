#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel's own checks over our C: checkpatch --strict, kernel-doc, sparse, W=1.

set -euo pipefail

tests=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$tests")
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
export LC_ALL=C
# shellcheck source=tests/check.sh
. "$tests/check.sh"

# BIT_ULL() is the kernel's, and so are names of attributes; format.h serves programs too.
checkpatch_clean() {
	local files=("$top"/module/*.[ch] "$top"/module/core/*.[ch] "$top"/include/prmem/*.h) out
	files+=("$top"/tools/fsck/*.[ch] "$top"/module/{log,index}/*.[ch])
	# It leaves a file behind in the current folder.
	out=$(cd "$cache" && for file in "${files[@]}"; do
		"$build/scripts/checkpatch.pl" --strict --no-tree --showfile \
			--ignore BIT_MACRO,PREFER_DEFINED_ATTRIBUTE_MACRO -f "$file" 2>/dev/null || :
	done)
	echo "$out" | grep -E -A3 'ERROR|WARNING|CHECK' || :
	[ "$(grep -c 'total: 0 errors, 0 warnings, 0 checks' <<< "$out")" = ${#files[@]} ]
}

kernel_doc_clean() {
	local out
	out=$("$build/scripts/kernel-doc" -none "$top"/module/*.[ch] \
		"$top"/module/{core,log,index}/*.[ch] "$top"/include/prmem/*.h \
		"$top"/tools/fsck/*.[ch] 2>&1) ||
		{ echo "$out"; return 1; }
	! grep -iE 'warning|error' <<< "$out"
}

# In a copy, so that the checkout stays clean.
compiles_silently() {
	rm -rf "$cache/style"
	mkdir -p "$cache/style"
	cp -r "$top/Kbuild" "$top/dkms.conf" "$top/include" "$top/module" "$cache/style/"
	make -C "$build" M="$cache/style" W=1 C=1 CF=-D__CHECK_ENDIAN__ modules > "$cache/style.log" 2>&1 ||
		{ tail -20 "$cache/style.log"; return 1; }
	! grep -E 'warning|error' "$cache/style.log"
}

build=$("$tests/vm/kernel.sh" shim)/build
check "checkpatch --strict is silent on module/, include/ and tools/" checkpatch_clean
check "kernel-doc is silent" kernel_doc_clean
check "sparse with __CHECK_ENDIAN__ and W=1 are silent" compiles_silently
check "shellcheck is silent" shellcheck -S warning "$tests"/*.sh "$tests"/vm/*.sh \
	"$tests"/vm/guest/*.sh "$tests"/vm/cases/*.sh "$top"/shim-patch/*.sh "$top"/module/conf/remove
finish
