/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One kind of response being fitted: fit_mean.c finds its values, fit_noise.c its noise, fit_cells.c how
 * far cells differ, fit_errors.c the standard errors; fit_kind.c takes them in turns.
 */
#ifndef MHO_LAB_FIT_JOB_H
#define MHO_LAB_FIT_JOB_H

#include "device/cell.h"
#include "lab/fit_priv.h"

#define FIT_STANDS 1e-3 /* change of lnL in a round at which values and noise stand */
enum { FIT_ROUNDS = 3, FIT_MIN_CELLS = 3, FIT_MAX_UNKNOWN = FIT_MAX_KEYS + 2 };

struct job {
	const struct readings *rd;
	struct arena *arena, *scratch;
	struct diag *silent;
	struct response *response;
	struct cell cell;       /* as much of it as a response asks for */
	int n_keys, n_unknown;
	const struct field *field[FIT_MAX_UNKNOWN];
	bool free_end[2];
	struct window window;
	struct noise noise;
	struct own *own;        /* [n_cells] */
	double *se_up, *se_down; /* [n_cells] of the deviations */
	double *sd, *residual;  /* [n] */
	int only;               /* the cell whose deviation is sought */
	bool broken;            /* the response refused its values */
};

struct noise_job {
	struct job *job;
	double *scatter[2]; /* of the response */
	bool share, write;
	double unit;
};

struct cells_spread {
	bool there;
	struct spread up, down;
};

/* What a fit has come to, to return to it. */
struct state {
	struct unknown u[FIT_MAX_UNKNOWN];
	double x[3], se[3], lnl;
	const char *trouble;
};

/* Values: the response and the window follow from the unknowns, keys first, then free ends. */
double *job_value(struct response *, const struct field *);
void job_put(struct job *, const struct unknown *);
double job_run(struct job *, int from, int to, bool frozen, double *sd, double *residual);
residuals job_misfit; /* ctx: the job, deviations as in sd */
/* Scale of the noise from the residuals as they stand. */
double job_rms(const struct job *);
/* The branch of each reading from a cell on; NULL: errors of reading carry over from one to the other. */
const signed char *job_branch(const struct job *, int cell);
/* Least squares from where the unknowns are; from each start of the kind, of which the best stays. */
bool job_solve(struct job *, struct unknown *, double *lnl, const char **trouble);
bool job_start(struct job *, struct unknown *, const char **trouble);

/* Noise: the best of its sorts, then again with values that have moved; x its unknowns. */
int noise_unknowns(const struct noise_job *);
void noise_put(const struct noise_job *, const double *x);
double noise_fit(struct noise_job *, double *x, double *se);
/* False: no noise fits. */
bool noise_choose(struct job *, struct noise_job *, double *x, double *se);

/* Cells: values and deviations in turns; sets lnl by the integral over the deviations. */
struct cells_spread cells_fit(struct job *, struct state *, struct noise_job *);
void cells_tell(const struct job *, const struct cells_spread *, struct fit_variation *);

/* Standard errors of the unknowns; NULL or what is wrong with them. */
const char *job_errors(struct job *, struct unknown *, const struct cells_spread *);

#endif
