/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signals by which a reader that has gone or a resource limit (of a file's size, of CPU time)
 * would end the plugin in the middle of a change. Ignored, they are errors of a system call; SIGXCPU
 * comes a while before the SIGKILL that nothing can be done about. Other plugins get them as ever.
 */
#ifndef HOST_SIGNALS_H
#define HOST_SIGNALS_H

#include <signal.h>

/* handler: SIG_IGN or SIG_DFL */
static inline void signals_of_limits(void (*handler)(int))
{
	(void)signal(SIGPIPE, handler);
	(void)signal(SIGXFSZ, handler);
	(void)signal(SIGXCPU, handler);
}

#endif
