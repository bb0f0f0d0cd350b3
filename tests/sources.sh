#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel sources of the other series and a newer kexec-tools: fetched from the
# mirror that this machine's own apt uses, and checked by Debian's signatures, but
# not installed. They are kept in the cache, and fetched once.
#
#   sources.sh fetch [NAME...]	what is missing of NAME (5.10 6.1 6.12 7.x
#				kexec-tools; default: all)
#   sources.sh update		fetches anew what the mirror has newer
#   sources.sh series		prints the series, 7.x by the name that it has now
#   sources.sh kernel SERIES	prints SERIES VERSION TARBALL, fetched if need be
#   sources.sh kexec-tools	prints VERSION DIR, fetched if need be; in DIR are
#				opt/kexec-tools/kexec, its libraries and ld.so
#   sources.sh mirror		prints the mirror
#
# 6.1 is this machine's own package linux-source-6.1 (tests/setup.sh). 7.x is the
# newest that there is; it may be called by its name too (7.3).

set -euo pipefail

cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
dir=$cache/sources
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
all="5.10 6.1 6.12 7.x kexec-tools"
export LC_ALL=C

say() { echo "sources: $*" >&2; }
die() { say "$*"; exit 1; }

# suite NAME: where it is.
suite() {
	case $1 in
	5.10)		echo bullseye ;;
	6.12)		echo bookworm-backports ;;
	7.x)		echo trixie-backports ;;
	kexec-tools)	echo trixie ;;
	*)		die "no such source: $1 (there are: $all)" ;;
	esac
}

# debian_uri LABEL: the first of this machine's apt sources that is Debian's own and
# has that label. apt knows both formats of its sources; labels come with its lists.
debian_uri() {
	# shellcheck disable=SC2016 # apt's variables
	apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' \
		'Created-By: Packages' | sed -n "s,^Debian|$1|main|,,p" | head -1
}

# debian_mirror: where Debian's own packages come from here.
debian_mirror() {
	local root=() mirror
	command -v apt-get > /dev/null || die "no apt-get on this machine"
	mirror=$(debian_uri Debian)
	if [ -z "$mirror" ]; then
		say "apt has no package lists yet: updating them"
		[ "$(id -u)" -eq 0 ] || root=(sudo -n)
		${root[@]+"${root[@]}"} apt-get -q update >&2
		mirror=$(debian_uri Debian)
	fi
	[ -n "$mirror" ] || die "none of apt's sources here is a Debian mirror"
	echo "$mirror"
}

# A configuration of apt that sees nothing of what is installed here.
private_apt() {
	local mirror security name
	[ -z "${APT_CONFIG_DONE:-}" ] || return 0
	[ -r $keyring ] || die "no $keyring (package debian-archive-keyring)"
	mirror=$(debian_mirror)
	security=$(debian_uri Debian-Security)
	mkdir -p "$dir"/apt/{lists,cache,download}
	: > "$dir/apt/status"
	for name in bullseye bookworm-backports trixie trixie-backports; do
		echo "deb [signed-by=$keyring] $mirror $name main"
	done > "$dir/apt/sources.list"
	[ -z "$security" ] ||
		echo "deb [signed-by=$keyring] $security bullseye-security main" >> "$dir/apt/sources.list"
	# Only root has apt's own user to drop to, who can't reach root's home.
	cat > "$dir/apt/conf" <<-CONF
		Dir::Etc::sourcelist "$dir/apt/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::Etc::trusted "/dev/null";
		Dir::Etc::trustedparts "/dev/null";
		Dir::State::lists "$dir/apt/lists";
		Dir::State::status "$dir/apt/status";
		Dir::Cache "$dir/apt/cache";
		Acquire::Languages "none";
		APT::Architecture "amd64";
		APT::Architectures "amd64";
		APT::Get::AllowUnauthenticated "false";
		Acquire::AllowInsecureRepositories "false";
		APT::Sandbox::User "$(id -un)";
	CONF
	export APT_CONFIG=$dir/apt/conf APT_CONFIG_DONE=1
	say "reading the package lists of the other releases (about 40 MB the first time)"
	apt-get -q=2 update >&2 || die "the lists could not be fetched or verified"
}

# newest PATTERN SUITE: the package in the suite with the highest version, of those
# whose name matches; prints NAME VERSION.
newest() {
	local name
	for name in $(apt-cache pkgnames linux-source- | grep -xE "$1" | sort -Vr); do
		apt-cache madison "$name" |
			awk -F ' *[|] *' -v suite=" $2(-security)?/" '$3 ~ suite { print $2; exit }' |
			while read -r version; do echo "$name $version"; done
	done | head -1
}

# unpack_debs DIR NAME=VERSION...: fetched, verified by apt, and unpacked.
unpack_debs() {
	local to=$1 deb
	shift
	say "fetching ${*: -1} ($# packages, $(apt-cache show --no-all-versions "$@" |
		awk '/^Size: / { sum += $2 } END { print int(sum / 1000000) }') MB)"
	rm -rf "$dir/apt/download"
	mkdir -p "$dir/apt/download" "$to"
	(cd "$dir/apt/download" && apt-get -q=2 download "$@" >&2) || die "$* could not be fetched"
	for deb in "$dir"/apt/download/*.deb; do
		dpkg -x "$deb" "$to"
	done
	rm -rf "$dir/apt/download"
}

# record NAME LINE: what is there, for later runs; last of all.
record() {
	echo "$2" > "$dir/$1.new"
	mv "$dir/$1.new" "$dir/$1"
	say "$1: $2"
}

fetch_kernel() {
	local name=$1 package version series tarball
	read -r package version < <(newest "linux-source-${name/x/[0-9]+}" "$(suite "$name")") || :
	[ -n "${version:-}" ] || die "no linux-source-$name in $(suite "$name")"
	series=${package#linux-source-}
	tarball=$dir/${package}_$version.tar.xz
	if [ ! -e "$tarball" ]; then
		rm -rf "$dir/unpack"
		unpack_debs "$dir/unpack" "$package=$version"
		mv "$dir/unpack/usr/src/$package.tar.xz" "$tarball"
		rm -rf "$dir/unpack"
	fi
	record "$name" "$series $version $tarball"
}

# It needs newer libraries than this machine's, so it comes with them and their loader.
fetch_kexec_tools() {
	local version packages out new=$dir/unpack/out/opt/kexec-tools libs lib loader
	mapfile -t packages < <(apt-get -s -t trixie install --no-install-recommends kexec-tools |
		sed -n -E 's/^Inst ((lib|zlib|kexec-tools)[^ ]*) \(([^ ]*) .*/\1=\3/p')
	version=$(printf '%s\n' "${packages[@]}" | sed -n -E 's/^kexec-tools=([0-9]+:)?//p')
	[ -n "$version" ] || die "no kexec-tools in trixie"
	out=$dir/kexec-tools_$version
	if [ ! -d "$out" ]; then
		rm -rf "$dir/unpack"
		mkdir -p "$new"
		unpack_debs "$dir/unpack" "${packages[@]}"
		cp "$(find "$dir/unpack" -path '*/sbin/kexec')" "$new/kexec"
		loader=$(find "$dir/unpack" -name 'ld-linux-x86-64.so.2' ! -type l)
		cp "$loader" "$new/ld.so"
		libs=$("$loader" --library-path "$(dirname "$loader")" --list "$new/kexec") ||
			die "kexec-tools $version: a library is missing: $libs"
		for lib in $(sed -n 's/.* => \([^ ]*\) .*/\1/p' <<< "$libs"); do
			[ "${lib#"$dir"}" != "$lib" ] || die "kexec-tools $version: $lib is this machine's"
			cp -L "$lib" "$new/"
		done
		"$new/ld.so" --library-path "$new" "$new/kexec" --version |
			grep -q '^kexec-tools ' || die "kexec-tools $version doesn't run here"
		mv "$dir/unpack/out" "$out"
		rm -rf "$dir/unpack"
	fi
	record kexec-tools "${version%%-*} $out"
}

# there NAME: fetched, and not gone since.
there() {
	local last
	[ -e "$dir/$1" ] || return 1
	last=$(awk '{ print $NF }' "$dir/$1")
	[ -e "$last" ]
}

fetch() {
	local name
	mkdir -p "$dir"
	exec 9>"$dir/lock"
	flock 9
	for name; do
		[ "$name" != 6.1 ] || continue
		suite "$name" > /dev/null
		[ -n "${update:-}" ] || ! there "$name" || continue
		private_apt
		if [ "$name" = kexec-tools ]; then fetch_kexec_tools; else fetch_kernel "$name"; fi
	done
	exec 9>&-
}

# canonical SERIES: what is called by its own name may be 7.x.
canonical() {
	case $1 in
	7.[0-9]*)
		fetch 7.x
		[ "$(cut -d' ' -f1 "$dir/7.x")" = "$1" ] ||
			die "no source of $1: the newest is $(cut -d' ' -f1,2 "$dir/7.x")"
		echo 7.x ;;
	*)	echo "$1" ;;
	esac
}

verb=${1:-}
[ $# -eq 0 ] || shift
case $verb in
fetch)
	# shellcheck disable=SC2086 # words
	[ $# -gt 0 ] || set -- $all
	fetch "$@" ;;
update)
	update=1
	# shellcheck disable=SC2086
	fetch $all ;;
series)
	fetch 7.x
	echo "5.10 6.1 6.12 $(cut -d' ' -f1 "$dir/7.x")" ;;
kernel)
	series=$(canonical "${1:?usage: sources.sh kernel SERIES}")
	if [ "$series" = 6.1 ]; then
		version=$(dpkg-query -W -f '${Version}' linux-source-6.1 2>/dev/null || :)
		[ -n "$version" ] || die "package linux-source-6.1 is not installed: run tests/setup.sh"
		echo "6.1 $version /usr/src/linux-source-6.1.tar.xz"
	else
		fetch "$series"
		cat "$dir/$series"
	fi ;;
kexec-tools)
	fetch kexec-tools
	cat "$dir/kexec-tools" ;;
mirror)
	debian_mirror ;;
*)
	sed -n '7,14s/^# \{0,1\}//p' "$0" >&2
	exit 2 ;;
esac
