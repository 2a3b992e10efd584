/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Least squares, minima, spread between groups.
 *
 * Method   least squares: Levenberg-Marquardt [Galassi2009]; covariance (J^T J)^-1 m/(m - n). minima:
 *          simplex [NelderMead1965], of one unknown by parabolas, errors from the curvature by differences. spread: weights
 *          1/(se^2 + variance) with the variance that gives the expected chi^2 [PauleMandel1982]
 * Checked  tests/unit/check_fit.c
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_multimin.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lab/fit_priv.h"

#define MAX_ITERATIONS 60
#define DIFFERENCE 1e-6
#define IDLE 1e-5 /* of a residual's mean square: 0.003 standard errors */

struct problem {
	struct unknown *unknown;
	int n, m;
	residuals *f;
	void *ctx;
	const signed char *branch; /* [m] or NULL */
	double *residual, *other;  /* [m] */
};

static double inside(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

static void take(struct unknown *u, double x)
{
	u->value = inside(u->log ? exp(x) : x, u->low, u->high);
}

static bool residuals_at(struct problem *p, const gsl_vector *x, double *residual)
{
	for (int i = 0; i < p->n; i++) {
		if (!isfinite(gsl_vector_get(x, (size_t)i)))
			return false;
		take(&p->unknown[i], gsl_vector_get(x, (size_t)i));
	}
	p->f(p->ctx, p->unknown, residual);
	for (int i = 0; i < p->m; i++)
		if (!isfinite(residual[i]))
			residual[i] = 1e6;
	return true;
}

static int evaluate(const gsl_vector *x, void *params, gsl_vector *f)
{
	struct problem *p = params;

	if (!residuals_at(p, x, p->residual))
		return GSL_EDOM;
	for (int i = 0; i < p->m; i++)
		gsl_vector_set(f, (size_t)i, p->residual[i]);
	return GSL_SUCCESS;
}

/* An unknown of the other branch that can move together with the i-th, or -1. */
static int partner_of(const struct problem *p, const bool *done, int i)
{
	for (int j = i + 1; p->branch && p->unknown[i].branch && j < p->n; j++)
		if (!done[j] && p->unknown[j].branch == -p->unknown[i].branch)
			return j;
	return -1;
}

/* Central differences, of two unknowns at once where each residual depends on one of them. */
static int differentiate(const gsl_vector *at, void *params, gsl_matrix *jac)
{
	struct problem *p = params;
	gsl_vector *x = gsl_vector_alloc((size_t)p->n);
	bool done[LEAST_SQUARES_MOST] = {false};
	int status = GSL_SUCCESS;

	if (!x)
		die("out of memory");
	for (int i = 0; i < p->n; i++) {
		int pair[2] = {i, partner_of(p, done, i)};
		double h[2] = {0};
		if (done[i])
			continue;
		for (int s = 1; s >= -1; s -= 2) {
			gsl_vector_memcpy(x, at);
			for (int k = 0; k < 2 && pair[k] >= 0; k++) {
				double v = gsl_vector_get(at, (size_t)pair[k]);
				h[k] = DIFFERENCE * (v == 0 ? 1 : fabs(v));
				gsl_vector_set(x, (size_t)pair[k], v + s * h[k] / 2);
			}
			if (!residuals_at(p, x, s > 0 ? p->residual : p->other))
				status = GSL_EDOM;
		}
		for (int k = 0; k < 2 && pair[k] >= 0; k++) {
			done[pair[k]] = true;
			for (int r = 0; r < p->m; r++) {
				bool moves = pair[1] < 0 || p->branch[r] == p->unknown[pair[k]].branch;
				gsl_matrix_set(jac, (size_t)r, (size_t)pair[k],
					moves ? (p->residual[r] - p->other[r]) / h[k] : 0);
			}
		}
	}
	gsl_vector_free(x);
	return status;
}

/* Values and errors in the unknowns' own units. */
static const char *finish(struct problem *p, gsl_multifit_nlinear_workspace *w, struct arena *a)
{
	size_t n = (size_t)p->n;
	gsl_matrix *c = gsl_matrix_alloc(n, n);
	double k = p->m > p->n ? (double)p->m / (p->m - p->n) : (double)NAN;
	const char *trouble = NULL;

	if (!c)
		die("out of memory");
	gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(w), 0, c);
	for (int i = 0; i < p->n; i++)
		take(&p->unknown[i], gsl_vector_get(gsl_multifit_nlinear_position(w), (size_t)i));
	for (int i = 0; i < p->n; i++) {
		struct unknown *u = &p->unknown[i];
		double scale = u->log ? u->value : 1, v = gsl_matrix_get(c, (size_t)i, (size_t)i) * k;
		u->se = sqrt(v) * scale;
		if (!(v > 0) || !isfinite(v))
			trouble = arena_printf(a, "the data do not tell '%s'", u->name);
		else if (u->value <= u->low || u->value >= u->high)
			trouble = arena_printf(a, "'%s' does not converge: it runs to its limit, %g", u->name, u->value);
	}
	gsl_matrix_free(c);
	return trouble;
}

/* Steps until the values stand or further ones win nothing that noise would not hide. */
static bool descend(gsl_multifit_nlinear_workspace *w, int m)
{
	double square = HUGE_VAL;
	int info, idle = 0;

	for (int i = 0; i < MAX_ITERATIONS; i++) {
		/* no progress at the first step: the start was the minimum */
		if (gsl_multifit_nlinear_iterate(w) == GSL_ENOPROG && i == 0)
			return true;
		if (gsl_multifit_nlinear_test(1e-9, 1e-12, 0, &info, w) == GSL_SUCCESS)
			return true;

		double norm = gsl_blas_dnrm2(gsl_multifit_nlinear_residual(w));

		idle = square - norm * norm < IDLE * norm * norm / m ? idle + 1 : 0;
		if (idle == 3)
			return true;
		square = norm * norm;
	}
	return false;
}

const char *least_squares(struct arena *a, struct unknown *u, int n, int m, residuals *f, void *ctx,
	const signed char *branch)
{
	struct problem p = {u, n, m, f, ctx, branch, NEW(a, double, m), NEW(a, double, m)};
	gsl_multifit_nlinear_fdf fdf = {.f = evaluate, .df = differentiate, .n = (size_t)m, .p = (size_t)n, .params = &p};
	gsl_multifit_nlinear_parameters how = gsl_multifit_nlinear_default_parameters();

	assert(n <= LEAST_SQUARES_MOST);
	if (m <= n)
		return "fewer readings than parameters";
	how.scale = gsl_multifit_nlinear_scale_more;

	gsl_multifit_nlinear_workspace *w = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &how, (size_t)m, (size_t)n);
	gsl_vector *x = gsl_vector_alloc((size_t)n);

	if (!w || !x)
		die("out of memory");
	for (int i = 0; i < n; i++) {
		double v = inside(u[i].value, u[i].low, u[i].high);
		gsl_vector_set(x, (size_t)i, u[i].log ? log(v) : v);
	}

	const char *trouble = NULL;

	if (gsl_multifit_nlinear_init(x, &fdf, w) != GSL_SUCCESS)
		trouble = "the parameters run away";
	else if (!descend(w, m))
		trouble = "the parameters do not converge";

	const char *more = finish(&p, w, a);

	gsl_multifit_nlinear_free(w);
	gsl_vector_free(x);
	return trouble ? trouble : more;
}

struct goal {
	objective *f;
	void *ctx;
};

static double goal(const gsl_vector *x, void *params)
{
	const struct goal *g = params;
	double f = g->f(g->ctx, x->data);

	return isfinite(f) ? f : 1e30;
}

/* Errors from the matrix of second differences over steps h. */
static void curvature(double *x, double *se, const double *h, int n, objective *f, void *ctx)
{
	gsl_matrix *c = gsl_matrix_alloc((size_t)n, (size_t)n), *inverse = gsl_matrix_alloc((size_t)n, (size_t)n);
	gsl_permutation *order = gsl_permutation_alloc((size_t)n);
	int sign;

	if (!c || !inverse || !order)
		die("out of memory");
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			double sum = 0;
			for (int s = 0; s < 4; s++) {
				double y[4];
				memcpy(y, x, (size_t)n * sizeof *y);
				y[i] += (s & 1 ? 1 : -1) * h[i];
				y[j] += (s & 2 ? 1 : -1) * h[j];
				sum += (s == 0 || s == 3 ? 1 : -1) * f(ctx, y);
			}
			gsl_matrix_set(c, (size_t)i, (size_t)j, sum / (4 * h[i] * h[j]));
		}
	bool good = gsl_linalg_LU_decomp(c, order, &sign) == GSL_SUCCESS &&
		    gsl_linalg_LU_invert(c, order, inverse) == GSL_SUCCESS;
	for (int i = 0; i < n; i++) {
		double v = good ? gsl_matrix_get(inverse, (size_t)i, (size_t)i) : (double)NAN;
		se[i] = v > 0 ? sqrt(v) : (double)NAN;
	}
	gsl_matrix_free(c);
	gsl_matrix_free(inverse);
	gsl_permutation_free(order);
}

/* One unknown by parabolas through three points; false where it is no valley. */
static bool valley(double *x, double h, objective *f, void *ctx, double *least)
{
	for (int i = 0; i < 20; i++) {
		double y[3];
		for (int k = 0; k < 3; k++) {
			double at = *x + (k - 1) * h;
			y[k] = f(ctx, &at);
		}
		double bend = y[0] - 2 * y[1] + y[2];
		if (!(bend > 0) || !isfinite(bend))
			return false;
		double move = inside(h * (y[0] - y[2]) / (2 * bend), -1, 1);
		*x += move;
		*least = f(ctx, x);
		if (fabs(move) < 1e-4)
			return true;
	}
	return false;
}

static double simplex(double *x, const double *step, int n, objective *f, void *ctx)
{
	struct goal g = {f, ctx};
	gsl_multimin_function function = {goal, (size_t)n, &g};
	gsl_multimin_fminimizer *m = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, (size_t)n);
	gsl_vector_view at = gsl_vector_view_array(x, (size_t)n);
	gsl_vector *size = gsl_vector_alloc((size_t)n);

	if (!m || !size)
		die("out of memory");
	for (int i = 0; i < n; i++)
		gsl_vector_set(size, (size_t)i, step[i]);
	gsl_multimin_fminimizer_set(m, &function, &at.vector, size);
	for (int i = 0; i < 300; i++) {
		if (gsl_multimin_fminimizer_iterate(m) != GSL_SUCCESS)
			break;
		if (gsl_multimin_test_size(gsl_multimin_fminimizer_size(m), 1e-4) == GSL_SUCCESS)
			break;
	}

	double least = m->fval;

	for (int i = 0; i < n; i++)
		x[i] = gsl_vector_get(m->x, (size_t)i);
	gsl_multimin_fminimizer_free(m);
	gsl_vector_free(size);
	return least;
}

double minimise(double *x, double *se, const double *step, int n, objective *f, void *ctx)
{
	double least, y = x[0];

	if (n == 1 && valley(&y, 0.03 * step[0], f, ctx, &least))
		x[0] = y;
	else
		least = simplex(x, step, n, f, ctx);
	if (se) {
		double h[4];
		for (int i = 0; i < n; i++)
			h[i] = 0.2 * step[i];
		curvature(x, se, h, n, f, ctx);
	}
	return least;
}

static double chi_squared(const double *v, const double *se, int n, double variance, double *mean)
{
	double weight = 0, sum = 0, chi = 0;

	for (int i = 0; i < n; i++) {
		double w = 1 / (se[i] * se[i] + variance);
		weight += w;
		sum += w * v[i];
	}
	*mean = sum / weight;
	for (int i = 0; i < n; i++)
		chi += (v[i] - *mean) * (v[i] - *mean) / (se[i] * se[i] + variance);
	return chi;
}

struct spread spread_between(const double *value, const double *se, int n)
{
	struct spread s = {.chance = 1};
	double low = 0, high = 0;

	if (n < 2)
		return (struct spread){.mean = n ? value[0] : 0, .chance = 1};

	double chi = chi_squared(value, se, n, 0, &s.mean);

	s.chance = gsl_cdf_chisq_Q(chi, n - 1);
	if (chi <= n - 1)
		return s;
	for (int i = 0; i < n; i++)
		high = fmax(high, (value[i] - s.mean) * (value[i] - s.mean));
	high *= n;
	for (int i = 0; i < 100; i++) {
		s.variance = (low + high) / 2;
		if (chi_squared(value, se, n, s.variance, &s.mean) > n - 1)
			low = s.variance;
		else
			high = s.variance;
	}
	return s;
}

double student_factor(int n)
{
	return n > 1 ? gsl_cdf_tdist_Pinv(0.975, n - 1) / gsl_cdf_ugaussian_Pinv(0.975) : 1;
}
