/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "arch/design.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/json_text.h"
#include "base/path.h"
#include "base/table.h"
#include "base/units.h"
#include "cmd/common.h"
#include "train/dataset.h"
#include "train/infer.h"
#include "train/recipe.h"

#define MAX_TIMES 64

static const char *const compensations[] = {"none", "gdc", "adabs", NULL};

static const struct table_column columns[] = {
	{"time_s", "time", "s", 1, 6},
	{"compensation", "compensation", "", 0, 0},
	{"repeat", "repeat", "", 0, 6},
	{"accuracy_percent", "accuracy", "%", 1, 4},
	{"loss", "loss", "", 0, 4},
	{"dataset", "data", "", 0, 0}, /* of data that are not the original */
};

enum { N_COLUMNS = sizeof columns / sizeof columns[0] };

/* "25s,1h,1d,1y" into seconds; returns how many. */
static int read_times(struct args *args, double *t)
{
	static const struct {
		const char *unit;
		double seconds;
	} units[] = {{"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"y", 365.25 * 86400}};
	const char *text = args_get(args, "at"), *at = text ? text : "0s";
	int n = 0;

	while (n < MAX_TIMES) {
		char *end;
		double x = strtod(at, &end), seconds = 0;
		size_t n_unit = strcspn(end, ",");
		for (size_t i = 0; i < sizeof units / sizeof *units; i++)
			if (strlen(units[i].unit) == n_unit && strncmp(end, units[i].unit, n_unit) == 0)
				seconds = units[i].seconds;
		if (end == at || !(x >= 0 && x <= 1e12) || seconds == 0)
			usage_error(args, "--at: expected times like 25s,1h,1d,1y (ms, s, min, h, d, y), found '%s'",
				text);
		t[n++] = x * seconds;
		if (!end[n_unit])
			return n;
		at = end + n_unit + 1;
	}
	usage_error(args, "--at: more than %d times", MAX_TIMES);
}

/* What only cells do is not asked of a design without them. */
static void need_cells(struct args *args, const struct point *p, const double *t, int n_times, int how)
{
	if (p->design && p->design->synapse)
		return;
	for (int i = 0; i < n_times; i++)
		if (t[i] > 0)
			usage_error(args, "--at: the design '%s' has no cells that age: leave it out", p->design_name);
	if (how == COMPENSATE_GDC)
		usage_error(args, "--compensate: the design '%s' has no cells whose drift gdc could make good: expected none or adabs",
			p->design_name);
}

/* The settings of the recipe that a test depends on, by their notes in a checkpoint. */
static const struct {
	const char *note, *key;
} settings[] = {
	{"data", "dataset"},
	{"normalise", "normalise"},
	{"loss", "loss"},
	{"bits", "bits"},
};

enum { N_SETTINGS = sizeof settings / sizeof settings[0] };

/* They are those the network was trained with, unless said; weights from elsewhere do not tell. */
static bool own_settings(
	const struct args *args, const struct tensors *t, struct study_sets *sets, struct diag *d)
{
	const char *data = tensors_note(t, "data"), *given = args_get(args, "data");

	*sets = (struct study_sets){.option = NEW(args->arena, const char *, N_SETTINGS)};
	if (args_get(args, "recipe"))
		return true;
	if (data && dataset_kind_of(data)) {
		for (int i = 0; i < N_SETTINGS; i++) {
			const char *note = tensors_note(t, settings[i].note);
			if (note && *note)
				sets->option[sets->n++] = arena_printf(args->arena, "recipe.%s=%s", settings[i].key, note);
		}
		return true;
	}
	if (!given || !dataset_kind_of(given)) {
		diag_error(d, t->at,
			"it does not say which data the network was trained on: name a recipe that does (--recipe), "
			"or a data set of pixels from 0 to 1 (--data)");
		return false;
	}
	sets->option[sets->n++] = arena_printf(args->arena, "recipe.dataset=%s", given);
	sets->option[sets->n++] = "recipe.normalise=none";
	return true;
}

static void write_json(struct arena *a, FILE *out, const struct table *t)
{
	json_t *rows = json_array();

	for (int i = 0; i < t->n_rows; i++) {
		const struct table_cell *c = &t->cell[(ptrdiff_t)i * t->n_columns];
		json_t *row = json_object();
		for (int k = 0; k < t->n_columns; k++)
			json_object_set_new(row, columns[k].key,
				c[k].text ? json_string(c[k].text) : json_real(c[k].number));
		json_array_append_new(rows, row);
	}
	fprintf(out, "%s\n", json_text(a, rows));
}

static void write_result(struct args *args, const struct table *t)
{
	static const char *const formats[] = {"text", "csv", "json", NULL};
	const char *path = args_get(args, "output");
	struct out out;

	out_open(&out, path ? path : "-");
	switch (args_word(args, "format", formats, 0)) {
	case 0:
		table_text(args->arena, t, out.file);
		break;
	case 1:
		table_csv(args->arena, t, out.file);
		break;
	default:
		write_json(args->arena, out.file, t);
	}
	out_close(&out);
}

/* Cells of which only some times are known stand still after the last. */
static void warn_untold(struct arena *a, const struct synapse *s, const double *t, int n_times, struct diag *d)
{
	struct part part[SYNAPSE_MAX_PARTS];
	double last = 0;

	for (int i = 0; i < n_times; i++)
		last = fmax(last, t[i]);
	for (int i = 0, n = s ? synapse_parts(s, part) : 0; i < n; i++)
		if (last > aging_told(part[i].cell)) {
			diag_warn(d, diag_where(d, &part[i].cell->relaxation),
				"measured until %s: at later times the cells are taken to stand as they were then",
				units_text(a, aging_told(part[i].cell), DIM_SECOND));
			return;
		}
}

static int run(struct args *args)
{
	struct arena *a = args->arena;
	struct diag *d = diag_new(a, stderr);
	struct point point = {0};
	double t[MAX_TIMES];
	int n_times = read_times(args, t), how = args_word(args, "compensate", compensations, 0);
	long n_repeats = args_int(args, "repeats", 1, 100000, 1);

	common_threads(args);

	const struct kern *kern = common_kern(args);
	const struct tensors *weights = tensors_read(a, args->word[2], d);

	if (!weights)
		return STATUS_INPUT;

	struct study_sets own;

	if (!own_settings(args, weights, &own, d) || !common_point(args, &point, "fashion-mnist", &own, d))
		return STATUS_INPUT;

	need_cells(args, &point, t, n_times, how);

	const struct dataset *data = common_point_data(args, &point, d);
	uint64_t seed = (uint64_t)args_int(args, "seed", 0, 9007199254740992, point.recipe->seed);
	struct infer *infer = data ? point_infer(a, &point, data, weights, seed, kern, d) : NULL;

	if (!infer)
		return STATUS_INPUT;
	warn_untold(a, point.design ? point.design->synapse : NULL, t, n_times, d);

	struct table *table = table_new(a, NULL, columns, N_COLUMNS - (data->label == NULL));

	for (int i = 0; i < n_times; i++)
		for (int repeat = 1; repeat <= n_repeats; repeat++) {
			struct infer_result r;
			if (!infer_test(infer, t[i], (enum compensation)how, repeat, &r, d))
				return STATUS_INPUT;
			struct table_cell *cell = table_row(a, table);
			cell[0] = cell_number(t[i]);
			cell[1] = cell_text(compensations[how]);
			cell[2] = cell_number(repeat);
			cell[3] = cell_number(r.accuracy_percent);
			cell[4] = cell_number(r.loss);
			if (data->label)
				cell[5] = cell_text(data->label);
		}
	write_result(args, table);
	return STATUS_DONE;
}

static const struct option options[] = {
	{"at", 0, "TIMES", "times after programming, like 25s,1h,1d,1y (default: 0s, as trained)"},
	{"compensate", 0, "HOW", "none, gdc (one factor per layer) or adabs (batch-norm statistics anew)"},
	{"repeats", 0, "N", "programmings and reads drawn at each of the times (default: 1)"},
	{"recipe", 0, "RECIPE", "data set, normalisation, loss and bits, instead of those in the checkpoint"},
	{"data", 0, "NAME|DIR", "data set, or the folder that holds its files"},
	{"format", 0, "FORMAT", "text, csv or json"},
	OPTION_OUT,
	OPTION_SEED,
	OPTION_SET,
	OPTION_THREADS,
	{"isa", 0, "ISA", "force scalar, avx2 or avx512 kernels"},
	OPTION_END,
};

extern const struct command cmd_infer;
const struct command cmd_infer = {"infer", "test a finished network, also long after programming",
	"DESIGN NETWORK CHECKPOINT", 3, 3, options, run};
