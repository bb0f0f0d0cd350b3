#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compares SPEC.md with the headers and with the core.

	check.py TOP CC DUMP IMAGES

TOP is the source tree, CC a C compiler, DUMP the program made of dump.c, of
which IMAGES images are read by the rules of SPEC.md.
"""

import copy
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib

NOT_PERSISTENT = {"prmem_shim", "prmem_range", "prmem_log", "prmem_tree"}

# Where the names of rules are: by the section of SPEC.md, and by what is before the name in C.
RULES = {
	"": ("module/core/fault.c", r"\] = "),
	"A log": ("module/log/ring.c", r"\treturn "),
	"An index": ("module/index/tree.c", r"fault = |\treturn |\bnot_each_once\[\] = "),
}

# With which arguments the header's macros are compared: SPEC.md has just these rows.
ARGUMENTS = {
	"n": ["0", "1"],
	"c": [str(c) for c in range(8)],
	"size": ["0x200000", "0x40000000", "0x80000000000"],
	"w": ["0xb2df000004040203", "0xfedcba9876543210"],
	"page, i": ["514, 0", "0x7fffffff, 20"],
}


# -- SPEC.md --

def rows(lines):
	"""The cells of the Markdown table that begins in these lines."""
	table = []
	for line in lines:
		if line.startswith("|"):
			cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
			table.append(cells)
		elif table:
			break
	return table[2:]


def parse_spec(text):
	"""Structures, constants, names of rules, and what the examples say."""
	lines = text.splitlines()
	spec = {"structs": {}, "sizes": {}, "constants": {}, "rules": set(), "examples": [],
		"salts": {}, "words": {}, "classes": []}
	section = ""
	for i, line in enumerate(lines):
		if line.startswith("## "):
			section = line[3:] if line[3:] in RULES else ""
		heading = re.match(r"#+ `struct (\w+)`, (\d+) bytes", line)
		if heading:
			name, size = heading.groups()
			spec["sizes"][name] = int(size)
			spec["structs"][name] = [(r[3], int(r[0]), int(r[1]), r[2])
						 for r in rows(lines[i + 1:])]
		if line == "## Constants":
			spec["constants"] = {r[0]: int(r[1], 0) for r in rows(lines[i + 1:])}
		if line.startswith("| # | rule |"):
			for r in rows(lines[i:]):
				spec["rules"] |= {(section, rule) for rule in re.findall("`([^`]*)`", r[1])}
		if line.startswith("| of | salt |"):
			spec["salts"] = {r[0]: (int(r[1], 0), int(r[2], 0)) for r in rows(lines[i:])}
		if line.startswith("| class | size of an object |"):
			spec["classes"] = [[int(cell) for cell in r] for r in rows(lines[i:])]
		if line == "| word | value |":
			spec["words"] |= {r[0]: int(r[1], 0) for r in rows(lines[i:])}
		if re.match("[0-9a-f]{2}: ([0-9a-f]{2} ){15}", line):
			if line.startswith("00:"):
				spec["examples"].append(b"")
			spec["examples"][-1] += bytes.fromhex(line[4:])
	return spec


# -- the header --

def members(text):
	"""The structures of a header, each with its members' names, as they are written."""
	text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
	found = {}
	for name, body in re.findall(r"struct (\w+) \{([^{}]*)\}", text):
		found[name] = []
		for declaration in filter(None, map(str.strip, body.split(";"))):
			for part in declaration.split(","):
				if part.endswith("[]"):		# what is behind the structure
					continue
				found[name].append(re.search(r"(\w+)(\[\w+\])?$", part.strip()).group(1))
	return found


def names(text):
	"""The constants of a header; of a macro with arguments, those for ARGUMENTS."""
	found = []
	dropped = re.findall(r"^#undef (\w+)", text, flags=re.M)
	for name, arguments in re.findall(r"^#define (\w+)(?:\(([^)]*)\))?[ \t]+\S", text, flags=re.M):
		if name in dropped:
			continue
		found += [f"{name}({values})" for values in ARGUMENTS[arguments]] if arguments else [name]
	return found + re.findall(r"^\t(\w+) = \d+,", text, flags=re.M)


def type_name(element, size, of):
	plain = {"__le16": "le16", "__le32": "le32", "__le64": "le64", "__u8": "u8"}.get(element, element)
	return plain if size == of else f"{plain}[{size // of}]"


def read_header(top, cc):
	"""What the compiler says of the headers: the counterpart of parse_spec()."""
	headers = ["include/prmem/shim.h", "include/prmem/format.h", "module/log/ring.h",
		   "module/index/tree.h"]
	text = "".join(open(f"{top}/{name}").read() for name in headers)
	structs = {n: m for n, m in members(text).items() if n not in NOT_PERSISTENT}
	prints = []
	for name, fields in structs.items():
		prints.append(f'printf("size {name} %zu\\n", sizeof(struct {name}));')
		for field in fields:
			at = f"(((struct {name} *)0)->{field})"
			prints.append(f'printf("field {name} {field} %zu %zu ", '
				      f'offsetof(struct {name}, {field}), sizeof({at}));')
			prints.append(f'KIND{at};')
	for name in names(text):
		prints.append(f'printf("constant %llu {name}\\n", (unsigned long long){name});')
	program = "\n".join([
		"#include <stddef.h>", "#include <stdio.h>", *(f'#include "{name}"' for name in headers),
		# Of an array: its element; everything else counts as an array of one.
		"#define ELEMENT(x) _Generic(&(x), default: (x))",
		'#define NAME(x) _Generic((x), __u8: "u8", __u16: "le16", __u32: "le32", __u64: "le64", '
		'__u8 *: "u8", __u64 *: "le64"' +
		"".join(f', struct {n} *: "{n}"' for n in structs) + ")",
		'#define UNIT(x) _Generic((x), __u8: 1, __u16: 2, __u32: 4, __u64: 8, __u8 *: 1, '
		"__u64 *: 8" + "".join(f", struct {n} *: sizeof(struct {n})" for n in structs) + ")",
		'#define KIND(x) printf("%s %zu\\n", NAME(x), (size_t)UNIT(x))',
		"int main(void) {", *prints, "return 0; }"])
	with tempfile.TemporaryDirectory() as build:
		path = os.path.join(build, "layout")
		with open(path + ".c", "w") as source:
			source.write(program)
		subprocess.run([cc, "-std=gnu11", f"-I{top}", f"-I{top}/tests/unit/stub", "-o", path,
				path + ".c"], check=True)
		output = subprocess.run([path], check=True, capture_output=True, text=True).stdout
	header = {"structs": {}, "sizes": {}, "constants": {}, "rules": set()}
	for line in output.splitlines():
		kind, name, *rest = line.split()
		if kind == "size":
			header["sizes"][name] = int(rest[0])
			header["structs"][name] = []
		elif kind == "constant":
			header["constants"][" ".join(rest)] = int(name)
		else:
			field, offset, size, element, of = rest
			header["structs"][name].append((field, int(offset), int(size),
							type_name(element, int(size), int(of))))
	for section, (name, before) in RULES.items():
		said = re.findall(f'(?:{before})"([^"]*)";?', open(f"{top}/{name}").read())
		header["rules"] |= {(section, rule) for rule in said} - {("", "sound")}
	return header


def classes(constant):
	"""SPEC.md's table of the slabs' classes, as the constants have it."""
	table = []
	for c in range(8):
		size, order, head, count = (constant[f"PRMEM_{what}({c})"] for what in
					    ("CLASS_SIZE", "CLASS_ORDER", "SLAB_HEAD", "SLAB_OBJECTS"))
		table.append([c, size, order, head, count, -(-count // constant["PRMEM_SLAB_BITS"])])
	return table


def differences(spec, header):
	"""Every difference between the two, in both directions, as lines."""
	found = []
	for what in ("structs", "sizes", "constants"):
		for name in sorted(spec[what].keys() | header[what].keys()):
			left, right = spec[what].get(name), header[what].get(name)
			if left != right and what == "structs" and left and right:
				only = [f for f in left if f not in right], [f for f in right if f not in left]
				found.append(f"{name}: SPEC.md {only[0]}, header {only[1]}")
			elif left != right:
				found.append(f"{name}: SPEC.md {left}, header {right}")
	for section, rule in sorted(spec["rules"] ^ header["rules"]):
		found.append(f"rule `{rule}` is only in " +
			     ("SPEC.md" if (section, rule) in spec["rules"] else RULES[section][0]))
	for c, row in enumerate(classes(header["constants"])):
		if spec["classes"][c:c + 1] != [row]:
			found.append(f"class {c}: SPEC.md {spec['classes'][c:c + 1]}, header {row}")
		if row[3] < 8 * row[5] or row[3] + row[4] * row[1] != 4096 << row[2]:
			found.append(f"class {c}: the objects do not fill the slab")
	# What fills a structure without a gap lacks no field.
	for name, fields in spec["structs"].items():
		end = 0
		for field, offset, size, _ in fields:
			if offset != end:
				found.append(f"{name}.{field}: is not at the end of the field before it")
			end = offset + size
		if end != spec["sizes"][name]:
			found.append(f"{name}: the fields do not fill it")
	return found


# -- a reader, written from SPEC.md alone --

TABLE = []
for byte in range(256):
	for _ in range(8):
		byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
	TABLE.append(byte)


def crc32c(salt, data):
	state = salt
	for byte in data:
		state = state >> 8 ^ TABLE[(state ^ byte) & 255]
	return state


def crc16(salt, data):
	state = salt
	for byte in data:
		state ^= byte
		for _ in range(8):
			state = state >> 1 ^ (0xA6BC if state & 1 else 0)
	return state


def first_broken(ladder):
	"""The name of the first rule that doesn't hold; what follows isn't evaluated."""
	for name, holds in ladder:
		if not holds():
			return name
	return None


class Reader:
	"""Reads structures by the tables of SPEC.md."""

	def __init__(self, spec):
		self.spec = spec
		self.constant = spec["constants"]

	def record(self, name, data, at=0):
		fields = {}
		for field, offset, size, kind in self.spec["structs"][name]:
			part = data[at + offset:at + offset + size]
			fields[field] = int.from_bytes(part, "little") if kind.startswith("le") else part
		fields["bytes"] = data[at:at + self.spec["sizes"][name]]
		return fields

	def stamp_breaks(self, s, base, size):
		return first_broken([
			("magic", lambda: s["magic"] == 0x706D6174736D7270),
			("checksum", lambda: s["checksum"] == zlib.crc32(s["bytes"][4:])),
			("stamp version", lambda: s["abi"] == 1),
			("base", lambda: s["base"] == base),
			("size", lambda: s["size"] == size),
			("reservation id", lambda: s["id"] != 0),
			("number of ranges", lambda: 1 <= s["count"] <= 8),
			("range number", lambda: s["index"] < s["count"]),
			("byte that must be zero", lambda: s["zero"] == 0),
		])

	def reservation(self, ranges):
		"""-> (why it is refused, ranges by their number, id, copies to mend)"""
		numbered, mend, first = {}, 0, None
		for i, (base, size, data) in enumerate(ranges):
			copies = [self.record("prmem_stamp", data, at) for at in (0, 2048)]
			broken = [self.stamp_breaks(s, base, size) for s in copies]
			s = copies[0] if not broken[0] else copies[1]
			first = first or s
			why = broken[0] if all(broken) else first_broken([
				("two sound stamps that differ",
				 lambda: any(broken) or copies[0]["bytes"] == copies[1]["bytes"]),
				("reservation id", lambda: s["id"] == first["id"]),
				("number of ranges", lambda: s["count"] == first["count"]),
				("range number", lambda: s["index"] not in numbered),
				("byte that must be zero", lambda: s["index"] == 0 or
				 not any(data[64:2048] + data[2112:4096])),
			])
			if why:
				return f"refused: range {i}: {why}\n", None, None, None
			numbered[s["index"]] = (base, size, data)
			for copy_number in range(2):
				mend |= bool(broken[copy_number]) << (2 * s["index"] + copy_number)
		for i in range(first["count"]):
			if i not in numbered:
				return f"refused: range {i}: missing range\n", None, None, None
		return None, [numbered[i] for i in range(first["count"])], first["id"], mend

	@staticmethod
	def is_release(text):
		word, _, rest = text.partition(b"\0")
		return len(word) <= 71 and all(0x21 <= c <= 0x7E for c in word) and not any(rest)

	def root_breaks(self, root, slot, ranges, number):
		known = root["minor"] == 0 and root["feat_compat"] == 0
		return first_broken([
			("empty", lambda: any(root["bytes"])),
			("unfinished", lambda: root["magic"] != 0x676E697469727770),
			("magic", lambda: root["magic"] == 0x3130746F6F726D70),
			("checksum", lambda: root["checksum"] == crc32c(0x746F6F72, root["bytes"][4:])),
			("format version", lambda: root["major"] == 1),
			("incompatible features", lambda: root["feat_incompat"] & ~1 == 0),
			("sequence", lambda: 1 <= root["sequence"] <= 1 << 62),
			("slot number", lambda: root["sequence"] % 2 == 1 - slot),
			("slot number", lambda: root["slot"] == slot),
			("reservation id", lambda: root["id"] == number),
			("size", lambda: root["size"] == sum(size for _, size, _ in ranges)),
			("kernel release", lambda: root["release"][0] and self.is_release(root["release"])),
			("kernel release", lambda: self.is_release(root["previous"])),
			("next serial", lambda: 1 <= root["next_serial"] <= 1 << 62),
			("byte that must be zero",
			 lambda: not known or not (root["zero0"] or any(root["zero"]))),
		])

	def table_breaks(self, table, root, slot, ranges):
		unused = table["region"][64 * table["count"]:]
		return first_broken([
			("magic", lambda: table["magic"] == 0x31306E6765726D70),
			("checksum", lambda: table["checksum"] == crc32c(0x6E676572, table["bytes"][4:])),
			("sequence", lambda: table["sequence"] == root["sequence"]),
			("slot number", lambda: table["slot"] == slot),
			("byte that must be zero", lambda: not (table["zero0"] or any(table["zero"]))),
			("number of regions", lambda: table["count"] <= 255),
			("byte that must be zero", lambda: not any(unused)),
		])

	def regions(self, table):
		return [self.record("prmem_region_rec", table["region"], 64 * i)
			for i in range(table["count"])]

	@staticmethod
	def is_name(text):
		return re.fullmatch(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,30}\0+", text) is not None

	def region_breaks(self, r, before, here, end, root):
		pool, disk = r["type"] == 1, r["type"] == 2
		next_serial = root["next_serial"]
		no_name = not any(r["name"])
		return first_broken([
			("start", lambda: r["start"] == here),
			("size", lambda: r["size"] and r["size"] % (2 << 20) == 0 and
			 r["start"] + r["size"] <= end),
			("byte that must be zero", lambda: r["zero"] == 0),
			("type", lambda: r["type"] in (1, 2) or
			 (r["type"] == 3 and root["feat_incompat"] & 1)),
			("serial", lambda: not pool or r["serial"] == 0),
			("name", lambda: disk or no_name),
			("name", lambda: not disk or self.is_name(r["name"])),
			("serial", lambda: pool or 1 <= r["serial"] < next_serial),
			("name", lambda: not disk or all(b["name"] != r["name"] for b in before)),
			("serial", lambda: pool or all(b["serial"] != r["serial"] for b in before)),
		])

	def partition_breaks(self, regions, ranges, root):
		places, offset = [], 0		# of each range: where its regions begin and end
		for _, size, _ in ranges:
			if size > 2 << 20:
				places.append((offset + (2 << 20), offset + size))
			offset += size
		here = None
		for i, r in enumerate(regions):
			if not places:
				return "region table: number of regions"
			here = here or places[0][0]
			why = self.region_breaks(r, regions[:i], here, places[0][1], root)
			if why:
				return "region: " + why
			here += r["size"]
			if here == places[0][1]:
				here = None
				places.pop(0)
		if places:
			return "region table: end of the last region"
		no_heap = all(r["type"] != 3 for r in regions)
		return "region table: features" if root["feat_incompat"] & 1 and no_heap else None

	def slot_breaks(self, area, slot, ranges, number):
		root = self.record("prmem_root_rec", area, (64, 2112)[slot])
		table = self.record("prmem_table_rec", area, (4096, 20480)[slot])
		why = self.root_breaks(root, slot, ranges, number)
		if not why:
			why = self.table_breaks(table, root, slot, ranges)
			why = "region table: " + why if why else \
				self.partition_breaks(self.regions(table), ranges, root)
		return root, table, why

	def read(self, ranges):
		"""The text that dump.c writes of the same image."""
		refused, ranges, number, mend = self.reservation(ranges)
		if refused:
			return refused
		slots = [self.slot_breaks(ranges[0][2], slot, ranges, number) for slot in range(2)]
		why = [slot[2] for slot in slots]
		newer = [w in ("format version", "incompatible features") for w in why]
		valid = [w is None for w in why]
		sequence = [slot[0]["sequence"] for slot in slots]
		slot = None
		if any(newer):
			verdict, slot = "newer", newer.index(True)
		elif all(valid) and abs(sequence[0] - sequence[1]) == 1:
			verdict, slot = "adopt", sequence.index(max(sequence))
		elif all(valid):
			verdict = "damaged"
			why[sequence.index(min(sequence))] = "sequence"
		elif any(valid):
			slot = valid.index(True)
			other = why[1 - slot]
			as_before = other == "unfinished" or (other == "empty" and sequence[slot] == 1)
			verdict = "adopt" if as_before else "recover"
		else:
			blank = why[1] == "empty" and why[0] in ("empty", "unfinished")
			verdict = "blank" if blank else "damaged"
		mend = f"{mend:#x}" if mend else "0"
		text = f"mend {mend}\nA: {why[0] or 'sound'}\nB: {why[1] or 'sound'}\n{verdict}"
		text += (f" {'AB'[slot]}" if slot is not None else "") + "\n"
		if verdict in ("adopt", "recover"):
			root, table, _ = slots[slot]
			release, previous = (root[f].rstrip(b"\0").decode() for f in ("release", "previous"))
			text += f"commit {root['sequence']}, boot {root['boots']}, {release} after {previous}\n"
			for r in self.regions(table):
				text += f"{r['start']} {r['size']} {r['serial']} {r['type']} "
				text += r["name"].rstrip(b"\0").decode() + "\n"
		return text


def images(data):
	at = 0

	def number():
		nonlocal at
		at += 8
		return struct.unpack_from("<Q", data, at - 8)[0]

	def piece():
		nonlocal at
		length = number()
		at += length
		return data[at - length:at]

	while at < len(data):
		ranges = [(number(), number(), piece()) for _ in range(number())]
		yield ranges, piece().decode()


# -- the tests: each returns what is wrong, as lines --

def same_numbers(spec, header):
	return differences(spec, header)


def every_number_counts(text, spec, header):
	"""Each cell of the tables changed, in SPEC.md or in the header: noticed."""
	missed = []
	lines = text.splitlines()
	changed = 0
	for i, line in enumerate(lines):
		cells = line.split("|")
		if re.match(r"\| \d+ \| \d+ \| \w+(\[\d+\])? \| ", line):
			columns = (1, 2, 3, 4)
		elif re.match(r"\| PRMEM_\w+(\([^)]*\))? \| \w+ \| ", line):
			columns = (1, 2)
		else:
			continue
		for column in columns:
			value = cells[column].strip()
			other = str(int(value, 0) + 1) if re.fullmatch("0x[0-9a-f]+|[0-9]+", value) else value + "x"
			now = cells[:column] + [f" {other} "] + cells[column + 1:]
			edited = "\n".join(lines[:i] + ["|".join(now)] + lines[i + 1:])
			changed += 1
			if not differences(parse_spec(edited), header):
				missed.append(f"line {i + 1}: {value} -> {other}")
		if not differences(parse_spec("\n".join(lines[:i] + lines[i + 1:])), header):
			missed.append(f"line {i + 1} taken out")
	for what in ("sizes", "constants"):
		for name in header[what]:
			moved = copy.deepcopy(header)
			moved[what][name] += 1
			changed += 1
			if not differences(spec, moved):
				missed.append(f"header: {name}")
	for name, fields in header["structs"].items():
		for i, (field, offset, size, kind) in enumerate(fields):
			for other in ((field + "x", offset, size, kind), (field, offset + 1, size, kind),
				      (field, offset, size + 1, kind), (field, offset, size, kind + "x"), None):
				moved = copy.deepcopy(header)
				moved["structs"][name][i:i + 1] = [other] if other else []
				changed += 1
				if not differences(spec, moved):
					missed.append(f"header: {name}.{field}: {other}")
	if changed < 300:
		missed.append(f"only {changed} changes were tried")
	return missed


def example(spec):
	reader = Reader(spec)
	if [len(e) for e in spec["examples"]] != [64, 64]:
		return ["the examples are not a stamp and a header of 64 bytes"]
	s = reader.record("prmem_stamp", spec["examples"][0])
	wrong = [reader.stamp_breaks(s, 0x43E000000, 512 << 20)]
	if (s["id"], s["index"], s["count"], s["checksum"]) != (0x0123456789ABCDEF, 0, 1, 0xAA3B816B):
		wrong.append("it does not say what the text says")
	h = reader.record("prmem_heap_rec", spec["examples"][1])
	if (h["magic"], h["id"], h["start"], h["size"], h["serial"], any(h["zero"])) != \
	   (0x31307061656D7270, 0x0123456789ABCDEF, 2 << 20, 2 << 20, 1, False) or \
	   h["checksum"] != crc32c(0x70616568, h["bytes"][4:]):
		wrong.append("the heap's header does not say what the text says")
	return [w for w in wrong if w]


def sealed(value, salt, offset):
	return value | crc16(salt, struct.pack("<QQ", offset, value)[:14]) << 48


def example_words():
	"""The words of SPEC.md's example of a heap, computed by its text."""
	def page(number, kind, order=0, of_class=0, owner=0):
		return sealed(kind | order << 3 | of_class << 8 | owner << 12, 0x6477,
			      0x202000 + 4096 * number)

	def state(value, record=b""):
		return value << 32 | crc32c(0x74736E69, struct.pack("<IIQ", value, 0, 16448) + record)

	def data(slot, sequence, ref, size):
		return sequence << 32 | crc32c(0x61746164, struct.pack("<IIQQQ", sequence, slot, 16448,
								      ref, size))
	record = struct.pack("<II64s64s", 1, 2, b"log", b"boot")
	return {
		"page 0": page(0, 4), "page 1": page(1, 3, 0, 2, 16448), "page 2": page(2, 2, 1, 0, 16448),
		"page 3": page(3, 1), "page 4": page(4, 1),
		"slab, bitmap word 0": sealed(1, 0x7362, 0x203000),
		"slab, bitmap word 1": sealed(0, 0x7362, 0x203008),
		"state, live": state(2, record), "state, if it were dying": state(3, record),
		"state, if it were free": state(1),
		"data slot 0: sequence 0, ref 0, size 0": data(0, 0, 0, 0),
		"data slot 1: sequence 1, ref 0x203040, size 64": data(1, 1, 0x203040, 64),
	}


def example_words_of_consumers():
	def count(written):
		return written | (crc32c(0x20676F6C, struct.pack("<Q", written)) & 0xFFFF) << 48

	def link(offset, level, first):
		word = offset | level
		return word | (crc32c(0x65657274, struct.pack("<QQ", word, first)) & 0xFFFF) << 48

	return {
		"written, nothing": count(0), "written, 20000 bytes": count(20000),
		"link, node at 0x205200, level 0, first key 0": link(0x205200, 0, 0),
		"link, node at 0x205400, level 1, first key 0": link(0x205400, 1, 0),
		"link, node at 0x205600, level 0, first key 64": link(0x205600, 0, 64),
	}


def words(spec):
	right = example_words() | example_words_of_consumers()
	wrong = [f"{name}: SPEC.md {spec['words'].get(name, 0):#018x}, computed {right.get(name, 0):#018x}"
		 for name in sorted(right.keys() | spec["words"].keys())
		 if right.get(name) != spec["words"].get(name)]
	return wrong


def check_values(text, spec):
	wrong = []
	if len(spec["salts"]) != 10:
		wrong.append(f"{len(spec['salts'])} salts")
	for name, (salt, value) in spec["salts"].items():
		right = (crc16 if "16 bits" in name else crc32c)(salt, b"123456789")
		if right != value:
			wrong.append(f"checksum of {name}: {right:#x}")
		if salt not in spec["constants"].values():
			wrong.append(f"salt of {name}: not among the constants")
	if zlib.crc32(b"123456789") != 0xCBF43926 or "0xcbf43926" not in text:
		wrong.append("CRC-32")
	return wrong


def read_images(spec, dump, count):
	reader, wrong, verdicts, rules = Reader(spec), [], {}, set()
	data = subprocess.run([dump, str(count)], check=True, capture_output=True).stdout
	for i, (ranges, want) in enumerate(images(data)):
		got = reader.read(ranges)
		kind = want.splitlines()[0] if want.startswith("refused") else want.splitlines()[3]
		kind = kind.split()[0].rstrip(":")
		verdicts[kind] = verdicts.get(kind, 0) + 1
		rules |= set(re.findall(r"(?m)^(?:A: |B: |refused: range \d+: )(.*)", want)) - {"sound"}
		if got != want:
			wrong.append(f"image {i}: by SPEC.md: {got!r}, the core: {want!r}")
	print(f"# {sum(verdicts.values())} images:",
	      ", ".join(f"{n} {kind}" for kind, n in sorted(verdicts.items())))
	# Those of a heap's contents heapspec breaks.
	known = {r for section, r in spec["rules"]
		 if not section and not re.match("heap|page|instance|slab", r)}
	print(f"# {len(rules)} of {len(known)} rules were broken")
	if (sum(verdicts.values()) != count or len(verdicts) < 6 or
	    min(verdicts.values()) < count / 100 or len(rules) < len(known) * 0.8):
		wrong.append("not all kinds of images were read")
	return wrong


def main():
	top, cc, dump, count = sys.argv[1:]
	text = open(f"{top}/SPEC.md").read()
	spec, header = parse_spec(text), read_header(top, cc)
	tests = [
		("spec: SPEC.md and the headers have the same numbers", same_numbers, (spec, header)),
		("spec: any number changed in either is noticed", every_number_counts,
		 (text, spec, header)),
		("spec: the examples' bytes are a sound stamp and a sound header", example, (spec,)),
		("spec: the checksums' check values", check_values, (text, spec)),
		("spec: the words of the examples", words, (spec,)),
		("spec: a reader written from SPEC.md finds what the core finds", read_images,
		 (spec, dump, int(count))),
	]
	print(f"KTAP version 1\n1..{len(tests)}")
	failed = 0
	for number, (title, function, arguments) in enumerate(tests, 1):
		wrong = function(*arguments)
		for line in wrong[:5]:
			print("#", line)
		failed += bool(wrong)
		print(f"{'not ' if wrong else ''}ok {number} {title}")
		if failed and os.environ.get("PRMEM_STOP"):	# mutants need no more
			break
	return 1 if failed else 0


if __name__ == "__main__":
	sys.exit(main())
