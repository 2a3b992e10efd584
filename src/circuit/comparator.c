/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regenerative comparator (StrongARM latch).
 *
 * Model    gates of the input pair: area (v_mismatch x 1 um/v_offset)^2; latch a quarter as
 *          wide; decision tau ln(v_dd/v_decide), tau = C/(gm_n + gm_p) of the latch; both
 *          nodes and the clocked tail charged once
 * Source   [Razavi2015] (latch), [Pelgrom1989] (offset)
 * Assumes  output nodes are reset to v_dd between decisions; the tail is as wide as the pair
 * Valid    v_decide below v_dd
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/comparator.h"

#include <math.h>

#include "circuit/gate.h"

#define L_UM 1e-6 /* v_mismatch is that of a gate of 1 um^2 */

struct comparator_est comparator_estimate(const struct comparator *c, const struct tech *t)
{
	double a_gate = pow(t->node->v_mismatch * L_UM / c->v_offset, 2);
	double w_pair = fmax(a_gate / t->node->gate.l_gate, t->w_min);
	double w_latch = fmax(w_pair / 4, t->w_min), w_latch_p = t->k_beta * w_latch;
	double c_node = transistor_c_drain(t, w_pair) + transistor_c_drain(t, w_latch) +
			transistor_c_drain(t, w_latch_p) + transistor_c_gate(t, w_latch) +
			transistor_c_gate(t, w_latch_p);
	double tau = t->node->layout.k_wiring * c_node /
		     (transistor_gm_n(t, w_latch) + transistor_gm_p(t, w_latch_p));
	struct gate pair = gate_make(t, (struct gate_shape){GATE_INVERTER, 1, w_pair, w_pair});
	struct gate latch = gate_make(t, (struct gate_shape){GATE_INVERTER, 1, w_latch, w_latch_p});

	return (struct comparator_est){
		.est =
			{
				.area = 2 * pair.a + 2 * latch.a,
				.latency = tau * log(fmax(t->v_dd / c->v_decide, 1)),
				.energy = t->node->layout.k_wiring *
					  (2 * c_node + 2 * transistor_c_gate(t, w_pair)) *
					  t->v_dd * t->v_dd,
				.leakage = 2 * latch.p_leak,
			},
		.c_in = transistor_c_gate(t, w_pair),
	};
}
