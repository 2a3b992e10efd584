/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traffic and other work beside the arrays.
 *
 * Model    words = bits/bus width, rounded up; a buffer gives or takes one per access time, at least a
 *          clock; networks one per clock after their latency; vector units one step per latency;
 *          with double buffering a phase takes as long as the slowest of arrays and all of these, else
 *          their sum
 *          waking: t_wake, and the charge of the tiles' supply rails, c_rail_per_a v_dd^2
 * Source   [WesteHarris2010]; doc/models.md
 * Assumes  the tiles of a layer work side by side; a word between tiles passes the chip's buffer
 * Valid    any layer
 * Checked  tests/unit/check_chip.c
 */
#include "arch/traffic.h"

#include <math.h>

void wait_for(const struct run *r, double t_main, const struct beside *beside, int n)
{
	const struct beside *last = NULL;

	for (int i = 0; i < n; i++) {
		r->bill.ledger->busy[r->bill.phase][beside[i].leaf] += beside[i].t;
		if (!r->chip->design->double_buffer)
			bill_add(r->bill, beside[i].leaf, beside[i].t, 0);
		else if (beside[i].t > (last ? last->t : t_main))
			last = &beside[i];
	}
	if (last)
		bill_add(r->bill, last->leaf, last->t - t_main, 0);
}

void book_words(const struct run *r, double n_tile_words, double n_chip_words)
{
	double n_bus = r->chip->design->bus.n_bits;

	bill_bits(r->bill, LEAF_TILE_HTREE, n_tile_words * n_bus);
	bill_bits(r->bill, r->chip->leaf_noc, n_chip_words * n_bus);
	bill_add(r->bill, LEAF_TILE_HTREE, 0, n_tile_words * r->chip->tile_htree.est.energy);
	bill_add(r->bill, r->chip->leaf_noc, 0, n_chip_words * r->chip->noc.est.energy);
}

void book_work(const struct run *r, const struct work *w, struct beside *t)
{
	const struct vector_set *v = &r->chip->vector;

	for (int i = 0; i < VECTOR_LEAVES; i++) {
		t[i] = (struct beside){LEAF_VECTOR + i, 0};
		if (w->n_ops[i] <= 0 || v->unit[i].area <= 0)
			continue;
		double n_steps = w->n_ops[i] / v->n_per_step[i];
		bill_add(r->bill, LEAF_VECTOR + i, 0, n_steps * v->unit[i].energy);
		t[i].t = ceil(n_steps) * v->unit[i].latency;
	}
}

static double t_accesses(const struct buffer_est *b, const struct tech *t, double n)
{
	return n * fmax(b->t_access, 1 / t->node->f_clock);
}

double t_memory(const struct chip *c, double n_bits)
{
	return c->memory ? memory_t(c->memory, n_bits, c->design->double_buffer) : 0;
}

void book_memory(const struct run *r, double n_bits)
{
	if (!r->chip->memory)
		return;
	bill_add(r->bill, LEAF_MEMORY, 0, memory_e(r->chip->memory, n_bits));
	bill_bits(r->bill, LEAF_MEMORY, n_bits);
}

void book_traffic(const struct run *r, struct traffic f, double t_main)
{
	const struct chip *c = r->chip;
	double n_tiles = r->placed->n_tiles;
	double n_read = chip_words(c, f.n_tile_read), n_write = chip_words(c, f.n_tile_write);
	double n_chip_read = chip_words(c, f.n_chip_read), n_chip_write = chip_words(c, f.n_chip_write);
	double n_tree = chip_words(c, f.n_tile_net);
	double n_net = c->mapping.n_tiles > 1 ? chip_words(c, f.n_chip_net) : 0;
	struct beside beside[5 + VECTOR_LEAVES] = {
		{LEAF_TILE_BUFFER, t_accesses(&c->tile_buffer, c->tech, (n_read + n_write) / n_tiles)},
		{LEAF_TILE_HTREE, htree_t_words(&c->tile_htree, c->tech, n_tree / n_tiles)},
		{LEAF_CHIP_BUFFER, t_accesses(&c->chip_buffer, c->tech, n_chip_read + n_chip_write)},
		{c->leaf_noc, noc_t_words(&c->noc, c->tech, n_net)},
		{LEAF_MEMORY, t_memory(c, f.n_memory)},
	};

	bill_add(r->bill, LEAF_TILE_BUFFER, 0,
		n_read * c->tile_buffer.e_read + n_write * c->tile_buffer.e_write);
	bill_add(r->bill, LEAF_CHIP_BUFFER, 0,
		n_chip_read * c->chip_buffer.e_read + n_chip_write * c->chip_buffer.e_write);
	book_words(r, n_tree, n_net);
	bill_bits(r->bill, LEAF_TILE_BUFFER, f.n_tile_read + f.n_tile_write);
	bill_bits(r->bill, LEAF_CHIP_BUFFER, f.n_chip_read + f.n_chip_write);
	bill_add(r->bill, LEAF_PE_SHIFT, 0, f.n_shifts * c->hand_on.energy);
	book_memory(r, f.n_memory);
	book_work(r, &f.work, beside + 5);
	wait_for(r, t_main, beside, 5 + VECTOR_LEAVES);
}

void book_wake(const struct run *r)
{
	const struct chip *c = r->chip;
	const struct design_gating *g = c->design->power_gating;
	double v_dd = c->tech->v_dd;

	if (!g)
		return;
	bill_add(r->bill, LEAF_TILE_GATE, g->t_wake,
		r->placed->n_tiles * c->tile_plan.w * c->tile_plan.h * g->c_rail_per_a * v_dd * v_dd);
}
