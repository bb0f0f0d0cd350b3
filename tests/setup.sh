#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Installs what `make test` and `make demo` need, through apt, without questions.
# Only what is missing is installed: a second run is instant and needs no network.
#
#   setup.sh [--all]	--all: also the kernel sources of the other series, into
#			the cache (sources.sh); the demo does without

set -euo pipefail

packages="gcc make flex bison bc libc6-dev libelf-dev libssl-dev xz-utils zstd lz4 cpio kmod rsync
	patch perl python3 dash linux-source-6.1 qemu-system-x86 ovmf busybox-static kexec-tools dkms
	e2fsprogs util-linux mount ndctl daxctl udev sqlite3 clang libclang-rt-dev sparse codespell
	shellcheck"
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
disk_gib=8
memory_gib=3
all=''
case ${1:-} in
'')	;;
# A source, unpacked and built, takes 2 GiB and more.
--all)	all=1 disk_gib=16 ;;
*)	echo "usage: setup.sh [--all]" >&2; exit 2 ;;
esac
tests=$(cd "$(dirname "$0")" && pwd)

# What can't be helped from here, all of it in one line.
lacking=()
root=()
if [ "$(id -u)" -ne 0 ]; then
	root=(sudo -n)
	"${root[@]}" true 2>/dev/null || lacking+=("root or passwordless sudo")
fi
command -v apt-get > /dev/null || lacking+=("apt-get")
[ "$(uname -m)" = x86_64 ] || lacking+=("an x86_64 machine (this is $(uname -m))")
mkdir -p "$cache" 2>/dev/null || :
if [ ! -w "$cache" ]; then
	lacking+=("a cache directory that can be written ($cache; \$PRMEM_CACHE names another)")
else
	# What is there already counts: the cache is the largest part.
	free=$((($(df -Pk "$cache" | awk 'NR == 2 { print $4 }') +
		$({ du -skx "$cache" 2>/dev/null || :; } | cut -f1)) / 1048576))
	[ "$free" -ge $disk_gib ] || lacking+=("$disk_gib GiB of disk at $cache ($free GiB free)")
fi
memory=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
[ "$memory" -ge $memory_gib ] || lacking+=("$memory_gib GiB of available memory ($memory GiB)")
if [ ${#lacking[@]} -gt 0 ]; then
	line=$(printf '; %s' "${lacking[@]}")
	echo "setup: cannot go on, this machine lacks: ${line#; }"
	exit 1
fi

# Where tests put private folders in its place (tests/private.sh).
[ -d /lib/modules ] || ${root[@]+"${root[@]}"} mkdir -p /lib/modules

missing=()
for package in $packages; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || :)
	[ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
	echo "setup: all packages are there"
else
	echo "setup: installing ${missing[*]}"
	apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
	"${apt[@]}" update
	"${apt[@]}" -o Dpkg::Options::=--force-confold install --no-install-recommends "${missing[@]}"
	echo "setup: done"
fi
[ -z "$all" ] || "$tests/sources.sh" fetch
