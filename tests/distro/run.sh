#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# make test-distro: prmem taken up, used and given up again on a whole Debian 12,
# by the packages, over five boots; and how long PostgreSQL is away at each.
#
# First time about an hour and a half on two cores: it builds two kernels.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
work=$cache/distro/run
export LC_ALL=C

# Nothing may end it without a count.
trap 'echo "test-distro: failed before anything was tested"; echo "0 passed, 1 failed"' EXIT
"$here/setup.sh"
echo "# 1 of 4: two kernels of Debian's with the shim (the first takes an hour on two cores, once)"
kernel1=$("$here/kernel.sh" 1)
kernel2=$("$here/kernel.sh" 2)
echo "# 2 of 4: prmem's packages"
packages=$(make -s --no-print-directory -C "$top" deb | tail -1)
echo "# 3 of 4: a Debian 12 (6 minutes the first time)"
image=$("$here/image.sh")

rm -rf "$work"
mkdir -p "$work/payload/prmem"
cp "$here/guest/run" "$here/guest/beat" "$work/payload/"
cp -r "$kernel1" "$work/payload/kernel-1"
cp -r "$kernel2" "$work/payload/kernel-2"
cp "$packages"/prmem-dkms_*.deb "$packages"/prmem-tools_*.deb "$work/payload/prmem/"
qemu-img create -q -f qcow2 -b "$image" -F qcow2 "$work/disk.qcow2"

echo "# 4 of 4: QEMU: five boots, about 20 minutes without KVM; logs in $work/vm"
trap - EXIT
status=0
"$here/vm.sh" --disk "$work/disk.qcow2" --payload "$work/payload" --out "$work/vm" \
	--timeout 7200 || status=1
rm -f "$work/disk.qcow2"

passed=$(grep -c '^[0-9.]* ok ' "$work/vm/marks" || :)
failed=$(grep -c '^[0-9.]* not ok ' "$work/vm/marks" || :)
# How long it was away at each change of boot, from the last answer of one to the
# first of the next; all of it by the host's clock.
away=$(awk '
	$2 == "beat" {
		if (boot && boot != $3)
			printf "%.0f ", $1 - last
		boot = $3
		last = $1
	}' "$work/vm/marks")
read -r reboot kexec upgrade back more <<< "$away" || :
if [ $status = 0 ] && { [ -z "${back:-}" ] || [ -n "${more:-}" ]; }; then
	echo "# PostgreSQL's pulse is wrong: away for '$away'"
	status=1
fi
[ $status = 0 ] || [ "$failed" -gt 0 ] || failed=1
if [ $status = 0 ]; then
	echo "test-distro: passed: PostgreSQL was away for $kexec s (systemctl kexec), $upgrade s (into the" \
		"upgraded kernel); a reboot took $reboot s (into that kernel), $back s (back to Debian's own)"
else
	echo "test-distro: failed; logs in $work/vm"
fi
echo "$passed passed, $failed failed"
exit $status
