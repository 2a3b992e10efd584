/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Standard errors of the values of one kind of response.
 *
 * Model    (J^T J)^-1; what is known of the window and of the mean deviation of the cells only to some
 *          variance v adds a^2 v, a = -(J^T J)^-1 J^T df/d(that)
 * Source   fit.h
 * Checked  tests/unit/check_fit.c
 */
#include <math.h>

#include <gsl/gsl_linalg.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/fit_job.h"

/* df/dx of something the residuals depend on, by a step h of it. */
static void derivative(struct job *j, const struct unknown *u, double *at, double h, double *d, double *work)
{
	double was = *at;

	*at = was + h;
	job_misfit(j, u, d);
	*at = was - h;
	job_misfit(j, u, work);
	*at = was;
	for (int i = 0; i < j->rd->n; i++)
		d[i] = (d[i] - work[i]) / (2 * h);
}

static void shift_cells(struct job *j, bool up, double by)
{
	for (int c = 0; c < j->rd->n_cells; c++) {
		struct own *o = &j->own[c];
		if (j->response->kind->labels)
			*(up ? &o->label_up : &o->label_down) += by;
		else
			*(up ? &o->k_up : &o->k_down) += by;
	}
}

/* Adds a^2 v to the squares of the errors; d is df/d(nuisance). */
static void add_error(const struct job *j, const gsl_matrix *inverse, const double *jac, const double *d, double v,
	double *square)
{
	int p = j->n_unknown, n = j->rd->n;

	for (int r = 0; r < p; r++) {
		double a = 0;
		for (int s = 0; s < p; s++) {
			double sum = 0;
			for (int i = 0; i < n; i++)
				sum += jac[(size_t)s * (size_t)n + (size_t)i] * d[i];
			a -= gsl_matrix_get(inverse, (size_t)r, (size_t)s) * sum;
		}
		square[r] += a * a * v;
	}
}

const char *job_errors(struct job *j, struct unknown *u, const struct cells_spread *s)
{
	int p = j->n_unknown, n = j->rd->n, n_c = j->rd->n_cells;
	double *jac = NEW(j->arena, double, p * n), *d = NEW(j->arena, double, n), *work = NEW(j->arena, double, n);
	double square[FIT_MAX_UNKNOWN] = {0}, dof = (double)j->rd->n_pulses / fmax(j->rd->n_pulses - p, 1);
	gsl_matrix *m = gsl_matrix_alloc((size_t)p, (size_t)p);
	const char *trouble = NULL;

	if (!m)
		die("out of memory");
	job_put(j, u);
	job_run(j, 0, n_c, false, j->sd, NULL);
	for (int k = 0; k < p; k++)
		derivative(j, u, &u[k].value, 1e-5 * fmax(fabs(u[k].value), 1e-2), jac + (size_t)k * (size_t)n, work);
	for (int r = 0; r < p; r++)
		for (int c = 0; c < p; c++) {
			double sum = 0;
			for (int i = 0; i < n; i++)
				sum += jac[(size_t)r * (size_t)n + (size_t)i] * jac[(size_t)c * (size_t)n + (size_t)i];
			gsl_matrix_set(m, (size_t)r, (size_t)c, sum);
		}
	if (gsl_linalg_cholesky_decomp1(m) != GSL_SUCCESS || gsl_linalg_cholesky_invert(m) != GSL_SUCCESS) {
		gsl_matrix_free(m);
		return "the data do not tell its parameters apart";
	}
	for (int r = 0; r < p; r++)
		square[r] = gsl_matrix_get(m, (size_t)r, (size_t)r) * dof;
	for (int top = 0; top < 2; top++) {
		/* where each cell has its own window, the mean of these does not matter to steps in shares of it */
		bool own = j->response->kind->own_window && (j->rd->differ[top] || j->rd->bound[top]);
		if (j->free_end[top] || own || j->rd->se[top] == 0 || !isfinite(j->rd->se[top]))
			continue;
		derivative(j, u, top ? &j->window.high : &j->window.low, 1e-5, d, work);
		add_error(j, m, jac, d, pow(j->rd->se[top], 2), square);
	}
	for (int up = 0; up < 2 && s->there; up++) {
		double h = 1e-4, v = up ? s->up.variance : s->down.variance;
		shift_cells(j, up, h);
		job_misfit(j, u, d);
		shift_cells(j, up, -2 * h);
		job_misfit(j, u, work);
		shift_cells(j, up, h);
		for (int i = 0; i < n; i++)
			d[i] = (d[i] - work[i]) / (2 * h);
		add_error(j, m, jac, d, v / n_c * pow(student_factor(n_c), 2), square);
	}
	gsl_matrix_free(m);
	for (int r = 0; r < p; r++) {
		u[r].se = WIDE * sqrt(square[r]);
		if (!isfinite(u[r].se))
			trouble = "the data do not tell its parameters apart";
	}
	return trouble;
}
