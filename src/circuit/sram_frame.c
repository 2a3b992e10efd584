/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an SRAM compute macro has besides its sums.
 *
 * Model    port: row decoder in front of the word lines, which have drivers of their own unless the
 *          inputs' are the same lines; per column prechargers and write drivers; per K_PORT columns
 *          a multiplexer and a sense latch; flip-flops for address and word. It stands still
 *          during an access
 *          phases: one line along the rows that lets the inputs pass, K_PHASES along the columns
 *          (reset, convert), each with its driver; rows and conversion follow each other, the
 *          reset falls into the time of the inputs. Clock: a line along both sides to the
 *          flip-flops, whose own pins register.c counts
 *          a step of the clock waits SRAM_MARGIN_FO4: 1.0 latch, 0.3 skew, 0.5 jitter
 *          a row and a column of dummy cells at each edge
 *          area: what stands beside the rows is as high as the array, what stands below the columns
 *          as wide; the corner where they meet, a_rows a_columns/a_cells, holds what makes the phases.
 *          A strip thicker than the array is folded: the corner is not larger than either
 * Source   [WesteHarris2010] (SRAM periphery, clock distribution), [Hrishikesh2002] (margin);
 *          [JiangC3SRAM2020] (a compute macro keeps the periphery of a memory)
 * Assumes  lines of intermediate metal; what makes the phases draws no energy and fits the corner
 * Valid    up to 4096 rows
 * Checked  tests/unit/check_sram_macros.c
 */
#include "circuit/sram_frame.h"

#include <math.h>
#include <stddef.h>

#include "circuit/comparator.h"
#include "circuit/decoder.h"
#include "circuit/driver.h"
#include "circuit/gate.h"
#include "circuit/mux.h"
#include "circuit/precharger.h"
#include "circuit/register.h"
#include "circuit/shift_add.h"
#include "circuit/sram_write.h"
#include "circuit/word_driver.h"

#define K_PHASES     2
#define K_PORT       4   /* columns that share a bit of the port's word */
#define K_SWITCH     4   /* minimum inverters */
#define V_OFFSET     0.02 /* [V] sigma of the sense latches */
#define N_DUMMY      2

int sram_frame_bits(int n_bits_sum, int n_bits_converter, int n_bits_in)
{
	if (n_bits_sum > 0)
		return n_bits_sum;
	return n_bits_in > 1 ? n_bits_converter + n_bits_in : 0;
}

struct est sram_frame_sum(int n_bits, const struct tech *t)
{
	if (n_bits == 0)
		return (struct est){0};
	return shift_add_estimate(&(struct shift_add){.n_bits = n_bits, .n_columns = 1}, t);
}

double sram_corner(double a_cells, double a_rows, double a_columns)
{
	return fmin(a_rows * a_columns / a_cells, fmin(a_rows, a_columns));
}

double sram_frame_area(const struct sram_frame *s, const struct tech *t, double a_rows, double a_columns)
{
	const struct node_sram *m = &t->node->sram;
	double f = t->l_feature;
	double a_cells = (double)(s->n_rows + N_DUMMY) * (s->n_columns + N_DUMMY) * s->k_cell *
			 m->k_width_in_f * m->k_height_in_f * f * f;

	return a_cells + a_rows + a_columns + sram_corner(a_cells, a_rows, a_columns);
}

/* What opens a row to be written or read back. */
static struct est port_rows(const struct sram_frame *s, const struct tech *t)
{
	const struct node_sram *m = &t->node->sram;
	double f = t->l_feature;
	struct est select = decoder_estimate(
		&(struct decoder){.n_bits = decoder_bits(s->n_rows), .c_load = gate_nand(t, 2, 1).c_in}, t);
	struct est address = reg_bits(t, decoder_bits(s->n_rows));

	if (s->has_words)
		return est_beside(select, address);

	struct est words = word_driver_estimate(&(struct word_driver){.n_rows = s->n_rows,
							.n_columns = s->n_columns,
							.l_cell = sqrt(s->k_cell) * m->k_width_in_f * f,
							.c_cell = 2 * transistor_c_gate(t, m->k_w_access * f)},
		t);

	return est_beside(est_beside(select, address), words);
}

/* What writes and reads the bits of an open row. */
static struct est port_columns(const struct sram_frame *s, const struct tech *t)
{
	double v_swing = t->node->sram.v_swing, n_word = ceil((double)s->n_columns / K_PORT);
	struct gate nand = gate_nand(t, 2, 1);
	struct est write = sram_write_estimate(
		&(struct sram_write){.n_bits = s->n_columns, .n_rows = s->n_rows}, t);
	struct est sense = comparator_estimate(&(struct comparator){V_OFFSET, v_swing}, t).est;
	struct est select = mux_estimate(&(struct mux){.n_out = (int)(2 * n_word),
						 .n_in = K_PORT,
						 .r_pass = gate_inverter(t, K_SWITCH).r_n,
						 .v_line = t->v_dd},
		t).est;
	struct est hold = {.area = 2 * nand.a, .leakage = 2 * nand.p_leak};
	struct est all = est_beside(est_beside(write, select),
		est_beside(est_copies(est_beside(sense, hold), n_word), reg_bits(t, (int)n_word)));

	if (s->has_precharge)
		return all;
	return est_beside(all, precharger_estimate(&(struct precharger){.n_columns = s->n_columns,
							   .n_rows = s->n_rows,
							   .v_swing = v_swing},
				       t));
}

struct sram_frame_est sram_frame_estimate(const struct sram_frame *s, const struct tech *t)
{
	const struct node_sram *m = &t->node->sram;
	double f = t->l_feature, k_side = sqrt(s->k_cell);
	double l_rows = s->n_rows * k_side * m->k_height_in_f * f;
	double l_columns = s->n_columns * k_side * m->k_width_in_f * f;
	double c_in = gate_nand(t, 2, 1).c_in, c_clock = s->n_flops * gate_inverter(t, 1).c_in;
	struct est row = driver_estimate(
		&(struct driver){line_of(t->intermediate, l_rows), s->n_row_pins * c_in}, t).est;
	struct est column = driver_estimate(
		&(struct driver){line_of(t->intermediate, l_columns), s->n_column_pins * c_in}, t).est;
	struct est clock = driver_estimate(
		&(struct driver){line_of(t->intermediate, l_rows + l_columns), c_clock}, t).est;
	struct est rows = port_rows(s, t), columns = port_columns(s, t);

	return (struct sram_frame_est){
		.est =
			{
				.latency = row.latency + column.latency + SRAM_MARGIN_FO4 * gate_t_fo4(t),
				.energy = s->n_row_phases * row.energy + K_PHASES * column.energy +
					  clock.energy - c_clock * t->v_dd * t->v_dd,
				.leakage = rows.leakage + columns.leakage + row.leakage +
					   K_PHASES * column.leakage + clock.leakage,
			},
		.a_rows = rows.area + row.area,
		.a_columns = columns.area + K_PHASES * column.area + clock.area,
	};
}
