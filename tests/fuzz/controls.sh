# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Controls: the core with one place changed, which the short run must find. Is
# sourced by run.sh.

# Nearly all are found by the corpus alone, at once; the rest take seconds.
control_seconds=60

# change TARGET FILE SED: does the target find it?
change() {
	local target=$1 file=$2 sed=$3 tree=$out/controls/$BASHPID
	rm -rf "$tree"
	mkdir -p "$tree/module" "$tree/out" "$tree/new"
	cp -a "$top/module/core" "$tree/module/"
	cp -a "$top/include" "$tree/"
	cp -a "$out"/*.o "$out/core" "$out/unit" "$tree/out/"
	sed -E -i "$sed" "$tree/$file"
	if cmp -s "$tree/$file" "$top/$file"; then
		echo "# nothing changed in $file"
		return 1
	fi
	make -s core_top="$tree" out="$tree/out" "$tree/out/$target" > "$tree/log" 2>&1 ||
		{ echo "# does not compile: $(grep -m 1 error "$tree/log")"; return 1; }
	caught "$tree/out/$target" "$target" "$tree"
}

# Ended by a demand or a sanitizer, not for some other reason.
caught() {
	local log=$3/log status=0
	found=$3 fuzz "$1" "$2" -seed=1 -max_total_time=$control_seconds "$3/new" "corpus/$2" > "$log" 2>&1 ||
		status=$?
	if [ $status = 0 ] || ! grep -qaE "$finding" "$log"; then
		echo "# $2 has found nothing: status $status"
		return 1
	fi
	rm -rf "$3"
}

# Every rule left out: a build that knows at run time which, so it is made once.
rules_build() {
	local tree=$out/controls/rules
	rm -rf "$tree"
	mkdir -p "$tree/module" "$tree/out"
	cp -a "$top/module/core" "$tree/module/"
	cp -a "$top/include" "$tree/"
	cp -a "$out"/*.o "$out/unit" "$tree/out/"
	sed -E -i 's/^#include "port.h"/&\n#include <stdlib.h>/
		s/^\tif \(!ok\)$/\tstatic int muted = -1;\n\n\tif (muted < 0)\n\t\tmuted = atoi(getenv("MUTED"));\n\tif (!ok \&\& (int)rule == muted)\n\t\treturn true;\n&/' \
		"$tree/module/core/fault.h"
	make -s core_top="$tree" out="$tree/out" "${rule_targets[@]/#/$tree/out/}" > "$tree/log" 2>&1 ||
		{ echo "# does not compile: $(grep -m 1 error "$tree/log")"; return 1; }
}

rule_targets=(meta)
rule_names() { sed -n 's/^\t\(PRMEM_BAD_[A-Z_]*\),.*/\1/p' "$top/module/core/fault.h"; }

rule() {
	local tree=$out/controls/$BASHPID target
	for target in "${rule_targets[@]}"; do
		mkdir -p "$tree/new"
		! MUTED=$1 caught "$out/controls/rules/out/$target" "$target" "$tree" || return 0
	done
	return 1
}

# control few|all NAME TARGET FILE SED: few are those of make test.
control() {
	[ "$1" = all ] && [ "$which" = few ] || job "control: $3: $2" change "${@:3}"
}

controls() {
	local which=$1 number=0 name
	local root=module/core/root.c region=module/core/region.c space=module/core/space.c
	local disks=module/core/diskspec.c

	control few "judgement: the older of two" meta $root \
		's/newest = a > b \? a : b/newest = a > b ? b : a/'
	control all "judgement: adopted as if nothing were wrong" meta $root \
		's/PRMEM_ADOPT : PRMEM_RECOVER/PRMEM_ADOPT : PRMEM_ADOPT/'
	control all "judgement: an unfinished first commit is damage" meta $root \
		's/ \|\| j->fault\[0\].rule == PRMEM_BAD_UNFINISHED//'
	control all "commit: over the slot that counts" meta $root \
		's/^\tu32 slot = slot_of\(sequence\);/\tu32 slot = slot_of(sequence - 1);/'
	control all "commit: no checksum of the table" meta $root '/^\tmeta->table.checksum = /d'
	control all "commit: published before the body is written" meta $root '
		/^\tprmem_port_publish\(&root->magic, meta->root.magic\);/d
		s/^\tprmem_port_publish\(&root->magic, cpu.*/&\n\tprmem_port_publish(\&root->magic, meta->root.magic);/'
	control all "stamps: a damaged copy is not mended" meta $space '/^\t\tspace->mend \|= bad/d'
	control all "stamps: copy A counts, damaged or not" meta $space \
		's/^\t\*chosen = \*bad & 1 \? b : a;/\t*chosen = a;/'
	control all "stamps: found in the order of the memory map" meta $space \
		's/^\t\tspace->found\[index\] = i;/\t\tspace->found[i] = i;/'
	control all "stamps: a range's number isn't looked at" meta $space \
		's/!space->range\[index\].size, PRMEM_BAD_INDEX/true, PRMEM_BAD_INDEX/'
	control all "remains: an unfinished root is none" meta $space \
		's/ \&\& magic != PRMEM_ROOT_WRITING//'
	control all "table: a region may reach over the end of its range" meta $region \
		's/size \&\& size % PRMEM_GRAIN == 0 \&\& size <= end - start/size \&\& size % PRMEM_GRAIN == 0/'
	control all "table: a region of any size" meta $region 's/size % PRMEM_GRAIN == 0 \&\& //'
	control all "table: any number of regions" meta $region \
		's/prmem_holds\(fault, count <= PRMEM_MAX_REGIONS,/prmem_holds(fault, true,/'
	control all "table: the last entry may hold anything" meta $region \
		's/\(PRMEM_MAX_REGIONS - count\) \* sizeof/(PRMEM_MAX_REGIONS - 1 - count) * sizeof/'
	control all "table: one serial too many" meta $region \
		's/serial < next_serial/serial <= next_serial/'
	control all "regions: merged over the end of a range" meta $region \
		's/^\t    le64_to_cpu\(r\[0\]\.start\) \+ .*/\t    false)/'
	control all "regions: room for one more" meta $region \
		's/if \(count == PRMEM_MAX_REGIONS\)/if (count > PRMEM_MAX_REGIONS)/'
	control all "regions: the serial is not raised" meta $region '/^\tmeta->root.next_serial = /d'
	control few "digits overflow" diskspec $disks "s/ \|\| n > 1ULL << 52\)\$/)/"
	control all "units overflow" diskspec $disks '/^\t\tif \(n > 1ULL << 52\)/,+1d'
	control all "sizes as they are" diskspec $disks 's/^\t\*size = .*/\t*size = n;/'
	control all "any node" diskspec $disks 's/len && i == len && \*node < 1024/len/'

	[ "$which" = all ] || return 0
	rules_build || return 1
	for name in $(rule_names); do
		number=$((number + 1))
		job "control: rule $name left out" rule $number
	done
}
