#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# make test: every layer, one after the other, and one line that sums them up.
#
#   run.sh [--set ci|long]

set -euo pipefail

tests=$(cd "$(dirname "$0")" && pwd)
set=ci
[ "${1:-}" != --set ] || set=$2
ci=()
[ $set != ci ] || ci=(--ci)
cache=${PRMEM_CACHE:-$HOME/.cache/prmem}
export LC_ALL=C
passed=0 failed=0 skipped=0

# layer WHAT COMMAND...: its output ends in 'N passed, N failed[, N skipped]'.
layer() {
	local what=$1 log status=0 line start=$SECONDS
	shift
	log=$cache/test-$what.log
	echo "# $what"
	"$@" 2>&1 | tee "$log" || status=$?
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -1) || :
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)? ]]; then
		passed=$((passed + BASH_REMATCH[1]))
		failed=$((failed + BASH_REMATCH[2]))
		skipped=$((skipped + ${BASH_REMATCH[4]:-0}))
		[ $status = 0 ] || [ "${BASH_REMATCH[2]}" -gt 0 ] || failed=$((failed + 1))
	else
		echo "not ok - $what ended with status $status and without a count"
		failed=$((failed + 1))
	fi
	echo "# $what took $((SECONDS - start)) s"
}

# README's first command is a test as well.
demo() {
	if "$tests/demo.sh"; then
		echo "1 passed, 0 failed"
	else
		echo "0 passed, 1 failed"
		return 1
	fi
}

"$tests/setup.sh" --all
mkdir -p "$cache"
echo "# The first run builds kernels: about 70 minutes on two cores; later ones take 40."
# Here, so that its progress is seen.
"$tests/vm/kernel.sh" shim > "$cache/test-kernel.log"
layer setup "$tests/setup-check.sh"
layer unit make -s -C "$tests/unit" "$([ "$set" = ci ] && echo check || echo check-long)"
layer fuzz make -s -C "$tests/fuzz" "$([ "$set" = ci ] && echo check || echo check-controls)"
layer shim "$tests/../shim-patch/check.sh" ${ci[@]+"${ci[@]}"}
layer style "$tests/style.sh"
layer dkms "$tests/dkms.sh"
layer fsck "$tests/fsck.sh"
layer deb "$tests/deb.sh"
layer vm "$tests/vm/run.sh" --set "$set"
layer demo demo
[ "$set" = ci ] || layer proofs "$tests/proofs/run.sh"
[ "$set" = ci ] || layer debug "$tests/vm/run.sh" --set debug
summary="$passed passed, $failed failed"
[ $skipped = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ $failed = 0 ]
