/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM bit line.
 *
 * Model    wire over n_rows cells and one access drain each; the cell pulls through access and
 *          pull-down transistor in series; a cell leaks through the off transistor of each
 *          inverter and one access transistor (src/device/structure_sram.c)
 * Source   [CACTI]
 * Assumes  neighbours share no drain; the other cells of the column leak far less than one pulls
 * Valid    up to 1024 rows
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/sram_column.h"

struct sram_column sram_column(const struct tech *t, int n_rows)
{
	const struct node_sram *s = &t->node->sram;
	double f = t->l_feature, w_access = s->k_w_access * f;
	struct line wire = line_of(t->local, n_rows * s->k_height_in_f * f);

	return (struct sram_column){
		.wire = wire,
		.c = wire.c + n_rows * transistor_c_drain(t, w_access),
		.i_cell = sram_cell_i_read(t),
	};
}
