/* SPDX-License-Identifier: Apache-2.0 */
/* What the solver of ladder.c and its kernels share. */
#ifndef MHO_DEVICE_LADDER_PRIV_H
#define MHO_DEVICE_LADDER_PRIV_H

#include <stdbool.h>

#include "device/ladder.h"

/* Lanes: x[n][LADDER_LANES]. */
struct ladder_work {
	int n_in, n_out;
	const double *r_in, *r_out;
	const double *s;           /* [n_in][n_out] square roots of the conductances */
	double *p, *q, *residual;  /* lanes of cells */
	double *u;                 /* lanes of cells: the solution; NULL: not wanted */
	double *lost, *drop;       /* lanes of outputs; of lost two sets */
	double *row, *line;        /* lanes of inputs and outputs: currents of a step */
	double *i_in, *i_out;      /* the same: currents of the solution */
	int n_most;                /* iterations */
	/* line by line: */
	const double *g;            /* [n_in][n_out] conductances */
	const double *k_in, *k_out; /* the same: what of a current past each cell goes on */
	const double *v_in, *v_out; /* lanes: ends of the lines */
};

struct ladder_kern {
	const char *name;
	bool (*usable)(void);
	/* Conjugate gradients from u = 0 with the right side in residual; returns the iterations. */
	int (*solve)(struct ladder_work *, double k_residual);
	/* n rounds over all lines from p = q = 0, each line exactly; rho bounds what a round leaves of an
	 * error */
	void (*relax)(struct ladder_work *, double rho, int n);
};

extern const struct ladder_kern ladder_scalar, ladder_avx2, ladder_avx512;

#endif
