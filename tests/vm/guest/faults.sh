# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Calls in which each allocation fails in its turn, alone and with all after it.

# For tasks that ask for it. Also what kmemleak takes for its books is counted, and fails:
# it has memory of its own to fall back on, so that is an error of nobody's.
inject_faults() {
	local dir
	for dir in /sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc; do
		[ -d $dir ] || fail "no fault injection in this kernel"
		echo N > $dir/ignore-gfp-wait
		echo Y > $dir/task-filter
		echo 100 > $dir/probability
		echo 1000000000 > $dir/times
		echo 0 > $dir/verbose
	done
	echo N > /sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
	echo 0 > /sys/kernel/debug/fail_page_alloc/min-order
}

# What the kernel says of its own about memory that vmalloc() didn't get has a stack
# trace too, and is no complaint: neither that there was none, nor alloc_vmap_area()'s
# warning that it couldn't split a free area. All else that qemu.sh looks for is.
no_complaint() {
	dmesg -c > /tmp/log
	cat /tmp/log >> /tmp/all-logs
	awk '
		/vmalloc error: |page allocation failure: / { expected = 1 }
		/WARNING: .* at mm\/vmalloc\.c:[0-9]+ alloc_vmap_area\+/ { expected = 1; next }
		/Call Trace:/ && expected { expected = 0; next }
		/Kernel panic|Oops|BUG:|WARNING:|Call Trace|general protection fault|nable to handle|UBSAN:/ {
			print
			bad = 1
		}
		END { exit bad }' /tmp/log > /tmp/complaints || {
		dmesg -n 8
		cat /tmp/log
		fail "$1: the kernel complains: $(head -1 /tmp/complaints)"
	}
}

# each_fault NAME FIRST AFTER CALL...: CALL, and what undoes it, as program failing knows
# them, with the allocation FIRST, and the one after that... AFTER ERROR is run after each
# $step of them, with the error's number of the last one, or 0. The call has ended
# without a fault when that is so three times. With fails=no it has to succeed with one, too.
step=16
fails=yes
each_fault() {
	{ set +x; } 2> /dev/null
	local name=$1 first=$2 after=$3 mode nth left error ended injected=0 failed=0
	shift 3
	dmesg -n 4
	for mode in once on; do
		nth=$first ended=0
		while [ $ended -lt 3 ]; do
			failing $mode "$nth" $step "$@" > /tmp/called 2> /tmp/said ||
				fail "$name: $mode: $(tail -1 /tmp/called): $(cat /tmp/said)"
			while read -r nth left error; do
				where="$name, $mode $nth, error $error"
				if [ "$left" = 0 ]; then
					injected=$((injected + 1))
					[ "$error" = 0 ] || failed=$((failed + 1))
				else
					ended=$((ended + 1))
					[ "$error" = 0 ] || fail "$where: without a fault"
				fi
			done < /tmp/called
			$after "$(tail -1 /tmp/called | cut -d' ' -f3)"
			nth=$(($(tail -1 /tmp/called | cut -d' ' -f1) + 1))
			no_complaint "$where"
			echo "faults: $name, $mode: up to $((nth - 1)), $injected injected"
		done
	done
	dmesg -n 7
	say "faults: $name: $injected injected, $failed errors"
	report "faults: $name: $injected injected, $failed errors"
	[ $injected -gt 0 ] || fail "$name: nothing was injected"
	[ $failed -gt 0 ] || [ "$fails" = no ] || fail "$name: no fault was an error"
	[ $failed = 0 ] || [ "$fails" = yes ] || fail "$name: it needs no memory, and fails without"
	set -x
}

# allocations_before CALL...: that the kernel's loader makes until a module refuses.
allocations_before() {
	local nth left error
	failing once 1000000 1 "$@" > /tmp/called
	read -r nth left error < /tmp/called
	[ "$error" = 22 ] || fail "error $error: $*"
	echo $((nth - left))
}
