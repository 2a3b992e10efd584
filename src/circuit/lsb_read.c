/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read of one row of volatile parts before a transfer.
 *
 * Model    the row's word line is opened once; each converter settles on one of its columns after
 *          the other, on which a single cell conducts, and converts; codes wait in registers
 *          energy: word line; per column line charge C v_read^2, cell current while it settles,
 *          conveyor, conversion, register; area and leakage: converters and registers, for the
 *          word drivers are the array's
 * Source   [Luo2020] (the step); adc.c, word_driver.c
 * Assumes  the multiplexer's own delay lies within the settling; unselected rows do not conduct
 * Valid    as the converter's
 * Checked  tests/unit/check_blocks.c
 */
#include <stddef.h>

#include "circuit/adc.h"
#include "circuit/module.h"
#include "circuit/register.h"
#include "circuit/word_driver.h"

/* mho module lsb_read: one row. */
struct lsb_read {
	struct module module;
	const struct adc *converter;
	int n_rows, n_converters, n_columns_per_converter;
	double g_cell, v_read, c_line, l_cell, r_pass;
};

static struct est estimate(const struct module *module, const struct tech *t)
{
	const struct lsb_read *r = (const struct lsb_read *)module;
	double n_columns = (double)r->n_converters * r->n_columns_per_converter;
	struct sensed line = {
		.line = line_of(t->local, r->n_rows * r->l_cell),
		.c_load = r->c_line,
		.r_pass = r->r_pass,
		.g_cells = r->g_cell,
		.i_cells = r->g_cell * r->v_read,
	};
	struct est settle = adc_settle(r->converter, t, line), adc = adc_convert(r->converter, t);
	struct est hold = reg_bits(t, r->converter->n_bits);
	struct est word = word_driver_estimate(&(struct word_driver){.n_rows = 1,
						       .n_columns = (int)n_columns,
						       .l_cell = r->l_cell,
						       .c_cell = transistor_c_gate(t, t->w_min)},
		t);
	double v_2 = r->v_read * r->v_read;
	double e_cell = v_2 * (r->g_cell * settle.latency + line.line.c + r->c_line);

	return (struct est){
		.area = r->n_converters * adc.area + n_columns * hold.area,
		.latency = word.latency + r->n_columns_per_converter *
						  (settle.latency + adc.latency + hold.latency),
		.energy = word.energy +
			  n_columns * (e_cell + settle.energy + adc.energy + hold.energy),
		.leakage = r->n_converters * adc.leakage + n_columns * hold.leakage,
	};
}

static const struct field fields[] = {
	KIND(lsb_read, converter, adc_kinds, "sar", "column converter"),
	INT(lsb_read, n_rows, 1, 100000, "128", "rows that a column passes"),
	INT(lsb_read, n_converters, 1, 4096, "16", "converters"),
	INT(lsb_read, n_columns_per_converter, 1, 4096, "8", "columns that share one"),
	REAL(lsb_read, g_cell, DIM_SIEMENS, 0, 1, "10 uS", "conductance of a cell"),
	REAL(lsb_read, v_read, DIM_VOLT, 0, 5, "0.2 V", "level across it"),
	REAL(lsb_read, l_cell, DIM_METRE, 0, 1e-4, "0.4 um", "pitch of the cells"),
	REAL(lsb_read, c_line, DIM_FARAD, 0, 1e-9, "10 fF", "what hangs on a column"),
	REAL(lsb_read, r_pass, DIM_OHM, 0, 1e9, "1 kOhm",
		"multiplexer between column and converter"),
	FIELD_END,
};

const struct module_kind module_lsb_read = {
	.head = {"lsb_read", "transfer read of a row of volatile parts", "Luo2020",
		sizeof(struct lsb_read), fields},
	.estimate = estimate,
};
