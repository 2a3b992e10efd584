/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buffers.
 *
 * Model    SRAM: banks of N_ROWS rows and a frame of dummy cells, with the corner of sram_frame.c; address flip-flops, row decoder
 *          that drives the word line; the word line stays open until the weakest cell of all has
 *          discharged its bit line by v_swing, through access and pull-down transistor, in which
 *          time the mean one discharges it by v_swing over k_weak (sram_column.c); switches
 *          between columns and latch sense amplifiers, two NAND2 that hold the bit; all columns
 *          of a row are restored by that swing, written columns swing to the rail; a word travels
 *          over repeated wires as long as the side of the macro, a word to be written waits in
 *          flip-flops; every cell leaks through two inverters
 *          register_file.c where that is smaller
 * Source   [CACTI], [WesteHarris2010]; [Pelgrom1989] (weakest cell)
 * Assumes  one port; precharge overlaps the next decode; the macro is square; replica bit lines
 *          track the cells' current without error
 * Valid    up to 1 Gbit
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/buffer.h"

#include <math.h>
#include <stddef.h>

#include "circuit/decoder.h"
#include "circuit/driver.h"
#include "circuit/gate.h"
#include "circuit/register.h"
#include "circuit/register_file.h"
#include "circuit/sram_column.h"
#include "circuit/sram_frame.h"
#include "circuit/wire.h"

#define N_ROWS         128
#define N_BITS_REGISTERS 4096 /* above, no register file is smaller */
#define K_SENSE_W_IN_F 8    /* each transistor of the sense latch */
#define K_SWITCH       4    /* column switches, in minimum inverters */
#define N_DUMMY        2    /* rows and columns around the array that print like its inside */

static struct buffer_est register_file(const struct buffer *b, const struct tech *t)
{
	struct register_file r = {.n_words = (int)ceil(b->n_bits / b->n_word), .n_bits = b->n_word};
	struct register_file_est e = register_file_estimate(&r, t);

	return (struct buffer_est){
		.area = e.read.area,
		.leakage = e.read.leakage,
		.t_access = e.read.latency,
		.e_read = e.read.energy,
		.e_write = e.write.energy,
		.n_banks = 1,
	};
}

/* The switches between bit lines and sense latches: a pair per column. */
struct column_switches {
	struct est est; /* their select line raised */
	struct pass_gate gate;
	double n_share; /* columns of a latch */
};

static struct column_switches column_switches(const struct tech *t, int n_columns, int n_word)
{
	double n_share = (double)n_columns / n_word;
	struct pass_gate p = pass_gate_for(t, gate_inverter(t, K_SWITCH).r_n, t->v_dd);
	struct line line = line_of(t->local, n_columns * t->node->sram.k_width_in_f * t->l_feature);
	double c_gates = 2.0 * n_word * (p.c_gate_n + p.c_gate_p);
	struct driver_est d = driver_estimate(&(struct driver){line, c_gates}, t);
	struct est e = decoder_estimate(
		&(struct decoder){.n_bits = decoder_bits((int)ceil(n_share)), .c_load = d.c_in}, t);

	e.area += n_share * d.est.area + 2.0 * n_columns * p.a;
	e.energy += d.est.energy;
	e.leakage += n_share * d.est.leakage;
	return (struct column_switches){e, p, n_share};
}

struct bit_line {
	double c, v_swing;          /* of the mean cell when the word line closes */
	double t, e_read, e_write; /* per column */
};

static struct bit_line bit_line(const struct tech *t, double n_cells, const struct column_switches *select)
{
	double v_sense = t->node->sram.v_swing, k_weak = sram_column_k_weak(t, n_cells);
	struct sram_column col = sram_column(t, N_ROWS);
	double w_sense = K_SENSE_W_IN_F * t->l_feature, c = col.c + select->gate.c_drain;
	double v_swing = fmin(v_sense / k_weak, t->v_dd);
	double c_sense = 2 * (transistor_c_gate(t, w_sense) + transistor_c_drain(t, w_sense)) +
			 select->n_share * select->gate.c_drain;
	double tau = c_sense / (transistor_gm_n(t, w_sense) + transistor_gm_p(t, w_sense));

	return (struct bit_line){
		.c = c,
		.v_swing = v_swing,
		.t = c * v_sense / (k_weak * col.i_cell) + col.wire.r * c / 2 +
		     select->gate.r * c_sense + tau * log(t->v_dd / v_sense),
		.e_read = c * v_swing * t->v_dd + 2 * c_sense * t->v_dd * t->v_dd,
		.e_write = c * t->v_dd * t->v_dd,
	};
}

/* What holds a bit that was read: one of two NAND2 rises, then the other falls. */
static struct est output(const struct tech *t)
{
	struct gate nand = gate_nand(t, 2, 1);
	double k_wiring = t->node->layout.k_wiring;
	struct edge e = {0, 0};

	e = edge_through(e, k_wiring * gate_tau(&nand, nand.c_in));
	e = edge_through(e, k_wiring * gate_tau(&nand, nand.c_in));
	return (struct est){
		.area = 2 * nand.a,
		.latency = e.t,
		.energy = k_wiring * (2 * nand.c_in + nand.c_out) * t->v_dd * t->v_dd,
		.leakage = 2 * nand.p_leak,
	};
}

/* One bank: its area and leakage. */
static struct est bank(const struct tech *t, int n_columns, int n_word, struct est rows, struct est select)
{
	const struct node_sram *s = &t->node->sram;
	double f = t->l_feature, a_cell = s->k_width_in_f * s->k_height_in_f * f * f;
	struct gate sense = gate_make(
		t, (struct gate_shape){GATE_INVERTER, 1, K_SENSE_W_IN_F * f, K_SENSE_W_IN_F * f});
	struct gate driver = gate_inverter(t, 4);
	struct est hold = output(t);
	double a_cells = a_cell * (n_columns + N_DUMMY) * (N_ROWS + N_DUMMY);
	/* per column: precharge pair and write driver; per bit of the word: a sense latch */
	double a_columns = tech_placed(t, select.area + n_columns * 2 * driver.a +
						  n_word * (2 * sense.a + hold.area));
	double a_rows = tech_placed(t, rows.area);

	return (struct est){
		.area = a_cells + a_rows + a_columns + sram_corner(a_cells, a_rows, a_columns),
		.leakage = sram_cell_leakage(t) * n_columns * N_ROWS + rows.leakage + select.leakage +
			   n_columns * driver.p_leak + n_word * hold.leakage,
	};
}

static struct buffer_est sram(const struct buffer *b, const struct tech *t)
{
	const struct node_sram *s = &t->node->sram;
	double f = t->l_feature;
	/* at least as wide as high; a word need not divide it */
	int n_columns = b->n_word > N_ROWS ? b->n_word : N_ROWS;
	double n_banks = ceil(b->n_bits / ((double)n_columns * N_ROWS));
	struct line word = line_of(t->local, n_columns * s->k_width_in_f * f);
	double c_word = 2.0 * n_columns * transistor_c_gate(t, s->k_w_access * f);
	struct est d = decoder_estimate(
		&(struct decoder){.n_bits = decoder_bits(N_ROWS), .line = word, .c_load = c_word},
		t);
	struct column_switches select = column_switches(t, n_columns, b->n_word);
	struct bit_line bit = bit_line(t, b->n_bits, &select);
	struct est one = bank(t, n_columns, b->n_word, d, select.est), hold = output(t);
	double n_address = log2(fmax(b->n_bits / b->n_word, 2));
	struct est address = reg_bits(t, (int)ceil(n_address)), data = reg_bits(t, b->n_word);
	double a_registers = tech_placed(t, address.area + data.area);
	struct repeated link = wire_repeated(t, t->intermediate);
	double l_side = sqrt(n_banks * one.area + a_registers), n_wires = b->n_word + n_address;
	double e_all = address.energy + d.energy + select.est.energy +
		       (n_columns - b->n_word) * bit.c * bit.v_swing * t->v_dd +
		       t->node->activity.k_bus * n_wires * l_side * link.e_per_l;

	return (struct buffer_est){
		.area = n_banks * one.area + a_registers + n_wires * l_side * link.a_per_l,
		.leakage = n_banks * one.leakage + address.leakage + data.leakage +
			   n_wires * l_side * link.p_per_l,
		.t_access = address.latency + d.latency + bit.t + hold.latency +
			    l_side * link.t_per_l,
		.e_read = e_all + b->n_word * (bit.e_read + hold.energy),
		.e_write = e_all + data.energy + b->n_word * bit.e_write,
		.n_banks = n_banks,
	};
}

struct buffer_est buffer_estimate(const struct buffer *b, const struct tech *t)
{
	if (b->n_bits <= 0)
		return (struct buffer_est){0};

	struct buffer_est macro = sram(b, t);

	if (b->n_bits > N_BITS_REGISTERS)
		return macro;

	struct buffer_est registers = register_file(b, t);

	return registers.area < macro.area ? registers : macro;
}

static const struct field fields[] = {
	REAL(buffer, n_bits, DIM_NONE, 0, 1e9, "65536", "capacity in bits"),
	INT(buffer, n_word, 1, 4096, "64", "bits of one access"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	struct buffer_est b = buffer_estimate((const struct buffer *)m, t);

	return (struct est){b.area, b.t_access, b.e_read, b.leakage};
}

const struct module_kind module_buffer = {
	.head = {"buffer", "SRAM macro or register file, one read", "CACTI", sizeof(struct buffer),
		fields},
	.estimate = estimate,
};
