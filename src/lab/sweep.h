/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a cell does under full trains of pulses and over time: the traces a measurement would give,
 * and the figures people compare cells by.
 */
#ifndef MHO_LAB_SWEEP_H
#define MHO_LAB_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "device/cell.h"

struct arena;
struct tech;
struct trace;

struct sweep_options {
	int n_pulses; /* of a train; 0: as many as cross the window */
	int n_cells, n_cycles;
	bool ideal;   /* neither variation nor noise */
	uint64_t seed;
};

/* Number of pulses of a full train. */
int sweep_length(const struct cell *, bool up);

/* Conductances of the bottom and the top of the window; on the node where that decides (SRAM). */
struct span {
	double g_low, g_high;
};
struct span sweep_span(const struct cell *, const struct tech *);

/* Pulse 0 is the start, then the train up, then the train down (an erase where nothing else leads
 * down). */
struct trace *sweep_trace(struct arena *, const struct cell *, struct span, const struct sweep_options *);

/* Is there anything that time does to the cell? */
bool sweep_forgets(const struct cell *);

/* States at n_times (rising, from 0) after cells were set to n_states states from bottom to top;
 * y [state][time][cell]. */
double *sweep_retention(struct arena *, const struct cell *, const struct sweep_options *, const double *t,
	int n_times, int n_states);

/* States after trains of a share of the full count from the bottom; y [target][cell]. */
double *sweep_programmed(struct arena *, const struct cell *, const struct sweep_options *, int n_targets);

/* Derived figures. NAN: the cell has no such thing. */
struct merits {
	double n_up, n_down;        /* states: pulses across the window, at most */
	double k_range;             /* g_max/g_min */
	double label_up, label_down; /* nonlinearity labels of the full trains */
	double k_pair;              /* change of y by one pulse up and one down at mid-window */
	double y_symmetry;          /* state where steps up and down are equal */
	double k_noise;             /* sigma of one pulse at mid-window over the window */
	double k_noise_step;        /* the same over the step */
	double e_up, e_down;        /* [J] one pulse at mid-window, in the cell */
	double t_up, t_down;        /* [s] full swing */
};
/* Sigma of one pulse at state y, in shares of the window. */
double sweep_noise(const struct cell *, bool up, double y);
/* NAN: there is none. */
double sweep_symmetry(const struct cell *);
struct merits sweep_merits(const struct cell *, const struct tech *);

#endif
