# SPDX-License-Identifier: GPL-2.0-only
# module/core/block.c
# Memory of instances is given out with what an earlier owner left in it.
/prmem_port_clear(/d
