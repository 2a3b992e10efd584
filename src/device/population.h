/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Populations: many cells of one kind, their states and the pulses they take. Features that are off
 * cost no memory. Bytes per cell:
 *     8   state and counter of pulses
 *    +4   spread of the steps (both polarities)          soft bounds with spread of steps and
 *    +4   spread of the window, or stuck cells            window: 16
 *    +8   spread of labels or slopes (in place of the +4) exponential with spread of labels: 16
 *    +4   write noise    +4 spread of the retention time
 */
#ifndef MHO_DEVICE_POPULATION_H
#define MHO_DEVICE_POPULATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "device/cell.h"

struct arena;
struct pulse_kern;

/* Responses that are stepped pulse by pulse, as tables over the own window. */
#define PULSE_NODES     1024
#define PULSE_JUMPS     256 /* nodes of a table of distributions */
#define PULSE_QUANTILES 128 /* and intervals of its quantiles */
/* a command to such a cell takes no more pulses than this */
#define PULSE_MOST_STEPPED 8191

/* One polarity. Own steps are 16-bit codes (pulse_code): in closed form the magnitude at the end the
 * polarity starts from (near) and at the other (far), else the factor of the table (near). */
struct pulse_way {
	float at_low, at_high; /* nominal steps at the ends of the window, signed */
	float k_far;           /* nominal step at the far end over that at the near end */
	const uint16_t *near;  /* [n], NULL: nominal */
	const uint16_t *far;   /* [n], NULL: k_far times near */
};

struct population {
	const struct cell *cell;
	const struct pulse_kern *kern;
	size_t n;
	float *y;               /* [n] states as they are read; 0..1 without spread of the window */
	float *inner;           /* [n] what pulses add to, with write noise; else y itself */
	uint32_t *n_pulses;     /* [n] pulses so far, erases too: wear and endurance */
	const int16_t *low, *high; /* [n] own windows in units of 2^-14, NULL: 0 and 1 */
	float *tau_factor;      /* [n] retention time over its median, NULL without */
	struct pulse_way way[2]; /* down, up */
	bool own_window;        /* steps follow the own window */
	bool stepped;           /* by the tables: */
	const float *mean;      /* [2][PULSE_NODES + 1] down, up */
	const float *sigma;     /* [2][PULSE_NODES + 1], NULL without scatter of its own */
	const float *jump;      /* [2][PULSE_JUMPS + 1][PULSE_QUANTILES + 1], NULL without quantiles */
	uint64_t seed;
	uint32_t id;            /* numbers the random streams of this population */
};

void population_init(struct population *, struct arena *, const struct cell *, size_t n, uint64_t seed,
	uint32_t id);

/* Kernels by name, NULL: the best this machine has. */
void population_isa(struct population *, const char *isa);

/* Write commands to cells from .. from + n - 1: k[j] pulses to cell from + j (> 0 up, < 0 down, 0
 * none). Noise is drawn from the stream by cell and step; step < 2^48. The call may set commands to
 * cells that have failed to 0. The same bits for any cut into calls and any kernels. */
void population_pulse(struct population *, size_t from, size_t n, int32_t *k, struct rng noise,
	uint64_t step);

/* The same for cells from + cell[0], from + cell[1] ..., each once in a call: the noise of command j is
 * that of number + j. */
void population_pulse_listed(struct population *, size_t from, size_t n, const int32_t *cell, int32_t *k,
	struct rng noise, size_t number, uint64_t step);

/* To the bottom of the window, by one pulse. */
void population_erase(struct population *, size_t i, struct rng noise, uint64_t step);

/* The own window of a cell. */
void population_window(const struct population *, size_t i, float *low, float *high);

/* To a state exactly, by a write of |k| pulses with verification; 0: as if it had been there. As far as the own
 * window goes and wear has left it open; failed cells stay where they are. */
void population_write(struct population *, size_t i, int32_t k, float y);
void population_set(struct population *, size_t i, float y);

/* t seconds pass at temperature temp [K] (0: 300 K) for cells from..to-1; nothing happens to non-volatile cells. */
void population_decay(struct population *, double t, double temp, size_t from, size_t to);

/* A read of cells that were programmed with verification. The same moment gives the same cells: which
 * programming names the errors and exponents, which read the noise on top. */
struct reading {
	double t;             /* [s] since programming */
	double temp;          /* [K] meanwhile; 0: 300 K */
	uint64_t programming; /* which one, from 0 */
	uint64_t read;        /* which read after it, from 0 */
};

/* States, taken as the targets of programming, as they are read: y_read[j] of cell from + j at y[j]; y
 * NULL: the cells' own. May lie outside 0..1, never below conductance 0 but for the noise of the read. */
void population_read(const struct population *, size_t from, size_t n, const float *y, const struct reading *,
	float *y_read);

/* The cell's own constants as drawn, and how far its reference stands off (soft bounds with reference;
 * the window shown is the own one moved down by it). */
struct own population_own(const struct cell *, uint64_t seed, uint32_t id, size_t i, double *shift);

/* The state a cell shows where a pulse up and a pulse down undo each other, within its own window. */
double population_symmetry(const struct cell *, uint64_t seed, uint32_t id, size_t i);

#endif
