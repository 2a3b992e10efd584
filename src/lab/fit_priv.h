/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the fit: readings as a list, the likelihood of a response, least squares. */
#ifndef MHO_LAB_FIT_PRIV_H
#define MHO_LAB_FIT_PRIV_H

#include "lab/fit.h"

struct diag;

/* Conductances are u = (g - g_zero)/g_scale, so that all numbers are near 1. */
/* Errors are given this much wider than the formula says: in trials 2 of those hold 93 to 95 %, as parameters
 * are skewed and kinds of noise are chosen by the same data. */
#define WIDE 1.1

struct reading {
	int cell, row; /* row of the trace */
	int k;         /* pulses since the last reading, signed; 0: the state starts anew */
	int at;        /* -1, 1: stands at the lower, upper bound of its cell; 0: free */
	double u;
	double digit;  /* the last one that it is written with, u; 0: finer than can be told */
};

struct window {
	double low, high; /* in u */
};

struct readings {
	int n, n_pulses, n_cells; /* n_pulses: readings with k != 0 */
	struct reading *reading;
	signed char *branch; /* [n] sign of k */
	int *from;        /* [n_cells + 1] first reading of each cell */
	double g_zero, g_scale;
	bool bound[2];    /* data show a hard bound below, above */
	bool differ[2];   /* cells have ends of their own, by the means of their trains */
	double se[2];     /* of the ends of the nominal window, u */
	struct window nominal, *own; /* own: [n_cells] */
	double rounding;  /* sigma of that, its mean over the readings, u; 0: not worth counting */
	bool one_sided;
	const struct trace *trace; /* without the cells that do not move */
	int n_still;
	double *g_still;  /* [n_still] their mean, S */
};

struct noise {
	double step;  /* sigma per pulse, u */
	double share; /* sigma per pulse as a share of its step */
	double write; /* sigma of a reading, u */
	bool scatter; /* the response has its own */
};

#define FIT_SAME 1e-9 /* share of the data's range below which readings are the same */

/* The readings of a trace and the window they show; false after reported errors. */
bool readings_init(struct readings *, struct arena *, const struct trace *, const struct fit_options *,
	struct diag *);

/* Order of doubles, for qsort. */
int readings_by_value(const void *, const void *);

/* Last digits of the readings of a trace. */
void readings_resolution(struct readings *, struct arena *, const struct trace *);

/* Ends of the window, given or from the readings; where these stand at a hard one. */
void readings_ends(struct readings *, struct arena *, const struct fit_options *);

/* Does potentiation lead up? Tells the first train that shows it does not. */
bool readings_lead_up(const struct readings *, const struct trace *, struct diag *);

/* Mean way of a cell's trains; NAN: it has none. */
double readings_swing(const struct readings *, int cell);

/* One pass over the cells from .. to - 1. sd, residual: [n], may be NULL; with frozen the deviations in
 * sd are used, else they are set. Returns the logarithm of the likelihood (densities in u), not if frozen. */
double likelihood(const struct readings *, const struct response *, const struct window *nominal,
	const struct noise *, const struct own *own, int from, int to, bool frozen, double *sd, double *residual);

/* ln of the chance that a standard normal lies below z */
double log_below(double z);

/* Unknowns of a least squares problem. */
struct unknown {
	double value, low, high;
	bool log; /* moves by its logarithm */
	double se;
	const char *name;
	int branch; /* 1: moves only what pulses up do, -1: down, 0: both */
};

typedef void residuals(void *ctx, const struct unknown *, double *residual);

/* Least squares over m residuals of up to LEAST_SQUARES_MOST unknowns; sets values and errors. branch: [m] of the residuals, so that unknowns of one branch are looked at beside those of
 * the other; NULL: each residual depends on all. Returns NULL or what went wrong. */
const char *least_squares(struct arena *, struct unknown *, int n, int m, residuals *, void *ctx,
	const signed char *branch);
#define LEAST_SQUARES_MOST 16

/* The values where a function is least; n up to 4; errors from its curvature, the function being minus
 * the logarithm of a likelihood. */
typedef double objective(void *ctx, const double *x);
double minimise(double *x, double *se, const double *step, int n, objective *, void *ctx);

/* Spread between groups behind values that each have an error of their own: mean, variance between,
 * and the chance that equal groups would look so different. */
struct spread {
	double mean, variance, chance;
};
struct spread spread_between(const double *value, const double *se, int n);
double student_factor(int n); /* t quantile over the normal one, both for 95 % */

/* Counts the parameters of a result and what BIC charges for them: a half of lnL for the readings that each
 * is told by, all, those of a cell (ends of its own), or the number of cells (sigmas between them). */
void fit_charge(struct fit_result *, const struct readings *, int n_values, int n_sigmas, const bool fitted_end[2]);

/* The kind by a table of steps (lab/fit_jump.c). */
void fit_jump(struct arena *, const struct readings *, struct fit_result *);
void fit_kind(struct arena *, const struct readings *, struct fit_result *);

/* BIC of cells that pulses do not move: noise alone. */
double fit_still(struct arena *, const struct readings *);

#endif
