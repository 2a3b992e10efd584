/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded by tests/io/run.sh: writes to files fail as on a full disk after MHO_TEST_BYTES bytes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t write(int fd, const void *data, size_t n)
{
	static long written;
	ssize_t (*real)(int, const void *, size_t) = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
	const char *limit = getenv("MHO_TEST_BYTES");
	struct stat st;

	if (limit && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (written >= atol(limit)) {
			errno = ENOSPC;
			return -1;
		}
		if ((long)n > atol(limit) - written)
			n = (size_t)(atol(limit) - written);
		written += (long)n;
	}
	return real(fd, data, n);
}
