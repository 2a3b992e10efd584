/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forward and error phase of a layer.
 *
 * Model    forward: n_vectors vectors of C K^2 inputs; N sums per vector, each of as many
 *          partial sums as the layer has row blocks. Every activation goes once from the
 *          chip's buffer to the tiles, and from a tile's buffer to the rows as often as the mapping
 *          reads it; sums return at full width to the vector unit
 *          inputs of either sign: what is above zero and what is below pass one after the other;
 *          rows that are read alone are read once, their inputs multiplied behind the converters
 *          error: the same arrays transposed: N columns drive, C K^2 sums per vector over the
 *          column blocks; where windows overlap they are added up in the tile's buffer
 *          (read, add and write); cells whose columns cannot drive are read row by row and
 *          multiplied behind the converters
 *          latency: arrays and the trees once, everything else behind or after them (traffic.c)
 *          external memory: the image; of errors, of inputs that are kept for the gradient, or handed from layer
 *          to layer at inference, the share that the chip's buffer does not hold
 * Source   doc/models.md
 * Assumes  copies work on different vectors; column blocks on different tiles need their
 *          own inputs
 * Valid    layers one after the other, or one stage each
 * Checked  tests/unit/check_price.c, tests/unit/check_chip.c
 */
#include <math.h>

#include "arch/read.h"
#include "arch/reload.h"
#include "arch/traffic.h"
#include "base/whole.h"

/* n_sums sums over n_blocks partial sums each: most are formed low in the tree. */
double book_trees(const struct run *r, double n_sums, int n_blocks)
{
	const struct chip *c = r->chip;
	int n_pe = c->design->mapping.n_subarrays_per_pe;
	int n_tile = n_pe * c->design->mapping.n_pes_per_tile;
	double n_pe_out = ceil((double)n_blocks / n_pe),
	       n_tile_out = ceil((double)n_blocks / n_tile);
	const struct est *tree[] = {&c->pe_tree, &c->tile_tree, &c->chip_tree};
	const double n_add[] = {n_blocks - n_pe_out, n_pe_out - n_tile_out, n_tile_out - 1};
	const int n_in[] = {n_pe, c->design->mapping.n_pes_per_tile, c->mapping.n_tiles};
	const int leaf[] = {LEAF_PE_TREE, LEAF_TILE_TREE, LEAF_CHIP_TREE};
	double t = 0;

	for (int i = 0; i < 3; i++) {
		if (n_add[i] <= 0 || n_in[i] < 2)
			continue;
		bill_add(r->bill, leaf[i], tree[i]->latency,
			n_sums * n_add[i] * tree[i]->energy / (n_in[i] - 1));
		t += tree[i]->latency;
	}
	return t;
}

/* All vectors of an image through all blocks; returns the time with the trees. */
static double book_read(const struct run *r, const struct vector_read *read, double n_sums, int n_added)
{
	const struct chip *c = r->chip;
	const struct placed *p = r->placed;
	double n_vectors = p->matrix.n_vectors, n_serial = ceil(n_vectors / p->n_copies);
	struct vector_cost v = read_vector(&c->subarray, c->design, c->tech, read);

	read_book(r->bill, &v, c->subarray.n_arrays, n_vectors * p->n_blocks, n_serial);
	bill_add(r->bill, LEAF_SHIFT_ADD, v.t_flush, 0);
	return n_serial * v.t + v.t_flush + book_trees(r, n_sums, n_added);
}

static bool transposes(const struct subarray *s)
{
	for (int i = 0; i < s->n_arrays; i++)
		if (!s->block[i].structure->transposes)
			return false;
	return true;
}

/* Where columns cannot drive: every row alone, its weights multiplied by the errors behind the
 * converters, bit by bit. */
static double book_rows(const struct run *r, double n_sums)
{
	const struct chip *c = r->chip;
	const struct placed *p = r->placed;
	double n_vectors = p->matrix.n_vectors;
	double n_serial = ceil(n_vectors / p->n_copies) * p->n_rows_max;
	struct vector_cost v = read_vector(&c->subarray, c->design, c->tech,
		&(struct vector_read){
			.n_bits = 1,
			.n_adds = c->design->error.n_bits,
			.k_ones = 1,
			.k_state = r->activity->k_state,
			.n_driven = 1,
			.n_out = p->n_outs_row,
			.n_out_max = p->n_outs_row_max,
		});

	read_book(r->bill, &v, c->subarray.n_arrays, n_vectors * p->n_blocks * p->n_rows_mean, n_serial);
	bill_add(r->bill, LEAF_SHIFT_ADD, v.t_flush, 0);
	return n_serial * v.t + v.t_flush + book_trees(r, n_sums, p->n_col_blocks);
}

/* Rows that one block of a layer drives, in the groups that are read together. Groups of a layer on the
 * diagonal of a subarray are driven like one. */
static struct groups row_groups(const struct placed *p, int n_together)
{
	if (p->matrix.n_rows < p->n_rows_max)
		return groups_of(p->n_rows_max, 1, p->n_rows_max, n_together);
	return groups_of(p->matrix.n_rows, p->n_row_blocks, p->n_rows_max, n_together);
}

static struct groups output_groups(const struct placed *p, int n_together)
{
	if (p->matrix.n_cols < p->n_outs_max)
		return groups_of(p->n_outs_max, 1, p->n_outs_max, n_together);
	return groups_of(p->matrix.n_cols, p->n_col_blocks, p->n_outs_max, n_together);
}

/* Bits to and from the external memory in a forward phase. */
static double forward_memory(const struct run *r, double n_in, double n_out)
{
	const struct chip *c = r->chip;
	double n_image = r->placed->first ? n_in : 0;

	/* in training inputs are kept until the gradient reads them; else they are read again */
	return n_image + c->storage.k_spill * (c->design->training ? n_in : n_in + n_out);
}

/* Tiles whose partial sums meet: each sends its own. */
static double tiles_of(const struct chip *c, int n_blocks)
{
	const struct design_mapping *m = &c->design->mapping;

	return ceil((double)n_blocks / (m->n_subarrays_per_pe * m->n_pes_per_tile));
}

void phase_forward(struct run r)
{
	const struct chip *c = r.chip;
	const struct placed *p = r.placed;
	/* inputs of either sign: a bit more of each, and two passes */
	double n_passes = r.activity->n_passes, n_bits = c->design->input.n_bits + n_passes - 1;
	double n_sums = (double)p->matrix.n_vectors * p->n_cols;
	bool width = c->design->input.encoding == ENCODING_WIDTH;
	/* a row that is read alone is read once, and multiplied behind the converters */
	bool alone = c->subarray.n_rows_parallel == 1;
	double k_ones = r.activity->k_input_ones, k_any = 1 - pow(1 - k_ones, c->design->input.n_bits);

	book_wake(&r);

	double n_loaded = book_reload(&r);
	double t_main = book_read(&r,
		&(struct vector_read){
			.n_bits = alone ? 1 : (int)n_passes * (width ? 1 : c->design->input.n_bits),
			.t_pulse = width ? c->subarray.block[0].pulses.latency : 0,
			.n_adds = alone ? c->design->input.n_bits : 1,
			.k_ones = alone ? k_any : k_ones,
			.k_driven = k_any,
			.k_state = r.activity->k_state,
			.n_driven = p->n_rows_mean,
			.n_out = p->n_outs_mean,
			.n_out_max = p->n_outs_max,
			.groups = row_groups(p, c->subarray.n_rows_parallel),
		},
		n_sums, p->n_row_blocks);
	double n_in = (double)shape_size(p->layer->in) * n_bits, n_out = p->n_out * n_bits;
	double k_tiles = least(p->n_col_blocks, p->n_tiles); /* tiles that need the same inputs */
	double n_rows = p->n_loads * n_bits * k_tiles;
	double n_tile_sums = ceil((double)p->n_row_blocks / c->design->mapping.n_subarrays_per_pe);

	book_traffic(&r,
		(struct traffic){
			.n_tile_write = n_in * k_tiles,
			.n_tile_read = n_rows,
			.n_chip_read = n_in,
			.n_chip_write = n_out + (p->first ? n_in : 0), /* the image arrives */
			.n_tile_net = n_rows + n_sums * n_tile_sums * c->n_bits_sum,
			.n_chip_net = n_in * k_tiles +
				      n_sums * tiles_of(c, p->n_row_blocks) * c->n_bits_sum,
			.n_memory = n_loaded + forward_memory(&r, n_in, n_out),
			.work = p->work,
			.n_shifts = p->n_shifts * p->n_col_blocks,
		},
		t_main);
}

/* Errors of a layer's inputs from those of its outputs. */
static void propagate(struct run r)
{
	const struct chip *c = r.chip;
	const struct placed *p = r.placed;
	double n_bits = c->design->error.n_bits;
	double n_sums = p->matrix.n_vectors * p->n_rows, n_in = shape_size(p->layer->in);

	book_wake(&r);

	struct vector_read read = {
		.transposed = true,
		/* the sign is the polarity of the drive */
		.n_bits = c->design->error.n_bits - 1,
		.k_ones = r.activity->k_error_ones,
		.k_state = r.activity->k_state,
		.n_driven = p->n_outs_mean,
		.n_out = p->n_rows_mean,
		.n_out_max = p->n_rows_max,
		.groups = output_groups(p, c->subarray.n_rows_parallel),
	};
	double t_main = transposes(&c->subarray) ? book_read(&r, &read, n_sums, p->n_col_blocks)
						 : book_rows(&r, n_sums);
	double n_drive = (double)p->matrix.n_vectors * p->n_cols * n_bits;
	double k_tiles = least(p->n_row_blocks, p->n_tiles);
	double n_added = fmax(0, n_sums - n_in), n_overlap = n_added > 0 ? n_sums * c->n_bits_sum : 0;
	double n_tile_sums = ceil((double)p->n_col_blocks / c->design->mapping.n_subarrays_per_pe);

	bill_add(r.bill, LEAF_TILE_TREE, 0, n_added * c->overlap.energy);
	book_traffic(&r,
		(struct traffic){
			.n_tile_write = n_drive * k_tiles + n_overlap,
			.n_tile_read = n_drive * k_tiles + n_overlap,
			.n_chip_read = n_drive,
			.n_chip_write = n_in * n_bits,
			.n_tile_net = n_drive * k_tiles + n_sums * n_tile_sums * c->n_bits_sum,
			.n_chip_net = n_drive * k_tiles +
				      n_in * tiles_of(c, p->n_col_blocks) * c->n_bits_sum,
			.n_memory = c->storage.k_spill * (n_drive + n_in * n_bits),
			.work = {.n_ops = {[VECTOR_REQUANTISE] = n_in}},
		},
		t_main);
}

void phase_error(struct run r)
{
	if (r.placed->n_feedback > 0)
		projection_enter(r);
	if (r.placed->answers)
		propagate(r);
}
