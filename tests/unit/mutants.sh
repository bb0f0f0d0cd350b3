#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Breaks the sources in a copy, one place at a time, and expects a test to fail:
#
#	mutants.sh TOP OUT

set -euo pipefail

top=$(cd "$1" && pwd) out=$2
mutants=$out/mutants
plain=$out/plain
shared="harness port heaps recorder heapmodel heapread describe"	# what all programs are linked with
number=0 failed=0
export PRMEM_STOP=1	# at the first test that fails

rm -rf "$mutants"
mkdir -p "$mutants"
tar -C "$top" -cf "$mutants/tree.tar" SPEC.md Kbuild Makefile dkms.conf include module shim-patch \
	tests/unit tests/crash tests/spec tests/golden

report() {
	number=$((number + 1))
	if [ "$1" = ok ]; then
		echo "ok $number mutant: $2"
	else
		failed=$((failed + 1))
		echo "# $1"
		echo "not ok $number mutant: $2"
	fi
}

# build TREE PROGRAM [FILE]: all of it, or with FILE of the core changed only that.
build() {
	local tree=$1 program=$2 changed=${3:-} objects=() source object name more=
	[ "$program" != golden ] || more=consumers
	for source in "$tree"/module/core/*.c; do
		object=$plain/core/$(basename "$source" .c).o
		if [ -z "$changed" ] || [ "$source" = "$tree/$changed" ]; then
			object=$tree/$(basename "$source" .c).o
			gcc -std=gnu11 -O1 -w -fno-strict-aliasing -c -o "$object" "$source"
		fi
		objects+=("$object")
	done
	for name in "$program" $shared $more; do
		if [[ $changed = module/core/* ]]; then
			objects+=("$plain/$name.o")
		else
			objects+=("$tree"/tests/*/"$name.c")
		fi
	done
	gcc -std=gnu11 -O1 -w -fno-strict-aliasing -I"$tree/tests/unit/stub" -o "$tree/$program" "${objects[@]}"
}

run() {
	local tree=$1 program=$2	# and an argument for it
	case $program in
	golden)	timeout 600 python3 "$tree/tests/golden/check.py" "$tree/golden" ;;
	spec)	timeout 600 python3 "$tree/tests/spec/check.py" "$tree" gcc "$out/plain/dump" 50 ;;
	source)	timeout 600 python3 "$tree/tests/unit/source.py" "$tree" gcc ;;
	*)	timeout 600 "$tree/$program" ${3:+"$3"} ;;
	esac
}

# Failed by its own word or by a signal, not for some other reason.
fails() {
	local log=$1/log status=0
	run "$@" > "$log" 2>&1 || status=$?
	[ $status -gt 128 ] || { [ $status != 0 ] && grep -qE '^not ok|^Bail out!' "$log"; }
}

# mutant NAME PROGRAM[:ARGUMENT] FILE SED
mutant() {
	local name=$1 program=${2%:*} argument=${2#*:} file=$3 sed=$4
	local tree=$mutants/tree result=ok
	[ "$argument" != "$program" ] || argument=
	rm -rf "$tree"
	mkdir "$tree"
	tar -C "$tree" -xf "$mutants/tree.tar"
	sed -E -i "$sed" "$tree/$file"
	if cmp -s "$tree/$file" "$top/$file"; then
		result="nothing changed in $file"
	elif [[ $file = module/*/*.c && $program != s[po]* ]] &&
	     ! build "$tree" "$program" "$file" 2> "$tree/build.log"; then
		result="does not compile: $(head -1 "$tree/build.log")"
	elif ! fails "$tree" "$program" "$argument"; then
		result="$program did not fail"
	fi
	report "$result" "$name"
}

rule_names() { sed -n 's/^\t\(PRMEM_BAD_[A-Z_]*\),.*/\1/p' "$1/module/core/fault.h"; }

# Every rule of the core left out: a build that knows which at run time.
rules() {
	local tree=$mutants/rules rule n=0 program caught
	mkdir "$tree"
	tar -C "$tree" -xf "$mutants/tree.tar"
	sed -E -i 's/^#include "port.h"/&\n#include <stdlib.h>/
		s/^\tif \(!ok\)$/\tif (!ok \&\& (int)rule == atoi(getenv("MUTED")))\n\t\treturn true;\n&/' \
		"$tree/module/core/fault.h"
	for program in stamp root table heap; do
		build "$tree" $program
		MUTED=0 run "$tree" $program > "$tree/log" 2>&1 ||
			{ report "$program fails with no rule left out" "every rule left out"; return; }
	done
	for rule in $(rule_names "$tree"); do
		n=$((n + 1)) caught="no test failed"
		for program in root stamp table heap; do
			! MUTED=$n fails "$tree" $program || { caught=ok; break; }
		done
		report "$caught" "rule $rule left out"
	done
}

echo "KTAP version 1"
echo "1..$(($(rule_names "$top" | wc -l) + $(grep -c '^mutant "' "$0")))"
rules

root=module/core/root.c region=module/core/region.c space=module/core/space.c
heap=module/core/heap.c pages=module/core/pages.c check=module/core/check.c
block=module/core/block.c instance=module/core/instance.c

mutant "commit: published before the body is written" crash:add $root '
	/^\tprmem_port_publish\(&root->magic, meta->root.magic\);/d
	s/^\tprmem_port_publish\(&root->magic, cpu.*/&\n\tprmem_port_publish(\&root->magic, meta->root.magic);/'
mutant "commit: the table is written last" crash:add $root '
	/^\tprmem_port_write\(\(void \*\)table_at/d
	s/^\tprmem_port_publish\(&root->magic, meta.*/&\n\tprmem_port_write((void *)table_at(area, slot), \&meta->table, sizeof(meta->table));/'
mutant "commit: the magic is among the plain stores" crash:add $root \
	's/^\tprmem_port_write\(root, &meta->root, head\);/\tprmem_port_write(root, \&meta->root, sizeof(*root));/'
mutant "commit: the slot is not invalidated first" root $root \
	'/^\tprmem_port_publish\(&root->magic, cpu/d'
mutant "judge: an unfinished first commit is damage" crash:init $root \
	's/ \|\| j->fault\[0\].rule == PRMEM_BAD_UNFINISHED//'
mutant "commit: over the slot that counts" crash:add $root \
	's/^\tu32 slot = slot_of\(sequence\);/\tu32 slot = slot_of(sequence - 1);/'
mutant "commit: no checksum of the table" crash:add $root '/^\tmeta->table.checksum = /d'
mutant "wipe: one root after the other" crash:reset $root \
	's/^\t\toutdate\(.*/\t\t;/'
mutant "wipe: zero before invalid" crash:reset $root '
	s/^\t\tprmem_port_publish\(&\(\(struct prmem_root_rec.*/\t\t;/'
mutant "judgement: the older of two" root $root 's/newest = a > b \? a : b/newest = a > b ? b : a/'
mutant "judgement: a later format counts as damage" root $root \
	's/^\treturn fault->rule == PRMEM_BAD_MAJOR \|\| .*/\treturn fault->rule == PRMEM_RULES;/'
mutant "judgement: adopted as if nothing were wrong" flips $root \
	's/PRMEM_ADOPT : PRMEM_RECOVER/PRMEM_ADOPT : PRMEM_ADOPT/'
mutant "boot: the release before is forgotten" root $root '/^\tmemcpy\(r->previous, /d'
mutant "stamps: a damaged copy is not mended" flips $space '/^\t\tspace->mend \|= bad/d'
mutant "stamps: copy A counts, damaged or not" flips $space \
	's/^\t\*chosen = \*bad & 1 \? b : a;/\t*chosen = a;/'
mutant "stamps: found in the order of the memory map" stamp $space \
	's/^\t\tspace->found\[index\] = i;/\t\tspace->found[i] = i;/'
mutant "stamps: the magic is not written last" crash:adopt $space '
	/^\tprmem_port_publish\(&to->magic, stamp->magic\);/d
	s/^\tprmem_port_write\(to, stamp, head\);/\tprmem_port_publish(\&to->magic, stamp->magic);\n&/'
mutant "stamps: a range counts by copy A alone" stamp $space \
	's/^\treturn speaks_of\(stamp_of\(found, 0\).* \|\|$/\treturn/;
	s/^\t       speaks_of\(stamp_of\(found, 1\)/\t       speaks_of(stamp_of(found, 0)/'
mutant "stamps: a range counts by a stamp of any size" stamp $space '
	s/PRMEM_BAD_BASE, le64_to_cpu\(s->base\), r->base\) \&\&/PRMEM_BAD_BASE, le64_to_cpu(s->base), r->base);/
	/^\t       prmem_equal\(fault, PRMEM_BAD_SIZE, le64_to_cpu\(s->size\)/d'
mutant "remains: an unfinished root is none" stamp $space 's/ \&\& magic != PRMEM_ROOT_WRITING//'
mutant "remains: only copy A is looked at" stamp $space \
	's/^\t\tu64 stamp = le64_to_cpu\(stamp_of\(found, i\)/\t\tu64 stamp = le64_to_cpu(stamp_of(found, 0)/'
mutant "table: a region may reach over the end of its range" table $region \
	's/size \&\& size % PRMEM_GRAIN == 0 \&\& size <= end - start/size \&\& size % PRMEM_GRAIN == 0/'
mutant "table: a region of any size" table $region 's/size % PRMEM_GRAIN == 0 \&\& //'
mutant "table: the last entry may hold anything" table $region \
	's/\(PRMEM_MAX_REGIONS - count\) \* sizeof/(PRMEM_MAX_REGIONS - 1 - count) * sizeof/'
mutant "table: one serial too many" table $region 's/serial < next_serial/serial <= next_serial/'
mutant "regions: the first pool that is large enough" region $region \
	's/\(best == count \|\| .*$/best == count)/'
mutant "regions: merged over the end of a range" region $region \
	's/^\t    le64_to_cpu\(r\[0\]\.start\) \+ .*/\t    false)/'
mutant "regions: not merged with the pool before" region $region 's/^\t\tmerge\(table, i - 1\);/\t\t;/'
mutant "regions: room for one more" region $region \
	's/if \(count == PRMEM_MAX_REGIONS\)/if (count > PRMEM_MAX_REGIONS)/'
mutant "regions: the serial is not raised" region $region '/^\tmeta->root.next_serial = /d'
mutant "regions: heaps beyond the last page number" region $region \
	's/^\tif \(to > PRMEM_MAX_HEAP_END - size \+ 1\)/\tif (false)/'
mutant "commit: no feature of heaps" region $root 's/^\tset_features\(meta\);/\t;/'
mutant "words: a remainder" word module/core/word.c 's/0xa6bc/0xa6bd/'
mutant "words: the salt is forgotten" word module/core/word.c 's/^\toffset \^= salt;/\t(void)salt;/'
mutant "words: a run ends a word late" word module/core/word.c \
	's/^\t\twhile \(le64_to_cpu\(map\[done\]\).*/\t\twhile (le64_to_cpu(map[done++]) == words[at++])/;
	/^\t\t\t\tdone\+\+;/s/done\+\+//'
mutant "bitmap: nothing above the first level" buddy module/core/bitmap.c \
	's/^\t\tif \(old\)/\t\tif (old || !level)/'
mutant "bitmap: a word that gets empty is forgotten" buddy module/core/bitmap.c \
	's/^\t\tif \(map->level\[level\]\[i \/ 64\]\)/\t\tif (true)/'
mutant "buddy: never merged" buddy module/core/buddy.c \
	's/^\twhile \(order < PRMEM_MAX_ORDER \&\&/\twhile (false \&\&/'
mutant "buddy: any block that is large enough" buddy module/core/buddy.c \
	's/__builtin_ctz\(buddy->orders >> order\)/31 - __builtin_clz(buddy->orders >> order)/'
mutant "index: a hole where an entry was" buddy module/core/index.c \
	's/^\t\tif \(\(\(at - home\).*/\t\tif (home <= mask)/'
mutant "index: an overwritten name's entry stays" buddy module/core/index.c \
	's/^\tfor \(at = 0; !index->slots\[hole\] .*/\tfor (at = 0; false; at++)/'
mutant "index: the end isn't followed by the beginning" buddy module/core/index.c \
	's/^\t\tif \(\(\(at - home\).*/\t\tif (home > hole)/'
mutant "heap: a block over the end of the map" heap $heap \
	's/1U << order <= part->pages - i,/1U << order <= part->pages - i + 1,/'
mutant "heap: slabs of any order" heap $heap \
	's/^\t\t\t   order == \(slab \? PRMEM_CLASS_ORDER\(class\) : 0\),/\t\t\t   order == (slab ? order : 0),/'
mutant "heap: an address's end overflows" memory $heap \
	's/size > part->start \+ part->size - ref\)/ref + size > part->start + part->size)/'
mutant "heap: the map may be referred to" memory $heap \
	's/< part->first - part->start \/ PRMEM_PAGE \?/== 0 ?/'
mutant "pages: a page number of 32 bits" heap $pages 's/^\tif \(ref >= PRMEM_MAX_HEAP_END \|\| /\tif (/'
mutant "pages: what is behind a block is in it" heap $pages 's/ \|\| \(i - first\) >> PRMEM_WORD_ORDER\(place->word\)//'
mutant "pages: an object that is not in use" memory $pages \
	's/^\t    !\(le64_to_cpu\(bitmap\[at\]\).*/\t    false)/'
mutant "check: a later record's fault comes first" heaporder $check \
	's/^\tif \(!add_batch\(heap, \&batch, put_off, fault\)\)/\tif (!sound) {\n\t\t*fault = later;\n\t\treturn false;\n\t}\n&/'
mutant "check: what was put off is never looked at" heap $check \
	's/^\treturn !put_off \|\| check_data/\treturn true || check_data/'
mutant "check: sequences don't wrap" heap $check 's/^\tu32 slot, apart;/\tu32 slot; u64 apart;/'
mutant "check: the dying have no name" heap $check \
	's/ add_name\(heap, rec,/ state == PRMEM_INSTANCE_DYING || add_name(heap, rec,/'
mutant "check: nothing is put off" heap $check 's/^\t\t\*put_off \+= .*/\t\t*put_off += 0;/'
mutant "finish: what is empty stays" memory $check 's/^\twhile \(heap->empty\) \{/\twhile (false) {/'
mutant "finish: what is dying stays" memory $check 's/^\tdestroy_dying\(heap\);/\t;/'
mutant "block: a page as it was" memory $block '/^\tprmem_port_clear\(prmem_page_at/d'
mutant "block: an object as it was" memory $block '/^\tprmem_port_clear\(\(u8 \*\)slab \+ offset/d'
mutant "block: a slab's first object as it was" memory $block \
	's/^\tprmem_port_clear\(slab, head \+ .*/\tprmem_port_clear(slab, head);/'
mutant "block: a slab's head as it was" memory $block \
	's/^\tprmem_port_clear\(slab, head \+ .*/\tprmem_port_clear(slab + head, PRMEM_CLASS_SIZE(class));/'
mutant "block: data may be freed" memory $block 's/^\tif \(data >= ref \&\&/\tif (false \&\&/'
mutant "block: another's may be freed" memory $block \
	's/^\t    PRMEM_WORD_OWNER\(place.word\) != owner->number\)/\t    false)/'
mutant "block: from the middle on" memory $block 's/ \|\| place\.start != ref \|\|/ ||/'
mutant "block: an empty slab is kept" memory $block 's/^\tif \(link->used == 1\) \{/\tif (!link->used) {/'
mutant "instance: data over the data that counts" memory $instance \
	's/ = \&rec->data\[!slot\];/ = \&rec->data[slot];/'
mutant "instance: the same sequence again" memory $instance \
	's/^(\tu32 sequence = .*) \+ 1;/\1;/'
mutant "instance: a listing skips in the next page" memory $instance '/^\t\ti = 0;/d'
mutant "instance: the last record stays" memory $instance \
	's/^\tif \(prmem_link_of\(heap, page\)->used\)/\tif (true)/'
mutant "instance: its memory stays" memory $instance '/^\tfree_all\(heap, \&owner->rest\);/d'
mutant "records: tallies are never used again" memory module/core/records.c \
	'/^\theap->free_tallies = 1 \+ base/d'
mutant "disks=: digits overflow" diskspec module/core/diskspec.c "s/ \|\| n > 1ULL << 52\)\$/)/"
mutant "disks=: units overflow" diskspec module/core/diskspec.c '/^\t\tif \(n > 1ULL << 52\)/,+1d'
mutant "disks=: sizes as they are" diskspec module/core/diskspec.c '/^\tspec->size = \(spec->size/d'
mutant "limits=: a minimum above the maximum" limitspec module/core/limitspec.c \
	'/^\tif \(spec->min > spec->max\)/,+1d'
mutant "limits=: no colon behind the minimum" limitspec module/core/limitspec.c \
	'/^\tif \(max == end\)/,+1d'
mutant "limits=: any name" limitspec module/core/limitspec.c \
	's/^\tif \(!prmem_label_valid.*/\tif (0)/'
mutant "limits=: a name without its end" limitspec module/core/limitspec.c \
	's/name_len >= PRMEM_LABEL_LEN/name_len > PRMEM_LABEL_LEN/'
mutant "cut: a block is taken before it is zero" heapcut $block '
	/^\tprmem_port_clear\(prmem_page_at\(heap, page\), \(size_t\)PRMEM_PAGE << order\);/d
	s/^\tprmem_list_add\(heap, &owner->rest, page\);/\tprmem_port_clear(prmem_page_at(heap, page), (size_t)PRMEM_PAGE << order);\n&/'
mutant "cut: a block isn't cleared" heapcut $block \
	'/^\tprmem_port_clear\(prmem_page_at\(heap, page\), \(size_t\)PRMEM_PAGE << order\);/d'
mutant "cut: an object isn't cleared" heapcut $block '/^\tprmem_port_clear\(\(u8 \*\)slab \+ offset, size\);/d'
mutant "cut: an object is taken before it is zero" heapcut $block '
	/^\tprmem_port_clear\(\(u8 \*\)slab \+ offset, size\);/d
	s/^\tlink = prmem_link_of\(heap, page\);/\tprmem_port_clear((u8 *)slab + offset, size);\n&/'
mutant "cut: all of a slab but its first object is cleared" heapcut $block \
	's/^\tprmem_port_clear\(slab, head \+ PRMEM_CLASS_SIZE\(class\)\);/\tprmem_port_clear(slab, head);/'
mutant "cut: a new slab without an object" heapcut $block 's/seal_bits\(at == 0, page, at\)/seal_bits(0, page, at)/'
mutant "cut: the bit of the object before" heapcut $block 's/prmem_word_flip\(slab\[at\], bit\)/slab[at]/'
mutant "cut: the last object leaves its slab" heapcut $block \
	's/^\tif \(link->used == 1\) \{/\tif (link->used == 0) {/'
mutant "cut: data is freed" heapcut $block 's/^\tif \(data >= ref \&\& data - ref < place.size\)/\tif (false)/'
mutant "cut: an instance is there before its names" heapcut $instance '
	/^\tprmem_port_publish\(&to->state, rec.state\);/d
	s/^\tprmem_port_write\(&to->type, .*/\tprmem_port_publish(\&to->state, rec.state);\n&/'
mutant "cut: a page of instances is there before its records" heapcut $instance '
	/^\tprmem_pages_publish\(heap, page, prmem_word_make\(PRMEM_PAGE_INSTANCES, 0, 0, 0\)\);/d
	s/^\tprmem_port_clear\(prmem_page_at\(heap, page\), PRMEM_PAGE\);/&\n\tprmem_pages_publish(heap, page, prmem_word_make(PRMEM_PAGE_INSTANCES, 0, 0, 0));/'
mutant "cut: a page of instances isn't cleared" heapcut $instance \
	'/^\tprmem_port_clear\(prmem_page_at\(heap, page\), PRMEM_PAGE\);/d'
mutant "cut: destroyed without a note of it" heapcut $instance \
	's/^\t\tprmem_port_publish\(&rec->state, prmem_record_seal\(rec, PRMEM_INSTANCE_DYING,/\t\t((void)rec->state, (void)prmem_record_seal(rec, PRMEM_INSTANCE_DYING,/'
mutant "cut: the record is free before the blocks" heapcut $instance '
	s/PRMEM_INSTANCE_DYING,$/PRMEM_INSTANCE_FREE,/'
mutant "cut: data without a note that it is written" heapcut $instance \
	'/^\tprmem_port_publish\(&to->word, cpu_to_le64\(PRMEM_DATA_WRITING\)\);/d'
mutant "cut: data counts before it is written" heapcut $instance '
	/^\tprmem_port_write\(&to->ref, &new.ref, sizeof\(new\) - head\);/d
	s/^\tprmem_port_publish\(&to->word, prmem_data_seal.*/&\n\tprmem_port_write(\&to->ref, \&new.ref, sizeof(new) - head);/'
mutant "cut: data in the slot that counts" heapcut $instance '
	s/^\tstruct prmem_data_rec \*to = &rec->data\[!slot\];/\tstruct prmem_data_rec *to = \&rec->data[slot];/
	s/prmem_data_seal\(&new, !slot, number, sequence\)/prmem_data_seal(\&new, slot, number, sequence)/'
mutant "cut: the sequence stays" heapcut $instance 's/(->data\[slot\].word\) >> 32\)) \+ 1;/\1;/'
# Only in a long row of operations is an instance's data set so often.
mutant "cut: the sequence stays in the end" heapcut $instance \
	's/\((le64_to_cpu\(rec->data\[slot\].word\) >> 32)\) \+ 1;/(\1) + ((\1) < 12);/'
mutant "cut: what is dying stays" heapcut $check 's/^\tdestroy_dying\(heap\);/\t;/'
mutant "cut: the owner goes before an empty slab" memory $check '
	/^\tdestroy_dying\(heap\);/d
	s/^\twhile \(heap->empty\) \{/\tdestroy_dying(heap);\n&/'
mutant "cut: a block is taken twice" heapcut module/core/buddy.c \
	's/insert\(buddy, first \+ \(1U << from\), from\)/insert(buddy, first, from)/'
mutant "cut: a page goes to nobody" heapcut $pages \
	'/^\tprmem_pages_publish\(heap, page, PRMEM_PAGE_FREE\);/d'
mutant "cut: an unfinished map" heapcut $heap '/^\t\tprmem_port_write\(map, words, /d'
mutant "cut: a header of another region" heapcut $heap 's/\.serial = region->serial,/.serial = 0,/'
mutant "heapspec: a subsystem with a slash" heapspec $check \
	's/prmem_label_valid\(rec->subsystem, true\)/prmem_label_valid(rec->subsystem, false)/'
mutant "heapspec: the page of data that lies elsewhere" heapspec $check 's|fault->at = number / 32|fault->at = number|'
mutant "golden: data with another salt" golden module/core/record.c 's/PRMEM_DATA_SALT/PRMEM_INSTANCE_SALT/'
mutant "golden: sequences of data don't wrap" golden module/core/record.c \
	's/\(u32\)\(\(a >> 32\) \+ 1\)/(a >> 32) + 1/'
mutant "golden: unknown bytes of a later minor are refused" golden $root \
	's/^\tbool all_known = /\tbool all_known = true || /'
mutant "golden: a cut commit is damage" golden $root 's/PRMEM_BAD_UNFINISHED \|\|$/PRMEM_BAD_MAGIC ||/'
log=module/log/ring.c tree=module/index/tree.c
mutant "log: counted before it is written" ring $log '
	/^\tprmem_port_publish\(&log->rec->written/d
	s/^\tprmem_port_write\(log->rec->text \+ at.*/\tprmem_port_publish(\&log->rec->written, seal_count(log->written + len));\n&/'
mutant "log: what a cut overwrote is read" ring $log 's/kept = size - PRMEM_LOG_PIECE;/kept = size;/'
mutant "log: a line in one piece" ring $log 's/^\t\tpiece = len < .*/\t\tpiece = len;/'
mutant "log: a torn line at the beginning" ring $log '/^\tif \(first\)/,+1d'
mutant "log: an NMI's text counts twice" ring $log '
	/^\tlog->written \+= len;/d
	s/^\tprmem_port_publish\(&log->rec->written.*/\tprmem_port_publish(\&log->rec->written, seal_count(log->written + len));/'
mutant "log: any count" ring $log 's/^\tif \(written != .*/\tif (false)/'
mutant "log: any release" ring $log 's/^\tif \(!is_release\(rec->release\)\)/\tif (false)/'
mutant "index: no note of a change" tree $tree '/^\tprmem_publish\(&tree->rec->changing, cpu_to/d'
mutant "index: a note that does not say where" tree $tree '/^\tprmem_port_write\(&tree->rec->key/d'
mutant "index: linked before it is filled" tree $tree '
	/^\tif \(child\)$/,+1d
	s/^\tprmem_publish\(where, make_link.*/&\n\tif (child)\n\t\tprmem_port_write(\&node->slot[0], \&child, sizeof(child));/'
mutant "index: freed before it is unlinked" tree $tree '
	s/^\tprmem_publish\(where, link\);/\tint err = prmem_free(tree->inst, node);\n\n&/
	s/^\treturn prmem_free\(tree->inst, node\);/\treturn err;/'
mutant "index: the change ends before the value is there" tree $tree \
	's/^\t\tprmem_publish\(slot, cpu_to_le64\(value\)\);/\t\tend(tree);\n&/'
mutant "index: an erased value before the note" tree $tree '
	s/^\tbegin\(tree, key\);$/\tprmem_publish(\&path.node[0]->slot[slot], 0);\n&/'
mutant "index: what a cut left stays" tree $tree 's/^\tint err = left \? .*/\tint err = 0;/'
mutant "index: a failed store leaves nodes" tree $tree 's/^\t\} else if \(err == -ENOSPC.*/\t} else if (false) {/'
mutant "index: it never shrinks" tree $tree 's/^\treturn shrink\(tree\);/\treturn 0;/'
mutant "index: a link holds anywhere" tree $tree 's/, cpu_to_le64\(first\) \};/, 0 };/'
mutant "index: a node in two places" tree $tree 's/^\tif \(sum == s->sum\)/\tif (true)/'
mutant "index: more nodes than there is memory" tree $tree 's/^\tif \(!s->more\) \{/\tif (false) {/'
mutant "index: any leaf may be empty in a change" tree $tree \
	's/^\treturn !s->strict \&\& first_of.*/\treturn !s->strict;/'
mutant "index: bits that must be zero" tree $tree \
	's/^\tif \(link != make_link\(ref, level, first\)\)/\tif ((link ^ make_link(ref, level, first)) >> 9)/'
mutant "index: behind the last key" tree $tree 's/^\t\tif \(slot_of\(span_of\(TOP\), level\) < slot\)/\t\tif (false)/'
mutant "index: the highest key has no end" tree $tree 's/^\t\t\treturn \*key \? -EAGAIN : -ENOENT;/\t\t\treturn -EAGAIN;/'
mutant "index: another of a level" tree $tree 's/^\tif \(PRMEM_LINK_LEVEL\(word\) != level\)/\tif (false)/'
mutant "golden: a log's header with another salt" golden $log \
	's/PRMEM_LOG_SALT, \(const u8/PRMEM_LOG_SALT + 1, (const u8/'
mutant "golden: a log's count with another salt" golden $log 's/PRMEM_LOG_SALT, &word/PRMEM_LOG_SALT + 1, \&word/'
mutant "golden: more of a log" golden $log 's/kept = size - PRMEM_LOG_PIECE;/kept = size - PRMEM_LOG_PIECE + 64;/'
mutant "golden: links of an index with another salt" golden $tree 's/PRMEM_TREE_SALT, words/PRMEM_TREE_SALT + 1, words/'
mutant "golden: links of an index that hold anywhere" golden $tree 's/, cpu_to_le64\(first\) \};/, 0 };/'
mutant "next: the last list is left out" next module/core/block.c \
	's/: owner->rest;/: PRMEM_NO_PAGE;/'
mutant "next: the rest of a slab" next module/core/block.c \
	's/^\t\t\t\t\t   place.object \+ 1\);/\t\t\t\t\t   place.object + 2);/'
mutant "SPEC.md: an offset" spec SPEC.md 's/^\| 80 \| 8 \| le64 \| next_serial/| 88 | 8 | le64 | next_serial/'
mutant "SPEC.md: a salt" spec SPEC.md 's/^(\| PRMEM_ROOT_SALT \| 0x746f6f7)2/\13/'
mutant "SPEC.md: a rule less" spec SPEC.md '/^\| 14 \| `next serial`/d'
mutant "SPEC.md: a rule of an index less" spec SPEC.md '/^\| 4 \| `node: empty`/d'
mutant "SPEC.md: a link of the example" spec SPEC.md 's/0x810c000000205600/0x810d000000205600/'
mutant "SPEC.md: a byte of the example" spec SPEC.md 's/^(00: 6b 81 3b a)a/\1b/'
mutant "format.h: a magic" spec include/prmem/format.h 's/0x31306e6765726d70ULL/0x32306e6765726d70ULL/'
mutant "format.h: two fields swapped" spec include/prmem/format.h '
	/^struct prmem_region_rec/,/^\}/ { s/start;/other;/; s/size;/start;/; s/other;/size;/ }
	s/region_rec, start, 0\)/region_rec, start, 8)/; s/region_rec, size, 8\)/region_rec, size, 0)/'
mutant "format.h: a field more" spec include/prmem/format.h '
	s/^\t__u8 zero\[1752\];/\t__le64 more;\n\t__u8 zero[1744];/; s/root_rec, zero, 232/root_rec, zero, 240/'
mutant "ring.h: a magic" spec module/log/ring.h 's/0x3130676f6c6d7270ULL/0x3230676f6c6d7270ULL/'
mutant "tree.h: two fields swapped" spec module/index/tree.h '
	/^struct prmem_tree_rec/,/^\}/ { s/root;/other;/; s/changing;/root;/; s/other;/changing;/ }'
mutant "core: the kernel included" source $root 's/^#include "root.h"/&\n#include <stdio.h>/'
mutant "core: a variable" source $region 's/^static bool is_alnum/static int counter = 1;\n&/'
mutant "module: a kernel version" source module/adopt.c \
	's/^static void report/#if LINUX_VERSION_CODE > 7\n#endif\n&/'
mutant "shim.h: not what the patch says" source include/prmem/shim.h 's/(PRMEM_MAX_RANGES\t)8/\19/'
mutant "module: a function without Context" source module/adopt.c '/^ \* Context:/d'
mutant "module: a version of its own" source module/main.c \
	"s/MODULE_VERSION\(PRMEM_VERSION\)/MODULE_VERSION(\"$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$top/dkms.conf")\")/"
rm -rf "$mutants"
[ $failed = 0 ]
