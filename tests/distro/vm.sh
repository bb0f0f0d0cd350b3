#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs one machine from a disk image until it powers off, and shows what the
# guest says on the second serial port.
#
#   vm.sh --disk IMAGE --payload DIR --out DIR [--timeout S] [--silence S]
#         [--kernel FILE --initrd FILE]
#
# DIR of --payload is what the guest finds in /media/payload; its `run` is
# started in each boot. Without --kernel the disk boots itself.
#
# What the guest says is lines that begin with a word:
#	step TEXT	what begins now; shown
#	ok TEXT		a check that passed; shown
#	not ok TEXT	one that failed: the end
#	# TEXT		something to know; shown
#	beat BOOT N	the service answered; not shown
#	mark TEXT	a point in time; not shown
#	end		all is done
# All of them are in DIR/marks, with the host's time before each.
# DIR/console.log is the console of all boots.
#
# Passes (status 0) when the guest said `end` and `ok` at least once, nothing
# was `not ok`, qemu ended by itself, and no kernel complained.

set -euo pipefail

cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

disk='' payload='' out='' kernel='' initrd=''
timeout=3600 silence=1800 mem=3G smp=2
while [ $# -gt 0 ]; do
	case $1 in
	--disk)		disk=$2 ;;
	--payload)	payload=$2 ;;
	--out)		out=$2 ;;
	--timeout)	timeout=$2 ;;
	--silence)	silence=$2 ;;
	--kernel)	kernel=$2 ;;
	--initrd)	initrd=$2 ;;
	*)		echo "vm.sh: what is $1?" >&2; exit 2 ;;
	esac
	shift 2
done
if [ -z "$disk" ] || [ -z "$payload" ] || [ -z "$out" ]; then
	echo "vm.sh: --disk, --payload and --out are needed" >&2
	exit 2
fi

# As in tests/vm/qemu.sh; and what ends a boot without it.
trouble='^\[ *[0-9]+\.[0-9]+\] .*(Kernel panic|Oops|BUG:|WARNING:|Call Trace|general protection fault|Unable to handle|unable to handle|UBSAN:|kernel BUG at)|^You are in (emergency|rescue) mode|^grub>|^\(initramfs\)'

rm -rf "$out"
mkdir -p "$out"
out=$(cd "$out" && pwd)
qemu_pid=''
cleanup() {
	rm -f "$out/port" "$out/payload.ext4"
	[ -n "$qemu_pid" ] || return 0
	kill "$qemu_pid" 2>/dev/null || return 0
	for ((i = 0; i < 20; i++)); do
		kill -0 "$qemu_pid" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -9 "$qemu_pid" 2>/dev/null || :
}
trap cleanup EXIT

# What there may be of /dev/kvm doesn't always work (see tests/vm/qemu.sh): only
# a trial boot, up to the initramfs, counts. Its answer holds for this boot.
accelerator() {
	local known trial i
	for known in "$cache" "$cache/distro"; do
		known=$known/accel.$(cat /proc/sys/kernel/random/boot_id)
		[ ! -e "$known" ] || break
	done
	if [ -n "${PRMEM_ACCEL:-}" ]; then
		echo "$PRMEM_ACCEL"
		return
	elif [ ! -e "$known" ] && { [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; }; then
		echo tcg
		return
	elif [ ! -e "$known" ]; then
		qemu-system-x86_64 -snapshot "${args[@]}" -accel kvm -cpu host \
			-serial "file:$out/trial.log" > "$out/trial.err" 2>&1 < /dev/null &
		trial=$!
		echo tcg > "$known.new"
		for ((i = 0; i < 40; i++)); do
			sleep 0.5
			kill -0 $trial 2>/dev/null || break
			if grep -qa 'Run /init as init process' "$out/trial.log" 2>/dev/null; then
				echo kvm > "$known.new"
				break
			fi
		done
		kill $trial 2>/dev/null || :
		wait $trial 2>/dev/null || :
		mv "$known.new" "$known"
	fi
	cat "$known"
}

mke2fs -q -t ext4 -O ^has_journal -L payload -d "$payload" "$out/payload.ext4" \
	"$(($(du -sk "$payload" | cut -f1) * 5 / 4 + 8192))k" > /dev/null

args=(-machine q35 -m "$mem" -smp "$smp" -nodefaults -no-user-config -display none
	-drive "file=$disk,if=virtio,format=qcow2,cache=unsafe,discard=unmap"
	-drive "file=$out/payload.ext4,if=virtio,format=raw,readonly=on")
if [ -n "$kernel" ]; then
	args+=(-kernel "$kernel" -initrd "$initrd" -append "root=LABEL=root console=ttyS0")
fi
if [ "$(accelerator)" = kvm ]; then
	args+=(-accel kvm -cpu host)
else
	args+=(-accel "tcg,thread=multi" -cpu "max,la57=off")
fi
args+=(-serial "file:$out/console.log" -serial stdio)
printf '%q ' qemu-system-x86_64 "${args[@]}" > "$out/command"

microseconds() { echo "${EPOCHREALTIME/./}"; }
clock() {
	local s=$((($(microseconds) - start) / 1000000))
	printf '%2d:%02d' $((s / 60)) $((s % 60))
}

: > "$out/console.log"
: > "$out/marks"
mkfifo "$out/port"
qemu-system-x86_64 "${args[@]}" > "$out/port" 2> "$out/qemu.err" < /dev/null &
qemu_pid=$!
exec 3< "$out/port"

passed=0 reason='' ended='' partial='' doing='the boot' checked=0
start=$(microseconds)
alive=$start told=$start
while [ -z "$reason" ]; do
	status=0
	IFS= read -r -t 1 line <&3 || status=$?
	now=$(microseconds)
	line=$partial$line
	partial=''
	if [ $status -gt 128 ]; then
		partial=$line
	elif [ $status -eq 0 ]; then
		line=${line%$'\r'}
		echo "${now:0:-6}.${now: -6:3} $line" >> "$out/marks"
		case $line in
		'beat '*)	;;
		'mark '*)	alive=$now ;;
		'ok '*)		passed=$((passed + 1)) ;;&
		'step '*)	doing=${line#step } ;;&
		'not ok '*)	reason=${line#not ok } ;;&
		'end')		ended=1 ;;
		'ok '* | 'not ok '* | 'step '* | '#'*)
				alive=$now told=$now
				echo "$(clock) ${line/#step /# }" ;;
		esac
	else
		break
	fi
	if ((now - told > 60000000)); then
		told=$now
		echo "$(clock) # still: $doing"
	fi
	if ((now - checked > 10000000)); then
		checked=$now
		if grep -qaE "$trouble" "$out/console.log"; then
			# The rest of what it has to say.
			sleep 5
			reason="the console says: $(grep -m1 -aoE "$trouble.*" "$out/console.log" | tr -d '\r')"
		fi
	fi
	if ((now - start > timeout * 1000000)); then
		reason="over the time limit of $timeout s, in: $doing"
	elif ((now - alive > silence * 1000000)); then
		reason="nothing happened for $silence s in: $doing"
	fi
done

# After `not ok` the guest says why, and powers off.
if [[ ${line:-} = 'not ok '* ]]; then
	while IFS= read -r -t 120 line <&3; do
		line=${line%$'\r'}
		echo "$EPOCHREALTIME $line" >> "$out/marks"
		[[ $line = 'beat '* ]] || echo "      $line"
	done
fi
if [ -z "$reason" ]; then
	for ((i = 0; i < 100; i++)); do
		kill -0 "$qemu_pid" 2>/dev/null || break
		sleep 0.1
	done
	status=0
	if kill -0 "$qemu_pid" 2>/dev/null; then
		reason="qemu didn't end"
	elif ! wait "$qemu_pid"; then
		reason="qemu failed: $(head -1 "$out/qemu.err")"
	elif [ -z "$ended" ]; then
		reason="the machine went down in: $doing"
	elif [ $passed -eq 0 ]; then
		reason="nothing was checked"
	elif grep -qaE "$trouble" "$out/console.log"; then
		reason="the console says: $(grep -m1 -aoE "$trouble.*" "$out/console.log" | tr -d '\r')"
	fi
fi
cleanup
wait "$qemu_pid" 2>/dev/null || :
qemu_pid=''
[ -n "$reason" ] || exit 0
echo "# failed: $reason"
echo "# the console's last lines:"
tail -n 15 "$out/console.log" | tr -d '\r' | sed 's/^/#   /'
echo "# logs: $out/console.log $out/marks"
exit 1
