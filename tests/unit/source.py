#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Rules of the house that can be seen in the source itself.

	source.py TOP CC [KSRC]

TOP is the source tree, CC a C compiler. With KSRC, a kernel's source tree, its
scripts/kernel-doc looks at the comments too.
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

CORE_HEADERS = {"../../include/prmem/format.h"}
FORMAT_HEADERS = {"<linux/types.h>", "<linux/build_bug.h>", "<assert.h>", '"shim.h"'}


def read(path):
	with open(path, encoding="utf-8") as file:
		return file.read()


def without_comments(text):
	"""The comments blanked, so that lines keep their numbers."""
	return re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group()), text,
		      flags=re.S)


def includes(text):
	return re.findall(r'^\s*#\s*include\s*(<[^>]+>|"[^"]+")', text, flags=re.M)


def core_includes(top, _cc):
	"""module/core includes its own headers and format.h; only port.h has the world's.

	And the formats' headers have no more than a program has; prmem.h is the kernel's.
	"""
	wrong, files = [], sorted(glob.glob(f"{top}/module/core/*.[ch]"))
	own = {os.path.basename(path) for path in files if path.endswith(".h")}
	for path in files:
		for name in includes(read(path)):
			allowed = name.strip('"') in own | CORE_HEADERS
			if not allowed and not (name[0] == "<" and path.endswith("/port.h")):
				wrong.append(f"{os.path.relpath(path, top)} includes {name}")
	for path in (f"{top}/include/prmem/format.h", f"{top}/include/prmem/shim.h"):
		wrong += [f"{os.path.relpath(path, top)} includes {name}"
			  for name in includes(read(path)) if name not in FORMAT_HEADERS]
	return wrong if len(files) >= 5 else ["module/core was not found"]


def core_globals(top, cc):
	"""No file of the core has a global or static object that can be written."""
	wrong, symbols = [], 0
	with tempfile.TemporaryDirectory() as build:
		for path in sorted(glob.glob(f"{top}/module/core/*.c")):
			subprocess.run([cc, "-std=gnu11", "-O0", "-fno-pic", "-c", "-o", f"{build}/x.o",
					path], check=True)
			output = subprocess.run(["nm", f"{build}/x.o"], check=True,
						capture_output=True, text=True).stdout
			for kind, name in re.findall(r" ([A-Za-z]) (\S+)$", output, flags=re.M):
				symbols += 1
				if kind in "bBdDcCsSgG":
					wrong.append(f"{os.path.relpath(path, top)}: {name}")
	return wrong if symbols else ["no symbols were found"]


def module_files(top):
	return sorted(glob.glob(f"{top}/module/**/*.[ch]", recursive=True))


def kernel_versions(top, _cc):
	"""Only module/compat knows kernel versions."""
	return [f"{os.path.relpath(path, top)}: {word}" for path in module_files(top) + [f"{top}/Kbuild"]
		if "/module/compat/" not in path
		for word in re.findall("LINUX_VERSION_CODE|KERNEL_VERSION|UTS_RELEASE", read(path))]


def shim_text(top, _cc):
	"""What shim.h shares with the kernel is in every patch, line by line."""
	wrong, patches = [], sorted(glob.glob(f"{top}/shim-patch/*/*.patch"))
	shared = re.search(r"From here to the end mark[^\n]*\n(.*?)\n/\* End of the shared text",
			   read(f"{top}/include/prmem/shim.h"), flags=re.S).group(1).strip("\n")
	if shared.count("\n") < 10:
		wrong.append("shim.h: the marks are not where they were")
	for path in patches:
		added = "".join(line[1:] for line in read(path).splitlines(True)
				if line.startswith("+") and not line.startswith("+++"))
		if f"\n{shared}\n" not in added:
			wrong.append(f"{os.path.relpath(path, top)} has another text than shim.h")
	return wrong if patches else ["no patch was found"]


def functions(text):
	"""(name, arguments, is void, comment before it) of each non-static function."""
	code = without_comments(text)
	for m in re.finditer(r"^(?!static\b|typedef\b)((?:\w+[ \t]+)+\**)(\w+)\(([^;{}]*?)\)\s*\n\{", code,
			     flags=re.M):
		kind = m.group(1).split()
		if kind[0] in ("else", "return", "if") or "static" in kind:
			continue
		comment = re.search(r"/\*(?:(?!\*/).)*\*/\n\Z", text[:m.start()], flags=re.S)
		names = [re.search(r"(\w+)(?:\[\w*\])?\s*$", a).group(1) for a in m.group(3).split(",")
			 if a.strip() != "void"]
		yield m.group(2), names, kind == ["void"], comment.group() if comment else ""


def kernel_doc(top, _cc):
	"""Kernel-doc with all arguments, Context and Return on every non-static function."""
	wrong, count = [], 0
	for path in module_files(top):
		for name, arguments, is_void, comment in functions(read(path)):
			count += 1
			lacking = [] if comment.startswith(f"/**\n * {name}() - ") else ["a kernel-doc comment"]
			lacking += [f"@{a}:" for a in arguments if f"\n * @{a}: " not in comment]
			lacking += [] if "\n * Context: " in comment else ["Context:"]
			lacking += [] if is_void or "\n * Return: " in comment else ["Return:"]
			wrong += [f"{os.path.relpath(path, top)}: {name}() lacks {what}" for what in lacking]
	return wrong if count > 20 else [f"only {count} functions were found"]


def kernel_doc_script(top, _cc, ksrc):
	output = subprocess.run([f"{ksrc}/scripts/kernel-doc", "-none"] + module_files(top),
				capture_output=True, text=True, check=False)
	lines = output.stderr.splitlines() + output.stdout.splitlines()
	return [line.replace(top + "/", "") for line in lines] or ([] if not output.returncode else ["failed"])


def text_files(top):
	"""Code, scripts and configuration; a text may give the version as an example."""
	for folder, folders, files in os.walk(top):
		folders[:] = [f for f in folders if f == ".ci" or not (f.startswith(".") or f == "Documentation")]
		for name in files:
			if re.search(r"\.([chS]|sh|py|conf|config|rules)$", name) or "." not in name:
				yield os.path.join(folder, name)


def one_version(top, _cc):
	"""prmem's own version stands in dkms.conf, and in no other code.

	dpkg wants it in debian/changelog; tests/deb.sh compares the two.
	"""
	version = re.search(r'^PACKAGE_VERSION="([^"]+)"', read(f"{top}/dkms.conf"), flags=re.M).group(1)
	wrong = []
	for path in text_files(top):
		try:
			found = re.search(r"(?<![\w.])v?" + re.escape(version) + r"(?![\w.]*\d)", read(path))
		except UnicodeDecodeError:
			continue
		if found and os.path.relpath(path, top) not in ("dkms.conf", "debian/changelog"):
			wrong.append(f"{os.path.relpath(path, top)}: {version}")
	return wrong


def main():
	top, cc = os.path.abspath(sys.argv[1]), sys.argv[2]
	tests = [
		("source: the core includes format.h and its own headers", core_includes, ()),
		("source: the core has no variable of its own", core_globals, ()),
		("source: kernel versions are known to module/compat only", kernel_versions, ()),
		("source: shim.h and the kernel patches share their text", shim_text, ()),
		("source: kernel-doc on every non-static function", kernel_doc, ()),
		("source: the version stands in one place", one_version, ()),
	]
	if len(sys.argv) > 3 and sys.argv[3]:
		tests.append(("source: the kernel's kernel-doc is silent", kernel_doc_script,
			      (sys.argv[3],)))
	print(f"KTAP version 1\n1..{len(tests)}")
	failed = 0
	for number, (title, function, more) in enumerate(tests, 1):
		wrong = function(top, cc, *more)
		for line in wrong[:10]:
			print("#", line)
		failed += bool(wrong)
		print(f"{'not ' if wrong else ''}ok {number} {title}")
		if failed and os.environ.get("PRMEM_STOP"):	# mutants need no more
			break
	return 1 if failed else 0


if __name__ == "__main__":
	sys.exit(main())
