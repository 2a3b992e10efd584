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

static double n_steps(const struct transfer_logic *l)
{
	return ceil(l->n_bits / 2.0) + 2;
}

static double t_clock(const struct transfer_logic *l, const struct tech *t)
{
	return fmax(adder_bits(t, l->n_bits).latency + reg_bits(t, l->n_bits).latency,
		1 / t->node->f_clock);
}

/* All steps of one value. */
static struct est sequencer(const struct transfer_logic *l, const struct tech *t)
{
	struct est state = reg_bits(t, K_SEQUENCER);
	struct gate nand = gate_nand(t, 2, 1);

	return (struct est){
		.area = state.area + K_SEQUENCER * K_NANDS * nand.a,
		.latency = n_steps(l) * t_clock(l, t),
		.energy = n_steps(l) * state.energy,
		.leakage = state.leakage + K_SEQUENCER * K_NANDS * nand.p_leak,
	};
}

/* Scale, subtract and compare: one value per channel. */
static struct est quantise(const struct transfer_logic *l, const struct tech *t)
{
	struct est add = adder_bits(t, l->n_bits), hold = reg_bits(t, l->n_bits);

	return (struct est){
		.area = l->n_channels * (add.area + hold.area),
		.latency = n_steps(l) * t_clock(l, t),
		.energy = l->n_channels * n_steps(l) * (add.energy + hold.energy),
		.leakage = l->n_channels * (add.leakage + hold.leakage),
	};
}

/* Counters of all columns, one per channel loaded. */
static struct est pulse_counts(const struct transfer_logic *l, const struct tech *t)
{
	struct est count = reg_bits(t, l->n_bits_count), column = compare(l, t);
	struct est counter = est_beside(count, adder_bits(t, l->n_bits_count));

	return (struct est){
		.area = l->n_columns * (count.area + column.area) + counter.area,
		.energy = l->n_channels * count.energy,
		.leakage = l->n_columns * (count.leakage + column.leakage) + counter.leakage,
	};
}

struct est transfer_logic_estimate(const struct transfer_logic *l, const struct tech *t)
{
	/* the sequencer's steps are those of the channels */
	return est_beside(est_beside(quantise(l, t), pulse_counts(l, t)), sequencer(l, t));
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

static struct est estimate_sequencer(const struct module *m, const struct tech *t)
{
	return sequencer((const struct transfer_logic *)m, t);
}

static struct est estimate_quantise(const struct module *m, const struct tech *t)
{
	return quantise((const struct transfer_logic *)m, t);
}

/* Area and leakage of the counters, one pulse period of them. */
static struct est estimate_pulse(const struct module *m, const struct tech *t)
{
	const struct transfer_logic *l = (const struct transfer_logic *)m;
	struct est e = pulse_counts(l, t), pulse = transfer_logic_pulse(l, t);

	e.latency = pulse.latency;
	e.energy = pulse.energy;
	return e;
}

const struct module_kind module_transfer_sequencer = {
	.head = {"transfer_sequencer", "sequencer of a transfer, the steps of one value", "Luo2020",
		sizeof(struct transfer_logic), fields},
	.estimate = estimate_sequencer,
};
const struct module_kind module_transfer_quantise = {
	.head = {"transfer_quantise", "scale, subtract, compare: one value per channel", "Luo2020",
		sizeof(struct transfer_logic), fields},
	.estimate = estimate_quantise,
};
const struct module_kind module_pulse_counter = {
	.head = {"pulse_counter", "pulse counts of all columns, one pulse period", "Luo2020",
		sizeof(struct transfer_logic), fields},
	.estimate = estimate_pulse,
};
