/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counter-based random numbers: a draw is a pure function of (seed, purpose, layer, step, cell), so
 * results depend neither on the number of threads nor on the order of the work.
 *
 * Method   Philox 4x32-10; key = Philox(seed)(purpose, layer); counter = (cell / 4, draw, step)
 *          normal variates by Box-Muller with our own polynomials, so that they are the same bits
 *          on every CPU
 * Source   [Salmon2011] and the Random123 headers; [BoxMuller1958]
 * Valid    |normal| <= 6.66 (32-bit uniforms); tails tested to 5 sigma
 * Checked  tests/unit/check_rng.c
 */
#ifndef MHO_BASE_RNG_H
#define MHO_BASE_RNG_H

#include <stdint.h>

enum rng_purpose {
	RNG_INIT_WEIGHT = 1,
	RNG_SHUFFLE,
	RNG_DEVICE_UP,   /* device-to-device spread of the potentiation curve */
	RNG_DEVICE_DOWN, /* same, depression */
	RNG_DEVICE_TAU,  /* spread of the retention time */
	RNG_WRITE_NOISE, /* cycle-to-cycle */
	RNG_ROUNDING,    /* stochastic rounding of pulse counts */
	RNG_TRANSFER,    /* write noise during weight transfer */
	RNG_TEST,
	RNG_AUGMENT,     /* crops, flips and cut-outs of training images */
	RNG_GRADIENT,    /* stochastic rounding of gradients */
	RNG_DEVICE_WINDOW, /* spread of the window's ends and of the reference */
	RNG_DEVICE_STUCK,  /* which cells are stuck, and where */
	RNG_DEVICE_FAIL,   /* pulses to failure */
	RNG_PROBE,       /* inputs that measure how far a layer drifted */
	RNG_PROGRAM,       /* error of programming with verification */
	RNG_DRIFT,         /* what each cell loses in time */
	RNG_READ,          /* noise of a read */
	RNG_DROPOUT,
	RNG_FEEDBACK,      /* random feedback weights */
	RNG_FEEDBACK_DRIFT, /* their drift exponents */
	RNG_TRAIN_ROW,     /* pulse trains of an outer product: its rows */
	RNG_TRAIN_COLUMN,  /* and its columns */
	RNG_CHOP,          /* signs that change between transfers */
	RNG_INPUT_LEVEL,   /* noise of the levels that drive rows */
	RNG_CONVERSION,    /* noise of a converter's input */
	RNG_KEPT,          /* stochastic rounding of what an update rule keeps */
	RNG_PURPOSE_COUNT
};

struct rng {
	uint32_t key[2];
};

/* The stream of one purpose and layer under a seed. layer also numbers parts of a synapse. */
struct rng rng_stream(uint64_t seed, enum rng_purpose purpose, uint32_t layer);

/* Four independent 32-bit words: those of cells 4*block .. 4*block+3 at a step. */
void rng_u32x4(struct rng, uint64_t block, uint64_t step, uint32_t out[4]);

/* One word, one uniform in (0,1), one standard normal of one cell. For set-up code; kernels use
 * the x4 form. The values are the same. */
uint32_t rng_u32(struct rng, uint64_t cell, uint64_t step);
float rng_uniform(struct rng, uint64_t cell, uint64_t step);
float rng_normal(struct rng, uint64_t cell, uint64_t step);
void rng_normal4(struct rng, uint64_t block, uint64_t step, float out[4]);

/* A uniform integer in [0, n), n >= 1, without modulo bias. */
uint32_t rng_below(struct rng, uint64_t cell, uint64_t step, uint32_t n);

/* Random order of 0..n-1 (Fisher-Yates), the same on every machine. */
void rng_permutation(struct rng, uint64_t step, int n, int *order);

#endif
