/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Retention data (time, conductance) to parameters of forgetting.
 *
 * Model    power law g(t) = g_0 (t/t_0)^-nu, each cell its own g_0 and nu, t_0 the first time of all;
 *          exponential_decay y(t) = y_rest + (y_0 - y_rest) e^(-t/tau), one y_rest, each cell its own
 *          tau, ln tau normal
 *          per cell by least squares (power law: a straight line in logarithms); mean and spread of
 *          the cells' nu or ln tau with the errors of each taken off; least BIC
 * Source   [Nandakumar2019] (power law); [Schwarz1978]
 * Assumes  reading noise independent from time to time; relative for the power law
 * Valid    three times per cell or more
 * Checked  tests/unit/check_fit.c
 */
#ifndef MHO_LAB_RETENTION_H
#define MHO_LAB_RETENTION_H

#include <stdio.h>

#include "lab/fit.h"
#include "lab/techfile.h"

enum retention_kind { RETENTION_POWER_LAW, RETENTION_DECAY, RETENTION_KINDS };

struct retention {
	enum retention_kind best;
	double t_0;
	struct estimate mean[RETENTION_KINDS];   /* nu; tau [s] */
	struct estimate spread[RETENTION_KINDS]; /* sigma of nu; of ln tau */
	struct estimate y_rest;
	double noise[RETENTION_KINDS];           /* sigma of a reading: relative; of the window */
	double bic[RETENTION_KINDS];
	const char *trouble[RETENTION_KINDS];
	double *start, *own;                     /* [cell] g_0, nu or y_0, tau of the best */
};

/* kind: power_law, exponential_decay or NULL for the better one. NULL after reported errors. */
struct retention *fit_retention(struct arena *, const struct trace *, const struct cell *base, const char *kind,
	struct diag *);

void retention_text(const struct retention *, FILE *);

/* Conductance of a cell of the data at t. */
double retention_at(const struct retention *, const struct cell *base, int cell, double t);

char *techfile_of_retention(struct arena *, const struct techfile *base, const struct retention *, const char *data);

#endif
