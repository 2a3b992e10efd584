/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vector unit of a chip.
 *
 * Model    n_lanes of each unit that the network needs (circuit: vector_unit for sums on their way to
 *          values; relu, pool_max of two, residual_add, batch_norm, softmax); a function of one variable
 *          (sigmoid, tanh) is a slope and an offset of one of N_SEGMENTS segments: the batch_norm unit;
 *          products of activations run on n_lanes x n_lanes multiply-accumulators
 * Source   [WesteHarris2010]; the units' own sources
 * Assumes  average pooling is additions and one scaling; units work behind each other on one stream, so
 *          the slowest counts when transfers are hidden; the backward of an operation costs what
 *          its forward costs
 * Valid    any network
 * Checked  tests/unit/check_chip.c
 */
#include "arch/vector.h"

#include <math.h>

#include "circuit/elementwise.h"
#include "circuit/mac_array.h"
#include "circuit/pool.h"
#include "circuit/softmax.h"
#include "circuit/vector_unit.h"

#define N_SEGMENTS     16   /* of a function of one variable */
#define N_SOFTMAX_MAX  1024 /* values of a vector that wait in the unit */
#define N_MAC_SIDE_MAX 128

static const enum vector_leaf unit_of[WORK_OPS] = {
	[WORK_RECTIFY] = VECTOR_RELU,
	[WORK_LOOKUP] = VECTOR_LOOKUP,
	[WORK_MAX] = VECTOR_MAX,
	[WORK_ADD] = VECTOR_ADD,
	[WORK_SCALE] = VECTOR_SCALE,
	[WORK_SOFTMAX] = VECTOR_SOFTMAX,
	[WORK_MAC] = VECTOR_MAC,
};

void work_add(struct work *w, const struct layer *l)
{
	struct layer_work work[LAYER_MAX_WORK];
	int n = layer_work(l, work);

	for (int i = 0; i < n; i++)
		w->n_ops[unit_of[work[i].op]] += work[i].n_ops;
	if (l->i_weight >= 0) {
		struct matrix m = layer_matrix(l);
		w->n_ops[VECTOR_REQUANTISE] += (double)m.n_vectors * m.n_cols * m.n_groups;
	}
}

static struct est unit(const struct design *z, const struct tech *t, enum vector_leaf op, int n_bits,
	int n_bits_sum, double n_ops)
{
	int n_lanes = z->vector.n_lanes;
	struct elementwise each = {.n_lanes = n_lanes, .n_bits = n_bits, .n_channels = N_SEGMENTS};

	switch (op) {
	case VECTOR_REQUANTISE:
		return vector_unit_estimate(&(struct vector_unit){.n_lanes = n_lanes,
						    .n_bits_in = n_bits_sum,
						    .n_bits_out = n_bits},
			t);
	case VECTOR_RELU:
		return relu_estimate(&each, t);
	case VECTOR_LOOKUP:
	case VECTOR_SCALE:
		return norm_estimate(&each, t);
	case VECTOR_MAX:
		return pool_max_estimate(
			&(struct pool){.n_lanes = n_lanes, .n_window = 2, .n_bits = n_bits}, t);
	case VECTOR_ADD:
		return residual_estimate(&each, t);
	case VECTOR_SOFTMAX:
		return softmax_estimate(
			&(struct softmax){.n_lanes = n_lanes,
				.n_per_lane = (int)ceil(fmin(n_ops, N_SOFTMAX_MAX) / n_lanes),
				.n_bits = 2 * n_bits},
			t);
	case VECTOR_MAC:
		return mac_array_estimate(&(struct mac_array){.n_side = (int)fmin(n_lanes, N_MAC_SIDE_MAX),
						  .n_bits_x = n_bits,
						  .n_bits_y = n_bits,
						  .n_bits_sum = n_bits_sum},
			t);
	case VECTOR_LEAVES:
		break;
	}
	return (struct est){0};
}

struct vector_set vector_make(const struct design *z, const struct tech *t, const struct work *total,
	int n_bits_sum)
{
	struct vector_set v = {.n_lanes = z->vector.n_lanes};
	int n_bits = z->input.n_bits;

	if (z->training && z->error.n_bits > n_bits)
		n_bits = z->error.n_bits;
	for (int i = 0; i < VECTOR_LEAVES; i++) {
		double n_ops = total->n_ops[i], side = fmin(v.n_lanes, N_MAC_SIDE_MAX);
		if (n_ops <= 0)
			continue;
		v.unit[i] = unit(z, t, (enum vector_leaf)i, n_bits, n_bits_sum, n_ops);
		v.n_per_step[i] = v.n_lanes;
		if (i == VECTOR_SOFTMAX)
			v.n_per_step[i] *= ceil(fmin(n_ops, N_SOFTMAX_MAX) / v.n_lanes);
		if (i == VECTOR_MAC)
			v.n_per_step[i] = side * side;
	}
	return v;
}
