/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module itself does with instances. */
#ifndef PRMEM_INSTANCE_RUN_H
#define PRMEM_INSTANCE_RUN_H

int prmem_instance_forget(const char *subsystem, const char *name);
void prmem_instances_close(void);

#endif
