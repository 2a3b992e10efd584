/* SPDX-License-Identifier: Apache-2.0 */
/* A chain of growing inverters that drives a large load. */
#ifndef MHO_CIRCUIT_DRIVER_H
#define MHO_CIRCUIT_DRIVER_H

#include "circuit/edge.h"
#include "circuit/module.h"

struct driver {
	struct line line; /* on the way to the load */
	double c_load;    /* [F] at its end */
};

struct driver_est {
	struct est est;  /* of one full cycle of the output, load and line included */
	double c_in;     /* [F] */
	struct edge out; /* for an input step */
};

/* From a minimum inverter, in the number of stages that is fastest. */
struct driver_est driver_estimate(const struct driver *, const struct tech *);

#endif
