# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Between different kernels: 100,000 entries of a persistent index, and the logs of all of
# them, over kexecs from series to series along path=A+B+C, by the system calls calls=cs
# in turn, each of them in the middle of other changes of the index.
# series: 6.1
# payload: shim@5.10 shim@6.1 shim@6.12 shim@7.x
# append: prmem=512M path=6.1+6.1+7.x+5.10+6.12+6.1 calls=cs
# mem: 1536M
# timeout: 900
# silence: 120
# set: ci

log=/sys/kernel/debug/prmem_log

on_path() { cmdline_get path | cut -d+ -f"$1"; }

# Each kernel's own words, from its banner to its end, in this kernel.
logs_found() {
	local n=0 release
	modprobe prmem_log
	while [ $((n += 1)) -lt "$vmstep" ]; do
		release=$(state $n)
		grep -qE "^prmem_log: number $n, Linux $release, began 20" $log/$n ||
			fail "log $n isn't of $release: $(head -1 $log/$n)"
		grep -q "Linux version $release " $log/$n || fail "log $n lacks its beginning"
		grep -q "case consumers, step $n$" $log/$n || fail "log $n isn't of step $n"
		grep -q 'Starting new kernel' $log/$n || fail "log $n lacks its end"
	done
}

hop() {
	local calls next
	case $(uname -r) in
	"$(on_path "$vmstep" | sed 's/x$//')"*)	;;
	*)	fail "$(uname -r) is not $(on_path "$vmstep")" ;;
	esac
	load_prmem
	[ "$vmstep" = 1 ] || kaslr_moved
	logs_found
	if [ "$vmstep" = 1 ]; then
		modprobe indexer store=100000 verify=100000
	else
		modprobe indexer sweep=1 verify=100000
	fi
	expect_log 'indexer: 100000 verified, 100000 found, 100000 counted, 0 bad'
	rmmod indexer
	next=$(on_path $((vmstep + 1)))
	if [ -z "$next" ]; then
		modprobe indexer verify=100000 erase=99999
		rmmod indexer
		expect_log 'indexer: 1 verified, 1 found, 1 counted, 0 bad'
		pass
	fi
	modprobe indexer churn=4
	# shellcheck disable=SC2046 # a word for each kernel before
	set_state $([ "$vmstep" = 1 ] || state 1- | tr : ' ') "$(uname -r)"
	calls=$(cmdline_get calls)
	NEXT_KERNEL=bzImage-shim@$next \
		kexec_load "$(echo "$calls" | cut -c$(((vmstep - 1) % ${#calls} + 1)))" $((vmstep + 1))
	churned
	kexec_go
}

for step in 1 2 3 4 5 6 7; do
	eval "step_$step() { hop; }"
done
