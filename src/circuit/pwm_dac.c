/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pulse-width input converters: the width of a row's pulse is its input value.
 *
 * Model    one counter for all rows, 2^b - 1 steps of t_step; per row a register with the value
 *          and an equality comparator (XOR of four NAND2 per bit, AND tree) that ends the pulse;
 *          line switch as row_switch.c's, whose flip-flop is the pulse
 *          energy: per period the counter's bits rise 2^b times together, each charges its wire
 *          along all rows, the rows' inputs to it and two NAND2 in each; rows that are not zero
 *          charge their line once, whatever the width
 * Source   [KhaddamAljameh2022] (pulse-width inputs), [WesteHarris2010] (logic)
 * Assumes  a row takes the height of a standard cell per wire of the counter at least
 * Valid    t_step above the counter's own delay, else that counts
 * Checked  tests/unit/check_blocks.c
 */
#include <math.h>
#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/gate.h"
#include "circuit/line_switch.h"
#include "circuit/pulse_width.h"
#include "circuit/register.h"

#define K_XOR 4 /* NAND2 */

struct est pulse_width_logic(const struct tech *t, int n_rows, int n_bits, double t_step)
{
	double n_steps = ldexp(1, n_bits), k_wiring = t->node->layout.k_wiring;
	struct est value = reg_bits(t, n_bits), next = adder_bits(t, n_bits);
	struct est count = reg_estimate(&(struct reg){.n_bits = n_bits, .k_active = 2.0 / (n_bits + 1)}, t);
	struct gate nand = gate_nand(t, 2, 1);
	double n_nands = K_XOR * n_bits + n_bits; /* and the tree that joins the bits */
	struct line wire = line_of(t->local, n_rows * t->node->layout.k_cell_height * t->l_feature);
	/* bit i of the counter rises 2^(b-1-i) times */
	double n_rises = n_steps - 1;
	double c_rise = wire.c + n_rows * k_wiring * (2 * nand.c_in + 2 * (nand.c_in + nand.c_out));

	return (struct est){
		.area = n_rows * (value.area + n_nands * nand.a) + count.area + next.area,
		.latency = (n_steps - 1) * fmax(t_step, next.latency + count.latency),
		.energy = n_rows * value.energy + (n_steps - 1) * (count.energy + next.energy) +
			  n_rises * c_rise * t->v_dd * t->v_dd,
		.leakage = n_rows * (value.leakage + n_nands * nand.p_leak) + count.leakage + next.leakage,
	};
}

/* mho module pwm_dac: one vector of values. */
struct pwm_dac {
	struct module module;
	int n_rows, n_bits;
	double t_step, r_drive, v_line, c_line, k_ones;
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	const struct pwm_dac *d = (const struct pwm_dac *)m;
	struct est line = line_switch_estimate(&(struct line_switch){.n_lines = d->n_rows,
						       .r_drive = d->r_drive,
						       .v_line = d->v_line,
						       .c_line = d->c_line,
						       .k_ones = d->k_ones},
		t);
	struct est pulses = pulse_width_logic(t, d->n_rows, d->n_bits, d->t_step);

	return (struct est){
		.area = line.area + pulses.area,
		.latency = line.latency + pulses.latency,
		.energy = line.energy + pulses.energy,
		.leakage = line.leakage + pulses.leakage,
	};
}

static const struct field fields[] = {
	INT(pwm_dac, n_rows, 1, 100000, "128", "rows"),
	INT(pwm_dac, n_bits, 1, 12, "6", "width of a value"),
	REAL(pwm_dac, t_step, DIM_SECOND, 1e-12, 1, "1 ns", "one step of the width"),
	REAL(pwm_dac, r_drive, DIM_OHM, 1, 1e9, "1 kOhm", "highest resistance of a row driver"),
	REAL(pwm_dac, v_line, DIM_VOLT, 0, 5, "0.2 V", "level of a driven row"),
	REAL(pwm_dac, c_line, DIM_FARAD, 0, 1e-9, "10 fF", "load of a row line"),
	REAL(pwm_dac, k_ones, DIM_NONE, 0, 1, "0.5", "share of the rows that are not zero"),
	FIELD_END,
};

const struct module_kind module_pwm_dac = {
	.head = {"pwm_dac", "pulse-width input converters, one vector", "KhaddamAljameh2022",
		sizeof(struct pwm_dac), fields},
	.estimate = estimate,
};
