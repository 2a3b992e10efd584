/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM bit line.
 *
 * Model    wire over n_rows cells and one access drain each; the cell pulls through access and
 *          pull-down transistor in series; a cell leaks through the off transistor of each
 *          inverter and one access transistor
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
		.i_cell = t->i_on_n_per_w / (1 / w_access + 1 / (s->k_w_pull_down * f)),
	};
}

double sram_cell_leakage(const struct tech *t)
{
	const struct node_sram *s = &t->node->sram;

	return t->v_dd *
	       (t->i_off_n_per_w * s->k_w_pull_down + t->i_off_p_per_w * s->k_w_pull_up +
		       t->i_off_n_per_w * s->k_w_access) *
	       t->l_feature;
}
