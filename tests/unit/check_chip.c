/* SPDX-License-Identifier: Apache-2.0 */
/* The chip around the subarrays, counted by hand: mapping, packing, floorplan, networks,
 * memory. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/chip.h"
#include "arch/schedule.h"
#include "circuit/elementwise.h"
#include "circuit/pool.h"
#include "circuit/router.h"
#include "load.h"
#include "near.h"

static struct tech *tech_of(const struct design *z)
{
	struct tech *t = NEW(arena, struct tech, 1);

	*t = tech_at(z->node, z->temp);
	return t;
}

static struct mapping map_of(const struct design *z, const struct network *n)
{
	struct subarray s = subarray_make(z, tech_of(z));

	return mapping_make(arena, z, &s, n, NULL);
}

/* Reads of inputs, window by window. */
static const struct conv_case {
	int c, h, w, kernel, stride, pad;
} convs[] = {
	{3, 8, 8, 3, 1, 1},
	{3, 8, 8, 3, 1, 0},
	{2, 9, 7, 5, 2, 2},
	{1, 7, 9, 3, 2, 1},
	{4, 6, 6, 2, 3, 0},
	{2, 11, 11, 7, 2, 3},
	{2, 5, 5, 1, 1, 0},
	{1, 5, 4, 4, 3, 3},
};

#define N_CONVS ((int)(sizeof convs / sizeof convs[0]))

START_TEST(test_loads)
{
	const struct conv_case *q = &convs[_i];
	int n_y = (q->h + 2 * q->pad - q->kernel) / q->stride + 1;
	int n_x = (q->w + 2 * q->pad - q->kernel) / q->stride + 1;
	int n_all = 0, n_once = 0;

	for (int y = 0; y < n_y; y++)
		for (int ky = 0; ky < q->kernel; ky++) {
			int row = y * q->stride + ky - q->pad;
			bool met[64] = {false};
			for (int x = 0; row >= 0 && row < q->h && x < n_x; x++)
				for (int kx = 0; kx < q->kernel; kx++) {
					int at = x * q->stride + kx - q->pad;
					if (at < 0 || at >= q->w)
						continue;
					n_all++;
					n_once += !met[at];
					met[at] = true;
				}
		}

	const struct network *n = one_layer(q->c, q->h, q->w,
		arena_printf(arena, "{kind: conv, out: 2, kernel: %d, stride: %d, pad: %d}", q->kernel,
			q->stride, q->pad),
		2);
	struct mapping unrolled = map_of(design("rram-40nm", ""), n);
	struct mapping by_position = map_of(design("rram-40nm", "mapping.kind=kernel_position"), n);
	bool pays = q->kernel > q->stride;

	ck_near(unrolled.layer[0].n_loads, (double)q->c * n_all, 0);
	ck_near(unrolled.layer[0].n_shifts, 0, 0);
	ck_assert(by_position.layer[0].by_position == pays);
	ck_near(by_position.layer[0].n_loads, (double)q->c * (pays ? n_once : n_all), 0);
	ck_near(by_position.layer[0].n_shifts, (double)q->c * (pays ? n_all - n_once : 0), 0);
}
END_TEST

/* Rows of a position stay together; groups share a subarray along its diagonal. */
START_TEST(test_blocks)
{
	static const struct {
		const char *layer, *set;
		int c, n_blocks, n_rows_max;
	} cases[] = {
		{"{kind: conv, out: 64, kernel: 3, pad: 1}", "", 100, 8, 128},
		/* one position in each of nine */
		{"{kind: conv, out: 64, kernel: 3, pad: 1}", "mapping.kind=kernel_position", 100, 9, 100},
		/* four positions in each of three */
		{"{kind: conv, out: 64, kernel: 3, pad: 1}", "mapping.kind=kernel_position", 30, 3, 120},
		/* a position in two halves */
		{"{kind: conv, out: 64, kernel: 3, pad: 1}", "mapping.kind=kernel_position", 200, 18, 128},
		/* 14 groups of 9 rows fit 128 rows */
		{"{kind: conv, out: 60, groups: 60, kernel: 3, pad: 1}", "", 60, 5, 126},
		/* groups of 288 rows take three each */
		{"{kind: conv, out: 64, groups: 2, kernel: 3, pad: 1}", "", 64, 6, 128},
	};
	const struct network *n =
		one_layer(cases[_i].c, 4, 4, cases[_i].layer, strstr(cases[_i].layer, "60") ? 60 : 64);
	const struct design *z = design("rram-40nm", cases[_i].set);
	struct mapping m = map_of(z, n);
	const struct placed *p = &m.layer[0];

	ck_assert_int_eq(p->n_blocks, cases[_i].n_blocks);
	ck_assert_int_eq(p->n_rows_max, cases[_i].n_rows_max);
	/* rows and outputs of the mean block give all the products */
	if (p->matrix.n_groups == 1)
		ck_near(p->n_blocks * p->n_rows_mean * p->n_outs_mean, p->n_weights, 1e-12);
	ck_near(p->n_weights, network_weights(n), 0);
}
END_TEST

static const char *const all_networks[] = {"lenet5", "resnet20", "densenet40", "mobilenet-v2"};

START_TEST(test_pack)
{
	const struct design *plain = design("rram-40nm", "mapping.n_subarrays_per_pe=1");
	const struct design *z = design("rram-40nm", "mapping.n_subarrays_per_pe=1;mapping.pack=true");
	const struct network *n = network(all_networks[_i]);
	struct mapping apart = map_of(plain, n), m = map_of(z, n);
	struct subarray s = subarray_make(z, tech_of(z));
	double n_places = 0, n_weights = 0;

	ck_assert_int_lt(m.n_used, apart.n_used);
	for (int i = 0; i < m.sharing.n; i++) {
		const struct share *a = &m.sharing.share[i];
		ck_assert(a->row >= 0 && a->row + a->n_rows <= s.n_rows);
		ck_assert(a->out >= 0 && a->out + a->n_outs <= s.n_outputs);
		n_places += (double)a->n_rows * a->n_outs;
		for (int k = 0; k < i; k++) {
			const struct share *b = &m.sharing.share[k];
			if (b->i_bin != a->i_bin)
				continue;
			ck_assert_int_ne(a->i_layer, b->i_layer);
			ck_assert(a->row >= b->row + b->n_rows || b->row >= a->row + a->n_rows ||
				  a->out >= b->out + b->n_outs || b->out >= a->out + a->n_outs);
		}
	}
	/* nothing is lost: full blocks and rests hold every weight */
	for (int i = 0; i < m.n_layers; i++) {
		n_places += (double)pack_full(&s, &m.layer[i]) * s.n_rows * s.n_outputs;
		n_weights += m.layer[i].n_weights;
	}
	ck_assert_double_ge(n_places, n_weights);
	if (_i != 3) /* diagonals of grouped layers hold zeros beside the weights */
		ck_near(n_places, n_weights, 1e-12);
}
END_TEST

START_TEST(test_plans)
{
	struct plan block = {.w = 2, .h = 3, .n_x = 1, .n_y = 1};

	for (int n = 1; n < 200; n++)
		for (double a_soft = 0; a_soft < 40; a_soft += 7) {
			struct plan p = plan_grid(&block, n, a_soft);
			ck_assert_int_ge(p.n_x * p.n_y, n);
			ck_assert_int_lt((p.n_x - 1) * p.n_y, n);
			ck_near(p.w * p.h, n * 6.0 + a_soft + p.a_white, 1e-12);
			ck_assert_double_lt(p.a_white, p.n_x * 6.0 + 1e-9);
		}

	/* 5 x 4 cells area 14 of them used, 8 of row circuits, 21 of others */
	struct plan a = plan_array(5, 4, 14, 8, 21);

	ck_near(a.w, 7, 1e-12);
	ck_near(a.h, 7, 1e-12);
	ck_near(a.a_white, 6, 1e-12);
}
END_TEST

/* The box of the chip is the sum of everything booked. */
START_TEST(test_floorplan)
{
	static const char *const sets[] = {"", "interconnect.kind=mesh", "training=false",
		"mapping.n_pes_per_tile=3", "mapping.n_subarrays_per_pe=5;mapping.kind=kernel_position"};

	for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
		const struct design *z = design("hybrid-pcm-40nm", sets[i]);
		const struct network *n = network("resnet20");
		struct tech *t = tech_of(z);
		struct subarray s = subarray_make(z, t);
		struct mapping m = mapping_make(arena, z, &s, n, NULL);
		struct ledger l;
		struct chip c = chip_make(z, t, &s, &m, &(struct projection){.n_squares = 0}, &l);
		ck_near(c.chip_plan.w * c.chip_plan.h, ledger_area(&l), 1e-9);
	}
}
END_TEST

START_TEST(test_mesh)
{
	const struct design *z = design("rram-40nm", "interconnect.kind=mesh;bus.n_bits=64");
	struct tech *t = tech_of(z);
	struct plan p = {.w = 4e-3, .h = 3e-3, .n_x = 4, .n_y = 3};
	struct noc n = noc_make(z, t, &p, 12);
	struct est router = router_estimate(&(struct router){.n_ports = 5, .n_bits = 64, .n_depth = 4}, t);
	struct est link = link_estimate(&(struct link){.n_bits = 64, .l_link = 1e-3}, t);
	double n_hops = 0;

	for (int y = 0; y < 3; y++)
		for (int x = 0; x < 4; x++)
			n_hops += (abs(x - 2) + y) / 12.0; /* from the third of four along one edge */
	ck_near(n.est.energy, (n_hops + 1) * router.energy + n_hops * link.energy, 1e-12);
	ck_near(n.est.latency, (n_hops + 1) * router.latency + n_hops * link.latency, 1e-12);
	ck_near(n.est.area, 12 * router.area + 2 * (3 * 3 + 4 * 2) * link.area, 1e-12);
	ck_near(noc_t_words(&n, t, 10), n.est.latency + 10 / t->node->f_clock, 1e-12);
	ck_near(noc_t_words(&n, t, 0), 0, 0);
}
END_TEST

/* A memory takes the image in, and nothing else as long as buffers have no limit. */
START_TEST(test_memory)
{
	static const char *const devices[] = {
		"hbm2", "hbm3", "lpddr4", "lpddr5", "gddr5", "gddr6"};
	const struct cost *without = cost_of(design("rram-40nm", ""), "lenet5");

	for (int i = 0; i < 6; i++) {
		const struct design *z = design("rram-40nm",
			arena_printf(arena, "memory={kind: dram, device: dram-%s}", devices[i]));
		const struct memory_dram *m = memory_of(z->memory);
		const struct cost *c = cost_of(z, "lenet5");
		double n_image = 28 * 28 * 5, p = m->device->p_idle;
		ck_near(entry(c, "chip/memory")->energy,
			n_image * m->device->e_per_bit + p * c->image.latency, 1e-9);
		ck_near(entry(c, "chip/memory")->bytes, n_image / 8, 1e-12);
		ck_near(c->leakage, without->leakage + p, 1e-12);
		ck_near(c->area, without->area, 1e-12);
	}
}
END_TEST

/* What a rule keeps is read and written once per weight and batch, in words of 16 weights. */
static const struct rule_case {
	const char *set;
	int n_bits, n_operations;
	double k_spill;
} rules[] = {
	{"update.kind=pulses", 0, 0, 0},
	{"update.kind=sign", 0, 0, 0},
	{"update.kind=averaged;update.n_bits=12", 12, 2, 0},
	/* the division: two rounds of Newton's iteration from 4 bits, and a product */
	{"update.kind=averaged;update.adaptive=true;update.n_bits=10", 40, 14, 0},
	{"update.kind=mixed;update.n_bits=8", 8, 2, 0},
	/* 61,470 weights; one fifth of their sums stays on the chip */
	{"update.kind=mixed;update.n_bits=8;gradient.n_bytes_max=12294;memory.kind=dram;memory.device=dram-lpddr4", 8, 2, 0.8},
};
#define N_RULES ((int)(sizeof rules / sizeof rules[0]))

START_TEST(test_update_rule)
{
	const struct rule_case *q = &rules[_i];
	const struct design *z = design("pcm-40nm", q->set);
	const struct network *n = network("lenet5");
	const struct tech *t = tech_of(z);
	struct mapping m = map_of(z, n);
	struct update_unit u = update_unit_make(z, t, &m);
	struct buffer_est memory =
		buffer_estimate(&(struct buffer){.n_bits = 61470.0 * q->n_bits * (1 - q->k_spill),
					.n_word = 16 * q->n_bits},
			t);
	struct update_work w = update_unit_work(&u, z, t, 150, 50);

	ck_near(network_weights(n), 61470, 0);
	ck_assert_int_eq(u.n_bits, q->n_bits);
	ck_near(u.memory.area, memory.area, 1e-12);
	ck_near(w.e_memory, q->n_bits ? 150 * 4 * (memory.e_read + memory.e_write) : 0, 1e-12);
	ck_near(w.e_unit, 150 * 4 * q->n_operations * u.unit.energy, 1e-12);
	ck_near(w.n_spilled, 2 * q->k_spill * 150 * 50 * q->n_bits, 1e-9);

	/* and the price of a batch knows it */
	const struct cost *plain = cost_of(design("pcm-40nm", ""), "lenet5");
	const struct cost *c = cost_of(z, "lenet5");
	bool more = q->n_operations > 0;

	ck_assert((c->phase[PHASE_UPDATE].energy > plain->phase[PHASE_UPDATE].energy) == more);
	ck_assert_int_eq(c->phase[PHASE_FORWARD].latency > plain->phase[PHASE_FORWARD].latency, 0);
}
END_TEST

/* Bytes of one inference of a layer of one subarray: 3 x 8 x 8 inputs of 5 bits into the chip's buffer, out of
 * it, into the tile's, out of it for each window (padding is not read), 2 x 64 outputs of 5 bits back. */
START_TEST(test_bytes)
{
	const struct network *n = one_layer(3, 8, 8, "{kind: conv, out: 2, kernel: 3, pad: 1}", 2);
	const struct design *z = design("rram-40nm", "training=false");
	const struct cost *c = price(arena, z, n, activity_default(arena, n, N_BATCH), N_IMAGES, N_BATCH);
	double n_in = 5.0 * 192, n_taps = 22.0 * 22 * 3; /* 3 x 8 taps along an edge, less the 2 outside */

	ck_near(entry(c, "chip/buffer")->bytes, (2 * n_in + 5 * 128) / 8, 1e-12);
	ck_near(entry(c, "chip/tile/buffer")->bytes, (n_in + 5 * n_taps) / 8, 1e-12);
}
END_TEST

/* lenet5: rectifiers after four layers, two poolings of 2 x 2 (each value is compared with the largest so far); every unit's joules
 * follow its operations, and only units that the network needs are there. */
START_TEST(test_vector)
{
	const struct design *z = design("rram-40nm", "training=false");
	struct tech *t = tech_of(z);
	const struct cost *c = cost_of(z, "lenet5");
	struct elementwise lanes = {.n_lanes = 16, .n_bits = 5};
	struct pool two = {.n_lanes = 16, .n_window = 2, .n_bits = 5};
	double n_relu = 784 * 6 + 100 * 16 + 120 + 84, n_max = 4 * (196 * 6 + 25 * 16);
	const struct entry *relu = entry(c, "chip/vector_unit/relu"), *max = entry(c, "chip/vector_unit/max");

	ck_near(relu->energy - relu->leakage * c->image.latency,
		n_relu / 16 * relu_estimate(&lanes, t).energy, 1e-9);
	ck_near(max->energy - max->leakage * c->image.latency,
		n_max / 16 * pool_max_estimate(&two, t).energy, 1e-9);
	ck_near(entry(c, "chip/vector_unit/requantise")->count, 1, 0);
	ck_near(entry(c, "chip/vector_unit/lookup")->count, 0, 0);
	ck_near(entry(c, "chip/vector_unit/add")->count, 0, 0);

	const struct cost *residual = cost_of(z, "resnet20"), *attention = cost_of(z, "gpt2-small");

	ck_near(entry(residual, "chip/vector_unit/add")->count, 1, 0);
	ck_near(entry(residual, "chip/vector_unit/scale")->count, 1, 0);
	ck_near(entry(attention, "chip/vector_unit/mac")->count, 1, 0);
	ck_near(entry(attention, "chip/vector_unit/softmax")->count, 1, 0);
	ck_near(entry(attention, "chip/vector_unit/lookup")->count, 1, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("chip");
	TCase *c = tcase_create("all");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, test_loads, 0, N_CONVS);
	tcase_add_loop_test(c, test_blocks, 0, 6);
	tcase_add_loop_test(c, test_pack, 0, 4);
	tcase_add_test(c, test_plans);
	tcase_add_test(c, test_floorplan);
	tcase_add_test(c, test_mesh);
	tcase_add_test(c, test_memory);
	tcase_add_test(c, test_bytes);
	tcase_add_test(c, test_vector);
	tcase_add_loop_test(c, test_update_rule, 0, N_RULES);
	suite_add_tcase(s, c);
	return run_suite(s);
}
