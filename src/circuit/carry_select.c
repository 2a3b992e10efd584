/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carry-select adder of equal blocks.
 *
 * Model    blocks of m = ceil(sqrt(n)) bits; every block but the first adds for both carries at
 *          once (adder.c) and selects with three NAND2 per bit and one set for the carry; the
 *          select line of a block is a driver's load; delay: m bits of ripple, then per further
 *          block its driver, two NAND2 of the carry's selection
 * Source   [Bedrij1962]; [WesteHarris2010] (gates)
 * Assumes  the last block may be shorter; nets loaded by k_wiring
 * Valid    1..64 bits
 * Checked  tests/unit/check_blocks.c: 16 bits against four ripples of four
 */
#include "circuit/carry_select.h"

#include <math.h>
#include <stddef.h>

#include "base/whole.h"
#include "circuit/adder.h"
#include "circuit/driver.h"
#include "circuit/gate.h"

#define K_SELECT 3 /* NAND2 of a two-way multiplexer whose select has both polarities */

struct est carry_select_estimate(const struct carry_select *a, const struct tech *t)
{
	int m = (int)ceil(sqrt(a->n_bits)), n_blocks = div_up(a->n_bits, m);
	int n_twice = a->n_bits - m; /* bits added for both carries */
	struct est one = adder_estimate(&(struct adder){.n_bits = m, .k_active = a->k_active}, t);
	struct est bit = adder_estimate(&(struct adder){.n_bits = 1, .k_active = a->k_active}, t);
	struct gate nand = gate_nand(t, 2, 1);
	double k_wiring = t->node->layout.k_wiring;
	double n_nands = K_SELECT * (n_twice + n_blocks - 1.0);
	/* each polarity of a block's carry feeds a NAND2 per bit and one for its own carry */
	struct driver_est select =
		driver_estimate(&(struct driver){.c_load = k_wiring * (m + 1) * nand.c_in}, t);
	struct edge e = {0, 0};

	e = edge_through(e, k_wiring * gate_tau(&nand, nand.c_in));
	e = edge_through(e, k_wiring * gate_tau(&nand, select.c_in));
	return (struct est){
		.area = (m + 2 * n_twice) * bit.area + n_nands * nand.a +
			(n_blocks - 1) * 2 * select.est.area,
		.latency = one.latency + (n_blocks - 1) * (select.est.latency + e.t),
		.energy = (m + 2 * n_twice) * bit.energy +
			  a->k_active * (n_nands * k_wiring * (nand.c_in + nand.c_out) * t->v_dd *
							t->v_dd +
						(n_blocks - 1) * 2 * select.est.energy),
		.leakage = (m + 2 * n_twice) * bit.leakage + n_nands * nand.p_leak +
			   (n_blocks - 1) * 2 * select.est.leakage,
	};
}

static const struct field fields[] = {
	INT(carry_select, n_bits, 1, 64, "16", "operand width"),
	REAL(carry_select, k_active, DIM_NONE, 0, 1, "0.15",
		"share of its nodes charged per addition"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return carry_select_estimate((const struct carry_select *)m, t);
}

const struct module_kind module_carry_select = {
	.head = {"carry_select", "carry-select adder", "Bedrij1962", sizeof(struct carry_select),
		fields},
	.estimate = estimate,
};
