# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# Four kexecs by kexec_load(2), KASLR on: every byte and every file is kept.
# append: prmem=128M
# mem: 1536M
# timeout: 300
# set: ci

. /vm/chain.sh

step_1() { chain c c c c; }
step_2() { step_1; }
step_3() { step_1; }
step_4() { step_1; }
step_5() { step_1; }
