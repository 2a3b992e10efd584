/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shift-and-add.
 *
 * Model    one adder and one register; the sums of the other columns wait in
 *          eight-transistor memory cells of K_CELL_AREA SRAM cells each, read and written
 *          once per code
 * Source   [WesteHarris2010]
 * Assumes  shifts are wired; bit lines of the store are as long as its columns are many
 * Valid    any width
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/shift_add.h"

#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/decoder.h"
#include "circuit/gate.h"
#include "circuit/register.h"

#define K_CELL_AREA 2
#define K_CELL_W    4 /* leaking transistors of 1 F per cell */

/* The store: one read and one write of a sum. */
static struct est store(const struct shift_add *s, const struct tech *t)
{
	const struct node_sram *m = &t->node->sram;
	double f = t->l_feature, w_access = m->k_w_access * f;
	double n_cells = (double)s->n_columns * s->n_bits;
	struct gate driver = gate_inverter(t, 1);
	struct line bit = line_of(t->local, s->n_columns * m->k_height_in_f * f);
	double c_bit =
		bit.c + s->n_columns * transistor_c_drain(t, w_access) + driver.c_out + driver.c_in;
	double c_word = s->n_bits * 2 * transistor_c_gate(t, w_access);
	struct est select = decoder_estimate(
		&(struct decoder){.n_bits = decoder_bits(s->n_columns), .c_load = c_word}, t);
	double i_cell = t->i_on_n_per_w * w_access / 2; /* two in series */

	return (struct est){
		.area = n_cells * K_CELL_AREA * m->k_width_in_f * m->k_height_in_f * f * f +
			s->n_bits * 3 * driver.a + select.area,
		.latency = select.latency + c_bit * t->v_dd / 2 / i_cell,
		.energy = 2 * select.energy + s->n_bits * 3 * c_bit * t->v_dd * t->v_dd / 2,
		.leakage = n_cells * K_CELL_W * f * t->i_off_n_per_w * t->v_dd +
			   s->n_bits * 3 * driver.p_leak + select.leakage,
	};
}

struct est shift_add_estimate(const struct shift_add *s, const struct tech *t)
{
	struct est sum = est_then(adder_bits(t, s->n_bits), reg_bits(t, s->n_bits));

	return s->n_columns > 1 ? est_then(sum, store(s, t)) : sum;
}

static const struct field fields[] = {
	INT(shift_add, n_bits, 1, 64, "12", "width of the sum"),
	INT(shift_add, n_columns, 1, 1024, "8", "sums kept"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return shift_add_estimate((const struct shift_add *)m, t);
}

const struct module_kind module_shift_add = {
	.head = {"shift_add", "shift-and-add accumulator", "WesteHarris2010",
		sizeof(struct shift_add), fields},
	.estimate = estimate,
};
