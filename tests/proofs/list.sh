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

proof restamp "a stamp is written: cut anywhere, none or a whole one" core=space.c \
	bounds="--unwind 9"
mutant "the magic is not last" space.c '
	/^\tprmem_port_publish\(&to->magic, stamp->magic\);/d
	s/^\tprmem_port_write\(to, stamp, head\);/\tprmem_port_publish(\&to->magic, stamp->magic);\n&/'
mutant "the magic is among the plain stores" space.c \
	's/^\tprmem_port_write\(\(u8 \*\)to \+ tail.*/\tprmem_port_write(\&to->magic, \&stamp->magic, 8);\n&/'

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

proof record "an instance's record: sound, or the first rule that it breaks" core=record.c \
	wraps=yes bounds="--unwind 9"
mutant "the subsystem's name may be anything" check.c \
	's/prmem_label_valid\(rec->subsystem, true\)/true/'
mutant "a '/' in a subsystem's name" check.c 's/prmem_label_valid\(rec->subsystem, true\)/prmem_label_valid(rec->subsystem, false)/'
mutant "a record of another place" record.c 's/^\twhat\.head\[1\] = .*/\twhat.head[1] = 0;/'
mutant "other bytes are covered" record.c 's/what\.rest, \(const u8 \*\)rec \+ SEALED_FROM/what.rest, rec/'
mutant "a free record's bytes are covered" record.c '/^\tif \(state != PRMEM_INSTANCE_FREE\) \{/s/state != PRMEM_INSTANCE_FREE/true/'

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
