/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Populations: many cells of one kind, their states and the pulses they take. Features that are off
 * cost no memory: 4 bytes per cell for the state, 16 more with device-to-device spread, 4 more with a
 * spread of the retention time, 4 for the write counter.
 */
#ifndef MHO_DEVICE_POPULATION_H
#define MHO_DEVICE_POPULATION_H

#include <stddef.h>
#include <stdint.h>

#include "device/cell.h"

struct arena;

struct population {
	const struct cell *cell;
	size_t n;
	float *y;                       /* [n] states, 0..1 */
	uint32_t *n_writes;             /* [n] write commands so far */
	float *up_beyond, *down_beyond; /* [n] asymptote of each cell (struct branch), NULL without spread */
	float *up_move, *down_move;     /* [n] 1 - rho of each cell */
	float *tau_factor;              /* [n] retention time over its median, NULL without */
	struct branch up, down;         /* the nominal cell */
	int n_table_up, n_table_down;
	float *table_up, *table_down;   /* [n_table] 1 - rho^k, or k step on a straight line */
	uint64_t seed;
	uint32_t id;                    /* numbers the random streams of this population */
};

void population_init(struct population *, struct arena *, const struct cell *, size_t n, uint64_t seed,
	uint32_t id);

/* One command of k pulses to cell i (k > 0 up, k < 0 down): one jump, one noise draw, one clip.
 * noise: the cell's standard normal draw of this step, used only if the cell has cycle noise. */
void population_pulse(struct population *, size_t i, int k, float noise);

/* To the bottom of the window. */
void population_erase(struct population *, size_t i);

/* t seconds pass for cells from..to-1; nothing happens to non-volatile cells. */
void population_decay(struct population *, double t, size_t from, size_t to);

#endif
