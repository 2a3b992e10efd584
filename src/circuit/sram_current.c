/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM array that adds up cell currents on its bit lines, with its converters.
 *
 * Model    an access: every converter works once for every input bit. Word lines of the rows
 *          that are read, driven by flip-flops, open as long as all of them together take to
 *          swing a line by K_FULL v_dd: C v/(rows i_cell), at least a fan-out-of-four delay;
 *          every line of the array swings, by rows x ones x half of the cells in the mean;
 *          prechargers restore what was lost; converter and shift-and-add follow
 *          static: lines are held at the supply, as many as there are converters, and rows x
 *          ones/2 cell currents flow from it from the rise of the word lines until the conversion
 *          is done, and as much again from what they are compared with
 *          pulses: an input of b bits opens its word line up to 2^b - 1 times before one
 *          conversion, half as often in the mean; a line still swings by its full scale. Every row
 *          has a ripple counter that its own pulses clock, 2 - 2^(1-b) flip-flops a pulse; a pulse
 *          takes a rise and a fall of the word line, and as long as the counter's first bit
 *          n_bits_dac: an input of so many bits opens its word line once, at a level (row_dac.c)
 *          n_thresholds: converters of one bit are offered one threshold after another by rows
 *          of reference cells, each an access of its own
 *          where columns share a converter: its select lines, and the line settles through the switch
 *          area: cells of k_cell times the node's 6T cell, drivers, prechargers, column
 *          switches, converters, with a shift-and-add each if there is something to add, sram_frame.c
 * Source   [CACTI] (array); [Jiang2020] (unit); [Dong2020] (counted pulses); [Yu2020] (thresholds)
 * Assumes  half of the stored bits are ones; inputs are applied one bit at a time; columns that
 *          share a converter open with the same word line
 * Valid    up to 4096 rows
 * Checked  tests/unit/check_sram_macros.c
 */
#include <math.h>
#include <stddef.h>

#include "base/physconst.h"
#include "base/whole.h"
#include "circuit/adc.h"
#include "circuit/gate.h"
#include "circuit/mux.h"
#include "circuit/precharger.h"
#include "circuit/register.h"
#include "circuit/row_dac.h"
#include "circuit/sram_column.h"
#include "circuit/sram_frame.h"
#include "circuit/word_driver.h"

#define K_FULL   0.6 /* full scale of the lines over v_dd */
#define K_NANDS  4   /* per bit of a counter: load, zero */
#define K_SWITCH 4   /* column switches' resistance over that of the minimum inverter: a quarter */

/* mho module sram_current: one access. */
struct sram_current {
	struct module module;
	int n_rows, n_columns, n_rows_read, n_converters, n_bits_in, n_bits_pulse, n_gates;
	int n_bits_dac, n_bits_sum, n_thresholds;
	bool is_static;
	double k_cell, k_ones;
	const struct adc *converter;
};

/* What lies along the lines; energy of one input bit without word lines and converters; latency of the
 * swing alone in *t_swing. */
static struct est columns(const struct sram_current *s, const struct tech *t, int n_read, double *t_swing)
{
	struct sram_column col = sram_column(t, s->n_rows);
	double v_full = K_FULL * t->v_dd;
	struct est restore = precharger_estimate(&(struct precharger){.n_columns = s->n_columns,
							 .n_rows = s->n_rows,
							 .v_swing = v_full * s->k_ones / 2},
		t);

	*t_swing = col.c * v_full / (n_read * col.i_cell);
	restore.latency = col.wire.r * col.c / 2 + (s->is_static ? 0 : restore.latency);
	restore.energy = s->is_static ? 0 : restore.energy;
	return restore;
}

/* Inputs: a flip-flop per row, a counter whose pulses open the word line, or a level. */
struct inputs {
	struct est hold; /* once per conversion; area as placed */
	int n_pulses;    /* at most */
	double e_pulse, t_pulse;
};

static struct inputs inputs(const struct sram_current *s, const struct tech *t, int n_read, const struct est *word)
{
	int b = s->n_bits_dac > 0 ? 1 : s->n_bits_pulse;
	struct inputs in = {.hold = reg_bits(t, n_read * b),
		.n_pulses = (1 << b) - 1,
		.e_pulse = word->energy,
		.t_pulse = word->latency + gate_t_fo4(t)};

	if (b > 1) {
		struct est count = reg_estimate(&(struct reg){.n_bits = 1, .k_active = 1}, t);
		struct gate nand = gate_nand(t, 2, 1);
		in.hold.area += (double)n_read * b * K_NANDS * nand.a;
		in.hold.leakage += (double)n_read * b * K_NANDS * nand.p_leak;
		in.e_pulse += (2 - ldexp(2, -b)) * count.energy;
		in.t_pulse = fmax(2 * word->latency, count.latency + SRAM_MARGIN_FO4 * gate_t_fo4(t));
	}
	in.hold.area = tech_placed(t, in.hold.area);
	if (s->n_bits_dac > 0)
		in.hold = est_copies(row_dac_estimate(t, s->n_bits_dac), n_read);
	return in;
}

/* Columns that share a converter: their select lines, and the line settles through the switch. */
static struct est selection(const struct sram_current *s, const struct tech *t, int n_converters)
{
	int n_share = div_up(s->n_columns, n_converters);

	if (n_share == 1)
		return (struct est){0};

	struct mux_est m = mux_estimate(&(struct mux){.n_out = n_converters,
						.n_in = n_share,
						.r_pass = gate_inverter(t, K_SWITCH).r_n,
						.v_line = t->v_dd},
		t);

	m.est.latency += m.r * (sram_column(t, s->n_rows).c + m.c_out) * (s->converter->n_bits + 1) * K_LN2;
	return m.est;
}

static struct est estimate(const struct module *m, const struct tech *t)
{
	const struct sram_current *s = (const struct sram_current *)m;
	const struct node_sram *cell = &t->node->sram;
	double f = t->l_feature, k_side = sqrt(s->k_cell), n_cells = (double)s->n_rows * s->n_columns;
	int n_read = s->n_rows_read > 0 && s->n_rows_read < s->n_rows ? s->n_rows_read : s->n_rows;
	int n_converters = s->n_converters < s->n_columns ? s->n_converters : s->n_columns;
	int n_bits_sum = sram_frame_bits(s->n_bits_sum, s->converter->n_bits, s->n_bits_in);
	struct est word = word_driver_estimate(
		&(struct word_driver){.n_rows = s->n_rows,
			.n_columns = s->n_columns,
			.l_cell = cell->k_width_in_f * f * k_side,
			.c_cell = s->n_gates * transistor_c_gate(t, cell->k_w_access * f)},
		t);
	double t_swing;
	struct est lines = columns(s, t, n_read, &t_swing);
	struct inputs in = inputs(s, t, n_read, &word);
	struct sram_frame around = {.n_rows = s->n_rows,
		.n_columns = s->n_columns,
		.k_cell = s->k_cell,
		.has_words = true,
		.has_precharge = true,
		.n_row_pins = s->n_rows,
		.n_row_phases = in.n_pulses,
		.n_column_pins = n_converters,
		.n_flops = (double)n_read * s->n_bits_pulse + (double)n_converters * n_bits_sum};
	struct sram_frame_est frame = sram_frame_estimate(&around, t);
	struct est adc = adc_convert(s->converter, t), select = selection(s, t, n_converters);
	struct est add = sram_frame_sum(n_bits_sum, t);

	double t_open = in.n_pulses * fmax(in.t_pulse, word.latency + t_swing / in.n_pulses);
	/* word lines stay open until the code is taken, the phases' own delays and margin included */
	double t_static = t_open + select.latency + lines.latency + adc.latency + frame.est.latency;
	double t_bit = in.hold.latency + t_static + add.latency;
	/* half of the ones meet a one; reference */
	double i_static = s->is_static ? n_converters * n_read * s->k_ones * sram_column(t, 1).i_cell : 0;
	double n_accesses = (double)s->n_bits_in * s->n_thresholds;

	return (struct est){
		.area = sram_frame_area(&around, t, in.hold.area + tech_placed(t, word.area + frame.a_rows),
			tech_placed(t, lines.area + select.area + frame.a_columns + n_converters * add.area) +
				n_converters * adc.area),
		.latency = n_accesses * t_bit,
		.energy = n_accesses * (in.hold.energy + n_read * s->k_ones * (1 + in.n_pulses) / 2 * in.e_pulse +
					       lines.energy + i_static * t->v_dd * t_static + select.energy +
					       frame.est.energy + n_converters * (adc.energy + add.energy)),
		.leakage = n_cells * sram_cell_leakage(t) + word.leakage + in.hold.leakage + lines.leakage +
			   frame.est.leakage + select.leakage + n_converters * (adc.leakage + add.leakage),
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
	INT(sram_current, n_bits_dac, 0, 10, "0", "bits of an input that is a level of its word line, in place of pulses; 0: none"),
	INT(sram_current, n_bits_sum, 0, 64, "0",
		"width of the sum behind a converter; 0: what the input bits of the access need"),
	INT(sram_current, n_thresholds, 1, 4096, "1", "thresholds offered to a converter one after another"),
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
