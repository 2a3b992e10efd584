/* SPDX-License-Identifier: Apache-2.0 */
/* Laws that the price of every design obeys in every way of building and running the chip. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "arch/read.h"
#include "arch/subarray.h"
#include "base/path.h"
#include "device/transistor.h"
#include "load.h"
#include "near.h"

/* Ways to build and run a chip; those that train are left out of designs that do not. */
static const struct way {
	const char *sets;
	bool trains;
} ways[] = {
	{"", false},
	{"training=false", false},
	{"training=false;execution=pipelined", false},
	{"mapping.kind=kernel_position", false},
	{"mapping.pack=true", false},
	{"mapping.copies=balance", false},
	{"mapping.n_subarrays_per_pe=3;mapping.n_pes_per_tile=5;interconnect.kind=mesh", false},
	{"double_buffer=false", false},
	{"execution=pipelined", false},
	{"execution=pipelined;mapping.pack=true;mapping.copies=balance;power_gating={}", false},
	{"power_gating={k_residual: 0}", false},
	{"memory=dram", false},
	{"memory={kind: dram, device: dram-lpddr5};buffer.n_bytes_max=300", false},
	{"memory=dram;gradient.n_bytes_max=3000;double_buffer=false", true},
	{"gradient.kind=sram_cim", true},
	{"write.verify={}", true},
	{"vector.n_lanes=1", false},
	{"converter={kind: flash, n_bits: 5}", false},
	{"converter={kind: single_slope, n_bits: 7}", false},
};

#define N_WAYS ((int)(sizeof ways / sizeof ways[0]))

/* Every design that comes with the program, in every way. */
static FILE *nowhere;
static struct diag *quiet;
static const char **names;
static int n_names;

static void setup_all(void)
{
	setup();
	nowhere = fopen("/dev/null", "w");
	quiet = diag_new(arena, nowhere);
	names = path_list(arena, "designs");
	for (n_names = 0; names[n_names]; n_names++)
		;
	ck_assert_int_gt(n_names, 5);
}

/* The design built in a way, NULL if it cannot be: a digital chip has no arrays, a latch no bits to
 * choose. */
static const struct design *built(const char *name, const char *sets)
{
	const struct design *z = try_design(name, sets, quiet);

	return z && price_check(z, network("lenet5"), quiet) ? z : NULL;
}

static bool applies(const char *name, const struct way *w)
{
	const struct design *z = built(name, w->sets);

	return z && (!w->trains || z->training);
}

static void teardown_all(void)
{
	fclose(nowhere);
	teardown();
}

static bool is_child(const char *path, const char *parent)
{
	size_t n = strlen(parent);

	return strncmp(path, parent, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
}

static void check_sums(const struct cost *c, const char *what)
{
	for (int i = 0; i < c->n_entries; i++) {
		const struct entry *e = &c->entry[i];
		const double own[] = {e->area, e->energy, e->latency, e->leakage, e->bytes};
		double sum[5] = {0};
		int n = 0;
		ck_assert_double_gt(e->count, 0);
		for (int q = 0; q < 5; q++)
			ck_assert_msg(isfinite(own[q]) && own[q] >= 0, "%s: %s", what, e->path);
		for (int k = 0; k < c->n_entries; k++) {
			const struct entry *f = &c->entry[k];
			const double its[] = {f->area, f->energy, f->latency, f->leakage, f->bytes};
			if (!is_child(f->path, e->path))
				continue;
			n++;
			for (int q = 0; q < 5; q++)
				sum[q] += its[q];
		}
		for (int q = 0; n && q < 5; q++)
			ck_assert_msg(fabs(sum[q] - own[q]) <= 1e-9 * own[q], "%s: %s, quantity %d: %g, sum %g",
				what, e->path, q, own[q], sum[q]);
	}
	ck_assert_str_eq(c->entry[0].path, "chip");
	ck_near(c->entry[0].area, c->area, 1e-9);
	ck_near(c->entry[0].leakage, c->leakage, 1e-9);
	ck_near(c->entry[0].energy, c->image.energy, 1e-9);
	ck_near(c->entry[0].latency, c->image.latency, 1e-9);
}

/* Leaves add up to the totals, layers to the phases, and the products are those of the network. */
START_TEST(test_sums)
{
	for (int k = 0; k < n_names; k++) {
		if (!applies(names[k], &ways[_i]))
			continue;
		const char *what = arena_printf(arena, "%s;%s", names[k], ways[_i].sets);
		const struct design *z = built(names[k], ways[_i].sets);
		const struct cost *c = cost_of(z, "lenet5");
		double macs = 0;
		check_sums(c, what);
		for (int p = 0; p < PHASE_COUNT; p++) {
			struct phase_cost sum = {0, 0};
			for (int i = 0; i < c->n_layers; i++) {
				sum.latency += c->layer[i].phase[p].latency;
				sum.energy += c->layer[i].phase[p].energy;
			}
			ck_near(sum.latency, c->phase[p].latency, 1e-9);
			ck_near(sum.energy, c->phase[p].energy, 1e-9);
		}
		for (int i = 0; i < c->n_layers; i++)
			macs += (double)c->layer[i].rows * c->layer[i].columns * c->layer[i].vectors *
				c->layer[i].groups;
		ck_near(macs, network_macs(network("lenet5")), 0);
		ck_near(c->macs_per_image, macs, 0);
		ck_near(c->epoch.energy, N_IMAGES * c->image.energy, 1e-12);
		ck_assert(c->utilization > 0 && c->utilization <= 1);
	}
}
END_TEST

/* Nothing goes in, nothing is pulsed: all numbers are numbers, and everything still leaks. */
START_TEST(test_no_activity)
{
	const struct network *n = network("lenet5");

	for (int k = 0; k < n_names; k++) {
		if (!applies(names[k], &ways[_i]))
			continue;
		struct activity *a = activity_default(arena, n, N_BATCH);
		for (int i = 0; i < a->n_layers; i++)
			a->layer[i] = (struct layer_activity){.name = a->layer[i].name};
		const struct cost *c =
			price(arena, built(names[k], ways[_i].sets), n, a, N_IMAGES, N_BATCH);
		check_sums(c, names[k]);
		ck_assert_double_gt(c->image.energy, 0);
	}
}
END_TEST

/* The products of one layer heat its cells: no chip takes less than v^2 g t of all of them. */
START_TEST(test_joule)
{
	const struct network *n = one_layer(100, 1, 1, "{kind: dense, out: 40}", 40);
	const struct activity *a = activity_default(arena, n, N_BATCH);

	for (int k = 0; k < n_names; k++) {
		const struct design *z = built(names[k], "training=false");
		if (!z || z->digital)
			continue;
		const struct tech t = tech_at(z->node, z->temp);
		const struct subarray s = subarray_make(z, &t);
		const struct block *b = &s.block[s.n_arrays - 1];
		double v = b->cell->read.v_read, g_least = block_g(b, &t, a->layer[0].k_state[b->first_part]);
		const struct cost *c = price(arena, z, n, a, N_IMAGES, N_BATCH);
		struct vector_cost one = read_vector(&s, z, &t,
			&(struct vector_read){.n_bits = z->input.n_bits,
				.k_ones = 0.25,
				.k_state = a->layer[0].k_state,
				.n_driven = 100,
				.n_out = 40,
				.n_out_max = 40});
		double n_slots = z->input.n_bits * ceil(40.0 * b->n_slices / s.n_converters);
		double t_settle = one.part[s.n_arrays - 1][PART_CELLS].latency / n_slots;
		for (int i = 1; i < b->n_slices; i++)
			g_least = fmin(g_least, block_g(b, &t, a->layer[0].k_state[b->first_part + i]));
		ck_assert_msg(c->phase[PHASE_FORWARD].energy >
				      100 * 40 * z->input.n_bits * 0.25 * v * v * g_least * t_settle,
			"%s", names[k]);
	}
}
END_TEST

/* More bits, finer converters, more inputs, outputs or positions cost no less. */
START_TEST(test_monotone)
{
	static const char *const keys[] = {"input.n_bits", "error.n_bits", "converter.n_bits"};
	static const int from[] = {2, 4, 3}, to[] = {8, 12, 8};

	for (int k = 0; k < n_names; k++) {
		if (!applies(names[k], &ways[_i]))
			continue;
		for (int q = 0; q < 3; q++) {
			const struct cost *last = NULL;
			for (int bits = from[q]; bits <= to[q]; bits += _i == 0 ? 1 : 3) {
				if (q == 2 && strstr(ways[_i].sets, "converter"))
					continue;
				const struct design *z = built(names[k],
					arena_printf(arena, "%s;%s=%d", ways[_i].sets, keys[q], bits));
				if (!z)
					continue;
				const struct cost *c = cost_of(z, "lenet5");
				/* copies follow the layers' times, so their area may fall */
				ck_assert_msg(!last || c->area >= last->area * (1 - 1e-9) ||
						      z->mapping.copies == COPIES_BALANCE,
					"%s;%s: %s=%d takes less area", names[k], ways[_i].sets, keys[q], bits);
				ck_assert_msg(!last || c->image.energy >= last->image.energy * (1 - 1e-9),
					"%s;%s: %s=%d takes less energy", names[k], ways[_i].sets, keys[q], bits);
				last = c;
			}
		}
	}
}
END_TEST

static const char *const shapes[] = {"inputs", "outputs", "positions"};

START_TEST(test_sizes)
{
	for (int k = 0; k < n_names; k++) {
		const struct cost *last = NULL;
		for (int n = 8; n <= 520; n += 32) {
			const struct network *net =
				_i == 0 ? one_layer(n, 1, 1, "{kind: dense, out: 10}", 10)
				: _i == 1 ? one_layer(20, 1, 1, arena_printf(arena, "{kind: dense, out: %d}", n), n)
					  : one_layer(4, n, 6, "{kind: conv, out: 8, kernel: 3, pad: 1}", 8);
			const struct design *z = built(names[k], "training=false");
			if (!z)
				continue;
			const struct cost *c = price(arena, z, net,
				activity_default(arena, net, N_BATCH), N_IMAGES, N_BATCH);
			ck_assert_msg(!last || c->area >= last->area * (1 - 1e-9), "%s: %d %s take less area",
				names[k], n, shapes[_i]);
			ck_assert_msg(!last || c->image.energy > last->image.energy * (1 - 1e-9),
				"%s: %d %s take less energy", names[k], n, shapes[_i]);
			last = c;
		}
	}
}
END_TEST

/* Twice the positions: twice the joules of everything but the leakage, once the buffers are equal. */
START_TEST(test_scaling)
{
	for (int k = 0; k < n_names; k++) {
		const struct design *z = built(names[k],
			"training=false;memory=dram;buffer.n_bytes_max=1000;double_buffer=false");
		double e[2];
		if (!z || z->digital || z->power_gating || z->execution == PIPELINED)
			continue; /* their leakage is not the whole chip's over the whole time */
		for (int i = 0; i < 2; i++) {
			const struct network *net =
				one_layer(4, 64 << i, 64, "{kind: conv, out: 8, kernel: 1}", 8);
			const struct cost *c = price(
				arena, z, net, activity_default(arena, net, N_BATCH), N_IMAGES, N_BATCH);
			const struct entry *m = entry(c, "chip/memory");
			e[i] = c->image.energy - c->leakage * c->image.latency -
			       (m->energy - m->leakage * c->image.latency);
		}
		ck_assert_msg(fabs(e[1] / (2 * e[0]) - 1) < 1e-6, "%s: %g J, twice the positions %g J",
			names[k], e[0], e[1]);
	}
}
END_TEST

/* The same value in another unit is the same value. */
START_TEST(test_units)
{
	static const char *const pairs[][2] = {
		{"power_gating={t_wake: 50 ns}", "power_gating={t_wake: 0.05 us}"},
		{"node.v_dd=1.1 V", "node.v_dd=1100 mV"},
		{"power_gating={c_rail_per_a: 2 fF/um^2}", "power_gating={c_rail_per_a: 2e-3 F/m^2}"},
	};

	for (int k = 0; k < n_names; k++)
		for (int i = 0; i < 3; i++) {
			if (!built(names[k], pairs[i][0]))
				continue;
			const struct cost *a = cost_of(built(names[k], pairs[i][0]), "lenet5");
			const struct cost *b = cost_of(built(names[k], pairs[i][1]), "lenet5");
			ck_near(a->image.energy, b->image.energy, 1e-14);
			ck_near(a->image.latency, b->image.latency, 1e-14);
			ck_near(a->area, b->area, 1e-14);
		}
}
END_TEST

/* A small step of a continuous setting is a small step of time and energy. */
START_TEST(test_continuous)
{
	static const struct {
		const char *set;
		double x;
	} knobs[] = {
		{"temp=%.12g K", 310},
		{"array.k_drop=%.12g", 0.3},
		{"write.k_simultaneous=%.12g", 0.3},
		{"power_gating={k_residual: %.12g}", 0.1},
		{"power_gating={t_wake: %.12g ns}", 80},
		{"power_gating={c_rail_per_a: %.12g fF/um^2}", 3},
		{"memory=dram;buffer.n_bytes_max=%.12g", 700},
		{"memory=dram;gradient.n_bytes_max=%.12g", 9000},
		{"write.verify={k_sigma: %.12g}", 0.7},
		{"write.verify={k_tolerance: %.12g}", 0.7},
	};

	for (int k = 0; k < n_names; k++)
		for (size_t i = 0; i < sizeof knobs / sizeof knobs[0]; i++) {
			const struct cost *c[2] = {NULL, NULL};
			for (int q = 0; q < 2; q++) {
				char *set = arena_printf(arena, knobs[i].set, knobs[i].x * (1 + 1e-8 * q));
				const struct design *z = built(names[k], set);
				if (z)
					c[q] = cost_of(z, "lenet5");
			}
			ck_assert(!c[0] == !c[1]);
			for (int p = 0; c[0] && p < PHASE_COUNT; p++) {
				ck_near(c[0]->phase[p].latency, c[1]->phase[p].latency, 1e-6);
				ck_near(c[0]->phase[p].energy, c[1]->phase[p].energy, 1e-6);
			}
		}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("chip laws");
	TCase *c = tcase_create("every design");

	tcase_add_checked_fixture(c, setup_all, teardown_all);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, test_sums, 0, N_WAYS);
	tcase_add_loop_test(c, test_no_activity, 0, N_WAYS);
	tcase_add_test(c, test_joule);
	tcase_add_loop_test(c, test_monotone, 0, N_WAYS);
	tcase_add_loop_test(c, test_sizes, 0, 3);
	tcase_add_test(c, test_scaling);
	tcase_add_test(c, test_units);
	tcase_add_test(c, test_continuous);
	suite_add_tcase(s, c);
	return run_suite(s);
}
