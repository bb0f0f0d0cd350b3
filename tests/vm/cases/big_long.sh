# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# As big, in ten cold boots: no place of the kernel may stand in the way.
# append: prmem=8G
# mem: 12G
# repeat: 10
# set: long

. /vm/cases/big.sh
