#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# setup.sh says what a machine lacks: at once, in one line, with status 1.

set -euo pipefail

tests=$(cd "$(dirname "$0")" && pwd)
export LC_ALL=C
# shellcheck source=tests/check.sh
. "$tests/check.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# refuses REGEX ENVIRONMENT...: one line, that one, and status 1. $all is for setup.sh.
all=
refuses() {
	local regex=$1 out status=0
	shift
	out=$(env "$@" "$tests/setup.sh" $all 2>&1) || status=$?
	echo "status $status: $out"
	[ $status = 1 ] && [ "$(wc -l <<< "$out")" = 1 ] && grep -qE "$regex" <<< "$out"
}

# A PATH with all that the script calls, but for apt-get.
mkdir "$work/bin"
for tool in bash env id uname mkdir df awk du cut dirname dpkg-query sudo; do
	path=$(command -v $tool) && ln -s "$path" "$work/bin/$tool" || :
done
# A disk that is full, for all that it can see.
mkdir "$work/full"
printf '#!/bin/sh\necho\necho x x x 1000000 x x\n' > "$work/full/df"
chmod +x "$work/full/df"

touch "$work/file"
check "a cache that can't be made" refuses "lacks: a cache directory" PRMEM_CACHE="$work/file/cache"
check "no apt-get" refuses "lacks: apt-get" PATH="$work/bin" PRMEM_CACHE="$work"
check "no space" refuses "lacks: 8 GiB of disk at .* \(0 GiB free\)" PATH="$work/full:$PATH" \
	PRMEM_CACHE="$work"
all=--all
check "no space for all series" refuses "lacks: 16 GiB of disk at .* \(0 GiB free\)" \
	PATH="$work/full:$PATH" PRMEM_CACHE="$work"

# What the other series come from is fetched by a private apt. It must refuse what
# Debian hasn't signed: here all of it, as the key is not Debian's.
unsigned() {
	local status=0 out
	sed "s,^keyring=.*,keyring=$work/keyring," "$tests/sources.sh" > "$work/sources.sh"
	: > "$work/keyring"
	out=$(PRMEM_CACHE=$work/cache bash "$work/sources.sh" fetch 6.12 2>&1) || status=$?
	echo "status $status: $out"
	[ $status = 1 ] && grep -q 'could not be fetched or verified' <<< "$out" &&
		! find "$work/cache" -name '*.deb' -o -name '*.tar.xz' | grep .
}
check "sources that Debian hasn't signed are refused" unsigned
check "a source that there isn't is refused" bash -c \
	'! said=$("$0" kernel 4.19 2>&1) && [[ $said == *"no such source: 4.19"* ]]' "$tests/sources.sh"
check "nothing is lacking here" "$tests/setup.sh"
finish
