#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the fuzz targets that the Makefile built:
#
#	run.sh TOP OUT check "TARGETS"			a short run each, and some controls
#	run.sh TOP OUT check-controls "TARGETS"		the same, and all controls
#	run.sh TOP OUT long "TARGETS" SECONDS		each so long
#	run.sh TOP OUT corpus "TARGETS"			keep what the long runs found
#	run.sh TOP OUT replay "TARGETS" INPUT		one input
#
# The first two report in KTAP and end in 'N passed, N failed'.

set -euo pipefail

cd "$(dirname "$0")"
top=$(cd "$1" && pwd) out=$2 verb=$3 targets=$4
export LC_ALL=C
export ASAN_OPTIONS=detect_stack_use_after_return=1:quarantine_size_mb=8 UBSAN_OPTIONS=print_stacktrace=1
found=$out-found	# inputs that a target fails with
grown=$out-corpus	# what the long runs add to corpus/
logs=$out/logs

# What each target's inputs may be at most, and how many are tried in the short run.
declare -A max_len=([meta]=300 [params]=200 [heap]=400 [ops]=1000 [whole]=400)
declare -A runs=([meta]=4000 [params]=150000 [heap]=3000 [ops]=1000 [whole]=600)

# fuzz PROGRAM TARGET ARGUMENT...: new inputs go to the first folder among the arguments.
fuzz() {
	local program=$1 target=$2 dict=()
	shift 2
	[ ! -f "$target.dict" ] || dict=("-dict=$target.dict")
	"$program" ${dict[@]+"${dict[@]}"} -max_len="${max_len[$target]}" -print_final_stats=1 \
		-timeout=60 -rss_limit_mb=4096 -artifact_prefix="$found/$target-" "$@"
}

finding='^FOUND: |ERROR: (AddressSanitizer|libFuzzer: (timeout|out-of-memory))|ERROR: LeakSanitizer'
finding+='|runtime error:'

# Why LOG ends in a finding, and how to see it again.
explain() {
	local input
	grep -aE -m 2 "$finding" "$1" | sed 's/^/# /' || echo "# no finding, see $1"
	input=$(sed -n 's/.*Test unit written to //p' "$1" | tail -1)
	[ -z "$input" ] || echo "# make -C tests/fuzz replay INPUT=$input"
}

# N runs, N edges, N features, N inputs: from the log of a run that ended well.
figures() {
	awk '/[ \t]DONE / { for (i = 1; i < NF; i++) {
			if ($i == "cov:") edges = $(i + 1)
			if ($i == "ft:") features = $(i + 1)
			if ($i == "corp:") { split($(i + 1), corpus, "/") } } }
		/^stat::number_of_executed_units:/ { runs = $2 }
		END { print runs + 0, edges + 0, features + 0, corpus[1] + 0 }' "$1"
}

say_figures() {
	local runs edges features inputs
	read -r runs edges features inputs < <(figures "$1")
	echo "# $runs executions, $edges edges, $features features, corpus of $inputs inputs"
}

short() {
	local target=$1 log=$logs/short-$1 status=0
	rm -rf "${out:?}/new/$target"
	mkdir -p "$out/new/$target"
	fuzz "$out/$target" "$target" -seed=1 -runs="${runs[$target]}" "$out/new/$target" \
		"corpus/$target" > "$log" 2>&1 || status=$?
	[ $status = 0 ] || { explain "$log"; return 1; }
	say_figures "$log"
	[ "$(figures "$log" | cut -d' ' -f1)" -ge "${runs[$target]}" ]
}

long() {
	local target=$1 seconds=$2 log=$logs/long-$1 status=0
	mkdir -p "$grown/$target"
	fuzz "$out/$target" "$target" -max_total_time="$seconds" "$grown/$target" \
		"corpus/$target" > "$log" 2>&1 || status=$?
	[ $status = 0 ] || { explain "$log"; return 1; }
	say_figures "$log"
}

# -- several at a time --

names=() commands=()
job() {
	[[ $1 =~ ${ONLY:-} ]] || return 0
	names+=("$1")
	shift
	commands+=("$(printf '%q ' "$@")")
}

# Two at a time at most, reported in order.
set -m
pids=()
stop() { for pid in ${pids[@]+"${pids[@]}"}; do kill -- "-$pid" 2>/dev/null || :; done; }
trap stop EXIT
trap 'exit 130' INT TERM

start() {
	( status=0
	  eval "${commands[$1]}" > "$logs/job-$1" 2>&1 || status=$?
	  echo $status > "$logs/job-$1.status" ) &
	pids+=($!)
}

passed=0 failed=0
run_jobs() {
	local i started=0 total=${#names[@]} verdict
	for ((i = 0; i < total; i++)); do
		while [ $started -lt "$total" ] &&
		      { [ $started -le $i ] || [ "$(jobs -rp | wc -l)" -lt 2 ]; }; do
			start $started
			started=$((started + 1))
		done
		while [ ! -s "$logs/job-$i.status" ]; do
			[ $started -ge "$total" ] || [ "$(jobs -rp | wc -l)" -ge 2 ] ||
				{ start $started; started=$((started + 1)); }
			sleep 0.1
		done
		verdict=ok
		if [ "$(cat "$logs/job-$i.status")" = 0 ]; then
			passed=$((passed + 1))
		else
			verdict="not ok" failed=$((failed + 1))
		fi
		cat "$logs/job-$i"
		echo "$verdict $((i + 1)) ${names[i]}"
	done
}

report() {
	echo "KTAP version 1"
	echo "1..${#names[@]}"
	run_jobs
	echo "$passed passed, $failed failed"
	[ $failed = 0 ]
}

target_of() {
	local target name
	name=$(basename "$1")
	for target in $targets; do
		[[ $name != $target-* ]] || echo "$target"
		[ "$(basename "$(dirname "$1")")" != "$target" ] || echo "$target"
	done | head -1
}

if ! command -v clang > /dev/null; then
	printf 'KTAP version 1\n1..1\nok 1 fuzz # SKIP there is no clang here\n'
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
rm -rf "$logs"
mkdir -p "$logs" "$found" "$grown"
# shellcheck source=tests/fuzz/controls.sh
. ./controls.sh

case $verb in
check)
	for target in $targets; do job "fuzz: $target" short "$target"; done
	controls few
	report ;;
check-controls)
	for target in $targets; do job "fuzz: $target" short "$target"; done
	controls all
	report ;;
long)
	for target in $targets; do job "fuzz: $target, $5 s" long "$target" "$5"; done
	run_jobs
	if [ $failed = 0 ]; then
		echo "fuzz: $passed targets, $5 s each, nothing found"
	else
		echo "fuzz: FOUND something in $failed of $((passed + failed)) targets, see above"
		exit 1
	fi ;;
corpus)
	for target in $targets; do
		rm -rf "${out:?}/new/$target"
		mkdir -p "$out/new/$target" "$grown/$target" "corpus/$target"
		fuzz "$out/$target" "$target" -merge=1 "$out/new/$target" "corpus/$target" \
			"$grown/$target" > "$logs/merge-$target" 2>&1
		# What finds a control reaches nothing new where nothing is planted.
		find "corpus/$target" -name 'control-*' -exec cp -t "$out/new/$target" {} +
		rm -rf "corpus/$target"
		cp -r "$out/new/$target" "corpus/$target"
		echo "$target: $(find "corpus/$target" -type f | wc -l) inputs," \
			"$(cat "corpus/$target"/* | wc -c) bytes"
	done ;;
replay)
	target=$(target_of "$5")
	[ -n "$target" ] || { echo "no target's name is in $5: expected TARGET-... or TARGET/..."; exit 2; }
	fuzz "$out/$target" "$target" "$5" ;;
*)
	echo "run.sh: no such verb: $verb"
	exit 2 ;;
esac
