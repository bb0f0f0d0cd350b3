# SPDX-License-Identifier: GPL-2.0-only
# module/heap.c
# A region that couldn't be taken after its commit stays in the list.
/^\tuncarve(undo, map->start);/d
