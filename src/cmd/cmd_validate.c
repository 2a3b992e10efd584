/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "study/validation.h"

static const struct table_column row_columns[] = {
	{"class", "class", "", 0, 0},
	{"macro", "macro", "", 0, 0},
	{"point", "point", "", 0, 0},
	{"quantity", "quantity", "", 0, 0},
	{"unit", "unit", "", 0, 0},
	{"published", "published", "", 0, 3},
	{"estimated", "estimated", "", 0, 3},
	{"ratio", "ratio", "", 0, 3},
	{"calibrated", "calibrated", "", 0, 3},
	{"calibrated_ratio", "ratio", "", 0, 3},
	{"averaged", "averaged", "", 0, 0},
};

static const struct table_column class_columns[] = {
	{"class", "class", "", 0, 0},
	{"quantity", "quantity", "", 0, 0},
	{"chips", "chips", "", 0, 4},
	{"n", "n", "", 0, 4},
	{"ratio", "geometric mean", "", 0, 3},
	{"spread", "spread", "", 0, 3},
	{"within_2_percent", "within 2x", "%", 0, 3},
	{"calibrated_ratio", "calibrated", "", 0, 3},
	{"calibrated_spread", "spread", "", 0, 3},
	{"calibrated_within_2_percent", "within 2x", "%", 0, 3},
};

static const struct table_column fit_columns[] = {
	{"class", "class", "", 0, 0},
	{"quantity", "quantity", "", 0, 0},
	{"n_fit", "rows fitted", "", 0, 4},
	{"factor", "factor", "", 0, 3},
	{"n_test", "other rows", "", 0, 4},
	{"test_ratio", "geometric mean", "", 0, 3},
	{"test_calibrated_ratio", "calibrated", "", 0, 3},
	{"error", "mean error", "", 0, 3},
	{"left_out_error", "left out", "", 0, 3},
	{"factor_all", "factor of all", "", 0, 3},
};

static const struct table_column share_columns[] = {
	{"macro", "macro", "", 0, 0},
	{"point", "point", "", 0, 0},
	{"block", "block", "", 0, 0},
	{"of", "of", "", 0, 0},
	{"published_percent", "published", "%", 0, 3},
	{"estimated_percent", "estimated", "%", 0, 3},
};

static const struct {
	const char *unit;
	double k; /* SI to unit */
} shown[QUANTITY_COUNT] = {
	[QUANTITY_AREA] = {"um^2", 1e12},
	[QUANTITY_TIME] = {"ns", 1e9},
	[QUANTITY_EFFICIENCY] = {"TOPS/W", 1e-12},
	[QUANTITY_ENERGY] = {"pJ", 1e12},
};

/* Three digits: the published figures have no more. */
static struct table_cell rounded(struct arena *a, double x)
{
	return cell_text(arena_printf(a, "%.3g", x));
}

static struct table *row_table(struct arena *a, const struct validation *v)
{
	struct table *t = table_new(a, NULL, row_columns, 11);

	for (int c = 0; macro_classes[c]; c++)
		for (int i = 0; i < v->n_rows; i++) {
			const struct validation_row *r = &v->row[i];
			if (r->class != c)
				continue;
			struct table_cell *cell = table_row(a, t);
			cell[0] = cell_text(macro_classes[c]);
			cell[1] = cell_text(r->macro);
			cell[2] = cell_text(r->point);
			cell[3] = cell_text(quantity_names[r->quantity]);
			cell[4] = cell_text(shown[r->quantity].unit);
			cell[5] = rounded(a, r->published * shown[r->quantity].k);
			cell[6] = rounded(a, r->estimated * shown[r->quantity].k);
			cell[7] = rounded(a, r->estimated / r->published);
			cell[8] = rounded(a, r->calibrated * shown[r->quantity].k);
			cell[9] = rounded(a, r->calibrated / r->published);
			cell[10] = cell_text(r->apart ? "no" : "yes");
		}
	return t;
}

static struct table *class_table(struct arena *a, const struct validation *v)
{
	struct table *t = table_new(a, NULL, class_columns, 10);

	for (int c = 0; macro_classes[c]; c++)
		for (int q = QUANTITY_COUNT; q >= 0; q--) {
			struct validation_error e = validation_error(v, c, (enum quantity)q, false);
			struct validation_error k = validation_error(v, c, (enum quantity)q, true);
			if (e.n == 0)
				continue;
			struct table_cell *cell = table_row(a, t);
			cell[0] = cell_text(macro_classes[c]);
			cell[1] = cell_text(q == QUANTITY_COUNT ? "all" : quantity_names[q]);
			cell[2] = cell_number(e.n_chips);
			cell[3] = cell_number(e.n);
			cell[4] = rounded(a, e.k_mean);
			cell[5] = rounded(a, e.k_spread);
			cell[6] = rounded(a, 100 * e.k_within);
			cell[7] = rounded(a, k.k_mean);
			cell[8] = rounded(a, k.k_spread);
			cell[9] = rounded(a, 100 * k.k_within);
		}
	return t;
}

static struct table *share_table(struct arena *a, const struct validation *v)
{
	struct table *t = table_new(a, NULL, share_columns, 6);

	for (int i = 0; i < v->n_shares; i++) {
		const struct validation_share *s = &v->share[i];
		struct table_cell *cell = table_row(a, t);
		cell[0] = cell_text(s->macro);
		cell[1] = cell_text(s->point);
		cell[2] = cell_text(s->block);
		cell[3] = cell_text(s->area ? "area" : "energy");
		cell[4] = rounded(a, 100 * s->published);
		cell[5] = rounded(a, 100 * s->estimated);
	}
	return t;
}

static struct table *fit_table(struct arena *a, const struct validation *v)
{
	static const enum quantity fitted[] = {QUANTITY_AREA, QUANTITY_TIME, QUANTITY_ENERGY};
	struct table *t = table_new(a, NULL, fit_columns, 10);

	for (int c = 0; macro_classes[c]; c++)
		for (int i = 0; i < 3; i++) {
			struct validation_fit f = validation_fit(v, c, fitted[i]);
			if (f.n_test == 0)
				continue; /* nobody could tell whether it holds */
			struct table_cell *cell = table_row(a, t);
			cell[0] = cell_text(macro_classes[c]);
			cell[1] = cell_text(quantity_names[fitted[i]]);
			cell[2] = cell_number(f.n_fit);
			cell[3] = rounded(a, f.k);
			cell[4] = cell_number(f.n_test);
			cell[5] = rounded(a, f.k_blind);
			cell[6] = rounded(a, f.k_after);
			cell[7] = rounded(a, f.k_error);
			cell[8] = rounded(a, f.k_left_out);
			cell[9] = rounded(a, f.k_all);
		}
	return t;
}

static int run(struct args *args)
{
	static const char *const formats[] = {"text", "csv", NULL};
	static const char *const tables[] = {"points", "classes", "shares", "fit", NULL};
	struct arena *a = args->arena;
	struct diag *d = diag_new(a, stderr);
	int format = args_word(args, "format", formats, 0), which = args_word(args, "table", tables, -1);
	const char *path = args_get(args, "output"), **names = args->word;
	int n = args->n_words;

	if (n == 0)
		for (names = path_list(a, macro_file.folder); names[n];)
			n++;

	struct loader l;

	loader_init(&l, a, d);

	const struct calibration *c = loader_file(&l, &calibration_file, "calibration", "");
	const struct validation *v = c ? validate(a, names, n, c, d) : NULL;

	if (!v)
		return STATUS_INPUT;

	struct table *const all[] = {
		row_table(a, v), class_table(a, v), share_table(a, v), fit_table(a, v)};
	struct out out;

	out_open(&out, path ? path : "-");
	for (int i = 0; i < 4; i++) {
		if (which >= 0 ? i != which : format == 1 ? i != 0 : all[i]->n_rows == 0)
			continue;
		if (format == 1)
			table_csv(a, all[i], out.file);
		else
			table_text(a, all[i], out.file);
		if (format == 0 && which < 0)
			fputc('\n', out.file);
	}
	out_close(&out);
	return STATUS_DONE;
}

static const struct option options[] = {
	{"table", 0, "TABLE", "points, classes, shares or fit alone"},
	{"format", 0, "FORMAT", "text or csv (the points, unless --table names another)"},
	OPTION_OUT,
	OPTION_END,
};

extern const struct command cmd_validate;
const struct command cmd_validate = {"validate", "published macros beside what we estimate for them",
	"[MACRO...]", 0, 100000, options, run};
