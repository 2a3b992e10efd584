/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Laws that are straight lines over the logarithm of time: power_law, logarithmic.
 *
 * Method   a line per cell; t_0 of the power law, which all cells share, by a scan of quarter decades and
 *          a search
 * Source   retention.h
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>

#include "base/arena.h"
#include "lab/line.h"
#include "lab/retention_priv.h"

struct line_fit {
	struct series *series;
	struct retention_law *law;
	bool power;
};

/* Every cell's line; sum of squares. */
static double fit_lines(struct line_fit *f, double t_0)
{
	const struct series *s = f->series;
	double square = 0;

	for (int c = 0; c < s->trace->n_cells; c++) {
		struct line l = {0};
		for (int i = s->from[c]; i < s->from[c + 1]; i++) {
			const struct sample *now = &s->trace->sample[i];
			line_add(&l, f->power ? log1p(now->t / t_0) : log(fmax(now->t, 1)), f->power ? log(now->g) : now->g);
		}
		if (!(line_det(&l) > 0))
			return HUGE_VAL;
		f->law->start[c] = f->power ? exp(line_base(&l)) : line_base(&l);
		f->law->own[c] = f->power ? -line_slope(&l) : line_slope(&l);
		s->se[c] = sqrt(l.n / line_det(&l));
		square += line_left(&l);
	}
	return square;
}

static double misfit(void *ctx, const double *x)
{
	struct line_fit *f = ctx;
	int n = f->series->trace->n;

	return n / 2.0 * log(fit_lines(f, exp(x[0])) / n + 1e-24);
}

/* The first time above 0, or a time from which all data look the same. */
static double scan(struct line_fit *f)
{
	double first = HUGE_VAL, best = 0, least = HUGE_VAL, step = 0.3;

	for (int i = 0; i < f->series->trace->n; i++)
		if (f->series->trace->sample[i].t > 0)
			first = fmin(first, f->series->trace->sample[i].t);
	for (int k = 8; k >= -16; k--) {
		double x = log(first * pow(10, k / 4.0)), now = misfit(f, &x);
		/* the longest of those that do as well */
		if (now < least - 0.01) {
			least = now;
			best = x;
		}
	}
	minimise(&best, NULL, &step, 1, misfit, f);
	return exp(best);
}

void retention_line(struct series *s, enum retention_kind kind, struct retention_law *law)
{
	const struct trace *t = s->trace;
	struct line_fit f = {s, law, kind == RETENTION_POWER_LAW};
	int n_c = t->n_cells, n_values = 2 * n_c + f.power + 1;
	double square, logs = 0;

	for (int i = 0; i < t->n && f.power; i++) {
		if (t->sample[i].g <= 0) {
			law->trouble = "a conductance of 0 has no logarithm";
			law->line = t->sample[i].line;
			return;
		}
		logs += log(t->sample[i].g);
	}
	law->t_0 = f.power ? fmin(fmax(scan(&f), 1e-9), 1e6) : 1;
	square = fit_lines(&f, law->t_0);
	if (!isfinite(square)) {
		law->trouble = "a cell has no two times of which the logarithms differ";
		return;
	}
	law->noise = sqrt(square / fmax(t->n - 2 * n_c, 1)) + 1e-12 * (f.power ? 1 : s->base->g_max);
	for (int c = 0; c < n_c; c++)
		s->se[c] *= law->noise;
	retention_summary(s, law->own, law);
	/* densities in g */
	double least = 1e-24 * (f.power ? 1 : s->base->g_max * s->base->g_max);
	law->bic = n_values * log(t->n) + t->n * (log(square / t->n + least) + LN_2_PI_E) + 2 * logs;
}
