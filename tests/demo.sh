#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# make demo: a patched kernel in QEMU keeps real files in RAM over two kexecs.

set -euo pipefail

tests=$(cd "$(dirname "$0")" && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
work=$cache/demo
export LC_ALL=C

"$tests/setup.sh"
mkdir -p "$work"
rm -rf "$work/root" "$work/out"

echo "demo: 1 of 3: the kernel with the shim (about 5 minutes on two cores the first time)"
kernel=$("$tests/vm/kernel.sh" shim)
echo "demo: 2 of 3: the module, through dkms, and the system for the VM"
overlay=$("$tests/vm/overlay.sh" "$kernel")
cp -a "$overlay" "$work/root"
mkdir -p "$work/root/demo/files"
dpkg-query -W -f '${Package}|${Version}|${Installed-Size}|${Section}\n' > "$work/root/demo/packages"
cp -r /usr/include/linux /usr/share/common-licenses "$work/root/demo/files/"
find "$work/root/demo/files" -type l -delete
"$tests/vm/initramfs.sh" "$kernel" "$work/root" "$work/initrd.img"
echo "demo: 3 of 3: QEMU; its console is $work/out/console.log"

"$tests/vm/qemu.sh" --kernel-dir "$kernel" --initrd "$work/initrd.img" --case demo \
	--append "prmem=256M" --mem 1G --timeout 300 --out "$work/out" > "$work/verdict" &
vm=$!
trap 'kill $vm 2>/dev/null || :' EXIT
shown=0
while :; do
	alive=yes
	kill -0 $vm 2>/dev/null || alive=
	while IFS= read -r line; do
		shown=$((shown + 1))
		case $line in 'prmem-vm: show '*) echo "${line#prmem-vm: show }" ;; esac
	done < <(tail -n +$((shown + 1)) "$work/out/result" 2>/dev/null)
	[ -n "$alive" ] || break
	sleep 0.2
done
wait $vm || :
trap - EXIT

verdict=$(tail -1 "$work/verdict")
echo
if [ "$verdict" != pass ]; then
	echo "demo: ${verdict:-fail}; see $work/out/console.log"
	exit 1
fi

# How long the data was away, as seen from outside.
awk '
	/mark away$/ { away = $1 }
	/mark back$/ { n++; longest = $1 - away > longest ? $1 - away : longest }
	/verified [0-9]+$/ { files = $NF }
	/logged [0-9]+$/ { logs++ }
	END {
		if (n != 2 || logs != 2 || !files)
			exit 1
		printf "demo: %d files, a database and the kernels'\'' logs survived %d kexecs in RAM; " \
			"they were away for %.1f s at most\n", files - 1, n, longest
	}' "$work/out/marks"
