#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Measures that adoption doesn't take longer where more is reserved: modprobe
# prmem with one remembered disk of 32 MiB, the median of all rounds.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
out=$("$here/run.sh" --jobs 1 bench_adopt | tee /dev/stderr)
logs=$(sed -n 's/^# logs: //p' <<< "$out")
# Each line: prmem-vm: adopt SIZE TIME..., in microseconds, sorted.
sed -n 's/^prmem-vm: adopt //p' "$logs"/bench_adopt/*/result | awk '
	BEGIN { printf "%-8s %10s %10s %10s %8s\n", "prmem=", "min ms", "median ms", "max ms", "ratio" }
	{
		median = (NF - 1) % 2 ? $(NF / 2 + 1) : ($((NF + 1) / 2) + $((NF + 3) / 2)) / 2
		if (!first)
			first = median
		printf "%-8s %10.1f %10.1f %10.1f %8.2f\n", $1, $2 / 1e3, median / 1e3, $NF / 1e3, median / first
		rows++
	}
	END { exit rows != 3 }'
