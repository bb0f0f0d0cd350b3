# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Control: where memory is taken although KHO handed some over, the second kernel
# reserves what it must not. What comes of it, if anything, depends on whose the
# memory was. The line is the third kernel's too, but with that the case passes.
# series: 7.x
# kernel: withkho
# append: kho=on
# mem: 2G
# timeout: 180
# expect: fail
# expect-log: prmem: prmem=1G: 1073741824 bytes wanted, 1073741824 reserved
# set: ci

. /vm/cases/kho_first.sh
