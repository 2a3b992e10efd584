/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded: the process kills itself at the MHO_TEST_KILL-th renaming of a file: half way through it
 * (the temporary file written, MHO_TEST_AFTER=0) or just after it (1). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int rename(const char *from, const char *to)
{
	static int n;
	int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
	const char *at = getenv("MHO_TEST_KILL"), *after = getenv("MHO_TEST_AFTER");
	int hit = at && ++n == atoi(at), status;

	if (hit && after && *after == '0')
		raise(SIGKILL);
	status = real(from, to);
	if (hit)
		raise(SIGKILL);
	return status;
}
