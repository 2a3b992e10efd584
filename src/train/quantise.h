/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Few-bit digital training.
 *
 * Model    n bits: sign and magnitude, levels step k, |k| <= 2^(n-1) - 1
 *          power of two: step = R 2^(1-n), R the power of two nearest to 4/3 of the layer's limit of
 *          initialisation; weights stay within the levels; the update is
 *              -R 2^(1-n_gradient) sr(rate N(v) 2^(n_gradient-1)), N(v) = v / 2^round(log2 max |v|)
 *          straight through: step = max |w| / (2^(n-1) - 1); the gradient is rounded to
 *              2^e 2^(1-n_gradient), 2^e > max |g| >= 2^(e-1)
 *          sr: stochastic rounding
 * Source   [Wu2018] (power of two), [Bengio2013] (straight through), [Gupta2015] (stochastic)
 * Assumes  activations and errors are rounded per image with a power-of-two step that fits the
 *          largest (kern.h, round_errors)
 * Checked  tests/unit/check_quantise.c
 */
#ifndef MHO_TRAIN_QUANTISE_H
#define MHO_TRAIN_QUANTISE_H

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

/* R for a layer whose weights start within +-limit. */
double quantise_range(double limit);

/* Largest magnitude: the same whatever the order. */
float quantise_largest(const float *x, size_t n);

/* to = x on the levels of n_bits with that step. */
void quantise_round(const float *x, size_t n, int n_bits, float step, float *to);

/* Keep x within the levels. */
void quantise_clip(float *x, size_t n, int n_bits, float step);

/* x <- step sr(x per_step): the draw of value i is cell from + i of the stream at that counter. */
void quantise_stochastic(float *x, size_t n, float per_step, float step, struct rng, size_t from,
	uint64_t counter);

#endif
