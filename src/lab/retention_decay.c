/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Laws that lead to a state of rest: exponential_decay, stretched, constant_current.
 *
 * Method   start and time constant per cell by least squares; the state of rest and the power, which all cells
 *          share, by a search. A constant current that has not reached its rest yet is taken to go on to the end of
 *          the window
 * Source   retention.h
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>

#include "base/arena.h"
#include "lab/retention_priv.h"

enum { STARTS = 5 };

struct decay_fit {
	struct series *series;
	struct retention_law *law;
	enum retention_kind kind;
	int cell; /* being fitted */
	double y_rest, beta;
};

double retention_decayed(enum retention_kind kind, double y_0, double y_rest, double x, double beta)
{
	if (kind == RETENTION_CURRENT)
		return y_0 > y_rest ? fmax(y_0 - x, y_rest) : fmin(y_0 + x, y_rest);
	return y_rest + (y_0 - y_rest) * exp(kind == RETENTION_STRETCHED ? -pow(x, beta) : -x);
}

static double y_of(const struct series *s, double g)
{
	return (g - s->base->g_min) / (s->base->g_max - s->base->g_min);
}

static void misfit(void *ctx, const struct unknown *u, double *residual)
{
	struct decay_fit *f = ctx;
	const struct series *s = f->series;
	const struct sample *x = &s->trace->sample[s->from[f->cell]];

	for (int i = 0; i < s->from[f->cell + 1] - s->from[f->cell]; i++)
		residual[i] = y_of(s, x[i].g) - retention_decayed(f->kind, u[0].value, f->y_rest, x[i].t / u[1].value, f->beta);
}

/* Every cell's start and tau; sum of squares. */
static double fit_cells(struct decay_fit *f)
{
	struct series *s = f->series;
	double square = 0;

	for (f->cell = 0; f->cell < s->trace->n_cells; f->cell++) {
		const struct sample *first = &s->trace->sample[s->from[f->cell]];
		int n = s->from[f->cell + 1] - s->from[f->cell];
		double span = first[n - 1].t - first[0].t, *r = NEW(s->scratch, double, n), least = HUGE_VAL;
		bool known = f->law->own[f->cell] > 0; /* from the search so far */
		double start = known ? f->law->start[f->cell] : y_of(s, first->g), tau = known ? f->law->own[f->cell] : 0.03 * span;
		for (int tries = known ? 1 : STARTS; tries > 0; tries--, tau *= 6) {
			struct unknown u[2] = {{start, -5, 6, false, 0, "start", 0}, {tau, span * 1e-4, span * 1e4, true, 0, "tau", 0}};
			least_squares(s->scratch, u, 2, n, misfit, f, NULL);
			misfit(f, u, r);
			double sum = 0;
			for (int i = 0; i < n; i++)
				sum += r[i] * r[i];
			if (sum < least) {
				least = sum;
				f->law->start[f->cell] = u[0].value;
				f->law->own[f->cell] = u[1].value;
				/* of ln tau; the scatter of all cells is put in later */
				s->se[f->cell] = u[1].se / u[1].value;
			}
		}
		square += least;
	}
	return square;
}

static double objective_of(void *ctx, const double *x)
{
	struct decay_fit *f = ctx;
	int n = f->series->trace->n;
	size_t mark = arena_mark(f->series->scratch);

	f->y_rest = x[0];
	f->beta = f->kind == RETENTION_STRETCHED ? fmin(fmax(exp(x[1]), 0.05), 1) : 1;

	double square = fit_cells(f);

	arena_reset(f->series->scratch, mark);
	return n / 2.0 * log(square / n + 1e-18);
}

/* The end of the window that most cells go to. */
static double far_end(const struct series *s)
{
	int up = 0;

	for (int c = 0; c < s->trace->n_cells; c++)
		up += s->trace->sample[s->from[c + 1] - 1].g > s->trace->sample[s->from[c]].g ? 1 : -1;
	return up > 0 ? 1 : 0;
}

/* What all cells share; false where the data do not tell. */
static bool search(struct decay_fit *f)
{
	int n = f->kind == RETENTION_STRETCHED ? 2 : 1;
	double x[2] = {0.5, log(0.7)}, se[2] = {0}, step[2] = {0.05, 0.2};

	for (int i = 0; i < 2; i++) {
		minimise(x, i ? se : NULL, step, n, objective_of, f);
		step[0] = 0.01;
		step[1] = 0.05;
	}
	f->law->y_rest = (struct estimate){x[0], se[0], true};
	f->law->beta = (struct estimate){f->beta, n > 1 ? se[1] * f->beta : 0, n > 1};
	if (n > 1) /* the last call is of the errors */
		f->law->beta.value = fmin(fmax(exp(x[1]), 0.05), 1);
	return x[0] > -0.5 && x[0] < 1.5 && isfinite(se[0]) && se[0] < 0.5 && (n == 1 || (isfinite(se[1]) && se[1] < 1));
}

void retention_decay(struct series *s, enum retention_kind kind, struct retention_law *law)
{
	struct decay_fit f = {.series = s, .law = law, .kind = kind, .beta = 1};
	int n_c = s->trace->n_cells, n = s->trace->n, n_values = 2 * n_c + 2 + (kind == RETENTION_STRETCHED);
	double *logs = NEW(s->arena, double, n_c);

	if (!search(&f)) {
		if (kind != RETENTION_CURRENT) {
			law->trouble = "the state it decays to does not converge: the times end too early";
			return;
		}
		law->y_rest = (struct estimate){far_end(s), 0, false};
		n_values--;
	}
	f.y_rest = law->y_rest.value;
	f.beta = kind == RETENTION_STRETCHED ? law->beta.value : 1;

	double square = fit_cells(&f);

	law->noise = sqrt(square / fmax(n - n_values + 1, 1)) + 1e-12;
	for (int c = 0; c < n_c; c++) {
		logs[c] = log(law->own[c]);
		s->se[c] *= law->noise;
		if (!(s->se[c] > 0) || s->se[c] > 1) {
			law->trouble = "the time constant of this cell is not told to a factor of e: its times end too early or are too few";
			law->line = s->trace->sample[s->from[c]].line;
			return;
		}
	}
	retention_summary(s, logs, law);
	law->mean.value = exp(law->mean.value);
	law->mean.se *= law->mean.value;
	law->bic = n_values * log(n) + n * (log(square / n + 1e-24) + LN_2_PI_E + 2 * log(s->base->g_max - s->base->g_min));
}
