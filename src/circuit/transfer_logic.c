/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transfer logic.
 *
 * Model    per channel one adder and register, used in turn to scale by the constant
 *          ratio of the parts (n_bits/2 additions), to subtract and to compare, one step
 *          per clock; per column a register with the count and an equality comparator
 *          (XOR of four NAND2 per bit) against one counter that runs for all; sequencer:
 *          a register of K_SEQUENCER bits and K_NANDS NAND2 for each
 * Source   [WesteHarris2010]; the steps [Luo2020]
 * Assumes  constant ratio, so half of the multiplier's bits are zero on average
 * Valid    any width
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/transfer_logic.h"

#include <math.h>
#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/gate.h"
#include "circuit/register.h"

#define K_SEQUENCER 16
#define K_NANDS     4
#define K_XOR       4 /* NAND2 */

/* The comparator of one column: one comparison. */
static struct est compare(const struct transfer_logic *l, const struct tech *t)
{
	struct gate nand = gate_nand(t, 2, 1);
	double n_nands = (double)l->n_bits_count * K_XOR;

	return (struct est){
		.area = n_nands * nand.a,
		.energy = n_nands * t->node->activity.k_logic * t->node->layout.k_wiring *
			  (nand.c_in + nand.c_out) * t->v_dd * t->v_dd,
		.leakage = n_nands * nand.p_leak,
	};
}

struct est transfer_logic_estimate(const struct transfer_logic *l, const struct tech *t)
{
	struct est add = adder_bits(t, l->n_bits), hold = reg_bits(t, l->n_bits);
	struct est count = reg_bits(t, l->n_bits_count), column = compare(l, t);
	struct est counter = est_beside(count, adder_bits(t, l->n_bits_count));
	struct est state = reg_bits(t, K_SEQUENCER);
	struct gate nand = gate_nand(t, 2, 1);
	double n_steps = ceil(l->n_bits / 2.0) + 2;
	double t_clock = fmax(add.latency + hold.latency, 1 / t->node->f_clock);

	return (struct est){
		.area = l->n_channels * (add.area + hold.area) +
			l->n_columns * (count.area + column.area) + counter.area + state.area +
			K_SEQUENCER * K_NANDS * nand.a,
		.latency = n_steps * t_clock,
		.energy = l->n_channels * (n_steps * (add.energy + hold.energy) + count.energy) +
			  n_steps * state.energy,
		.leakage = l->n_channels * (add.leakage + hold.leakage) +
			   l->n_columns * (count.leakage + column.leakage) + counter.leakage +
			   state.leakage + K_SEQUENCER * K_NANDS * nand.p_leak,
	};
}

struct est transfer_logic_pulse(const struct transfer_logic *l, const struct tech *t)
{
	struct est counter =
		est_beside(reg_bits(t, l->n_bits_count), adder_bits(t, l->n_bits_count));

	return est_then(counter, est_copies(compare(l, t), l->n_columns));
}

static const struct field fields[] = {
	INT(transfer_logic, n_channels, 1, 4096, "16", "values handled at once"),
	INT(transfer_logic, n_bits, 1, 32, "8", "width of a value"),
	INT(transfer_logic, n_bits_count, 1, 16, "7", "width of a pulse counter"),
	INT(transfer_logic, n_columns, 1, 65536, "128", "counts held: columns written at once"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return transfer_logic_estimate((const struct transfer_logic *)m, t);
}

const struct module_kind module_transfer_logic = {
	.head = {"transfer_logic", "codes to pulse counts, one value per channel", "Luo2020",
		sizeof(struct transfer_logic), fields},
	.estimate = estimate,
};
