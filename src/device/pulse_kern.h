/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernels of populations: one C text (pulse_kern_body.h) compiled for several instruction sets; all
 * give the same bits.
 */
#ifndef MHO_DEVICE_PULSE_KERN_H
#define MHO_DEVICE_PULSE_KERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

struct population;

struct pulse_kern {
	const char *name;
	bool (*usable)(void);
	/* The part of population_pulse that moves states and counts pulses. */
	void (*pulse)(const struct population *, size_t from, size_t n, const int32_t *k, struct rng,
		uint64_t step);
	/* The same for cells from + cell[0], from + cell[1] ..., each once; the noise of command j is
	 * that of number + j. */
	void (*pulse_listed)(const struct population *, size_t from, size_t n, const int32_t *cell,
		const int32_t *k, struct rng, size_t number, uint64_t step);
	/* word[i]: slot s of the train of line from + i is bit s, set with probability p[i]; none from
	 * n_slots on. from: a multiple of 4. */
	void (*trains)(const float *p, size_t from, size_t n, int n_slots, struct rng, uint64_t step,
		uint32_t *word);
	/* Where a row's train meets those of columns: cell[.] = from + at[j], k[.] = sign[j] times the
	 * slots that both have, where there are any. Returns their number; room for n. */
	int (*meet)(uint32_t row, int32_t from, const uint32_t *column, const int32_t *at,
		const int32_t *sign, int n, int32_t *cell, int32_t *k);
	/* k[i] = x[i] rounded half away from zero, or (stochastic) up with the probability of the
	 * fraction, by the draws of cells from + i; NaN asks for nothing, 1e6 is the most. */
	void (*round)(const float *x, size_t from, size_t n, bool stochastic, struct rng, uint64_t step,
		int32_t *k);
	/* z[i] = rng_normal(rng, from + i, step) */
	void (*normal)(struct rng, size_t from, size_t n, uint64_t step, float *z);
};

extern const struct pulse_kern pulse_kern_scalar, pulse_kern_avx2, pulse_kern_avx512;
extern const struct pulse_kern *const pulse_kern_table[]; /* from the simplest up, NULL-ended */

/* x in last places rounded, up with the probability of the fraction, to a number of n_bits, which saturates;
 * k: room for n. */
void pulse_kern_keep(const struct pulse_kern *, const float *x, size_t from, size_t n, int n_bits, struct rng, uint64_t step,
	int32_t *k, float *kept);

/* By name, or the best this CPU can run when isa is NULL; NULL if there is none of that name or the
 * CPU cannot run it. */
const struct pulse_kern *pulse_kern_pick(const char *isa);

#endif
