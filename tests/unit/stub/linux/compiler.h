/* SPDX-License-Identifier: GPL-2.0-only */
/* What include/prmem/prmem.h and the ring want of it: its stores are hooked. */
#ifndef STUB_COMPILER_H
#define STUB_COMPILER_H

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value)	prmem_port_publish(&(x), value)

#endif
