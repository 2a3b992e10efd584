/* SPDX-License-Identifier: Apache-2.0 */
#include "report/labels.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "study/results.h"

struct scale label_scale(struct arena *a, const char *column, const struct choice *q, double x_max)
{
	static const char *const prefixes[] = {"a", "f", "p", "n", "u", "m", ""};
	static const char si[] = "sJW"; /* the units that take a prefix */
	const struct results_text *known = results_column(column);
	const char *unit = known ? known->unit : "";
	int i = 6;

	if (q->against && q->how == AGAINST_RATIO)
		return (struct scale){"", 1};
	if (q->against && strcmp(unit, "%") == 0)
		return (struct scale){"points", 1};
	if (!*unit || unit[1] || !strchr(si, *unit) || !(x_max > 0))
		return (struct scale){unit, 1};
	while (i > 0 && x_max < pow(1e3, i - 6))
		i--;
	return (struct scale){arena_printf(a, "%s%s", prefixes[i], unit), pow(1e3, 6 - i)};
}

static const char *plain(struct arena *a, const char *column)
{
	const struct results_text *known = results_column(column);
	const char *dot = strrchr(column, '.');

	if (known)
		return known->title;

	char *text = arena_dup(a, dot ? dot + 1 : column);

	for (char *s = text; *s; s++)
		*s = *s == '_' ? ' ' : *s;
	return text;
}

const char *label_column(struct arena *a, const char *column, const struct choice *q, bool whole)
{
	const struct results_text *known = results_column(column);
	const char *text = plain(a, column);

	if (whole && known && *known->per)
		text = arena_printf(a, "%s %s", text, known->per);
	if (!q || !q->against)
		return text;
	text = arena_printf(a, "%s, %s", text, q->how == AGAINST_RATIO ? "over that of" : "difference to");
	for (int i = 0; i < q->against->n; i++)
		text = arena_printf(a, "%s%s %s", text, i ? "," : "",
			label_value(a, q->against->key[i], q->against->child[i]->text));
	return text;
}

const char *label_axis(struct arena *a, const char *label, const char *unit)
{
	const char *text = "";

	if (!*unit)
		return label;
	for (const char *s = unit; *s; s++)
		if (*s == 'u' && s == unit && s[1])
			text = "\u00b5";
		else if (s[0] == '^' && s[1] == '2')
			text = arena_printf(a, "%s\u00b2", text), s++;
		else
			text = arena_printf(a, "%s%c", text, *s);
	return arena_printf(a, "%s [%s]", label, text);
}

const char *label_value(struct arena *a, const char *column, const char *value)
{
	size_t n = strlen(value);

	if (n == 0)
		return arena_printf(a, "no %s", plain(a, column));
	if (n > 5 && strcmp(value + n - 5, ".yaml") == 0) /* a file beside the study */
		return arena_dup_n(a, value, n - 5);
	return isalpha((unsigned char)*value) ? value : arena_printf(a, "%s %s", plain(a, column), value);
}

/* Numbers with the same letters behind them. */
static const char *alike(struct arena *a, const char *const *text, int n, double *x)
{
	const char *unit = NULL;

	for (int i = 0; i < n; i++) {
		char *end;
		x[i] = strtod(text[i], &end);
		if (end == text[i] || !isfinite(x[i]))
			return NULL;
		while (*end == ' ')
			end++;
		if (unit && strcmp(unit, end) != 0)
			return NULL;
		unit = end;
	}
	return unit ? arena_dup(a, unit) : NULL;
}

const char *label_numbers(struct arena *a, const char *const *text, int n, double *x)
{
	const char *unit = alike(a, text, n, x);

	for (int dim = DIM_NONE + 1; dim < DIM_COUNT && !unit; dim++) {
		enum dim other;
		int i = 0;
		while (i < n && units_parse(text[i], (enum dim)dim, &x[i], &other) == UNITS_OK)
			i++;
		if (i == n && n > 0)
			unit = dim_si((enum dim)dim);
	}
	return unit;
}
