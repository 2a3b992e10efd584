/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/device_figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "device/cell.h"
#include "device/soft_bounds.h"
#include "lab/sweep.h"
#include "lab/trace.h"
#include "report/plot.h"

enum { BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, BLACK };
enum { CURVE_POINTS = 200, STEP_POINTS = 60, MAP_X = 40, MAP_Y = 60, BINS = 60, STATES = 5, TIMES = 40, CELLS_OF_MAP = 400 };

/* A readable unit for conductances up to g. */
struct unit {
	double k;
	const char *name;
};

static struct unit unit_for(double g)
{
	static const struct unit units[] = {{1, "S"}, {1e3, "mS"}, {1e6, "µS"}, {1e9, "nS"}, {1e12, "pS"}};
	size_t i = 0;

	while (i < 4 && g * units[i].k < 1)
		i++;
	return units[i];
}

static int rising(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return a < b ? -1 : a > b;
}

static double quantile(const double *sorted, int n, double q)
{
	double at = q * (n - 1);
	int i = (int)at;

	return i + 1 < n ? sorted[i] + (at - i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

/* Median and 5 to 95 %. */
static struct plot_point summary(double *v, int n, double x, double k)
{
	qsort(v, (size_t)n, sizeof *v, rising);
	return (struct plot_point){x, quantile(v, n, 0.5) * k, quantile(v, n, 0.05) * k, quantile(v, n, 0.95) * k};
}

struct subject {
	struct arena *arena;
	const struct cell *cell;
	struct span span;
	struct unit unit;
	struct sweep_options o;
};

static double g_of(const struct subject *s, double y)
{
	return s->span.g_low + y * (s->span.g_high - s->span.g_low);
}

/* The first cycle of all cells: potentiation and depression, with a few single cells. */
static void add_curves(const struct subject *s, struct plot_panel *p)
{
	struct sweep_options o = s->o;
	const struct trace *t;
	bool one_sided = s->cell->write.one_sided;

	o.n_cycles = 1;
	t = sweep_trace(s->arena, s->cell, s->span, &o);

	int n_rows = t->n / t->n_cells, n_up = 0, n = 0, turn = 0;
	double *v = NEW(s->arena, double, t->n_cells);
	struct plot_point *all = NEW(s->arena, struct plot_point, n_rows), *one = NEW(s->arena, struct plot_point, n_rows);

	for (int k = 0; k < n_rows; k++)
		n_up = t->sample[k].polarity == STEP_UP ? k : n_up;
	int stride = n_rows / CURVE_POINTS + 1;
	for (int k = 0; k < n_rows; k++) {
		if (k % stride && k != n_up && k != n_rows - 1)
			continue;
		for (int i = 0; i < t->n_cells; i++)
			v[i] = t->sample[i * n_rows + k].g;
		turn = k <= n_up ? n : turn;
		one[n] = (struct plot_point){k, t->sample[k].g * s->unit.k, 0, 0};
		all[n++] = summary(v, t->n_cells, k, s->unit.k);
	}
	p->title = one_sided ? "Potentiation and erase" : "Potentiation and depression";
	p->x_label = "pulse number";
	p->y_label = arena_printf(s->arena, "conductance (%s)", s->unit.name);
	if (t->n_cells > 1) {
		plot_add(s->arena, p, NULL, PLOT_BAND, BLUE, all, turn + 1);
		plot_add(s->arena, p, NULL, PLOT_BAND, VERMILION, all + turn, n - turn);
	}
	plot_add(s->arena, p, "up", PLOT_LINE, BLUE, all, turn + 1);
	plot_add(s->arena, p, one_sided ? "erase" : "down", PLOT_LINE, VERMILION, all + turn, n - turn);
	if (t->n_cells > 1)
		plot_add(s->arena, p, "one cell", PLOT_POINTS, BLACK, one, n);
}

/* Mean step of either polarity over the state, with the scatter of one pulse. */
static void add_steps(const struct subject *s, struct plot_panel *p)
{
	const struct response *r = s->cell->response;
	double swing = (s->span.g_high - s->span.g_low) * s->unit.k, most = 0, y_symmetry;
	double shift = soft_bounds_shift(r, &own_nominal, 0); /* of the reference it is seen against */
	struct plot_point up[STEP_POINTS + 1], down[STEP_POINTS + 1];

	for (int i = 0; i <= STEP_POINTS; i++) {
		double y = (double)i / STEP_POINTS, g = g_of(s, y - shift) * s->unit.k;
		up[i] = (struct plot_point){.x = g, .y = response_step(r, &own_nominal, true, y) * swing};
		down[i] = (struct plot_point){.x = g, .y = -response_step(r, &own_nominal, false, y) * swing};
		most = fmax(most, fmax(up[i].y, s->cell->write.one_sided ? 0 : down[i].y));
	}
	p->title = "Step of a pulse";
	p->x_label = arena_printf(s->arena, "conductance (%s)", s->unit.name);
	p->y_label = arena_printf(s->arena, "|ΔG| per pulse (%s)", s->unit.name);
	p->whole_y = true;
	for (int way = 0; way < (s->cell->write.one_sided ? 1 : 2); way++) {
		struct plot_point *points = way ? down : up;
		for (int i = 0; i <= STEP_POINTS; i++) {
			double sigma = sweep_noise(s->cell, way == 0, (double)i / STEP_POINTS) * swing;
			points[i].low = points[i].y - sigma;
			points[i].high = points[i].y + sigma;
		}
		plot_add(s->arena, p, NULL, PLOT_BAND, way ? VERMILION : BLUE, points, STEP_POINTS + 1);
		plot_add(s->arena, p, way ? "down" : "up", PLOT_LINE, way ? VERMILION : BLUE, points, STEP_POINTS + 1);
	}
	y_symmetry = sweep_symmetry(s->cell);
	if (isfinite(y_symmetry)) {
		double step = response_step(r, &own_nominal, true, y_symmetry + shift) * swing;
		struct plot_point at = {g_of(s, y_symmetry) * s->unit.k, step, step, step};
		plot_add(s->arena, p, "symmetry point", PLOT_BARS, BLACK, &at, 1);
	}
}

/* Changes by one pulse of all cells on their ways up and down, as shades. */
static void add_map(const struct subject *s, struct plot_panel *p)
{
	struct sweep_options o = s->o;
	double low = g_of(s, 0) * s->unit.k, high = g_of(s, 1) * s->unit.k, least = 0, most = 0, top = 0;
	double *count = NEW(s->arena, double, MAP_X * MAP_Y);
	struct plot_point *grid = NEW(s->arena, struct plot_point, MAP_X * MAP_Y);
	const struct trace *t;

	o.n_cells = o.n_cells < CELLS_OF_MAP ? CELLS_OF_MAP : o.n_cells;
	if (sweep_length(s->cell, true) > 1000)
		o.n_cells /= 8;
	o.n_cycles = 1;
	t = sweep_trace(s->arena, s->cell, s->span, &o);

	/* 1st to 99th percentile of the changes */
	double *change = NEW(s->arena, double, t->n);
	int n = 0;

	for (int i = 1; i < t->n; i++)
		if (t->sample[i].polarity == STEP_UP || t->sample[i].polarity == STEP_DOWN)
			change[n++] = (t->sample[i].g - t->sample[i - 1].g) * s->unit.k;
	qsort(change, (size_t)n, sizeof *change, rising);
	least = quantile(change, n, 0.005);
	most = quantile(change, n, 0.995);
	if (most - least < 1e-12 * high)
		most = least + 1e-12 + fabs(high) * 1e-6;
	for (int i = 1; i < t->n; i++) {
		const struct sample *x = &t->sample[i];
		if (x->polarity != STEP_UP && x->polarity != STEP_DOWN)
			continue;
		double from = (x[-1].g * s->unit.k - low) / (high - low) * MAP_X;
		double by = ((x->g - x[-1].g) * s->unit.k - least) / (most - least) * MAP_Y;
		int ix = (int)fmin(fmax(from, 0), MAP_X - 1), iy = (int)floor(by);
		if (iy >= 0 && iy <= MAP_Y)
			count[ix * MAP_Y + (iy < MAP_Y ? iy : MAP_Y - 1)]++;
	}
	/* shades within each conductance, so that rare ones show too */
	for (int ix = 0; ix < MAP_X; ix++) {
		top = 1e-9;
		for (int iy = 0; iy < MAP_Y; iy++)
			top = fmax(top, count[ix * MAP_Y + iy]);
		for (int iy = 0; iy < MAP_Y; iy++)
			grid[ix * MAP_Y + iy] = (struct plot_point){low + (high - low) * (ix + 0.5) / MAP_X,
				least + (most - least) * (iy + 0.5) / MAP_Y, count[ix * MAP_Y + iy] / top, 0};
	}
	p->title = "ΔG(G) map";
	p->x_label = arena_printf(s->arena, "conductance before (%s)", s->unit.name);
	p->y_label = arena_printf(s->arena, "ΔG by one pulse (%s)", s->unit.name);
	plot_add(s->arena, p, NULL, PLOT_MAP, BLUE, grid, MAP_X * MAP_Y);
}

/* States after 0, 1/4 .. of the full train from the bottom. */
static void add_states(const struct subject *s, struct plot_panel *p)
{
	int n = s->o.n_cells, states = cell_structure(s->cell)->binary ? 2 : STATES;
	double *y = sweep_programmed(s->arena, s->cell, &s->o, states), least = HUGE_VAL, most = -HUGE_VAL;

	for (int i = 0; i < states * n; i++) {
		least = fmin(least, y[i]);
		most = fmax(most, y[i]);
	}
	least = fmin(least, 0) - 0.02;
	most = fmax(most, 1) + 0.02;
	for (int k = 0; k < states; k++) {
		struct plot_point bins[BINS];
		for (int b = 0; b < BINS; b++)
			bins[b] = (struct plot_point){
				.x = g_of(s, least + (most - least) * (b + 0.5) / BINS) * s->unit.k};
		for (int i = 0; i < n; i++)
			bins[(int)((y[k * n + i] - least) / (most - least) * BINS * 0.999999)].y += 100.0 / n;
		double share = (double)k / (states - 1);
		int pulses = (int)lround(sweep_length(s->cell, true) * share);
		plot_add(s->arena, p, arena_printf(s->arena, "%d pulse%s", pulses, pulses == 1 ? "" : "s"), PLOT_BOXES, k,
			bins, BINS);
	}
	p->title = "Programmed states, open loop";
	p->x_label = arena_printf(s->arena, "conductance (%s)", s->unit.name);
	p->y_label = "cells (%)";
	p->whole_y = true;
}

static void add_retention(const struct subject *s, struct plot_panel *p)
{
	int n = s->o.n_cells;
	double t[TIMES], last = s->cell->hold ? 5 * s->cell->hold->t_retention : 3.15e7;
	double first = s->cell->hold ? s->cell->hold->t_retention / 300 : 1, *v = NEW(s->arena, double, n);
	const double *y;

	for (int k = 0; k < TIMES; k++)
		t[k] = first * pow(last / first, (double)k / (TIMES - 1));
	y = sweep_retention(s->arena, s->cell, &s->o, t, TIMES, STATES);
	for (int state = STATES - 1; state >= 0; state--) {
		struct plot_point points[TIMES];
		for (int k = 0; k < TIMES; k++) {
			for (int i = 0; i < n; i++)
				v[i] = g_of(s, y[(state * TIMES + k) * n + i]);
			points[k] = summary(v, n, t[k], s->unit.k);
		}
		if (n > 1)
			plot_add(s->arena, p, NULL, PLOT_BAND, state, points, TIMES);
		plot_add(s->arena, p, NULL, PLOT_LINE, state, points, TIMES);
	}
	p->title = "Retention";
	p->x_label = "time after programming (s)";
	p->y_label = arena_printf(s->arena, "conductance (%s)", s->unit.name);
	p->log_x = true;
}

void device_figure(struct arena *a, const char *name, const struct cell *c, const struct tech *t,
	const struct sweep_options *o, const char *wanted, const char *path)
{
	struct subject s = {.arena = a, .cell = c, .span = sweep_span(c, t), .o = *o};
	struct plot *p = NEW(a, struct plot, 1);

	bool binary = cell_structure(c)->binary, forgets = sweep_forgets(c) && !cell_structure(c)->g_of_node;
	const struct {
		const char *name;
		bool has;
		void (*add)(const struct subject *, struct plot_panel *);
	} panels[] = {{"curves", true, add_curves}, {"steps", !binary, add_steps}, {"map", !binary, add_map},
		{"states", true, add_states}, {"retention", forgets, add_retention}};

	s.unit = unit_for(s.span.g_high);
	p->title = name;
	for (size_t i = 0; i < sizeof panels / sizeof *panels; i++)
		if (panels[i].has && (!wanted || strstr(wanted, panels[i].name)))
			panels[i].add(&s, &p->panel[p->n_panels++]);
	p->n_columns = p->n_panels < 4 ? p->n_panels : p->n_panels == 4 ? 2 : 3;
	plot_write(a, p, path);
}
