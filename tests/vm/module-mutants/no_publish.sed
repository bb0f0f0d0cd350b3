# SPDX-License-Identifier: GPL-2.0-only
# module/core/root.c
# prmem_commit() fills the slot and never makes it valid.
/prmem_port_publish(&root->magic, meta->root.magic);/d
