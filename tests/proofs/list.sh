# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The proofs, each with its mutants; run.sh has the verbs. README.md says what they mean.
# Bounds: one more than the loops' longest run.

proof zero "all bytes are zero, or one is not" core=space.c bounds="--unwind 66"
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
