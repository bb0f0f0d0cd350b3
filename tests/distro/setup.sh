#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Installs what `make distro-kernel` and `make test-distro` need, on top of what
# tests/setup.sh does, in the same manner: only what is missing, no questions.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
packages="linux-config-6.1 dpkg-dev fakeroot debhelper dh-dkms mmdebstrap debian-archive-keyring
	qemu-utils fdisk"
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
disk_gib=24

"$here/../setup.sh"
free=$((($(df -Pk "$cache" | awk 'NR == 2 { print $4 }') +
	$(du -sk "$cache" | cut -f1)) / 1048576))
if [ "$free" -lt $disk_gib ]; then
	echo "setup: cannot go on, this machine lacks: $disk_gib GiB of disk at $cache ($free GiB free)"
	exit 1
fi
# shellcheck disable=SC2086 # words
"$here/../need.sh" $packages
