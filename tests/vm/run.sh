#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs VM cases, two at a time, and reports in KTAP.
#
#   run.sh [--set ci|long] [--jobs N] [CASE...]      default: all in cases/
#
# A case file begins with comments that say how it is run:
#   # kernel: shim           variant, see kernel.sh
#   # payload: stock off     other variants, in /payload as bzImage-VARIANT
#   # mem: 2G   # smp: 2   # uefi: yes   # qemu: ARGS
#   # numa: 2G 2G            in place of mem and smp: a node for each size
#   # append: WORDS          added to the kernel command line
#   # append-list: WORDS     may stand several times: one VM each
#   # repeat: 10             VMs of each kind; all must do
#   # timeout: 120   # silence: 60   (seconds)
#   # linger: 2              seconds given to a kernel that has complained
#   # expect: pass           or crash: a panic must happen, and the pass follow;
#                            or fail: a control, which must fail
#   # expect-log: REGEX      for expect: fail, in the reason, the result or the console
#   # module-mutant: NAME    the module is broken by module-mutants/NAME.sed
#   # set: ci                or long

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
export LC_ALL=C

set='' jobs=2 cases=()
while [ $# -gt 0 ]; do
	case $1 in
	--set)	set=$2; shift ;;
	--jobs)	jobs=$2; shift ;;
	-*)	sed -n '3,22s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
	*)	cases+=("$1") ;;
	esac
	shift
done

# header CASE KEY [DEFAULT]: the first value; headers CASE KEY: all of them.
headers() { sed -n "/^[^#]/q; s/^# $2: *//p" "$here/cases/$1.sh"; }
header() {
	local value
	value=$(headers "$1" "$2" | head -1)
	echo "${value:-${3:-}}"
}

if [ ${#cases[@]} -eq 0 ]; then
	for file in "$here"/cases/*.sh; do
		name=$(basename "$file" .sh)
		[ -z "$set" ] || [ "$(header "$name" set ci)" = "$set" ] || continue
		cases+=("$name")
	done
fi
for name in "${cases[@]}"; do
	[ -e "$here/cases/$name.sh" ] || { echo "run.sh: no case $name" >&2; exit 2; }
done

# The longest first, so that none is left alone at the end.
mapfile -t cases < <(for name in "${cases[@]}"; do
	echo "$(header "$name" timeout 120) $name"
done | sort -s -k1,1nr | cut -d' ' -f2)

# A directory of its own for each run; those of the last two days are kept.
logs=$cache/vm-logs/$(date +%Y%m%d-%H%M%S)-$$
mkdir -p "$logs"
find "$cache/vm-logs" -mindepth 1 -maxdepth 1 -type d -mtime +1 -exec rm -rf {} +
ln -sfn "$logs" "$cache/vm-logs/last"

# Kernels first, one after the other: each build takes all processors. One
# initramfs serves all of them, as they have the same release.
declare -A kernels=()
need() {
	[ -n "${kernels[$1]:-}" ] || kernels[$1]=$("$here/kernel.sh" "$1") || exit 1
}
for name in "${cases[@]}"; do
	for variant in $(header "$name" kernel shim) $(header "$name" payload); do
		need "$variant"
	done
done
base=${kernels[shim]:-${kernels[$(header "${cases[0]}" kernel shim)]}}
overlay=${PRMEM_OVERLAY:-}
if [ -z "$overlay" ]; then
	overlay=$("$here/overlay.sh" "$base")
fi
initrd=$logs/initrd.img
"$here/initramfs.sh" "$base" "$overlay" "$initrd"
for name in "${cases[@]}"; do
	mutant=$(header "$name" module-mutant)
	if [ -z "$mutant" ] || [ -e "$initrd.$mutant" ]; then
		continue
	fi
	broken=$("$here/module-mutant.sh" "$base" "$overlay" "$mutant")
	"$here/initramfs.sh" "$base" "$broken" "$initrd.$mutant"
done

# one_vm CASE RUN APPEND: leaves DIR/verdict, which it also judges.
one_vm() {
	local name=$1 dir=$logs/$1/$2 expect args=() variant key value verdict want mutant
	expect=$(header "$name" expect pass)
	for key in mem numa smp qemu timeout silence linger; do
		value=$(header "$name" $key)
		[ -z "$value" ] || args+=("--$key" "$value")
	done
	[ "$(header "$name" uefi)" != yes ] || args+=(--uefi)
	[ "$expect" != crash ] || args+=(--crash)
	for variant in $(header "$name" payload); do
		args+=(--payload "bzImage-$variant=${kernels[$variant]}/bzImage")
	done
	mutant=$(header "$name" module-mutant)
	verdict=$("$here/qemu.sh" --kernel-dir "${kernels[$(header "$name" kernel shim)]}" \
		--initrd "$initrd${mutant:+.$mutant}" --case "$name" --out "$dir" \
		--append "$(header "$name" append) $3" ${args[@]+"${args[@]}"} | tail -1) || :
	if [ "$expect" = fail ]; then
		want=$(header "$name" expect-log)
		case $verdict in
		pass)	verdict="fail this control passed, and must not" ;;
		fail*)	if echo "$verdict" | grep -qaE -- "$want" ||
			   grep -qaE -- "$want" "$dir/result" "$dir/console.log"; then
				verdict=pass
			else
				verdict="fail this control failed, but not with '$want': ${verdict#fail }"
			fi ;;
		esac
	fi
	echo "${verdict:-fail no verdict}"
}

# one_case CASE: all its VMs, one after the other, up to the first that fails.
one_case() {
	local name=$1 repeat i run=0 total verdict append appends
	mapfile -t appends < <(headers "$name" append-list)
	[ ${#appends[@]} -gt 0 ] || appends=('')
	repeat=$(header "$name" repeat 1)
	total=$((repeat * ${#appends[@]}))
	for append in "${appends[@]}"; do
		for ((i = 0; i < repeat; i++)); do
			run=$((run + 1))
			verdict=$(one_vm "$name" $run "$append")
			case $verdict in
			pass)	;;
			fail*)	[ $total -eq 1 ] || verdict="$verdict (run $run of $total${append:+, $append})"
				break 2 ;;
			*)	break 2 ;;
			esac
		done
	done
	printf '%s\n%s\n' "$verdict" "$logs/$name/$run/console.log" > "$logs/$name.done"
}

progress() { [ ! -t 2 ] || printf '\r\033[K%s' "$*" >&2; }

echo "KTAP version 1"
echo "1..${#cases[@]}"
echo "# logs: $logs"
passed=0 failed=0 skipped=0 number=0 next=0
declare -A running=()
# Each case is a process group, so that what it started ends with this script.
set -m
groups=()
stop() { for group in ${groups[@]+"${groups[@]}"}; do kill -- "-$group" 2>/dev/null || :; done; }
trap stop EXIT
trap 'exit 130' INT TERM
while [ $next -lt ${#cases[@]} ] || [ ${#running[@]} -gt 0 ]; do
	while [ ${#running[@]} -lt "$jobs" ] && [ $next -lt ${#cases[@]} ]; do
		name=${cases[next++]}
		one_case "$name" &
		groups+=($!)
		running[$name]=$SECONDS
	done
	progress "$number of ${#cases[@]} done, running: ${!running[*]}"
	wait -n || :
	for name in "${!running[@]}"; do
		[ -e "$logs/$name.done" ] || continue
		{ read -r verdict; read -r log; } < "$logs/$name.done"
		number=$((number + 1))
		progress
		case $verdict in
		pass)	passed=$((passed + 1))
			echo "ok $number $name" ;;
		skip*)	skipped=$((skipped + 1))
			echo "ok $number $name # SKIP ${verdict#skip }" ;;
		*)	failed=$((failed + 1))
			echo "# ${verdict#fail }"
			echo "# log: $log"
			tail -n 4 "$log" 2>/dev/null | tr -d '\r' | sed 's/^/#   /'
			echo "not ok $number $name" ;;
		esac
		echo "# $name took $((SECONDS - running[$name])) s"
		unset "running[$name]"
	done
done
progress
line="$passed passed, $failed failed"
[ $skipped -eq 0 ] || line="$line, $skipped skipped"
echo "$line"
[ $failed -eq 0 ] || exit 1
rm -f "$initrd"*
