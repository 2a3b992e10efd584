/* SPDX-License-Identifier: Apache-2.0 */
#include "report/sheet.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/spread.h"
#include "report/labels.h"

/* Rows by the row and column of the table they belong to. */
struct pivot {
	struct arena *arena;
	const struct sheet *sheet;
	const struct frame *frame;
	int *row, *value, column; /* columns of the frame; column -1: none */
	struct words rows, columns;
	int *first; /* row of the frame that names a row of the table */
	struct spread *spread; /* [rows][columns][values] */
	const char **point;    /* [rows][columns] */
};

static bool find(const struct pivot *p, const char *key, int *column, struct diag *d)
{
	*column = frame_column(p->frame, key);
	if (*column >= 0)
		return true;
	diag_error(d, (struct loc){NULL, 0, 0}, "table '%s': results.csv has no column '%s'", p->sheet->name, key);
	return false;
}

static bool find_columns(struct pivot *p, struct diag *d)
{
	const struct sheet *s = p->sheet;
	int point;

	p->row = NEW(p->arena, int, s->rows.n);
	p->value = NEW(p->arena, int, s->values.n);
	for (int i = 0; i < s->rows.n; i++)
		if (!find(p, s->rows.value[i], &p->row[i], d))
			return false;
	for (int i = 0; i < s->values.n; i++)
		if (!find(p, s->values.value[i], &p->value[i], d))
			return false;
	p->column = -1;
	return find(p, "point", &point, d) && find(p, "seed", &point, d) && find(p, "network", &point, d) &&
		(!s->columns || find(p, s->columns, &p->column, d));
}

static const char *row_name(const struct pivot *p, int r)
{
	const char *name = "";

	for (int i = 0; i < p->sheet->rows.n; i++)
		name = arena_printf(p->arena, "%s%s\n", name, frame_text(p->frame, r, p->row[i]));
	return name;
}

/* Does the choice take the row, and has it something to be compared with? */
static bool is_chosen(const struct pivot *p, int r)
{
	struct choice any = p->sheet->choice;

	any.how = AGAINST_DIFFERENCE;
	return isfinite(frame_chosen(p->frame, &any, r, frame_column(p->frame, "seed")));
}

static int place(struct pivot *p, int r, int *column)
{
	*column = p->column < 0 ? 0 : words_index(p->arena, &p->columns, frame_text(p->frame, r, p->column));
	return words_index(p->arena, &p->rows, row_name(p, r));
}

static bool gather(struct pivot *p, struct diag *d)
{
	const struct frame *f = p->frame;
	int n_values = p->sheet->values.n, column, point = frame_column(f, "point");
	bool *chosen = NEW(p->arena, bool, f->n_rows);

	p->first = NEW(p->arena, int, f->n_rows);
	for (int r = f->n_rows - 1; r >= 0; r--)
		chosen[r] = is_chosen(p, r);
	for (int r = 0; r < f->n_rows; r++) {
		int before = p->rows.n;
		if (chosen[r] && place(p, r, &column) == before)
			p->first[before] = r;
	}
	if (p->columns.n == 0)
		p->columns.n = 1;
	p->spread = NEW(p->arena, struct spread, (size_t)p->rows.n * (size_t)(p->columns.n * n_values) + 1);
	p->point = NEW(p->arena, const char *, (size_t)p->rows.n * (size_t)p->columns.n + 1);
	for (int r = 0; r < f->n_rows; r++) {
		if (!chosen[r])
			continue;
		int row = place(p, r, &column), at = row * p->columns.n + column;
		if (p->point[at] && strcmp(p->point[at], frame_text(f, r, point)) != 0) {
			diag_error(d, (struct loc){NULL, 0, 0}, "table '%s': several points share one row: name in 'rows' "
				"what tells them apart, or leave some out with 'where'", p->sheet->name);
			return false;
		}
		p->point[at] = frame_text(f, r, point);
		for (int v = 0; v < n_values; v++)
			spread_add(&p->spread[at * n_values + v],
				frame_chosen(f, &p->sheet->choice, r, p->value[v]));
	}
	return true;
}

static const struct spread *spread_at(const struct pivot *p, int row, int column, int value)
{
	return &p->spread[(row * p->columns.n + column) * p->sheet->values.n + value];
}

/* Two columns for each value: the mean, and the deviation that only machines read. */
static struct table_column *name_columns(const struct pivot *p, int *n)
{
	const struct sheet *s = p->sheet;
	struct table_column *c = NEW(p->arena, struct table_column, s->rows.n + 2 * p->columns.n * s->values.n);

	*n = 0;
	for (int i = 0; i < s->rows.n; i++)
		c[(*n)++] = (struct table_column){.key = s->rows.value[i],
			.title = label_column(p->arena, s->rows.value[i], NULL, false), .unit = ""};
	for (int v = 0; v < s->values.n; v++)
		for (int k = 0; k < p->columns.n; k++) {
			const char *key = s->values.value[v], *title = label_column(p->arena, key, &s->choice, false);
			double most = 0;
			for (int r = 0; r < p->rows.n; r++) {
				double x = fabs(spread_mean(spread_at(p, r, k, v)));
				most = isfinite(x) ? fmax(most, x) : most;
			}
			struct scale scale = label_scale(p->arena, key, &s->choice, most);
			if (p->column >= 0) {
				const char *value = label_value(p->arena, s->columns, p->columns.word[k]);
				key = arena_printf(p->arena, "%s:%s", key, p->columns.word[k]);
				title = s->values.n > 1 ? arena_printf(p->arena, "%s, %s", title, value) : value;
			}
			c[(*n)++] = (struct table_column){key, s->brief && !(most > 0) ? "" : title, scale.unit, scale.k,
				v == 0 ? 4 : 3};
			c[(*n)++] = (struct table_column){.key = arena_printf(p->arena, "%s_sd", key), .title = "", .unit = ""};
		}
	return c;
}

struct table *sheet_make(struct arena *a, const struct sheet *s, const struct frame *f, struct diag *d)
{
	struct pivot p = {.arena = a, .sheet = s, .frame = f};
	int n;

	if (!find_columns(&p, d) || !gather(&p, d))
		return NULL;

	const struct table_column *c = name_columns(&p, &n);
	struct table *t = table_new(a, s->title, c, n);

	for (int r = 0; r < p.rows.n; r++) {
		struct table_cell *cell = table_row(a, t);
		int k = 0;
		for (int i = 0; i < s->rows.n; i++)
			cell[k++] = cell_text(frame_text(f, p.first[r], p.row[i]));
		for (int v = 0; v < s->values.n; v++)
			for (int q = 0; q < p.columns.n; q++) {
				const struct spread *x = spread_at(&p, r, q, v);
				double sd = spread_deviation(x);
				cell[k] = cell_number(spread_mean(x));
				cell[k++].spread = isfinite(sd) ? sd : 0;
				cell[k++] = cell_number(sd);
			}
	}
	return t;
}

struct sheet *sheet_comparison(struct arena *a, const struct study_plan *p, const char *title)
{
	static const char *const shown[] = {"accuracy_percent", "area_mm2", "leakage_W", "forward_latency_s",
		"forward_energy_J", "update_latency_s", "update_energy_J", "transfer_latency_s",
		"transfer_energy_J", "training_latency_s", "training_energy_J", "writes_per_cell_max"};
	enum { N = sizeof shown / sizeof *shown };
	struct sheet *s = NEW(a, struct sheet, 1);

	*s = (struct sheet){.name = "comparison", .title = title, .brief = true};
	s->rows.value = NEW(a, const char *, p->n_axes + 3);
	s->rows.value[s->rows.n++] = "design";
	if (p->study->networks.n > 1)
		s->rows.value[s->rows.n++] = "network";
	if (p->study->recipes.n > 1)
		s->rows.value[s->rows.n++] = "recipe";
	for (int i = 0; i < p->n_axes; i++)
		s->rows.value[s->rows.n++] = p->axis[i].name;
	s->values = (struct field_names){N, NEW(a, const char *, N)};
	memcpy(s->values.value, shown, sizeof shown);
	return s;
}
