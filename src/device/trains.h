/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pulse trains of outer products.
 *
 * Model    asked of a cell: -rate x_i d_j, in pulses m = rate |x_i| |d_j| / g, g the step of a weight by one
 *          pulse of the sign that is asked for. Length n = min(ceil(max m), n_slots), or always n_slots;
 *          where max m > n the errors are scaled by n/max m. A slot of row i fires with probability
 *          |x_i| a/sqrt(n), of column j with m_j/(a sqrt(n)), m_j = rate |d_j|/g: balanced: a =
 *          sqrt(max m_j / max |x|), so that both are sqrt(max m/n) at most; else a = sqrt(rate/g) and what
 *          exceeds 1 is clipped. Coincidences are then binomial: mean m, variance m (1 - m/n)
 *          spread: round(n p) slots, on rows evenly over the train, on columns at its beginning, so that
 *          round(p_row n p_col) of them meet, to the rounding of the two
 * Source   [GokmenVlasov2016]; balance [Gokmen2017], length [Rasch2021]
 * Checked  tests/unit/check_outer.c
 */
#ifndef MHO_DEVICE_TRAINS_H
#define MHO_DEVICE_TRAINS_H

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "device/update.h"

struct arena;
struct pulse_kern;

/* The trains of one row and one column vector; a word holds a train, slot s in bit s. */
struct trains {
	int n_slots;
	uint32_t *row;    /* [n_rows] */
	float *row_sign;  /* [n_rows] of the activations */
	bool has_row[2];  /* rows with activations below 0, others */
	uint32_t *column; /* [n_cols] those that fire, in their order: */
	int32_t *at;      /* [n_cols] which */
	int32_t *sign;    /* [n_cols] 1: up */
	int n_columns;
	float *wanted;    /* [n_cols] pulses that an activation of 1 asks for */
	double n_row_pulses, n_column_pulses;
	bool has[2]; /* columns that ask for down, up */
};

struct trains_source {
	const struct pulse_kern *kern;
	struct rng row, column;
};

/* Room for n of them, n_rows x n_cols. */
struct trains *trains_new(struct arena *, int n, int n_rows, int n_cols);

/* x[n_rows], d[n_cols]; g: change of a weight by a pulse down, up. number: of the product. */
void trains_make(struct trains *, const struct update_trains *, const struct trains_source *, const float *x,
	int n_rows, const float *d, int n_cols, double rate, const float g[2], uint64_t number);

/* The same for one row that fires in every slot. */
void trains_of_row(struct trains *, const struct update_trains *, const struct trains_source *, const float *d,
	int n_cols, double rate, const float g[2], uint64_t number);

#endif
