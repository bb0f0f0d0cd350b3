#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Installs those of the named packages that are missing, through apt, without
# questions: need.sh PACKAGE...

set -euo pipefail

missing=()
for package; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null || :)
	[ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
echo "installing ${missing[*]}" >&2
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Options::=--force-confold)
[ "$(id -u)" -eq 0 ] || apt=(sudo -n "${apt[@]}")
"${apt[@]}" update >&2
"${apt[@]}" install --no-install-recommends "${missing[@]}" >&2
