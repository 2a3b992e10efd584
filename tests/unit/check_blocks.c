/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks as mho module sees them, against calculations by hand from the gates, registers and adders
 * they are made of (whose own values stand in check_circuit.c): 45 nm, no wires inside blocks.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "circuit/adc.h"
#include "circuit/adder.h"
#include "circuit/carry_select.h"
#include "circuit/charge_pump.h"
#include "circuit/comparator.h"
#include "circuit/decoder.h"
#include "circuit/driver.h"
#include "circuit/edge.h"
#include "circuit/gate.h"
#include "circuit/precharger.h"
#include "circuit/register.h"
#include "circuit/shift_add.h"
#include "circuit/sram_cim.h"
#include "circuit/sram_column.h"
#include "circuit/sram_frame.h"
#include "circuit/sram_write.h"
#include "circuit/transfer_logic.h"
#include "circuit/wire.h"
#include "circuit/word_driver.h"
#include "circuit/write_driver.h"
#include "device/dram.h"
#include "device/transistor.h"
#include "near.h"

#define FJ 1e-15

/* Minimum gates; a flip-flop at activity 0.5 and a full adder at 0.15; a NAND2 of logic and the AND
 * gate of a multiplier per operation. */
#define NAND_A (nand.a)
#define INV_A  (inv.a)
#define BIT_E  (bit.energy)
#define BIT_A  (bit.area)
#define ADD_E  (full_adder.energy)
#define ADD_A  (full_adder.area)
#define NAND_E (0.15 * (nand.c_in + nand.c_out) * V2)
#define AND_E  (0.15 * (2 * nand.c_in + nand.c_out + inv.c_in + inv.c_out) * V2)
#define V2     (tech.v_dd * tech.v_dd)

static struct arena *arena;
static struct node node;
static struct tech tech;
static struct gate inv, nand, nor;
static struct est bit, full_adder;

static void setup(void)
{
	struct loader l;

	arena = arena_new();
	loader_init(&l, arena, diag_new(arena, stderr));

	const struct node *n = loader_file(&l, &node_file, "node-45nm-hp", "");

	ck_assert_ptr_nonnull(n);
	node = *n;
	node.layout.k_wiring = 1;
	tech = tech_at(&node, 300);
	inv = gate_inverter(&tech, 1);
	nand = gate_nand(&tech, 2, 1);
	nor = gate_nor(&tech, 2, 1);
	bit = reg_bits(&tech, 1);
	full_adder = adder_bits(&tech, 1);
}

static void teardown(void)
{
	arena_free(arena);
}

/* Delay of stages after a step. */
static double chain(int n, const double *tau)
{
	struct edge e = {0, 0};

	for (int i = 0; i < n; i++)
		e = edge_through(e, tau[i]);
	return e.t;
}

static double r_of(const struct gate *g)
{
	return (g->r_n + g->r_p) / 2;
}

/* A clocked latch sized for an offset, a quarter as wide as its pair or minimum, and the difference
 * it decides. */
struct latch {
	double w_pair, c_in, t, e;
};

static struct latch latch_of(double v_offset, double v_decide)
{
	double w = pow(node.v_mismatch * 1e-6 / v_offset, 2) / node.gate.l_gate;
	double w_n = fmax(w / 4, tech.w_min), w_p = tech.k_beta * w_n;
	double c = transistor_c_drain(&tech, w) + transistor_c_drain(&tech, w_n) +
		   transistor_c_drain(&tech, w_p) + transistor_c_gate(&tech, w_n) +
		   transistor_c_gate(&tech, w_p);
	double gm = transistor_gm_n(&tech, w_n) + transistor_gm_p(&tech, w_p);
	double c_in = transistor_c_gate(&tech, w);

	return (struct latch){w, c_in, c / gm * log(tech.v_dd / v_decide), 2 * (c + c_in) * V2};
}

/* A block with settings as a file would have them. */
static struct est block_at(const char *name, const char *settings, const struct tech *t)
{
	struct diag *d = diag_new(arena, stderr);
	struct yaml empty = {.type = YAML_MAP};
	const struct yaml *map = &empty;
	struct loader l;

	loader_init(&l, arena, d);
	if (*settings)
		map = yaml_read_text(arena, "settings", settings, strlen(settings), false, d);
	for (int i = 0; module_kinds[i]; i++) {
		if (strcmp(module_kinds[i]->head.name, name) != 0)
			continue;
		struct module *m = arena_alloc(arena, 1, module_kinds[i]->head.size);
		m->kind = module_kinds[i];
		ck_assert(loader_bind(&l, module_kinds[i]->head.fields, map, "", m));
		return module_estimate(m, t);
	}
	ck_abort_msg("no block '%s'", name);
}

static struct est block(const char *name, const char *settings)
{
	return block_at(name, settings, &tech);
}

START_TEST(test_pass_gate)
{
	struct est e =
		block("pass_gate", "{w: 200 nm, v_line: 0.2 V, l_wire: 10 um, c_load: 1 fF}");
	struct pass_gate p = pass_gate_make(&tech, 200e-9, 0.2);
	double c_wire = 10e-6 * tech.local.c_per_l, r_wire = 10e-6 * tech.local.r_per_l;
	/* the inverter drives a gate; then the line with a drain at either side */
	double tau[] = {r_of(&inv) * (inv.c_out + p.c_gate_p),
		p.r * (2 * p.c_drain + c_wire + 1 * FJ) + r_wire * (c_wire / 2 + 1 * FJ)};

	ck_near(e.latency, chain(2, tau), 1e-5);
	ck_near(e.energy,
		(p.c_gate_n + p.c_gate_p + inv.c_in + inv.c_out) * V2 +
			(2 * p.c_drain + c_wire + 1 * FJ) * 0.04,
		1e-9);
	ck_near(e.leakage, inv.p_leak + 200e-9 * (tech.i_off_n_per_w + tech.i_off_p_per_w) * 0.2,
		1e-9);
}
END_TEST

START_TEST(test_encoder)
{
	struct est e = block("encoder", "{n_bits: 4}");
	double r = r_of(&inv),
	       tau_or[] = {r_of(&nor) * (nor.c_out + inv.c_in), r * (inv.c_out + nor.c_in)};
	double tau[] = {r_of(&nand) * (nand.c_out + inv.c_in), r * (inv.c_out + 2 * nor.c_in),
		tau_or[0], tau_or[1], tau_or[0], tau_or[1], tau_or[0], tau_or[1]};

	/* half of 15 inputs with two NAND2 each; NAND2, inverter and the two NOR2 of a line; the
	 * three OR gates of two bits */
	ck_near(e.energy,
		(15 * nand.c_in + nand.c_out + inv.c_in + inv.c_out + 2 * nor.c_in +
			6 * (nor.c_in + nor.c_out + inv.c_in + inv.c_out)) *
			V2,
		1e-9);
	ck_near(e.latency, chain(8, tau), 1e-5);
	/* 15 detectors, 4 x 7 OR gates */
	ck_near(e.area, 15 * (NAND_A + INV_A) + 28 * (nor.a + INV_A), 1e-9);
}
END_TEST

START_TEST(test_sense_amplifiers)
{
	struct latch l = latch_of(20e-3, 0.1);
	struct est e = block("sense_latch", "{n_columns: 10, v_swing: 0.1 V, v_offset: 20 mV}");
	double tau = r_of(&nand) * (nand.c_out + nand.c_in);

	/* two crossed NAND2 hold the result */
	ck_near(e.energy, 10 * (l.e + (2 * nand.c_in + nand.c_out) * V2), 1e-9);
	ck_near(e.latency, l.t + chain(2, (double[]){tau, tau}), 1e-5);

	/* line: (6.667 kOhm + 150 Ohm) 50 fF ln(2 x 4 uA/1.8 uA); the latch's input to 60 mV by 1.8
	 * uA; then the latch; 24.4 uA meanwhile and 50 fF x 0.2 V */
	l = latch_of(20e-3, 60e-3);
	e = block("sense_current",
		"{n_columns: 10, g_on: 20 uS, k_on_off: 10, v_read: 0.2 V, c_line: 50 fF, "
		"r_line: 300 Ohm, i_bias: 10 uA, k_gm: 15, v_offset: 20 mV}");

	double t = 508.4057e-12 + l.c_in * 60e-3 / 1.8e-6;

	ck_near(e.latency, t + l.t, 1e-5);
	ck_near(e.energy, 10 * (l.e + (24.4e-6 * t + 10 * FJ) * tech.v_dd), 1e-5);
}
END_TEST

START_TEST(test_sram_lines)
{
	struct sram_column c = sram_column(&tech, 128);
	struct precharger p = {.n_columns = 100, .n_rows = 128, .v_swing = 0.1};
	struct precharger none = p, more = p;
	struct est w = block("sram_write", "{n_bits: 8, n_rows: 128}");
	struct gate out = gate_inverter(&tech, 4);
	double w_p = tech.k_beta * tech.w_min;
	double c_pair = c.c + transistor_c_drain(&tech, 3 * w_p) + transistor_c_drain(&tech, w_p);
	double e_none;

	/* 128 cells of 0.45 um with the drain of 1.31 F; 1.31 F and 2.08 F in series */
	ck_near(c.c, 128 * (0.45e-6 * tech.local.c_per_l + transistor_c_drain(&tech, 1.31 * 45e-9)),
		1e-9);
	ck_near(c.i_cell, tech.i_on_n_per_w * 45e-9 * 1.31 * 2.08 / 3.39, 1e-9);
	/* 0.1 V x v_dd for every pair, and no more than that */
	none.v_swing = 0;
	more.v_swing = 2; /* beyond the supply: the whole of it */
	e_none = precharger_estimate(&none, &tech).energy;
	ck_near(precharger_estimate(&p, &tech).energy - e_none, 100 * c_pair * 0.1 * tech.v_dd,
		1e-9);
	ck_near(precharger_estimate(&more, &tech).energy - e_none, 100 * c_pair * V2, 1e-9);
	/* the line falls to a tenth, after a NAND2 */
	double tau = out.r_n * (out.c_out + c.c) + c.wire.r * (c.c - c.wire.c / 2);

	ck_near(w.latency,
		chain(1, (double[]){r_of(&nand) * (nand.c_out + out.c_in)}) + 2.302585 * tau, 1e-5);
	ck_near(w.energy, 8 * (2 * nand.c_in + nand.c_out + out.c_in + out.c_out) * V2, 1e-9);
	ck_near(w.area, 16 * (NAND_A + out.a), 1e-9);
}
END_TEST

START_TEST(test_word_driver)
{
	/* 128 cells of 0.4 um and 0.1 fF: that much at least */
	struct est low = block("word_driver", ""), high = block("word_driver", "{v_word: 3 V}");
	double c_line = 128 * (0.4e-6 * tech.local.c_per_l + 0.1 * FJ);

	ck_assert_double_gt(low.energy, c_line * V2);
	ck_assert_double_lt(low.energy, 2 * c_line * V2);
	ck_assert_double_gt(high.energy, 9 * c_line);
	ck_assert_double_gt(high.latency, low.latency);
	/* as many drivers as rows, one of them at work */
	ck_near(block("word_driver", "{n_rows: 64}").area, low.area / 2, 1e-9);
	ck_near(block("word_driver", "{n_rows: 64}").energy, low.energy, 1e-9);
}
END_TEST

START_TEST(test_write_verify)
{
	struct write_driver w = {.n_cells = 4,
		.v_write = 0.8,
		.t_pulse = 1e-7,
		.g_cell = 20e-6,
		.c_line = 0,
		.k_sigma = 0.05,
		.k_tolerance = 0.05,
		.n_max = 20,
		.t_verify = 2e-8,
		.e_verify = 1e-12};
	struct write_driver_est e = write_driver_estimate(&w, &tech);

	/* one sigma: 0.68269 of the tries land; 1/0.68269 tries in the mean; the last of four cells
	 * after sum_k 1 - (1 - 0.31731^k)^4 */
	ck_near(e.n_mean, 1.464795, 1e-6);
	ck_near(e.n_row, 2.309198, 1e-6);
	/* 1.28 pJ in the cell and 1 pJ for the read, fJ of logic */
	ck_near(e.est.energy, 4 * 1.464795 * 2.28e-12, 0.02);
	ck_near(e.est.latency, 2.309198 * 120e-9, 5e-3);

	/* without scatter one pulse, without verify */
	w.k_sigma = 0;
	e = write_driver_estimate(&w, &tech);
	ck_near(e.n_mean, 1, 0);
	ck_near(e.n_row, 1, 0);
	ck_near(e.est.energy, 4 * 1.28e-12, 0.02);

	/* hopeless: n_max pulses */
	w.k_sigma = 1;
	w.k_tolerance = 1e-6;
	ck_near(write_driver_estimate(&w, &tech).n_row, 20, 1e-3);
}
END_TEST

START_TEST(test_erase_and_reset)
{
	/* 128 cells of 9 V^2 20 uS 100 ns behind a pump: four stages, 1.8 times that, at
	 * 1 V */
	struct est one = block("erase_driver", "{n_lines: 1, n_cells: 128, c_line: 0 F}");
	/* FeFET: charge alone, 1 fC x 3 V */
	struct est charge = block("erase_driver",
		"{n_lines: 1, n_cells: 128, c_line: 0 F, g_cell: 0 S, q_cell: 1 fC}");
	struct est none = block("erase_driver",
		"{n_lines: 1, n_cells: 128, c_line: 0 F, g_cell: 0 S, q_cell: 0 C}");
	double k_pump = charge_pump_k_energy(&tech, 3);
	struct est reset = block("capacitor_reset", "{n_cells: 100, v_step: 0.3 V}");
	struct est rest = block("capacitor_reset", "{n_cells: 100, v_step: 0 V}");

	ck_near(one.energy - none.energy, k_pump * 2.304e-9, 1e-6);
	ck_near(charge.energy - none.energy, k_pump * 384 * FJ, 1e-6);
	ck_near(one.latency, 100e-9, 0.01);
	/* 100 x 50 fF x 0.09 V^2; seven time constants of 2 F and 50 fF after the driver */
	double t_reset =
		7 * transistor_r_n(&tech, 90e-9) * (50 * FJ + transistor_c_drain(&tech, 90e-9));

	ck_near(reset.energy - rest.energy, 450 * FJ, 1e-6);
	ck_near(reset.latency, t_reset, 0.05);
	ck_assert_double_gt(reset.latency, t_reset);
}
END_TEST

START_TEST(test_inputs)
{
	/* 100 rows of a flip-flop; half of them charge NAND2, first inverter and line */
	struct est none = block("input_driver", "{n_rows: 100, k_ones: 0}");
	struct est half = block("input_driver", "{n_rows: 100, c_line: 10 fF, l_wire: 0 m}");
	struct est pulse = block("pwm_dac", "{n_rows: 100, n_bits: 6, t_step: 1 ns}");
	struct est line = block("row_switch", "{n_rows: 100, c_word: 0 F}");

	ck_near(none.energy, 100 * BIT_E, 1e-3);
	/* a driver of 10 fF behind a NAND2 */
	ck_near(half.energy - none.energy,
		50 * (driver_estimate(&(struct driver){.c_load = 10 * FJ}, &tech).est.energy +
			     (nand.c_in + nand.c_out + inv.c_in) * V2),
		1e-9);
	/* 63 steps of 1 ns behind the row's switch */
	ck_near(pulse.latency, 63e-9 + line.latency, 1e-6);
	/* per row beside its switch: six flip-flops and 30 NAND2; one counter */
	ck_near(pulse.area - line.area, 100 * (6 * BIT_A + 30 * NAND_A) + 6 * (BIT_A + ADD_A),
		1e-3);
}
END_TEST

START_TEST(test_adders)
{
	struct est e = block("carry_select", "{n_bits: 16}");
	struct est ripple = block("adder", "{n_bits: 16}");
	struct est small = block("carry_select", "{n_bits: 1}");

	/* 4 + 2 x 12 full adders, 3 x 15 NAND2, and the select drivers of three blocks */
	ck_assert_double_gt(e.area, 28 * ADD_A + 45 * NAND_A);
	ck_assert_double_lt(e.area, 28 * ADD_A + 45 * NAND_A + 3 * 2 * 4 * INV_A);
	/* four bits of ripple, then three selections */
	ck_assert_double_gt(e.latency, adder_bits(&tech, 4).latency);
	ck_assert_double_lt(e.latency, 0.6 * ripple.latency);
	ck_near(small.latency, full_adder.latency, 1e-9);
	ck_near(small.area, ADD_A, 1e-3);
}
END_TEST

START_TEST(test_register_file)
{
	struct est e = block("register_file", "{n_words: 16, n_bits: 32}");

	/* a four-bit decoder into 32 NAND2, twice; 32 flip-flops written; four NAND2 per bit read,
	 * half of them */
	struct est d =
		decoder_estimate(&(struct decoder){.n_bits = 4, .c_load = 32 * nand.c_in}, &tech);

	ck_near(e.energy, 2 * d.energy + 64 * (nand.c_in + nand.c_out) * V2 + 32 * BIT_E, 1e-9);
	ck_near(e.area, 512 * (BIT_A + NAND_A) + d.area, 1e-9);
	ck_near(e.latency, d.latency + bit.latency, 1e-9);
}
END_TEST

START_TEST(test_network)
{
	struct est l = block("link", "{n_bits: 64, l_link: 1 mm}");
	struct est longer = block("link", "{n_bits: 64, l_link: 80 mm}");
	struct est r = block("router", "{n_ports: 5, n_bits: 64, n_depth: 4}");
	struct est wide = block("router", "{n_ports: 5, n_bits: 128, n_depth: 4}");

	/* repeated wire, a quarter of the bits rise; a register at the end and one per clock's
	 * distance */
	struct repeated g = wire_repeated(&tech, tech.global);
	double n_regs = 1e-3 * g.t_per_l * node.f_clock + 1;
	double n_longer = 80e-3 * g.t_per_l * node.f_clock + 1;

	ck_near(l.latency, 1e-3 * g.t_per_l + n_regs * bit.latency, 1e-9);
	ck_near(l.energy, 64 * (0.25 * 1e-3 * g.e_per_l + n_regs * BIT_E), 1e-9);
	ck_near(longer.latency, 80e-3 * g.t_per_l + n_longer * bit.latency, 1e-9);
	/* three clocks; at least the flit's register in and out of the buffer */
	ck_near(r.latency, 3 / node.f_clock, 1e-9);
	ck_assert_double_gt(r.energy, 2 * 64 * BIT_E);
	ck_assert_double_gt(wide.energy, 1.9 * r.energy);
	ck_assert_double_gt(r.area, 5 * 5 * 64 * BIT_A);
}
END_TEST

START_TEST(test_vector_units)
{
	struct est e = block("relu", "{n_lanes: 16, n_bits: 8}");
	double e_select = 24 * NAND_E, a_select = 24 * NAND_A;

	ck_near(e.energy, 16 * (16 * NAND_E + 8 * BIT_E), 1e-3);
	ck_near(e.area, 16 * (16 * NAND_A + 8 * BIT_A), 1e-3);
	/* three comparisons in two levels; a clock */
	e = block("pool_max", "{n_lanes: 16, n_window: 4, n_bits: 8}");
	ck_near(e.energy, 16 * (3 * (8 * ADD_E + e_select) + 8 * BIT_E), 1e-3);
	ck_near(e.area, 16 * (3 * (8 * ADD_A + a_select) + 8 * BIT_A), 1e-3);
	ck_near(e.latency, 1 / node.f_clock, 1e-9);
	/* 8 + 8 + 9 bits of adders, 10 x 8 bits of multiplier */
	e = block("pool_average", "{n_lanes: 1, n_window: 4, n_bits: 8}");
	ck_near(e.energy, 25 * ADD_E + 80 * (ADD_E + AND_E) + 8 * BIT_E, 1e-3);
	ck_near(e.area, 25 * ADD_A + 80 * (ADD_A + NAND_A + INV_A) + 8 * BIT_A, 1e-3);
	/* three stages of shifting, nine bits of sum, saturation */
	e = block("residual_add", "{n_lanes: 1, n_bits: 8}");
	ck_near(e.energy, 4 * e_select + 9 * ADD_E + 8 * BIT_E, 1e-3);
	/* 64 cells of multiplier, 16 bits of sum; one pair of coefficients costs no table */
	e = block("batch_norm", "{n_lanes: 1, n_bits: 8, n_channels: 1}");
	ck_near(e.energy, 64 * (ADD_E + AND_E) + 16 * ADD_E + 8 * BIT_E, 1e-3);
	ck_near(e.area, 64 * (ADD_A + NAND_A + INV_A) + 16 * ADD_A + (8 + 16) * BIT_A, 1e-3);
}
END_TEST

START_TEST(test_softmax)
{
	struct est one = block("softmax", "{n_lanes: 1, n_per_lane: 1, n_bits: 16}");
	struct est many = block("softmax", "{n_lanes: 1, n_per_lane: 128, n_bits: 16}");
	/* per element: comparison and selection; difference; two products and a table of 16
	 * segments and 32 bits; sum of segment; four stages of shift; last product; registers of
	 * five results */
	double e_element = 16 * ADD_E + 48 * NAND_E + 16 * ADD_E + 3 * 256 * (ADD_E + AND_E) +
			   512 * NAND_E + 16 * ADD_E + 4 * 48 * NAND_E + 5 * 16 * BIT_E;

	/* the sum of 23 bits, the store twice, and the reciprocal once as another element */
	double e_store = block("register_file", "{n_words: 128, n_bits: 16}").energy;

	ck_near(many.energy, 128 * (e_element + 23 * (ADD_E + BIT_E) + 2 * e_store) + e_element,
		0.005);
	ck_assert_double_gt(many.latency, 3 * 128 / node.f_clock);
	ck_assert_double_lt(one.latency, many.latency / 20);
}
END_TEST

START_TEST(test_survey)
{
	struct node other = node;

	other.l_feature = 32e-9;

	struct tech t = tech_at(&other, 300);
	struct est e = block_at("adc_survey", "{n_bits: 8, f_sample: 1.2 GHz}", &t);

	/* the published regression at 8 bits, 32 nm, 1.2 GS/s */
	ck_near(e.energy, 1.84856e-12, 3e-6);
	ck_near(e.area, 6313.03e-12, 1e-6);
	ck_near(e.leakage, 0.2 * 1.84856e-12 * 1.2e9, 3e-6);
	/* and at 100 MS/s and 4 to 10 bits */
	ck_near(block_at("adc_survey", "{n_bits: 4}", &t).energy, 0.924e-12, 1e-3);
	ck_near(block_at("adc_survey", "{n_bits: 10}", &t).energy, 3.31e-12, 1e-3);
	ck_near(block_at("adc_survey", "{n_bits: 10}", &t).area, 4796e-12, 1e-3);
}
END_TEST

START_TEST(test_flash)
{
	struct est e = block("adc_flash", "{n_bits: 4, v_range: 0.6 V, k_residual: 0.2}");

	/* 15 comparators sized for a sixth of 37.5 mV over 0.2 and deciding half of it */
	struct latch l = latch_of(31.25e-3, 18.75e-3);
	double c = 15 * l.c_in;
	/* ladder: 5 ln 2/pi^2 of C 0.6 V v_dd; input: half of it */
	double e_taps = c * 0.6 * tech.v_dd * (5 * 0.693147 / 9.869604 + 0.5);

	ck_near(e.energy, 15 * l.e + e_taps + block("encoder", "{n_bits: 4}").energy + 4 * BIT_E,
		1e-5);
	/* a step finer: twice the comparators, each four times as large where offset sizes them */
	ck_assert_double_gt(block("adc_flash", "{n_bits: 7}").energy,
		4 * block("adc_flash", "{n_bits: 6}").energy);
}
END_TEST

START_TEST(test_slope)
{
	struct est e = block("adc_slope", "{n_bits: 6, n_share: 1, f_count: 1 GHz}");
	struct est many = block("adc_slope", "{n_bits: 6, n_share: 64, f_count: 1 GHz}");

	/* preamplifier: C v_dd in a step of 9.375 mV and 1 ns, at 15/V, both branches for 64 ns;
	 * one decision, six flip-flops; a tenth more for ramp and counter */
	struct latch l = latch_of(10e-3, 0.6 / 128);
	double i = l.c_in * tech.v_dd / (9.375e-3 * 1e-9) / 15;
	double e_column = 2 * i * tech.v_dd * 64e-9 + l.e + 6 * BIT_E;

	ck_near(many.energy / 64, e_column, 0.1);
	ck_assert_double_gt(many.energy / 64, e_column);
	ck_assert_double_gt(e.energy, many.energy / 64);
	ck_near(e.latency, 64e-9, 1e-3);
}
END_TEST

/* Every converter as the designs use it, 6 bits at 40 nm: the figure of merit of published ones,
 * which lies between 5 and 200 fJ per conversion step. */
START_TEST(test_figures_of_merit)
{
	struct loader l;

	loader_init(&l, arena, diag_new(arena, stderr));

	const struct node *n = loader_file(&l, &node_file, "node-40nm-lp", "");
	struct yaml *map = yaml_read_text(arena, "bits", "{n_bits: 6}", 11, false, l.diag);
	struct tech t = tech_at(n, 300);

	for (int i = 0; adc_kinds[i]; i++) {
		if (adc_kinds[i] == &adc_latch_kind)
			continue; /* one bit is no conversion step to speak of: below */
		struct adc *a = arena_alloc(arena, 1, adc_kinds[i]->head.size);
		a->kind = adc_kinds[i];
		ck_assert(loader_bind(&l, adc_kinds[i]->head.fields, map, "", a));
		ck_assert(adc_check(a, n, l.diag));
		double k = adc_figure_of_merit(a, &t);
		ck_assert_msg(k >= 5e-15 && k <= 200e-15, "%s: %g J", adc_kinds[i]->head.name, k);
	}
}
END_TEST

/* A latch: its comparator and two NAND2; one bit and no other. */
START_TEST(test_latch_converter)
{
	struct loader l;

	loader_init(&l, arena, diag_new(arena, fopen("/dev/null", "w")));

	const struct node *n = loader_file(&l, &node_file, "node-40nm-lp", "");
	struct tech t = tech_at(n, 300);
	struct yaml *map = yaml_read_text(arena, "latch", "{v_offset: 20 mV}", 17, false, l.diag);
	struct adc *a = arena_alloc(arena, 1, adc_latch_kind.head.size);

	a->kind = &adc_latch_kind;
	ck_assert(loader_bind(&l, adc_latch_kind.head.fields, map, "", a) && adc_check(a, n, l.diag));

	struct est e = adc_convert(a, &t);
	struct est cmp = comparator_estimate(&(struct comparator){20e-3, 0.3}, &t).est;
	struct gate hold = gate_nand(&t, 2, 1);

	ck_near(e.area, cmp.area + 2 * hold.a, 1e-12);
	ck_near(e.leakage, cmp.leakage + 2 * hold.p_leak, 1e-12);
	ck_assert(e.latency > cmp.latency && e.latency < cmp.latency + 100e-12);
	ck_assert(e.energy > cmp.energy && e.energy < cmp.energy + 10e-15);
	a->n_bits = 2;
	ck_assert(!adc_check(a, n, l.diag));
	ck_assert_str_eq(diag_first(l.diag), "a latch decides one bit, not 2");
}
END_TEST

START_TEST(test_dram)
{
	static const struct {
		const char *name;
		double f_peak, e_per_bit;
	} want[] = {
		{"dram-hbm2", 2.048e12, 3.92e-12},
		{"dram-hbm3", 6.5536e12, 3.92e-12},
		{"dram-lpddr4", 136.512e9, 8e-12},
		{"dram-lpddr5", 204.8e9, 6.4e-12},
		{"dram-gddr5", 256e9, 14e-12},
		{"dram-gddr6", 512e9, 7.5e-12},
	};
	struct loader l;

	loader_init(&l, arena, diag_new(arena, stderr));
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		const struct dram *d = loader_file(&l, &dram_file, want[i].name, "dram");
		ck_assert_ptr_nonnull(d);
		ck_near(dram_f_peak(d), want[i].f_peak, 1e-9);
		ck_near(d->e_per_bit, want[i].e_per_bit, 1e-9);
	}

	/* a megabit from one stack of HBM2: 40 ns and 1e6/(0.8 x 2.048e12) s, 3.92 uJ */
	struct est e = block("dram", "{n_bits: 1e6}");
	struct est two = block("dram", "{n_bits: 1e6, n_devices: 2}");

	ck_near(e.latency, 40e-9 + 610.3516e-9, 1e-6);
	ck_near(e.energy, 3.92e-6, 1e-9);
	ck_near(two.latency, 40e-9 + 305.1758e-9, 1e-6);
	ck_near(two.energy, e.energy, 0);
}
END_TEST

START_TEST(test_gradient_units)
{
	struct sram_cim s = {.n_rows = 128,
		.n_converters = 16,
		.n_columns_per_converter = 8,
		.n_bits_in = 8,
		.n_bits_converter = 4,
		.n_bits_value = 4};
	struct est adc = adc_flash_plain(&tech, 4, 0.6 * tech.v_dd);
	struct est add =
		shift_add_estimate(&(struct shift_add){.n_bits = 16, .n_columns = 8}, &tech);
	struct est restore = precharger_estimate(
		&(struct precharger){.n_columns = 128, .n_rows = 128, .v_swing = 0}, &tech);
	struct est quiet = sram_cim_estimate(&s, &tech);
	struct sram_column c = sram_column(&tech, 128);

	struct est frame = sram_frame_estimate(&(struct sram_frame){.n_rows = 128,
						       .n_columns = 128,
						       .k_cell = 1,
						       .n_row_pins = 128,
						       .n_row_phases = 1,
						       .n_column_pins = 16,
						       .n_flops = 128 + 16 * 16},
		&tech).est;

	/* no row driven: 128 columns x 8 bits of conversions, not one more; clocks, phases; prechargers */
	ck_near(quiet.energy,
		1024 * (adc.energy + add.energy) +
			8 * (reg_bits(&tech, 128).energy + restore.energy + frame.energy),
		1e-9);

	/* half of the rows: at least 8 x 64 word lines, and each column loses a quarter of 0.6 v_dd
	 */
	s.k_ones = 0.5;

	struct est busy = sram_cim_estimate(&s, &tech);
	struct est word =
		word_driver_estimate(&(struct word_driver){.n_rows = 128,
					     .n_columns = 128,
					     .l_cell = 14.6 * 45e-9,
					     .c_cell = 2 * transistor_c_gate(&tech, 1.31 * 45e-9)},
			&tech);
	double e_lines = 8 * 128 * c.c * 0.15 * V2;

	ck_near(busy.energy - quiet.energy, 8 * 64 * word.energy + e_lines, 0.02);
	/* a row written: every pair swings to the rail */
	ck_assert_double_gt(sram_cim_write(&s, &tech).energy, 128 * c.c * V2);
	ck_assert_double_lt(sram_cim_write(&s, &tech).energy, 2 * 128 * c.c * V2);

	/* eight sums of 20 bits: read and written, and at least a clock for each */
	struct est acc = block("grad_accumulator", "");

	ck_assert_double_gt(acc.energy, 160 * (ADD_E + BIT_E));
	ck_near(acc.latency, 3 / node.f_clock, 0.2);
}
END_TEST

/* The pieces of the transfer logic are the transfer logic. */
START_TEST(test_transfer_pieces)
{
	static const char text[] = "{n_channels: 16, n_bits: 8, n_bits_count: 7, n_columns: 128}";
	struct est all = block("transfer_logic", text), s = block("transfer_sequencer", text);
	struct est q = block("transfer_quantise", text), p = block("pulse_counter", text);
	struct transfer_logic l = {
		.n_channels = 16, .n_bits = 8, .n_bits_count = 7, .n_columns = 128};

	ck_near(all.area, s.area + q.area + p.area, 1e-12);
	ck_near(all.leakage, s.leakage + q.leakage + p.leakage, 1e-12);
	/* seven bits loaded per channel, six steps of the rest */
	ck_near(all.energy, s.energy + q.energy + 16 * 7 * BIT_E, 1e-3);
	ck_near(q.energy, 16 * 6 * 8 * (ADD_E + BIT_E), 1e-3);
	ck_near(s.energy, 6 * 16 * BIT_E, 1e-3);
	ck_near(s.area, 16 * BIT_A + 64 * NAND_A, 1e-3);
	ck_near(p.area, 128 * (7 * BIT_A + 28 * NAND_A) + 7 * (BIT_A + ADD_A), 1e-3);
	ck_near(all.latency, 6 / node.f_clock, 1e-9);
	ck_near(p.energy, transfer_logic_pulse(&l, &tech).energy, 1e-12);
}
END_TEST

/* A row before a transfer: eight times a settling of 7 ln 2 (1/(180 + 10) uS + 1 kOhm)(8.823 + 10
 * fF), the wire's own share below 1 %, and a conversion. */
START_TEST(test_lsb_read)
{
	struct est e = block("lsb_read", "{n_rows: 128, n_converters: 16}");
	struct est adc = block("adc_sar", ""),
		   word = block("lsb_read", "{n_columns_per_converter: 1}");
	double t_settle = 7 * 0.693147 * (1 / 190e-6 + 1000) * (51.2e-6 * tech.local.c_per_l + 10 * FJ);

	ck_near(e.latency - word.latency, 7 * (t_settle + adc.latency + bit.latency), 0.01);
	/* a conversion, 2 x 10 uA x 1 V and 0.2 V x 2 uA while it settles, 19.0 fF at 0.2 V */
	ck_near((e.energy - word.energy) / 112,
		adc.energy + 6 * BIT_E + (20e-6 * tech.v_dd + 0.4e-6) * t_settle +
			19.035 * 0.04 * FJ,
		0.01);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("blocks");
	TCase *c = tcase_create("check values");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, test_pass_gate);
	tcase_add_test(c, test_encoder);
	tcase_add_test(c, test_sense_amplifiers);
	tcase_add_test(c, test_sram_lines);
	tcase_add_test(c, test_word_driver);
	tcase_add_test(c, test_write_verify);
	tcase_add_test(c, test_erase_and_reset);
	tcase_add_test(c, test_inputs);
	tcase_add_test(c, test_adders);
	tcase_add_test(c, test_register_file);
	tcase_add_test(c, test_network);
	tcase_add_test(c, test_vector_units);
	tcase_add_test(c, test_softmax);
	tcase_add_test(c, test_survey);
	tcase_add_test(c, test_flash);
	tcase_add_test(c, test_slope);
	tcase_add_test(c, test_figures_of_merit);
	tcase_add_test(c, test_latch_converter);
	tcase_add_test(c, test_dram);
	tcase_add_test(c, test_gradient_units);
	tcase_add_test(c, test_lsb_read);
	tcase_add_test(c, test_transfer_pieces);
	suite_add_tcase(s, c);
	return run_suite(s);
}
