/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forward and error phase of a layer.
 *
 * Model    forward: n_vectors vectors of C K^2 inputs; N sums per vector, each of as many
 *          partial sums as the layer has row blocks. Every activation goes once from the
 *          chip's buffer to the tiles, K^2 times from the tile's buffer to the rows; sums
 *          return at full width to the vector unit error: the same arrays transposed: N
 *          columns drive, C K^2 sums per vector over the column blocks; where windows
 *          overlap they are added up in the tile's buffer (read and write)
 *          latency: arrays, with everything else behind them (double buffering), and the
 *          trees once
 * Source   doc/models.md
 * Assumes  copies work on different vectors; column blocks on different tiles need their
 *          own inputs
 * Valid    layers one after the other
 * Checked  tests/unit/check_price.c
 */
#include <math.h>

#include "arch/phases.h"
#include "arch/read.h"

void wait_for(struct bill bill, double t_main, const struct behind *behind, int n)
{
	const struct behind *last = NULL;

	for (int i = 0; i < n; i++)
		if (behind[i].t > (last ? last->t : t_main))
			last = &behind[i];
	if (last)
		bill_add(bill, last->leaf, last->t - t_main, 0);
}

void book_htree(const struct run *r, double n_tile_words, double n_chip_words)
{
	bill_add(r->bill, LEAF_TILE_HTREE, 0, n_tile_words * r->chip->tile_htree.est.energy);
	bill_add(r->bill, LEAF_CHIP_HTREE, 0, n_chip_words * r->chip->chip_htree.est.energy);
}

/* n_sums sums over n_blocks partial sums each: most are formed low in the tree. */
static double book_trees(const struct run *r, double n_sums, int n_blocks)
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

static double book_vector_unit(const struct run *r, double n_elements)
{
	const struct chip *c = r->chip;
	double n_steps = ceil(n_elements / c->n_vector_lanes);

	bill_add(r->bill, LEAF_VECTOR, 0, n_elements / c->n_vector_lanes * c->vector_unit.energy);
	return n_steps * c->vector_unit.latency;
}

/* Bits through the tiles' buffers (n_tiles of them at work) and the chip's. */
struct traffic {
	double n_tile_read, n_tile_write, n_chip_read, n_chip_write; /* bits */
	double n_htree_tile, n_htree_chip;
};

static void book_traffic(const struct run *r, struct traffic f, double t_main, double t_vector)
{
	const struct chip *c = r->chip;
	double n_tiles = r->placed->n_tiles;
	double n_read = chip_words(c, f.n_tile_read), n_write = chip_words(c, f.n_tile_write);
	double n_chip = chip_words(c, f.n_chip_read) + chip_words(c, f.n_chip_write);
	double n_tree = chip_words(c, f.n_htree_tile), n_chip_tree = chip_words(c, f.n_htree_chip);
	double t_clock = 1 / c->tech->node->f_clock;

	bill_add(r->bill, LEAF_TILE_BUFFER, 0,
		n_read * c->tile_buffer.e_read + n_write * c->tile_buffer.e_write);
	bill_add(r->bill, LEAF_CHIP_BUFFER, 0,
		chip_words(c, f.n_chip_read) * c->chip_buffer.e_read +
			chip_words(c, f.n_chip_write) * c->chip_buffer.e_write);
	book_htree(r, n_tree, n_chip_tree);

	const struct behind behind[] = {
		{LEAF_TILE_BUFFER,
			(n_read + n_write) / n_tiles * fmax(c->tile_buffer.t_access, t_clock)},
		{LEAF_TILE_HTREE, htree_t_words(&c->tile_htree, c->tech, n_tree / n_tiles)},
		{LEAF_CHIP_BUFFER, n_chip * fmax(c->chip_buffer.t_access, t_clock)},
		{LEAF_CHIP_HTREE, htree_t_words(&c->chip_htree, c->tech, n_chip_tree)},
		{LEAF_VECTOR, t_vector},
	};

	wait_for(r->bill, t_main, behind, sizeof behind / sizeof *behind);
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

void phase_forward(struct run r)
{
	const struct chip *c = r.chip;
	const struct placed *p = r.placed;
	const struct subarray *s = &c->subarray;
	double n_in_bits = c->design->input.n_bits;
	double n_row_blocks = p->n_row_blocks, n_col_blocks = p->n_col_blocks;
	double n_vectors = p->matrix.n_vectors, n_serial = ceil(n_vectors / p->n_copies);
	struct vector_cost v = read_vector(s, c->design, c->tech,
		&(struct vector_read){
			.n_bits = c->design->input.n_bits,
			.k_ones = r.activity->k_input_ones,
			.k_state = r.activity->k_state,
			.n_driven = p->matrix.n_rows / n_row_blocks,
			.n_out = p->matrix.n_cols / n_col_blocks,
			.n_out_max = least(p->matrix.n_cols, s->n_outputs),
			.groups = groups_of(p->matrix.n_rows, p->n_row_blocks, p->n_rows_max,
				s->n_rows_parallel),
		});

	read_book(r.bill, &v, s->n_arrays,
		n_vectors * n_row_blocks * n_col_blocks * p->matrix.n_groups, n_serial);
	bill_add(r.bill, LEAF_SHIFT_ADD, v.t_flush, 0);

	double n_sums = n_vectors * p->matrix.n_cols * p->matrix.n_groups;
	double t_main = n_serial * v.t + v.t_flush + book_trees(&r, n_sums, p->n_row_blocks);
	double t_vector = book_vector_unit(&r, n_sums + p->n_vector);
	double n_in = (double)shape_size(p->layer->in) * n_in_bits;
	double k_tiles = least(p->n_col_blocks, p->n_tiles); /* tiles that need the same inputs */
	double n_rows = n_vectors * p->matrix.n_rows * p->matrix.n_groups * n_in_bits * k_tiles;
	double n_tile_sums = ceil(n_row_blocks / c->design->mapping.n_subarrays_per_pe);

	book_traffic(&r,
		(struct traffic){
			.n_tile_write = n_in * k_tiles,
			.n_tile_read = n_rows,
			.n_chip_read = n_in,
			.n_chip_write = p->n_out * n_in_bits,
			.n_htree_tile = n_rows + n_sums * n_tile_sums * c->n_bits_sum,
			.n_htree_chip = n_in * k_tiles + n_sums * c->n_bits_sum,
		},
		t_main, t_vector);
}

void phase_error(struct run r)
{
	const struct chip *c = r.chip;
	const struct placed *p = r.placed;
	const struct subarray *s = &c->subarray;
	double n_bits = c->design->error.n_bits;
	double n_row_blocks = p->n_row_blocks, n_col_blocks = p->n_col_blocks;
	double n_vectors = p->matrix.n_vectors, n_serial = ceil(n_vectors / p->n_copies);
	struct vector_cost v = read_vector(s, c->design, c->tech,
		&(struct vector_read){
			.transposed = true,
			.n_bits = c->design->error.n_bits - 1, /* the sign is the polarity of the drive */
			.k_ones = r.activity->k_error_ones,
			.k_state = r.activity->k_state,
			.n_driven = p->matrix.n_cols / n_col_blocks,
			.n_out = p->matrix.n_rows / n_row_blocks,
			.n_out_max = least(p->matrix.n_rows, s->n_rows),
			.groups = groups_of(p->matrix.n_cols, p->n_col_blocks,
				least(p->matrix.n_cols, s->n_outputs), s->n_rows_parallel),
		});

	if (p->first)
		return;
	read_book(r.bill, &v, s->n_arrays,
		n_vectors * n_row_blocks * n_col_blocks * p->matrix.n_groups, n_serial);
	bill_add(r.bill, LEAF_SHIFT_ADD, v.t_flush, 0);

	double n_sums = n_vectors * p->matrix.n_rows * p->matrix.n_groups;
	double n_in = shape_size(p->layer->in);
	double t_main = n_serial * v.t + v.t_flush + book_trees(&r, n_sums, p->n_col_blocks);
	double t_vector = book_vector_unit(&r, n_in);
	double n_drive = n_vectors * p->matrix.n_cols * p->matrix.n_groups * n_bits;
	double k_tiles = least(p->n_row_blocks, p->n_tiles);
	double n_overlap = n_sums > n_in ? n_sums * c->n_bits_sum : 0;
	double n_tile_sums = ceil(n_col_blocks / c->design->mapping.n_subarrays_per_pe);

	book_traffic(&r,
		(struct traffic){
			.n_tile_write = n_drive * k_tiles + n_overlap,
			.n_tile_read = n_drive * k_tiles + n_overlap,
			.n_chip_read = n_drive,
			.n_chip_write = n_in * n_bits,
			.n_htree_tile = n_drive * k_tiles + n_sums * n_tile_sums * c->n_bits_sum,
			.n_htree_chip = n_drive * k_tiles + n_in * c->n_bits_sum,
		},
		t_main, t_vector);
}
