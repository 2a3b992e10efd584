/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Averaged gradient ("momentum" of in-situ training).
 *
 * Model    v <- beta v + (1 - beta) g, v in place of g; plain: beta = k_keep; adaptive: beta =
 *          k_keep (1 - r), r = m^2/s the share of signal in the gradient, m <- k_keep m +
 *          (1 - k_keep) g, s <- k_keep s + (1 - k_keep) g^2, so that a gradient that keeps its sign
 *          is followed and one that alternates is averaged away
 *          v and m are whole numbers of n_bits, in last places of k_range 2^(1 - n_bits), rounded
 *          up with the probability of the fraction, saturating; s has 2 n_bits, in squares of a last place,
 *          rounded to the nearest
 *          arithmetic: the division is a reciprocal by Newton's iteration, two operations for twice the bits,
 *          from a start of 4 bits, and a product
 * Source   [Huang2020] (why); the plain average as in [Peng2021]; the adaptive factor is ours: the
 *          publication's is not known; [Gupta2015] (stochastic rounding: rounded to the nearest, an average
 *          would stand still once (1 - k_keep)|g - v| is below half a place); [Flynn1970] (division)
 * Assumes  the random bits, the start and the normalisation of a division cost nothing beside its products
 * Valid    0 <= k_keep < 1; up to 20 bits (what the rounding holds)
 * Checked  tests/unit/check_update.c
 */
#include <math.h>

#include "base/diag.h"
#include "device/pulse_kern.h"
#include "device/update.h"

#define START_BITS 4 /* of a reciprocal */

struct average {
	struct update update;
	double k_keep, k_range;
	bool adaptive;
	int n_bits;
};

static const struct field average_fields[] = {
	REAL(average, k_keep, DIM_NONE, 0, 0.9999, "0.9", "share of the average kept from batch to batch"),
	BOOL(average, adaptive, "false", "average less where the gradient keeps its sign"),
	INT(average, n_bits, 4, UPDATE_MAX_BITS, "16",
		"bits of a kept average in the chip's memory (adaptive: of two, and twice as many of the mean square)"),
	REAL(average, k_range, DIM_NONE, 1e-6, 16, "1", "range of a kept average, in half ranges of a weight"),
	FIELD_END,
};

static bool average_check(const struct update *u, const struct synapse *s, struct diag *d)
{
	const struct average *a = (const struct average *)u;

	(void)s;
	if (a->k_keep <= 0)
		diag_warn(d, diag_where(d, &a->k_keep),
			"an average that keeps nothing is the gradient itself: its memory is paid for nothing, 'kind: pulses' "
			"does the same");
	return true;
}

static int average_memory(const struct update *u)
{
	return ((const struct average *)u)->adaptive ? 3 : 1;
}

/* The square of n bits has 2n. */
static int average_bits(const struct update *u)
{
	const struct average *a = (const struct average *)u;

	return (a->adaptive ? 4 : 1) * a->n_bits;
}

/* Two for an average and for the one of squares, each; the squares of g and m; the division, the factor. */
static int average_operations(const struct update *u)
{
	const struct average *a = (const struct average *)u;

	return a->adaptive ? 9 + 2 * (int)ceil(log2((double)a->n_bits / START_BITS)) + 1 : 2;
}

/* Values are worked on together. */
enum { SPAN = 512 };

/* Round x to n_bits, into kept. */
static void keep(const struct average *a, const struct update_call *c, size_t from, size_t n, int which,
	const float *restrict x, float *restrict kept)
{
	int32_t k[SPAN];

	pulse_kern_keep(c->kern, x, c->from + from, n, a->n_bits, c->rounding, c->step + ((uint64_t)which << 62), k, kept);
}

/* The factor by which each weight keeps its average; g in last places. */
static void adapt(const struct average *a, const struct update_call *c, size_t from, size_t n,
	const float *restrict g, float *restrict mean, float *restrict square, float *restrict beta)
{
	float k = (float)a->k_keep, x[SPAN];

	for (size_t i = 0; i < n; i++)
		x[i] = k * mean[i] + (1 - k) * g[i];
	keep(a, c, from, n, 1, x, mean);
	for (size_t i = 0; i < n; i++) {
		square[i] = rintf(k * square[i] + (1 - k) * g[i] * g[i]);
		float signal = square[i] > 0 ? mean[i] * mean[i] / square[i] : 0;
		beta[i] = k * (1 - (signal < 1 ? signal : 1));
	}
}

static void average_ask(const struct update *u, const struct update_call *c, float *restrict change,
	float *const *memory, size_t n)
{
	const struct average *a = (const struct average *)u;
	float place = (float)ldexp(a->k_range, 1 - a->n_bits), per_place = 1 / place;
	float g[SPAN], beta[SPAN], x[SPAN];

	for (size_t from = 0; from < n; from += SPAN) {
		size_t part = n - from < SPAN ? n - from : SPAN;
		float *restrict v = memory[0] + from;
		for (size_t i = 0; i < part; i++) {
			g[i] = change[from + i] * per_place;
			beta[i] = (float)a->k_keep;
		}
		if (a->adaptive)
			adapt(a, c, from, part, g, memory[1] + from, memory[2] + from, beta);
		for (size_t i = 0; i < part; i++)
			x[i] = beta[i] * v[i] + (1 - beta[i]) * g[i];
		keep(a, c, from, part, 0, x, v);
		for (size_t i = 0; i < part; i++)
			change[from + i] = v[i] * place;
	}
}

const struct update_kind update_average = {
	.head = {"averaged", "a running average of the gradient as pulses", "Huang2020",
		sizeof(struct average), average_fields},
	.operations = average_operations,
	.check = average_check,
	.memory = average_memory,
	.bits = average_bits,
	.ask = average_ask,
};
