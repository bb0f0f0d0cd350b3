#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Named instances on a kernel, beside what it has itself: cases/bench.sh in figures.
#
# Where there is no KVM the processor is emulated: its caches are not, a miss of the
# TLB is dear, and what an instruction costs isn't what it costs on a machine.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
out=$("$here/run.sh" --jobs 1 bench | tee /dev/stderr)
logs=$(sed -n 's/^# logs: //p' <<< "$out")
# Each line: prmem-vm: bench WHAT... NS.
sed -n 's/^prmem-vm: bench //p' "$logs"/bench@*/*/result | sort -n -k2,2 | awk '
	$1 == "open" || $1 == "read" { all[$1, n[$1]++] = $2; next }
	{ ns = $NF; sub(/ [^ ]*$/, ""); got[$0] = ns }
	function row(what, ns, base) {
		if (!ns || !base)
			missing++
		else
			printf "%-46s %12.0f %8.2f\n", what, ns, ns / base
	}
	function title(what) { printf "\n%-46s %12s %8s\n", what, "ns", "ratio" }
	END {
		title("allocation and free, 100,000 live")
		row("64 bytes: prmem", got["64 prmem"], got["64 prmem"])
		row("64 bytes: gen_pool, granules of 64 bytes", got["64 gen_pool"], got["64 prmem"])
		row("64 bytes: gen_pool, granules of 16 bytes", got["64 gen_pool16"], got["64 prmem"])
		row("a page: prmem", got["4096 prmem"], got["4096 prmem"])
		row("a page: gen_pool, granules of a page", got["4096 gen_pool"], got["4096 prmem"])
		title("the same")
		row("a page: alloc_pages, zeroed", got["4096 zeroed"], got["4096 zeroed"])
		row("a page: alloc_pages, not zeroed", got["4096 pages"], got["4096 zeroed"])
		row("a page: prmem", got["4096 prmem"], got["4096 zeroed"])
		title("by name")
		row("found, of 1,000", got["1000 find"], got["1000 find"])
		row("found, of 1,000,000", got["1000000 find"], got["1000 find"])
		row("got and put, of 1,000", got["1000 get_and_put"], got["1000 get_and_put"])
		row("got and put, of 1,000,000", got["1000000 get_and_put"], got["1000 get_and_put"])
		title("a million instances")
		row("the same bytes, read and CRC-32C", all["read", int(n["read"] / 2)], all["read", int(n["read"] / 2)])
		row("opened", all["open", int(n["open"] / 2)], all["read", int(n["read"] / 2)])
		exit missing
	}'
