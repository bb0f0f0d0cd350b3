#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs a command where dkms can do all it does and the machine sees nothing of
# it: private.sh DIR COMMAND... DIR keeps lib/modules, usr/src and var/lib/dkms.

set -euo pipefail

dir=$(cd "${1:?usage: private.sh DIR COMMAND...}" && pwd)
shift
[ -d /lib/modules ] || { echo "private.sh: no /lib/modules: run tests/setup.sh" >&2; exit 1; }
mkdir -p "$dir"/{lib/modules,usr/src,var/lib/dkms}
# Who isn't root becomes it in a user namespace.
unshare=(unshare -m)
[ "$(id -u)" -eq 0 ] || unshare=(unshare -rm)
# shellcheck disable=SC2016
exec "${unshare[@]}" sh -ec '
	dir=$1
	shift
	for place in lib/modules usr/src var/lib/dkms; do
		mount --bind "$dir/$place" "/$place"
	done
	exec "$@"' sh "$dir" "$@"
