#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
# prmem-fsck on images: sound ones, every class of damage, hostile sizes, and that it
# writes nothing. As it is shipped, and with ASan and UBSan.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
export LC_ALL=C
export ASAN_OPTIONS=detect_stack_use_after_return=1:detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
# shellcheck source=tests/check.sh
. "$here/check.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
chmod 755 .

sanitizers="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all"
forge_sources=("$here/fsck/forge.c" "$here"/unit/{harness,port}.c "$top"/module/core/*.c)

build() {
	make -s -C "$top/tools/fsck" OUT="$tmp/prmem-fsck" &&
		make -s -C "$top/tools/fsck" OUT="$tmp/prmem-fsck-asan" CFLAGS="$sanitizers" &&
		gcc -std=gnu11 -O1 -g -Wall -Wextra -Werror -fno-strict-aliasing -fsanitize=address \
			-o forge "${forge_sources[@]}"
}

# Places in an image: copies of the stamp, root B; and in a table its first region.
stamp=(0 2048) root_b=2112 region=64

# Sound images, made once: fresh brings them back.
make_images() {
	mkdir sound && cd sound || return
	../forge make blank blank && ../forge make one one && ../forge make cut cut &&
		../forge make three a b c && cat c a b > all && ../forge make heap h i > places && cd ..
}
fresh() { for image; do cp --sparse=always "sound/$image" . || return; done; }

# fsck STATUS ARGUMENT... [-- LINE...]: both builds end like that and print lines
# like these; with status 4 or 12 there is a line for each fault.
fsck() {
	local want=$1 arguments=() program status
	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do arguments+=("$1"); shift; done
	for program in prmem-fsck prmem-fsck-asan; do
		status=0
		"./$program" "${arguments[@]}" > said 2>&1 || status=$?
		judge "$want" "$status" "$@" || { cat said; echo "$program ended with status $status"; return 1; }
	done
}
judge() {
	local want=$1 status=$2 faults line
	shift 2
	[ "$status" = "$want" ] || return 1
	for line; do
		[ "$line" = -- ] || grep -qE -- "$line" said || { echo "no line like: $line"; return 1; }
	done
	faults=$(grep -c '^fault: ' said || :)
	case $status in
	0)	[ "$faults" = 0 ] && [ "$(tail -1 said)" = "prmem-fsck: sound" ] ;;
	4 | 12)	[ "$faults" -gt 0 ] && tail -1 said | grep -qx "prmem-fsck: $faults faults\?" ;;
	8 | 16)	[ "$faults" = 0 ] && [ "$(tail -1 said)" != "prmem-fsck: sound" ] ;;
	esac
}

# set_in IMAGE WHAT AT FIELD BYTES VALUE: with the checksum made right again.
set_in() {
	./forge set "$1" $(($3 + $4)) "$5" "$6" && ./forge seal "$1" "$2" "$3"
}
set_stamps() { # IMAGE FIELD BYTES VALUE
	set_in "$1" stamp "${stamp[0]}" "$2" "$3" "$4" && set_in "$1" stamp "${stamp[1]}" "$2" "$3" "$4"
}

#
# Sound images.
#

sound_one() {
	fresh one && fsck 0 one -- '^range one: 0x100000000-0x100ffffff as its stamp says, 16384 KiB' \
		'^  stamp A: sound: range 0 of 1, id 0x1234567890abcdef' '^  stamp B: sound' \
		'^root A: sound: sequence 1, format 1.0, 1 kernels, the last 6.1.0-1-amd64' \
		'^root B: sound: sequence 2, format 1.0, 2 kernels, the last 6.1.0-2-amd64' \
		'^verdict: root B, adopt' '^region 0: 0x200000, 4096 KiB, disk disk1, serial 1' \
		'^region 1: 0x600000, 6144 KiB, disk disk2, serial 2' '^region 2: 0xc00000, 4096 KiB, pool$'
}
sound_blank() { fresh blank && fsck 0 blank -- '^root A: empty' '^root B: empty' '^verdict: blank'; }
sound_cut() {
	fresh cut && fsck 0 cut -- '^root B: unfinished: a commit into it was cut' '^verdict: root A, adopt'
}
sound_three() {
	fresh a b c all &&
		fsck 0 a b c -- '^reservation: id 0x[0-9a-f]*, 3 ranges, 32768 KiB' '^region 4: ' &&
		fsck 0 c a b -- '^verdict: root B, adopt' &&
		fsck 0 all -- '^range all at 0xc00000: 0x100000000-' '^reservation: .* 3 ranges'
}
sound_first_commit() {
	fresh one && ./forge set one $root_b 8 0 && dd if=/dev/zero of=one bs=64 seek=33 count=31 \
		conv=notrunc status=none && fsck 0 one -- '^root B: empty: never written' '^verdict: root A, adopt'
}
sound_minor() {
	fresh one && set_in one root $root_b 6 2 7 && set_in one root $root_b 24 8 16 &&
		fsck 0 -v one -- 'format 1\.7' 'features 0x10 and 0'
}
told_base() {
	fresh one a b c && fsck 0 --base 0x100000000 one -- '^range one: 0x100000000-0x100ffffff, 16384 KiB' &&
		fsck 4 --base=0x200000000 one -- '^fault: range one: stamp A: base 0x100000000 expected 0x200000000' \
			'^verdict: root B, adopt.*refuses the ranges' &&
		fsck 0 a -b 0x101000000 b c && fsck 4 -b 0x101000000 a b c
}
quiet() {
	fresh one && fsck 0 -q one && [ "$(cat said)" = "prmem-fsck: sound" ] &&
		./forge flip one 100 1 && fsck 4 -q one && [ "$(wc -l < said)" = 2 ]
}

# What the forge put there is all found.
sound_heap() {
	fresh h i && fsck 0 -v h i -- '^heap 0: 0x200000, 4096 KiB, pages from 515 on' '^heap 1: ' \
		'^  map: sound: 1021 pages: 208 free, 777 of data, 34 of slabs, 2 of instances' \
		'^instance log/console: type 7, version 2, data 0x[0-9a-f]*, 100 bytes$' "^  number $console, 3108 KiB of memory" \
		'^instance gone/soon: being destroyed' '^instance many/29: type 29, version 29, data 0, 0 bytes' \
		"^block $block: 32 KiB of instance $console$" "^block $slab: 4 KiB of instance $console: 1 of 31 objects of 128 bytes" \
		'^heap: sound: 32 instances, 1 more being destroyed, 2872 KiB free' &&
		fsck 0 i h && [ "$(grep -c '^instance ' said)" = 33 ] && ! grep -q '^block' said
}

# golden NAME STATUS LINE...: as some version left it; the ranges are one after the other.
golden() {
	xz -dc "$here/golden/$1.img.xz" > golden && fsck "$2" golden -- "${@:3}"
}
golden_images() {
	local image
	golden 1.0-blank 0 '^verdict: blank' && golden 1.0-first 0 '^root B: empty: never written' &&
		golden 1.0-disks 0 '^verdict: root B, adopt' && golden 1.0-unfinished 0 '^root A: unfinished' &&
		golden 1.0-recover 4 '^fault: root B: region table: checksum' && golden 1.0-damaged 4 '^verdict: damaged' &&
		golden 1.0-stamp 4 '^fault: range .*: stamp [AB]: ' && golden 1.0-missing 4 'missing range: range 1 of 2' &&
		golden 1.0-feature 8 '^later: root .: incompatible features' && golden 1.1-minor 0 'format 1\.1' &&
		golden 2.0-later 8 '^later: root .: format version 0x2' && golden 1.0-heap-making 0 '^verdict: ' &&
		golden 1.0-heap 0 '^heap: sound: 43 instances, 1 more being destroyed' &&
		golden 1.0-heap-block 4 '^fault: heap: .*: page: inside a block' &&
		golden 1.0-heap-header 4 '^fault: heap 1: heap: checksum' &&
		golden 1.0-heap-names 4 'instance: two of one name' &&
		golden 1.0-log-1 0 '^heap: sound: 7 instances' '^instance prmem_log/6: type 1735355504, version 1,' &&
		golden 1.0-index-1 0 '^heap: sound: 33 instances' '^instance golden/keys: type 2019846512, version 1,' ||
		return 1
	for image in "$here"/golden/*.img.xz; do
		grep -q "golden $(basename "$image" .img.xz) " "$here/fsck.sh" || { echo "not looked at: $image"; return 1; }
	done
}

#
# Damage.
#

# Some bit of each kind of structure; the whole first page, and the table that counts.
any_flip() {
	local at bit
	for at in {0..63..5} {64..2047..97} {2048..2111..7} {2112..4095..89} {20480..36863..1021}; do
		bit=$((at % 8))
		fresh one && ./forge flip one "$at" $bit || return 1
		./prmem-fsck one > said 2>&1 && { cat said; echo "bit $bit of byte $at"; return 1; }
		grep -q '^fault: ' said || return 1
	done
}
stamp_damage() {
	fresh one && ./forge flip one 20 1 && fsck 4 one -- '^fault: range one: stamp A: checksum 0x' \
		'^  stamp B: sound' '^verdict: root B, adopt: a module goes on with it$' &&
		./forge flip one 2070 1 && fsck 4 one -- 'stamp A: checksum' 'stamp B: checksum' \
		'range 0 is taken to be one' '^root A: sound' '^root B: sound' '^region 2: ' \
		'^verdict: .*but it refuses the ranges' '^prmem-fsck: 2 faults'
}
stamp_rules() {
	local case
	for case in "0 8 1:magic 0x" "16 8 0:reservation id 0" "24 8 0x300000000:two sound stamps" \
		"40 4 1:range number 0x1 expected 0" "44 4 9:number of ranges 0x9 expected 0x8" \
		"44 4 0:number of ranges 0 " "48 8 1:byte that must be zero"; do
		fresh one
		# shellcheck disable=SC2086
		case $case in
		*magic*) ./forge set one 8 8 1 ;;
		*) set_in one stamp 0 ${case%%:*} ;;
		esac || return 1
		if [[ $case = *twins* ]]; then continue; fi
		case $case in
		"24 8"*) fsck 4 one -- '^fault: range one: stamp [AB]: base ' ;;
		*) fsck 4 one -- "^fault: range one: stamp A: ${case#*:}" '^  stamp B: sound' ;;
		esac || { echo "$case"; return 1; }
	done
}
twins() {
	fresh one && set_in one stamp 0 16 8 12345 &&
		fsck 4 one -- '^fault: range one: two sound stamps that differ 0x3039 expected 0x1234567890abcdef' \
			'^verdict: a module refuses the ranges'
}
root_rules() {
	local case
	fresh one && ./forge flip one 2700 3 && fsck 4 one -- '^fault: root B: checksum 0x.* expected 0x' \
		'^root A: sound' '^verdict: root A, recover' '^region 0: ' || return 1
	for case in "8 8 1:magic 0x1 expected 0x3130746f6f726d70" "16 8 0:sequence 0 expected 0x1" \
		"16 8 4:region table: sequence 0x2 expected 0x4" "16 8 1:slot number 0 expected 0x1" \
		"40 8 1:reservation id 0x1 expected" "48 8 1:size 0x1 expected 0x1000000" \
		"56 4 0:slot number 0 expected 0x1" "60 4 1:byte that must be zero" "80 8 0:next serial 0" \
		"80 8 2:region 1: region: serial 0x2 expected 0x2" "88 1 0:kernel release" \
		"160 1 0x80:kernel release 0x80"; do
		fresh one
		# shellcheck disable=SC2086
		set_in one root 2112 ${case%%:*} || return 1
		fsck 4 one -- "^fault: root B: ${case#*:}" '^verdict: root A, recover' || { echo "$case"; return 1; }
	done
}
table_rules() {
	local case
	fresh one && ./forge flip one 30000 3 &&
		fsck 4 one -- '^fault: root B: region table: checksum' '^verdict: root A, recover' || return 1
	for case in "8 8 1:region table: magic" "16 8 9:region table: sequence 0x9 expected 0x2" \
		"4 4 0:region table: slot number" "40 1 1:region table: byte that must be zero" \
		"24 4 256:region table: number of regions 0x100 expected 0xff" \
		"24 4 0xffffffff:region table: number of regions 0xffffffff" \
		"$region 8 0:region 0: region: start 0 expected 0x200000" \
		"$((region + 8)) 8 0xffffffffffe00000:region 0: region: size 0xffffffffffe00000" \
		"$((region + 16)) 8 2:region 1: region: serial" "$((region + 24)) 4 9:region 0: region: type 0x9" \
		"$((region + 28)) 4 1:region 0: region: byte that must be zero" \
		"$((region + 32)) 1 0x2e:region 0: region: name 0x2e"; do
		fresh one
		# shellcheck disable=SC2086
		set_in one table 20480 ${case%%:*} || return 1
		fsck 4 one -- "^fault: root B: ${case#*:}" '^verdict: root A, recover' || { echo "$case"; return 1; }
	done
}
both_slots() {
	fresh one && ./forge flip one 700 3 && ./forge flip one 2700 3 &&
		fsck 4 one -- '^fault: root A: checksum' '^fault: root B: checksum' '^verdict: damaged: .*EUCLEAN' \
			'^prmem-fsck: 2 faults' &&
		fresh one && set_in one root 64 16 8 7 && set_in one table 4096 16 8 7 &&
		fsck 4 one -- '^fault: root B: sequence 0x2 expected 0x6' '^verdict: damaged'
}
lost_slot() {
	fresh one && dd if=/dev/zero of=one bs=64 seek=1 count=31 conv=notrunc status=none &&
		fsck 4 one -- '^fault: root A: empty' '^verdict: root B, recover'
}
later() {
	fresh one && set_in one root 2112 4 2 2 &&
		fsck 8 one -- '^later: root B: format version 0x2' '^verdict: newer' '^prmem-fsck: not judged' &&
		fresh one && set_in one root 64 32 8 0x8000 && fsck 8 one -- '^later: root A: incompatible features 0x8000' &&
		./forge flip one 2700 3 && fsck 12 one -- '^fault: root B: checksum' &&
		fresh one && set_stamps one 4 4 2 && fsck 8 one -- '^later: range one: stamp A: stamp version 2'
}
foreign() {
	fresh a b c one
	fsck 4 a b one -- '^fault: range one: number of ranges 0x1 expected 0x3' '^root B: sound' || return 1
	set_stamps b 16 8 77 && fsck 4 a b c -- '^fault: range b: reservation id 0x4d expected 0x1234567890abcdef' \
		'^fault: reservation: missing range: range 1 of 3' '^root A: sound' '^verdict: root B, adopt.*refuses the ranges'
}
missing() {
	fresh a b c && fsck 4 a c -- '^fault: reservation: missing range: range 1 of 3' '^root B: sound' '^region 0: ' &&
		fsck 4 a -- 'range 1 of 3' 'range 2 of 3' '^verdict: a module refuses' '^prmem-fsck: 2 faults' &&
		fsck 4 b c -- 'range 0 of 3' '^verdict: a module refuses' &&
		fsck 4 a b c b -- '^fault: range b: range number 0x1' &&
		./forge flip b 40 1 && ./forge flip b 2088 1 &&
		fsck 4 a b c -- '^fault: range b: stamp A: checksum' '^fault: range b: stamp B' 'range 1 is taken to be b' \
			'^verdict: root B, adopt' '^prmem-fsck: 2 faults'
}
rest_not_zero() {
	fresh a b c && ./forge flip b 100 0 &&
		fsck 4 a b c -- '^fault: range b: byte that must be zero' '^root A: sound'
}
count_differs() {
	fresh a b c && set_stamps c 44 4 4 && fsck 4 a b c -- '^fault: range c: number of ranges 0x4 expected 0x3'
}
truncated() {
	fresh one all
	truncate -s 8M one && fsck 4 one -- '^fault: range one: the image is cut short: size 0x800000 expected 0x1000000' \
		'^root B: sound' '^verdict: root B, adopt' '^prmem-fsck: 1 fault' || return 1
	truncate -s 20000 one && fsck 4 one -- 'size 0x4e20' '^fault: root B: region table: magic' ||
		return 1
	truncate -s 3000 one && fsck 4 one -- '^fault: range one: the image is cut short: size 0xbb8 expected 0x1000' ||
		return 1
	truncate -s 1 one && fsck 4 one -- 'size 0x1 expected' || return 1
	# In the last of three: what is left is still judged.
	truncate -s 29M all && fsck 4 all -- '^fault: range all at 0x1c00000: the image is cut short' '^region 4: '
}
too_long() { fresh one && truncate -s 18M one && fsck 4 one -- '^fault: range one at 0x1000000: stamp A: magic 0 '; }

#
# Damage in the heap.
#

# heap_case REGEX COMMAND...: that damage to h is one fault, like that, and all else is judged.
heap_case() {
	local regex=$1 instances
	shift
	fresh h i && "$@" || return 1
	fsck 4 h i -- "^fault: $regex" '^  map: sound: 510 pages' '^heap: a module refuses its instances' '^prmem-fsck: 1 fault$' || return 1
	instances=$(grep -cE '^instance |^fault: instance ' said)
	[ "$instances" = "${want_instances:-33}" ] || { cat said; echo "$instances instances"; return 1; }
}
header() { ./forge set h $((heap + $1)) "$2" "$3" && ./forge seal h heap $((heap)); }
heap_header() {
	heap_case 'heap 0: heap: magic 0x5 expected 0x31307061656d7270' ./forge set h $((heap + 8)) 8 5 &&
		heap_case 'heap 0: heap: checksum' ./forge flip h $((heap + 60)) 1 &&
		heap_case 'heap 0: heap: reservation id 0x5 expected 0x1234567890abcdef' header 16 8 5 &&
		heap_case 'heap 0: heap: place 0x5 expected 0x200000' header 24 8 5 &&
		heap_case 'heap 0: heap: place 0xffffffffffe00000 expected 0x400000' header 32 8 0xffffffffffe00000 &&
		heap_case 'heap 0: heap: serial 0x5 expected 0x2' header 40 8 5 &&
		heap_case 'heap 0: heap: byte that must be zero' header 4 4 1 &&
		heap_case 'heap 0: heap: byte that must be zero' header 56 8 1
}
# map_word PLACE KIND ORDER CLASS OWNER [PAGES BEHIND]
map_word() {
	./forge word h $((word + 8 * ${5:-0})) $(($1 | $2 << 3 | $3 << 8 | $4 << 12)) $((block + 4096 * ${5:-0}))
}
heap_words() {
	local page=$((block / 4096))
	heap_case "heap: word of page $page: page: check" ./forge flip h $((word)) 3 &&
		heap_case "heap: word of page $page: page: check" ./forge flip h $((word + 6)) 3 &&
		heap_case "heap: word of page $page: page: kind 0x7 expected 0x4" map_word 7 3 0 "$console" &&
		heap_case "heap: word of page $page: page: class 0x1 expected 0" map_word 2 3 1 "$console" &&
		heap_case "heap: word of page $page: page: order 0x4 expected 0x3" map_word 2 4 0 "$console" &&
		heap_case "heap: word of page $page: page: order 0x1f expected 0x1a" map_word 2 31 0 "$console" &&
		heap_case "heap: word of page $page: page: owner 0 expected 0x1" map_word 2 3 0 0 &&
		heap_case "heap: word of page $page: page: owner 0x5 expected 0" map_word 1 0 0 5 &&
		heap_case "heap: word of page $((page + 3)): page: inside a block" map_word 2 0 0 "$console" 3 &&
		heap_case "heap: page $page: page: owner 0xbccc" map_word 2 3 0 $((last + 1)) &&
		heap_case "heap: page $page: page: owner 0x5 expected 0" map_word 2 3 0 5 &&
		heap_case "heap: page $page: page: owner 0xbfff" map_word 2 3 0 $((console + 31)) &&
		heap_case "heap: page $page: page: owner 0xfffffffff" map_word 2 3 0 $((0xfffffffff))
}
# label STRING AT
label() { printf '%s\0' "$1" | dd of=h bs=1 seek=$(($2)) conv=notrunc status=none; }
relabel() { # SUBSYSTEM NAME: of many/29
	label "$1" "$last_record + 16" && label "$2" "$last_record + 80" && ./forge record h "$last_record" "$last" 2
}
heap_records() {
	local at="page $((last / 32)), record $((last % 32))"
	heap_case "heap: page $((console / 32)): instances: byte that must be zero" ./forge set h $((records + 63)) 1 1 &&
		heap_case "instance many/29: $at: instance: state 0x9 expected 0x3" ./forge record h "$last_record" "$last" 9 &&
		heap_case "instance many/29: $at: instance: state 0 expected 0x3" ./forge record h "$last_record" "$last" 0 &&
		heap_case "instance many/29: $at: instance: checksum" ./forge flip h $((last_record + 8)) 3 &&
		heap_case "instance many/2;: $at: instance: checksum" ./forge flip h $((last_record + 81)) 1 &&
		heap_case "instance a/b/c: $at: instance: subsystem" relabel a/b c &&
		heap_case "instance many/: $at: instance: name 0 expected 0" relabel many '' &&
		heap_case "instance log/console: .*|heap: page $((console / 32)): instance: two of one name" relabel log console
}
# slots PAIR...: of the console's data, each a sequence or -
data_slot() { # SLOT SEQUENCE
	./forge data h $((record + 144 + 24 * $1)) "$console" "$1" "$2"
}
data_field() { # SLOT SEQUENCE FIELD VALUE
	./forge set h $((record + 144 + 24 * $1 + $3)) 8 "$4" && data_slot "$1" "$2"
}
writing_both() {
	./forge set h $((record + 144)) 8 0x676e697469727764 && ./forge set h $((record + 168)) 8 0x676e697469727764
}
heap_data() {
	local at="page $((console / 32)), record 0"
	heap_case "instance log/console: $at: instance: data" ./forge flip h $((record + 144)) 3 &&
		heap_case "instance log/console: $at: instance: data" ./forge flip h $((record + 168 + 10)) 3 &&
		heap_case "instance log/console: $at: instance: data" writing_both &&
		heap_case "instance log/console: $at: instance: data 0x1 expected 0x9" data_slot 0 9 &&
		heap_case "heap: page $((console / 32)): instance: data place 0x200000 expected 0x64" data_field 0 2 8 0x200000 &&
		heap_case "heap: page $((console / 32)): instance: data place $object expected 0x81" data_field 0 2 16 129 &&
		heap_case "heap: page $((console / 32)): instance: data place 0 expected 0x64" data_field 0 2 8 0 &&
		heap_case "heap: page $((console / 32)): instance: data place 0xffffffffffffffff" data_field 0 2 8 0xffffffffffffffff
	# While one slot is written the other counts.
	fresh h i && ./forge set h $((record + 144)) 8 0x676e697469727764 &&
		fsck 0 h i -- "^instance log/console: type 7, version 2, data $block, 20000 bytes"
}
bits() { ./forge bits h $((slab)) "$1" $((slab)); }
heap_slabs() {
	local at="heap: page $((slab / 4096)): a slab of instance $console"
	heap_case "$at: slab: check" ./forge flip h $((slab)) 3 &&
		heap_case "$at: slab: bit without an object" bits $((1 << 31 | 1)) &&
		heap_case "$at: slab: byte that must be zero" ./forge set h $((slab + 100)) 1 1 &&
		heap_case "heap: page $((console / 32)): instance: data place" bits 2
}
# Several faults are all named, and what is sound is listed all the same.
heap_several() {
	fresh h i && ./forge flip h $((heap + 8)) 1 && ./forge flip h $((slab_word)) 3 && ./forge flip h $((index_record + 20)) 3 &&
		./forge flip h $((last_record)) 3 && fsck 4 h i -- '^fault: heap 0: heap: magic' '^fault: heap: word of page ' \
		'^fault: instance db.*/index: .* instance: checksum' '^fault: instance many/29' '^instance log/console: ' \
		'^instance many/28: ' '^prmem-fsck: 4 faults'
}
# A block of nobody's, also where the whole can't be judged.
heap_nobodys() {
	fresh h i && map_word 2 3 0 $((last + 1)) && ./forge flip h $((last_record)) 3 &&
		fsck 4 h i -- "^fault: heap: page $((block / 4096)): page: owner 0xbccc" '^fault: instance many/29' \
		'^prmem-fsck: 2 faults'
}
heap_lost() {
	fresh h i && dd if=/dev/urandom of=h bs=4096 seek=$((heap / 4096)) count=3 conv=notrunc status=none &&
		fsck 4 h i -- '^fault: heap: [0-9]* more words of this map break a rule' '^heap 1: ' '^  map: sound: 510'
}
heap_elsewhere() {
	fresh h i && fsck 4 h -- 'missing range: range 1 of 2' '^heap in region 3: not judged' '^instance log/console' \
		'^heap: not judged as a whole' '^prmem-fsck: 1 fault' && truncate -s 7M i &&
		fsck 4 h i -- '^fault: range i: the image is cut short' '^heap in region 3: not judged' '^instance log/console' &&
		truncate -s 3M h && fsck 4 h i -- '^heap in region 0: not judged'
}
# A bit of what is checked: header, map, records in use, the slab's bitmap and what is behind it.
heap_flip() {
	local at
	for at in $(seq $((heap)) 5 $((heap + 63))) $(seq $((heap + 64)) 463 $((heap + 64 + 1021 * 8 - 1))) \
		$(seq $((records)) 7 $((records + 63))) $(seq $((record)) 9 $((record + 167))) $(seq $((slab)) 13 $((slab + 127))); do
		fresh h && ./forge flip h "$at" $((at % 8)) || return 1
		./prmem-fsck h i > said 2>&1 && { cat said; echo "bit $((at % 8)) of byte $at"; return 1; }
		grep -q '^fault: ' said || return 1
	done
}
# Noise anywhere in the heap's metadata: whatever comes of it, it comes to an end.
heap_noise() {
	local i at status
	RANDOM=4
	for i in {1..60}; do
		fresh h
		case $((i % 3)) in
		0) at=$((word + 8 * (RANDOM % 8))) ;;
		1) at=$((heap + 64 + 8 * (RANDOM % 1021))) ;;
		2) at=$((records + RANDOM % 4096)) ;;
		esac
		head -c $((1 + RANDOM % 64)) /dev/urandom | dd of=h bs=1 seek=$at conv=notrunc status=none
		# Words that hold, and say anything.
		[ $((i % 2)) = 0 ] || ./forge word h $((word)) $((RANDOM << 32 ^ RANDOM << 16 ^ RANDOM)) $((block)) || return 1
		status=0
		./prmem-fsck-asan -v h i > said 2>&1 || status=$?
		[ $status = 0 ] || [ $status = 4 ] || { cat said; echo "status $status"; return 1; }
	done
}

#
# Hostile.
#

# With a megabyte or so to allocate: sizes in the stamps cost nothing.
small() {
	local status=0
	(ulimit -v 8192 && ./prmem-fsck "$@") > said 2>&1 || status=$?
	judge 4 $status || { cat said; echo "status $status"; return 1; }
}
hostile_sizes() {
	local size line
	for size in 0 0x1 0x1000 0x100000 0x200001 0x600000 0x10000000000000 0x40000000000000 0x8000000000000000 \
		0xffffffffffe00000 0xffffffffffffffff; do
		# What no range can have is not even tried.
		line="stamp A: size $size expected"
		[[ $size != 0x600000 && $size != 0x10000000000000 ]] || line='the image is cut short: size|stamp A: magic|: base '
		fresh one && set_stamps one 32 8 "$size" || return 1
		small one && fsck 4 one -- "$line" || { echo "size $size"; return 1; }
		fresh a b c && set_stamps b 32 8 "$size" || return 1
		small a b c && fsck 4 a b c -- "$line" || { echo "size $size of the second"; return 1; }
		cat a b c > all && fsck 4 all -- "$line" || { echo "size $size in the middle"; return 1; }
	done
}
hostile_bases() {
	local base
	for base in 0x1 0x1000 0xffffffffffe00000 0x8000000000000000; do
		fresh one && set_stamps one 24 8 $base && small one && fsck 4 one -- "^fault: range one: base $base" ||
			return 1
	done
}
many_ranges() {
	local i
	fresh one
	truncate -s 2M one && set_stamps one 32 8 0x200000 || return 1
	for i in {1..9}; do cat one; done > many
	small many && fsck 4 many -- 'range number' || return 1
	for i in {1..70}; do cat one; done > many
	fsck 8 many -- '^prmem-fsck: many: more than 64 ranges'
}
huge_file() {
	fresh one && truncate -s 1T one || return 1
	fsck 4 one -- '^fault: range one at 0x1000000: stamp A: magic' && small one
}
garbage() {
	local i
	for i in {1..20}; do
		head -c 40000 /dev/urandom > noise
		fsck 4 noise -- '^fault: range noise: stamp A: magic' || return 1
	done
}
terminal_codes() {
	fresh h i && ./forge set h $((last_record + 80)) 8 0x4a325b1b0d && ./forge set h $((last_record + 16)) 8 0xff0a9b1b
	fsck 4 -v h i -- '^fault: instance [?]*/[?][?]\[2J: ' && ! grep -q "[^ -~]" said
}

#
# What is no image.
#

no_image() {
	mkdir dir && : > empty && mkfifo fifo
	fsck 8 dir -- '^prmem-fsck: dir: not an image: neither a file nor a block device' &&
		fsck 8 none -- '^prmem-fsck: none: No such file or directory' &&
		fsck 8 empty -- '^prmem-fsck: empty: not an image: it is empty' &&
		fsck 8 fifo -- 'not an image' && fsck 8 /dev/zero -- 'not an image: .*--live'
}
usage() {
	fsck 16 -- '^Usage: ' && fsck 16 --nonsense one && fsck 16 --live one -- SIZE!START && fsck 16 -q -v one &&
		fsck 16 --base nonsense one -- '"nonsense" is not an address' && fsck 16 one --base 0x1000 &&
		./prmem-fsck --help > said && grep -q '^Usage' said && ./prmem-fsck --version > said &&
		grep -qxF "prmem-fsck $(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$top/dkms.conf")" said
}
full_disk() {
	local status=0
	fresh one && ./prmem-fsck one > /dev/full 2> said || status=$?
	[ $status = 8 ] && grep -q 'could not be written' said
}

#
# Nothing is written.
#

nothing_written() {
	fresh one a b c && ./forge flip a 20 1 && ./forge flip one 2700 3 || return 1
	chmod 444 one a b c
	touch -d 2001-02-03 one a b c
	stat -c '%n %y %z %s %a' one a b c > before
	sha256sum one a b c >> before
	fsck 4 one && fsck 4 a b c || return 1
	stat -c '%n %y %z %s %a' one a b c > after
	sha256sum one a b c >> after
	diff before after
}
# No file is opened and no memory is mapped for writing, as the kernel saw it.
no_way_to_write() {
	fresh one && strace -f -e trace=open,openat,mmap -o trace ./prmem-fsck one > said || return 1
	grep '"one"' trace | grep -q O_RDONLY && ! grep '"one"' trace | grep -E 'O_RDWR|O_WRONLY|O_CREAT' &&
		! grep -E 'MAP_SHARED' trace | grep PROT_WRITE && grep -q 'PROT_READ, MAP_SHARED' trace
}

#
# The memory of this machine, which is a folder here.
#

entry() { # N START END TYPE
	mkdir -p "stub/sys/firmware/memmap/$1"
	echo "$2" > "stub/sys/firmware/memmap/$1/start"
	echo "$3" > "stub/sys/firmware/memmap/$1/end"
	echo "$4" > "stub/sys/firmware/memmap/$1/type"
}
machine() {
	rm -rf stub
	mkdir -p stub/proc stub/dev stub/sys/module
	fresh a b c
	local i
	for i in "a 0x100000000" "b 0x101000000" "c 0x101600000"; do
		dd if="${i% *}" of=stub/dev/mem bs=1M seek=$((${i#* } >> 20)) conv=notrunc,sparse status=none
	done
	truncate -s 5G stub/dev/mem
	echo '00001000-0009ffff : System RAM' > stub/proc/iomem
	entry 0 0x0 0x9ffff "System RAM"
	entry 1 0x100000000 0x100ffffff "Persistent Memory (legacy)"
	entry 2 0x101000000 0x1013fffff "Persistent Memory (legacy)"
}
live() {
	local PRMEM_ROOT=stub
	export PRMEM_ROOT
	machine
	# One place is known to iomem alone, and one to both; type 12 that isn't ours is left alone.
	cat >> stub/proc/iomem << 'END'
101000000-1013fffff : Persistent Memory (legacy)
101600000-1021fffff : Persistent Memory (legacy)
  101600000-1021fffff : namespace0.0
110000000-11fffffff : Persistent Memory (legacy)
120001000-12fffffff : Persistent Memory (legacy)
END
	fsck 0 --live -- '^range stub/dev/mem at 0x101600000: 0x101600000-0x1021fffff, 12288 KiB' '3 ranges' \
		'^memory 0x110000000-0x11fffffff of type 12 has no stamp: left alone' '^region 4: ' || return 1
	./forge flip stub/dev/mem $((0x100000000 + 2700)) 3
	fsck 4 --live -- '^fault: root B: checksum' || return 1
	./forge flip stub/dev/mem $((0x101000000 + 20)) 3
	./forge flip stub/dev/mem $((0x101000000 + 2068)) 3
	fsck 4 --live -- '^fault: range stub/dev/mem at 0x101000000: stamp A: checksum' '^prmem-fsck: 3 faults'
}
live_refused() {
	local PRMEM_ROOT=stub
	export PRMEM_ROOT
	machine
	mkdir stub/sys/module/prmem
	fsck 8 --live -- '^prmem-fsck: the module is loaded, and may be writing: modprobe -r prmem first' || return 1
	rmdir stub/sys/module/prmem
	rm -r stub/sys/firmware
	fsck 8 --live -- '^prmem-fsck: no memory of prmem in the map, as in a capture kernel' || return 1
	rm stub/dev/mem
	fsck 8 --live -- 'No such file or directory: this kernel has no /dev/mem'
}

copies() {
	local PRMEM_ROOT=stub
	export PRMEM_ROOT
	machine
	mkdir -p copies
	cat > stub/proc/iomem << 'END'
101600000-1021fffff : Persistent Memory (legacy)
END
	./prmem-fsck --copy copies --live > said && grep -q '^copied to copies/prmem-0x101000000.img$' said &&
		cmp a copies/prmem-0x100000000.img && cmp b copies/prmem-0x101000000.img &&
		cmp c copies/prmem-0x101600000.img && [ "$(stat -c %a copies/prmem-0x101600000.img)" = 600 ] &&
		fsck 0 copies/*.img && [ "$(du -m copies/prmem-0x100000000.img | cut -f1)" -le 1 ] || return 1
	# Nothing is overwritten.
	fsck 8 --copy copies --live -- 'File exists' && fsck 8 --copy none --live -- 'No such file' &&
		fsck 16 --copy copies a
}
# As in a capture kernel, where the map has nothing.
named() {
	local PRMEM_ROOT=stub
	export PRMEM_ROOT
	machine
	rm -r stub/sys/firmware
	fsck 0 --live '0x1000000!0x100000000' 'memmap=0x400000!0x101000000' '12582912!0x101600000' &&
		fsck 4 --live '0x1000000!0x100000000' -- 'range 1 of 3' 'range 2 of 3' &&
		fsck 4 --live '0x800000!0x100000000' -- 'stamp A: size 0x1000000 expected 0x800000' &&
		fsck 4 --live '0x800000!0x110000000' -- 'stamp A: magic' &&
		fsck 16 --live '0x800000!' && fsck 16 --live '0x800000' && fsck 16 --live '0x1000!0x100000000' &&
		fsck 16 --live 'memmap=' && fsck 16 --live 'memmap=memmap=0x800000!0x100000000' &&
		fsck 16 --live '0!0x100000000' && fsck 16 --live '0xffffffffffe00000!0x400000'
}

"$here/need.sh" gcc libc6-dev make strace xz-utils
check "plain make, and with ASan and UBSan, -Wall -Wextra -Werror" build
check "the images" make_images
# shellcheck disable=SC1090,SC1091
. sound/places
check "sound: one range" sound_one
check "sound: nothing committed" sound_blank
check "sound: a commit that was cut" sound_cut
check "sound: only the first commit" sound_first_commit
check "sound: three ranges, in any order, in one file" sound_three
check "sound: a later minor version" sound_minor
check "sound: heaps" sound_heap
check "golden images of every version" golden_images
check "--base" told_base
check "-q: faults and the last line" quiet
check "any flipped bit is a fault" any_flip
check "stamp: one copy, both copies" stamp_damage
check "stamp: every rule" stamp_rules
check "stamp: two that differ" twins
check "root: every rule" root_rules
check "region table: every rule" table_rules
check "both slots" both_slots
check "a slot that was lost" lost_slot
check "a later version" later
check "ranges of two reservations" foreign
check "a missing range, and one too many" missing
check "roots where none may be" rest_not_zero
check "stamps that disagree on the number of ranges" count_differs
check "an image that was cut short" truncated
check "an image that is too long" too_long
check "heap: header" heap_header
check "heap: map" heap_words
check "heap: records" heap_records
check "heap: data" heap_data
check "heap: slabs" heap_slabs
check "heap: several faults" heap_several
check "heap: a block of nobody's" heap_nobodys
check "heap: a map that is lost" heap_lost
check "heap: parts that are not there" heap_elsewhere
check "heap: any flipped bit is a fault" heap_flip
check "heap: noise" heap_noise
check "hostile sizes" hostile_sizes
check "hostile bases" hostile_bases
check "hostile: many ranges" many_ranges
check "hostile: a huge file" huge_file
check "noise" garbage
check "nothing for the terminal but text" terminal_codes
check "no image: folder, nothing, empty, pipe, device" no_image
check "usage, help, version" usage
check "a full disk" full_disk
check "nothing is written: bytes, times, permissions" nothing_written
check "nothing could be written" no_way_to_write
check "--live" live
check "--live, and why not" live_refused
check "--live: ranges that are named" named
check "--copy" copies
finish
