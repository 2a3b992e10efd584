/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weights in cells that hold a charge and a level of polarisation (2T1F, FeMFET).
 *
 * Model    y = ((n - 1) level + s y_charge)/(n - 1 + s); update: pulses on the charge; transfer: the
 *          whole steps by which the sum, as the converter gives it, is off a level with its charge at the
 *          middle go into the level (erase, then one pulse whose voltage names the level), and come off
 *          the charge by its own pulses; what is less than half a step stays, or is lost with a reset of
 *          the row. A level lands with sigma k_program
 * Source   [Luo2020], [Sun2018]; the carry that is kept, doc/models.md
 * Assumes  the level that a cell has is known to the logic; cells of a row that get the same level are
 *          programmed at once
 * Valid    up to 256 levels
 * Checked  tests/unit/check_compositions.c, tests/unit/check_hybrid_transfer.c
 */
#include <math.h>

#include "device/synapse_array_priv.h"

static float last_level(const struct part_state *ps)
{
	return (float)ps->part.cell->remanent->n_levels - 1;
}

float part_state_sum(const struct part_state *ps, size_t i, float y_charge)
{
	float n = last_level(ps), s = (float)ps->part.k_span;

	return (n * ps->level[i] + s * y_charge) / (n + s);
}

/* The level nearest to the weight; the charge takes the rest, from its middle. */
static void program(struct synapse_array *a, size_t i, float w)
{
	struct part_state *ps = &a->part[0];
	float n = last_level(ps), s = (float)ps->part.k_span;
	float steps = (1 + synapse_clip(w, -1, 1)) / 2 * (n + s);
	float level = synapse_clip(rintf(steps - s / 2), 0, n);

	ps->level[i] = level / n;
	population_set(&ps->side[0], i, synapse_clip((steps - level) / s, 0, 1));
}

static void update(struct synapse_array *a, struct span *span, struct row_counts *c)
{
	struct part_state *ps = &a->part[0];
	const struct response *r = ps->part.cell->response;
	float n = last_level(ps), s = (float)ps->part.k_span, per_y = (n + s) / s / 2;

	for (int j = 0; j < span->n; j++) {
		float dy = span->dw[j] * per_y;
		span->x[j] = dy * (float)(dy > 0 ? r->n_up : r->n_down);
	}
	synapse_send(ps, span, 0, c);
}

static bool transfers(const struct synapse_array *a)
{
	(void)a;
	return true;
}

static void transfer(struct synapse_array *a, size_t i, uint64_t step, struct row_counts *c)
{
	struct part_state *ps = &a->part[0];
	float n = last_level(ps), s = (float)ps->part.k_span;
	float noise = (float)ps->part.cell->remanent->k_program;
	int from = (int)lrintf(ps->level[i] * n), last = (int)n;
	float steps = synapse_as_read(a, part_state_sum(ps, i, ps->side[0].y[i])) * (n + s);
	float off = steps - (float)from - s / 2;
	int to = from + synapse_whole(off), back;

	to = to < 0 ? 0 : to > last ? last : to;
	back = synapse_round(synapse_pulses(ps->part.cell, (float)(from - to) / s));
	if (a->transfer.remainder == REMAINDER_DROPPED)
		synapse_reset(ps, i, c);
	if (to == from || fabsf(off) * 2 / s < (float)a->transfer.k_threshold)
		return;
	if (noise > 0)
		noise *= rng_normal(ps->transfer_noise[1], i, step);
	ps->level[i] = synapse_clip((float)to / n + noise, 0, 1);
	ps->n_levels_written[i]++;
	c->n_erase++;
	c->n_up++;
	c->n_cells++;
	c->levels[to >> 6] |= (uint64_t)1 << (to & 63);
	c->erased = c->touched = true;
	if (a->transfer.remainder == REMAINDER_CARRIED)
		synapse_take_back(ps, i, back, step, c);
}

const struct synapse_rule synapse_rule_levels = {program, update, transfers, transfer};
