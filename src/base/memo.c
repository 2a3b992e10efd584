/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memo.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"

void memo_open(struct memo *m)
{
	*m = (struct memo){0};
	m->file = open_memstream(&m->text, &m->n);
	if (!m->file)
		die("out of memory");
}

char *memo_close(struct memo *m)
{
	if (fclose(m->file) != 0)
		die("out of memory");
	return m->text;
}

char *memo_text(struct memo *m, struct arena *a)
{
	char *text = memo_close(m), *copy = arena_dup(a, text);

	free(text);
	return copy;
}
