/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fat-tree encoder.
 *
 * Model    edge detector: NAND2 and inverter per input, one of 2^b - 1 lines rises; each bit
 *          is the OR of 2^(b-1) lines: 2^(b-1) - 1 gates of NOR2 and inverter, b - 1 deep,
 *          after edge and inverter; half of the inputs rise per code (they are reset between
 *          codes), and in the b/2 bits that are one a path of b - 1 gates
 * Source   [Lee2002]
 * Assumes  minimum gates; a line feeds b/2 trees; nets loaded by k_wiring; an edge detector
 *          rejects no bubbles beyond one step
 * Valid    1..14 bits
 * Checked  tests/unit/check_blocks.c
 */
#include "circuit/encoder.h"

#include <math.h>
#include <stddef.h>

#include "circuit/edge.h"
#include "circuit/gate.h"

struct est encoder_estimate(const struct encoder *n, const struct tech *t)
{
	struct gate inverter = gate_inverter(t, 1), nand = gate_nand(t, 2, 1);
	struct gate nor = gate_nor(t, 2, 1);
	double k_wiring = t->node->layout.k_wiring, n_in = ldexp(1, n->n_bits) - 1;
	double n_or = n->n_bits * (ldexp(1, n->n_bits - 1) - 1);
	double c_line = fmax(n->n_bits / 2.0, 1) * nor.c_in; /* of one detector */
	double c_or = nor.c_in + nor.c_out + inverter.c_in + inverter.c_out;
	double c_inputs = n_in / 2 * 2 * nand.c_in;
	double c_edge = nand.c_out + inverter.c_in + inverter.c_out + c_line;
	struct edge e = {0, 0};

	e = edge_through(e, k_wiring * gate_tau(&nand, inverter.c_in));
	e = edge_through(e, k_wiring * gate_tau(&inverter, c_line));
	for (int i = 1; i < n->n_bits; i++) {
		e = edge_through(e, k_wiring * gate_tau(&nor, inverter.c_in));
		e = edge_through(e, k_wiring * gate_tau(&inverter, nor.c_in));
	}
	return (struct est){
		.area = n_in * (nand.a + inverter.a) + n_or * (nor.a + inverter.a),
		.latency = e.t,
		.energy = k_wiring * t->v_dd * t->v_dd *
			  (c_inputs + c_edge + n->n_bits / 2.0 * (n->n_bits - 1) * c_or),
		.leakage = n_in * (nand.p_leak + inverter.p_leak) +
			   n_or * (nor.p_leak + inverter.p_leak),
	};
}

static const struct field fields[] = {
	INT(encoder, n_bits, 1, 14, "6", "width of the code"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return encoder_estimate((const struct encoder *)m, t);
}

const struct module_kind module_encoder = {
	.head = {"encoder", "thermometer code to binary, one code", "Lee2002",
		sizeof(struct encoder), fields},
	.estimate = estimate,
};
