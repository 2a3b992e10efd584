/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the cells of a layer: pulses, the lines they ride on, what makes their voltage. */
#ifndef MHO_ARCH_WRITE_H
#define MHO_ARCH_WRITE_H

#include "arch/phases.h"

/* Pulses of one polarity on one array of a layer. */
struct pulse_train {
	int array;
	enum polarity polarity;
	double n_pulses;  /* cells times pulses */
	double n_longest; /* sum over rows of the longest train */
	double n_rows;    /* rows addressed */
};

/* Book it (all copies) and return the time it takes. */
double write_train(struct run, struct pulse_train);

#endif
