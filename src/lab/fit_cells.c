/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How cells differ from the nominal one.
 *
 * Method   each cell's own deviation by least squares with the values held, then the values again, in
 *          turns; variance between cells beside that of each estimate; the integral over the deviations
 *          by Laplace
 * Source   fit.h; [TierneyKadane1986]
 * Assumes  deviations of the two branches are independent
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "lab/fit_job.h"

#define SIGNIFICANT 0.05

static void own_misfit(void *ctx, const struct unknown *u, double *residual)
{
	struct job *j = ctx;
	struct own *o = &j->own[j->only];
	int from = j->rd->from[j->only], n = j->rd->from[j->only + 1] - from;

	if (j->response->kind->labels) {
		o->label_up = u[0].value;
		o->label_down = j->rd->one_sided ? 0 : u[1].value;
	} else {
		o->k_up = u[0].value;
		o->k_down = j->rd->one_sided ? u[0].value : u[1].value;
	}
	job_run(j, j->only, j->only + 1, true, j->sd, j->residual);
	memcpy(residual, j->residual + from, (size_t)n * sizeof *residual);
}

/* Each cell's deviation with everything else held. False where a cell's data do not tell. */
static bool fit_cells(struct job *j)
{
	bool labels = j->response->kind->labels, good = true;
	int n_dev = j->rd->one_sided ? 1 : 2;

	job_run(j, 0, j->rd->n_cells, false, j->sd, NULL);
	for (j->only = 0; j->only < j->rd->n_cells; j->only++) {
		struct own *o = &j->own[j->only], was = *o;
		double low = labels ? -9 : 1e-3, high = labels ? 9 : 1e3;
		struct unknown u[2] = {{labels ? o->label_up : o->k_up, low, high, !labels, 0, "up", 1},
			{labels ? o->label_down : o->k_down, low, high, !labels, 0, "down", -1}};
		int m = j->rd->from[j->only + 1] - j->rd->from[j->only];
		size_t mark = arena_mark(j->scratch);
		if (least_squares(j->scratch, u, n_dev, m, own_misfit, j, job_branch(j, j->only))) {
			good = false;
			*o = was;
		}
		arena_reset(j->scratch, mark);
		j->se_up[j->only] = u[0].se;
		j->se_down[j->only] = n_dev > 1 ? u[1].se : u[0].se;
	}
	return good;
}

static void deviations(const struct job *j, double *up, double *down)
{
	bool labels = j->response->kind->labels;

	for (int c = 0; c < j->rd->n_cells; c++) {
		up[c] = labels ? j->own[c].label_up : j->own[c].k_up;
		down[c] = labels ? j->own[c].label_down : j->own[c].k_down;
	}
}

static void forget_deviations(struct job *j)
{
	for (int c = 0; c < j->rd->n_cells; c++) {
		j->own[c].label_up = j->own[c].label_down = 0;
		j->own[c].k_up = j->own[c].k_down = 1;
	}
}

/* The mean of the deviations belongs to the values. */
static void centre(struct job *j, const struct spread *up, const struct spread *down)
{
	for (int c = 0; c < j->rd->n_cells; c++) {
		struct own *o = &j->own[c];
		if (j->response->kind->labels) {
			o->label_up -= up->mean;
			o->label_down -= down->mean;
		} else {
			o->k_up /= up->mean;
			o->k_down /= down->mean;
		}
	}
}

/* Laplace: ln of the integral over a cell's deviation d +- se with spread variance v around mean. */
static double laplace(double d, double se, double mean, double variance)
{
	double all = se * se + variance;

	return 0.5 * log(se * se / all) - (d - mean) * (d - mean) / (2 * all);
}

static void go_back(struct job *j, struct state *now, const struct state *then, const struct noise_job *n)
{
	*now = *then;
	forget_deviations(j);
	job_put(j, now->u);
	noise_put(n, now->x);
}

/* Alternates values and deviations; sets lnl by the integral over the deviations. */
struct cells_spread cells_fit(struct job *j, struct state *now, struct noise_job *n)
{
	int n_c = j->rd->n_cells;
	double *up = NEW(j->arena, double, n_c), *down = NEW(j->arena, double, n_c);
	const struct state then = *now;
	struct cells_spread s = {0};

	if (n_c < FIT_MIN_CELLS)
		return s;
	for (int round = 0; round <= FIT_ROUNDS; round++) {
		bool told = fit_cells(j);
		deviations(j, up, down);
		s.up = spread_between(up, j->se_up, n_c);
		s.down = spread_between(down, j->se_down, n_c);
		s.there = told && fmin(s.up.chance, s.down.chance) < SIGNIFICANT / 2;
		if (!s.there || round == FIT_ROUNDS)
			break;
		centre(j, &s.up, &s.down);
		s.there = job_solve(j, now->u, &now->lnl, &now->trouble);
		if (!s.there)
			break;
		now->lnl = noise_fit(n, now->x, now->se);
	}
	if (s.there) {
		now->lnl = job_run(j, 0, n_c, false, NULL, j->residual);
		for (int c = 0; c < n_c; c++) {
			now->lnl += laplace(up[c], j->se_up[c], s.up.mean, s.up.variance);
			if (!j->rd->one_sided)
				now->lnl += laplace(down[c], j->se_down[c], s.down.mean, s.down.variance);
		}
	}
	if (!s.there || !(now->lnl > then.lnl)) {
		go_back(j, now, &then, n);
		s = (struct cells_spread){0};
	}
	return s;
}

/* Spread of a gain g = (up + down)/2 or an imbalance (up - down)/2; error of the sigma by its own scatter. */
static struct estimate sigma_between(const struct spread *s, double mean_square_se, int n)
{
	double v = s->variance;

	if (v <= 0)
		return (struct estimate){0, 0, true};
	return (struct estimate){sqrt(v),
		WIDE * student_factor(n) * (v + mean_square_se) * sqrt(2.0 / (n - 1)) / (2 * sqrt(v)), true};
}

static double mean_square(const double *x, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += x[i] * x[i] / n;
	return sum;
}

void cells_tell(const struct job *j, const struct cells_spread *s, struct fit_variation *v)
{
	int n = j->rd->n_cells;
	double *up = NEW(j->arena, double, n), *down = NEW(j->arena, double, n), *se = NEW(j->arena, double, n);

	if (n < FIT_MIN_CELLS)
		return;
	v->k_device = v->k_asymmetry = (struct estimate){0, 0, true};
	if (j->response->kind->labels)
		v->k_asymmetry.fitted = false;
	if (!s->there)
		return;
	deviations(j, up, down);
	if (j->response->kind->labels) {
		struct spread both = s->up;
		int count = j->rd->one_sided ? 1 : 2;
		both.variance = (s->up.variance + (count - 1) * s->down.variance) / count;
		v->k_device = sigma_between(&both, mean_square(j->se_up, n), count * (n - 1) + 1);
		return;
	}

	double normal = 0, logs = 0, log_mean = 0, log_square = 0;

	for (int c = 0; c < n; c++) {
		double gain = j->rd->one_sided ? up[c] : (up[c] + down[c]) / 2, tilt = (up[c] - down[c]) / 2;
		se[c] = j->rd->one_sided ? j->se_up[c] : hypot(j->se_up[c], j->se_down[c]) / 2;
		up[c] = gain;
		down[c] = tilt;
		log_mean += log(gain) / n;
	}
	struct spread gain = spread_between(up, se, n), tilt = spread_between(down, se, n);
	for (int c = 0; c < n; c++)
		log_square += pow(log(up[c]) - log_mean, 2) / n;
	for (int c = 0; c < n; c++) {
		double all = gain.variance + se[c] * se[c];
		normal -= log(all) / 2 + pow(up[c] - gain.mean, 2) / (2 * all);
		logs -= log(log_square) / 2 + log(up[c]) + pow(log(up[c]) - log_mean, 2) / (2 * log_square);
	}
	v->k_device = gain.chance < SIGNIFICANT ? sigma_between(&gain, mean_square(se, n), n) : (struct estimate){0, 0, true};
	v->log_normal = logs > normal + 3 && v->k_device.value > 0;
	if (v->log_normal)
		v->k_device = (struct estimate){sqrt(log_square), sqrt(log_square / (2 * (n - 1))), true};
	if (!j->rd->one_sided && tilt.chance < SIGNIFICANT)
		v->k_asymmetry = sigma_between(&tilt, mean_square(se, n), n);
	if (j->rd->one_sided)
		v->k_asymmetry.fitted = false;
}
