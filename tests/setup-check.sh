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

# refuses REGEX ENVIRONMENT...: one line, that one, and status 1.
refuses() {
	local regex=$1 out status=0
	shift
	out=$(env "$@" "$tests/setup.sh" 2>&1) || status=$?
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
check "nothing is lacking here" "$tests/setup.sh"
finish
