# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC1091,SC2154
# prmem-fsck over instances: all that the module has, and the rule that it refuses for.
# append: prmem=64M
# timeout: 300
# set: ci

count=40

step_1() {
	. /vm/damage.sh
	. /vm/fsck.sh
	. /vm/instances.sh
	load_prmem disks=d:4M
	instances fill count=$count
	find_memory
	heap=$((meta + $(cat /sys/kernel/prmem/regions/heap@600000/start)))
	debugfs instances > /tmp/listed
	unload_prmem
	sound
	same_instances
	kexec_next s 2
}

step_2() {
	. /vm/damage.sh
	. /vm/fsck.sh
	. /vm/instances.sh
	load_prmem
	instances_say "verified $count, " verify count=$count
	find_memory
	heap=$((meta + $(cat /sys/kernel/prmem/regions/heap@600000/start)))
	debugfs instances > /tmp/listed
	unload_prmem
	sound
	same_instances

	vmtool save $heap 4096 /tmp/heap
	vmtool flip $((heap + 32)) 3
	agreed 'heap: checksum'
	vmtool put $((heap + 8)) 8 0
	agreed 'heap: magic'
	vmtool flip $((heap + 64)) 20
	agreed 'page: check'
	load_prmem
	instances_say "verified $count, " verify count=$count
	pass
}

# As many as the module lists, and by the same names.
same_instances() {
	prmem-fsck --live | sed -n 's/^instance \(.*\): type .*/\1/p' | sort > /tmp/found
	[ -s /tmp/found ] || fail "no instances: $(cat /tmp/said)"
	expect_eq "$(wc -l < /tmp/found)" "$(wc -l < /tmp/listed)" "number of instances"
	while read -r name; do
		grep -qF "$name" /tmp/listed || fail "$name is not in the module's list"
	done < /tmp/found
}

# agreed RULE: prmem-fsck names it, and the module refuses for it.
agreed() {
	untouched 4 "^fault: heap.*: $1 "
	dmesg -c > /dev/null
	load_prmem
	instances_fail 'Structure needs cleaning' probe
	expect_log "prmem: refused: heap: $1 "
	unload_prmem
	vmtool restore $heap /tmp/heap
}
