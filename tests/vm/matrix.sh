#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# make test-matrix: every series of the kernel by every way to start the next one.
#
#   matrix.sh [--seed N] [--only REGEX] [--list] [--jobs N]
#
#   --seed N	the random chain of an earlier run
#   --only REGEX	only the cells whose name, as --list prints it, matches
#
# A cell is a VM that kexecs three times and finds every byte and every file
# again. The table is printed, and kept in the cache, in matrix/: also as
# markdown, with date and versions.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
export LC_ALL=C

seed=$((RANDOM * 32768 + RANDOM)) only=. list='' jobs=2
while [ $# -gt 0 ]; do
	case $1 in
	--seed)	seed=$2; shift ;;
	--only)	only=$2; shift ;;
	--jobs)	jobs=$2; shift ;;
	--list)	list=1 ;;
	*)	sed -n '5,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
	esac
	shift
done
[[ $seed =~ ^[0-9]+$ ]] || { echo "matrix: --seed wants a number, not '$seed'" >&2; exit 2; }
series=(5.10 6.1 6.12 7.x)

# random N: sets $drawn, below N. A generator of our own: the same seed, the same
# chain, on every machine.
state=$seed
random() {
	state=$(((state * 1103515245 + 12345) % 2147483648))
	drawn=$((state / 65536 % $1))
}

# Random hops, not to the series that it is already at twice in a row.
path='' calls='' before=''
for ((i = 0; i < 10; i++)); do
	random ${#series[@]}
	[ "${series[drawn]}" != "$before" ] || drawn=$(((drawn + 1) % ${#series[@]}))
	before=${series[drawn]}
	path=$path${path:++}$before
	random 2
	calls=$calls$([ "$drawn" = 0 ] && echo c || echo s)
done

# Rows and columns: columns are the words that a cell adds.
columns=()
titles=()
declare -A names=([c]=kexec_load [s]=kexec_file_load [seabios]=SeaBIOS [ovmf]=OVMF
	[kaslr]=KASLR [kaslr,nokaslr]=nokaslr)
for firmware in seabios ovmf; do
	for kaslr in '' ,nokaslr; do
		for how in c s; do
			columns+=("how=$how$kaslr,firmware=$firmware")
			titles+=("${names[$how]}, ${names[$firmware]}, ${names[kaslr$kaslr]}")
		done
	done
done
columns+=("how=cs,cpu=la57" "how=c,tools=newer" "how=s,tools=newer")
titles+=("both in turn, SeaBIOS, KASLR, 5-level page tables"
	"kexec_load by the newer kexec-tools" "kexec_file_load by the newer kexec-tools")
chains=(
	"5.10 up to 7.x by c s c (c is kexec_load, s kexec_file_load)|chain_series@5.10,path=5.10+6.1+6.12+7.x,calls=cs"
	"5.10 up to 7.x by s c s|chain_series@5.10,path=5.10+6.1+6.12+7.x,calls=sc"
	"7.x down to 5.10 by c s c|chain_series@7.x,path=7.x+6.12+6.1+5.10,calls=cs"
	"7.x down to 5.10 by s c s|chain_series@7.x,path=7.x+6.12+6.1+5.10,calls=sc"
	"random, seed $seed: $path by $calls|chain_series@${path%%+*},path=$path,calls=$calls"
	"7.x with KHO on, by kexec_file_load: KHO's own test finds its data too|kho@7.x,how=s"
	"7.x with KHO on, by kexec_load, which hands over nothing for KHO|kho@7.x,how=c"
)

units=()
for s in "${series[@]}"; do
	for column in "${columns[@]}"; do
		units+=("matrix@$s,$column")
	done
done
for chain in "${chains[@]}"; do
	units+=("${chain#*|}")
done
mapfile -t units < <(printf '%s\n' "${units[@]}" | grep -E -- "$only" || :)
[ ${#units[@]} -gt 0 ] || { echo "matrix: no cell matches '$only'" >&2; exit 2; }
if [ -n "$list" ]; then
	printf '%s\n' "${units[@]}"
	exit
fi

start=$SECONDS
out=$cache/matrix/$(date +%Y%m%d-%H%M%S)
mkdir -p "$cache/matrix"
echo "# matrix: ${#units[@]} VMs, $jobs at a time; the random chain is that of --seed $seed"
status=0
"$here/run.sh" --jobs "$jobs" "${units[@]}" | tee "$out.log" |
	grep --line-buffered -E '^(ok|not ok|#) ' || status=1
summary=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$out.log" | tail -1) || :
if [ -z "$summary" ]; then
	echo "matrix: the VMs did not run to the end, see $out.log"
	exit 1
fi
logs=$(sed -n 's/^# logs: //p' "$out.log" | head -1)

# result UNIT
result() {
	local line
	line=$(grep -E "^(not )?ok [0-9]+ " "$out.log" | awk -v unit="$1" '{
		name = $1 == "not" ? $4 : $3
		if (name == unit) { print; exit } }')
	case $line in
	'')		echo - ;;
	*' # SKIP '*)	echo skip ;;
	ok*)		echo ok ;;
	*)		echo "**FAILED**" ;;
	esac
}

# said KEY: all values that guests reported for it
said() {
	find "$logs" -name result -exec cat {} + | sed -n "s/^prmem-vm: $1 //p" | sort -uV | paste -sd' '
}

{
	echo "$(date +%Y-%m-%d), $summary, in $(((SECONDS - start + 30) / 60)) minutes with $(head -n1 \
		"$cache/accel.$(cat /proc/sys/kernel/random/boot_id)") on $(nproc) processors."
	echo "Kernels: $(said release). kexec-tools: $(said tools). $(qemu-system-x86_64 --version | head -1)."
	echo
	echo "Each cell is a VM; after each kexec every byte of a raw disk and every file on ext4 with DAX"
	echo "is compared."
	echo
	# shellcheck disable=SC2046 # words
	echo "| three kexecs by |$(printf ' %s |' $("$here/../sources.sh" series))"
	echo "|---|$(printf -- '---|%.0s' "${series[@]}")"
	for ((i = 0; i < ${#columns[@]}; i++)); do
		line="| ${titles[i]} |"
		for s in "${series[@]}"; do
			line="$line $(result "matrix@$s,${columns[i]}") |"
		done
		echo "$line"
	done
	echo
	echo "| from series to series, and beside KHO | |"
	echo "|---|---|"
	for chain in "${chains[@]}"; do
		echo "| ${chain%%|*} | $(result "${chain#*|}") |"
	done
} > "$out.md"
# A part of it is no result to be quoted.
[ "$only" != . ] || ln -sfn "$(basename "$out.md")" "$cache/matrix/last.md"

echo
sed 's/\*\*//g' "$out.md" | awk '
	/^\|/	{ lines[++n] = $0; next }
		{ flush(); print }
	function flush(   i, j, k, cells, width) {
		for (i = 1; i <= n; i++) {
			k = split(lines[i], cells, /[|]/)
			for (j = 2; j < k; j++)
				if (cells[j] !~ /^-+$/ && length(cells[j]) > width[j])
					width[j] = length(cells[j])
		}
		for (i = 1; i <= n; i++) {
			k = split(lines[i], cells, /[|]/)
			if (cells[2] ~ /^-+$/)
				continue
			for (j = 2; j < k; j++)
				printf "%-*s", width[j] + 1, cells[j]
			print ""
		}
		n = 0
	}
	END	{ flush() }'
echo
echo "# kept as $out.md"
echo "$summary"
[ "$status" = 0 ]
