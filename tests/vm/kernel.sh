#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds one variant of the test kernel in the cache; prints its directory.
#
#   kernel.sh VARIANT [SERIES]
#
#   stock   the distribution's source as it is
#   off     with the shim patch, CONFIG_PRMEM=n
#   shim    with the shim patch, CONFIG_PRMEM=y
#   NAME    as shim, and mutants/NAME.patch on top
#
# All variants share one source tree and one object tree, so that the second
# one compiles only what differs: a patch is applied in a scratch directory,
# and only files whose text changes are copied into the tree. A variant with a
# fragment of its own, kernel.NAME.config, has an object tree of its own.
#
# SERIES is one that tests/sources.sh has: 5.10, 6.1 (the default), 6.12, 7.x.
# kernel.SERIES.config holds in what its configuration differs.
#
# Result: bzImage, config, release, modules/lib/modules/RELEASE, build/ (KDIR).

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
variant=${1:?usage: kernel.sh VARIANT [SERIES]}
series=${2:-6.1}
export LC_ALL=C

say() { echo "kernel $variant@$series: $*" >&2; }
die() { say "$*"; exit 1; }

[[ $variant =~ ^[A-Za-z0-9_-]+$ ]] || die "not a name: $variant"
source=$("$here/../sources.sh" kernel "$series") || exit 1
read -r series version tarball <<< "$source"
package=linux-source-$series

# The patch of the series; a new 7.x takes the one of the last before it, if it fits.
patches_of() {
	local folder=$series
	if [ ! -d "$top/shim-patch/$series" ]; then
		[ "${series%%.*}" = 7 ] || return 0
		folder=$({ find "$top/shim-patch" -mindepth 1 -maxdepth 1 -name '7.*' -printf '%f\n'
			echo "$series"; } | sort -V | sed "/^$series\$/q" | tail -2 | head -1)
		[ "$folder" != "$series" ] || return 0
		say "no patch for $series: taking that for $folder"
	fi
	find "$top/shim-patch/$folder" -name '*.patch' | sort
}

# What goes in: the patches and the configuration.
patches=()
prmem='CONFIG_PRMEM=y'
if [ "$variant" = stock ]; then
	prmem=''
else
	mapfile -t patches < <(patches_of)
	[ ${#patches[@]} -gt 0 ] || die "no patch in shim-patch/$series"
	case $variant in
	shim)	;;
	off)	prmem='# CONFIG_PRMEM is not set' ;;
	*)	if [ -e "$here/mutants/$variant.patch" ]; then
			patches+=("$here/mutants/$variant.patch")
		elif [ ! -e "$here/kernel.$variant.config" ]; then
			die "no such variant: no mutants/$variant.patch, no kernel.$variant.config"
		fi ;;
	esac
fi
fragments=("$here/kernel.config")
for name in "${series%%.*}.x" "$series"; do
	[ ! -e "$here/kernel.$name.config" ] || fragments+=("$here/kernel.$name.config")
done
objects=obj
if [ -e "$here/kernel.$variant.config" ]; then
	fragments+=("$here/kernel.$variant.config")
	objects=obj-$variant
fi

key=$({
	echo "$package $version $variant $prmem"
	gcc --version
	cat "$here/kernel.sh" "${fragments[@]}" ${patches[@]+"${patches[@]}"}
} | sha256sum | cut -c1-16)
name=$series-$variant-$key
out=$cache/kernel/$name
if [ -e "$out/release" ]; then
	echo "$out"
	exit
fi

work=$cache/linux/$series-$version
src=$work/src
obj=$work/$objects
log=$cache/kernel/$name.log
mkdir -p "$work" "$cache/kernel"

# A build takes all processors, so there is one at a time.
exec 9>"$cache/kernel/lock"
if ! flock -n 9; then
	say "waiting for another build"
	flock 9
fi
if [ -e "$out/release" ]; then
	echo "$out"
	exit
fi

if [ ! -d "$src" ]; then
	say "unpacking $package $version"
	rm -rf "$work/unpack"
	mkdir "$work/unpack"
	tar -C "$work/unpack" -xf "$tarball" 9>&-
	mv "$work/unpack/$package" "$src"
	rmdir "$work/unpack"
fi

# Bring the tree to this variant. $work/touched lists every file that any
# variant ever changed; $work/orig keeps those that the source has itself. A
# file is listed after its copy is kept and before it is changed, so a run cut
# anywhere leaves a tree from which the next one finds its way.
touched=$work/touched
touch "$touched"
scratch=$work/scratch
rm -rf "$scratch"
mkdir -p "$scratch" "$work/orig"
for p in ${patches[@]+"${patches[@]}"}; do
	sed -n -E 's,^(---|\+\+\+) [ab]/([^	]*).*,\2,p' "$p"
done | sort -u > "$work/wanted"
while read -r f; do
	grep -qxF "$f" "$touched" && continue
	if [ -e "$src/$f" ]; then
		mkdir -p "$work/orig/$(dirname "$f")"
		cp "$src/$f" "$work/orig/$f"
	fi
	echo "$f" >> "$touched"
done < "$work/wanted"
while read -r f; do
	[ -e "$work/orig/$f" ] || continue
	mkdir -p "$scratch/$(dirname "$f")"
	cp "$work/orig/$f" "$scratch/$f"
done < "$touched"
for p in ${patches[@]+"${patches[@]}"}; do
	patch -d "$scratch" -p1 --fuzz=0 --no-backup-if-mismatch -s -f -i "$p" >&2 ||
		die "${p#"$top"/} does not apply to $package $version"
done
while read -r f; do
	if [ ! -e "$scratch/$f" ]; then
		rm -f "$src/$f"
	elif ! cmp -s "$scratch/$f" "$src/$f"; then
		mkdir -p "$src/$(dirname "$f")"
		cp "$scratch/$f" "$src/$f"
	fi
done < "$touched"
rm -rf "$scratch"

# No machine, user or time in the result.
export KBUILD_BUILD_USER=prmem KBUILD_BUILD_HOST=prmem
export KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970' KBUILD_BUILD_VERSION=1
make=(make -C "$src" "O=$obj" LOCALVERSION= "-j$(nproc)")

mkdir -p "$obj"
cat "${fragments[@]}" > "$obj/fragment"
echo "$prmem" >> "$obj/fragment"
cp "$obj/.config" "$obj/.config.before" 2>/dev/null || :
KCONFIG_ALLCONFIG=$obj/fragment "${make[@]}" allnoconfig > "$log" 2>&1 ||
	{ tail -5 "$log" >&2; die "configuring failed, see $log"; }

# Kconfig drops what it can't give without a word: compare. A later line of
# the fragment wins over an earlier one.
lost=$(awk '
	function symbol(line) { gsub(/^# |=.*| is not set$/, "", line); return line }
	!/^(CONFIG_|# CONFIG_.* is not set$)/ { next }
	FNR == NR { want[symbol($0)] = $0; next }
	{ got[symbol($0)] = $0 }
	END {
		for (s in want) {
			have = s in got ? got[s] : "# " s " is not set"
			if (have != want[s])
				print "  wanted " want[s] ", got " have
		}
	}' "$obj/fragment" "$obj/.config")
if [ -n "$lost" ]; then
	echo "$lost" >&2
	die "the configuration did not come out as asked"
fi

say "building, log in $log"
start=$SECONDS
"${make[@]}" bzImage modules >> "$log" 2>&1 9>&- &
pid=$!
trap 'kill $pid 2>/dev/null || :' EXIT
next=20
while kill -0 $pid 2>/dev/null; do
	sleep 0.5
	if ((SECONDS - start >= next)); then
		say "$(grep -cE '^ +(CC|AS|AR|LD)' "$log" || :) objects, $((SECONDS - start)) s"
		next=$((next + 20))
	fi
done
if ! wait $pid; then
	trap - EXIT
	grep -nE 'error|Error|undefined' "$log" | head -5 >&2
	die "the build failed, see $log"
fi
trap - EXIT

# The result, in one move.
tmp=$out.tmp
rm -rf "$tmp"
mkdir -p "$tmp/build"
"${make[@]}" INSTALL_MOD_PATH="$tmp/modules" modules_install >> "$log" 2>&1 9>&-
release=$(cat "$obj/include/config/kernel.release")
rm -f "$tmp/modules/lib/modules/$release"/{build,source}
cp "$obj/arch/x86/boot/bzImage" "$tmp/bzImage"
cp "$obj/.config" "$tmp/config"
cp "$obj/System.map" "$tmp/System.map"
# As in the distributions' header packages: source and object headers in one
# tree, which later builds in the shared trees don't touch.
(
	cd "$src"
	find . arch/x86 -maxdepth 1 -name 'Makefile*'
	find include scripts \( -type f -o -type l \)
	find arch/x86 -name Kbuild.platforms -o -name Platform
	find arch/x86 \( -path '*/include/*' -o -path '*/scripts/*' \) -type f
) > "$work/headers"
tar -C "$src" -cf - -T "$work/headers" | tar -C "$tmp/build" -xf -
(
	cd "$obj"
	find arch/x86/include include scripts -type f ! -name '*.cmd'
	echo Module.symvers
	echo tools/objtool/objtool
) > "$work/headers"
tar -C "$obj" -cf - -T "$work/headers" | tar -C "$tmp/build" -xf -
cp "$obj/.config" "$tmp/build/.config"
echo "$release" > "$tmp/release"
rm -rf "$out"
mv "$tmp" "$out"
say "built $release in $((SECONDS - start)) s"
echo "$out"
