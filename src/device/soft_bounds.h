/* SPDX-License-Identifier: Apache-2.0 */
/* What the two kinds of soft bounds share, and what a population must know of them beside their steps. */
#ifndef MHO_DEVICE_SOFT_BOUNDS_H
#define MHO_DEVICE_SOFT_BOUNDS_H

#include "device/response.h"

struct soft_bounds {
	struct response response;
	double y_zero; /* where the steps are nominal */
};

#define SOFT_BOUNDS_FIELDS(st)                                                                     \
	{"n_up", FIELD_REAL, DIM_NONE, offsetof(struct st, response.n_up), 1, 100000, NULL,        \
		NULL, "steps up, of their size at y_zero, that make up the window", 0},            \
	{"n_down", FIELD_REAL, DIM_NONE, offsetof(struct st, response.n_down), 1, 100000,          \
		NULL, NULL, "steps down, of their size at y_zero, that make up the window", 0},    \
	REAL(st, y_zero, DIM_NONE, 0.01, 0.99, "0.5",                                              \
		"state, 0 to 1, where the steps have their nominal size")

/* The descriptor's functions. */
bool soft_bounds_check(struct response *, const struct cell *, struct arena *, struct diag *);
void soft_bounds_branch(const struct response *, const struct own *, bool up, struct branch *);

/* Share of the way to either bound that one pulse goes. */
void soft_bounds_rates(const struct response *, const struct own *, double *up, double *down);

/* The state that stands for zero in a soft-bounds cell, NAN for other kinds: no cell's own window may
 * exclude it. */
double soft_bounds_zero(const struct response *);

/* How far a cell's reference stands off, given its own standard normal draw; the window the cell
 * shows is its own moved down by this. 0 for other kinds. */
double soft_bounds_shift(const struct response *, const struct own *, double z);

/* Whether the window a cell shows depends on its own steps. */
bool soft_bounds_is_relative(const struct response *);

#endif
