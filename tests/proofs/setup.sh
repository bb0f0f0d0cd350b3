#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes a folder with a small Debian 13 that has CBMC, which Debian 12 hasn't, and
# prints its name. The packages come from the mirror that this machine's apt uses,
# and are checked by Debian's keyring. About a minute and 600 MB the first time.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}/proofs
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
suite=trixie
packages=cbmc,gcc,libc6-dev,linux-libc-dev
export LC_ALL=C

say() { echo "proofs: $*" >&2; }
root=()
[ "$(id -u)" -eq 0 ] || root=(sudo -n)

tree=$cache/root-$(echo "$suite $packages" | sha256sum | cut -c1-8)
if [ ! -e "$tree/done" ]; then
	mkdir -p "$cache"
	exec 9> "$cache/lock"
	flock 9
fi
if [ ! -e "$tree/done" ]; then
	"$here/../need.sh" mmdebstrap debian-archive-keyring 9>&-
	mirror=$("$here/../sources.sh" mirror)
	proxy=()
	eval "$(apt-config shell http Acquire::http::Proxy)"
	[ -z "${http:-}" ] || proxy=(--aptopt="Acquire::http::Proxy \"$http\"")
	say "making a Debian $suite with CBMC, log in $cache/mmdebstrap.log"
	${root[@]+"${root[@]}"} rm -rf "$tree"
	${root[@]+"${root[@]}"} mmdebstrap --mode=root --variant=minbase --include=$packages \
		${proxy[@]+"${proxy[@]}"} $suite "$tree" \
		"deb [signed-by=$keyring] $mirror $suite main" > "$cache/mmdebstrap.log" 2>&1 9>&- || {
			tail -5 "$cache/mmdebstrap.log" >&2
			say "mmdebstrap failed, see $cache/mmdebstrap.log"
			exit 1
		}
	${root[@]+"${root[@]}"} mkdir "$tree/proof"
	${root[@]+"${root[@]}"} touch "$tree/done"
fi
echo "$tree"
