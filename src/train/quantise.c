/* SPDX-License-Identifier: Apache-2.0 */
/* Few-bit digital training; the model is in quantise.h. */
#include "train/quantise.h"

#include <math.h>

#include "base/rng_math.h"

/* Adding and subtracting it rounds |x| < 2^22 to the nearest integer, half to even. */
#define ROUNDER 12582912.0f

double quantise_range(double limit)
{
	return exp2(round(log2(4.0 / 3 * limit)));
}

float quantise_largest(const float *x, size_t n)
{
	float most = 0;

	for (size_t i = 0; i < n; i++) {
		float v = x[i] < 0 ? -x[i] : x[i];
		most = v > most ? v : most;
	}
	return most;
}

static float top_level(int n_bits)
{
	return (float)((1 << (n_bits - 1)) - 1);
}

void quantise_round(const float *x, size_t n, int n_bits, float step, float *to)
{
	float per_step = 1 / step, top = top_level(n_bits);

	for (size_t i = 0; i < n; i++) {
		float v = x[i] * per_step;
		v = v < -top ? -top : v;
		v = v > top ? top : v;
		to[i] = ((v + ROUNDER) - ROUNDER) * step;
	}
}

void quantise_clip(float *x, size_t n, int n_bits, float step)
{
	float limit = top_level(n_bits) * step;

	for (size_t i = 0; i < n; i++) {
		x[i] = x[i] < -limit ? -limit : x[i];
		x[i] = x[i] > limit ? limit : x[i];
	}
}

void quantise_stochastic(float *x, size_t n, float per_step, float step, struct rng rng, size_t from,
	uint64_t counter)
{
	uint32_t word[4];

	for (size_t i = 0; i < n; i++) {
		size_t cell = from + i;
		if (i == 0 || cell % 4 == 0)
			rng_u32x4(rng, cell / 4, counter, word);
		x[i] = floorf(x[i] * per_step + rng_unit(word[cell % 4])) * step;
	}
}
