/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weights moved by pulses: single cells, pairs, hybrids.
 *
 * Model    update: k = round(|dy| P) pulses of the part that takes updates, dy = du/2 (single, and each
 *          side of a two-way pair), dy = du (one-sided pair, on the side the sign names);
 *          programming: the pair as far as it goes, the volatile cell what is beyond, else its middle
 *          transfer, of all cells or of those that are off their middle by k_threshold, on the states
 *          as the converter gives them: c = u_volatile k_volatile/k_pair is programmed into the pair;
 *          verified: read, and pulses for what is missing, round after round. The volatile cell is moved
 *          back by its own pulses for what the pair took (nominally, or as verified), the rest stays; or
 *          its row is reset and the rest is lost. Inverting: it is moved to the rest with the other
 *          sign, with which it counts from now on
 *          overflow of a one-sided pair, refresh of one that fills up: erase both sides, program the
 *          difference as it was read
 * Source   [Luo2020], [Ambrogio2018]; differences from the published tool: doc/models.md
 * Assumes  the sign of the volatile part changes where its conversions are added, at no cost
 * Valid    |w| <= 1
 * Checked  tests/unit/check_device.c, tests/unit/check_hybrid_transfer.c
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

static void program(struct synapse_array *s, size_t i, float w)
{
	struct part_state *keeper = &s->part[s->n_parts - 1], *fast = &s->part[0];
	float u = w / (float)keeper->part.k_weight, kept = synapse_clip(u, -1, 1);

	set_u(keeper, i, kept);
	if (s->n_parts > 1)
		set_u(fast, i, fast->sign * synapse_clip(
			(u - kept) * (float)(keeper->part.k_weight / fast->part.k_weight), -1, 1));
}

static void update(struct synapse_array *s, struct span *span, struct row_counts *c)
{
	struct part_state *ps = &s->part[0];
	const struct response *r = ps->part.cell->response;
	float n_up = (float)r->n_up, n_down = (float)r->n_down, per_u = (float)(1 / ps->part.k_weight) * ps->sign;
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

static float seen_u(const struct synapse_array *s, const struct part_state *ps, size_t i)
{
	return part_u(ps, i, synapse_as_read(s, ps->side[0].y[i]),
		ps->n_sides > 1 ? synapse_as_read(s, ps->side[1].y[i]) : 0);
}

/* k pulses to one side of a pair; verified, then those that bring it to y. */
static void bring(const struct synapse_array *s, struct part_state *ps, int side, size_t i, int k, float y,
	uint64_t step, struct row_counts *c)
{
	for (c->round = 0; k != 0 && c->round < s->transfer.n_tries; c->round++) {
		synapse_command(ps, side, i, k, step, c);
		k = synapse_round(synapse_pulses(ps->part.cell, y - synapse_as_read(s, ps->side[side].y[i])));
		if (ps->one_sided && k < 0)
			break; /* too far, and no way back */
	}
	c->round = 0;
}

/* Erase both sides and program the difference u into the side its sign names. */
static void rewrite_pair(const struct synapse_array *s, struct part_state *ps, size_t i, float u, uint64_t step,
	struct row_counts *c)
{
	float y = fabsf(u);

	for (int side = 0; side < SIDES; side++)
		population_erase(&ps->side[side], i, ps->transfer_noise[side], step);
	c->n_erase += SIDES;
	c->erased = c->touched = true;
	bring(s, ps, u < 0, i, synapse_round(synapse_pulses(ps->part.cell, y)), y, step, c);
}

/* Move the pair by c as far as whole pulses go; returns what it took: nominally, or as it is seen then. */
static float add_to_pair(const struct synapse_array *s, struct part_state *ps, size_t i, float c, uint64_t step,
	struct row_counts *rc)
{
	const struct cell *cell = ps->part.cell;
	float u = seen_u(s, ps, i), took;
	float y[SIDES] = {synapse_as_read(s, ps->side[0].y[i]), synapse_as_read(s, ps->side[1].y[i])};

	/* what does not fit the window stays where it is */
	c = synapse_clip(u + c, -1, 1) - u;

	int side = c < 0;

	if (!ps->one_sided) {
		float half = fabsf(c) / 2;
		int up = synapse_whole(synapse_pulses(cell, half)), down = synapse_whole(synapse_pulses(cell, -half));
		bring(s, ps, side, i, up, synapse_clip(y[side] + half, 0, 1), step, rc);
		bring(s, ps, !side, i, down, synapse_clip(y[!side] - half, 0, 1), step, rc);
		took = (float)(up / cell->response->n_up - down / cell->response->n_down);
		if (up == 0 && down == 0)
			return 0;
	} else {
		int k = synapse_whole(synapse_pulses(cell, fabsf(c)));
		took = (float)k / (float)cell->response->n_up;
		if (k == 0)
			return 0;
		if (y[side] + took <= 1) {
			bring(s, ps, side, i, k, y[side] + fabsf(c), step, rc);
		} else {
			rewrite_pair(s, ps, i, u + c, step, rc);
			took = fabsf(c);
		}
	}
	if (s->transfer.n_tries > 1)
		return seen_u(s, ps, i) - u;
	return c < 0 ? -took : took;
}

static void carry(struct synapse_array *s, size_t i, uint64_t step, struct row_counts *rc)
{
	struct part_state *from = &s->part[0], *to = &s->part[1];
	const struct cell *cell = from->part.cell;
	float ratio = (float)(from->part.k_weight / to->part.k_weight), u = seen_u(s, from, i);

	if (fabsf(u) < (float)s->transfer.k_threshold)
		return;

	float took = add_to_pair(s, to, i, u * ratio, step, rc) / ratio;
	float way = s->transfer.invert ? took - 2 * u : -took;

	if (s->transfer.remainder == REMAINDER_DROPPED)
		synapse_reset(from, i, rc);
	else
		synapse_take_back(from, i, synapse_round(synapse_pulses(cell, from->sign * way / 2)), step, rc);
}

static void refresh(
	const struct synapse_array *s, struct part_state *ps, size_t i, uint64_t step, struct row_counts *rc)
{
	float plus = synapse_as_read(s, ps->side[0].y[i]), minus = synapse_as_read(s, ps->side[1].y[i]);
	float high = plus > minus ? plus : minus, low = plus > minus ? minus : plus;

	if (high > REFRESH_HIGH && low > REFRESH_LOW)
		rewrite_pair(s, ps, i, plus - minus, step, rc);
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
		refresh(s, &s->part[0], i, step, rc);
}

const struct synapse_rule synapse_rule_pulses = {program, update, transfers, transfer};
