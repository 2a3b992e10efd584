/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buffers.
 *
 * Model    SRAM: banks of N_ROWS rows; word line driven by the row decoder; bit line
 *          discharged by v_swing through access and pull-down transistor, latch sense
 *          amplifier; all columns of a row are restored by v_swing, written columns swing
 *          to the rail; a word travels over repeated wires as long as the side of the
 *          macro; every cell leaks through two inverters
 *          register_file.c where that is smaller
 * Source   [CACTI], [WesteHarris2010]
 * Assumes  one port; precharge overlaps the next decode; the macro is square
 * Valid    up to 1 Gbit
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/buffer.h"

#include <math.h>
#include <stddef.h>

#include "circuit/decoder.h"
#include "circuit/gate.h"
#include "circuit/register_file.h"
#include "circuit/sram_column.h"
#include "circuit/wire.h"

#define N_ROWS         128
#define N_BITS_REGISTERS 4096 /* above, no register file is smaller */
#define K_SENSE_W_IN_F 8    /* each transistor of the sense latch */

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

struct bit_line {
	double c, t, e_read, e_write; /* per column */
};

static struct bit_line bit_line(const struct tech *t)
{
	const struct node_sram *s = &t->node->sram;
	struct sram_column col = sram_column(t, N_ROWS);
	double w_sense = K_SENSE_W_IN_F * t->l_feature, c = col.c;
	double c_sense = 2 * (transistor_c_gate(t, w_sense) + transistor_c_drain(t, w_sense));
	double tau = c_sense / (transistor_gm_n(t, w_sense) + transistor_gm_p(t, w_sense));

	return (struct bit_line){
		.c = c,
		.t = c * s->v_swing / col.i_cell + col.wire.r * c / 2 +
		     tau * log(t->v_dd / s->v_swing),
		.e_read = c * s->v_swing * t->v_dd + 2 * c_sense * t->v_dd * t->v_dd,
		.e_write = c * t->v_dd * t->v_dd,
	};
}

static struct buffer_est sram(const struct buffer *b, const struct tech *t)
{
	const struct node_sram *s = &t->node->sram;
	double f = t->l_feature;
	/* at least as wide as high, and a whole number of words */
	int n_columns = b->n_word * (int)fmax(1, round((double)N_ROWS / b->n_word));
	double n_banks = ceil(b->n_bits / ((double)n_columns * N_ROWS));
	struct line word = line_of(t->local, n_columns * s->k_width_in_f * f);
	double c_word = 2.0 * n_columns * transistor_c_gate(t, s->k_w_access * f);
	struct est d = decoder_estimate(
		&(struct decoder){.n_bits = decoder_bits(N_ROWS), .line = word, .c_load = c_word},
		t);
	struct bit_line bit = bit_line(t);
	struct gate sense = gate_make(
		t, (struct gate_shape){GATE_INVERTER, 1, K_SENSE_W_IN_F * f, K_SENSE_W_IN_F * f});
	struct gate driver = gate_inverter(t, 4);
	double a_cell = s->k_width_in_f * s->k_height_in_f * f * f;
	/* per column: precharge pair and write driver; per bit of the word: a sense latch */
	double a_bank = a_cell * n_columns * N_ROWS + d.area + n_columns * 2 * driver.a +
			b->n_word * 2 * sense.a;
	double p_cell = sram_cell_leakage(t);
	struct repeated link = wire_repeated(t, t->intermediate);
	double l_side = sqrt(n_banks * a_bank), n_address = log2(fmax(b->n_bits / b->n_word, 2));
	double e_link = t->node->activity.k_bus * (b->n_word + n_address) * l_side * link.e_per_l;
	double n_other = n_columns - b->n_word;

	return (struct buffer_est){
		.area = n_banks * a_bank + (b->n_word + n_address) * l_side * link.a_per_l,
		.leakage = n_banks * (p_cell * n_columns * N_ROWS + d.leakage +
					     n_columns * driver.p_leak) +
			   (b->n_word + n_address) * l_side * link.p_per_l,
		.t_access = d.latency + bit.t + l_side * link.t_per_l,
		.e_read = d.energy + b->n_word * bit.e_read +
			  n_other * bit.c * s->v_swing * t->v_dd + e_link,
		.e_write = d.energy + b->n_word * bit.e_write +
			   n_other * bit.c * s->v_swing * t->v_dd + e_link,
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
