/* SPDX-License-Identifier: Apache-2.0 */
#include "base/table.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"

struct table *table_new(struct arena *a, const char *title, const struct table_column *column,
	int n_columns)
{
	struct table *t = NEW(a, struct table, 1);

	t->title = title;
	t->column = column;
	t->n_columns = n_columns;
	return t;
}

struct table_cell *table_row(struct arena *a, struct table *t)
{
	size_t width = (size_t)t->n_columns;

	if (t->n_rows == t->cap_rows) {
		int cap = t->cap_rows ? 2 * t->cap_rows : 16;
		struct table_cell *more = NEW(a, struct table_cell, (size_t)cap * width);
		if (t->n_rows)
			memcpy(more, t->cell, (size_t)t->n_rows * width * sizeof *more);
		t->cell = more;
		t->cap_rows = cap;
	}

	struct table_cell *row = t->cell + (size_t)t->n_rows++ * width;

	for (int i = 0; i < t->n_columns; i++)
		row[i] = (struct table_cell){.empty = true};
	return row;
}

struct table_cell cell_text(const char *text)
{
	return (struct table_cell){.text = text, .empty = !text};
}

struct table_cell cell_number(double x)
{
	return (struct table_cell){.number = x, .empty = !isfinite(x)};
}

/* RFC 4180: quotes around what holds a comma, a quote or a line end. */
static void csv_text(FILE *out, const char *s)
{
	if (!strpbrk(s, ",\"\n\r")) {
		fputs(s, out);
		return;
	}
	fputc('"', out);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', out);
		fputc(*s, out);
	}
	fputc('"', out);
}

void table_csv(struct arena *a, const struct table *t, FILE *out)
{
	for (int c = 0; c < t->n_columns; c++) {
		if (c)
			fputc(',', out);
		csv_text(out, t->column[c].key);
	}
	fputc('\n', out);
	for (int r = 0; r < t->n_rows; r++) {
		const struct table_cell *row = t->cell + (size_t)r * (size_t)t->n_columns;
		for (int c = 0; c < t->n_columns; c++) {
			if (c)
				fputc(',', out);
			if (row[c].empty)
				continue;
			if (row[c].text)
				csv_text(out, row[c].text);
			else
				fputs(number_text(a, row[c].number), out);
		}
		fputc('\n', out);
	}
}

static bool is_shown(const struct table_column *c)
{
	return c->title && *c->title;
}

static const char *heading(struct arena *a, const struct table_column *c)
{
	return *c->unit ? arena_printf(a, "%s [%s]", c->title, c->unit) : c->title;
}

static const char *shown(struct arena *a, const struct table_column *c, const struct table_cell *x)
{
	if (x->empty)
		return "-";
	if (x->text)
		return x->text;

	double k = c->k_unit != 0 ? c->k_unit : 1, v = x->number * k, sd = x->spread * k;
	int n_digits = c->n_digits ? c->n_digits : 4;

	/* spread below the last digit shown is none */
	if (!(sd > 0) || sd < 0.5 * pow(10, floor(log10(fmax(fabs(v), sd))) - n_digits + 1))
		return arena_printf(a, "%.*g", n_digits, v);

	int n_places = 1 - (int)floor(log10(sd)); /* two digits of the spread */

	return arena_printf(a, "%.*f \u00b1 %.*f", n_places > 0 ? n_places : 0, v, n_places > 0 ? n_places : 0, sd);
}

static int text_width(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80; /* count UTF-8 characters */
	return n;
}

/* Blanks after a text wait until something follows, so that no line ends in blanks. */
static void padded(FILE *out, const char *s, int width, bool right, int *pending)
{
	int gap = width - text_width(s);

	fprintf(out, "%*s%s", *pending + (right ? gap : 0), "", s);
	*pending = right ? 0 : gap;
}

void table_text(struct arena *a, const struct table *t, FILE *out)
{
	int *width = NEW(a, int, t->n_columns);
	bool *right = NEW(a, bool, t->n_columns);

	for (int c = 0; c < t->n_columns; c++) {
		if (!is_shown(&t->column[c]))
			continue;
		width[c] = text_width(heading(a, &t->column[c]));
		right[c] = true;
		for (int r = 0; r < t->n_rows; r++) {
			const struct table_cell *x = &t->cell[r * t->n_columns + c];
			int w = text_width(shown(a, &t->column[c], x));
			width[c] = w > width[c] ? w : width[c];
			right[c] &= x->text == NULL;
		}
	}
	if (t->title)
		fprintf(out, "%s\n", t->title);
	for (int r = -1; r < t->n_rows; r++) {
		int pending = 0;
		for (int c = 0; c < t->n_columns; c++) {
			if (!is_shown(&t->column[c]))
				continue;
			padded(out, r < 0 ? heading(a, &t->column[c])
					  : shown(a, &t->column[c], &t->cell[r * t->n_columns + c]),
				width[c], right[c], &pending);
			pending += 2;
		}
		fputc('\n', out);
	}
}

static void latex_text(FILE *out, const char *s)
{
	for (; *s; s++) {
		if (strncmp(s, "\u00b1", 2) == 0) {
			fputs("$\\pm$", out);
			s++;
			continue;
		}
		if (strchr("&%$#_{}", *s))
			fputc('\\', out);
		if (*s == '^')
			fputs("\\textasciicircum{}", out);
		else if (*s == '~')
			fputs("\\textasciitilde{}", out);
		else if (*s == '\\')
			fputs("\\textbackslash{}", out);
		else
			fputc(*s, out);
	}
}

/* Units as LaTeX sets them: u -> micro sign, ^2 -> superscript. */
static void latex_unit(FILE *out, const char *unit)
{
	fputs(" [", out);
	for (const char *s = unit; *s; s++) {
		if (*s == 'u' && (s == unit || s[-1] == '/'))
			fputs("$\\mu$", out);
		else if (*s == '^' && s[1])
			fprintf(out, "$^%c$", *++s);
		else if (*s == '%')
			fputs("\\%", out);
		else
			fputc(*s, out);
	}
	fputc(']', out);
}

void table_latex(struct arena *a, const struct table *t, FILE *out)
{
	fputs("% needs \\usepackage{booktabs}\n\\begin{tabular}{", out);
	for (int c = 0; c < t->n_columns; c++) {
		bool right = true;
		for (int r = 0; r < t->n_rows; r++)
			right &= t->cell[r * t->n_columns + c].text == NULL;
		if (is_shown(&t->column[c]))
			fputc(right ? 'r' : 'l', out);
	}
	fputs("}\n\\toprule\n", out);
	for (int r = -1; r < t->n_rows; r++) {
		const char *gap = "";
		for (int c = 0; c < t->n_columns; c++) {
			if (!is_shown(&t->column[c]))
				continue;
			fputs(gap, out);
			if (r < 0) {
				latex_text(out, t->column[c].title);
				if (*t->column[c].unit)
					latex_unit(out, t->column[c].unit);
			} else {
				const struct table_cell *x = &t->cell[r * t->n_columns + c];
				latex_text(out, x->empty ? "--" : shown(a, &t->column[c], x));
			}
			gap = " & ";
		}
		fputs(r < 0 ? " \\\\\n\\midrule\n" : " \\\\\n", out);
	}
	fputs("\\bottomrule\n\\end{tabular}\n", out);
}

void table_markdown(struct arena *a, const struct table *t, FILE *out)
{
	for (int r = -2; r < t->n_rows; r++) {
		fputc('|', out);
		for (int c = 0; c < t->n_columns; c++) {
			const struct table_cell *x = r < 0 ? NULL : &t->cell[r * t->n_columns + c];
			if (!is_shown(&t->column[c]))
				continue;
			fprintf(out, " %s |", r == -2 ? heading(a, &t->column[c])
					      : r == -1 ? "---"
					      : x->empty ? "\u2013" : shown(a, &t->column[c], x));
		}
		fputc('\n', out);
	}
}

void html_text(FILE *out, const char *s)
{
	static const char marks[] = "&<>\"";
	static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;"};

	for (; *s; s++) {
		const char *at = strchr(marks, *s);
		if (at)
			fputs(names[at - marks], out);
		else
			fputc(*s, out);
	}
}

void table_html(struct arena *a, const struct table *t, FILE *out)
{
	fputs("<table>\n<thead>\n", out);
	for (int r = -1; r < t->n_rows; r++) {
		fputs("<tr>", out);
		for (int c = 0; c < t->n_columns; c++) {
			const struct table_cell *x = r < 0 ? NULL : &t->cell[r * t->n_columns + c];
			if (!is_shown(&t->column[c]))
				continue;
			fputs(!x ? "<th>" : x->text ? "<td>" : "<td class=\"n\">", out);
			html_text(out, x ? shown(a, &t->column[c], x) : heading(a, &t->column[c]));
			fputs(!x ? "</th>" : "</td>", out);
		}
		fputs(r < 0 ? "</tr>\n</thead>\n<tbody>\n" : "</tr>\n", out);
	}
	fputs("</tbody>\n</table>\n", out);
}
