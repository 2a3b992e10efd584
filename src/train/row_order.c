/* SPDX-License-Identifier: Apache-2.0 */
#include "train/row_order.h"

#include "base/arena.h"
#include "base/whole.h"
#include "net/row_blocks.h"

struct row_order row_order(struct arena *a, const struct layer *l, int n_array, int n_together)
{
	int n_rows = layer_matrix(l).n_rows, n_bundle = l->in.c;
	struct row_order o = {.n_rows = n_rows, .n_block_rows = n_together};

	if (n_array == 0 || !layer_hands_on(l) || n_rows <= n_together)
		return o;

	struct row_blocks b = row_blocks(n_rows, n_bundle, n_array);
	int n_positions = n_rows / n_bundle, n_part = div_up(n_bundle, b.n_split);
	int n_used = b.n_fit > 0 ? b.n_fit * n_bundle : n_part;
	int n_apart = n_used > n_together ? div_up(n_used, n_together) * n_together : n_used;
	int *of = NEW(a, int, b.n *n_apart);

	for (int i = 0; i < b.n * n_apart; i++)
		of[i] = -1;
	o.n_rows = 0;
	for (int k = 0; k < n_positions; k++)
		for (int c = 0; c < n_bundle; c++) {
			int at = b.n_fit > 0 ? k / b.n_fit * n_apart + k % b.n_fit * n_bundle + c
					     : (k * b.n_split + c / n_part) * n_apart + c % n_part;
			of[at] = c * n_positions + k;
			o.n_rows = at >= o.n_rows ? at + 1 : o.n_rows;
		}
	o.n_block_rows = n_used < n_together ? n_used : n_together;
	o.of = of;
	return o;
}
