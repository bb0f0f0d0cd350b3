#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Proves what list.sh lists, with CBMC, and reports in KTAP as things are done:
#
#   run.sh [NAME...]	default: all of them; NAME is all of NAME:PART
#
# Three kinds of results: a proof holds; its inputs reach all that they should, so
# that it isn't empty; and of its mutants, changed copies of the core, each is refuted.
# Logs are in proofs/logs of the cache.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}/proofs
jobs=${JOBS:-$(nproc)}
limit=600	# seconds of processor time that one run of CBMC may take
export LC_ALL=C

tree=$("$here/setup.sh")
exec 9> "$cache/lock"
flock 9
logs=$cache/logs work=$cache/work
rm -rf "$logs" "$work"
mkdir -p "$logs" "$work"

# -- what there is to do --

names=() kinds=() whats=() files=() seds=()
declare -A sources=() without=() cases=() bounds=() regions=() wraps=()
add() {
	kinds+=("$1") names+=("$2") whats+=("$3") files+=("${4:-}") seds+=("${5:-}")
}

# proof NAME[:CASE] WHAT [KEY=VALUE...]: NAME.c is to be proved, with
#	case="DEFINE"	of the case
#	core="FILES"	of the core, besides what NAME.c includes
#	without="FUNCTIONS"	of these files, in whose place NAME.c has something simpler
#	bounds="FLAGS"	CBMC's, how far loops are unwound; more than that is a failure
#	regions=N	of a format with tables of N regions, and shorter by that
#	wraps=yes	unsigned numbers wrap, or lose their upper bits, on purpose
proof() {
	local name=$1 what=$2 pair
	shift 2
	current=$name
	for pair; do
		case $pair in
		core=*)		sources[$name]=${pair#*=} ;;
		case=*)		cases[$name]=${pair#*=} ;;
		without=*)	without[$name]=${pair#*=} ;;
		bounds=*)	bounds[$name]=${pair#*=} ;;
		regions=*)	regions[$name]=${pair#*=} ;;
		wraps=yes)	wraps[$name]=yes ;;
		*)		echo "proofs: $name: $pair?" >&2; exit 2 ;;
		esac
	done
	add proof "$name" "$what"
	add cover "$name" "its inputs reach what they should"
}

# mutant WHAT FILE SED: of the proof before it, with FILE of the core changed.
mutant() { add mutant "$current" "$1" "module/core/$2" "$3"; }

# shellcheck source=tests/proofs/list.sh
. "$here/list.sh"

# -- one of them --

# in_tree DIR SCRIPT: with DIR as /proof of the small Debian.
in_tree() {
	local unshare=(unshare -m)
	[ "$(id -u)" -eq 0 ] || unshare=(unshare -rm)
	# shellcheck disable=SC2016 # the inner shell's
	"${unshare[@]}" sh -ec 'mount --bind "$2" "$1/proof"
		exec chroot "$1" sh -ec "cd /proof; $3"' sh "$tree" "$1" "$2"
}

# shorten DIR N: tables of N regions, one of which has 64 bytes, as the rest of a table.
shorten() {
	local format=$1/include/prmem/format.h table=$((64 + 64 * $2))
	sed -E -i "s/^(#define PRMEM_MAX_REGIONS\t+)255\$/\1$2/; s/^(#define PRMEM_META_MAPPED\t+)36864/\1$((4096 + 2 * table))/
		s/\* 16384\)\$/* $table)/; s/== 16384,/== $table,/" "$format"
}

# cbmc_on DIR NAME DEFINE FLAGS...: builds the proof in DIR and runs CBMC.
cbmc_on() {
	local dir=$1 name=$2 define=$3 file core=() remove=()
	shift 3
	define="$define ${cases[$name]:-}"
	[ -z "${regions[$name]:-}" ] || shorten "$dir" "${regions[$name]}"
	for file in ${sources[$name]:-}; do core+=("module/core/$file"); done
	for file in ${without[$name]:-}; do remove+=(--remove-function-body "$file"); done
	[ ${#core[@]} -eq 0 ] || in_tree "$dir" "goto-cc -o core.goto ${core[*]}
		${remove[*]:+goto-instrument ${remove[*]} core.goto core.goto}"
	in_tree "$dir" "goto-cc $define -o all.goto tests/proofs/${name%:*}.c ${core[*]:+core.goto}
		ulimit -t $limit
		exec cbmc all.goto --drop-unused-functions --no-malloc-may-fail ${bounds[$name]:-} $*"
}

# checks_of NAME: beyond those that CBMC always makes.
checks_of() {
	local checks=--pointer-overflow-check
	[ "${wraps[$1]:-}" = yes ] || checks+=" --unsigned-overflow-check --conversion-check"
	echo "$checks"
}

# do_proof DIR NAME LOG: says how many properties hold, or why not.
do_proof() {
	cbmc_on "$1" "$2" "" "$(checks_of "$2")" > "$3" 2>&1 || :
	if grep -q '^VERIFICATION SUCCESSFUL' "$3"; then
		sed -n 's/^\*\* 0 of \([0-9]*\) failed.*/\1 properties/p' "$3"
		return
	fi
	why "$3"
	return 1
}

do_cover() {
	cbmc_on "$1" "$2" -DCOVER --cover cover --no-unwinding-assertions > "$3" 2>&1 || :
	if grep -qE '^\*\* ([1-9][0-9]*) of \1 covered' "$3"; then
		sed -n 's/^\*\* \([0-9]*\) of .*/\1 goals/p' "$3"
		return
	fi
	grep -E '\] .*: FAILED$' "$3" || why "$3"
	return 1
}

# A mutant is refuted by a property, not by a loop that has become longer.
do_mutant() {
	local dir=$1 name=$2 log=$3 file=$4 sed=$5
	sed -E -i "$sed" "$dir/$file"
	if cmp -s "$dir/$file" "$top/$file"; then
		echo "nothing changed in $file"
		return 1
	fi
	cbmc_on "$dir" "$name" "" "$(checks_of "$name")" --stop-on-fail > "$log" 2>&1 || :
	if grep -q '^VERIFICATION FAILED' "$log" &&
	   ! grep -A3 '^Violated property' "$log" | grep -q 'unwinding assertion'; then
		grep -A3 '^Violated property' "$log" |
			sed -n 's/^  file \([^ ]*\) function \([^ ]*\) line.*/\2/p; 4s/^  *//p' | paste -sd:
		return
	fi
	grep -q '^VERIFICATION SUCCESSFUL' "$log" && echo "it was proved all the same" || why "$log"
	return 1
}

why() {
	grep -E ': FAILURE$|unwinding assertion|^error|error:|^Violated' "$1" | head -5 |
		grep . || tail -3 "$1"
}

# job N: its result in $logs/N.result, the first line of which is ok or not ok.
job() {
	local n=$1 dir=$work/$1 status=0 said
	mkdir "$dir"
	tar -C "$top" -cf - include module/core tests/proofs | tar -C "$dir" -xf -
	said=$("do_${kinds[n]}" "$dir" "${names[n]}" "$logs/$n.log" "${files[n]}" "${seds[n]}" 2>&1) ||
		status=$?
	rm -rf "$dir"
	times > "$logs/$n.times"	# not in a pipe, which would be another process
	{
		[ $status = 0 ] && echo ok || echo "not ok"
		# Processor time, which doesn't depend on what else this machine does.
		awk 'NR == 2 { split($1, t, /[ms]/); print int(t[1] * 60 + t[2] + 0.5) }' "$logs/$n.times"
		echo "$said"
	} > "$logs/$n.new"
	mv "$logs/$n.new" "$logs/$n.result"
}

# -- all of them --

todo=()
for n in "${!names[@]}"; do
	[ $# -eq 0 ] || [[ " $* " == *" ${names[n]} "* || " $* " == *" ${names[n]%:*} "* ]] || continue
	todo+=("$n")
done
[ ${#todo[@]} -gt 0 ] || { echo "proofs: no such proof: $*" >&2; exit 2; }

passed=0 failed=0
report() {
	local n=$1 result time said what
	{ read -r result; read -r time; said=$(cat); } < "$logs/$n.result"
	what="${names[n]}: ${whats[n]}"
	[ "${kinds[n]}" != mutant ] || what="${names[n]}: refuted: ${whats[n]}"
	if [ "$result" = ok ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) $what ($said, $time s)"
	else
		failed=$((failed + 1))
		echo "# ${said//$'\n'/$'\n'# }"
		echo "# log: $logs/$n.log"
		echo "not ok $((passed + failed)) $what ($time s)"
	fi
}

# A process group each, so that nothing outlives this script.
set -m
declare -A pids=()
stop() { for pid in "${pids[@]}"; do kill -- "-$pid" 2> /dev/null || :; done; }
trap stop EXIT
trap 'exit 130' INT TERM

echo "KTAP version 1"
echo "1..${#todo[@]}"
next=0
while [ $next -lt ${#todo[@]} ] || [ ${#pids[@]} -gt 0 ]; do
	while [ $next -lt ${#todo[@]} ] && [ ${#pids[@]} -lt "$jobs" ]; do
		job "${todo[next]}" 9>&- &
		pids[${todo[next]}]=$!
		next=$((next + 1))
	done
	wait -n || :
	for n in "${!pids[@]}"; do
		kill -0 "${pids[$n]}" 2> /dev/null && continue
		unset "pids[$n]"
		[ -e "$logs/$n.result" ] || printf 'not ok\n0\nended without a word\n' > "$logs/$n.result"
		report "$n"
	done
done
rm -rf "$work"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
