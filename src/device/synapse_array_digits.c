/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weights as digits: every update reads the digits of a weight, adds a whole number of last places and
 * writes the digits that differ.
 *
 * Model    v = round(dw/step) added to the number the digits make, clipped to its range; offset:
 *          w = 2 v/(2^(b n) - 1) - 1; pair: w = v/(2^(b n) - 1), the digits of |v| on the side the
 *          sign names. Writing a digit: |d' - d|/(2^b - 1) of a full train, at least one pulse, then
 *          the level with the noise of one pulse; a one-sided cell goes down by an erase first
 * Source   [ChenPeng2018] (digital cells); [Shafiee2016] (slices)
 * Assumes  digits are read as the nearest level; writing is verified
 * Valid    up to 16 bits
 * Checked  tests/unit/check_compositions.c
 */
#include <math.h>

#include "device/pulse_kern.h"
#include "device/synapse_array_priv.h"

/* Digits of all parts: the largest, and the number they make at most. */
static int top_digit(const struct part_state *ps)
{
	return (1 << ps->part.n_bits) - 1;
}

static int top_value(const struct synapse_array *s)
{
	return (1 << (s->part[0].part.n_bits * s->n_parts)) - 1;
}

static int digit_of(const struct part_state *ps, int side, size_t i)
{
	return (int)lrintf(ps->side[side].y[i] * (float)top_digit(ps));
}

/* The number that the digits of one side make. */
static int value_of(const struct synapse_array *s, int side, size_t i)
{
	int v = 0;

	for (int p = s->n_parts - 1; p >= 0; p--)
		v = (v << s->part[p].part.n_bits) + digit_of(&s->part[p], side, i);
	return v;
}

static int number_of(const struct synapse_array *s, size_t i)
{
	return s->part[0].n_sides == SIDES ? value_of(s, 0, i) - value_of(s, 1, i) : value_of(s, 0, i);
}

static void write_digit(struct part_state *ps, int side, size_t i, int digit, uint64_t step,
	struct row_counts *c)
{
	const struct cell *cell = ps->part.cell;
	float top = (float)top_digit(ps), noise = (float)cell->variation.k_cycle;
	int from = digit_of(ps, side, i), sign = digit > from ? 1 : -1;

	if (digit == from)
		return;
	if (ps->one_sided && sign < 0) {
		population_erase(&ps->side[side], i, ps->noise[side], step);
		c->n_erase++;
		c->erased = c->touched = true;
		from = 0;
		sign = 1;
	}
	int k = 0;

	if (digit != from) {
		k = synapse_round(fabsf(synapse_pulses(cell, (float)(digit - from) / top)));
		/* a memory that writes a row at once knows no polarity */
		k = k > 1 ? k : 1;
		row_count(c, (cell_structure(cell)->one_write ? 1 : sign) * k);
	}
	if (noise > 0)
		noise *= rng_normal(ps->noise[side], i, step);
	population_write(&ps->side[side], i, k, synapse_clip((float)digit / top + noise, 0, 1));
}

static void write_value(
	struct synapse_array *s, int side, size_t i, int v, uint64_t step, struct row_counts *c)
{
	for (int p = 0; p < s->n_parts; p++) {
		write_digit(&s->part[p], side, i, v & top_digit(&s->part[p]), step, c);
		v >>= s->part[p].part.n_bits;
	}
}

static void write_number(struct synapse_array *s, size_t i, int v, uint64_t step, struct row_counts *c)
{
	if (s->part[0].n_sides == 1) {
		write_value(s, 0, i, v, step, c);
		return;
	}
	write_value(s, 0, i, v > 0 ? v : 0, step, c);
	write_value(s, 1, i, v < 0 ? -v : 0, step, c);
}

static void set_value(struct synapse_array *s, int side, size_t i, int v)
{
	for (int p = 0; p < s->n_parts; p++) {
		int top = top_digit(&s->part[p]);
		population_set(&s->part[p].side[side], i, (float)(v & top) / (float)top);
		v >>= s->part[p].part.n_bits;
	}
}

static void program(struct synapse_array *s, size_t i, float w)
{
	float top = (float)top_value(s);

	w = synapse_clip(w, -1, 1);
	if (s->part[0].n_sides == 1) {
		set_value(s, 0, i, (int)lrintf((1 + w) / 2 * top));
		return;
	}
	set_value(s, 0, i, w > 0 ? (int)lrintf(w * top) : 0);
	set_value(s, 1, i, w < 0 ? (int)lrintf(-w * top) : 0);
}

static void update(struct synapse_array *s, struct span *span, struct row_counts *c)
{
	bool pair = s->part[0].n_sides == SIDES;
	int top = top_value(s), bottom = pair ? -top : 0;
	float per_step = pair ? (float)top : (float)top / 2;

	for (int j = 0; j < span->n; j++)
		span->x[j] = span->dw[j] * per_step;
	s->part[0].side[0].kern->round(span->x, span->from, (size_t)span->n, span->stochastic,
		span->rounding, span->step, span->k);
	for (int j = 0; j < span->n; j++) {
		if (span->k[j] == 0)
			continue;
		size_t i = span->from + (size_t)j;
		int v = number_of(s, i) + span->k[j];
		write_number(s, i, v < bottom ? bottom : v > top ? top : v, span->step, c);
	}
}

static bool transfers(const struct synapse_array *s)
{
	(void)s;
	return false;
}

const struct synapse_rule synapse_rule_digits = {program, update, transfers, NULL};
