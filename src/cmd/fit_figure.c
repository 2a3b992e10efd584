/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/fit_figure.h"

#include <math.h>

#include "base/arena.h"
#include "base/path.h"
#include "device/cell.h"
#include "lab/fit.h"
#include "lab/retention.h"
#include "report/plot.h"

enum { BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, BLACK };
enum { MOST_POINTS = 1500, STEP_POINTS = 60, SHOWN_CELLS = 5, TIMES = 60 };

static const struct {
	double k;
	const char *name;
} units[] = {{1, "S"}, {1e3, "mS"}, {1e6, "µS"}, {1e9, "nS"}, {1e12, "pS"}};

static int unit_for(double g)
{
	int i = 0;

	while (i < 4 && g * units[i].k < 1)
		i++;
	return i;
}

/* Trains of a few cells with the fitted curves from their starts. */
static void add_trains(struct arena *a, const struct fit *f, struct plot_panel *p, int unit)
{
	const struct trace *t = f->trace;
	double k = units[unit].k, *g = NEW(a, double, t->n);
	struct plot_point *data = NEW(a, struct plot_point, t->n), *model = NEW(a, struct plot_point, t->n);

	p->title = "Data and model";
	p->x_label = "pulse number";
	p->y_label = arena_printf(a, "conductance (%s)", units[unit].name);
	for (int from = 0, shown = 0, last = -1; from < t->n && shown < SHOWN_CELLS;) {
		int to = from + 1, n = 0;
		while (to < t->n && t->sample[to].polarity != STEP_START)
			to++;
		if (t->sample[from].cell != last) {
			int stride = (to - from) / (MOST_POINTS / SHOWN_CELLS) + 1;
			fit_curve(&f->result[0], t, from, to, g);
			for (int i = from; i < to; i += stride) {
				data[n] = (struct plot_point){t->sample[i].pulse, t->sample[i].g * k, 0, 0};
				model[n++] = (struct plot_point){t->sample[i].pulse, g[i - from] * k, 0, 0};
			}
			plot_add(a, p, arena_printf(a, "cell %s", t->cell[t->sample[from].cell]), PLOT_POINTS, shown, data, n);
			plot_add(a, p, NULL, PLOT_LINE, shown, model, n);
			last = t->sample[from].cell;
			shown++;
		}
		from = to;
	}
}

/* Measured changes by single pulses over the fitted step. */
static void add_steps(struct arena *a, const struct fit *f, struct plot_panel *p, int unit)
{
	const struct trace *t = f->trace;
	const struct fit_result *r = &f->result[0];
	double k = units[unit].k, low = r->g_min.value, span = r->g_max.value - low;
	int stride = t->n / MOST_POINTS + 1, n[2] = {0};
	struct plot_point *data[2] = {NEW(a, struct plot_point, t->n), NEW(a, struct plot_point, t->n)};
	struct plot_point model[STEP_POINTS + 1];

	p->title = "Change by one pulse";
	p->x_label = arena_printf(a, "conductance before (%s)", units[unit].name);
	p->y_label = arena_printf(a, "ΔG (%s)", units[unit].name);
	for (int i = 1; i < t->n; i += 1) {
		const struct sample *s = &t->sample[i];
		int up = s->polarity == STEP_UP;
		if ((!up && s->polarity != STEP_DOWN) || s->pulse != s[-1].pulse + 1 || i % stride)
			continue;
		data[up][n[up]++] = (struct plot_point){s[-1].g * k, (s->g - s[-1].g) * k, 0, 0};
	}
	for (int up = 1; up >= 0; up--) {
		if (!up && f->one_sided)
			continue;
		plot_add(a, p, NULL, PLOT_POINTS, up ? SKY : ORANGE, data[up], n[up]);
		for (int i = 0; i <= STEP_POINTS; i++) {
			double y = (double)i / STEP_POINTS;
			model[i] = (struct plot_point){(low + y * span) * k,
				response_step(r->response, &own_nominal, up, y) * span * k, 0, 0};
		}
		plot_add(a, p, up ? "up, model" : "down, model", PLOT_LINE, up ? BLUE : VERMILION, model, STEP_POINTS + 1);
	}
}

/* Standardised residuals as a histogram beside the normal curve. */
static void add_residuals(struct arena *a, const struct fit *f, struct plot_panel *p)
{
	enum { BINS = 41 };
	const struct fit_result *r = &f->result[0];
	struct plot_point bins[BINS], normal[BINS];
	int n = 0;

	if (!r->residual)
		return;
	for (int i = 0; i < BINS; i++) {
		double x = (i - BINS / 2) * 0.2;
		bins[i] = (struct plot_point){.x = x};
		normal[i] = (struct plot_point){.x = x, .y = 100 * 0.2 * exp(-x * x / 2) / 2.5066282746310002};
	}
	for (int i = 0; i < f->trace->n; i++)
		n += isfinite(r->residual[i]);
	for (int i = 0; i < f->trace->n; i++) {
		int bin = isfinite(r->residual[i]) ? (int)lround(fmin(fmax(r->residual[i], -4), 4) / 0.2) + BINS / 2 : -1;
		if (bin >= 0 && bin < BINS)
			bins[bin].y += 100.0 / n;
	}
	p->title = "Residuals over their sigma";
	p->x_label = "standard deviations";
	p->y_label = "readings (%)";
	p->whole_y = true;
	plot_add(a, p, "data", PLOT_BOXES, SKY, bins, BINS);
	plot_add(a, p, "normal", PLOT_LINE, BLACK, normal, BINS);
}

void fit_figure(struct arena *a, const struct fit *f, const char *path)
{
	struct plot *p = NEW(a, struct plot, 1);
	int unit = unit_for(f->result[0].g_max.value);

	p->title = arena_printf(a, "%s: %s", path_tail(f->trace->file), f->result[0].kind->head.name);
	add_trains(a, f, &p->panel[p->n_panels++], unit);
	add_steps(a, f, &p->panel[p->n_panels++], unit);
	if (f->result[0].residual)
		add_residuals(a, f, &p->panel[p->n_panels++]);
	p->n_columns = p->n_panels;
	plot_write(a, p, path);
}

void retention_figure(struct arena *a, const struct trace *t, const struct cell *base, const struct retention *r,
	const char *path)
{
	struct plot *p = NEW(a, struct plot, 1);
	struct plot_panel *panel = &p->panel[0];
	int unit = unit_for(base->g_max);
	struct plot_point *data = NEW(a, struct plot_point, t->n), model[TIMES];

	p->title = arena_printf(a, "%s: retention", path_tail(t->file));
	p->n_panels = p->n_columns = 1;
	*panel = (struct plot_panel){.title = "Data and model", .x_label = "time after programming (s)", .log_x = true,
		.y_label = arena_printf(a, "conductance (%s)", units[unit].name)};
	for (int i = 0, cell = 0, from = 0; i <= t->n && cell < 6; i++) {
		if (i < t->n && t->sample[i].cell == t->sample[from].cell)
			continue;
		int n = 0;
		double first = 0, last = t->sample[i - 1].t;
		for (int k = from; k < i; k++) {
			if (t->sample[k].t <= 0)
				continue;
			first = first > 0 ? first : t->sample[k].t;
			data[n++] = (struct plot_point){t->sample[k].t, t->sample[k].g * units[unit].k, 0, 0};
		}
		for (int k = 0; k < TIMES; k++) {
			double s = first * pow(last / first, (double)k / (TIMES - 1));
			model[k] = (struct plot_point){s, retention_at(r, base, t->sample[from].cell, s) * units[unit].k, 0, 0};
		}
		plot_add(a, panel, NULL, PLOT_POINTS, cell, data, n);
		plot_add(a, panel, NULL, PLOT_LINE, cell, model, TIMES);
		cell++;
		from = i;
	}
	plot_write(a, p, path);
}
