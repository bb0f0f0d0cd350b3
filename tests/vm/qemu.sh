#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs one VM to its verdict, which is the last line on stdout and DIR/verdict:
# pass, skip REASON (status 4) or fail REASON (status 1).
#
#   qemu.sh --kernel-dir DIR --initrd FILE --case NAME --out DIR
#           [--mem 2G | --numa "2G 2G"] [--smp 2] [--append WORDS] [--qemu ARGS] [--uefi] [--cpu la57]
#           [--timeout S] [--silence S] [--linger S] [--crash] [--payload NAME=FILE]...
#
# A VM passes when the guest says so on the second serial port, qemu then ends
# by itself, and the kernel has complained of nothing. With --crash the kernel
# has to complain (a panic into a kdump kernel), and the rest is the same.
#
# DIR/console.log is the first port, DIR/result the second, DIR/marks the
# second with the host's time (seconds.milliseconds) before each line.

set -euo pipefail

cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

kernel='' initrd='' case='' out='' append='' extra='' cpu='' numa='' uefi='' crash='' payload=()
mem=2G smp=2 timeout=120 silence=60 linger=2
while [ $# -gt 0 ]; do
	case $1 in
	--kernel-dir)	kernel=$2 ;;
	--initrd)	initrd=$2 ;;
	--case)		case=$2 ;;
	--out)		out=$2 ;;
	--mem)		mem=$2 ;;
	--smp)		smp=$2 ;;
	--append)	append=$2 ;;
	--qemu)		extra=$2 ;;
	--cpu)		cpu=$2 ;;
	--timeout)	timeout=$2 ;;
	--silence)	silence=$2 ;;
	--linger)	linger=$2 ;;
	--payload)	payload+=("$2") ;;
	--numa)		numa=$2 ;;
	--uefi)		uefi=1; shift; continue ;;
	--crash)	crash=1; shift; continue ;;
	*)		echo "qemu.sh: what is $1?" >&2; exit 2 ;;
	esac
	shift 2
done
if [ -z "$kernel" ] || [ -z "$initrd" ] || [ -z "$case" ] || [ -z "$out" ]; then
	echo "qemu.sh: --kernel-dir, --initrd, --case and --out are needed" >&2
	exit 2
fi

# The limits are for a quiet machine; one that is busy with other work gets more.
patience=${PRMEM_PATIENCE:-2}
timeout=$((timeout * patience)) silence=$((silence * patience))

# What the kernel prints when something is wrong with it; only lines with its
# time stamp count, so that nothing that a case prints is taken for it.
trouble='^\[ *[0-9]+\.[0-9]+\] .*(Kernel panic|Oops|BUG:|WARNING:|Call Trace|general protection fault|Unable to handle|unable to handle|UBSAN:|kernel BUG at)'

rm -rf "$out"
mkdir -p "$out"
out=$(cd "$out" && pwd)
qemu_pid=''
cleanup() {
	rm -f "$out/port"
	[ -n "$qemu_pid" ] || return 0
	kill "$qemu_pid" 2>/dev/null || return 0
	for ((i = 0; i < 20; i++)); do
		kill -0 "$qemu_pid" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -9 "$qemu_pid" 2>/dev/null || :
}
trap cleanup EXIT

verdict() {
	echo "$*" | tee "$out/verdict"
	case $1 in
	pass)	exit 0 ;;
	skip)	exit 4 ;;
	*)	exit 1 ;;
	esac
}

microseconds() { echo "${EPOCHREALTIME/./}"; }

# A usable-looking /dev/kvm may take a guest and never run it, or only crawl
# through it: only a trial boot that reaches the guest's own program in 15 s
# counts. The answer holds for this boot of the host.
accelerator() {
	local known trial tries=0
	known=$cache/accel.$(cat /proc/sys/kernel/random/boot_id)
	if [ -n "${PRMEM_ACCEL:-}" ]; then
		echo "$PRMEM_ACCEL"
		return
	fi
	if [ ! -e "$known" ]; then
		mkdir -p "$cache"
		exec 8>"$cache/accel.lock"
		flock 8
	fi
	if [ ! -e "$known" ]; then
		echo tcg > "$cache/accel-new"
		if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then
			qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot \
				-accel kvm -cpu host -m 1G -kernel "$kernel/bzImage" -initrd "$initrd" \
				-append "console=ttyS0 panic=-1 vmcase=none" \
				-serial null -serial "file:$out/trial.log" > "$out/trial.err" 2>&1 < /dev/null 8>&- &
			trial=$!
			while [ $((tries++)) -lt 30 ] && kill -0 $trial 2>/dev/null; do
				sleep 0.5
				if grep -q '^prmem-vm:' "$out/trial.log" 2>/dev/null; then
					echo kvm > "$cache/accel-new"
					break
				fi
			done
			kill $trial 2>/dev/null || :
			wait $trial 2>/dev/null || :
		fi
		rm -f "$cache"/accel.*-*
		mv "$cache/accel-new" "$known"
	fi
	cat "$known"
}

# What the guest gives to kexec, as a small ext4 image; kept by its contents.
payload_image() {
	local image dir files=("bzImage=$kernel/bzImage" "initrd.img=$initrd" ${payload[@]+"${payload[@]}"})
	image=$cache/payload/$(for f in "${files[@]}"; do
		echo "${f%%=*}"
		sha256sum < "${f#*=}"
	done | sha256sum | cut -c1-16).ext4
	mkdir -p "$cache/payload"
	(
		flock 7
		[ ! -e "$image" ] || exit 0
		find "$cache/payload" -name '*.ext4' -mtime +1 -delete
		dir=$(mktemp -d)
		for f in "${files[@]}"; do
			cp "${f#*=}" "$dir/${f%%=*}"
		done
		mke2fs -q -t ext4 -O ^has_journal -d "$dir" "$image.tmp" \
			$(($(du -sk "$dir" | cut -f1) * 5 / 4 + 2048)) > /dev/null
		rm -rf "$dir"
		mv "$image.tmp" "$image"
	) 7>"$cache/payload/lock"
	touch "$image"
	echo "$image"
}

accel=$(accelerator)
# Not every host has five levels of page tables; TCG has.
[ "$cpu" != la57 ] || accel=tcg
disk=$(payload_image)

# q35: the usual machine of today, with memory above and below 4 GiB.
# TCG's `max` has 1 GiB pages, which the direct map needs to show its traps. It
# also has la57, an extra level of tables to walk in software: off but for the
# cases that ask for it.
# Guest memory counts only where it is touched: also more than the host has.
if [ -n "$numa" ]; then
	# A node for each size, and a processor in each.
	args=(-machine q35) n=0 total=0
	for size in $numa; do
		args+=(-object "memory-backend-ram,id=ram$n,size=$size,reserve=off"
			-numa "node,nodeid=$n,cpus=$n,memdev=ram$n")
		n=$((n + 1)) total=$((total + $(numfmt --from=iec "$size")))
	done
	mem=$((total >> 20))M smp=$n,sockets=$n
else
	args=(-machine "q35,memory-backend=ram" -object "memory-backend-ram,id=ram,size=$mem,reserve=off")
fi
# shellcheck disable=SC2054 # qemu's commas
args+=(-m "$mem" -smp "$smp" -nodefaults -no-user-config -display none -no-reboot
	-serial "file:$out/console.log" -serial stdio
	-drive "file=$disk,if=none,id=payload,format=raw,readonly=on"
	-device virtio-blk-pci,drive=payload
	-kernel "$kernel/bzImage" -initrd "$initrd")
if [ "$accel" = kvm ]; then
	args+=(-accel kvm -cpu "host,la57=off")
else
	args+=(-accel "tcg,thread=multi" -cpu "max,la57=$([ "$cpu" = la57 ] && echo on || echo off)")
fi
if [ -n "$uefi" ]; then
	code=/usr/share/OVMF/OVMF_CODE.fd
	[ -e $code ] || verdict skip "no UEFI firmware (package ovmf) on this host"
	cp /usr/share/OVMF/OVMF_VARS.fd "$out/vars.fd"
	args+=(-drive "if=pflash,format=raw,unit=0,readonly=on,file=$code"
		-drive "if=pflash,format=raw,unit=1,file=$out/vars.fd")
fi
# shellcheck disable=SC2206 # words, as given
args+=($extra)
# On a busy host an emulated machine's timer may look broken to the kernel's check,
# and its processors stalled; one that really hangs is silent, and found out by that.
slow="no_timer_check rcupdate.rcu_cpu_stall_suppress=1"
args+=(-append "$slow console=ttyS0,115200 earlyprintk=ttyS0,115200 panic=-1 vmcase=$case vmstep=1 $append")
printf '%q ' qemu-system-x86_64 "${args[@]}" > "$out/command"

: > "$out/console.log"
: > "$out/result"
: > "$out/marks"
mkfifo "$out/port"
qemu-system-x86_64 "${args[@]}" > "$out/port" 2> "$out/qemu.err" < /dev/null &
qemu_pid=$!
exec 3< "$out/port"

word='' reason='' partial='' closed='' seen=0 mute=0
start=$(microseconds)
alive=$start
while [ -z "$reason" ]; do
	status=0
	IFS= read -r -t 0.5 line <&3 || status=$?
	now=$(microseconds)
	line=$partial$line
	partial=''
	if [ $status -gt 128 ]; then
		partial=$line
	elif [ $status -eq 0 ]; then
		line=${line%$'\r'}
		alive=$now
		echo "$line" >> "$out/result"
		echo "${now:0:-6}.${now: -6:3} $line" >> "$out/marks"
		case $line in
		'prmem-vm: pass')	word=pass ;;
		'prmem-vm: skip '*)	word=${line#prmem-vm: } ;;
		'prmem-vm: fail '*)	reason=${line#prmem-vm: fail } ;;
		esac
		[ -n "$reason" ] || continue
	else
		closed=1
		break
	fi
	size=$(stat -c %s "$out/console.log")
	if [ "$size" -ne "$seen" ]; then
		seen=$size
		alive=$now
		if [ -z "$crash" ] && grep -qaE "$trouble" "$out/console.log"; then
			# The rest of the trace, and what comes of it.
			for ((i = 0; i < linger; i++)); do
				kill -0 "$qemu_pid" 2>/dev/null || break
				sleep 1
				size=$(stat -c %s "$out/console.log")
				mute=$((size == seen ? mute + 1 : 0))
				seen=$size
			done
			break
		fi
	fi
	if ((now - start > timeout * 1000000)); then
		reason="over the time limit of $timeout s"
	elif ((now - alive > silence * 1000000)); then
		reason="silent for $silence s"
	fi
done

ended=''
if [ -z "$reason" ]; then
	# After the guest's word, or with its port closed, qemu may take a moment to end.
	for ((i = 0; i < 100; i++)); do
		kill -0 "$qemu_pid" 2>/dev/null || break
		[ -n "$word$closed" ] || break
		sleep 0.1
	done
fi
if ! kill -0 "$qemu_pid" 2>/dev/null; then
	ended=0
	wait "$qemu_pid" || ended=$?
fi
cleanup
wait "$qemu_pid" 2>/dev/null || :
qemu_pid=''

complaint=$(grep -m1 -aoE "$trouble.*" "$out/console.log" | sed -E 's/^\[[^]]*\] //; s/\r$//' || :)
if [ -n "$complaint" ] && [ -z "$crash" ]; then
	# A triple fault leaves nothing but a machine that is gone.
	[ -z "$ended" ] || grep -qa 'reboot: Power down' "$out/console.log" ||
		complaint="$complaint; and the machine went down"
	# One that hangs is there, and says nothing.
	[ -n "$ended" ] || [ $mute -lt 10 ] || complaint="$complaint; and then it was silent"
	verdict fail "kernel: $complaint"
elif [ -n "$reason" ]; then
	verdict fail "$reason"
elif [ -z "$word" ]; then
	err=$(head -1 "$out/qemu.err")
	verdict fail "qemu ended (status ${ended:-none}) without the guest's word${err:+: $err}"
elif [ "$ended" != 0 ]; then
	verdict fail "the guest said '$word' and qemu did not end well (status ${ended:-none})"
elif [ -n "$crash" ] && [ -z "$complaint" ] && [ "$word" = pass ]; then
	verdict fail "the crash did not happen"
fi
verdict "$word"
