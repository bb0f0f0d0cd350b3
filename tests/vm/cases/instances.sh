# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2154
# Named instances over two kexecs, each byte: found, changed, listed, forgotten, limited.
# series: 5.10 6.1 6.12 7.x
# append: prmem=128M
# mem: 1536M
# timeout: 240
# set: ci

. /vm/instances.sh

count=200

step_1() {
	local free
	load_prmem disks=d:8M
	vmtool fill /dev/prmem/d 5
	free=$(attr free)
	expect_eq "$(attr heap) $(attr heap_state)" "0 closed" "heap that nobody used"
	expect_eq "$(ls -d /sys/kernel/prmem/regions/heap@* 2> /dev/null)" '' "heap regions"
	! forget_instance a/b || fail "forgot what isn't there"
	grep -q 'No such file' /tmp/said || fail "$(cat /tmp/said)"

	instances_say 'the functions do as they say' api
	expect_eq "$(attr heap) $(attr free)" "0 $free" "heap and pool after all was destroyed"
	[ "$(attr heap_state)" = open ] || fail "heap_state: $(attr heap_state)"
	instances_say "filled $count" fill count=$count
	instances_say "verified $count, " verify count=$count
	regions "$free"
	lists
	reloaded
	go_on s 2
}

step_2() {
	come_back
	instances_say "verified $count, " verify count=$count
	instances_say "changed $count" change count=$count
	instances_say "verified $((count / 2)), " verify count=$count stage=2
	go_on c 3
}

step_3() {
	local free heap
	come_back
	instances_say "verified $((count / 2)), " verify count=$count stage=2
	free=$(attr free) heap=$(attr heap)
	held
	tool
	instances_say 'destroyed 1[0-9][0-9]' destroy
	expect_eq "$(attr heap) $(attr free)" "0 $((free + heap))" "heap and pool at the end"
	expect_eq "$(debugfs instances)$(debugfs subsystems)" '' "lists at the end"
	limited
	vmtool verify /dev/prmem/d 5
	pass
}

# go_on HOW STEP: and keep in mind what there was.
go_on() {
	set_state "$(attr heap)" "$(debugfs instances | sort | sha256sum | cut -c1-16)"
	unload_prmem
	load_prmem
	kexec_next "$1" "$2"
}

come_back() {
	kaslr_moved
	load_prmem
	expect_eq "$(attr state)" adopted state
	expect_eq "$(attr heap) $(attr heap_state)" "$(state 1) closed" "heap after the kexec"
	expect_eq "$(debugfs instances | sort | sha256sum | cut -c1-16)" "$(state 2)" "the list"
	expect_eq "$(attr heap_state)" open "heap_state after the list was read"
	expect_no_log 'prmem: (refused|recovered)'
	vmtool verify /dev/prmem/d 5
}

# regions FREE: what is heap is missing in the pool, claimed, and shown.
regions() {
	local dir sum=0
	for dir in /sys/kernel/prmem/regions/heap@*; do
		expect_eq "$(cat "$dir/type")" heap "type of $dir"
		[ "$((0x${dir#*@}))" = "$(cat "$dir/start")" ] || fail "$dir starts at $(cat "$dir/start")"
		sum=$((sum + $(cat "$dir/size")))
	done
	expect_eq "$(attr heap)" $sum "sum of the regions"
	expect_eq "$(attr free)" $(($1 - sum)) free
	grep -q ' : prmem heap$' /proc/iomem || fail "iomem doesn't show the heap"
}

lists() {
	expect_eq "$(debugfs instances | wc -l)" $count "lines of instances"
	expect_eq "$(debugfs instances | awk 'NF != 6' | wc -l)" 0 "lines of other than six fields"
	expect_eq "$(debugfs instances | cut -d' ' -f1 | sort -u | wc -l)" $count "different names"
	debugfs instances | grep -qE '^driver/1/012345 4097 [0-9]+ [0-9]+ [0-9]+ 0$' ||
		fail "no driver/1/012345 in $(debugfs instances | head -3)"
	expect_eq "$(debugfs subsystems | wc -l)" 4 "lines of subsystems"
	expect_eq "$(debugfs subsystems | awk '{ n += $2; s += $3 } END { print n, s }')" \
		"$(debugfs instances | awk '{ n++; s += $4 + 192 } END { print n, s }')" "sums"
	expect_eq "$(debugfs subsystems | awk '{ print $4 $5 }' | sort -u)" '0-' "limits"
	# A line at a time, and from its beginning again.
	expect_eq "$(dd if=/sys/kernel/debug/prmem/instances bs=7 2> /dev/null | sha256sum)" \
		"$(debugfs instances | sha256sum)" "the list in small pieces"
	! as_nobody cat /sys/kernel/debug/prmem/instances 2> /dev/null || fail "nobody can list them"
}

# A module's references pin prmem; without them it goes, and finds all again.
reloaded() {
	insmod /usr/lib/prmem-tests/instances.ko what=hold name=kept
	! rmmod prmem 2> /tmp/said || fail "unloaded while instances are used"
	rmmod instances
	unload_prmem
	! grep -q 'prmem heap' /proc/iomem || fail "left in iomem"
	load_prmem
	expect_eq "$(attr heap_state)" closed "heap_state after a reload"
	instances_say "verified $count, " verify count=$count
	forget_instance hold/kept || fail "$(cat /tmp/said)"
}

held() {
	insmod /usr/lib/prmem-tests/instances.ko what=hold name=x/y
	debugfs instances | grep -q '^hold/x/y 2705 1 4096 0 1$' || fail "$(debugfs instances | grep hold)"
	! forget_instance hold/x/y || fail "forgot an instance in use"
	grep -q 'Device or resource busy' /tmp/said || fail "$(cat /tmp/said)"
	expect_log 'prmem: instance hold/x/y: in use, not forgotten'
	rmmod instances
	debugfs instances | grep -q '^hold/x/y 2705 1 4096 0 0$' || fail "$(debugfs instances | grep hold)"
	forget_instance hold/x/y || fail "$(cat /tmp/said)"
	expect_log 'prmem: instance hold/x/y: forgotten, 4 KiB free again'
	listed_once
	! forget_instance hold/x/y || fail "forgotten twice"
	grep -q 'No such file' /tmp/said || fail "$(cat /tmp/said)"
}

# A reader who comes back gets what is new, if it is behind the place where he was.
listed_once() {
	exec 3< /sys/kernel/debug/prmem/instances
	cat <&3 > /tmp/first
	instances hold name=new
	cat <&3 > /tmp/second
	exec 3<&-
	[ -s /tmp/first ] || fail "an empty list"
	! grep -vE '^hold/new ' /tmp/second || fail "listed twice"
	forget_instance hold/new || fail "$(cat /tmp/said)"
}

tool() {
	prmem status > /tmp/said
	grep -qE "^heap: +$(($(attr heap) >> 20)) MiB, open\$" /tmp/said || fail "$(cat /tmp/said)"
	grep -qE '^  a +[0-9]+ +[0-9]+ KiB$' /tmp/said || fail "$(cat /tmp/said)"
	! prmem forget a/none 2> /tmp/said || fail "forgot what isn't there"
	grep -q 'there is no instance a/none' /tmp/said || fail "$(cat /tmp/said)"
}

# refuses LIMITS ERROR REASON: the load fails with one line, and nothing is changed.
refuses() {
	dmesg -c > /dev/null
	! modprobe prmem "limits=$1" 2> /tmp/said || fail "limits=$1 was taken"
	grep -q "$2" /tmp/said || fail "$(cat /tmp/said)"
	expect_log "prmem: refused: limits=: entry \"$3"
	expect_eq "$(dmesg | grep -c 'prmem: ')" 1 "lines about limits=$1"
}

limited() {
	local generation
	generation=$(attr generation)
	unload_prmem
	refuses a 'Invalid argument' 'a": expected subsystem:min:max'
	refuses x::1M,a:1M:1K 'Invalid argument' 'a:1M:1K": the minimum is above the maximum'
	refuses x::1M,x:1M: 'Invalid argument' 'x:1M:": the subsystem is given twice'
	refuses x:1M:,y:1G: 'No space left' 'y": the minimum takes'
	load_prmem limits=limited::3M,guaranteed:20M:
	expect_eq "$(attr generation)" "$generation" generation
	expect_eq "$(debugfs subsystems)" "$(printf 'guaranteed 0 0 20971520 -\nlimited 0 0 0 3145728')" \
		"subsystems with limits"
	instances_say 'limits hold' limits name=max bytes=3145728
	instances_say 'limits hold' limits name=min bytes=20971520
	# Without the limit it takes all, and the control fails.
	unload_prmem
	load_prmem
	instances_fail 'No space left' limits name=min bytes=20971520
	expect_eq "$(attr heap)" 0 "heap"
}
