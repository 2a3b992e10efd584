/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digital SRAM compute macro: a multiplier at every weight bit in use, an adder tree per sum.
 *
 * Model    an access: n_rows products of one input bit with n_bits_weight bits, added up by a tree
 *          for each of n_sums, then shifted and accumulated; n_bits_in of them one after another
 *          product: NOR2 of weight and input; a share p = k_ones/2 of them is one, and
 *          2 p (1 - p)/2 is charged per bit; tree: n_rows - 1 adders, a carry later per stage; input
 *          flip-flops drive lines over all sums; n_banks cells take turns at each product, through a
 *          NAND2 for each
 *          booth: two input bits at a time make a digit of -2 to 2; three lines per row (once,
 *          twice, negative) from K_ENCODER NAND2, each up in half of the passes at most; per bit of
 *          a product, of which there are one more, three NAND2 that choose and four that invert,
 *          each as active as a product
 *          area: cells, products and their selection, trees, accumulators, input drivers,
 *          sram_frame.c
 *          adders and accumulators of mirror full adders (mirror_adder.c)
 * Source   [Chih2021] (macro), [WesteHarris2010] (blocks, Booth), [Tu2022] (Booth in memory)
 * Assumes  half of the stored bits are ones; the clock fits the longest path; weights stand still
 * Valid    ripple adders: up to 512 rows
 * Checked  tests/unit/check_sram_macros.c
 */
#include <math.h>
#include <stddef.h>

#include "circuit/decoder.h"
#include "circuit/driver.h"
#include "circuit/gate.h"
#include "circuit/mirror_adder.h"
#include "circuit/register.h"
#include "circuit/sram_column.h"
#include "circuit/sram_frame.h"

#define K_BOOTH         7 /* NAND2 per bit of a product */
#define K_BOOTH_DEPTH   4
#define K_ENCODER       9 /* NAND2 per row */
#define K_ENCODER_DEPTH 3

/* mho module sram_digital: one access. */
struct sram_digital {
	struct module module;
	int n_rows, n_sums, n_bits_weight, n_bits_in, n_banks, n_bits_sum;
	bool is_booth;
	double k_cell, k_ones;
};

static int n_lines(const struct sram_digital *s)
{
	return s->is_booth ? 3 : 1;
}

/* Products of all sums. */
static struct est products(const struct sram_digital *s, const struct tech *t)
{
	struct gate nor = gate_nor(t, 2, 1), nand = gate_nand(t, 2, 1), g = s->is_booth ? nand : nor;
	double n_bits = s->n_bits_weight + (s->is_booth ? 1 : 0), n_gates = s->is_booth ? K_BOOTH : 1;
	double n_cells = (double)s->n_rows * s->n_sums, p = s->k_ones / 2;
	double n_select = s->n_banks > 1 ? s->n_banks * s->n_bits_weight : 0;
	double k_wiring = t->node->layout.k_wiring;
	struct edge e = {0, 0};

	for (int i = 0; i < (s->is_booth ? K_BOOTH_DEPTH : 1); i++)
		e = edge_through(e, k_wiring * gate_tau(&g, 2 * g.c_in));
	return (struct est){
		.area = n_cells * (n_bits * n_gates * g.a + n_select * nand.a),
		.latency = e.t,
		.energy = n_cells * n_bits * n_gates * p * (1 - p) * k_wiring * (g.c_out + g.c_in) * t->v_dd *
			  t->v_dd,
		.leakage = n_cells * (n_bits * n_gates * g.p_leak + n_select * nand.p_leak),
	};
}

/* The input bits of a pass: held, and encoded. */
static struct est inputs(const struct sram_digital *s, const struct tech *t)
{
	struct gate nand = gate_nand(t, 2, 1);
	double k_wiring = t->node->layout.k_wiring, n = s->is_booth ? (double)s->n_rows * K_ENCODER : 0;
	/* a digit looks at the bit below it, too */
	struct est hold = reg_bits(t, s->n_rows * n_lines(s));
	struct edge e = {0, 0};

	for (int i = 0; s->is_booth && i < K_ENCODER_DEPTH; i++)
		e = edge_through(e, k_wiring * gate_tau(&nand, 2 * nand.c_in));
	return est_then(hold,
		(struct est){.area = n * nand.a,
			.latency = e.t,
			.energy = n * s->k_ones * (1 - s->k_ones) * k_wiring * (nand.c_out + nand.c_in) * t->v_dd *
				  t->v_dd,
			.leakage = n * nand.p_leak});
}

static struct est adder(const struct tech *t, int n_bits)
{
	return mirror_adder_estimate(
		&(struct mirror_adder){.n_bits = n_bits, .k_active = t->node->activity.k_adder}, t);
}

/* The sum of n operands: carries of a stage follow those of the one before by one bit. */
static struct est sum_tree(const struct tech *t, int n, int n_bits)
{
	struct est sum = {0};

	for (int n_stages = 0; n > 1; n = (n + 1) / 2, n_bits++, n_stages++) {
		sum = est_beside(sum, est_copies(adder(t, n_bits), n / 2));
		if (n_stages > 0)
			sum.latency += mirror_adder_t_carry(t);
	}
	return sum;
}

static struct est estimate(const struct module *m, const struct tech *t)
{
	const struct sram_digital *s = (const struct sram_digital *)m;
	double n_columns = (double)s->n_sums * s->n_bits_weight;
	double n_cells = n_columns * s->n_rows * s->n_banks;
	int n_side = (int)ceil(sqrt(n_cells)), n_rows = s->n_rows * n_lines(s);
	int n_bits_product = s->n_bits_weight + (s->is_booth ? 1 : 0);
	int n_bits_tree = n_bits_product + decoder_bits(s->n_rows);
	int n_bits_sum = s->n_bits_sum > 0 ? s->n_bits_sum : n_bits_tree + s->n_bits_in;
	int n_passes = s->is_booth ? (s->n_bits_in + 1) / 2 : s->n_bits_in;
	struct sram_frame around = {.n_rows = n_side,
		.n_columns = n_side,
		.k_cell = s->k_cell,
		.n_row_pins = n_rows,
		.n_row_phases = 1,
		.n_flops = n_rows + (double)s->n_sums * n_bits_sum};
	struct sram_frame_est frame = sram_frame_estimate(&around, t);
	double a_array = sram_frame_area(&around, t, tech_placed(t, frame.a_rows), tech_placed(t, frame.a_columns));
	struct est product = products(s, t), in = inputs(s, t);
	struct est tree = sum_tree(t, s->n_rows, n_bits_product);
	struct est add = est_then(adder(t, n_bits_sum), reg_bits(t, n_bits_sum));
	double l_line = sqrt(sram_frame_area(&around, t, 0, 0) + product.area + s->n_sums * tree.area);
	struct driver_est row = driver_estimate(
		&(struct driver){line_of(t->intermediate, l_line), n_columns * gate_nor(t, 2, 1).c_in}, t);
	double t_pass = in.latency + row.est.latency + product.latency + tree.latency + add.latency +
			frame.est.latency;

	return (struct est){
		.area = a_array + tech_placed(t, product.area + in.area + n_rows * row.est.area +
							 s->n_sums * (tree.area + add.area)),
		.latency = n_passes * t_pass,
		.energy = n_passes *
			  (in.energy + n_rows * s->k_ones * (1 - s->k_ones) * row.est.energy +
				  product.energy + frame.est.energy + s->n_sums * (tree.energy + add.energy)),
		.leakage = n_cells * sram_cell_leakage(t) + product.leakage + in.leakage + frame.est.leakage +
			   n_rows * row.est.leakage + s->n_sums * (tree.leakage + add.leakage),
	};
}

static const struct field fields[] = {
	INT(sram_digital, n_rows, 1, 4096, "64", "products added up in one sum"),
	INT(sram_digital, n_sums, 1, 4096, "16", "sums per access"),
	INT(sram_digital, n_bits_weight, 1, 16, "8", "bits of a weight"),
	INT(sram_digital, n_bits_in, 1, 16, "1", "input bits, one after another"),
	INT(sram_digital, n_banks, 1, 1024, "1", "cells that take turns at a product"),
	{"booth", FIELD_BOOL, DIM_NONE, offsetof(struct sram_digital, is_booth), 0, 1, "false", NULL,
		"two input bits at a time, as a digit of -2 to 2", 0},
	INT(sram_digital, n_bits_sum, 0, 64, "0",
		"width of an accumulator; 0: what the input bits of the access need"),
	REAL(sram_digital, k_cell, DIM_NONE, 0.5, 20, "1", "area of a cell over that of the node's 6T cell"),
	REAL(sram_digital, k_ones, DIM_NONE, 0, 1, "0.5", "share of ones in the input"),
	FIELD_END,
};

const struct module_kind module_sram_digital = {
	.head = {"sram_digital", "digital SRAM compute macro, one access", "Chih2021",
		sizeof(struct sram_digital), fields},
	.estimate = estimate,
};
