/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks as mho module sees them, against hand calculations at 45 nm without wires inside blocks.
 * There the minimum inverter has c_in 0.19324 fF, c_out 0.16136 fF, 13.473 kOhm, 0.43092 um^2;
 * NAND2 0.28205 fF, 0.23443 fF, 0.64638 um^2; NOR2 0.29767 fF, 0.24535 fF, 0.64638 um^2; a
 * flip-flop at activity 0.5 takes 2.4822 fJ, 5.1710 um^2, 9.524 ps, a full adder at 0.15 0.79614
 * fJ, 5.8174 um^2; logic switches in 0.15 of the clocks; v_dd is 1 V.
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
#include "circuit/precharger.h"
#include "circuit/register.h"
#include "circuit/shift_add.h"
#include "circuit/sram_cim.h"
#include "circuit/sram_column.h"
#include "circuit/sram_write.h"
#include "circuit/transfer_logic.h"
#include "circuit/word_driver.h"
#include "circuit/write_driver.h"
#include "device/dram.h"
#include "device/transistor.h"
#include "near.h"

#define FJ     1e-15
#define UM2    1e-12
#define NAND_A (0.64638 * UM2)
#define INV_A  (0.43092 * UM2)
#define BIT_E  (2.48218 * FJ)
#define BIT_A  (5.17104 * UM2)
#define ADD_E  (0.79614 * FJ)
#define ADD_A  (5.81742 * UM2)
/* a NAND2 of logic, and the AND gate of a multiplier, per operation */
#define NAND_E (0.15 * (0.282046 + 0.234429) * FJ)
#define AND_E  (0.15 * (2 * 0.282046 + 0.234429 + 0.193238 + 0.161359) * FJ)

static struct arena *arena;
static struct node node;
static struct tech tech;

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
}

static void teardown(void)
{
	arena_free(arena);
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
	struct est e = block("pass_gate", "{v_line: 0.2 V, l_wire: 10 um, c_load: 1 fF}");

	/* 2.335 kOhm into two drains of 0.15627 fF, 10 um of 2.816 Ohm/um and 0.1765 fF/um, 1 fF,
	 * after the inverter that drives a gate of 0.08881 fF */
	ck_near(e.latency, 8.8236e-12, 1e-3);
	/* two gates and the inverter at 1 V, (0.3125 + 1.7646 + 1) fF at 0.2 V */
	ck_near(e.energy, 0.65530 * FJ, 1e-3);
	ck_near(e.leakage, 9.80225e-9 + 90e-9 * 0.2002 * 0.2, 1e-3);
}
END_TEST

START_TEST(test_encoder)
{
	struct est e = block("encoder", "{n_bits: 4}");

	/* 7.5 inputs of two NAND2; NAND2, inverter and two NOR2 of a line; two bits' paths of three
	 * gates */
	ck_near(e.energy, 10.8008 * FJ, 1e-3);
	ck_near(e.latency, 63.357e-12, 1e-3);
	/* 15 detectors, 4 x 7 OR gates */
	ck_near(e.area, 43 * (NAND_A + INV_A), 1e-3);
}
END_TEST

START_TEST(test_sense_amplifiers)
{
	/* (3.5 mV um / 20 mV)^2 over 45 nm: a pair 0.6806 um wide, a latch of 0.1701 um */
	struct est e = block("sense_latch", "{n_columns: 10, v_swing: 0.1 V, v_offset: 20 mV}");

	ck_near(e.energy, 10 * 3.84253 * FJ, 1e-3);
	ck_near(e.latency, 14.4215e-12, 1e-3);

	/* line: (6.667 kOhm + 150 Ohm) 50 fF ln(2 x 4 uA/1.8 uA); 0.6715 fF to 60 mV by 1.8 uA;
	 * then the latch; 24.4 uA from 1 V meanwhile and 50 fF x 0.2 V */
	e = block("sense_current",
		"{n_columns: 10, g_on: 20 uS, k_on_off: 10, v_read: 0.2 V, c_line: 50 fF, "
		"r_line: 300 Ohm, i_bias: 10 uA, k_gm: 15, v_offset: 20 mV}");
	ck_near(e.latency, 533.307e-12, 1e-3);
	ck_near(e.energy, 10 * 25.9953 * FJ, 1e-3);
}
END_TEST

START_TEST(test_sram_lines)
{
	struct sram_column c = sram_column(&tech, 128);
	struct precharger p = {.n_columns = 100, .n_rows = 128, .v_swing = 0.1};
	struct precharger none = p, more = p;
	struct est w = block("sram_write", "{n_bits: 8, n_rows: 128}");

	/* 128 x (0.45 um x 0.1765 fF/um + drain of 59 nm); 1.27 mA/um of 59 nm and 94 nm in series
	 */
	ck_near(c.c, 18.8893 * FJ, 1e-3);
	ck_near(c.i_cell, 45.936e-6, 1e-3);
	/* (18.889 + 0.234) fF x 0.1 V x 1 V for every pair, and no more than that */
	none.v_swing = 0;
	more.v_swing = 2; /* beyond the supply: the whole of it */
	ck_near(precharger_estimate(&p, &tech).energy - precharger_estimate(&none, &tech).energy,
		100 * 1.91237 * FJ, 1e-3);
	ck_near(precharger_estimate(&more, &tech).energy - precharger_estimate(&none, &tech).energy,
		1000 * 1.91237 * FJ, 1e-3);
	/* 3.368 kOhm discharges 19.24 fF to a tenth, after a NAND2 */
	ck_near(w.latency, 163.782e-12, 1e-3);
	ck_near(w.energy, 8 * 1.92152 * FJ, 1e-3);
	ck_near(w.area, 16 * (NAND_A + INV_A), 1e-3);
}
END_TEST

START_TEST(test_word_driver)
{
	/* 128 cells of 0.4 um and 0.1 fF: 9.035 fF of wire and 12.8 fF of gates at least */
	struct est low = block("word_driver", ""), high = block("word_driver", "{v_word: 3 V}");
	double c_line = 128 * (0.4 * 0.176461 + 0.1) * FJ;

	ck_assert_double_gt(low.energy, c_line);
	ck_assert_double_lt(low.energy, 2 * c_line);
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
	ck_near(e.est.energy, 4 * 1.464795 * 2.28e-12, 5e-3);
	ck_near(e.est.latency, 2.309198 * 120e-9, 5e-3);

	/* without scatter one pulse, without verify */
	w.k_sigma = 0;
	e = write_driver_estimate(&w, &tech);
	ck_near(e.n_mean, 1, 0);
	ck_near(e.n_row, 1, 0);
	ck_near(e.est.energy, 4 * 1.28e-12, 5e-3);

	/* hopeless: n_max pulses */
	w.k_sigma = 1;
	w.k_tolerance = 1e-6;
	ck_near(write_driver_estimate(&w, &tech).n_row, 20, 1e-3);
}
END_TEST

START_TEST(test_erase_and_reset)
{
	/* 128 cells of 9 V^2 20 uS 100 ns behind a pump of four stages: 1.8 times that */
	struct est one = block("erase_driver", "{n_lines: 1, n_cells: 128, c_line: 0 F}");
	/* FeFET: charge alone, 1 fC x 3 V */
	struct est charge = block("erase_driver",
		"{n_lines: 1, n_cells: 128, c_line: 0 F, g_cell: 0 S, q_cell: 1 fC}");
	struct est none = block("erase_driver",
		"{n_lines: 1, n_cells: 128, c_line: 0 F, g_cell: 0 S, q_cell: 0 C}");
	struct est reset = block("capacitor_reset", "{n_cells: 100, v_step: 0.3 V}");
	struct est rest = block("capacitor_reset", "{n_cells: 100, v_step: 0 V}");

	ck_near(one.energy - none.energy, 1.8 * 2.304e-9, 1e-6);
	ck_near(charge.energy - none.energy, 1.8 * 384 * FJ, 1e-6);
	ck_near(one.latency, 100e-9, 0.01);
	/* 100 x 50 fF x 0.09 V^2; seven times 13.47 kOhm x 50.08 fF after the driver */
	ck_near(reset.energy - rest.energy, 450 * FJ, 1e-6);
	ck_near(reset.latency, 4723e-12, 0.02);
	ck_assert_double_gt(reset.latency, 4723e-12);
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
	/* 10 fF over three stages: 14.5353 fJ, and 0.28205 + 0.23443 + 0.19324 fF */
	ck_near(half.energy - none.energy, 50 * (14.5353 + 0.709713) * FJ, 1e-3);
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
	ck_assert_double_gt(e.latency, 141.537e-12);
	ck_assert_double_lt(e.latency, 0.6 * ripple.latency);
	ck_near(small.latency, 39.8867e-12, 1e-3);
	ck_near(small.area, ADD_A, 1e-3);
}
END_TEST

START_TEST(test_register_file)
{
	struct est e = block("register_file", "{n_words: 16, n_bits: 32}");

	/* a four-bit decoder into 32 NAND2 (22.814 fJ, 51.710 um^2, 74.221 ps), twice; 32
	 * flip-flops written; four NAND2 per bit read, half of them */
	ck_near(e.energy, 158.112 * FJ, 1e-3);
	ck_near(e.area, 512 * (BIT_A + NAND_A) + 51.7104 * UM2, 1e-3);
	ck_near(e.latency, (74.2206 + 9.52394) * 1e-12, 1e-3);
}
END_TEST

START_TEST(test_network)
{
	struct est l = block("link", "{n_bits: 64, l_link: 1 mm}");
	struct est longer = block("link", "{n_bits: 64, l_link: 80 mm}");
	struct est r = block("router", "{n_ports: 5, n_bits: 64, n_depth: 4}");
	struct est wide = block("router", "{n_ports: 5, n_bits: 128, n_depth: 4}");

	/* 12.9 ps/mm and 268 fJ/mm of repeated wire, a quarter of the bits rise; one register and
	 * the 1.3 % of a clock that the wire takes of another */
	ck_near(l.latency, (12.9148 + 1.0129 * 9.52394) * 1e-12, 1e-3);
	ck_near(l.energy, (64 * 67.060 + 1.0129 * 64 * 2.48218) * FJ, 1e-3);
	/* 1.033 ns: 1.033 registers on the way and one at the end */
	ck_near(longer.latency, 80 * 12.9148e-12 + 2.0332 * 9.52394e-12, 1e-3);
	/* three clocks of 1 ns; at least the flit's register in and out of the buffer */
	ck_near(r.latency, 3e-9, 1e-9);
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
	/* three comparisons in two levels; a clock of 1 ns */
	e = block("pool_max", "{n_lanes: 16, n_window: 4, n_bits: 8}");
	ck_near(e.energy, 16 * (3 * (8 * ADD_E + e_select) + 8 * BIT_E), 1e-3);
	ck_near(e.area, 16 * (3 * (8 * ADD_A + a_select) + 8 * BIT_A), 1e-3);
	ck_near(e.latency, 1e-9, 1e-9);
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
	ck_assert_double_gt(many.latency, 128 * 3e-9);
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

	/* 15 comparators sized for 31 mV: 1.5368 fJ each; ladder and input; encoder 10.80 fJ; four
	 * flip-flops */
	ck_near(e.energy, 45.8891 * FJ, 1e-3);
	/* a step finer: twice the comparators, each four times as large where offset sizes them */
	ck_assert_double_gt(block("adc_flash", "{n_bits: 7}").energy,
		4 * block("adc_flash", "{n_bits: 6}").energy);
}
END_TEST

START_TEST(test_slope)
{
	struct est e = block("adc_slope", "{n_bits: 6, n_share: 1, f_count: 1 GHz}");
	struct est many = block("adc_slope", "{n_bits: 6, n_share: 64, f_count: 1 GHz}");

	/* preamplifier: 2.69 fF x 1 V in a step of 9.375 mV and 1 ns, at 15/V: 19.1 uA in both
	 * branches for 64 ns; latch and six flip-flops: 2471.2 fJ, and the shared ramp and counter
	 */
	ck_near(many.energy / 64, 2471.2 * FJ, 0.1);
	ck_assert_double_gt(many.energy / 64, 2471.2 * FJ);
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
		struct adc *a = arena_alloc(arena, 1, adc_kinds[i]->head.size);
		a->kind = adc_kinds[i];
		ck_assert(loader_bind(&l, adc_kinds[i]->head.fields, map, "", a));
		ck_assert(adc_check(a, n, l.diag));
		double k = adc_figure_of_merit(a, &t);
		ck_assert_msg(k >= 5e-15 && k <= 200e-15, "%s: %g J", adc_kinds[i]->head.name, k);
	}
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
	struct est adc = adc_flash_plain(&tech, 4, 0.6);
	struct est add =
		shift_add_estimate(&(struct shift_add){.n_bits = 16, .n_columns = 8}, &tech);
	struct est restore = precharger_estimate(
		&(struct precharger){.n_columns = 128, .n_rows = 128, .v_swing = 0}, &tech);
	struct est quiet = sram_cim_estimate(&s, &tech);
	struct sram_column c = sram_column(&tech, 128);

	/* no row driven: 128 columns x 8 bits of conversions, not one more; clocks; prechargers */
	ck_near(quiet.energy,
		1024 * (adc.energy + add.energy) +
			8 * (reg_bits(&tech, 128).energy + restore.energy),
		1e-9);

	/* half of the rows: at least 8 x 64 word lines, and each column loses a quarter of 0.6 V */
	s.k_ones = 0.5;

	struct est busy = sram_cim_estimate(&s, &tech);
	struct est word = word_driver_estimate(&(struct word_driver){.n_rows = 128,
						       .n_columns = 128,
						       .l_cell = 14.6 * 45e-9,
						       .c_cell = 2 * 0.986749e-9 * 1.31 * 45e-9},
		&tech);
	double e_lines = 8 * 128 * c.c * 0.15;

	ck_near(busy.energy - quiet.energy, 8 * 64 * word.energy + e_lines, 0.02);
	/* a row written: every pair swings to the rail */
	ck_assert_double_gt(sram_cim_write(&s, &tech).energy, 128 * c.c);
	ck_assert_double_lt(sram_cim_write(&s, &tech).energy, 2 * 128 * c.c);

	/* eight sums of 20 bits: read and written, and at least a clock for each */
	struct est acc = block("grad_accumulator", "");

	ck_assert_double_gt(acc.energy, 160 * (ADD_E + BIT_E));
	ck_near(acc.latency, 3e-9, 0.2);
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
	ck_near(all.latency, 6e-9, 1e-9);
	ck_near(p.energy, transfer_logic_pulse(&l, &tech).energy, 1e-12);
}
END_TEST

/* A row before a transfer: eight times a settling of 7 ln 2 (1/(150 + 10) uS + 1 kOhm)(8.823 + 10
 * fF), the wire's own share below 1 %, and a conversion. */
START_TEST(test_lsb_read)
{
	struct est e = block("lsb_read", "{n_rows: 128, n_converters: 16}");
	struct est adc = block("adc_sar", ""),
		   word = block("lsb_read", "{n_columns_per_converter: 1}");
	double t_settle = 7 * 0.693147 * (6250 + 1000) * (51.2 * 0.176461 + 10) * FJ;

	ck_near(e.latency - word.latency, 7 * (t_settle + adc.latency + 9.52394e-12), 0.01);
	/* a conversion, 2 x 10 uA x 1 V and 0.2 V x 2 uA while it settles, 19.0 fF at 0.2 V */
	ck_near((e.energy - word.energy) / 112,
		adc.energy + 6 * BIT_E + 20.4e-6 * t_settle + 19.035 * 0.04 * FJ, 0.01);
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
	tcase_add_test(c, test_dram);
	tcase_add_test(c, test_gradient_units);
	tcase_add_test(c, test_lsb_read);
	tcase_add_test(c, test_transfer_pieces);
	suite_add_tcase(s, c);
	return run_suite(s);
}
