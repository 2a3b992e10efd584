/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM array that adds up charge: a capacitor per cell between its product and the column.
 *
 * Model    an access: every converter works once for every input bit. A row's input line feeds
 *          n_gates gates of every cell; products that are one lift their capacitors' plates:
 *          the column draws N c_cell v_dd^2 p (1 - p), p the share of products that are one,
 *          and every such cell charges its own product node
 *          xnor: either of a row's two lines rises, and half of the products are one
 *          settling of a column to half a step: the cells' transistors drive their own
 *          capacitors, the line's resistance carries all of them
 *          before, a switch as strong as all cells of the column resets it: as long again
 *          n_bits_dac: the input lines carry levels (row_dac.c)
 *          c_cell: metal fringe capacitor as large as the cell, unless given
 *          area: cells of k_cell times the node's 6T cell, drivers, reset switches, converters,
 *          with a shift-and-add each if there is something to add, sram_frame.c
 * Source   [Valavi2019] (charge-domain macro); [CACTI] (array)
 * Assumes  half of the stored bits are ones, so half of the ones of the input give a product;
 *          inputs are applied one bit at a time
 * Valid    c_cell large beside the column wire's capacitance per cell
 * Checked  tests/unit/check_sram_macros.c
 */
#include <math.h>
#include <stddef.h>

#include "base/physconst.h"
#include "circuit/adc.h"
#include "circuit/driver.h"
#include "circuit/gate.h"
#include "circuit/register.h"
#include "circuit/row_dac.h"
#include "circuit/sram_column.h"
#include "circuit/sram_frame.h"

/* mho module sram_charge: one access. */
struct sram_charge {
	struct module module;
	int n_rows, n_columns, n_rows_read, n_converters, n_bits_in, n_bits_dac, n_bits_sum, n_gates;
	bool is_xnor;
	double k_cell, k_ones, c_cell;
	const struct adc *converter;
};

/* The product nodes and capacitors of a column, and what resets them: an input bit. */
static struct est column(const struct sram_charge *s, const struct tech *t, double c_cell, int n_read)
{
	double l_side = sqrt(s->k_cell) * t->node->sram.k_height_in_f * t->l_feature;
	struct line wire = line_of(t->local, s->n_rows * l_side);
	struct gate inverter = gate_inverter(t, 1);
	double p = s->is_xnor ? 0.5 : s->k_ones / 2, c_node = inverter.c_out + inverter.c_in;
	double tau = inverter.r_n * (c_cell + c_node) + wire.r * (n_read * c_cell + wire.c) / 2;

	struct gate reset = gate_inverter(t, n_read); /* half of it */
	double c_reset = n_read * transistor_c_gate(t, t->w_min);

	return (struct est){
		.area = reset.a / 2,
		.latency = 2 * tau * (s->converter->n_bits + 1) * K_LN2,
		.energy = (n_read * (c_cell * p * (1 - p) + c_node * p) + wire.c * p + c_reset) * t->v_dd *
			  t->v_dd,
		.leakage = reset.p_leak / 2,
	};
}

static struct est estimate(const struct module *m, const struct tech *t)
{
	const struct sram_charge *s = (const struct sram_charge *)m;
	const struct node_sram *cell = &t->node->sram;
	double k_lines = s->is_xnor ? 1 : s->k_ones; /* that rise per row */
	double f = t->l_feature, k_side = sqrt(s->k_cell), n_cells = (double)s->n_rows * s->n_columns;
	double a_cell = s->k_cell * cell->k_width_in_f * cell->k_height_in_f * f * f;
	double c_cell = s->c_cell > 0 ? s->c_cell : a_cell * t->node->capacitor.c_metal_per_a;
	int n_read = s->n_rows_read > 0 && s->n_rows_read < s->n_rows ? s->n_rows_read : s->n_rows;
	int n_converters = s->n_converters < s->n_columns ? s->n_converters : s->n_columns;
	struct driver_est row = driver_estimate(
		&(struct driver){line_of(t->local, s->n_columns * cell->k_width_in_f * f * k_side),
			s->n_columns * s->n_gates * transistor_c_gate(t, t->w_min)},
		t);
	double n_drivers = (s->is_xnor ? 2.0 : 1.0) * s->n_rows;
	struct est in = reg_bits(t, n_read), one = column(s, t, c_cell, n_read);

	in.area = tech_placed(t, in.area);
	if (s->n_bits_dac > 0)
		in = est_copies(row_dac_estimate(t, s->n_bits_dac), n_read);

	int n_bits_sum = sram_frame_bits(s->n_bits_sum, s->converter->n_bits, s->n_bits_in);
	struct sram_frame around = {.n_rows = s->n_rows,
		.n_columns = s->n_columns,
		.k_cell = s->k_cell,
		.n_row_pins = n_drivers,
		.n_row_phases = 1,
		.n_column_pins = s->n_columns,
		.n_flops = n_read + (double)n_converters * n_bits_sum};
	struct sram_frame_est frame = sram_frame_estimate(&around, t);
	struct est adc = adc_convert(s->converter, t), add = sram_frame_sum(n_bits_sum, t);

	double t_bit = in.latency + row.est.latency + one.latency + adc.latency + add.latency +
		       frame.est.latency;

	return (struct est){
		.area = sram_frame_area(&around, t, in.area + tech_placed(t, n_drivers * row.est.area + frame.a_rows),
			tech_placed(t, s->n_columns * one.area + frame.a_columns + n_converters * add.area) +
				n_converters * adc.area),
		.latency = s->n_bits_in * t_bit,
		.energy = s->n_bits_in *
			  (in.energy + n_read * k_lines * row.est.energy + s->n_columns * one.energy +
				  frame.est.energy + n_converters * (adc.energy + add.energy)),
		.leakage = n_cells * sram_cell_leakage(t) + n_drivers * row.est.leakage + in.leakage + s->n_columns * one.leakage +
			   frame.est.leakage + n_converters * (adc.leakage + add.leakage),
	};
}

static const struct field fields[] = {
	INT(sram_charge, n_rows, 1, 4096, "256", "rows"),
	INT(sram_charge, n_columns, 1, 4096, "64", "columns"),
	INT(sram_charge, n_rows_read, 0, 4096, "0", "rows read at once; 0: all"),
	INT(sram_charge, n_converters, 1, 4096, "64", "converters"),
	INT(sram_charge, n_bits_in, 1, 16, "1", "input bits, one after another"),
	INT(sram_charge, n_bits_dac, 0, 10, "0", "bits of an input that is a level of its line; 0: none"),
	INT(sram_charge, n_bits_sum, 0, 64, "0",
		"width of the sum behind a converter; 0: what the input bits of the access need"),
	{"xnor", FIELD_BOOL, DIM_NONE, offsetof(struct sram_charge, is_xnor), 0, 1, "false", NULL,
		"inputs of either sign on two lines per row, of which one rises", 0},
	INT(sram_charge, n_gates, 1, 8, "2", "gates of a cell on its input lines"),
	REAL(sram_charge, k_cell, DIM_NONE, 0.5, 20, "1.5", "area of a cell over that of the node's 6T cell"),
	REAL(sram_charge, k_ones, DIM_NONE, 0, 1, "0.5", "share of ones in the input"),
	REAL(sram_charge, c_cell, DIM_FARAD, 0, 1e-12, "0 F", "capacitor of a cell; 0: metal as large as the cell"),
	KIND(sram_charge, converter, adc_kinds, "sar", "column converter"),
	FIELD_END,
};

const struct module_kind module_sram_charge = {
	.head = {"sram_charge", "SRAM macro that adds up charge, one access", "Valavi2019",
		sizeof(struct sram_charge), fields},
	.estimate = estimate,
};
