# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Controls: the core with one place changed, which the short run must find. Is
# sourced by run.sh.

# Nearly all are found by the corpus alone; so many short runs are tried for the rest.
control_patience=5

# change TARGET FILE SED: does the target find it?
change() {
	local target=$1 file=$2 sed=$3 tree=$out/controls/$BASHPID
	rm -rf "$tree"
	mkdir -p "$tree/module" "$tree/out" "$tree/new"
	cp -a "$top/module/core" "$tree/module/"
	cp -a "$top/include" "$tree/"
	cp -a "$out"/*.o "$out/core" "$out/unit" "$out/spec" "$tree/out/"
	sed -E -i "$sed" "$tree/$file"
	if cmp -s "$tree/$file" "$top/$file"; then
		echo "# nothing changed in $file"
		return 1
	fi
	rm "$tree/out/core/$(basename "$file" .c).o"	# whatever the clock says
	make -s core_top="$tree" out="$tree/out" warnings=-w "$tree/out/$target" > "$tree/log" 2>&1 ||
		{ echo "# does not compile: $(grep -m 1 error "$tree/log")"; return 1; }
	caught "$tree/out/$target" "$target" "$tree" "$control_patience"
}

# caught PROGRAM TARGET TREE PATIENCE: so many short runs; with 0 the corpus alone.
# Ended by a demand or a sanitizer, not for some other reason.
caught() {
	local log=$3/log status=0
	ASAN_OPTIONS+=:symbolize=0 UBSAN_OPTIONS+=:symbolize=0 found=$3 fuzz "$1" "$2" -seed=1 \
		-runs=$(($4 * runs[$2])) "$3/new" "corpus/$2" > "$log" 2>&1 || status=$?
	if [ $status = 0 ] || ! grep -qaE "$finding" "$log"; then
		echo "# $2 has found nothing: status $status"
		return 1
	fi
	keep "$2" "$3"
	rm -rf "$3"
}

# With KEEP=1 a new input that finds one goes into the corpus, where it stays.
keep() {
	local input
	if [ -n "${KEEP:-}" ] && grep -qa INITED "$2/log"; then
		input=$(sed -n 's/.*Test unit written to //p' "$2/log" | tail -1)
		[ -z "$input" ] || cp "$input" "corpus/$1/control-${input##*-}"
	fi
}

# Every rule left out: a build that knows at run time which, so it is made once.
rules_build() {
	local tree=$out/controls/rules
	rm -rf "$tree"
	mkdir -p "$tree/module" "$tree/out"
	cp -a "$top/module/core" "$tree/module/"
	cp -a "$top/include" "$tree/"
	cp -a "$out"/*.o "$out/unit" "$out/spec" "$tree/out/"
	sed -E -i 's/^#include "port.h"/&\n#include <stdlib.h>/
		s/^\tif \(!ok\)$/\tstatic int muted = -1;\n\n\tif (muted < 0)\n\t\tmuted = atoi(getenv("MUTED"));\n\tif (!ok \&\& (int)rule == muted)\n\t\treturn true;\n&/' \
		"$tree/module/core/fault.h"
	make -s core_top="$tree" out="$tree/out" warnings=-w "${rule_targets[@]/#/$tree/out/}" > "$tree/log" 2>&1 ||
		{ echo "# does not compile: $(grep -m 1 error "$tree/log")"; return 1; }
}

rule_targets=(meta heap)
rule_names() { sed -n 's/^\t\(PRMEM_BAD_[A-Z_]*\),.*/\1/p' "$top/module/core/fault.h"; }

rule() {
	local tree=$out/controls/$BASHPID patience target
	for patience in 0 "$control_patience"; do
		for target in "${rule_targets[@]}"; do
			mkdir -p "$tree/new"
			! MUTED=$1 caught "$out/controls/rules/out/$target" "$target" "$tree" "$patience" ||
				return 0
		done
	done
	return 1
}

# control few|all NAME "TARGETS" FILE SED: few are those of make test. Each target finds it.
control() {
	local target
	[ "$1" = all ] && [ "$which" = few ] && return
	for target in $3; do job "control: $target: $2" change "$target" "${@:4}"; done
}

controls() {
	local which=$1 number=0 name
	local root=module/core/root.c region=module/core/region.c space=module/core/space.c
	local disks=module/core/diskspec.c heap=module/core/heap.c check=module/core/check.c
	local block=module/core/block.c instance=module/core/instance.c pages=module/core/pages.c
	local buddy=module/core/buddy.c record=module/core/record.c

	control few "judgement: the older of two" meta $root \
		's/newest = a > b \? a : b/newest = a > b ? b : a/'
	control all "judgement: adopted as if nothing were wrong" "meta whole" $root \
		's/PRMEM_ADOPT : PRMEM_RECOVER/PRMEM_ADOPT : PRMEM_ADOPT/'
	control all "judgement: an unfinished first commit is damage" meta $root \
		's/ \|\| j->fault\[0\].rule == PRMEM_BAD_UNFINISHED//'
	control all "commit: over the slot that counts" "meta whole" $root \
		's/^\tu32 slot = slot_of\(sequence\);/\tu32 slot = slot_of(sequence - 1);/'
	control all "commit: no checksum of the table" meta $root '/^\tmeta->table.checksum = /d'
	control all "commit: published before the body is written" meta $root '
		/^\tprmem_port_publish\(&root->magic, meta->root.magic\);/d
		s/^\tprmem_port_publish\(&root->magic, cpu.*/&\n\tprmem_port_publish(\&root->magic, meta->root.magic);/'
	control all "stamps: a damaged copy is not mended" meta $space '/^\t\tspace->mend \|= bad/d'
	control all "stamps: copy A counts, damaged or not" meta $space \
		's/^\t\*chosen = \*bad & 1 \? b : a;/\t*chosen = a;/'
	control all "stamps: found in the order of the memory map" "meta whole" $space \
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
	control few "digits overflow" params $disks "s/ \|\| n > 1ULL << 52\)\$/)/"
	control all "units overflow" params $disks '/^\t\tif \(n > 1ULL << 52\)/,+1d'
	control all "sizes as they are" params $disks '/^\tspec->size = \(spec->size \+/d'
	control all "any node" params $disks 's/len && i == len && \*node < 1024/len/'

	control all "limits: a minimum above the maximum" params module/core/limitspec.c \
		's/spec->min > spec->max/false/'
	control all "limits: nothing after the name" params module/core/limitspec.c 's/max == end/false/'
	control few "header: the serial isn't the table's" whole $heap '/PRMEM_BAD_HEAP_SERIAL, /,+1d'
	control all "header: of another reservation" whole $heap '/PRMEM_BAD_HEAP_ID, /d'
	control all "header: the size isn't the table's" whole $heap \
		'/PRMEM_BAD_HEAP_PLACE, le64_to_cpu\(r->size\)/,+1d'
	control all "regions: what is given back stays what it was" whole $region \
		'/^\tr->type = cpu_to_le32\(PRMEM_REGION_POOL\);/d'
	control few "map: a block may reach over the end of its region" heap $heap \
		's/1U << order <= part->pages - i, PRMEM_BAD/true, PRMEM_BAD/'
	control all "map: a block at any page" heap $heap 's/i % \(1U << order\) == 0,/true,/'
	control all "map: what is inside of a block isn't looked at" "heap whole" $heap \
		's/prmem_holds\(fault, count == inside,/prmem_holds(fault, true,/'
	control all "slab: objects in use counted as one a word" "heap whole" $check \
		's/\*used \+= count_bits\(bits\);/*used += bits != 0;/'
	control all "slab: the last bits aren't looked at" heap $check 's/bits >> n, 0\)/bits >> n >> 1, 0)/'
	control all "data: both slots being written is sound" heap $check \
		's/prmem_holds\(fault, valid\[0\] \|\| valid\[1\],/prmem_holds(fault, true,/'
	control all "data: sequences may differ by anything" heap $check 's/apart == 1 \|\| //'
	control all "data: its place is what the record says" "heap whole" $check \
		's/\*size <= prmem_owner_extent\(heap, number, \*ref\)/prmem_owner_extent(heap, number, *ref)/'
	control all "finish: what is dying stays" "heap whole" $check 's/^\tdestroy_dying\(heap\);/\t;/'
	control few "alloc: objects aren't cleared" ops $block '/^\tprmem_port_clear\(\(u8 \*\)slab/d'
	control all "alloc: blocks aren't cleared" "ops whole" $block \
		'/^\tprmem_port_clear\(prmem_page_at\(heap, page\), \(size_t/d'
	control all "alloc: a new slab's first object isn't cleared" ops $block \
		's/prmem_port_clear\(slab, head \+ .*/prmem_port_clear(slab, head);/'
	control all "alloc: the largest object of a class one too many" ops $block \
		's/size <= PRMEM_CLASS_SIZE\(0\) \? 0 : 60 - __builtin_clzll\(size - 1\)/size <= PRMEM_CLASS_SIZE(0) ? 0 : 59 - __builtin_clzll(size)/'
	control all "alloc: published before it is cleared" ops $block '
		/^\tprmem_port_clear\(\(u8 \*\)slab/d
		s/^\tlink = prmem_link_of\(heap, page\);/\tprmem_port_clear((u8 *)slab + offset, size - 16);\n&/'
	control all "free: by anybody" "ops whole" $block 's/^\t    PRMEM_WORD_OWNER\(place.word\) != owner->number\)/\t    false)/'
	control all "free: also what is an instance's data" ops $block \
		's/^\tif \(data >= ref \&\& data - ref < place.size\)/\tif (data == ref)/'
	control all "free: from anywhere in a block" ops $block 's/ \|\| place.start != ref \|\|/ ||/'
	control all "free: a slab stays with nothing in use" ops $block 's/^\tif \(link->used == 1\)/\tif (!link->used)/'
	control all "data: into the slot that counts" ops $instance \
		's/^\tstruct prmem_data_rec \*to = &rec->data\[!slot\];/\tstruct prmem_data_rec *to = \&rec->data[slot];/;
		s/prmem_data_seal\(&new, !slot,/prmem_data_seal(\&new, slot,/'
	control all "data: one byte too many" ops $instance 's/size > \(ref \?/size > 1 + (ref ?/'
	control all "create: published before it is written" ops $instance '
		/^\tprmem_port_publish\(&to->state, rec.state\);/d
		s/^\tprmem_port_write\(&to->type, /\tprmem_port_publish(\&to->state, rec.state);\n&/'
	control all "destroy: its record is free before its memory" "ops whole" $instance '
		s/^(\t\tprmem_port_publish\(&rec->state, prmem_record_seal\(rec, PRMEM_INSTANCE_)DYING/\1FREE/'
	control all "destroy: its name is found still" ops $instance \
		'/^\tprmem_index_remove\(heap/d; s/^\tprmem_index_remove\(&heap->index, .*/\t(void)hash;/'
	control all "list: the next one may be the same" ops $instance 's/\(number \+ 1\) % 32, next/number % 32, next/'
	control all "walk: full slabs are left out" ops $block \
		's/i < PRMEM_CLASSES \? owner->partial\[i\] : owner->rest/i < PRMEM_CLASSES ? owner->partial[i] : 0/'
	control all "lists: the head stays" ops $pages 's/^\tif \(\*list == page\)/\tif (*list != page)/'
	control all "places: a free page is the block's before it" ops $pages \
		's/ \|\| \(i - first\) >> PRMEM_WORD_ORDER\(place->word\)\)/)/'
	control all "buddy: free blocks aren't joined" ops $buddy \
		's/^\twhile \(order < PRMEM_MAX_ORDER \&\&/\twhile (order < 1 \&\&/'
	control all "buddy: what is split off is lost" ops $buddy \
		's/insert\(buddy, first \+ \(1U << from\), from\)/(void)first/'
	control all "index: what is behind a hole stays" ops module/core/index.c \
		's/^\tfor \(at = \(hole \+ 1\) & mask; index->slots\[at\];/\tfor (at = hole; !hole \&\& false;/'
	control all "data: the second slot always counts" ops $record \
		's/^\treturn \(u32\)\(b >> 32\) == .*/\treturn 1;/'

	[ "$which" = all ] || return 0
	rules_build || return 1
	for name in $(rule_names); do
		number=$((number + 1))
		job "control: rule $name left out" rule $number
	done
}
