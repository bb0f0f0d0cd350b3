#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads the golden images with core, log and index, and demands what stands beside them.

	check.py GOLDEN

GOLDEN is the program made of golden.c.
"""

import glob
import hashlib
import lzma
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def read(program, image, ranges):
	"""What the program says of these bytes."""
	with tempfile.NamedTemporaryFile(prefix="prmem-golden.") as file:
		file.write(image)
		file.flush()
		done = subprocess.run([program, file.name, *ranges], capture_output=True, text=True,
				      timeout=60)
	return done.stdout + done.stderr + (f"status {done.returncode}\n" if done.returncode else "")


def first_difference(want, got):
	for number, (left, right) in enumerate(zip(want + ["(end)"], got + ["(end)"]), 1):
		if left != right:
			return f"line {number}: {right!r} instead of {left!r}"
	return "more or fewer lines"


def changed(image, text):
	"""The image with a bit changed in the slot that counts, or in both copies of a stamp."""
	slot = {"A": 64, "B": 2112}.get(text.split("\n")[3].split()[-1]) if "adopt" in text else None
	changed = bytearray(image)
	for at in [slot + 20] if slot else [9, 2048 + 9]:
		changed[at] ^= 1
	return changed


def judge(program, name):
	lines = open(f"{HERE}/{name}.txt").read().splitlines()
	words = [line.split() for line in lines]
	sums = [w[1] for w in words if w[0] == "sha256"]
	ranges = [w[1] for w in words if w[0] == "range"]
	want = [line for line, w in zip(lines, words) if w[0] not in ("sha256", "range")]
	image = lzma.open(f"{HERE}/{name}.img.xz").read()
	if sums != [hashlib.sha256(image).hexdigest()]:
		return "the image is not the one that the text is about"
	got = read(program, image, ranges).splitlines()
	if got != want:
		return first_difference(want, got)
	if read(program, changed(image, "\n".join(want)), ranges).splitlines() == want:
		return "a changed bit made no difference"
	return None


def main():
	names = sorted(os.path.basename(path)[:-len(".txt")] for path in glob.glob(f"{HERE}/*.txt"))
	images = sorted(os.path.basename(p)[:-len(".img.xz")] for p in glob.glob(f"{HERE}/*.img.xz"))
	print(f"KTAP version 1\n1..{len(names) + 1}")
	failed = 0
	for number, name in enumerate(names, 1):
		why = judge(sys.argv[1], name) if name in images else "the image is missing"
		failed += bool(why)
		if why:
			print("#", why)
		print(f"{'not ' if why else ''}ok {number} golden: {name}")
	complete = names == images and len(names) >= 18
	failed += not complete
	print(f"{'' if complete else 'not '}ok {len(names) + 1} golden: a text for each image")
	return 1 if failed else 0


if __name__ == "__main__":
	sys.exit(main())
