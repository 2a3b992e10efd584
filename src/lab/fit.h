/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From measured traces to the parameters of a cell.
 *
 * Model    state space: y_k = y_(k-1) + s(y_(k-1)) + process noise, clipped where the data show a hard
 *          bound; g_k = g_min + y_k span + reading noise. s is a kind of device/response.h. The
 *          prediction error of every reading follows from the last one (Kalman; without reading noise
 *          that is the increment itself, so that noise which adds up from pulse to pulse is taken
 *          for what it is); readings at a bound count as censored
 *          parameters: nonlinear least squares of the standardised errors, noise: maximum likelihood,
 *          in turns; covariance (J^T J)^-1, plus the spread between cells over their number
 *          kind: least BIC; spread between cells by Laplace's integral of each cell's own deviation
 * Source   [Kalman1960], [Tobin1958] (censored readings), [Schwarz1978] (BIC), [Akaike1974] (AIC),
 *          [Galassi2009] (least squares)
 * Assumes  no memory beyond the state; noise of pulses is Gaussian and independent
 * Valid    at least a handful of pulses of each polarity that the cell has
 * Checked  tests/unit/check_fit.c: 2 standard errors and kinds over trials on synthetic cells
 */
#ifndef MHO_LAB_FIT_H
#define MHO_LAB_FIT_H

#include "device/cell.h"
#include "lab/trace.h"

#define FIT_MAX_KEYS 10

/* A number and its standard error; se is 0 when the number is exact, NAN when the data do not tell. */
struct estimate {
	double value, se;
	bool fitted; /* false: not in the data */
};

struct fit_options {
	const char *kind;     /* NULL: the best of all */
	double g_min, g_max;  /* [S] the window, NAN: from the data */
	bool one_sided;       /* no depression train is expected */
};

/* What cells scatter by; keys are those of struct cell_variation. */
struct fit_variation {
	struct estimate k_cycle, k_cycle_step, k_write;
	struct estimate k_device, k_asymmetry, k_g_min, k_g_max;
	bool log_normal;
};

/* A node of a table of steps. */
struct jump {
	double g; /* [S] */
	struct estimate dg; /* not fitted: its neighbours' line, no data here */
	double sigma;
};

struct fit_result {
	const struct response_kind *kind;
	struct response *response;
	int n_keys;
	const char *key[FIT_MAX_KEYS]; /* names in the kind's field table, scatter of its own last */
	struct estimate of[FIT_MAX_KEYS];
	int n_table;
	const struct jump *table[2]; /* [n_table] down, up; of the kind jump only */
	struct estimate g_min, g_max;
	bool bound_low, bound_high;    /* the data stand still at this end of the window */
	struct fit_variation variation;
	double lnl, aic, bic;
	int n_parameters;
	double charge;                 /* of BIC for them */
	const char *trouble;           /* why this kind does not do, NULL: it does */
	const double *residual;        /* [fit.n] standardised, NAN where there is none */
	const struct own *own;         /* [n_cells] as far as cells differ */
};

struct fit {
	const struct trace *trace; /* of the cells that move */
	int n_cells;             /* with those that do not: */
	int n_still;
	const double *g_still;   /* [n_still] S */
	int n;                   /* readings that follow a pulse */
	bool one_sided;
	int n_results;
	struct fit_result *result; /* the kinds, least BIC first */
};

/* NULL after reported errors. */
struct fit *fit_pulses(struct arena *, const struct trace *, const struct fit_options *, struct diag *);

/* Mean of the fitted cell after the pulses of a trace's rows from .. to - 1, in siemens. */
void fit_curve(const struct fit_result *, const struct trace *, int from, int to, double *g);

/* Offset of a key in a kind's struct: reals and lists of its field table; BUG if there is none. */
const struct field *fit_field(const struct response_kind *, const char *key);

#endif
