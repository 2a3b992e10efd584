/* SPDX-License-Identifier: Apache-2.0 */
/* Words for messages: the nearest legal one, lists of them. */
#include <string.h>

#include "base/arena.h"
#include "base/field.h"

#define MAX_WORD 64

static int least(int a, int b, int c)
{
	int m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edits (insert, delete, replace, swap of neighbours) from a to b. [Damerau1964], restricted form. */
static int distance(const char *a, const char *b)
{
	int n_a = (int)strlen(a), n_b = (int)strlen(b);
	int row[3][MAX_WORD + 1];

	if (n_a > MAX_WORD || n_b > MAX_WORD)
		return MAX_WORD;
	for (int j = 0; j <= n_b; j++)
		row[0][j] = j;
	for (int i = 1; i <= n_a; i++) {
		int *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
		now[0] = i;
		for (int j = 1; j <= n_b; j++) {
			bool same = a[i - 1] == b[j - 1];
			now[j] = least(last[j] + 1, now[j - 1] + 1, last[j - 1] + !same);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
	}
	return row[n_a % 3][n_b];
}

bool word_among(const char *word, const char *const *words)
{
	for (; words && *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

const char *nearest_word(const char *word, const char *const *words)
{
	const char *best = NULL;
	int limit = 1 + (int)strlen(word) / 3, best_distance = limit + 1;

	for (; *words; words++) {
		int d = distance(word, *words);
		if (d < best_distance) {
			best_distance = d;
			best = *words;
		}
	}
	return best;
}

const char *const *kind_names(struct arena *a, const void *kinds)
{
	const struct kind_head *const *kind = kinds;
	int n = 0;

	while (kind[n])
		n++;

	const char **name = NEW(a, const char *, n + 1);

	for (int i = 0; i < n; i++)
		name[i] = kind[i]->name;
	return name;
}

const char *words_text(struct arena *a, const char *const *words)
{
	const char *text = "";

	for (int i = 0; words[i]; i++)
		text = arena_printf(a, "%s%s%s", text, i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
	return text;
}
