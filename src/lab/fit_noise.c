/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Noise of one kind of response with its values held.
 *
 * Method   least -lnL of a sigma per pulse as a share of the window, of the step, or of the response's
 *          own scatter; with noise of reading where errors undo each other and it pays for itself
 * Source   fit.h; [Schwarz1978]
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>
#include <string.h>

#include "lab/fit_job.h"

int noise_unknowns(const struct noise_job *n)
{
	return (n->scatter[0] ? 2 : 1) + n->write;
}

void noise_put(const struct noise_job *n, const double *x)
{
	struct noise *z = &n->job->noise;
	int i = 1;

	z->step = z->share = 0;
	if (n->scatter[0]) {
		*n->scatter[0] = exp(x[0]) * n->unit;
		*n->scatter[1] = x[i++];
		n->job->noise.scatter = true;
	} else if (n->share)
		z->share = exp(x[0]);
	else
		z->step = exp(x[0]);
	z->write = n->write ? exp(x[i]) : 0;
}

static double minus_lnl(void *ctx, const double *x)
{
	struct noise_job *n = ctx;

	noise_put(n, x);
	return -job_run(n->job, 0, n->job->rd->n_cells, false, NULL, NULL);
}

/* Best noise of one sort; x its unknowns, returns lnL. */
double noise_fit(struct noise_job *n, double *x, double *se)
{
	double step[3] = {0.1, n->scatter[0] ? 0.01 : 0.1, 0.1};

	int tries = noise_unknowns(n) > 1 ? 2 : 1;

	while (tries-- > 0)
		minimise(x, tries == 0 ? se : NULL, step, noise_unknowns(n), minus_lnl, n);
	noise_put(n, x);
	return -minus_lnl(n, x);
}

/* Errors that undo each other from reading to reading are those of reading, not of pulses. */
static bool alternates(const struct job *j)
{
	double sum = 0, square = 0;

	for (int i = 1; i < j->rd->n; i++)
		if (j->rd->reading[i].k != 0 && j->rd->reading[i - 1].k != 0) {
			sum += j->residual[i] * j->residual[i - 1];
			square += j->residual[i] * j->residual[i];
		}
	return !j->rd->bound[0] && !j->rd->bound[1] && sum < -2 * square / sqrt(fmax(j->rd->n_pulses, 1));
}

bool noise_choose(struct job *j, struct noise_job *best, double *x, double *se)
{
	const struct response_fit *fit = j->response->kind->fit;
	double most = -HUGE_VAL, shares = 0;
	int n_sorts = fit->scatter ? 1 : 2;

	j->noise.write = 0;
	job_run(j, 0, j->rd->n_cells, false, j->sd, j->residual);
	/* mean step, in u */
	for (int i = 0; i < j->rd->n; i++)
		if (j->rd->reading[i].k)
			shares += fabs(j->rd->reading[i].u - j->rd->reading[i - 1].u) / j->rd->n_pulses;

	bool write = alternates(j);
	double step = j->noise.step > 0 ? j->noise.step * job_rms(j) : 0.3 * shares;

	for (int sort = 0; sort < n_sorts; sort++)
		for (int w = 0; w <= write; w++) {
			struct noise_job n = {.job = j, .share = sort == 1, .write = w, .unit = j->rd->g_scale};
			double y[3] = {log(fmax(step, 1e-9)), 0, 0}, e[3] = {0};
			if (fit->scatter) {
				for (int k = 0; k < 2; k++)
					n.scatter[k] = job_value(j->response, fit_field(j->response->kind, fit->scatter[k]));
			} else if (sort == 1)
				y[0] = log(fmax(step / fmax(shares, 1e-9), 1e-6));
			if (w)
				y[noise_unknowns(&n) - 1] = log(fmax(step * 0.5, 1e-9));
			/* one more parameter has to pay for itself */
			double l = noise_fit(&n, y, e) - 0.5 * log(j->rd->n_pulses) * w;
			if (l > most) {
				most = l;
				*best = n;
				memcpy(x, y, sizeof y);
				memcpy(se, e, sizeof e);
			}
		}
	if (!isfinite(most))
		return false;
	noise_put(best, x);
	return true;
}
