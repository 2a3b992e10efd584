/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/retention.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/fit_priv.h"

static const char *const kind_words[] = {"power_law", "exponential_decay"};

struct series {
	const struct trace *trace;
	const struct cell *base;
	struct arena *arena, *scratch;
	int *from; /* [n_cells + 1] */
	double *start[RETENTION_KINDS], *own[RETENTION_KINDS], *se; /* [cell]; se of nu or ln tau */
	int cell;  /* being fitted */
	double t_0, y_rest, noise;
};

static double y_of(const struct series *s, double g)
{
	return (g - s->base->g_min) / (s->base->g_max - s->base->g_min);
}

static bool check_times(struct series *s, struct diag *d)
{
	const struct trace *t = s->trace;
	struct source src = {t->file, NULL};

	s->t_0 = HUGE_VAL;
	for (int i = 0; i < t->n; i++) {
		s->from[t->sample[i].cell + 1] = i + 1;
		if (t->sample[i].t > 0)
			s->t_0 = fmin(s->t_0, t->sample[i].t);
	}
	for (int c = 0; c < t->n_cells; c++) {
		struct loc loc = {&src, t->sample[s->from[c]].line, 1};
		if (s->from[c + 1] - s->from[c] < 3) {
			diag_error(d, loc, "cell '%s' has %d times, expected 3 or more", t->cell[c], s->from[c + 1] - s->from[c]);
			return false;
		}
	}
	return true;
}

/* ln g over ln t; sum of squares of all cells. */
static const char *fit_power(struct series *s, double *square, int *n_all)
{
	const struct trace *t = s->trace;

	*square = 0;
	*n_all = 0;
	for (int c = 0; c < t->n_cells; c++) {
		double n = 0, x = 0, z = 0, xx = 0, xz = 0, zz = 0;
		for (int i = s->from[c]; i < s->from[c + 1]; i++) {
			if (t->sample[i].t <= 0)
				continue;
			if (t->sample[i].g <= 0)
				return "a conductance of 0 has no logarithm";
			double a = log(t->sample[i].t / s->t_0), b = log(t->sample[i].g);
			n++;
			x += a;
			z += b;
			xx += a * a;
			xz += a * b;
			zz += b * b;
		}
		double det = n * xx - x * x;
		if (n < 3 || det <= 0)
			return "fewer than 3 times above 0 in a cell";
		double slope = (n * xz - x * z) / det, base = (z - slope * x) / n;
		s->start[RETENTION_POWER_LAW][c] = exp(base);
		s->own[RETENTION_POWER_LAW][c] = -slope;
		s->se[c] = sqrt(n / det);
		*square += fmax(zz - base * z - slope * xz, 0);
		*n_all += (int)n;
	}
	return NULL;
}

static void decay_misfit(void *ctx, const struct unknown *u, double *residual)
{
	struct series *s = ctx;
	const struct sample *x = &s->trace->sample[s->from[s->cell]];

	for (int i = 0; i < s->from[s->cell + 1] - s->from[s->cell]; i++)
		residual[i] = y_of(s, x[i].g) - s->y_rest - (u[0].value - s->y_rest) * exp(-x[i].t / u[1].value);
}

/* Every cell's start and tau at a state of rest; sum of squares. */
static double fit_decays(struct series *s, double y_rest)
{
	const struct trace *t = s->trace;
	double square = 0;

	s->y_rest = y_rest;
	for (s->cell = 0; s->cell < t->n_cells; s->cell++) {
		const struct sample *first = &t->sample[s->from[s->cell]];
		int n = s->from[s->cell + 1] - s->from[s->cell];
		double span = first[n - 1].t - first[0].t, *r = NEW(s->scratch, double, n), least = HUGE_VAL, sum;
		for (double k = 0.03; k < 40; k *= 6) {
			struct unknown u[2] = {{y_of(s, first->g), -5, 6, false, 0, "start", 0},
				{k * span, span * 1e-4, span * 1e4, true, 0, "tau", 0}};
			least_squares(s->scratch, u, 2, n, decay_misfit, s, NULL);
			decay_misfit(s, u, r);
			sum = 0;
			for (int i = 0; i < n; i++)
				sum += r[i] * r[i];
			if (sum < least) {
				least = sum;
				s->start[RETENTION_DECAY][s->cell] = u[0].value;
				s->own[RETENTION_DECAY][s->cell] = u[1].value;
				/* of ln tau; the scatter of all cells is put in later */
				s->se[s->cell] = u[1].se / u[1].value;
			}
		}
		square += least;
	}
	return square;
}

static double decay_objective(void *ctx, const double *x)
{
	struct series *s = ctx;
	size_t mark = arena_mark(s->scratch);
	double square = fit_decays(s, x[0]);

	arena_reset(s->scratch, mark);
	return s->trace->n / 2.0 * log(square / s->trace->n + 1e-18);
}

/* Mean and spread of what cells have each to its own error. */
static void summarise(const double *v, const double *se, int n, struct estimate *mean, struct estimate *spread)
{
	struct spread s = spread_between(v, se, n);
	double weight = 0, square = 0;

	for (int i = 0; i < n; i++) {
		weight += 1 / (se[i] * se[i] + s.variance);
		square += se[i] * se[i] / n;
	}
	*mean = (struct estimate){s.mean, sqrt(1 / weight) * (s.variance > 0 ? student_factor(n) : 1), true};
	*spread = (struct estimate){0, 0, n > 1};
	if (s.variance > 0)
		*spread = (struct estimate){sqrt(s.variance),
			(s.variance + square) * sqrt(2.0 / (n - 1)) / (2 * sqrt(s.variance)), true};
}

static void try_power(struct series *s, struct retention *r)
{
	enum { K = RETENTION_POWER_LAW };
	int n_c = s->trace->n_cells, n;
	double square, logs = 0;

	r->trouble[K] = fit_power(s, &square, &n);
	if (r->trouble[K])
		return;
	r->noise[K] = sqrt(square / fmax(n - 2 * n_c, 1)) + 1e-12;
	for (int c = 0; c < n_c; c++)
		s->se[c] *= r->noise[K];
	summarise(s->own[K], s->se, n_c, &r->mean[K], &r->spread[K]);
	for (int i = 0; i < s->trace->n; i++)
		logs += s->trace->sample[i].t > 0 ? log(s->trace->sample[i].g) : 0;
	/* densities in g; scaled to all readings where those at t = 0 are left out */
	double lnl = -n / 2.0 * (log(square / n + 1e-24) + 2.8378770664093453) - logs;
	r->bic[K] = (2 * n_c + 1) * log(n) - 2 * lnl * s->trace->n / n;
}

static void try_decay(struct series *s, struct retention *r)
{
	enum { K = RETENTION_DECAY };
	int n_c = s->trace->n_cells, n = s->trace->n;
	double x = 0.5, se = 0, h = 0.05, *logs = NEW(s->arena, double, n_c);

	for (int i = 0; i < 2; i++) {
		minimise(&x, i ? &se : NULL, &h, 1, decay_objective, s);
		h = 0.01;
	}
	if (!(x > -0.5 && x < 1.5) || !isfinite(se)) {
		r->trouble[K] = "the state it decays to does not converge: the times end too early";
		return;
	}
	double square = fit_decays(s, x);
	r->noise[K] = sqrt(square / fmax(n - 2 * n_c - 1, 1)) + 1e-12;
	for (int c = 0; c < n_c; c++) {
		logs[c] = log(s->own[K][c]);
		s->se[c] *= r->noise[K];
		if (!(s->se[c] > 0) || !isfinite(s->se[c]) || s->se[c] > 5) {
			r->trouble[K] = "a cell's time constant does not converge: its times end too early";
			return;
		}
	}
	r->y_rest = (struct estimate){x, se, true};
	summarise(logs, s->se, n_c, &r->mean[K], &r->spread[K]);
	r->mean[K].value = exp(r->mean[K].value);
	r->mean[K].se *= r->mean[K].value;
	double lnl = -n / 2.0 * (log(square / n + 1e-24) + 2.8378770664093453) -
		     n * log(s->base->g_max - s->base->g_min);
	r->bic[K] = (2 * n_c + 2) * log(n) - 2 * lnl;
}

struct retention *fit_retention(struct arena *a, const struct trace *t, const struct cell *base, const char *kind,
	struct diag *d)
{
	struct series s = {.trace = t, .base = base, .arena = a, .scratch = arena_new()};
	struct retention *r = NEW(a, struct retention, 1);
	struct source src = {t->file, NULL};
	bool good;

	s.from = NEW(a, int, t->n_cells + 1);
	s.se = NEW(a, double, t->n_cells);
	for (int k = 0; k < RETENTION_KINDS; k++) {
		s.start[k] = NEW(a, double, t->n_cells);
		s.own[k] = NEW(a, double, t->n_cells);
		r->trouble[k] = kind && strcmp(kind, kind_words[k]) != 0 ? "not asked for" : NULL;
	}
	good = check_times(&s, d);
	if (good && !r->trouble[RETENTION_POWER_LAW])
		try_power(&s, r);
	if (good && !r->trouble[RETENTION_DECAY])
		try_decay(&s, r);
	arena_free(s.scratch);
	if (!good)
		return NULL;
	if (r->trouble[0] && r->trouble[1]) {
		for (int k = 0; k < RETENTION_KINDS; k++)
			diag_error(d, (struct loc){&src, 0, 0}, "%s: %s", kind_words[k], r->trouble[k]);
		return NULL;
	}
	r->best = r->trouble[0] || (!r->trouble[1] && r->bic[1] < r->bic[0]);
	r->t_0 = s.t_0;
	r->start = s.start[r->best];
	r->own = s.own[r->best];
	return r;
}

double retention_at(const struct retention *r, const struct cell *base, int cell, double t)
{
	if (r->best == RETENTION_POWER_LAW)
		return r->start[cell] * pow(fmax(t, r->t_0) / r->t_0, -r->own[cell]);

	double y = r->y_rest.value + (r->start[cell] - r->y_rest.value) * exp(-t / r->own[cell]);

	return base->g_min + y * (base->g_max - base->g_min);
}

void retention_text(const struct retention *r, FILE *out)
{
	static const char *const means[] = {"exponent nu", "time constant [s]"};
	static const char *const spreads[] = {"its sigma", "sigma of its logarithm"};
	static const char *const noises[] = {"noise of a reading, relative", "noise of a reading, share of the window"};

	for (int k = 0; k < RETENTION_KINDS; k++)
		if (r->trouble[k])
			fprintf(out, "%s: %s\n", kind_words[k], r->trouble[k]);
		else
			fprintf(out, "%-20s BIC %.8g\n", kind_words[k], r->bic[k]);
	fprintf(out, "\n%s: values and standard errors\n", kind_words[r->best]);
	fprintf(out, "  %-40s %.6g +- %.2g\n", means[r->best], r->mean[r->best].value, r->mean[r->best].se);
	fprintf(out, "  %-40s %.6g +- %.2g\n", spreads[r->best], r->spread[r->best].value, r->spread[r->best].se);
	if (r->best == RETENTION_DECAY)
		fprintf(out, "  %-40s %.6g +- %.2g\n", "state it decays to", r->y_rest.value, r->y_rest.se);
	else
		fprintf(out, "  %-40s %.6g\n", "time of the first reading [s]", r->t_0);
	fprintf(out, "  %-40s %.3g\n", noises[r->best], r->noise[r->best]);
}
