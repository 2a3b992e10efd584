/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Retention data (time, conductance) to parameters of forgetting, the laws that cells can have
 * (device/aging_drift.c, device/population.c).
 *
 * Model    power_law          g(t) = g_0 (1 + t/t_0)^-nu, each cell its own g_0 and nu, one t_0
 *          logarithmic        g(t) = g_0 + s ln t, t >= 1 s, each cell its own g_0 and s
 *          exponential_decay  y(t) = y_rest + (y_0 - y_rest) e^(-t/tau), one y_rest, each cell its own
 *                             y_0 and tau, ln tau normal
 *          stretched          the same with e^(-(t/tau)^beta), one beta
 *          constant_current   y goes by 1/tau per second until y_rest
 *          per cell by least squares (straight lines in the logarithm of time for the first two); what cells
 *          share by a search; mean and spread of the cells' own with the errors of each taken off; least BIC
 * Source   [Nandakumar2019] (power law); [Falcone2025] (logarithmic); [Kohlrausch1854] (stretched);
 *          [Schwarz1978]
 * Assumes  reading noise independent from time to time; relative for the power law
 * Valid    three times per cell or more
 * Checked  tests/unit/check_fit.c
 */
#ifndef MHO_LAB_RETENTION_H
#define MHO_LAB_RETENTION_H

#include <stdio.h>

#include "lab/fit.h"
#include "lab/techfile.h"

enum retention_kind {
	RETENTION_POWER_LAW,
	RETENTION_DECAY,
	RETENTION_STRETCHED,
	RETENTION_CURRENT,
	RETENTION_LOGARITHMIC,
	RETENTION_KINDS
};

extern const char *const retention_words[]; /* NULL-ended */

/* One law fitted. */
struct retention_law {
	const char *trouble;     /* why it does not do, NULL: it does */
	int line;                /* of the file that shows it; 0: all of it */
	struct estimate mean;    /* nu; tau [s]; s [S] */
	struct estimate spread;  /* sigma of nu, ln tau, s */
	struct estimate y_rest, beta;
	double t_0;              /* [s] */
	double noise;            /* sigma of a reading: relative, of the window, [S] */
	double bic;
	double *start, *own;     /* [cell] g_0, nu; y_0, tau; g_0, s */
};

struct retention {
	enum retention_kind best;
	struct retention_law law[RETENTION_KINDS];
};

/* kind: a word, or NULL for the best. NULL after reported errors. */
struct retention *fit_retention(struct arena *, const struct trace *, const struct cell *base, const char *kind,
	struct diag *);

void retention_text(const struct retention *, FILE *);

/* Conductance of a cell of the data at t. */
double retention_at(const struct retention *, const struct cell *base, int cell, double t);

char *techfile_of_retention(struct arena *, const struct techfile *base, const struct retention *, const char *data);

#endif
