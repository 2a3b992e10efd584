/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the fit of retention data: a law per file (retention_line.c, retention_decay.c). */
#ifndef MHO_LAB_RETENTION_PRIV_H
#define MHO_LAB_RETENTION_PRIV_H

#include "lab/fit_priv.h"
#include "lab/retention.h"

#define LN_2_PI_E 2.8378770664093453 /* 1 + ln 2 pi */

struct series {
	const struct trace *trace;
	const struct cell *base;
	struct arena *arena, *scratch;
	int *from;  /* [n_cells + 1] */
	double *se; /* [n_cells] of what the last law fitted has of each cell */
};

void retention_line(struct series *, enum retention_kind, struct retention_law *);
void retention_decay(struct series *, enum retention_kind, struct retention_law *);

/* The state after x time constants. */
double retention_decayed(enum retention_kind, double y_0, double y_rest, double x, double beta);

/* Mean and spread of the cells' own values v. */
void retention_summary(const struct series *, const double *v, struct retention_law *);

#endif
