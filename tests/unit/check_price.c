/* SPDX-License-Identifier: Apache-2.0 */
/* Prices of every design: the ledger adds up, and costs move the way physics says. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/design.h"
#include "arch/price.h"
#include "arch/read.h"
#include "arch/subarray.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "device/crossbar.h"
#include "fixture.h"
#include "near.h"
#include "net/activity.h"
#include "net/network.h"
#include "net/numerics.h"

static const char *const designs[] = {
	"pcm-40nm",
	"rram-40nm",
	"fefet-40nm",
	"hybrid-pcm-40nm",
	"hybrid-rram-40nm",
	"hybrid-fefet-40nm",
};

#define N_DESIGNS ((int)(sizeof designs / sizeof *designs))
#define N_IMAGES  60000
#define N_BATCH   100

static struct design *design(const char *name)
{
	struct loader l;

	loader_init(&l, arena, diag);

	struct design *z = loader_file(&l, &design_file, name, "");

	ck_assert_ptr_nonnull(z);
	return z;
}

static const struct network *network(const char *name)
{
	struct loader l;

	loader_init(&l, arena, diag);

	const struct network *n = loader_file(&l, &network_file, name, "");

	ck_assert_ptr_nonnull(n);
	return n;
}

static const struct cost *cost_of(
	const struct design *z, const struct network *n, const struct activity *a)
{
	ck_assert(price_check(z, n, diag));
	return price(arena, z, n, a, N_IMAGES, N_BATCH);
}

static const struct cost *default_cost(const struct design *z)
{
	const struct network *n = network("lenet5");

	return cost_of(z, n, activity_default(arena, n, N_BATCH));
}

static bool is_child(const char *path, const char *parent)
{
	size_t n = strlen(parent);

	return strncmp(path, parent, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
}

static void check_sums(const struct cost *c)
{
	for (int i = 0; i < c->n_entries; i++) {
		const struct entry *e = &c->entry[i];
		struct entry sum = {0};
		int n = 0;
		ck_assert(
			isfinite(e->area) && e->area >= 0 && isfinite(e->energy) && e->energy >= 0);
		ck_assert(isfinite(e->latency) && e->latency >= 0);
		ck_assert(isfinite(e->leakage) && e->leakage >= 0);
		ck_assert(e->count > 0);
		for (int k = 0; k < c->n_entries; k++) {
			if (!is_child(c->entry[k].path, e->path))
				continue;
			sum.area += c->entry[k].area;
			sum.energy += c->entry[k].energy;
			sum.latency += c->entry[k].latency;
			sum.leakage += c->entry[k].leakage;
			n++;
		}
		if (!n)
			continue;
		ck_near(sum.area, e->area, 1e-9);
		ck_near(sum.energy, e->energy, 1e-9);
		ck_near(sum.latency, e->latency, 1e-9);
		ck_near(sum.leakage, e->leakage, 1e-9);
	}
	ck_assert_str_eq(c->entry[0].path, "chip");
	ck_near(c->entry[0].area, c->area, 1e-9);
	ck_near(c->entry[0].leakage, c->leakage, 1e-9);
	ck_near(c->entry[0].energy, c->image.energy, 1e-9);
	ck_near(c->entry[0].latency, c->image.latency, 1e-9);
}

START_TEST(test_ledger)
{
	static const char *const networks[] = {"lenet5", "mlp-784-250-10"};

	for (int k = 0; k < 2; k++) {
		const struct network *net = network(networks[k]);
		struct design *z = design(designs[_i]);
		const struct activity *a = activity_default(arena, net, N_BATCH);
		for (int copies = COPIES_NONE; copies <= COPIES_BALANCE; copies++) {
			z->mapping.copies = copies;
			check_sums(cost_of(z, net, a));
		}
	}
}
END_TEST

START_TEST(test_phases)
{
	const struct design *z = design(designs[_i]);
	const struct cost *c = default_cost(z);
	int n_interval = synapse_interval(z->synapse);
	double k[PHASE_COUNT] = {
		1, 1, 1, 1.0 / N_BATCH, n_interval ? 1.0 / N_BATCH / n_interval : 0};
	struct phase_cost image = {0, 0};

	for (int p = 0; p < PHASE_COUNT; p++) {
		struct phase_cost sum = {0, 0};
		for (int i = 0; i < c->n_layers; i++) {
			sum.latency += c->layer[i].phase[p].latency;
			sum.energy += c->layer[i].phase[p].energy;
		}
		ck_near(sum.latency, c->phase[p].latency, 1e-9);
		ck_near(sum.energy, c->phase[p].energy, 1e-9);
		/* nothing is cheaper than its leakage */
		ck_assert_double_ge(sum.energy, c->leakage * sum.latency);
		image.latency += k[p] * sum.latency;
		image.energy += k[p] * sum.energy;
	}
	ck_near(image.latency, c->image.latency, 1e-9);
	ck_near(image.energy, c->image.energy, 1e-9);
	ck_near(c->epoch.energy, N_IMAGES * c->image.energy, 1e-12);
	ck_assert((c->phase[PHASE_TRANSFER].latency > 0) == (n_interval > 0));
	/* nobody asks for the error of the input */
	ck_near(c->layer[0].phase[PHASE_ERROR].energy, 0, 0);
	ck_near(c->macs_per_image, network_macs(network("lenet5")), 0);

	struct numerics n = design_numerics(z, c);

	ck_assert_int_eq(n.n_rows, 128);
	ck_assert_int_eq(n.n_bits_converter, 6);
	ck_near(n.k_full_scale, 4, 0);
	ck_near(n.times.t_batch,
		N_BATCH * (c->phase[0].latency + c->phase[1].latency + c->phase[2].latency) +
			c->phase[PHASE_UPDATE].latency,
		1e-12);
}
END_TEST

/* What the wires take is less for wider switches and shorter lines, never more than there is. */
START_TEST(test_ir_drop)
{
	struct design *z = design(designs[_i]);
	const struct cost *ideal = default_cost(z);
	double k_loss[3];

	ck_assert(ideal->k_read_loss == 0 && !ideal->crossbar);
	ck_assert_ptr_null(design_numerics(z, ideal).crossbar);
	for (int k = 0; k < 3; k++) {
		z->array.ir_drop = k == 1 ? IR_DROP_FIRST_ORDER : IR_DROP_FULL;
		z->array.k_drop = k == 2 ? 0.05 : 0.25;
		const struct cost *c = default_cost(z);
		k_loss[k] = c->k_read_loss;
		check_sums(c);
		ck_assert(k_loss[k] > 0 && k_loss[k] < 1);
		ck_assert_int_eq((int)design_numerics(z, c).crossbar->how, z->array.ir_drop);
		if (k == 2)
			continue;
		ck_near(c->area, ideal->area, 0);
		for (int i = 0; i < c->n_entries; i++)
			if (strstr(c->entry[i].path, "/cells"))
				ck_assert_double_lt(c->entry[i].energy, ideal->entry[i].energy);
	}
	ck_near(k_loss[1], k_loss[0], 0.03);
	ck_assert_double_lt(k_loss[2], k_loss[0]);
}
END_TEST

/* A chip for inference alone lacks what only training needs, and reads no dearer for it. */
START_TEST(test_inference)
{
	struct design *z = design(designs[_i]);
	const struct cost *both = default_cost(z);

	z->training = false;

	const struct cost *c = default_cost(z);

	check_sums(c);
	for (int p = PHASE_ERROR; p < PHASE_COUNT; p++) {
		ck_assert(c->phase[p].latency == 0 && c->phase[p].energy == 0);
		for (int i = 0; i < c->n_layers; i++)
			ck_assert(c->layer[i].phase[p].latency == 0 && c->layer[i].phase[p].energy == 0);
	}
	for (int i = 0; i < c->n_entries; i++)
		ck_assert(!strstr(c->entry[i].path, "gradient") && !strstr(c->entry[i].path, "write_logic"));
	ck_near(c->images_per_s, 1 / c->phase[PHASE_FORWARD].latency, 1e-12);
	ck_assert_double_lt(c->area, both->area);
	ck_assert_double_lt(c->leakage, both->leakage);
	ck_assert_double_le(c->phase[PHASE_FORWARD].energy, both->phase[PHASE_FORWARD].energy);
	ck_assert_double_le(c->phase[PHASE_FORWARD].latency, both->phase[PHASE_FORWARD].latency * (1 + 1e-9));
}
END_TEST

/* Orders of magnitude of a 40 nm chip. */
START_TEST(test_magnitudes)
{
	const struct cost *c = default_cost(design(designs[_i]));
	const struct phase_cost *forward = &c->phase[PHASE_FORWARD];

	ck_assert(forward->latency > 1e-6 && forward->latency < 1e-3);
	ck_assert(forward->energy > 1e-9 && forward->energy < 1e-6);
	ck_assert(c->area > 0.2e-6 && c->area < 10e-6);
	ck_assert(c->leakage > 1e-6 && c->leakage < 1e-2);
	ck_assert(c->tops_per_w > 1 && c->tops_per_w < 500);
}
END_TEST

START_TEST(test_mapping)
{
	/* 400 x 120 weights: 4 row blocks; 64 outputs of pairs or 128 of single cells per subarray
	 */
	const struct cost *pair = default_cost(design("pcm-40nm"));
	const struct cost *single = default_cost(design("rram-40nm"));

	ck_assert_int_eq(pair->n_layers, 5);
	ck_assert_int_eq(pair->layer[2].rows, 400);
	ck_assert_int_eq(pair->layer[2].columns, 120);
	ck_assert_int_eq(pair->layer[2].subarrays, 8);
	ck_assert_int_eq(single->layer[2].subarrays, 4);
	ck_near(pair->layer[2].utilization, 400 * 120 / (8.0 * 128 * 64), 1e-12);
	ck_near(single->layer[2].utilization, 400 * 120 / (4.0 * 128 * 128), 1e-12);
}
END_TEST

START_TEST(test_copies)
{
	struct design *z = design(designs[_i]);
	const struct cost *one = default_cost(z);

	z->mapping.copies = COPIES_BALANCE;

	const struct cost *many = default_cost(z);

	ck_assert_int_gt(many->layer[0].copies, 1);
	ck_assert_int_eq(many->layer[2].copies, 1); /* one vector per image: nothing to share out */
	ck_assert_double_lt(many->phase[PHASE_FORWARD].latency, one->phase[PHASE_FORWARD].latency);
	ck_assert_double_gt(many->phase[PHASE_UPDATE].energy, one->phase[PHASE_UPDATE].energy);
	ck_assert_double_gt(many->area, one->area);
}
END_TEST

START_TEST(test_monotone)
{
	struct design *z = design(designs[_i]);
	const struct cost *base = default_cost(z);
	const struct cost *more;

	z->input.n_bits++;
	more = default_cost(z);
	ck_assert_double_gt(more->phase[PHASE_FORWARD].latency, base->phase[PHASE_FORWARD].latency);
	ck_assert_double_gt(more->phase[PHASE_FORWARD].energy, base->phase[PHASE_FORWARD].energy);
	ck_assert_double_ge(more->area, base->area);
	z->input.n_bits--;

	z->error.n_bits++;
	more = default_cost(z);
	ck_assert_double_gt(more->phase[PHASE_ERROR].latency, base->phase[PHASE_ERROR].latency);
	ck_assert_double_gt(more->phase[PHASE_ERROR].energy, base->phase[PHASE_ERROR].energy);
	z->error.n_bits--;

	z->array.n_columns_per_converter *= 2;
	more = default_cost(z);
	ck_assert_double_gt(more->phase[PHASE_ERROR].latency, base->phase[PHASE_ERROR].latency);
	ck_assert_double_lt(more->area, base->area);
	z->array.n_columns_per_converter /= 2;

	z->temp = 360;
	more = default_cost(z);
	ck_assert_double_gt(more->leakage, base->leakage);
	ck_assert_double_gt(more->phase[PHASE_FORWARD].latency, base->phase[PHASE_FORWARD].latency);
}
END_TEST

/* Counts up: cost up, and only where it belongs. */
/* One dense layer of n_rows inputs. */
static const struct network *dense(int n_rows)
{
	const char *text = arena_printf(arena,
		"{name: x, input: {channels: %d, height: 1, width: 1}, classes: 10, layers: [{kind: dense, "
		"name: d, out: 10}]}", n_rows);
	struct yaml *y = yaml_read_text(arena, "net", text, strlen(text), false, diag);
	struct network *n = NEW(arena, struct network, 1);
	struct loader l;

	loader_init(&l, arena, diag);
	ck_assert(loader_bind(&l, network_file.fields, y, "", n) && network_file.check(n, arena, diag));
	return n;
}

/* More rows never take less time to write, across the boundaries of subarrays. (A read may settle sooner
 * with more rows, because more cells drive the column.) */
START_TEST(test_rows_cost_time)
{
	const struct design *z = design(designs[_i]);
	const struct cost *last = NULL;

	for (int n_rows = 120; n_rows <= 264; n_rows += n_rows == 120 ? 8 : n_rows == 128 ? 1 : 27) {
		const struct network *n = dense(n_rows);
		const struct cost *c = cost_of(z, n, activity_default(arena, n, N_BATCH));
		for (int p = PHASE_UPDATE; last && p < PHASE_COUNT; p++) {
			ck_assert_msg(c->phase[p].latency >= last->phase[p].latency * (1 - 1e-9),
				"%s of %d rows: %g s after %g s", phase_names[p], n_rows, c->phase[p].latency,
				last->phase[p].latency);
			ck_assert_msg(c->phase[p].energy >= last->phase[p].energy * (1 - 1e-9), "%s of %d rows: energy",
				phase_names[p], n_rows);
		}
		last = c;
	}
}
END_TEST

START_TEST(test_activity)
{
	const struct network *net = network("lenet5");
	const struct design *z = design(designs[_i]);
	const struct cost *base = default_cost(z);
	struct activity *a = activity_default(arena, net, N_BATCH);
	const struct cost *more;

	for (int i = 0; i < a->n_layers; i++) {
		a->layer[i].n_up *= 10;
		a->layer[i].n_longest_up *= 10;
	}
	more = cost_of(z, net, a);
	ck_assert_double_gt(more->phase[PHASE_UPDATE].energy, base->phase[PHASE_UPDATE].energy);
	ck_assert_double_ge(more->phase[PHASE_UPDATE].latency, base->phase[PHASE_UPDATE].latency);
	ck_near(more->phase[PHASE_FORWARD].energy, base->phase[PHASE_FORWARD].energy, 1e-12);

	a = activity_default(arena, net, N_BATCH);
	for (int i = 0; i < a->n_layers; i++)
		a->layer[i].k_input_ones *= 2;
	more = cost_of(z, net, a);
	ck_assert_double_gt(more->phase[PHASE_FORWARD].energy, base->phase[PHASE_FORWARD].energy);
	ck_near(more->phase[PHASE_UPDATE].energy, base->phase[PHASE_UPDATE].energy, 1e-12);
}
END_TEST

/* Reads between rounds of pulses, and resets, are priced as they were counted: twice as many cost twice. */
static const struct {
	const char *set;
	size_t count[2];
} counted[] = {
	{"synapse.transfer.n_tries=4", {offsetof(struct layer_activity, n_transfer_verify_rows)}},
	{"synapse.transfer.remainder=dropped", {offsetof(struct layer_activity, n_transfer_reset_rows),
						       offsetof(struct layer_activity, n_transfer_reset_squares)}},
};

START_TEST(test_counts_of_transfers)
{
	const struct network *n = network("lenet5");
	struct loader l;
	double e[3], t[3];

	loader_init(&l, arena, diag);
	ck_assert(loader_set(&l, counted[_i].set));

	const struct design *z = loader_file(&l, &design_file, "hybrid-pcm-40nm", "");

	ck_assert_ptr_nonnull(z);
	for (int k = 0; k < 3; k++) {
		struct activity *a = activity_default(arena, n, N_BATCH);
		a->measured = true;
		for (int i = 0; i < a->n_layers; i++) {
			struct layer_activity *x = &a->layer[i];
			x->n_transfer_verify_rows = x->n_transfer_reset_rows = x->n_transfer_reset_squares = 0;
			for (int c = 0; c < 2 && (c == 0 || counted[_i].count[c]); c++)
				*(double *)(void *)((char *)x + counted[_i].count[c]) = 1000.0 * k;
			/* every read sees all columns pulsed */
			x->n_transfer_up = x->n_transfer_down = 1e9;
		}
		const struct cost *c = cost_of(z, n, a);
		e[k] = c->phase[PHASE_TRANSFER].energy - c->leakage * c->phase[PHASE_TRANSFER].latency;
		t[k] = c->phase[PHASE_TRANSFER].latency;
	}
	ck_assert(e[1] > e[0] && t[1] > t[0]);
	ck_near(e[2] - e[1], e[1] - e[0], 1e-4);
	ck_near(t[2] - t[1], t[1] - t[0], 1e-6);
}
END_TEST

START_TEST(test_nothing_happens)
{
	const struct network *net = network("lenet5");
	struct activity *a = activity_default(arena, net, N_BATCH);

	for (int i = 0; i < a->n_layers; i++)
		a->layer[i] = (struct layer_activity){.name = a->layer[i].name};
	check_sums(cost_of(design(designs[_i]), net, a));
}
END_TEST

/* What the capacitor is for, and what it costs. */
START_TEST(test_pcm_against_hybrid)
{
	const struct cost *pcm = default_cost(design("pcm-40nm"));
	const struct cost *hybrid = default_cost(design("hybrid-pcm-40nm"));

	/* the capacitor takes pulses of half a nanosecond, the PCM of 200 ns; but it needs the area
	 */
	ck_assert_double_lt(hybrid->phase[PHASE_UPDATE].latency, pcm->phase[PHASE_UPDATE].latency);
	ck_assert_double_gt(hybrid->area, pcm->area);
	ck_assert_double_gt(hybrid->phase[PHASE_FORWARD].energy, pcm->phase[PHASE_FORWARD].energy);
}
END_TEST

/* Conversions of one vector, counted by hand: 2 bits, 10 outputs on 16 converters, one slot each.
 */
START_TEST(test_read_vector)
{
	const struct design *z = design("pcm-40nm");
	struct tech t = tech_at(z->node, 300);
	struct subarray s = subarray_make(z, &t);
	struct vector_cost v = read_vector(&s, z, &t,
		&(struct vector_read){.n_bits = 2,
			.k_ones = 0.5,
			.k_state = (double[]){0.5},
			.n_driven = 100,
			.n_out = 10,
			.n_out_max = 10});
	double v_read = 0.2, g = block_g(&s.block[0], &t, 0.5);
	double t_settle = v.part[0][PART_CELLS].latency / 2;
	/* 2 bits x 10 conversions x 2 columns x 50 cells on average */
	double e_joule = 2 * 10 * 2 * 50 * g * v_read * v_read * t_settle;
	/* what flows at v_read comes from v_dd, and charges 2 x 10 x 2 columns */
	const struct block *b = &s.block[0];
	double c_line = b->column.c + b->c_column + b->mux_column.c_in + b->mux_column.c_out;
	double k_supply = t.v_dd / v_read;

	ck_assert_int_eq(s.n_outputs, 64);
	ck_assert_int_eq(s.n_converters, 16);
	ck_near(v.adc.latency, 2 * s.adc.latency, 1e-12);
	ck_assert_double_ge(v.adc.energy, 2 * 10 * s.adc.energy);
	ck_assert_double_gt(v.part[0][PART_CELLS].energy, e_joule);
	ck_near(v.part[0][PART_CELLS].energy,
		k_supply * (e_joule + 2 * 10 * 2 * c_line * v_read * v_read), 1e-9);
	/* a bit-plane cell is no better a conductor than without its access transistor */
	ck_assert_double_lt(g, (1.263e-6 + 25e-6) / 2);
}
END_TEST

/* Inputs of either sign: every vector passes twice, and its inputs are a bit wider. */
START_TEST(test_two_passes)
{
	const struct network *net = network("lenet5");
	const struct design *z = design(designs[_i]);
	struct activity *a = activity_default(arena, net, N_BATCH);
	const struct cost *one = cost_of(z, net, a), *two;

	for (int i = 0; i < a->n_layers; i++)
		a->layer[i].n_passes = 2;
	two = cost_of(z, net, a);

	double k_energy = two->phase[PHASE_FORWARD].energy / one->phase[PHASE_FORWARD].energy;
	double k_latency = two->phase[PHASE_FORWARD].latency / one->phase[PHASE_FORWARD].latency;

	ck_assert_msg(k_energy > 1.3 && k_energy < 2 && k_latency > 1.5 && k_latency < 2, "%g %g", k_energy,
		k_latency);
	ck_near(two->phase[PHASE_UPDATE].energy, one->phase[PHASE_UPDATE].energy, 1e-12);
	check_sums(two);
	/* states of an LSTM have either sign, images do not */
	a = activity_default(arena, network("lstm-128"), N_BATCH);
	ck_near(a->layer[0].n_passes, 2, 0);
	ck_near(activity_default(arena, net, N_BATCH)->layer[0].n_passes, 1, 0);
}
END_TEST

/* Pulse widths: one conversion for n bits; the pulses take their time, once for every column that shares a
 * converter. By hand: 10 outputs on 16 converters are one slot. */
START_TEST(test_pulse_widths)
{
	struct design *z = design("pcm-40nm");
	struct tech t = tech_at(z->node, 300);
	struct subarray serial = subarray_make(z, &t);

	z->input.encoding = ENCODING_WIDTH;
	z->input.n_bits = 5;
	z->input.t_step = 2e-9;

	struct subarray s = subarray_make(z, &t);
	struct vector_read read = {.n_bits = 1, .t_pulse = s.block[0].pulses.latency, .k_ones = 0.25, .k_driven = 0.75,
		.k_state = (double[]){0.5}, .n_driven = 100, .n_out = 10, .n_out_max = 10};
	struct vector_cost v = read_vector(&s, z, &t, &read);
	double e_open = 100 * s.block[0].open_row.energy; /* word lines, once */
	double e_slot = v.part[0][PART_ROW_SWITCH].energy - e_open;

	ck_near(read.t_pulse, 31 * 2e-9, 1e-12);
	ck_near(v.adc.latency, s.adc.latency, 1e-12);
	ck_assert_double_gt(v.part[0][PART_CELLS].latency, read.t_pulse);
	ck_assert_double_gt(s.area, serial.area);
	ck_assert_double_ge(e_slot, s.block[0].pulses.energy);
	/* 20 outputs: two slots, the pulses come twice */
	read.n_out = read.n_out_max = 20;
	v = read_vector(&s, z, &t, &read);
	ck_near(v.adc.latency, 2 * s.adc.latency, 1e-12);
	ck_near(v.part[0][PART_ROW_SWITCH].energy - e_open, 2 * e_slot, 1e-9);
	ck_assert_double_gt(v.part[0][PART_CELLS].latency, 2 * read.t_pulse);
	/* cells conduct for the mean width: nothing of it without pulses */
	double e_cells = v.part[0][PART_CELLS].energy;
	read.k_ones = 0.5;
	v = read_vector(&s, z, &t, &read);
	ck_assert_double_gt(v.part[0][PART_CELLS].energy, 1.7 * e_cells);
	check_sums(default_cost(z));
}
END_TEST

START_TEST(test_activity_file)
{
	const struct network *net = network("lenet5");
	struct activity *a = activity_default(arena, net, 37);
	char path[] = "/tmp/mho-activity-XXXXXX";

	a->measured = true;
	a->n_images_per_epoch = N_IMAGES;
	a->n_events = 12;
	a->layer[1].n_up = 1.0 / 3;
	a->layer[2].n_passes = 2;
	a->layer[3].k_clipped_part[1] = 0.125;

	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);

	FILE *f = fdopen(fd, "w");

	fputs(activity_to_json(arena, a), f);
	fclose(f);

	const struct activity *b = activity_read(arena, path, net, diag);

	ck_assert_ptr_nonnull(b);
	ck_assert(b->measured);
	ck_assert_int_eq(b->n_batch, 37);
	ck_near(b->n_events, 12, 0);
	ck_near(b->layer[1].n_up, 1.0 / 3, 0);
	ck_near(b->layer[4].k_state[1], 0.25, 0);
	ck_near(b->layer[3].k_clipped_part[1], 0.125, 0);
	ck_assert_str_eq(activity_to_json(arena, a), activity_to_json(arena, b));

	/* not this network's */
	struct diag *quiet = diag_new(arena, fopen("/dev/null", "w"));

	ck_assert_ptr_null(activity_read(arena, path, network("mlp-784-250-10"), quiet));
	ck_assert_int_eq(diag_errors(quiet), 1);
	remove(path);
}
END_TEST

/* What makes no sense is refused where it stands. */
START_TEST(test_bad_designs)
{
	static const char *const set[] = {
		"temp=500 K",
		"temp=220 K",
		"array.n_columns_per_converter=7",
		"converter.v_range=2 V",
		"converter.v_offset=0.9 V",
		"synapse.cell.read.v_read=0.6 V",
		"synapse.cell.write.down.v=6 V",
		"node.v_th=0.9 V",
		"node.metal.local.l_barrier=40 pm",
	};
	struct diag *quiet = diag_new(arena, fopen("/dev/null", "w"));
	struct loader l;

	loader_init(&l, arena, quiet);
	ck_assert(loader_set(&l, set[_i]));

	bool good = loader_file(&l, &design_file, "rram-40nm", "") != NULL;

	ck_assert_msg(good == (_i == 8), "%s", set[_i]);
	ck_assert_int_eq(diag_errors(quiet), _i == 8 ? 0 : 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("price");
	TCase *c = tcase_create("designs");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, test_ledger, 0, N_DESIGNS);
	tcase_add_loop_test(c, test_phases, 0, N_DESIGNS);
	tcase_add_loop_test(c, test_ir_drop, 0, N_DESIGNS);
	tcase_add_loop_test(c, test_inference, 0, N_DESIGNS);
	tcase_add_loop_test(c, test_magnitudes, 0, N_DESIGNS);
	tcase_add_test(c, test_mapping);
	tcase_add_loop_test(c, test_copies, 0, N_DESIGNS);
	tcase_add_loop_test(c, test_monotone, 0, N_DESIGNS);
	tcase_add_loop_test(c, test_rows_cost_time, 0, N_DESIGNS);
	tcase_add_loop_test(c, test_activity, 0, N_DESIGNS);
	tcase_add_loop_test(c, test_counts_of_transfers, 0, (int)(sizeof counted / sizeof *counted));
	tcase_add_loop_test(c, test_nothing_happens, 0, N_DESIGNS);
	tcase_add_test(c, test_pcm_against_hybrid);
	tcase_add_test(c, test_read_vector);
	tcase_add_loop_test(c, test_two_passes, 0, N_DESIGNS);
	tcase_add_test(c, test_pulse_widths);
	tcase_add_test(c, test_activity_file);
	tcase_add_loop_test(c, test_bad_designs, 0, 9);
	suite_add_tcase(s, c);
	return run_suite(s);
}
