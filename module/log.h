/* SPDX-License-Identifier: GPL-2.0-only */
/* Every message of the module begins with its name. */
#define pr_fmt(fmt) "prmem: " fmt
