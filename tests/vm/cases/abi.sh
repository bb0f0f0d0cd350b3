# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# The files in sysfs and debugfs are those that Documentation/ABI describes, no more, no fewer.
# append: prmem=64M
# set: ci

# there OPTION...: what the options of find print of each.
there() {
	find /sys/kernel/prmem /sys/kernel/debug/prmem /sys/kernel/debug/prmem_log -type f "$@"
	find -L /sys/bus/nd/devices -maxdepth 2 -name prmem_name "$@"
}

names() {
	sed -E 's,/ranges/[0-9]+/,/ranges/<N>/,; s,/regions/[^/]+/,/regions/<name>/,
		s,/prmem_log/[0-9]+$,/prmem_log/<N>,; s,/region[0-9]+/,/region<N>/,' | sort -u
}

step_1() {
	load_prmem disks=a:4M,b:4M
	modprobe prmem_log
	sed -n 's/^What:[[:space:]]*//p' /vm/abi/* | sort -u > /tmp/described
	there | names > /tmp/there
	[ -s /tmp/described ] || fail "nothing is described"
	diff /tmp/described /tmp/there || fail "described (-) and there (+) differ"

	# The words that say who may do what.
	there -exec stat -L -c '%a %n' {} + | names > /tmp/modes
	awk '
		BEGIN {
			mode["(RO)"] = 444
			mode["(RO, root only)"] = 400
			mode["(WO, root only)"] = 200
		}
		/^What:/ { what = $2 }
		/^Description:/ && match($0, /\([^)]*\)/) {
			print mode[substr($0, RSTART, RLENGTH)], what
		}' /vm/abi/* | sort -u > /tmp/modes_described
	diff /tmp/modes_described /tmp/modes || fail "modes described (-) and there (+) differ"
	pass
}
