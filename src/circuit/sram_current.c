/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM array that adds up cell currents on its bit lines, with its converters.
 *
 * Model    an access: every converter works once for every input bit. Word lines of the rows
 *          that are read, driven by flip-flops, open as long as all of them together take to
 *          swing a line by K_FULL v_dd: C v/(rows i_cell), at least a fan-out-of-four delay
 *          every line of the array swings, by rows x ones x half of the cells in the mean;
 *          prechargers restore what was lost; converter and shift-and-add follow
 *          static: lines are held at the supply, as many as there are converters, and rows x
 *          ones/2 cell currents flow from it until the conversion is done
 *          pulses: an input of b bits opens its word line up to 2^b - 1 times before one
 *          conversion, half as often in the mean; a line still swings by its full scale
 *          area: cells of k_cell times the node's 6T cell, drivers, prechargers, write
 *          drivers, column switches, converters with a shift-and-add each
 * Source   [CACTI] (array); [Jiang2020] (unit)
 * Assumes  half of the stored bits are ones; inputs are applied one bit at a time; columns that
 *          share a converter open with the same word line
 * Valid    up to 4096 rows
 * Checked  tests/unit/check_sram_macros.c
 */
#include <math.h>
#include <stddef.h>

#include "circuit/adc.h"
#include "circuit/gate.h"
#include "circuit/mux.h"
#include "circuit/precharger.h"
#include "circuit/register.h"
#include "circuit/shift_add.h"
#include "circuit/sram_column.h"
#include "circuit/sram_write.h"
#include "circuit/word_driver.h"

#define K_FULL   0.6 /* full scale of the lines over v_dd */
#define K_SWITCH 4   /* column switches' resistance over that of the minimum inverter: a quarter */

/* mho module sram_current: one access. */
struct sram_current {
	struct module module;
	int n_rows, n_columns, n_rows_read, n_converters, n_bits_in, n_bits_pulse, n_gates;
	bool is_static;
	double k_cell, k_ones;
	const struct adc *converter;
};

/* What lies along the lines; energy of one input bit without word lines and converters. */
static struct est columns(const struct sram_current *s, const struct tech *t, int n_read, int n_pulses)
{
	struct sram_column col = sram_column(t, s->n_rows);
	double v_full = K_FULL * t->v_dd;
	struct est restore = precharger_estimate(&(struct precharger){.n_columns = s->n_columns,
							 .n_rows = s->n_rows,
							 .v_swing = v_full * s->k_ones / 2},
		t);
	struct est write = sram_write_estimate(
		&(struct sram_write){.n_bits = s->n_columns, .n_rows = s->n_rows}, t);
	double t_swing = fmax(col.c * v_full / (n_read * col.i_cell), n_pulses * gate_t_fo4(t)) +
			 col.wire.r * col.c / 2;

	return (struct est){
		.area = restore.area + write.area,
		.latency = t_swing + (s->is_static ? 0 : restore.latency),
		.energy = s->is_static ? 0 : restore.energy,
		.leakage = restore.leakage + write.leakage,
	};
}

static struct est estimate(const struct module *m, const struct tech *t)
{
	const struct sram_current *s = (const struct sram_current *)m;
	const struct node_sram *cell = &t->node->sram;
	double f = t->l_feature, k_side = sqrt(s->k_cell), n_cells = (double)s->n_rows * s->n_columns;
	int n_read = s->n_rows_read > 0 && s->n_rows_read < s->n_rows ? s->n_rows_read : s->n_rows;
	int n_converters = s->n_converters < s->n_columns ? s->n_converters : s->n_columns;
	int n_share = (s->n_columns + n_converters - 1) / n_converters;
	struct est word = word_driver_estimate(
		&(struct word_driver){.n_rows = s->n_rows,
			.n_columns = s->n_columns,
			.l_cell = cell->k_width_in_f * f * k_side,
			.c_cell = s->n_gates * transistor_c_gate(t, cell->k_w_access * f)},
		t);
	int n_pulses = (1 << s->n_bits_pulse) - 1;
	struct est in = reg_bits(t, n_read), lines = columns(s, t, n_read, n_pulses);
	struct mux_est select = {0};
	struct est adc = adc_convert(s->converter, t);
	struct est add = shift_add_estimate(
		&(struct shift_add){.n_bits = s->converter->n_bits + s->n_bits_in, .n_columns = 1}, t);

	double t_bit = in.latency + n_pulses * word.latency + lines.latency + adc.latency + add.latency;
	double i_static = s->is_static ? n_converters * n_read * s->k_ones / 2 * sram_column(t, 1).i_cell : 0;

	if (n_share > 1)
		select = mux_estimate(&(struct mux){.n_out = n_converters,
					      .n_in = n_share,
					      .r_pass = gate_inverter(t, K_SWITCH).r_n,
					      .v_line = t->v_dd},
			t);
	return (struct est){
		.area = n_cells * s->k_cell * cell->k_width_in_f * cell->k_height_in_f * f * f +
			tech_placed(t, word.area + in.area + lines.area + select.est.area +
						n_converters * add.area) +
			n_converters * adc.area,
		.latency = s->n_bits_in * t_bit,
		.energy = s->n_bits_in *
			  (in.energy + n_read * s->k_ones * (1 + n_pulses) / 2 * word.energy +
				  lines.energy + i_static * t->v_dd * t_bit + select.est.energy +
				  n_converters * (adc.energy + add.energy)),
		.leakage = n_cells * sram_cell_leakage(t) + word.leakage + in.leakage + lines.leakage +
			   select.est.leakage + n_converters * (adc.leakage + add.leakage),
	};
}

static const struct field fields[] = {
	INT(sram_current, n_rows, 1, 4096, "256", "rows"),
	INT(sram_current, n_columns, 1, 4096, "128", "columns"),
	INT(sram_current, n_rows_read, 0, 4096, "0", "rows read at once; 0: all"),
	INT(sram_current, n_converters, 1, 4096, "128", "converters"),
	INT(sram_current, n_bits_in, 1, 16, "1", "input bits, one after another"),
	INT(sram_current, n_bits_pulse, 1, 8, "1",
		"bits of an input that is a number of pulses, before one conversion"),
	{"static", FIELD_BOOL, DIM_NONE, offsetof(struct sram_current, is_static), 0, 1, "false", NULL,
		"lines are held, and the cells' current flows until the conversion is done", 0},
	INT(sram_current, n_gates, 1, 4, "2", "gates of a cell on the word line"),
	REAL(sram_current, k_cell, DIM_NONE, 0.5, 20, "1", "area of a cell over that of the node's 6T cell"),
	REAL(sram_current, k_ones, DIM_NONE, 0, 1, "0.5", "share of ones in the input"),
	KIND(sram_current, converter, adc_kinds, "flash", "column converter"),
	FIELD_END,
};

const struct module_kind module_sram_current = {
	.head = {"sram_current", "SRAM macro that adds up currents, one access", "Jiang2020",
		sizeof(struct sram_current), fields},
	.estimate = estimate,
};
