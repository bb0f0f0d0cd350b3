#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs what the Makefile built, as many at a time as there are processors, and
# reports in nested KTAP:
#
#	run.sh TOP OUT check|check-long "COMPILERS" [KSRC]

set -euo pipefail

cd "$(dirname "$0")"
top=$1 out=$2 target=$3 compilers=$4 ksrc=${5:-}
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1
export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1
export PYTHONPYCACHEPREFIX=$out/pycache

flips=16 crash=() heapcut=() images=1500 heaps=4000
[ "$target" = check ] || { flips=1 crash=(1 96) heapcut=(64 96) images=20000 heaps=100000; }

# job NAME COMMAND...: they are printed in this order.
names=() commands=()
job() {
	names+=("$1")
	shift
	commands+=("$(printf '%q ' "$@")")
}
job mutants ./mutants.sh "$top" "$out"
for cc in $compilers; do
	for program in stamp root table region diskspec limitspec word buddy heap heaporder memory; do
		job "$program-$cc" "$out/$cc/$program"
	done
	for program in next tree ring; do
		job "$program-$cc" "$out/$cc/$program"
	done
	job "flips-$cc" "$out/$cc/flips" $flips
	job "crash-$cc" "$out/$cc/crash" ${crash[@]+"${crash[@]}"}
	job "heapspec-$cc" "$out/$cc/heapspec" $heaps
	job "golden-$cc" python3 ../golden/check.py "$out/$cc/golden"
	job "heapcut-$cc" "$out/$cc/heapcut" ${heapcut[@]+"${heapcut[@]}"}
done
job spec python3 ../spec/check.py "$top" gcc "$out/gcc/dump" $images
job source python3 source.py "$top" gcc "$ksrc"

logs=$out/logs
rm -rf "$logs"
mkdir -p "$logs"

# Sound: a plan, as many results, and a status that agrees with them.
judge() {
	awk -v status="$2" '
		/^1\.\.[0-9]+$/ { plan = substr($0, 4) }
		/^ok / { if (/# SKIP/) skipped++; else passed++ }
		/^not ok / { failed++ }
		END {
			sound = plan > 0 && plan == passed + failed + skipped && !status == !failed
			print passed + 0, failed + 0, skipped + 0, sound + 0
		}' "$1"
}

# A process group each, so that nothing outlives this script.
set -m
pids=()
stop() { for pid in ${pids[@]+"${pids[@]}"}; do kill -- "-$pid" 2>/dev/null || :; done; }
trap stop EXIT
trap 'exit 130' INT TERM

# How many run at a time: a token each.
mkfifo "$logs/tokens"
exec 9<> "$logs/tokens"
rm "$logs/tokens"
for ((i = $(nproc); i > 0; i--)); do echo >&9; done
start() {
	( read -r -u 9
	  status=0
	  eval "$2" > "$logs/$1" 2>&1 9>&- || status=$?
	  echo $status > "$logs/$1.status"
	  echo >&9 ) &
	pids+=($!)
}

echo "KTAP version 1"
total=${#names[@]} missing=0
for cc in gcc clang; do
	[[ " $compilers " = *" $cc "* ]] || missing=$((missing + 1))
done
echo "1..$((total + missing))"
for ((i = 0; i < total; i++)); do
	start "${names[i]}" "${commands[i]}"
done
passed=0 failed=0 skipped=0 number=0
while [ $number -lt "$total" ]; do
	name=${names[number]}
	wait "${pids[number]}" || :
	number=$((number + 1))
	status=$(cat "$logs/$name.status" 2>/dev/null || echo 255)
	read -r p f s sound < <(judge "$logs/$name" "$status")
	sed 's/^/  /' "$logs/$name"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	if [ "$sound" = 0 ]; then
		failed=$((failed + 1))
		echo "# $name ended with status $status and an incomplete report"
	fi
	if [ "$sound" = 0 ] || [ "$f" -gt 0 ]; then
		echo "not ok $number $name"
	else
		echo "ok $number $name"
	fi
done
for cc in gcc clang; do
	[[ " $compilers " = *" $cc "* ]] && continue
	number=$((number + 1)) skipped=$((skipped + 1))
	echo "ok $number $cc # SKIP there is no $cc here"
done
summary="$passed passed, $failed failed"
[ $skipped = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ $failed = 0 ]
