/* SPDX-License-Identifier: Apache-2.0 */
/* A text that is written like a file and stays in memory. */
#ifndef MHO_BASE_MEMO_H
#define MHO_BASE_MEMO_H

#include <stdio.h>

struct arena;

struct memo {
	FILE *file;
	char *text;
	size_t n;
};

void memo_open(struct memo *);

/* What was written, of n bytes; to be freed by the caller. */
char *memo_close(struct memo *);

/* The same in the arena. */
char *memo_text(struct memo *, struct arena *);

#endif
