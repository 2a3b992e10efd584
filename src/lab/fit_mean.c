/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of one kind of response: starts from the steps at the ends of the window, least squares.
 *
 * Method   steps by straight lines through the thirds of the window give each start; least squares of
 *          the errors over their deviations of the last round
 * Source   fit.h
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "lab/fit_job.h"

double *job_value(struct response *r, const struct field *f)
{
	return (double *)(void *)((char *)r + f->offset);
}

/* Lets the response follow from its keys and the window. */
static void complete(struct job *j)
{
	const struct readings *rd = j->rd;
	size_t mark = arena_mark(j->scratch);

	j->cell.g_min = rd->g_zero + j->window.low * rd->g_scale;
	j->cell.g_max = rd->g_zero + j->window.high * rd->g_scale;
	j->broken = j->window.high - j->window.low < 1e-3 ||
		    !j->response->kind->check(j->response, &j->cell, j->scratch, j->silent);
	arena_reset(j->scratch, mark);
}

void job_put(struct job *j, const struct unknown *u)
{
	int i = 0;

	for (; i < j->n_keys; i++)
		*job_value(j->response, j->field[i]) = u[i].value;
	if (j->free_end[0])
		j->window.low = u[i++].value;
	if (j->free_end[1])
		j->window.high = u[i++].value;
	complete(j);
}

double job_run(struct job *j, int from, int to, bool frozen, double *sd, double *residual)
{
	return likelihood(j->rd, j->response, &j->window, &j->noise, j->own, from, to, frozen, sd, residual);
}

void job_misfit(void *ctx, const struct unknown *u, double *residual)
{
	struct job *j = ctx;

	job_put(j, u);
	if (j->broken)
		for (int i = 0; i < j->rd->n; i++)
			residual[i] = 1e3;
	else
		job_run(j, 0, j->rd->n_cells, true, j->sd, residual);
}

/* Sums of a straight line through steps over places. */
struct line {
	double n, x, d, xx, xd, dd;
};

static void add(struct line *l, double x, double d)
{
	l->n++;
	l->x += x;
	l->d += d;
	l->xx += x * x;
	l->xd += x * d;
	l->dd += d * d;
}

static double line_at(const struct line *l, double x)
{
	double det = l->n * l->xx - l->x * l->x, b = det > 0 ? (l->n * l->xd - l->x * l->d) / det : 0;

	return (l->d - b * l->x) / fmax(l->n, 1) + b * x;
}

/* Steps at the ends of the window and in its middle: by lines through the thirds, or through all. */
static void look_at(const struct readings *rd, bool up, double step[3], double *square, int *count)
{
	enum { ENOUGH = 12 };
	struct line all = {0}, part[3] = {{0}};

	for (int i = 1; i < rd->n; i++) {
		const struct reading *r = &rd->reading[i];
		const struct window *w = &rd->own[r->cell];
		if ((up ? r->k <= 0 : r->k >= 0) || r->at)
			continue;
		double y = (r[-1].u - w->low) / (w->high - w->low), d = (r->u - r[-1].u) / (w->high - w->low) / r->k;
		add(&all, y, d);
		add(&part[y < 1 / 3.0 ? 0 : y < 2 / 3.0 ? 1 : 2], y, d);
	}
	double least = fmin(fmax(fabs(all.d) / fmax(all.n, 1) * 0.02, 1e-6), 0.4);
	for (int i = 0; i < 3; i++) {
		const struct line *l = part[i].n > ENOUGH ? &part[i] : &all;
		step[i] = all.n > 0 ? fmin(fmax(line_at(l, i / 2.0), least), 0.5) : least;
	}
	double b = line_at(&all, 1) - line_at(&all, 0);
	*square += all.dd - line_at(&all, 0) * all.d - b * all.xd;
	*count += (int)all.n;
}

static struct response_ends look(const struct readings *rd, double *rms)
{
	double up[3], down[3], square = 0;
	int count = 0;

	look_at(rd, true, up, &square, &count);
	look_at(rd, false, down, &square, &count);
	for (int i = 0; i < 3 && rd->one_sided; i++)
		down[i] = up[2 - i];
	*rms = sqrt(fmax(square, 0) / fmax(count, 1)) + 1e-7;
	return (struct response_ends){up[0], up[1], up[2], down[0], down[1], down[2],
		rd->g_zero + rd->nominal.low * rd->g_scale, (rd->nominal.high - rd->nominal.low) * rd->g_scale};
}

/* Scale of the noise from the residuals as they stand. */
double job_rms(const struct job *j)
{
	double sum = 0;
	int n = 0;

	for (int i = 0; i < j->rd->n; i++)
		if (j->rd->reading[i].k != 0 && !j->rd->reading[i].at) {
			sum += j->residual[i] * j->residual[i];
			n++;
		}
	return n ? sqrt(sum / n) : 1;
}

const signed char *job_branch(const struct job *j, int cell)
{
	return j->noise.write > 0 || j->rd->rounding > 0 ? NULL : j->rd->branch + j->rd->from[cell];
}

bool job_solve(struct job *j, struct unknown *u, double *lnl, const char **trouble)
{
	j->broken = false;
	job_put(j, u);
	if (j->broken) {
		*trouble = "no values that make sense fit";
		return false;
	}
	job_run(j, 0, j->rd->n_cells, false, j->sd, NULL);
	*trouble = least_squares(j->arena, u, j->n_unknown, j->rd->n, job_misfit, j, job_branch(j, 0));
	job_put(j, u);
	*lnl = j->broken ? -HUGE_VAL : job_run(j, 0, j->rd->n_cells, false, NULL, j->residual);
	return !j->broken && isfinite(*lnl);
}

/* Starts from each attempt of the kind; the best one stays. */
bool job_start(struct job *j, struct unknown *u, const char **trouble)
{
	const struct response_fit *fit = j->response->kind->fit;
	struct unknown best[FIT_MAX_UNKNOWN], first[FIT_MAX_UNKNOWN];
	double rms, most = -HUGE_VAL;
	struct response_ends ends = look(j->rd, &rms);

	memcpy(first, u, sizeof first);
	for (int attempt = 0; attempt < fit->n_starts; attempt++) {
		const char *wrong = NULL;
		double l;
		memcpy(u, first, sizeof first);
		j->window = j->rd->nominal;
		if (fit->vanishes) { /* the ends of trains lie inside the bounds */
			double out = 0.02 * (j->window.high - j->window.low);
			j->window.low -= j->free_end[0] ? out : 0;
			j->window.high += j->free_end[1] ? out : 0;
		}
		fit->start(j->response, &ends, attempt);
		j->noise = (struct noise){.step = rms, .scatter = fit->scatter != NULL};
		for (int i = 0; i < j->n_keys; i++)
			u[i].value = *job_value(j->response, j->field[i]);
		for (int i = 0, k = j->n_keys; i < 2; i++)
			if (j->free_end[i])
				u[k++].value = i ? j->window.high : j->window.low;
		if (!job_solve(j, u, &l, &wrong)) {
			*trouble = wrong ? wrong : "no values that make sense fit";
			continue;
		}
		j->noise.step *= job_rms(j);
		l = job_run(j, 0, j->rd->n_cells, false, NULL, NULL);
		if (l > most) {
			most = l;
			*trouble = wrong;
			memcpy(best, u, sizeof best);
		}
	}
	memcpy(u, most > -HUGE_VAL ? best : first, sizeof best);
	return most > -HUGE_VAL;
}
