/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chip composition.
 *
 * Model    processing element: adder tree over its subarrays, one lane per converter;
 *          tile: adder tree over its elements, buffer, H-tree; chip: adder tree over
 *          tiles, buffers, H-tree, vector unit, gradient engine. Tile buffer: K lines of
 *          a layer's input, or of the errors that overlap-add into them; chip buffer:
 *          inputs of all layers for one image, two error maps; gradient buffer: one sum
 *          per weight
 * Source   [WesteHarris2010]; sizes in bits follow from the network
 * Assumes  square blocks without white space; trees run over the blocks
 * Valid    everything stays on the chip
 * Checked  tests/unit/check_price.c
 */
#include "arch/chip.h"

#include <math.h>

#include "circuit/adder_tree.h"
#include "circuit/decoder.h"
#include "circuit/mac_array.h"
#include "circuit/vector_unit.h"

#define N_VECTOR_LANES 16

/* Bits of the K lines of its input that a layer works on. */
static double window(const struct placed *p)
{
	const struct shape *in = &p->layer->in;
	double n_kernel = fmax(1, (double)p->matrix.n_rows * p->matrix.n_groups / in->c);

	return fmin(shape_size(*in), in->c * (double)in->w * ceil(sqrt(n_kernel)));
}

static void size_buffers(struct chip *c)
{
	const struct design *z = c->design;
	double n_tile = 0, n_chip = 0, n_all = 0, n_error = 0, n_weights = 0;

	for (int i = 0; i < c->mapping.n_layers; i++) {
		const struct placed *p = &c->mapping.layer[i];
		double n_raw = (double)p->matrix.n_vectors * p->matrix.n_cols * p->matrix.n_groups;
		n_tile = fmax(n_tile, window(p) * fmax(z->input.n_bits, c->n_bits_sum));
		/* at inference a layer's input may go when its output stands */
		n_chip = fmax(n_chip, ((double)shape_size(p->layer->in) + p->n_out) * z->input.n_bits);
		n_all += (double)shape_size(p->layer->in) * z->input.n_bits;
		n_error = fmax(n_error, n_raw * z->error.n_bits);
		n_weights += matrix_weights(p->matrix);
	}
	c->tile_buffer = buffer_estimate(
		&(struct buffer){.n_bits = n_tile, .n_word = z->bus.n_bits}, c->tech);
	if (z->training)
		n_chip = n_all + 2 * n_error;
	c->chip_buffer = buffer_estimate(
		&(struct buffer){.n_bits = n_chip, .n_word = z->bus.n_bits}, c->tech);
	if (!z->training)
		return;
	c->gradient_buffer =
		buffer_estimate(&(struct buffer){.n_bits = n_weights * z->gradient.n_bits,
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
}

static void build(struct chip *c, struct ledger *l)
{
	const struct mapping *m = &c->mapping;
	int n_lanes = c->subarray.n_converters;
	int n_per_tile = c->design->mapping.n_subarrays_per_pe * c->design->mapping.n_pes_per_tile;

	subarray_build(&c->subarray, c->tech, m->n_subarrays, l);
	ledger_build(
		l, LEAF_PE_TREE, (double)m->n_pes * n_lanes, c->pe_tree.area, c->pe_tree.leakage);
	ledger_build(l, LEAF_TILE_TREE, (double)m->n_tiles * n_lanes, c->tile_tree.area,
		c->tile_tree.leakage);
	ledger_build(l, LEAF_TILE_BUFFER, m->n_tiles, c->tile_buffer.area, c->tile_buffer.leakage);

	/* the trees span what has been built so far */
	double l_tile = sqrt(ledger_area(l) / m->n_tiles);

	c->tile_htree = htree_estimate(
		&(struct htree){.l_side = l_tile,
			.n_leaves = n_per_tile < m->n_subarrays ? n_per_tile : m->n_subarrays,
			.n_bits = c->design->bus.n_bits},
		c->tech);
	ledger_build(
		l, LEAF_TILE_HTREE, m->n_tiles, c->tile_htree.est.area, c->tile_htree.est.leakage);
	ledger_build(l, LEAF_CHIP_TREE, m->n_tiles > 1 ? n_lanes : 0, c->chip_tree.area,
		c->chip_tree.leakage);
	c->chip_htree = htree_estimate(&(struct htree){.l_side = sqrt(ledger_area(l)),
					       .n_leaves = m->n_tiles,
					       .n_bits = c->design->bus.n_bits,
					       .on_global = true},
		c->tech);
	ledger_build(l, LEAF_CHIP_HTREE, m->n_tiles > 1, c->chip_htree.est.area,
		c->chip_htree.est.leakage);
	ledger_build(l, LEAF_CHIP_BUFFER, 1, c->chip_buffer.area, c->chip_buffer.leakage);
	ledger_build(l, LEAF_VECTOR, 1, c->vector_unit.area, c->vector_unit.leakage);
	if (!c->design->training)
		return;
	ledger_build(l, LEAF_GRADIENT_UNIT, 1, c->mac_array.area, c->mac_array.leakage);
	ledger_build(
		l, LEAF_GRADIENT_BUFFER, 1, c->gradient_buffer.area, c->gradient_buffer.leakage);
}

struct chip chip_make(const struct design *z, const struct tech *t, const struct subarray *s,
	const struct mapping *m, struct ledger *l)
{
	struct chip c = {
		.design = z,
		.tech = t,
		.subarray = *s,
		.mapping = *m,
		.n_vector_lanes = N_VECTOR_LANES,
	};

	make_trees(&c);
	size_buffers(&c);
	c.vector_unit = vector_unit_estimate(&(struct vector_unit){.n_lanes = N_VECTOR_LANES,
						     .n_bits_in = c.n_bits_sum,
						     .n_bits_out = z->training ? z->error.n_bits : z->input.n_bits},
		t);
	c.mac_array = mac_array_estimate(&(struct mac_array){.n_side = z->gradient.n_side,
						 .n_bits_x = z->input.n_bits,
						 .n_bits_y = z->error.n_bits,
						 .n_bits_sum = z->gradient.n_bits},
		t);
	*l = (struct ledger){.n_arrays = s->n_arrays,
		.n_subarrays = m->n_subarrays,
		.n_pes = m->n_pes,
		.n_tiles = m->n_tiles};
	build(&c, l);
	return c;
}

double chip_words(const struct chip *c, double n_bits)
{
	return ceil(n_bits / c->design->bus.n_bits);
}
