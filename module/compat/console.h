/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A console that only stores: as nbcon (from 6.12 on) it has a panic's last lines
 * also where a crash kernel is loaded, which an old-style console is too late for.
 */
#ifndef PRMEM_COMPAT_CONSOLE_H
#define PRMEM_COMPAT_CONSOLE_H

#include <linux/console.h>
#include <linux/spinlock.h>

/* The includer's: stores, waits for nothing, may be called in any context. */
static void prmem_console_put(const char *text, unsigned int len);

#ifdef PRMEM_HAVE_NBCON
static DEFINE_SPINLOCK(prmem_console_spinlock);

/* Taken over in the middle only where nothing else helps: then nobody comes back. */
static void prmem_console_write(struct console *con, struct nbcon_write_context *wctxt)
{
	if (!nbcon_enter_unsafe(wctxt))
		return;
	prmem_console_put(wctxt->outbuf, wctxt->len);
	nbcon_exit_unsafe(wctxt);
}

static void prmem_console_lock(struct console *con, unsigned long *flags)
{
	spin_lock_irqsave(&prmem_console_spinlock, *flags);
}

static void prmem_console_unlock(struct console *con, unsigned long flags)
{
	spin_unlock_irqrestore(&prmem_console_spinlock, flags);
}

static struct console prmem_console = {
	.name = "prmem",
	.write_atomic = prmem_console_write,
	.write_thread = prmem_console_write,
	.device_lock = prmem_console_lock,
	.device_unlock = prmem_console_unlock,
	.index = -1,
};

#define PRMEM_CONSOLE_FLAGS	(CON_ENABLED | CON_ANYTIME | CON_NBCON)
#else
static void prmem_console_write(struct console *con, const char *text, unsigned int len)
{
	prmem_console_put(text, len);
}

static struct console prmem_console = {
	.name = "prmem",
	.write = prmem_console_write,
	.index = -1,
};

#define PRMEM_CONSOLE_FLAGS	(CON_ENABLED | CON_ANYTIME)
#endif

/*
 * Enabled before it is registered, so that it needs no console= and takes no
 * other console's place. @replay: from the first message that the kernel still has.
 * An nbcon console needs memory and a thread, of whose lack nobody else tells.
 */
static inline int prmem_console_register(bool replay)
{
	prmem_console.flags = PRMEM_CONSOLE_FLAGS | (replay ? CON_PRINTBUFFER : 0);
	register_console(&prmem_console);
#ifdef PRMEM_HAVE_NBCON
	if (!console_is_registered(&prmem_console))
		return -ENOMEM;
#endif
	return 0;
}

static inline void prmem_console_unregister(void)
{
	unregister_console(&prmem_console);
}

#endif
