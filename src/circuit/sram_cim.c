/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SRAM compute-in-memory bank.
 *
 * Model    cells of the node's SRAM; per row a word driver and an input flip-flop; per
 *          column a precharger and a write driver; n_converters flash converters
 *          (adc_flash.c) with a shift-and-add each, whose sum is as wide as converter,
 *          input and value bits together; port, clock and phases: sram_frame.c
 *          a vector: for each input bit the word lines of the driven rows open just long
 *          enough for all cells of a column together to swing K_FULL v_dd: C v/(n_rows
 *          i_cell); in the mean half of the driven cells pull, prechargers restore what
 *          they took; conversions = columns x input bits, n_columns_per_converter of them
 *          one after the other per bit while the lines hold
 * Source   [Jiang2020] (unit), [CACTI] (array), [VanderPlas2006] (converter)
 * Assumes  half of the stored bits are ones; the lines discharge for a fan-out-of-four
 *          delay at least
 * Valid    n_rows up to 1024
 * Checked  tests/unit/check_blocks.c: conversions counted once
 */
#include "circuit/sram_cim.h"

#include <math.h>
#include <stddef.h>

#include "circuit/adc.h"
#include "circuit/decoder.h"
#include "circuit/gate.h"
#include "circuit/precharger.h"
#include "circuit/register.h"
#include "circuit/shift_add.h"
#include "circuit/sram_column.h"
#include "circuit/sram_frame.h"
#include "circuit/sram_write.h"
#include "circuit/word_driver.h"

#define K_FULL 0.6 /* full scale of the lines over v_dd */

static int columns(const struct sram_cim *s)
{
	return s->n_converters * s->n_columns_per_converter;
}

static struct est word_lines(const struct sram_cim *s, const struct tech *t)
{
	const struct node_sram *m = &t->node->sram;
	double f = t->l_feature;

	return word_driver_estimate(&(struct word_driver){.n_rows = s->n_rows,
					    .n_columns = columns(s),
					    .l_cell = m->k_width_in_f * f,
					    .c_cell = 2 * transistor_c_gate(t, m->k_w_access * f)},
		t);
}

struct est sram_cim_estimate(const struct sram_cim *s, const struct tech *t)
{
	int n_columns = columns(s),
	    n_bits_sum = s->n_bits_converter + s->n_bits_in + s->n_bits_value;
	double v_full = K_FULL * t->v_dd;
	double n_cells = (double)s->n_rows * n_columns;
	struct sram_column col = sram_column(t, s->n_rows);
	struct est word = word_lines(s, t), in = reg_bits(t, s->n_rows);
	struct est restore = precharger_estimate(&(struct precharger){.n_columns = n_columns,
							 .n_rows = s->n_rows,
							 .v_swing = v_full * s->k_ones / 2},
		t);
	struct sram_frame around = {.n_rows = s->n_rows,
		.n_columns = n_columns,
		.k_cell = 1,
		.has_words = true,
		.has_precharge = true,
		.n_row_pins = s->n_rows,
		.n_row_phases = 1,
		.n_column_pins = s->n_converters,
		.n_flops = s->n_rows + (double)s->n_converters * n_bits_sum};
	struct sram_frame_est frame = sram_frame_estimate(&around, t);
	struct est adc = adc_flash_plain(t, s->n_bits_converter, v_full);
	struct est add = shift_add_estimate(
		&(struct shift_add){.n_bits = n_bits_sum, .n_columns = s->n_columns_per_converter},
		t);
	/* one cell would need C v/i for the whole swing, n_rows of them the n_rows-th of it */
	double t_swing = fmax(col.c * v_full / (s->n_rows * col.i_cell), gate_t_fo4(t)) +
			 col.wire.r * col.c / 2;
	double t_convert = s->n_columns_per_converter * fmax(adc.latency, add.latency);
	double n_conversions = (double)n_columns * s->n_bits_in;

	return (struct est){
		.area = sram_frame_area(&around, t, tech_placed(t, word.area + in.area + frame.a_rows),
			tech_placed(t, restore.area + frame.a_columns + s->n_converters * add.area) +
				s->n_converters * adc.area),
		.latency = s->n_bits_in *
			   (in.latency + word.latency + t_swing + t_convert + restore.latency +
				   frame.est.latency),
		.energy = s->n_bits_in * (in.energy + s->n_rows * s->k_ones * word.energy +
						 restore.energy + frame.est.energy) +
			  n_conversions * (adc.energy + add.energy),
		.leakage = n_cells * sram_cell_leakage(t) + word.leakage + in.leakage +
			   restore.leakage + frame.est.leakage +
			   s->n_converters * (adc.leakage + add.leakage),
	};
}

struct est sram_cim_write(const struct sram_cim *s, const struct tech *t)
{
	int n_columns = columns(s);
	struct est word = word_lines(s, t);
	struct est write = sram_write_estimate(
		&(struct sram_write){.n_bits = n_columns, .n_rows = s->n_rows}, t);
	struct est restore = precharger_estimate(
		&(struct precharger){
			.n_columns = n_columns, .n_rows = s->n_rows, .v_swing = t->v_dd},
		t);

	return (struct est){
		.latency = word.latency + write.latency + restore.latency,
		.energy = word.energy + write.energy + restore.energy,
	};
}

static const struct field fields[] = {
	INT(sram_cim, n_rows, 1, 1024, "128", "rows"),
	INT(sram_cim, n_converters, 1, 1024, "16", "converters"),
	INT(sram_cim, n_columns_per_converter, 1, 256, "8", "columns that share a converter"),
	INT(sram_cim, n_bits_in, 1, 16, "8", "width of an error"),
	INT(sram_cim, n_bits_converter, 1, 8, "4", "resolution"),
	INT(sram_cim, n_bits_value, 1, 16, "4", "width of an activation"),
	REAL(sram_cim, k_ones, DIM_NONE, 0, 1, "0.25", "share of the rows driven per bit"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return sram_cim_estimate((const struct sram_cim *)m, t);
}

const struct module_kind module_sram_cim = {
	.head = {"sram_cim", "SRAM compute-in-memory bank, one error vector", "Jiang2020",
		sizeof(struct sram_cim), fields},
	.estimate = estimate,
};
