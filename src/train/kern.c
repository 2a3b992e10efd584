/* SPDX-License-Identifier: Apache-2.0 */
/* The choice among kernel tables. */
#include "train/kern.h"

#include <string.h>

#include "base/arena.h"
#include "base/field.h"

const struct kern *const kern_table[] = {&kern_scalar, &kern_avx2, &kern_avx512, NULL};

const struct kern *kern_pick(const char *isa)
{
	const struct kern *best = NULL;

	for (int i = 0; kern_table[i]; i++)
		if ((!isa || strcmp(isa, kern_table[i]->name) == 0) && kern_table[i]->usable())
			best = kern_table[i];
	return best;
}

const char *kern_names(struct arena *a)
{
	const char *name[sizeof kern_table / sizeof *kern_table] = {NULL};
	int n = 0;

	for (int i = 0; kern_table[i]; i++)
		if (kern_table[i]->usable())
			name[n++] = kern_table[i]->name;
	return words_text(a, name);
}
