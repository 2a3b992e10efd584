/* SPDX-License-Identifier: Apache-2.0 */
#include "study/results.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "arch/design.h"
#include "base/arena.h"
#include "base/spread.h"
#include "device/synapse.h"
#include "device/update.h"
#include "train/recipe.h"

/* The numbers of a row, each an offset into struct numbers. */
struct numbers {
	double accuracy_percent, loss, area_mm2, leakage_W;
	double phase[PHASE_COUNT][2]; /* latency, energy */
	double epoch_latency, epoch_energy, training_latency, training_energy;
	double tops, tops_per_w, tops_per_mm2;
	double writes_mean, writes_max, lifetime;
	double writes_p999, before_transfer, after_transfer, power_off;
};

#define AT(member)  offsetof(struct numbers, member)
#define PHASE(p, i) (offsetof(struct numbers, phase) + ((size_t)(p) * 2 + (i)) * sizeof(double))

static const struct {
	const char *key;
	size_t offset;
	struct results_text text;
} number_columns[] = {
	{"accuracy_percent", AT(accuracy_percent), {"accuracy", "", "%"}},
	{"loss", AT(loss), {"loss", "", ""}},
	{"area_mm2", AT(area_mm2), {"area", "", "mm^2"}},
	{"leakage_W", AT(leakage_W), {"leakage", "", "W"}},
	{"forward_latency_s", PHASE(PHASE_FORWARD, 0), {"forward time", "per image", "s"}},
	{"forward_energy_J", PHASE(PHASE_FORWARD, 1), {"forward energy", "per image", "J"}},
	{"error_latency_s", PHASE(PHASE_ERROR, 0), {"error time", "per image", "s"}},
	{"error_energy_J", PHASE(PHASE_ERROR, 1), {"error energy", "per image", "J"}},
	{"gradient_latency_s", PHASE(PHASE_GRADIENT, 0), {"gradient time", "per image", "s"}},
	{"gradient_energy_J", PHASE(PHASE_GRADIENT, 1), {"gradient energy", "per image", "J"}},
	{"update_latency_s", PHASE(PHASE_UPDATE, 0), {"update time", "per batch", "s"}},
	{"update_energy_J", PHASE(PHASE_UPDATE, 1), {"update energy", "per batch", "J"}},
	{"transfer_latency_s", PHASE(PHASE_TRANSFER, 0), {"transfer time", "", "s"}},
	{"transfer_energy_J", PHASE(PHASE_TRANSFER, 1), {"transfer energy", "", "J"}},
	{"epoch_latency_s", AT(epoch_latency), {"time per epoch", "", "s"}},
	{"epoch_energy_J", AT(epoch_energy), {"energy per epoch", "", "J"}},
	{"training_latency_s", AT(training_latency), {"training time", "", "s"}},
	{"training_energy_J", AT(training_energy), {"training energy", "", "J"}},
	{"tops", AT(tops), {"throughput", "", "TOPS"}},
	{"tops_per_w", AT(tops_per_w), {"efficiency", "", "TOPS/W"}},
	{"tops_per_mm2", AT(tops_per_mm2), {"density", "", "TOPS/mm^2"}},
	{"writes_per_cell_mean", AT(writes_mean), {"mean write pulses of a cell", "", ""}},
	{"writes_per_cell_max", AT(writes_max), {"most write pulses of a cell", "", ""}},
	{"lifetime_trainings", AT(lifetime), {"lifetime in trainings", "", ""}},
	/* from here on behind the status */
	{"writes_per_cell_p999", AT(writes_p999), {"write pulses of 99.9 % of the cells", "at most", ""}},
	{"accuracy_before_transfer_percent", AT(before_transfer), {"accuracy", "before a transfer", "%"}},
	{"accuracy_after_transfer_percent", AT(after_transfer), {"accuracy", "after a transfer", "%"}},
	{"accuracy_after_power_off_percent", AT(power_off), {"accuracy", "after a power-off", "%"}},
};

enum { N_NUMBERS = sizeof number_columns / sizeof number_columns[0], N_BEFORE_STATUS = N_NUMBERS - 4 };

static double number_at(const struct numbers *n, int column)
{
	double x;

	memcpy(&x, (const char *)n + number_columns[column].offset, sizeof x);
	return x;
}

/* Numbers a result does not have are NaN, which tables show as empty. */
static struct numbers no_numbers(void)
{
	struct numbers n;
	double *x = (double *)&n;

	for (size_t i = 0; i < sizeof n / sizeof *x; i++)
		x[i] = (double)NAN;
	return n;
}

static double endurance(const struct cell *c)
{
	return c->remanent ? c->remanent->n_endurance : c->n_endurance;
}

/* Trainings until the most written cell is worn: that of the part which wears out first. */
static double lifetime(const struct synapse *s, const struct activity *act)
{
	struct part part[SYNAPSE_MAX_PARTS];
	double n_most = 0, n_most_slow = 0, n = INFINITY;

	synapse_parts(s, part);
	for (int i = 0; i < act->n_layers; i++) {
		n_most = fmax(n_most, act->layer[i].n_writes_max);
		n_most_slow = fmax(n_most_slow, act->layer[i].n_writes_max_slow);
	}

	double n_worn = endurance(part[synapse_worn_part(s)].cell), n_slow = endurance(part[0].cell);

	if (n_worn > 0 && n_most > 0)
		n = n_worn / n_most;
	if (n_slow > 0 && n_most_slow > 0)
		n = fmin(n, n_slow / n_most_slow);
	return isfinite(n) ? n : (double)NAN;
}

static struct numbers numbers_of(const struct study_plan *plan, const struct result *r)
{
	const struct point *p = &plan->point[r->i_point];
	const struct outcome *o = r->outcome;
	const struct cost *c = r->cost;
	struct numbers n = no_numbers();

	if (strcmp(o->status, "ok") != 0)
		return n;
	n.accuracy_percent = o->accuracy_percent;
	n.loss = o->loss;
	if (!c)
		return n;
	n.area_mm2 = c->area * 1e6;
	n.leakage_W = c->leakage;
	for (int i = 0; i < PHASE_COUNT; i++) {
		n.phase[i][0] = c->phase[i].latency;
		n.phase[i][1] = c->phase[i].energy;
	}
	n.epoch_latency = c->epoch.latency;
	n.epoch_energy = c->epoch.energy;
	n.tops = c->tops;
	n.tops_per_w = c->tops_per_w;
	n.tops_per_mm2 = c->tops_per_mm2;
	if (!study_trains(plan->study))
		return n; /* nothing was trained */
	n.training_latency = c->epoch.latency * o->epochs;
	n.training_energy = c->epoch.energy * o->epochs;
	if (o->n_log > 0) {
		n.before_transfer = o->log[o->n_log - 1].before_transfer_percent;
		n.after_transfer = o->log[o->n_log - 1].after_transfer_percent;
		n.power_off = o->log[o->n_log - 1].power_off_percent;
	}
	if (!o->activity)
		return n;
	n.writes_p999 = o->activity->n_writes_p999;
	n.writes_mean = n.writes_max = 0;
	for (int i = 0; i < o->activity->n_layers; i++) {
		const struct layer_activity *l = &o->activity->layer[i];
		double weights = c->layer[i].weights;
		n.writes_mean += l->n_writes_mean * weights;
		n.writes_max = fmax(n.writes_max, l->n_writes_max);
	}
	n.writes_mean /= network_weights(p->network);
	n.lifetime = lifetime(p->design->synapse, o->activity);
	return n;
}

static const char *const text_columns[] = {"network", "dataset", "node", "synapse", "cells", "update",
	"rule"};

enum { N_TEXTS = sizeof text_columns / sizeof text_columns[0] };

/* plan NULL: the columns that every study has. */
static const struct table_column *columns_of(struct arena *a, const struct study_plan *plan, int *n)
{
	int n_axes = plan ? plan->n_axes : 0, k = 0;
	struct table_column *c = NEW(a, struct table_column, 16 + N_TEXTS + N_NUMBERS + n_axes);

	c[k++].key = "study";
	c[k++].key = "point";
	for (int i = 0; i < n_axes; i++)
		c[k++].key = plan->axis[i].name;
	if (plan && plan->study->recipes.n > 1)
		c[k++].key = "recipe"; /* an axis of its own */
	c[k++].key = "design";
	for (int i = 0; i < N_TEXTS; i++)
		c[k++].key = text_columns[i];
	c[k++].key = "seed";
	c[k++].key = "epochs";
	for (int i = 0; i < N_BEFORE_STATUS; i++)
		c[k++].key = number_columns[i].key;
	c[k++].key = "status";
	for (int i = N_BEFORE_STATUS; i < N_NUMBERS; i++)
		c[k++].key = number_columns[i].key;
	c[k++].key = "wall_s";
	*n = k;
	return c;
}

/* The texts that name a point, in the order of the columns; returns how many cells were filled. */
static int name_point(const struct study_plan *plan, const struct result *r,
	struct table_cell *cell)
{
	const struct point *p = &plan->point[r->i_point];
	int k = 0;

	cell[k++] = cell_text(plan->study->name);
	cell[k++] = cell_number(r->i_point);
	for (int i = 0; i < plan->n_axes; i++)
		cell[k++] = cell_text(p->axis_text[i]);
	if (plan->study->recipes.n > 1)
		cell[k++] = cell_text(p->recipe_name);
	cell[k++] = cell_text(p->design_name);
	cell[k++] = cell_text(p->network_name);
	cell[k++] = cell_text(r->dataset);
	cell[k++] = cell_text(p->text.node);
	cell[k++] = cell_text(p->text.synapse);
	cell[k++] = cell_text(p->text.cells);
	cell[k++] = cell_text(p->text.update ? p->text.update : "float");
	cell[k++] = cell_text(p->text.rule);
	return k;
}

struct table *results_table(struct arena *a, const struct study_plan *plan, const struct result *r, int n)
{
	int n_columns;
	const struct table_column *columns = columns_of(a, plan, &n_columns);
	struct table *t = table_new(a, NULL, columns, n_columns);

	for (int i = 0; i < n; i++) {
		struct table_cell *cell = table_row(a, t);
		struct numbers numbers = numbers_of(plan, &r[i]);
		int k = name_point(plan, &r[i], cell);
		cell[k++] = cell_number((double)r[i].seed);
		cell[k++] = cell_number(r[i].outcome->epochs);
		for (int c = 0; c < N_BEFORE_STATUS; c++)
			cell[k++] = cell_number(number_at(&numbers, c));
		cell[k++] = cell_text(r[i].outcome->status);
		for (int c = N_BEFORE_STATUS; c < N_NUMBERS; c++)
			cell[k++] = cell_number(number_at(&numbers, c));
		cell[k++] = cell_number(r[i].outcome->wall_s);
	}
	return t;
}

static struct spread spread_of(const struct study_plan *plan, const struct result *r, int n, int i_point,
	int column)
{
	struct spread s = {0};
	int n_seeds = n / plan->n_points; /* results stand point by point, seed by seed */

	for (int i = 0; i < n_seeds; i++) {
		struct numbers numbers = numbers_of(plan, &r[i_point * n_seeds + i]);
		spread_add(&s, number_at(&numbers, column));
	}
	return s;
}

struct table *summary_table(struct arena *a, const struct study_plan *plan, const struct result *r, int n)
{
	struct table_column *c = NEW(a, struct table_column, 16 + N_TEXTS + 4 * N_NUMBERS + plan->n_axes);
	int k, n_named = 0;
	const struct table_column *all = columns_of(a, plan, &k);

	while (strcmp(all[n_named].key, "seed") != 0) {
		c[n_named] = all[n_named];
		n_named++;
	}
	k = n_named;
	c[k++].key = "seeds";
	for (int i = 0; i < N_NUMBERS; i++) {
		c[k++].key = arena_printf(a, "%s_mean", number_columns[i].key);
		c[k++].key = arena_printf(a, "%s_sd", number_columns[i].key);
		c[k++].key = arena_printf(a, "%s_low95", number_columns[i].key);
		c[k++].key = arena_printf(a, "%s_high95", number_columns[i].key);
	}

	struct table *t = table_new(a, NULL, c, k);

	for (int i = 0; i < plan->n_points; i++) {
		struct table_cell *cell = table_row(a, t);
		name_point(plan, &r[i * (n / plan->n_points)], cell);
		cell[n_named] = cell_number(spread_of(plan, r, n, i, 0).n);
		for (int q = 0; q < N_NUMBERS; q++) {
			struct spread s = spread_of(plan, r, n, i, q);
			struct table_cell *at = &cell[n_named + 1 + 4 * q];
			at[0] = cell_number(spread_mean(&s));
			at[1] = cell_number(spread_deviation(&s));
			at[2] = cell_number(spread_mean(&s) - spread_interval(&s));
			at[3] = cell_number(spread_mean(&s) + spread_interval(&s));
		}
	}
	return t;
}

const char *const *results_keys(struct arena *a, const struct study_plan *plan, bool numbers)
{
	int n = 0, k = 0;
	const struct table_column *c = columns_of(a, plan, &n);
	const char **key = NEW(a, const char *, n + 1);

	for (int i = 0; i < n; i++)
		if (!numbers || results_column(c[i].key))
			key[k++] = c[i].key;
	return key;
}

const struct results_text *results_column(const char *key)
{
	for (int i = 0; i < N_NUMBERS; i++)
		if (strcmp(number_columns[i].key, key) == 0)
			return &number_columns[i].text;
	return NULL;
}
