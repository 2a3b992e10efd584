/* SPDX-License-Identifier: Apache-2.0 */
/* Circuit models against hand calculations. Against SPICE: check_spice.c. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/physconst.h"
#include "circuit/adc.h"
#include "circuit/adder.h"
#include "circuit/adder_tree.h"
#include "circuit/buffer.h"
#include "circuit/charge_pump.h"
#include "circuit/decoder.h"
#include "circuit/edge.h"
#include "circuit/gate.h"
#include "circuit/htree.h"
#include "circuit/register.h"
#include "device/transistor.h"
#include "near.h"

static struct arena *arena;

static const struct node *node(const char *name)
{
	struct loader l;

	loader_init(&l, arena, diag_new(arena, stderr));

	const struct node *n = loader_file(&l, &node_file, name, "");

	ck_assert_ptr_nonnull(n);
	return n;
}

/* As hand calculations count: no wires between the gates of a block. */
static struct node bare(const char *name)
{
	struct node n = *node(name);

	n.layout.k_wiring = 1;
	return n;
}

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(arena);
}

START_TEST(test_minimum_gates)
{
	struct node n = bare("node-45nm-hp");
	struct tech t = tech_at(&n, 300);
	struct gate inverter = gate_inverter(&t, 1), nand = gate_nand(&t, 2, 1);

	/* n 90 nm, p 90 nm x 1345.8/966.9; channel and edges 1.2377 fF/um, one edge 0.3005 */
	ck_near(t.c_gate_per_w, 1.2377e-9, 0.001);
	ck_near(inverter.c_in, 1.5382e-9 * 215.27e-9, 0.001);
	/* 0.414 fF/um^2 of 126 nm, 0.441 fF/um of two sides and the end, 0.4455 of the gate edge,
	 * twice 0.3005 */
	ck_near(inverter.c_out, 0.55376e-15, 0.001);
	ck_near(inverter.r_n, 0.79987 / (1345.8 * 90e-9), 0.001);
	ck_near(inverter.r_p, inverter.r_n, 1e-9);
	ck_near(inverter.p_leak, (90e-9 * 0.02111 + 125.27e-9 * 0.00525) / 2, 0.01);
	ck_near(inverter.a, 0.4309e-12, 0.001); /* two pitches of 3.8 F, 28 F high */
	ck_near(nand.a, 0.6464e-12, 0.001);     /* three */
	ck_near(nand.c_in, 1.5382e-9 * (180e-9 + 125.27e-9), 0.001);
	/* (1 - 1.1315 y)^1.0286 = 2 y - y^2 at y = 0.3571: 1.7047 times one of twice the width */
	ck_near(nand.r_n, 1.7047 / 2 * inverter.r_n, 0.001);
}
END_TEST

START_TEST(test_register_and_adder)
{
	struct node n = bare("node-45nm-hp");
	struct tech t = tech_at(&n, 300);
	struct gate g = gate_nand(&t, 2, 1);
	struct est r = reg_estimate(&(struct reg){.n_bits = 1, .k_active = 1}, &t);
	struct est a = adder_estimate(&(struct adder){.n_bits = 1, .k_active = 1}, &t);

	ck_near(r.area, 12 * 0.4309e-12, 0.001);
	ck_near(a.area, 9 * 0.6464e-12, 0.001);
	ck_near(a.energy, 13 * g.c_in + 7 * g.c_out, 1e-9); /* at 1 V */

	/* a chain of alternating stages with settled slopes */
	double tau[] = {g.r_n * (g.c_out + 3 * g.c_in), g.r_p * (g.c_out + 2 * g.c_in)};
	struct edge e = {0, 0}, last = e;

	for (int i = 0; i < 100; i++) {
		last = e;
		e = edge_through(edge_through(e, tau[0]), tau[1]);
	}
	ck_near(adder_t_carry(&t), e.t - last.t, 1e-6);
}
END_TEST

START_TEST(test_edges)
{
	struct edge e = edge_through((struct edge){0, 0}, 10e-12);

	ck_near(e.t, 6.931e-12, 0.001);
	ck_near(edge_through(e, 10e-12).t - e.t, 9.245e-12, 0.001);

	/* a chain of equal stages settles at the steady slope */
	for (int i = 0; i < 50; i++)
		e = edge_through(e, 10e-12);
	ck_near(e.t_rise, edge_t_rise_steady(10e-12), 1e-9);
	ck_near(line_tau(100, 1e-15, (struct line){10, 4e-15}, 2e-15), 0.74e-12, 1e-12);
}
END_TEST

START_TEST(test_metal)
{
	const struct node *n = node("node-45nm-hp");
	const struct conductor *m = &n->metal.conductor;
	struct tech t = tech_at(n, 300), hot = tech_at(n, 400);

	/* the roadmap's first metal of a 45 nm process: 2.59 Ohm/um with the barrier, 0.2 fF/um */
	ck_near(t.local.r_per_l, 2.59e6, 0.15);
	ck_near(t.local.c_per_l, 0.2e-9, 0.15);
	ck_near(metal_resistivity(m, 1, 2, 300), m->rho_bulk, 1e-6);
	ck_near(metal_resistivity(m, 1, 2, 400), m->rho_bulk * 1.39, 1e-6);
	ck_assert_double_gt(hot.local.r_per_l, t.local.r_per_l);
	ck_assert_double_gt(t.local.r_per_l, t.intermediate.r_per_l);
	ck_assert_double_gt(t.intermediate.r_per_l, t.global.r_per_l);
}
END_TEST

START_TEST(test_transistor)
{
	const struct node *n = node("node-40nm-lp");
	const struct node_current *c = &n->current;
	struct tech t = tech_at(n, 300), warm = tech_at(n, 310);
	double v_full = n->v_dd - n->v_th, i_on = 549.45;

	ck_near(t.i_on_n_per_w, i_on, 1e-9);
	ck_near(warm.i_on_n_per_w, sqrt(i_on * c->i_on_n.value[4]), 1e-9);
	ck_near(t.k_beta, i_on / c->i_on_p.value[3], 1e-9);
	/* full drive, and none */
	ck_near(transistor_g_triode_n(&t, 1e-6, v_full), 2 * i_on * 1e-6 / (c->k_v_sat * v_full), 1e-5);
	ck_assert_double_lt(transistor_g_triode_n(&t, 1e-6, -0.4), 1e-4 * transistor_g_triode_n(&t, 1e-6, v_full));
	ck_near(transistor_gm_n(&t, 1e-6),
		c->k_alpha * c->i_gm_n * 1e-6 / (0.7 * n->v_dd - n->v_th), 0.03);
	ck_near(transistor_k_stack(&t, 1), 1, 0);
	ck_assert(transistor_k_stack(&t, 2) > 1.3 && transistor_k_stack(&t, 2) < 2);
	ck_assert_double_gt(transistor_k_stack(&t, 3), transistor_k_stack(&t, 2));
	ck_assert(tech_covers(n, 233) && tech_covers(n, 423));
	ck_assert(!tech_covers(n, 232) && !tech_covers(n, 424));
}
END_TEST

START_TEST(test_pass_gates)
{
	struct tech t = tech_at(node("node-40nm-lp"), 300);
	struct pass_gate wide = pass_gate_for(&t, 200, 0.2), weak = pass_gate_for(&t, 1e9, 0.2);
	double g = transistor_g_triode_n(&t, t.l_feature, t.v_dd - t.node->v_th - 0.2) +
		   transistor_g_triode_p(&t, t.l_feature, 0.2 - t.node->v_th);

	ck_near(wide.r, 200, 1e-9);
	ck_near(weak.c_gate_n, t.c_gate_per_w * t.l_feature, 1e-9); /* no narrower than 1 F */
	ck_near(weak.r, 1 / g, 1e-9);
}
END_TEST

static const struct adc *sar(const char *text)
{
	struct diag *d = diag_new(arena, stderr);
	struct loader l;
	void *out = arena_alloc(arena, 1, adc_sar_kind.head.size);

	loader_init(&l, arena, d);
	*(const struct adc_kind **)out = &adc_sar_kind;
	ck_assert(loader_bind(&l, adc_sar_kind.head.fields,
		yaml_read_text(arena, "test", text, strlen(text), false, d), "", out));
	return out;
}

START_TEST(test_sar)
{
	struct tech t = tech_at(node("node-40nm-lp"), 300);
	const struct adc *a = sar("kind: sar\n");
	struct est e = adc_convert(a, &t);
	double k = adc_figure_of_merit(a, &t);

	ck_assert_msg(k >= 5e-15 && k <= 200e-15, "%g J per conversion step", k);
	ck_assert_double_gt(e.latency, 2e-9);
	ck_assert_double_lt(e.latency, 20e-9);
	ck_assert_double_gt(e.area, 30e-12);
	ck_assert_double_lt(e.area, 1000e-12);

	/* 7 ln 2 time constants of (1/150 uS)(60 fF + 40 fF) + 300 Ohm (30 fF + 40 fF) */
	struct est s = adc_settle(
		a, &t, (struct sensed){.line = {300, 60e-15}, .c_load = 40e-15, .g_cells = 0});
	double tau = 100e-15 / 150e-6 + 300 * 70e-15;

	ck_near(s.latency, 7 * K_LN2 * tau, 1e-9);
	ck_near(s.energy, 2 * 10e-6 * t.v_dd * s.latency, 1e-9);

	/* 20 uA of the cells raise the conveyor's 150 uS to 450 uS */
	s = adc_settle(a, &t,
		(struct sensed){.line = {300, 60e-15}, .c_load = 40e-15, .i_cells = 20e-6});
	ck_near(s.latency, 7 * K_LN2 * (100e-15 / 450e-6 + 300 * 70e-15), 1e-9);
}
END_TEST

/* 6 bits: two sides of 32 units of 0.5 fF, each with a ring around it; a follower of 4 fF/tau. */
START_TEST(test_sar_parts)
{
	struct node n = *node("node-40nm-lp"), tight = n;
	struct tech t = tech_at(&n, 300);
	const struct adc *a = sar("kind: sar\n"), *lax = sar("kind: sar\nk_gm: 7.5\n");
	struct est e = adc_convert(a, &t), twice = adc_convert(lax, &t);
	double l = sqrt(0.5e-15 / n.capacitor.c_metal_per_a), l_border = n.capacitor.l_border;
	struct gate inverter = gate_inverter(&t, 1);

	ck_near(twice.energy - e.energy,
		4e-15 / gate_tau(&inverter, 4 * inverter.c_in) / 15 * t.v_dd * e.latency, 1e-9);

	tight.capacitor.l_border = 0;
	t = tech_at(&tight, 300);
	ck_near(e.area - adc_convert(a, &t).area,
		2 * pow(sqrt(32) + 2, 2) * (pow(l + l_border, 2) - l * l), 1e-9);
}
END_TEST

START_TEST(test_tree_and_decoder)
{
	struct tech t = tech_at(node("node-40nm-lp"), 300);
	struct est tree = adder_tree_estimate(&(struct adder_tree){.n_in = 9, .n_bits = 8}, &t);
	/* 4 of 8 bits, 2 of 9, 1 of 10, 1 of 11 */
	double n_bits = 4 * 8 + 2 * 9 + 10 + 11;

	ck_near(tree.area, n_bits * adder_bits(&t, 1).area, 1e-9);
	ck_near(tree.energy, n_bits * adder_bits(&t, 1).energy, 1e-9);
	ck_near(adder_tree_estimate(&(struct adder_tree){.n_in = 1, .n_bits = 8}, &t).area, 0, 0);
	ck_assert_int_eq(decoder_bits(1), 0);
	ck_assert_int_eq(decoder_bits(128), 7);
	ck_assert_int_eq(decoder_bits(129), 8);
	ck_near(decoder_estimate(&(struct decoder){.n_bits = 0}, &t).area, 0, 0);
}
END_TEST

START_TEST(test_charge_pump)
{
	struct tech t = tech_at(node("node-40nm-lp"), 300);
	/* 4 stages: (5 + 4 x 0.1) 1.0309 / 3 */
	double k = 5.4 * t.v_dd / 3;
	struct charge_pump p = {.v_out = 3, .i_out = 1e-3, .t_pulse = 1e-7};

	ck_near(charge_pump_k_energy(&t, 3), k, 1e-9);
	ck_near(charge_pump_k_energy(&t, 0.9), 1, 0);
	ck_near(charge_pump_estimate(&p, &t).energy, k * 3e-10, 1e-9);
	/* 4 x 4 mA / (200 MHz x (5 v_dd - 3 V)) / 6 fF/um^2, a tenth more */
	ck_near(charge_pump_estimate(&p, &t).area,
		1.1 * 16e-3 / (200e6 * (5 * t.v_dd - 3)) / 6e-3, 1e-9);
}
END_TEST

START_TEST(test_buffers)
{
	struct tech t = tech_at(node("node-40nm-lp"), 300);
	struct buffer_est small =
		buffer_estimate(&(struct buffer){.n_bits = 512, .n_word = 32}, &t);
	struct buffer_est large =
		buffer_estimate(&(struct buffer){.n_bits = 65536, .n_word = 64}, &t);
	double a_cells = 65536 * 146 * 40e-9 * 40e-9;

	ck_near(small.n_banks, 1, 0);
	ck_near(large.n_banks, 4, 0);
	ck_assert_double_gt(large.area, a_cells);
	ck_assert_double_lt(large.area, 3 * a_cells);
	ck_assert_double_gt(large.t_access, 0.1e-9);
	ck_assert_double_lt(large.t_access, 3e-9);
	ck_assert_double_gt(large.e_write, large.e_read);
	ck_near(buffer_estimate(&(struct buffer){.n_bits = 0, .n_word = 64}, &t).area, 0, 0);
}
END_TEST

START_TEST(test_htree)
{
	struct tech t = tech_at(node("node-40nm-lp"), 300);
	struct htree_est h = htree_estimate(
		&(struct htree){.l_side = 1e-3, .n_leaves = 16, .n_bits = 64, .on_global = true},
		&t);

	/* 1/4 + 1/4 + 1/8 + 1/8 of a millimetre */
	ck_near(h.l_path, 0.75e-3, 1e-12);
	ck_near(htree_t_words(&h, &t, 0), 0, 0);
	ck_near(htree_t_words(&h, &t, 100), h.est.latency + 100 / 400e6, 1e-9);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("circuit");
	TCase *c = tcase_create("models");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, test_minimum_gates);
	tcase_add_test(c, test_register_and_adder);
	tcase_add_test(c, test_edges);
	tcase_add_test(c, test_metal);
	tcase_add_test(c, test_transistor);
	tcase_add_test(c, test_pass_gates);
	tcase_add_test(c, test_sar);
	tcase_add_test(c, test_sar_parts);
	tcase_add_test(c, test_tree_and_decoder);
	tcase_add_test(c, test_charge_pump);
	tcase_add_test(c, test_buffers);
	tcase_add_test(c, test_htree);
	suite_add_tcase(s, c);
	return run_suite(s);
}
