# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The proofs, each with its mutants; run.sh has the verbs. README.md says what they mean.
# Bounds are one more than what a loop runs; a loop that runs longer is a failure.

proof zero "all bytes are zero, or one is not" core=space.c bounds="--unwind 26"
mutant "the last byte is not looked at" space.c 's/^\twhile \(len && !\*byte\)/\twhile (len > 1 \&\& !*byte)/'
mutant "one byte too many" space.c 's/^\twhile \(len && !\*byte\) \{/\tif (!*byte++ \&\& len \&\& *byte)\n\t\treturn false;\n\tbyte--;\n&/'

proof name "a region's name: SPEC.md's, and no other" core="space.c region.c" bounds="--unwind 34"
mutant "a name of 32 characters" region.c 's/^\treturn i < PRMEM_NAME_LEN && /\treturn /'
mutant "what follows the end may be anything" region.c \
	's/^(\treturn i < PRMEM_NAME_LEN) && .*/\1;/'
mutant "the end is not looked for" region.c 's/i < PRMEM_NAME_LEN && name\[i\]/name[i]/'

proof stamp "a stamp: sound, or the first rule that it breaks" core=space.c bounds="--unwind 18"
mutant "base isn't compared" space.c '/PRMEM_BAD_BASE/d'
mutant "nine ranges" space.c 's/count <= PRMEM_MAX_RANGES/count <= PRMEM_MAX_RANGES + 1/'
mutant "the number may be the count" space.c 's/cpu\(s->index\) < count/cpu(s->index) <= count/'
mutant "the checksum leaves out the last byte" space.c \
	's/^\t\t\t\tsizeof\(\*s\) - sizeof\(s->checksum\)\);/\t\t\t\tsizeof(*s) - sizeof(s->checksum) - 1);/'

proof found "memory that is looked at: ours by its stamp, or without remains" core=space.c \
	bounds="--unwind 18"
mutant "copy A alone counts" space.c \
	's/^\t       speaks_of\(stamp_of\(found, 1\)/\t       speaks_of(stamp_of(found, 0)/'
mutant "an unfinished root is no remains" space.c 's/ && magic != PRMEM_ROOT_WRITING//'
mutant "only copy A is looked at" space.c 's/^\tfor \(i = 0; i < 2; i\+\+\) \{/\tfor (i = 0; i < 1; i++) {/'

proof space "a reservation of up to three ranges: whole, each once, or refused" core=space.c \
	without="prmem_all_zero prmem_stamp_check" case=-DRANGES=3 \
	bounds="--unwind 4 --unwindset memcmp.0:65,prmem_space_build.1:9,lay_out.0:9"
mutant "an index twice" space.c '/!space->range\[index\].size, PRMEM_BAD_INDEX/d'
mutant "two sound copies may differ" space.c 's/!memcmp\(&a, &b, sizeof\(a\)\)/true/'
mutant "a range may be missing" space.c 's/, space->range\[i\].size, PRMEM_BAD_MISSING/, true, PRMEM_BAD_MISSING/'
mutant "root slots in any range" space.c 's/!index \|\| rest_is_zero\(found\[i\].page\)/true/'
mutant "a damaged copy is forgotten" space.c 's/bad << \(2 \* index\)/bad << index/'
mutant "found in the order of the memory map" space.c \
	's/^\t\tspace->found\[index\] = i;/\t\tspace->found[i] = i;/'

proof restamp "a stamp is written: cut anywhere, none or a whole one" core=space.c \
	bounds="--unwind 9"
mutant "the magic is not last" space.c '
	/^\tprmem_port_publish\(&to->magic, stamp->magic\);/d
	s/^\tprmem_port_write\(to, stamp, head\);/\tprmem_port_publish(\&to->magic, stamp->magic);\n&/'
mutant "the magic is among the plain stores" space.c \
	's/^\tprmem_port_write\(\(u8 \*\)to \+ tail.*/\tprmem_port_write(\&to->magic, \&stamp->magic, 8);\n&/'

proof regions "up to four regions: a partition of the reservation, or refused" \
	core="region.c space.c" without="prmem_all_zero prmem_name_valid" \
	bounds="--unwind 6 --unwindset memcmp.0:33"
mutant "a region may reach over the end of its range" region.c \
	's/size && size % PRMEM_GRAIN == 0 && size <= end - start/size \&\& size % PRMEM_GRAIN == 0/'
mutant "a region of any size" region.c 's/size % PRMEM_GRAIN == 0 && //'
mutant "the last entry may hold anything" region.c \
	's/\(PRMEM_MAX_REGIONS - count\) \* sizeof/(PRMEM_MAX_REGIONS - 1 - count) * sizeof/'
mutant "one region too many is looked at" region.c 's/count <= PRMEM_MAX_REGIONS,/count <= PRMEM_MAX_REGIONS + 1,/'
mutant "the next serial is taken" region.c 's/serial < next_serial/serial <= next_serial/'
mutant "a heap without its feature" region.c \
	's/features & PRMEM_FEAT_HEAP \? PRMEM_REGION_HEAP : PRMEM_REGION_DISK/PRMEM_REGION_HEAP/'
mutant "the table may end early" region.c '/PRMEM_BAD_REGION_END, start, space->size/s/start, space->size/start, start/'

proof judge "the choice of the slot: SPEC.md's rules and rows, over any two slots" \
	core="root.c space.c" without=prmem_all_zero \
	bounds="--unwind 17 --unwindset is_word.0:73,is_release.0:73"
mutant "the older of two" root.c 's/newest = a > b \? a : b/newest = a > b ? b : a/'
mutant "a later format counts as damage" root.c \
	's/^\treturn fault->rule == PRMEM_BAD_MAJOR \|\| .*/\treturn fault->rule == PRMEM_RULES;/'
mutant "adopted as if nothing were wrong" root.c 's/PRMEM_ADOPT : PRMEM_RECOVER/PRMEM_ADOPT : PRMEM_ADOPT/'
mutant "an old table under a new root" root.c '/PRMEM_BAD_TABLE_SEQUENCE/,+1d'
mutant "blank beside a root" root.c 's/^\treturn j->fault\[1\].rule == PRMEM_BAD_EMPTY &&/\treturn true ||/'
mutant "another reservation's root" root.c '/PRMEM_BAD_ID/d'
mutant "a release without an end" root.c \
	's/^\treturn i < PRMEM_RELEASE_LEN && prmem_all_zero.*/\treturn prmem_all_zero(s + i, PRMEM_RELEASE_LEN - i);/'

commit_mutants() {
	mutant "published before the body is written" root.c '
		/^\tprmem_port_publish\(&root->magic, meta->root.magic\);/d
		s/^\tprmem_port_publish\(&root->magic, cpu.*/&\n\tprmem_port_publish(\&root->magic, meta->root.magic);/'
	mutant "the slot is not invalidated first" root.c '/^\tprmem_port_publish\(&root->magic, cpu/d'
	mutant "over the slot that counts" root.c \
		's/^\tu32 slot = slot_of\(sequence\);/\tu32 slot = slot_of(sequence - 1);/'
	mutant "no checksum of the table" root.c '/^\tmeta->table.checksum = /d'
	mutant "the magic is among the plain stores" root.c \
		's/^\tprmem_port_write\(root, &meta->root, head\);/\tprmem_port_write(root, \&meta->root, head);\n\tprmem_port_write(\&root->magic, \&meta->root.magic, 8);/'
}
for sequence in 0 1 2; do
	proof commit:$sequence "commit $((sequence + 1)), cut anywhere: before or after" core=root.c regions=3 \
		case=-DSEQUENCE=$sequence bounds="--unwind 9 --unwindset is_release.0:73"
	[ $sequence != 1 ] || commit_mutants
done

proof wipe "slots are dropped, cut anywhere: never adopted, in the end blank" core=root.c regions=3 \
	bounds="--unwind 9 --unwindset is_release.0:73"
mutant "one root after the other" root.c 's/^\t\toutdate\(.*/\t\t;/'
mutant "zero before invalid" root.c 's/^\t\tprmem_port_publish\(&\(\(struct prmem_root_rec.*/\t\t;/'
mutant "only root A" root.c \
	'/^void prmem_wipe/,/^}/s/^\tfor \(slot = 0; slot < 2; slot\+\+\)/\tfor (slot = 0; slot < 1; slot++)/'

proof diskspec "an entry of disks=, up to 36 characters: read as it says, or refused" \
	core=diskspec.c without=prmem_size_parse bounds="--unwind 38"
mutant "sizes as they are" diskspec.c '/^\tspec->size = \(spec->size/d'
mutant "a name of 32 characters" diskspec.c 's/name_len >= PRMEM_NAME_LEN/name_len > PRMEM_NAME_LEN/'
mutant "node 1024" diskspec.c 's/ && \*node < 1024;$/;/'
mutant "nothing after the comma" diskspec.c "s/^\tif \(entry\[len\] == ',' && .*/\tif (false) {/"

proof size:said "a size, up to 8 characters: as it says, or refused" core=diskspec.c \
	bounds="--unwind 10"
mutant "any unit" diskspec.c '/^\t\tif \(!unit\)/,+1d'
proof size:any "a size, up to 20 characters: of a length that it can have, or refused" core=diskspec.c \
	case=-DLENGTH=20 bounds="--unwind 22"
mutant "digits overflow" diskspec.c "s/('9') \|\| n > 1ULL << 52\)\$/\1)/"
mutant "units overflow" diskspec.c '/^\t\tif \(n > 1ULL << 52\)/,+1d'

proof word "a word's check: SPEC.md's CRC" core=word.c wraps=yes bounds="--unwind 113"
mutant "a wrong number in a table" word.c 's/0x3ef0/0x3ef1/'
mutant "some nibbles of the offset are not covered" word.c 's/^\t       four\(offset_crc, offset, 8\)/\t       0/'
mutant "a bit is flipped, the check isn't" word.c 's/ \^ check << PRMEM_WORD_CHECK_SHIFT\);/);/'
mutant "some bits of the check" word.c \
	's/^\treturn value >> PRMEM_WORD_CHECK_SHIFT == (check_of.*);/\treturn (u8)(value >> PRMEM_WORD_CHECK_SHIFT) == (u8)\1;/'

proof free "free pages are counted: up to 19 words, each with its own check" core=word.c \
	without=prmem_word_seal \
	bounds="--unwind 20 --unwindset crc.0:113,prmem_word_count_free.0:17,prmem_word_count_free.1:17,prmem_word_count_free.2:4"
mutant "the check of the page before" word.c 's/PRMEM_PAGE % 16;/PRMEM_PAGE % 16 ^ 1;/'
mutant "one word too many" word.c 's/^\t\tfor \(i = 0, differ = 0; i < n; i\+\+\)/\t\tfor (i = 0, differ = 0; i + 1 < n; i++)/'

proof page "a page word where a block begins: sound, or the first rule that it breaks" \
	bounds="--unwind 9"
mutant "a block may reach over the end" heap.c 's/1U << order <= part->pages - i,/true,/'
mutant "a block may begin anywhere" heap.c 's/i % \(1U << order\) == 0/true/'
mutant "class 8" heap.c 's/slab \? PRMEM_CLASSES : 1\)/slab ? PRMEM_CLASSES + 1 : 1)/'
mutant "orders above 26" heap.c 's/order <= PRMEM_MAX_ORDER,/order <= PRMEM_MAX_ORDER + 5,/'
mutant "free pages with an owner" heap.c 's/owned == \(PRMEM_WORD_OWNER\(w\) != 0\)/!owned || PRMEM_WORD_OWNER(w)/'

proof header "a heap's header: sound, or the first rule that it breaks" bounds="--unwind 9"
mutant "another reservation's" heap.c '/PRMEM_BAD_HEAP_ID/d'
mutant "beyond 2^43" heap.c 's/end <= PRMEM_MAX_HEAP_END,/true,/'
mutant "a heap of before" heap.c 's/^\t       prmem_equal\(fault, PRMEM_BAD_HEAP_SERIAL, le64_to_cpu\(r->serial\),/\t       prmem_equal(fault, PRMEM_BAD_HEAP_SERIAL, le64_to_cpu(region->serial),/'

proof map "the map of eight pages: blocks side by side, nothing free twice or lost" \
	bounds="--unwind 10"
mutant "what is inside a block isn't looked at" heap.c 's/count == inside, PRMEM_BAD_PAGE_INSIDE/true, PRMEM_BAD_PAGE_INSIDE/'
mutant "the block before is lost" heap.c 's/^\t\tpart->links\[\*last - part->first\].next = part->first \+ i;/\t\t;/'
mutant "inside a block there are free pages" heap.c 's/^\t\*next = i \+ 1 \+ count;/\t*next = i + 1;/'
mutant "a block may reach over the end" heap.c 's/1U << order <= part->pages - i,/true,/'

buddy() {
	proof "buddy:$1" "free blocks of eleven pages, after any history: $2" case="-D$3" \
		core="buddy.c bitmap.c" wraps=yes bounds="--object-bits 12 --unwind 28 --unwindset $4 --unwindset \
		prmem_bitmap_set.0:3,prmem_bitmap_clear.0:3,prmem_bitmap_next.0:3,prmem_bitmap_next.1:3"
}
buddy take "one is taken" TAKE prmem_buddy_take.0:5
mutant "the rest of a split block is lost" buddy.c 's/^\twhile \(from-- > order\)/\twhile (--from > order)/'
mutant "an order is forgotten" buddy.c 's/^\tbuddy->orders \|= 1U << order;/\tbuddy->orders = 1U << order;/'
buddy give "one is given, and joined" GIVE prmem_buddy_give.0:5
mutant "buddies stay apart" buddy.c 's/first >> order \^ 1\)\) \{/(first >> order ^ 1) + 1)) {/'
mutant "an empty order stays" buddy.c '/^\t\tbuddy->orders &= /s/~\(1U << order\)/~0U/'
buddy run "a run is given" RUN prmem_buddy_give.0:5,prmem_buddy_give_run.1:6
mutant "half a block of a run is lost" buddy.c \
	's/^\t\tprmem_buddy_give\(buddy, first, order\);/\t\tprmem_buddy_give(buddy, first, order - !!order);/'

proof bitmap "a set of up to 200 numbers, after any history" core=bitmap.c wraps=yes \
	bounds="--unwind 7"
mutant "the level above isn't cleared" bitmap.c '/^void prmem_bitmap_clear/,/^}/s/^\t\tif \(map->level\[level\]\[i \/ 64\]\)/\t\tif (!map->level[level][i \/ 64])/'
mutant "the next one may be before" bitmap.c 's/\[i \/ 64\] >> i % 64;$/[i \/ 64];/'
mutant "the word behind is skipped" bitmap.c 's/^\t\ti = i \/ 64 \+ 1;/\t\ti = i \/ 64 + 2;/'

proof label "a subsystem's and an instance's name: SPEC.md's, and no other" core=label.c \
	wraps=yes bounds="--unwind 65 --unwindset prmem_label_valid.0:9,prmem_label_valid.1:9"
mutant "blanks" label.c 's/EACH\(0x80 - 0x21\)/EACH(0x80 - 0x20)/'
mutant "bytes of 0x7f" label.c 's/!\(\(word \+ EACH\(1\)\) & EACH\(0x80\)\) && //'
mutant "what follows the end may be anything" label.c 's/last >> bits \|\| //'
mutant "no name at all" label.c '/^\tif \(!whole && !bits\)/,+1d'

proof record "an instance's record: sound, or the first rule that it breaks" core=record.c \
	wraps=yes bounds="--unwind 9"
mutant "the subsystem's name may be anything" check.c \
	's/prmem_label_valid\(rec->subsystem, true\)/true/'
mutant "a '/' in a subsystem's name" check.c 's/prmem_label_valid\(rec->subsystem, true\)/prmem_label_valid(rec->subsystem, false)/'
mutant "a record of another place" record.c 's/^\twhat\.head\[1\] = .*/\twhat.head[1] = 0;/'
mutant "other bytes are covered" record.c 's/what\.rest, \(const u8 \*\)rec \+ SEALED_FROM/what.rest, rec/'
mutant "a free record's bytes are covered" record.c '/^\tif \(state != PRMEM_INSTANCE_FREE\) \{/s/state != PRMEM_INSTANCE_FREE/true/'

proof slab "the bitmap of a slab, of each class: sound, or the first rule that it breaks" \
	wraps=yes bounds="--unwind 257 --unwindset count_bits.0:49"
mutant "a bit without an object" check.c 's/prmem_equal\(fault, PRMEM_BAD_SLAB_BIT, bits >> n, 0\)/prmem_equal(fault, PRMEM_BAD_SLAB_BIT, 0, 0)/'
mutant "a word too many is looked at" check.c 's/head - at \* sizeof\(\*slab\)\)/head - at * sizeof(*slab) + 8)/'
mutant "what follows the bitmap may be anything" check.c 's/^\treturn prmem_holds\(fault, is_zero\(slab \+ at, .*/\treturn prmem_holds(fault, true,/'
mutant "the check of the word before" check.c 's/offset \+ at \* sizeof\(\*slab\)\)/offset)/'

proof data "an instance's data: the slot that counts; set, cut anywhere: before or after" \
	core="record.c instance.c" wraps=yes bounds="--unwind 9"
mutant "over the slot that counts" instance.c 's/^\tstruct prmem_data_rec \*to = &rec->data\[!slot\];/\tstruct prmem_data_rec *to = \&rec->data[slot];/'
mutant "not invalidated first" instance.c '/^\tprmem_port_publish\(&to->word, cpu_to_le64\(PRMEM_DATA_WRITING\)\);/d'
mutant "sequences don't wrap" record.c 's/^\treturn \(u32\)\(b >> 32\) == \(u32\)\(\(a >> 32\) \+ 1\);/\treturn b >> 32 == (a >> 32) + 1;/'
mutant "any two sequences" check.c 's/!valid\[0\] \|\| !valid\[1\] \|\| apart == 1 \|\| apart == ~0U/true/'
mutant "memory of others" instance.c 's/!ref != !size \|\| size > .*\)$/!ref != !size)/'

proof create "an instance is made, cut anywhere: free, or there with its names" core=record.c \
	bounds="--unwind 9"
mutant "the state is not last" instance.c '
	/^\tprmem_port_publish\(&to->state, rec.state\);/d
	s/^\tprmem_port_write\(&to->type, &rec.type.*/\tprmem_port_publish(\&to->state, rec.state);\n&/'
mutant "without its data" instance.c 's/^\trec->data\[1\].word = .*/\t;/'
