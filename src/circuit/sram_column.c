/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM bit line.
 *
 * Model    wire over n_rows cells and one access drain each; the cell pulls through access and
 *          pull-down transistor in series; a cell leaks through the off transistor of each
 *          inverter and one access transistor (src/device/structure_sram.c)
 *          weakest of n cells: the current is least likely to fall further than the quantile z of
 *          1/n; access and pull-down transistor each lose z sigma/sqrt 2 of gate drive, sigma that of
 *          one threshold, v_mismatch/sqrt 2 at 1 um^2 of gate
 * Source   [CACTI]; [Pelgrom1989] (mismatch)
 * Assumes  neighbours share no drain; the other cells of the column leak far less than one pulls
 * Valid    up to 1024 rows
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/sram_column.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define L_UM 1e-6 /* v_mismatch is that of a gate of 1 um^2 */

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

/* Current of a transistor whose threshold is z/sqrt 2 sigma too high, over the mean one's. */
static double k_current(const struct tech *t, double w, double z)
{
	const struct node *n = t->node;
	double a_gate = transistor_w_channel(t, w) * n->gate.l_gate, v = t->v_dd - n->v_th;
	double v_sigma = n->v_mismatch * L_UM / sqrt(2 * a_gate);

	return pow(transistor_drive(n, t->temp, v - z / sqrt(2) * v_sigma) / transistor_drive(n, t->temp, v),
		n->current.k_alpha);
}

double sram_column_k_weak(const struct tech *t, double n_cells)
{
	const struct node_sram *s = &t->node->sram;
	double f = t->l_feature, z = gsl_cdf_ugaussian_Qinv(1 / fmax(n_cells, 2));
	double k_access = k_current(t, s->k_w_access * f, z);
	double k_down = k_current(t, s->k_w_pull_down * f, z);

	return (1 / s->k_w_access + 1 / s->k_w_pull_down) /
	       (1 / (s->k_w_access * k_access) + 1 / (s->k_w_pull_down * k_down));
}
