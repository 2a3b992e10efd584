/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packing: blocks that do not fill a subarray share one.
 *
 * Model    a layer's matrix cut into full blocks and a rest along each direction; rests of all
 *          layers, highest first, go to the first of the last N_OPEN subarrays with a shelf high and
 *          wide enough and no block of the same layer; else a shelf, else a subarray is begun
 * Source   [Coffman1980] (shelves, first fit by decreasing height)
 * Assumes  blocks of one layer are read at once, so they must not share converters; blocks of
 *          different layers are read one after the other, their word lines apart
 * Valid    any network; time grows linearly with the number of blocks
 * Checked  tests/unit/check_chip.c: no two blocks overlap, no layer twice
 */
#include <stdlib.h>

#include "arch/mapping.h"
#include "base/arena.h"
#include "base/whole.h"

#define N_OPEN    32 /* subarrays looked at */
#define N_SHELVES 8
#define N_HELD    32 /* blocks of a subarray */

struct item {
	int n_rows, n_outs, i_layer, i_item;
};

struct bin {
	int n_shelves, n_rows_used, n_held;
	struct {
		int row, n_rows, n_outs_used;
	} shelf[N_SHELVES];
	int held[N_HELD]; /* layers */
};

/* Else its blocks are all taken to be as large as the largest. */
static bool is_regular(const struct placed *p)
{
	return !p->by_position && p->matrix.n_groups == 1;
}

int pack_full(const struct subarray *s, const struct placed *p)
{
	if (!is_regular(p))
		return p->n_rows_max == s->n_rows && p->n_outs_max == s->n_outputs ? p->n_blocks : 0;
	return (p->matrix.n_rows / s->n_rows) * (p->matrix.n_cols / s->n_outputs);
}

static int rests_of(const struct subarray *s, const struct placed *p)
{
	return p->n_copies * (p->n_blocks - pack_full(s, p));
}

static void add_rests(struct item *item, int *n, const struct subarray *s, const struct placed *p, int i_layer)
{
	int n_rows_left = p->matrix.n_rows;

	if (!is_regular(p)) {
		for (int i = rests_of(s, p); i > 0; i--, (*n)++)
			item[*n] = (struct item){p->n_rows_max, p->n_outs_max, i_layer, *n};
		return;
	}
	for (int row = 0; row < p->n_row_blocks; row++, n_rows_left -= s->n_rows) {
		int n_cols_left = p->matrix.n_cols;
		for (int col = 0; col < p->n_col_blocks; col++, n_cols_left -= s->n_outputs) {
			int n_rows = least(n_rows_left, s->n_rows);
			int n_outs = least(n_cols_left, s->n_outputs);
			if (n_rows == s->n_rows && n_outs == s->n_outputs)
				continue;
			for (int copy = 0; copy < p->n_copies; copy++, (*n)++)
				item[*n] = (struct item){n_rows, n_outs, i_layer, *n};
		}
	}
}

/* Highest first, then widest, then in order. */
static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->n_rows != y->n_rows)
		return y->n_rows - x->n_rows;
	if (x->n_outs != y->n_outs)
		return y->n_outs - x->n_outs;
	return x->i_item - y->i_item;
}

static bool holds(const struct bin *b, int i_layer)
{
	for (int i = 0; i < b->n_held; i++)
		if (b->held[i] == i_layer)
			return true;
	return false;
}

static bool put(struct bin *b, struct share *block, const struct subarray *s)
{
	if (b->n_held == N_HELD || holds(b, block->i_layer))
		return false;

	int i = 0;

	while (i < b->n_shelves && (b->shelf[i].n_rows < block->n_rows ||
					   b->shelf[i].n_outs_used + block->n_outs > s->n_outputs))
		i++;
	if (i == b->n_shelves) {
		if (i == N_SHELVES || b->n_rows_used + block->n_rows > s->n_rows)
			return false;
		b->n_shelves++;
		b->shelf[i].row = b->n_rows_used;
		b->shelf[i].n_rows = block->n_rows;
		b->n_rows_used += block->n_rows;
	}
	block->row = b->shelf[i].row;
	block->out = b->shelf[i].n_outs_used;
	b->shelf[i].n_outs_used += block->n_outs;
	b->held[b->n_held++] = block->i_layer;
	return true;
}

struct sharing pack_blocks(
	struct arena *a, const struct subarray *s, const struct placed *p, int n_layers)
{
	struct sharing out = {0};
	int n_rests = 0, n = 0;

	for (int i = 0; i < n_layers; i++)
		n_rests += rests_of(s, &p[i]);

	struct item *item = NEW(a, struct item, n_rests + 1);
	struct bin *bin = NEW(a, struct bin, n_rests + 1);

	for (int i = 0; i < n_layers; i++)
		add_rests(item, &n, s, &p[i], i);
	qsort(item, (size_t)n, sizeof *item, compare_items);
	out.share = NEW(a, struct share, n + 1);
	for (int i = 0; i < n; i++) {
		struct share *block = &out.share[out.n++];
		int k = out.n_bins > N_OPEN ? out.n_bins - N_OPEN : 0;
		*block = (struct share){
			.i_layer = item[i].i_layer, .n_rows = item[i].n_rows, .n_outs = item[i].n_outs};
		while (k < out.n_bins && !put(&bin[k], block, s))
			k++;
		if (k == out.n_bins)
			put(&bin[out.n_bins++], block, s);
		block->i_bin = k;
	}
	return out;
}
