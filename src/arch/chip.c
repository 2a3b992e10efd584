/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chip composition.
 *
 * Model    processing element: adder tree over its subarrays, one lane per converter;
 *          tile: adder tree over its elements (in training also an adder per lane for sums that overlap, if errors are propagated),
 *          buffer, H-tree; chip: adder tree over
 *          tiles, buffers, network, vector unit, gradient unit, external memory. Each level is a grid
 *          of the level below with its own circuits in the holes and below (floorplan.c)
 *          kernel positions: per row of a subarray a register of one value, and wires of a
 *          subarray's pitch to the next position
 * Source   [WesteHarris2010]; sizes in bits follow from the network (storage.c)
 * Assumes  trees run over the blocks; memory devices have no area on the chip
 * Valid    any design
 * Checked  tests/unit/check_price.c, tests/unit/check_chip.c
 */
#include "arch/chip.h"
#include "arch/phase_outer.h"

#include <math.h>

#include "circuit/adder.h"
#include "circuit/adder_tree.h"
#include "circuit/decoder.h"
#include "circuit/register.h"
#include "circuit/wire.h"

static void size_buffers(struct chip *c)
{
	const struct design *z = c->design;
	const struct storage *s = &c->storage;

	c->storage = storage_make(z, &c->mapping, c->n_bits_sum);
	c->tile_buffer = buffer_estimate(
		&(struct buffer){.n_bits = s->n_tile, .n_word = z->bus.n_bits}, c->tech);
	c->chip_buffer = buffer_estimate(
		&(struct buffer){.n_bits = s->n_chip, .n_word = z->bus.n_bits}, c->tech);
	c->gradient_buffer =
		buffer_estimate(&(struct buffer){.n_bits = s->n_gradient,
					.n_word = z->gradient.n_side * z->gradient.n_bits},
			c->tech);
}

static void make_trees(struct chip *c)
{
	const struct design *z = c->design;
	int n_pe = z->mapping.n_subarrays_per_pe, n_tile = z->mapping.n_pes_per_tile;
	int n_bits = c->subarray.n_bits_sum;

	c->pe_tree =
		adder_tree_estimate(&(struct adder_tree){.n_in = n_pe, .n_bits = n_bits}, c->tech);
	n_bits += decoder_bits(n_pe);
	c->tile_tree = adder_tree_estimate(
		&(struct adder_tree){.n_in = n_tile, .n_bits = n_bits}, c->tech);
	n_bits += decoder_bits(n_tile);
	c->chip_tree = adder_tree_estimate(
		&(struct adder_tree){.n_in = c->mapping.n_tiles, .n_bits = n_bits}, c->tech);
	c->n_bits_sum = n_bits + decoder_bits(c->mapping.n_tiles);
	if (c->subarray.k_transposed > 0)
		c->overlap = est_then(adder_bits(c->tech, c->n_bits_sum), reg_bits(c->tech, c->n_bits_sum));
}

/* The register of a row that takes a value, and the wires to the next position. */
static void make_hand_on(struct chip *c)
{
	const struct design *z = c->design;
	const struct tech *t = c->tech;
	struct repeated w = wire_repeated(t, t->intermediate);
	double l = z->input.n_bits * sqrt(c->subarray_plan.w * c->subarray_plan.h);

	if (z->mapping.kind != MAPPING_POSITION)
		return;
	c->hand_on = reg_bits(t, z->input.n_bits);
	c->hand_on.area += l * w.a_per_l;
	c->hand_on.energy += t->node->activity.k_bus * l * w.e_per_l;
	c->hand_on.leakage += l * w.p_per_l;
}

/* White space of n blocks of one level: what their boxes cover beyond what lies in them. */
static void build_white(struct ledger *l, int leaf, double n, double a_white)
{
	if (a_white > 0)
		ledger_build(l, leaf, n, a_white, 0);
}

/* Arrays of feedback between those of the weights: boxes of the mean size. */
static struct plan build_feedback(const struct chip *c, struct ledger *l)
{
	const struct subarray *s = &c->projection.subarray;
	struct plan mean = c->subarray_plan;
	double n = c->mapping.n_feedback, n_all = n + c->mapping.n_subarrays, a_box = mean.w * mean.h;

	if (n <= 0)
		return mean;

	struct plan own = subarray_plan(s, c->tech);
	double k = sqrt(((n_all - n) * a_box + n * own.w * own.h) / (n_all * a_box));

	ledger_build(l, LEAF_PE_FEEDBACK, n, own.w * own.h, s->leakage);
	mean.w *= k;
	mean.h *= k;
	return mean;
}

static void build_pes(struct chip *c, struct ledger *l)
{
	const struct mapping *m = &c->mapping;
	int n_per_pe = c->design->mapping.n_subarrays_per_pe;
	double n_lanes = c->subarray.n_adders, n_rows = (double)n_per_pe * c->subarray.n_rows;

	subarray_build(&c->subarray, c->tech, m->n_subarrays, l);
	c->subarray_plan = subarray_plan(&c->subarray, c->tech);
	build_white(l, LEAF_SUBARRAY_WHITE, m->n_subarrays, c->subarray_plan.a_white);

	struct plan block = build_feedback(c, l);

	make_hand_on(c);
	ledger_build(l, LEAF_PE_TREE, m->n_pes * n_lanes, c->pe_tree.area, c->pe_tree.leakage);
	if (c->hand_on.area > 0)
		ledger_build(l, LEAF_PE_SHIFT, m->n_pes * n_rows, c->hand_on.area, c->hand_on.leakage);
	c->pe_plan = plan_grid(&block, n_per_pe,
		n_lanes * c->pe_tree.area + n_rows * c->hand_on.area);
	build_white(l, LEAF_PE_WHITE, m->n_pes, c->pe_plan.a_white);
}

static void build_tiles(struct chip *c, struct ledger *l)
{
	const struct mapping *m = &c->mapping;
	const struct design_mapping *z = &c->design->mapping;
	int n_pes = z->n_pes_per_tile < m->n_pes ? z->n_pes_per_tile : m->n_pes;
	double n_lanes = c->subarray.n_adders;
	struct est lane = est_beside(c->tile_tree, c->overlap);
	double a_soft = n_lanes * lane.area + c->tile_buffer.area;
	struct plan inside = plan_grid(&c->pe_plan, n_pes, a_soft);
	int n_leaves = z->n_subarrays_per_pe * n_pes;

	c->tile_htree = htree_estimate(&(struct htree){.l_side = sqrt(inside.w * inside.h),
					       .n_leaves = n_leaves,
					       .n_bits = c->design->bus.n_bits},
		c->tech);
	c->tile_plan = plan_grid(&c->pe_plan, n_pes, a_soft + c->tile_htree.est.area);
	ledger_build(l, LEAF_TILE_TREE, m->n_tiles * n_lanes, lane.area, lane.leakage);
	ledger_build(l, LEAF_TILE_BUFFER, m->n_tiles, c->tile_buffer.area, c->tile_buffer.leakage);
	ledger_build(
		l, LEAF_TILE_HTREE, m->n_tiles, c->tile_htree.est.area, c->tile_htree.est.leakage);
	if (c->design->power_gating)
		ledger_build(l, LEAF_TILE_GATE, m->n_tiles, 0, 0);

	/* the last tile may lack processing elements */
	double a_missing = ((double)m->n_tiles * n_pes - m->n_pes) * c->pe_plan.w * c->pe_plan.h;

	build_white(l, LEAF_TILE_WHITE, m->n_tiles, c->tile_plan.a_white + a_missing / m->n_tiles);
}

static void build_vector(struct chip *c, struct ledger *l)
{
	struct work total = {.n_ops = {0}};

	for (int i = 0; i < c->mapping.n_layers; i++)
		for (int k = 0; k < VECTOR_LEAVES; k++)
			total.n_ops[k] += c->mapping.layer[i].work.n_ops[k] + outer_work(c, i).n_ops[k];
	for (int i = 0; i < c->mapping.n_layers; i++)
		total.n_ops[VECTOR_SCALE] += c->projection.n_squares * c->mapping.layer[i].n_feedback;
	c->vector = vector_make(c->design, c->tech, &total, c->n_bits_sum);
	for (int k = 0; k < VECTOR_LEAVES; k++)
		if (c->vector.unit[k].area > 0)
			ledger_build(l, LEAF_VECTOR + k, 1, c->vector.unit[k].area,
				c->vector.unit[k].leakage);
}

static void build_gradient(struct chip *c, struct ledger *l)
{
	const struct gradient_unit *g = &c->gradient;

	c->gradient = gradient_unit_make(c->design, c->tech);
	if (g->n_units == 0)
		return;
	ledger_build(l, LEAF_GRADIENT_UNIT, g->n_units, g->unit.area, g->unit.leakage);
	if (g->accumulator.area > 0)
		ledger_build(l, LEAF_GRADIENT_ACCUMULATOR, 1, g->accumulator.area, g->accumulator.leakage);
	ledger_build(
		l, LEAF_GRADIENT_BUFFER, 1, c->gradient_buffer.area, c->gradient_buffer.leakage);
}

static void build_update(struct chip *c, struct ledger *l)
{
	const struct update_unit *u = &c->update;

	c->update = update_unit_make(c->design, c->tech, &c->mapping);
	if (u->unit.area > 0)
		ledger_build(l, LEAF_UPDATE_UNIT, 1, u->unit.area, u->unit.leakage);
	if (u->memory.area > 0)
		ledger_build(l, LEAF_UPDATE_MEMORY, 1, u->memory.area, u->memory.leakage);
}

static void build_chip(struct chip *c, struct ledger *l)
{
	const struct mapping *m = &c->mapping;
	double a_tiles = ledger_area(l), a_soft;
	struct plan inside = plan_grid(&c->tile_plan, m->n_tiles, 0);

	c->leaf_noc = c->design->interconnect.kind == INTERCONNECT_MESH ? LEAF_CHIP_MESH : LEAF_CHIP_HTREE;
	ledger_build(l, LEAF_CHIP_TREE, m->n_tiles > 1 ? c->subarray.n_adders : 0,
		c->chip_tree.area, c->chip_tree.leakage);
	ledger_build(l, LEAF_CHIP_BUFFER, 1, c->chip_buffer.area, c->chip_buffer.leakage);
	c->noc = noc_make(c->design, c->tech, &inside, m->n_tiles);
	if (c->noc.count > 0)
		ledger_build(l, c->leaf_noc, c->noc.count, c->noc.est.area / c->noc.count,
			c->noc.est.leakage / c->noc.count);
	build_vector(c, l);
	build_gradient(c, l);
	build_update(c, l);
	c->memory = memory_of(c->design->memory);
	if (c->memory)
		ledger_build(l, LEAF_MEMORY, c->memory->n_devices, 0, c->memory->device->p_idle);
	a_soft = ledger_area(l) - a_tiles;
	c->chip_plan = plan_grid(&c->tile_plan, m->n_tiles, a_soft);
	build_white(l, LEAF_CHIP_WHITE, 1, c->chip_plan.a_white);
}

struct chip chip_make(const struct design *z, const struct tech *t, const struct subarray *s,
	const struct mapping *m, const struct projection *f, struct ledger *l)
{
	struct chip c = {.design = z, .tech = t, .subarray = *s, .mapping = *m, .projection = *f};

	make_trees(&c);
	size_buffers(&c);
	*l = (struct ledger){.n_arrays = s->n_arrays,
		.fast_slow = synapse_is_fast_slow(z->synapse),
		.n_subarrays = m->n_subarrays,
		.n_pes = m->n_pes,
		.n_tiles = m->n_tiles};
	build_pes(&c, l);
	build_tiles(&c, l);
	build_chip(&c, l);
	return c;
}

double chip_words(const struct chip *c, double n_bits)
{
	return ceil(n_bits / c->design->bus.n_bits);
}
