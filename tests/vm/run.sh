#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs VM cases, two at a time, and reports in KTAP.
#
#   run.sh [--set ci|long] [--jobs N] [--series SERIES] [CASE...]
#
# Default: the sets ci and long. CASE@SERIES runs it on that series of the kernel,
# as --series does with all; CASE,WORD,... adds words to the kernel command line.
# Two of these change the machine: firmware=ovmf and cpu=la57.
#
# A case file begins with comments that say how it is run:
#   # series: 5.10 7.x       one run for each; default: one on 6.1
#   # kernel: shim           variant, see kernel.sh
#   # payload: stock off     other variants, in /payload as bzImage-VARIANT;
#                            of another series: VARIANT@SERIES
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
#   # tree: kexec-tools      a newer one is in /opt/kexec-tools (sources.sh)
#   # module-mutant: NAME    the module is broken by module-mutants/NAME.sed
#   # set: ci                or long, or another that is only run by name

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
export LC_ALL=C

set='' jobs=2 only='' cases=()
while [ $# -gt 0 ]; do
	case $1 in
	--set)	set=$2; shift ;;
	--jobs)	jobs=$2; shift ;;
	--series) only=$2; shift ;;
	-*)	sed -n '3,31s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
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

# What is run is a unit: CASE[@SERIES][,WORD...].
case_of() { local unit=${1%%,*}; echo "${unit%@*}"; }
series_of() { local unit=${1%%,*}; [ "${unit%@*}" = "$unit" ] && echo 6.1 || echo "${unit#*@}"; }
words_of() { local unit=$1,; unit=${unit#*,}; echo "${unit//,/ }"; }

# kernels_of UNIT: all that it boots, the first one first, as VARIANT@SERIES.
kernels_of() {
	local name series kernel
	name=$(case_of "$1")
	series=$(series_of "$1")
	for kernel in $(header "$name" kernel shim) $(header "$name" payload); do
		case $kernel in
		*@*)	echo "$kernel" ;;
		*)	echo "$kernel@$series" ;;
		esac
	done
}

if [ ${#cases[@]} -eq 0 ]; then
	for file in "$here"/cases/*.sh; do
		name=$(basename "$file" .sh)
		case $(header "$name" set ci) in
		"$set")		cases+=("$name") ;;
		ci|long)	[ -n "$set" ] || cases+=("$name") ;;
		esac
	done
fi

[ ${#cases[@]} -gt 0 ] || { echo "run.sh: no case in the set $set" >&2; exit 2; }

# The longest first, so that none is left alone at the end.
mapfile -t units < <(for unit in "${cases[@]}"; do
	name=$(case_of "$unit")
	if [ ! -e "$here/cases/$name.sh" ]; then
		echo "run.sh: no case $name" >&2
		echo 0 missing
		break
	fi
	all=$only
	[ "${unit%%,*}" = "$name" ] || all=$(series_of "$unit")
	words=${unit#"${unit%%,*}"}
	for series in ${all:-$(header "$name" series)}; do
		echo "$(header "$name" timeout 120) $name@$series$words"
	done
	[ -n "${all:-$(header "$name" series)}" ] || echo "$(header "$name" timeout 120) $unit"
done | sort -s -k1,1nr | cut -d' ' -f2)
[[ " ${units[*]} " != *" missing "* ]] || exit 2

# A directory of its own for each run; those of the last two days are kept.
logs=$cache/vm-logs/$(date +%Y%m%d-%H%M%S)-$$
mkdir -p "$logs"
find "$cache/vm-logs" -mindepth 1 -maxdepth 1 -type d -mtime +1 -exec rm -rf {} +
ln -sfn "$logs" "$cache/vm-logs/last"

# Kernels first, one after the other: each build takes all processors.
declare -A kernels=() overlays=() bases=()
for unit in "${units[@]}"; do
	for kernel in $(kernels_of "$unit"); do
		[ -n "${kernels[$kernel]:-}" ] ||
			kernels[$kernel]=$("$here/kernel.sh" "${kernel%@*}" "${kernel#*@}") || exit 1
	done
done

# All variants of a series have one release, so one build of the module does. But one
# with the detectors has other symbols.
for kernel in "${!kernels[@]}"; do
	series=${kernel#*@}
	if [ -n "${kernels[debug@$series]:-}" ] && [ "$kernel" != "debug@$series" ]; then
		echo "run.sh: debug@$series takes another build of the modules: run its cases by themselves" >&2
		exit 2
	fi
	bases[$series]=${kernels[shim@$series]:-${kernels[$kernel]}}
done
for series in "${!bases[@]}"; do
	overlays[$series]=${PRMEM_OVERLAY:-$("$here/overlay.sh" "${bases[$series]}")} || exit 1
done

# An initramfs holds the modules of all the series that its units boot.
initrd=$logs/initrd
# initrd_of UNIT
initrd_of() {
	local mutant tree
	mutant=$(header "$(case_of "$1")" module-mutant)
	tree=$(header "$(case_of "$1")" tree)
	echo "$initrd-$(series_in "$1" | paste -sd+)${tree:+-$tree}${mutant:+.$mutant}"
}
series_in() { kernels_of "$1" | sed 's/.*@//' | sort -uV; }
for unit in "${units[@]}"; do
	out=$(initrd_of "$unit")
	[ ! -e "$out" ] || continue
	mutant=$(header "$(case_of "$unit")" module-mutant)
	trees=()
	for series in $(series_in "$unit"); do
		overlay=${overlays[$series]}
		[ -z "$mutant" ] ||
			overlay=$("$here/module-mutant.sh" "${bases[$series]}" "$overlay" "$mutant")
		trees+=("${bases[$series]}" "$overlay")
	done
	if [ "$(header "$(case_of "$unit")" tree)" = kexec-tools ]; then
		trees+=(- "$("$here/../sources.sh" kexec-tools | cut -d' ' -f2)")
	fi
	"$here/initramfs.sh" "${trees[@]}" "$out"
done

# one_vm UNIT RUN APPEND: leaves DIR/verdict, which it also judges.
one_vm() {
	local unit=$1 name dir=$logs/${1//,/-}/$2 all words expect args=() variant key value verdict want i=0
	name=$(case_of "$unit")
	words=$(words_of "$unit")
	mapfile -t all < <(kernels_of "$unit")
	expect=$(header "$name" expect pass)
	for key in mem numa smp qemu timeout silence linger; do
		value=$(header "$name" $key)
		[ -z "$value" ] || args+=("--$key" "$value")
	done
	if [ "$(header "$name" uefi)" = yes ] || [[ " $words " == *" firmware=ovmf "* ]]; then
		args+=(--uefi)
	fi
	[[ " $words " != *" cpu=la57 "* ]] || args+=(--cpu la57)
	[ "$expect" != crash ] || args+=(--crash)
	for variant in $(header "$name" payload); do
		i=$((i + 1))
		args+=(--payload "bzImage-$variant=${kernels[${all[i]}]}/bzImage")
	done
	verdict=$("$here/qemu.sh" --kernel-dir "${kernels[${all[0]}]}" \
		--initrd "$(initrd_of "$unit")" --case "$name" --out "$dir" \
		--append "$(header "$name" append) $words $3" ${args[@]+"${args[@]}"} | tail -1) || :
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

# one_unit UNIT: all its VMs, one after the other, up to the first that fails.
one_unit() {
	local unit=$1 name repeat i run=0 total verdict append appends
	name=$(case_of "$unit")
	mapfile -t appends < <(headers "$name" append-list)
	[ ${#appends[@]} -gt 0 ] || appends=('')
	repeat=$(header "$name" repeat 1)
	total=$((repeat * ${#appends[@]}))
	for append in "${appends[@]}"; do
		for ((i = 0; i < repeat; i++)); do
			run=$((run + 1))
			verdict=$(one_vm "$unit" $run "$append")
			case $verdict in
			pass)	;;
			fail*)	[ $total -eq 1 ] || verdict="$verdict (run $run of $total${append:+, $append})"
				break 2 ;;
			*)	break 2 ;;
			esac
		done
	done
	printf '%s\n%s\n' "$verdict" "$logs/${unit//,/-}/$run/console.log" > "$logs/${unit//,/-}.done"
}

progress() { [ ! -t 2 ] || printf '\r\033[K%s' "$*" >&2; }

echo "KTAP version 1"
echo "1..${#units[@]}"
echo "# logs: $logs"
passed=0 failed=0 skipped=0 number=0 next=0
declare -A running=()
# Each is a process group, so that what it started ends with this script.
set -m
groups=()
stop() { for group in ${groups[@]+"${groups[@]}"}; do kill -- "-$group" 2>/dev/null || :; done; }
trap stop EXIT
trap 'exit 130' INT TERM
while [ $next -lt ${#units[@]} ] || [ ${#running[@]} -gt 0 ]; do
	while [ ${#running[@]} -lt "$jobs" ] && [ $next -lt ${#units[@]} ]; do
		unit=${units[next++]}
		one_unit "$unit" &
		groups+=($!)
		running[$unit]=$SECONDS
	done
	progress "$number of ${#units[@]} done, running: ${!running[*]}"
	wait -n || :
	for unit in "${!running[@]}"; do
		[ -e "$logs/${unit//,/-}.done" ] || continue
		{ read -r verdict; read -r log; } < "$logs/${unit//,/-}.done"
		number=$((number + 1))
		progress
		case $verdict in
		pass)	passed=$((passed + 1))
			echo "ok $number $unit" ;;
		skip*)	skipped=$((skipped + 1))
			echo "ok $number $unit # SKIP ${verdict#skip }" ;;
		*)	failed=$((failed + 1))
			echo "# ${verdict#fail }"
			echo "# log: $log"
			tail -n 4 "$log" 2>/dev/null | tr -d '\r' | sed 's/^/#   /' || :
			echo "not ok $number $unit" ;;
		esac
		echo "# $unit took $((SECONDS - running[$unit])) s"
		unset "running[$unit]"
	done
done
progress
line="$passed passed, $failed failed"
[ $skipped -eq 0 ] || line="$line, $skipped skipped"
echo "$line"
[ $failed -eq 0 ] || exit 1
rm -f "$initrd"-*
