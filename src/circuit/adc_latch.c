/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One-bit converter: a latch against a reference, as in a memory that is read row by row.
 *
 * Model    comparator.c on half of v_range, then two NAND2 that hold the result
 * Source   [Razavi2015]
 * Assumes  the reference lies halfway between the two states
 * Valid    one bit
 * Checked  tests/unit/check_blocks.c
 */
#include <stddef.h>

#include "base/diag.h"
#include "circuit/adc.h"
#include "circuit/comparator.h"
#include "circuit/gate.h"

struct latch {
	struct adc adc;
	double v_offset;
};

static struct est convert(const struct adc *a, const struct tech *t)
{
	const struct latch *l = (const struct latch *)a;
	struct est cmp =
		comparator_estimate(&(struct comparator){l->v_offset, a->v_range / 2}, t).est;
	struct gate nand = gate_nand(t, 2, 1);
	double k_wiring = t->node->layout.k_wiring;
	struct edge e = {0, 0};

	/* one of the two rises, then the other falls */
	e = edge_through(e, k_wiring * gate_tau(&nand, nand.c_in));
	e = edge_through(e, k_wiring * gate_tau(&nand, nand.c_in));
	return est_then(cmp,
		(struct est){
			.area = 2 * nand.a,
			.latency = e.t,
			.energy = k_wiring * (2 * nand.c_in + nand.c_out) * t->v_dd * t->v_dd,
			.leakage = 2 * nand.p_leak,
		});
}

static bool check(const struct adc *a, const struct node *n, struct diag *d)
{
	(void)n;
	if (a->n_bits != 1) {
		diag_error(d, diag_where(d, &a->n_bits), "a latch decides one bit, not %d", a->n_bits);
		return false;
	}
	return adc_check_offset(a, &((const struct latch *)a)->v_offset, d);
}

static const struct field fields[] = {
	ADC_FIELDS(latch, "1"),
	REAL(latch, v_offset, DIM_VOLT, 1e-4, 1, "20 mV", "sigma of the offset it is sized for"),
	FIELD_END,
};

const struct adc_kind adc_latch_kind = {
	.head = {"latch", "one bit: a latch against a reference", "Razavi2015", sizeof(struct latch),
		fields},
	.check = check,
	.convert = convert,
};
