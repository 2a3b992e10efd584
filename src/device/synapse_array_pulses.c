/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weights moved by pulses: single cells, pairs, hybrids.
 *
 * Model    update: k = round(|dy| P) pulses of the part that takes updates, dy = du/2 (single, and each
 *          side of a two-way pair), dy = du (one-sided pair, on the side the sign names);
 *          transfer: c = u_volatile k_volatile/k_pair is programmed into the pair; the volatile cell is
 *          moved back by its own pulses for what the pair took nominally, the rest stays (carried);
 *          overflow of a one-sided pair: erase both sides, program the difference
 * Source   [Luo2020], [Ambrogio2018]; differences from the published tool: doc/models.md
 * Assumes  transfers read exactly (the converter's rounding of the transfer read is not applied)
 * Valid    |w| <= 1
 * Checked  tests/unit/check_device.c
 */
#include <math.h>

#include "device/synapse_array_priv.h"

/* A one-sided pair is refreshed when one side is above HIGH and the other above LOW of its window. */
#define REFRESH_HIGH 0.75f /* [Nandakumar2020] */
#define REFRESH_LOW  0.25f

static void set_u(struct part_state *ps, size_t i, float u)
{
	if (ps->n_sides == 1) {
		population_set(&ps->side[0], i, (1 + u) / 2);
	} else if (ps->one_sided) {
		population_set(&ps->side[0], i, u > 0 ? u : 0);
		population_set(&ps->side[1], i, u < 0 ? -u : 0);
	} else {
		population_set(&ps->side[0], i, (1 + u) / 2);
		population_set(&ps->side[1], i, (1 - u) / 2);
	}
}

/* Into the non-volatile part; the volatile part at zero. */
static void program(struct synapse_array *s, size_t i, float w)
{
	struct part_state *keeper = &s->part[s->n_parts - 1];

	set_u(keeper, i, synapse_clip(w / (float)keeper->part.k_weight, -1, 1));
	if (s->n_parts > 1)
		set_u(&s->part[0], i, 0);
}

static void update(struct synapse_array *s, struct span *span, struct row_counts *c)
{
	struct part_state *ps = &s->part[0];
	const struct response *r = ps->part.cell->response;
	float n_up = (float)r->n_up, n_down = (float)r->n_down, per_u = (float)(1 / ps->part.k_weight);
	const float *restrict dw = span->dw;
	float *restrict x = span->x;

	for (int side = 0; side < ps->n_sides; side++) {
		float sign = side ? -per_u : per_u;
		for (int j = 0; ps->one_sided && j < span->n; j++) {
			float up = dw[j] * sign; /* each side takes the changes of its own sign, upward */
			x[j] = (up < 0 ? 0 : up) * n_up;
		}
		for (int j = 0; !ps->one_sided && j < span->n; j++) {
			float dy = dw[j] * sign / 2;
			x[j] = dy * (dy > 0 ? n_up : n_down);
		}
		synapse_send(ps, span, side, c);
	}
}

/* Erase both sides and program the difference u into the side its sign names. */
static void rewrite_pair(struct part_state *ps, size_t i, float u, uint64_t step, struct row_counts *c)
{
	for (int side = 0; side < SIDES; side++)
		population_erase(&ps->side[side], i, ps->transfer_noise[side], step);
	c->n_erase += SIDES;
	c->erased = c->touched = true;

	synapse_command(ps, u < 0, i, synapse_round(synapse_pulses(ps->part.cell, fabsf(u))), step, c);
}

/* Move the pair by c as far as whole pulses go; returns what it took nominally. */
static float add_to_pair(struct part_state *ps, size_t i, float c, uint64_t step, struct row_counts *rc)
{
	const struct cell *cell = ps->part.cell;
	float u = part_state_u(ps, i);
	int side = c < 0;

	/* what does not fit the window stays where it is */
	c = synapse_clip(u + c, -1, 1) - u;
	if (!ps->one_sided) {
		int up = synapse_round(synapse_pulses(cell, fabsf(c) / 2));
		int down = synapse_round(synapse_pulses(cell, -fabsf(c) / 2));
		synapse_command(ps, side, i, up, step, rc);
		synapse_command(ps, !side, i, down, step, rc);
		float took = (float)(up / cell->response->n_up - down / cell->response->n_down);
		return c < 0 ? -took : took;
	}

	int k = synapse_round(synapse_pulses(cell, fabsf(c)));
	float took = (float)k / (float)cell->response->n_up;

	if (k == 0)
		return 0;
	if (ps->side[side].y[i] + took <= 1) {
		synapse_command(ps, side, i, k, step, rc);
		return c < 0 ? -took : took;
	}

	rewrite_pair(ps, i, u + c, step, rc);
	return c;
}

static void carry(struct synapse_array *s, size_t i, uint64_t step, struct row_counts *rc)
{
	struct part_state *from = &s->part[0], *to = &s->part[1];
	float ratio = (float)(from->part.k_weight / to->part.k_weight);
	float took = add_to_pair(to, i, part_state_u(from, i) * ratio, step, rc);

	if (took != 0)
		synapse_take_back(from, i, synapse_round(synapse_pulses(from->part.cell, -took / ratio / 2)),
			step, rc);
}

static void refresh(struct part_state *ps, size_t i, uint64_t step, struct row_counts *rc)
{
	float plus = ps->side[0].y[i], minus = ps->side[1].y[i];
	float high = plus > minus ? plus : minus, low = plus > minus ? minus : plus;

	if (high > REFRESH_HIGH && low > REFRESH_LOW)
		rewrite_pair(ps, i, plus - minus, step, rc);
}

static bool transfers(const struct synapse_array *s)
{
	return s->n_parts > 1 || (s->part[0].n_sides == SIDES && s->part[0].one_sided);
}

static void transfer(struct synapse_array *s, size_t i, uint64_t step, struct row_counts *rc)
{
	if (s->n_parts > 1)
		carry(s, i, step, rc);
	else
		refresh(&s->part[0], i, step, rc);
}

const struct synapse_rule synapse_rule_pulses = {program, update, transfers, transfer};
