# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# The files in sysfs and debugfs are those that Documentation/ABI describes, no more, no fewer.
# append: prmem=64M
# set: ci

step_1() {
	load_prmem disks=a:4M,b:4M
	sed -n 's/^What:[[:space:]]*//p' /vm/*-prmem | sort -u > /tmp/described
	find /sys/kernel/prmem /sys/kernel/debug/prmem -type f |
		sed -E 's,/ranges/[0-9]+/,/ranges/<N>/,; s,/regions/[^/]+/,/regions/<name>/,' |
		sort -u > /tmp/there
	[ -s /tmp/described ] || fail "nothing is described"
	diff /tmp/described /tmp/there || fail "described (-) and there (+) differ"

	# The words that say who may do what.
	find /sys/kernel/prmem /sys/kernel/debug/prmem -type f -exec stat -c '%a %n' {} + |
		sed -E 's,/ranges/[0-9]+/,/ranges/<N>/,; s,/regions/[^/]+/,/regions/<name>/,' |
		sort -u > /tmp/modes
	awk '
		BEGIN {
			mode["(RO)"] = 444
			mode["(RO, root only)"] = 400
			mode["(WO, root only)"] = 200
		}
		/^What:/ { what = $2 }
		/^Description:/ && match($0, /\([^)]*\)/) {
			print mode[substr($0, RSTART, RLENGTH)], what
		}' /vm/*-prmem | sort -u > /tmp/modes_described
	diff /tmp/modes_described /tmp/modes || fail "modes described (-) and there (+) differ"
	pass
}
