# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# The same detectors over the consumers: a log and an index, loaded and unloaded many
# times, over two kexecs in the middle of changes; an index that several threads use at
# once, and one whose memory runs out.
# series: 5.10 6.1 6.12 7.x
# kernel: debug
# append: prmem=64M
# mem: 3G
# timeout: 1500
# silence: 300
# set: debug

# in_turn COUNT: of entries.
in_turn() {
	local i=0
	while [ $i -lt 20 ]; do
		modprobe prmem_log boots=$((i % 3 + 2))
		cat /sys/kernel/debug/prmem_log/* > /tmp/logs
		grep -q "Linux version" /tmp/logs || fail "the logs are empty"
		modprobe indexer verify="$1"
		rmmod indexer
		rmmod prmem_log
		i=$((i + 1))
	done
}

leave() {
	modprobe prmem_log
	modprobe indexer churn=4
	kexec_load "$1" "$2"
	churned
	kexec_go
}

step_1() {
	load_prmem disks=cache:16M
	modprobe indexer store=2000 verify=2000
	rmmod indexer
	in_turn 2000
	expect_fail modprobe indexer store=4000000
	expect_log 'indexer: entry [0-9]*: error -28'
	echo indexer/test > /sys/kernel/prmem/forget
	modprobe indexer store=2000 verify=2000
	rmmod indexer
	modprobe indexer churn=8
	sleep 10
	churned
	rmmod indexer
	modprobe indexer sweep=1 verify=2000
	rmmod indexer
	no_leak
	leave c 2
}

step_2() {
	load_prmem
	modprobe indexer sweep=1 verify=2000
	rmmod indexer
	in_turn 2000
	leave s 3
}

step_3() {
	load_prmem
	modprobe indexer sweep=1 verify=2000
	rmmod indexer
	in_turn 2000
	no_leak
	pass
}
