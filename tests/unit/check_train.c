/* SPDX-License-Identifier: Apache-2.0 */
/* The trainer: gradients against central differences, the same bits whatever the threads and
 * kernels, cells with ideal steps against plain descent. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "base/rng.h"
#include "device/crossbar.h"
#include "device/update.h"
#include "near.h"
#include "train/model.h"
#include "train/trainer.h"

enum { N_IMAGES = 50, SIDE = 12 };

static const struct field holder_fields[] = {
	{"network", FIELD_FILE, DIM_NONE, 0, 0, 0, NULL, &network_file, "", 0},
	FIELD_END,
};

struct cells {
	const struct synapse *synapse;
	const struct update *update;
};
static const struct field cells_fields[] = {
	KIND(cells, synapse, synapse_kinds, NULL, "cells"),
	KIND(cells, update, update_kinds, "pulses", "rule"), FIELD_END};

static void bind(struct arena *a, const struct field *fields, const char *text, void *out)
{
	struct diag *d = diag_new(a, stderr);
	struct loader l;

	loader_init(&l, a, d);

	struct yaml *root = yaml_read_text(a, "test", text, strlen(text), true, d);

	ck_assert(root && loader_bind(&l, fields, root, "", out));
}

static struct network *network_of(struct arena *a, const char *layers)
{
	struct network *n;

	bind(a, holder_fields,
		arena_printf(a,
			"format: 1\nnetwork:\n  name: test\n  input: {channels: 2, height: %d, width: %d}\n"
			"  classes: 4\n  layers: %s\n",
			SIDE, SIDE, layers),
		&n);
	return n;
}

/* Pictures that can be told apart: noise, and a bright square where the class says. */
static struct dataset *data_of(struct arena *a)
{
	static const struct dataset_kind kind = {
		.name = "squares", .shape = {2, SIDE, SIDE}, .classes = 4};
	struct dataset *s = NEW(a, struct dataset, 1);
	struct rng r = rng_stream(4, RNG_TEST, 0);
	size_t size = 2 * SIDE * SIDE;
	uint8_t *pixel = NEW(a, uint8_t, N_IMAGES * size), *label = NEW(a, uint8_t, N_IMAGES);

	for (size_t i = 0; i < N_IMAGES * size; i++)
		pixel[i] = (uint8_t)rng_below(r, i, 0, 100);
	for (size_t i = 0; i < N_IMAGES; i++) {
		label[i] = (uint8_t)(i % 4);
		for (size_t y = 0; y < SIDE / 2; y++)
			for (size_t x = 0; x < SIDE / 2; x++)
				pixel[i * size + (y + label[i] / 2 * (SIDE / 2)) * SIDE + x +
					label[i] % 2 * (SIDE / 2)] = 220;
	}
	*s = (struct dataset){
		&kind, kind.shape, 4, {N_IMAGES, pixel, label}, {N_IMAGES, pixel, label}, "", NULL};
	return s;
}

static const char *const networks[] = {
	"[{kind: dense, out: 4}]",
	"[{kind: dense, out: 9, bias: false}, {kind: sigmoid}, {kind: dense, out: 4}]",
	"[{kind: flatten}, {kind: dense, out: 9}, {kind: relu}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 3, kernel: 3}, {kind: sigmoid}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 3, kernel: 5, pad: 2}, {kind: relu}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 3, kernel: 3, stride: 2, pad: 1, bias: false}, {kind: sigmoid},"
	" {kind: conv, out: 5, kernel: 2}, {kind: sigmoid}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 4, kernel: 3, groups: 2, pad: 1}, {kind: sigmoid},"
	" {kind: conv, out: 8, kernel: 2, groups: 4, bias: false}, {kind: sigmoid}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 3, kernel: 5, kernel_width: 1, pad: 2, pad_width: 0}, {kind: sigmoid},"
	" {kind: conv, out: 3, kernel: 1, kernel_width: 5, pad: 0, pad_width: 1}, {kind: dense, out: 4}]",
	"[{kind: maxpool, size: 2, stride: 2}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 3, kernel: 3}, {kind: maxpool, size: 3, stride: 2}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 4, kernel: 3, pad: 1}, {kind: sigmoid}, {kind: maxpool, size: 2, stride: 2},"
	" {kind: conv, out: 6, kernel: 3}, {kind: sigmoid}, {kind: flatten}, {kind: dense, out: 8},"
	" {kind: sigmoid}, {kind: dense, out: 4}]",
};
enum { N_NETWORKS = sizeof networks / sizeof *networks, LENET_LIKE = N_NETWORKS - 1 };

static double loss_of(struct model *m, int n_shards)
{
	return model_forward(m, n_shards).sum;
}

/* Every parameter of every layer, and through the chain every layer's input gradient. */
START_TEST(gradients_are_central_differences)
{
	struct arena *a = arena_new();
	struct dataset *data = data_of(a);
	struct network *net = network_of(a, networks[_i]);
	struct model *m = model_new(a, &(struct model_spec){.network = net,
					       .kern = kern_pick(NULL),
					       .seed = 1,
					       .k_weight_range = 4,
					       .n_batch = 9});
	int used = model_deal(m, &data->train, NULL, 0, 9);
	double worst = 0, scale = 0;

	model_gradients(m, used);
	model_fold(m, 0, m->n_params);
	for (size_t i = 0; i < m->n_params; i++) {
		float keep = m->param[i], h = 1e-3f, up, down;
		double difference;
		m->param[i] = keep + h;
		up = m->param[i];
		difference = loss_of(m, used);
		m->param[i] = keep - h;
		down = m->param[i];
		difference = (difference - loss_of(m, used)) / (double)(up - down);
		m->param[i] = keep;
		/* a layer without bias has a gradient slot that nothing uses */
		if (difference == 0)
			continue;
		scale = fmax(scale, fabs(difference));
		worst = fmax(worst, fabs(difference - (double)m->shard[0].gradient[i]));
	}
	ck_assert(scale > 0.01);
	/* single precision, and kinks of relu and pool between the two points */
	ck_assert_msg(worst < 1e-2 * scale, "off by %g of %g", worst, scale);
	arena_free(a);
}
END_TEST

#define CELL(structure, n, more)                                                                   \
	"{name: ideal, structure: " structure ", geometry: {k_width_in_f: 4, k_height_in_f: 4}, g_min: 1 uS, " \
	"g_max: 10 uS, read: {v_read: 0.2 V}, write: {up: {v: 1 V, t: 10 ns}, down: {v: 1 V, t: 10 ns}}, "  \
	"response: {kind: ideal, n_up: " n ", n_down: " n "}, variation: {}" more "}"
#define HOLD ", hold: {t_retention: 1e6 s}"

static const char *const synapses[] = {
	NULL,
	"{kind: single, cell: {name: ideal, structure: 1t1r, geometry: {k_width_in_f: 4, k_height_in_f: 4}, "
	"g_min: 1 uS, g_max: 10 uS, read: {v_read: 0.2 V}, write: {up: {v: 1 V, t: 10 ns}, down: {v: 1 V, "
	"t: 10 ns}}, response: {kind: ideal, n_up: 10000, n_down: 10000}, variation: {k_cycle: 0}}}",
	"{kind: pair, cell: {name: noisy, structure: 1t1r, geometry: {k_width_in_f: 4, k_height_in_f: 4}, "
	"g_min: 1 uS, g_max: 10 uS, read: {v_read: 0.2 V}, write: {up: {v: 1 V, t: 10 ns}, down: {v: 1 V, "
	"t: 10 ns}}, response: {kind: ideal, n_up: 100, n_down: 100}, variation: {k_cycle: 0.01}}}",
	/* ideal cells of about 10000 steps in the other compositions; the pair of the hybrid spans all
	 * initial weights */
	"{kind: pair, cell: " CELL("1t1r", "10000", "") "}",
	"{kind: hybrid, nonvolatile: " CELL("1t1r", "10000", "") ", volatile: " CELL("1t1r", "10000", HOLD)
	", k_significance: 7, n_interval: 3}",
	"{kind: sliced, n_cells: 7, n_bits_cell: 2, cell: " CELL("1t1r", "3", "") "}",
	"{kind: sliced, n_cells: 13, sign: pair, cell: " CELL("1t1r", "1", "") "}",
	"{kind: sliced, n_cells: 14, cell: cell-sram-6t}",
	"{kind: 2t1f, n_interval: 3, cell: " CELL("2t1f", "2000", HOLD
	", capacitor: {c_storage: 10 fF, i_write: 1 uA, k_width_source_in_f: 2, k_width_read_in_f: 2}, "
	"remanent: {n_levels: 128, program: {v: 4 V, t: 1 us}, erase: {v: 4 V, t: 1 us}, v_coercive: 1 V, "
	"q_switched_per_a: 40 uC/cm^2, k_film_area_in_f2: 10}") "}",
	/* with update rules of their own; kept last */
	"{kind: single, cell: " CELL("1t1r", "2000", "") "}\nupdate: {kind: outer, n_slots: 32}",
	"{kind: fast_slow, fast: " CELL("1t1r", "100", "") ", slow: " CELL("1t1r", "2000", "") "}\n"
	"update: {kind: tiki_taka_chopped, n_every: 3, k_fast: 0.3, k_transfer: 0.3}",
};
enum { FLOAT, IDEAL, NOISY, N_SYNAPSES, SRAM = 7, N_RULES = 2,
	N_COMPOSITIONS = sizeof synapses / sizeof *synapses - N_RULES, OUTER = N_COMPOSITIONS };

static const struct numerics fine = {.n_rows = 64,
	.n_bits_input = 8,
	.n_bits_error = 16,
	.n_bits_converter = 16,
	.k_full_scale = 20,
	.times = {1e-3, 1e-2}};
static const struct numerics coarse = {.n_rows = 20,
	.n_bits_input = 4,
	.n_bits_error = 8,
	.n_bits_converter = 6,
	.k_full_scale = 4,
	.times = {1e-3, 1e-2}};

/* The same with wires that cost about a fifth of a read. */
static const struct crossbar wires = {.how = IR_DROP_FULL,
	.n_outputs = 8,
	.n_converters = 4,
	.n_outputs_per_reference = 4,
	.n_arrays = 1,
	.array = {{0, 1, false, 1e-6, 10e-6, 50, 50, {2000, 1500}, {1000, 3000}}},
	.k_weight = {1}};

static struct numerics wired(const struct numerics *n, struct crossbar *c, bool pair)
{
	struct numerics with = *n;

	*c = wires;
	c->n_rows = 2 * n->n_rows;
	c->n_together = n->n_rows;
	c->array[0].pair = pair;
	with.crossbar = c;
	return with;
}

static struct recipe recipe_of(void)
{
	return (struct recipe){.dataset = "squares",
		.epochs = 3,
		.batch = 16,
		.learning_rate = 0.02,
		.schedule = SCHEDULE_COSINE,
		.k_final = 0.1,
		.optimiser = OPTIMISER_MOMENTUM,
		.momentum = 0,
		.k_array_rate = 1,
		.sample_every = 16,
		.rounding = ROUNDING_STOCHASTIC,
		.k_weight_range = 2,
		.seed = 1};
}

struct outcome {
	struct epoch_log log;
	char *checkpoint;
	size_t n;
	struct activity activity;
	struct layer_activity layer[8];
};

static struct outcome train(struct arena *a, const char *layers, int synapse,
	const struct numerics *n, const struct kern *kern, const struct recipe *r)
{
	struct cells *cells = NEW(a, struct cells, 1);
	struct diag *d = diag_new(a, stderr);
	struct outcome o = {0};
	char path[] = "/tmp/mho-check-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	if (synapses[synapse])
		bind(a, cells_fields,
			arena_printf(a, "format: 1\nsynapse: %s\n", synapses[synapse]), cells);

	struct train_spec spec = {.network = network_of(a, layers),
		.recipe = r,
		.bits = r->bits,
		.data = data_of(a),
		.synapse = cells->synapse,
		.update = cells->update,
		.numerics = cells->synapse ? n : NULL,
		.seed = 1,
		.epochs = r->epochs,
		.kern = kern};
	struct trainer *t = trainer_new(a, &spec, d);

	ck_assert_ptr_nonnull(t);
	for (int i = 0; i < r->epochs; i++)
		ck_assert(trainer_epoch(t, &o.log, d));
	trainer_save(t, path, "{}");
	o.checkpoint = file_read(a, path, 1 << 24, &o.n);
	if (trainer_activity(t)) {
		o.activity = *trainer_activity(t);
		memcpy(o.layer, o.activity.layer, (size_t)o.activity.n_layers * sizeof *o.layer);
	}
	unlink(path);
	return o;
}

static void same(const struct outcome *x, const struct outcome *y)
{
	ck_assert_uint_eq(x->n, y->n);
	ck_assert(memcmp(x->checkpoint, y->checkpoint, x->n) == 0);
	ck_assert(x->log.train_loss == y->log.train_loss && x->log.test_loss == y->log.test_loss);
	for (int i = 0; i < x->activity.n_layers; i++) {
		ck_assert(x->layer[i].n_up == y->layer[i].n_up);
		ck_assert(x->layer[i].k_input_ones == y->layer[i].k_input_ones);
		ck_assert(x->layer[i].k_error_ones == y->layer[i].k_error_ones);
		ck_assert(x->layer[i].k_state[0] == y->layer[i].k_state[0]);
	}
}

START_TEST(threads_do_not_change_a_bit)
{
#ifdef _OPENMP
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	struct outcome first = {0};
	struct crossbar c;
	int synapse = _i % N_SYNAPSES;
	struct numerics with = wired(&coarse, &c, synapse == NOISY);

	for (int n = 1; n <= 3; n++) {
		omp_set_num_threads(n);
		struct outcome o = train(a, networks[LENET_LIKE], synapse,
			_i < N_SYNAPSES ? &coarse : &with, NULL, &r);
		if (n == 1)
			first = o;
		same(&first, &o);
	}
	arena_free(a);
#endif
}
END_TEST

START_TEST(kernels_do_not_change_a_bit)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	struct crossbar c;
	int synapse = _i % N_SYNAPSES;
	struct numerics with = wired(&coarse, &c, synapse == NOISY);
	const struct numerics *n = _i < N_SYNAPSES ? &coarse : &with;
	struct outcome scalar = train(a, networks[LENET_LIKE], synapse, n, &kern_scalar, &r);

	for (int k = 1; kern_table[k]; k++)
		if (kern_table[k]->usable()) {
			struct outcome o =
				train(a, networks[LENET_LIKE], synapse, n, kern_table[k], &r);
			same(&scalar, &o);
		}
	arena_free(a);
}
END_TEST

/* Ideal cells with 10000 steps and fine converters follow plain descent; what is left is the 8-bit
 * input. */
START_TEST(ideal_cells_descend_like_float)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	struct outcome exact = train(a, networks[LENET_LIKE], FLOAT, NULL, NULL, &r);
	struct numerics n = fine;

	n.exact = _i == SRAM; /* rows read one by one */

	struct outcome cells = train(a, networks[LENET_LIKE], _i, &n, NULL, &r);
	double n_transfers = strstr(synapses[_i], "n_interval") ? 4 : 0;

	ck_near(cells.log.train_loss, exact.log.train_loss, 3e-3);
	ck_near(cells.log.test_loss, exact.log.test_loss, 3e-3);
	ck_near(cells.log.simulated_s, 3 * 4 * 1e-3 + n_transfers * 1e-2, 1e-12);
	ck_near(cells.activity.n_events, n_transfers, 0);
	ck_assert((cells.layer[0].n_transfer_cells > 0) == (n_transfers > 0));
	ck_assert(cells.layer[0].k_input_ones > 0.1 && cells.layer[0].k_input_ones < 0.9);
	ck_assert(cells.layer[0].n_up > 0 && cells.layer[0].n_writes_mean > 0);
	ck_near(cells.activity.n_batches, 12, 0);
	arena_free(a);
}
END_TEST

/* Wires without resistance change nothing but the last bits; real ones do; training copes. */
START_TEST(wires_reach_training)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	struct crossbar c;
	struct numerics with = wired(&fine, &c, _i == NOISY);
	struct outcome none = train(a, networks[LENET_LIKE], _i, &fine, NULL, &r);
	struct outcome full = train(a, networks[LENET_LIKE], _i, &with, NULL, &r);

	ck_assert(fabs(full.log.test_loss / none.log.test_loss - 1) > 1e-3);
	c.how = IR_DROP_FIRST_ORDER;
	struct outcome first = train(a, networks[LENET_LIKE], _i, &with, NULL, &r);
	ck_assert(first.log.test_loss != full.log.test_loss);
	c.array[0].r_row = c.array[0].r_column = 0;
	c.array[0].forward = c.array[0].transposed = (struct crossbar_ends){0, 0};
	for (int how = IR_DROP_FIRST_ORDER; how <= IR_DROP_FULL; how++) {
		c.how = (enum ir_drop)how;
		struct outcome ideal = train(a, networks[LENET_LIKE], _i, &with, NULL, &r);
		ck_near(ideal.log.test_loss, none.log.test_loss, 1e-3);
	}
	arena_free(a);
}
END_TEST

/* Narrow converters clip more; whole inputs train like serial ones. */
START_TEST(clipping_is_counted_with_serial_and_whole_inputs)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	struct numerics narrow = coarse, wide = coarse;

	narrow.whole_inputs = wide.whole_inputs = _i;
	r.sample_every = 1;
	narrow.k_full_scale = 1;
	wide.k_full_scale = 40;
	struct outcome o = train(a, networks[LENET_LIKE], IDEAL, &narrow, NULL, &r);
	struct outcome w = train(a, networks[LENET_LIKE], IDEAL, &wide, NULL, &r);
	for (int i = 0; i < o.activity.n_layers; i++) {
		/* sums beyond their rms: about a third of them if they were normal */
		ck_assert_msg(o.layer[i].k_clipped > 0.05 && o.layer[i].k_clipped < 0.6, "%g",
			o.layer[i].k_clipped);
		ck_near(o.layer[i].k_clipped_part[0], o.layer[i].k_clipped, 0);
		ck_assert_msg(w.layer[i].k_clipped == 0, "%g", w.layer[i].k_clipped);
	}
	arena_free(a);
}
END_TEST

/* Outer products image by image: descent like float's but for what chance adds, the same bytes for any kernels
 * and threads, and every pulse counted once. */
START_TEST(outer_products_descend_and_are_counted)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	struct outcome exact = train(a, networks[LENET_LIKE], FLOAT, NULL, NULL, &r), o[2];
	double n_pulses = 0, n_writes = 0, n_matrix[] = {18 * 4, 36 * 6, 96 * 8, 8 * 4};

	for (int i = 0; i < 2; i++) {
#ifdef _OPENMP
		omp_set_num_threads(1 + 2 * i);
#endif
		o[i] = train(a, networks[LENET_LIKE], _i, &fine, i ? NULL : &kern_scalar, &r);
	}
	same(&o[0], &o[1]);
	ck_near(o[0].log.train_loss, exact.log.train_loss, _i == OUTER ? 2e-2 : 0.2);
	for (int i = 0; i < o[0].activity.n_layers; i++) {
		const struct layer_activity *l = &o[0].layer[i];
		n_pulses += (l->n_up + l->n_down) * o[0].activity.n_batches;
		n_writes += l->n_writes_mean * n_matrix[i];
		ck_assert(l->n_up + l->n_down >= l->n_cells && l->n_products > 0);
		if (_i > OUTER)
			ck_near(l->n_transfer_reads, l->n_products / 3, 0.02);
		ck_assert(l->n_slots > 0 && l->n_row_pulses > 0 && l->n_column_pulses > 0);
	}
	ck_near(n_writes, n_pulses, 1e-9);
	arena_free(a);
}
END_TEST

START_TEST(whole_inputs_learn_with_any_kernels_and_threads)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	struct numerics n = fine;
	struct outcome o[2];

	n.whole_inputs = true;
	r.epochs = 30;
	r.learning_rate = 0.1;
	r.k_array_rate = 3;
	r.momentum = 0.5;
	for (int i = 0; i < 2; i++) {
#ifdef _OPENMP
		omp_set_num_threads(1 + 2 * i);
#endif
		o[i] = train(a, networks[4], NOISY, &n, i ? NULL : &kern_scalar, &r);
	}
	same(&o[0], &o[1]);
	ck_assert_msg(o[0].log.test_accuracy_percent > 90, "%g %%", o[0].log.test_accuracy_percent);
	arena_free(a);
}
END_TEST

START_TEST(training_learns)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();

	r.epochs = 30;
	r.learning_rate = 0.1;
	r.k_array_rate = 3;
	r.momentum = 0.5;
	struct outcome o = train(a, networks[2], _i, &coarse, NULL, &r);
	ck_assert_msg(o.log.test_accuracy_percent > 95, "%g %%", o.log.test_accuracy_percent);
	arena_free(a);
}
END_TEST

/* Every optimiser, bits in both schemes, augmentation: same bits with 1 and 3 threads, and it
 * learns. */
static const struct recipe_augment little = {.crop = 1};
static const struct recipe_bits bits[] = {
	{SCHEME_POWER_OF_TWO, 5, 8, 8, 8},
	{SCHEME_STRAIGHT_THROUGH, 6, 8, 8, 8},
};
static const struct recipe ways[] = {
	{.optimiser = OPTIMISER_SGD, .learning_rate = 0.2, .clip_norm = 0.7},
	{.optimiser = OPTIMISER_NESTEROV, .learning_rate = 0.05, .momentum = 0.9, .k_decay = 1e-3,
		.schedule = SCHEDULE_ONE_CYCLE, .k_warmup = 0.3},
	{.optimiser = OPTIMISER_ADAM, .learning_rate = 0.01, .momentum = 0.9, .k_beta2 = 0.99,
		.normalise = NORMALISE_CHANNEL, .augment = &little},
	{.optimiser = OPTIMISER_MOMENTUM, .learning_rate = 0.1, .momentum = 0.5, .bits = &bits[0]},
	{.optimiser = OPTIMISER_MOMENTUM, .learning_rate = 0.1, .momentum = 0.5, .bits = &bits[1]},
};

START_TEST(every_way_to_train_learns_alike_with_any_threads)
{
	struct arena *a = arena_new();
	struct recipe r = ways[_i];
	struct outcome o[2];

	r.dataset = "squares";
	r.epochs = 30;
	r.batch = 16;
	r.k_final = 0.1;
	r.k_weight_range = 2;
	for (int i = 0; i < 2; i++) {
#ifdef _OPENMP
		omp_set_num_threads(1 + 2 * i);
#endif
		o[i] = train(a, networks[2], FLOAT, NULL, NULL, &r);
	}
	same(&o[0], &o[1]);
	ck_assert_msg(o[0].log.test_accuracy_percent > 95, "%g %%", o[0].log.test_accuracy_percent);
	arena_free(a);
}
END_TEST

START_TEST(diverging_losses_are_reported)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);
	struct epoch_log log;
	bool good = true;

	r.learning_rate = 1e30;
	struct train_spec spec = {.network = network_of(a, networks[2]),
		.recipe = &r,
		.data = data_of(a),
		.seed = 1,
		.epochs = 20};
	struct trainer *t = trainer_new(a, &spec, d);
	for (int i = 0; i < 20 && good; i++)
		good = trainer_epoch(t, &log, d);
	ck_assert(!good);
	ck_assert_ptr_nonnull(strstr(diag_first(d), "the loss is no longer finite in epoch "));
	ck_assert_ptr_nonnull(strstr(diag_first(d), "layer 'dense"));
	fclose(sink);
	arena_free(a);
}
END_TEST

/* Inputs of either sign, groups, states, noise of reads: what passes through fine arrays of ideal cells is what passes
 * through the float network, bit by bit or whole, and trains alike with any kernels and threads. */
static const char *const signed_networks[] = {
	"[{kind: dense, out: 8}, {kind: tanh}, {kind: dense, out: 6}, {kind: hardtanh}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 6, kernel: 3, pad: 1}, {kind: tanh}, {kind: conv, out: 4, kernel: 3, stride: 2},"
	" {kind: tanh}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 8, kernel: 3, groups: 2}, {kind: relu}, {kind: conv, out: 8, kernel: 3, groups: 8,"
	" bias: false}, {kind: tanh}, {kind: conv, out: 4, kernel: 2, groups: 4}, {kind: dense, out: 4}]",
	"[{kind: lstm, hidden: 5, last: false}, {kind: lstm, hidden: 6}, {kind: dense, out: 4}]",
};
enum { N_SIGNED = sizeof signed_networks / sizeof *signed_networks };

START_TEST(signs_groups_and_states_pass_through_arrays)
{
	struct arena *a = arena_new();
	struct dataset *data = data_of(a);
	struct network *net = network_of(a, signed_networks[_i / 2]);
	struct numerics n = fine;
	struct cells cells;
	struct model *m[2];

	n.whole_inputs = _i % 2;
	n.n_bits_converter = n.whole_inputs ? 16 : 12;
	if (_i / 2 == 1) /* three kernel positions to an array */
		n.n_rows = n.n_rows_position = 20;
	n.k_full_scale = 8;
	bind(a, cells_fields, arena_printf(a, "format: 1\nsynapse: %s\n", synapses[IDEAL]), &cells);
	for (int i = 0; i < 2; i++) {
		m[i] = model_new(a, &(struct model_spec){.network = net, .kern = kern_pick(NULL), .seed = 1,
					    .synapse = i ? cells.synapse : NULL, .numerics = i ? &n : NULL,
					    .k_weight_range = 2, .n_batch = 20});
		int used = model_deal(m[i], &data->train, NULL, 0, 20);
		model_set_epoch(m[i], -1);
		if (i)
			model_calibrate(m[i], used);
		model_forward(m[i], used);
	}
	for (int s = 0; s < m[0]->n_shards; s++)
		for (int layer = 0; layer < m[0]->n_layers; layer++) {
			const struct pass *want = &m[0]->shard[s].pass[layer], *got = &m[1]->shard[s].pass[layer];
			double square = 0, off = 0;
			for (int i = 0; i < want->n * shape_size(want->layer->out); i++) {
				double d = (double)got->y[i] - (double)want->y[i];
				square += (double)want->y[i] * (double)want->y[i];
				off += d * d;
			}
				/* inputs of 8 bits and a sign in each layer, cells of 10000 steps */
			ck_assert_msg(off <= 0.05 * 0.05 * square, "shard %d layer '%s': off by %g of %g", s,
				want->layer->name, sqrt(off), sqrt(square));
		}
	arena_free(a);
}
END_TEST

START_TEST(signs_groups_and_states_train_with_any_kernels_and_threads)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	struct numerics n = coarse;
	struct outcome first = {0};

	n.whole_inputs = _i % 2;
	n.k_noise_input = n.k_noise_read = _i / 2 / N_SIGNED > 0 ? 0.3 : 0;
	n.n_columns_error = _i / 2 / N_SIGNED > 1 ? 3 : 0;
	n.n_rows_position = n.n_columns_error > 0 ? n.n_rows : 0;
	for (int k = 0; kern_table[k]; k++) {
		if (!kern_table[k]->usable())
			continue;
#ifdef _OPENMP
		omp_set_num_threads(1 + k);
#endif
		struct outcome o = train(a, signed_networks[_i / 2 % N_SIGNED], NOISY, &n, kern_table[k], &r);
		if (k == 0)
			first = o;
		same(&first, &o);
	}
	/* the image is positive, hidden values and states are not */
	ck_near(first.layer[0].n_passes, _i / 2 % N_SIGNED == 3 ? 2 : 1, 0);
	ck_near(first.layer[1].n_passes, _i / 2 % N_SIGNED == 2 ? 1 : 2, 0);
	ck_near(first.layer[2].n_passes, 2, 0);
	arena_free(a);
}
END_TEST

/* Through fine converters errors arrive as exact products bring them; through coarse ones they do not. */
START_TEST(errors_pass_through_arrays)
{
	struct arena *a = arena_new();
	struct dataset *data = data_of(a);
	struct network *net = network_of(a, signed_networks[_i]);
	struct cells cells;
	struct model *m[3];
	double square = 0, off[3] = {0};

	bind(a, cells_fields, arena_printf(a, "format: 1\nsynapse: %s\n", synapses[IDEAL]), &cells);
	for (int i = 0; i < 3; i++) {
		struct numerics n = fine;
		n.n_columns_error = i == 0 ? 0 : 3;
		m[i] = model_new(a, &(struct model_spec){.network = net, .kern = kern_pick(NULL), .seed = 1,
					    .synapse = cells.synapse, .numerics = &n, .k_weight_range = 2, .n_batch = 20});
		int used = model_deal(m[i], &data->train, NULL, 0, 20);
		model_set_epoch(m[i], 0);
		model_calibrate(m[i], used);
		for (int k = 0; i > 0 && k < m[i]->n_weight_layers; k++) {
			struct mvm *v = m[i]->weights[k].errors;
			ck_assert(k == 0 || v->full_scale[0] > 0); /* nothing goes back into the first */
			for (int b = 0; b < v->n_blocks * v->spec.n_groups; b++)
				v->tile[b].top = i == 1 ? 32767 : 3;
			if (v->full_scale[0] > 0)
				mvm_set_full_scale(v, 0, v->full_scale[0] * (i == 1 ? 4 : 1));
		}
		model_gradients(m[i], used);
		model_fold(m[i], 0, m[i]->n_params);
	}
	/* of the first layer, which errors reach through all others */
	for (size_t k = 0; k < m[0]->at_param[1]; k++) {
		double want = (double)m[0]->shard[0].gradient[k];
		square += want * want;
		for (int i = 1; i < 3; i++)
			off[i] += pow((double)m[i]->shard[0].gradient[k] - want, 2);
	}
	ck_assert_msg(off[1] <= 1e-4 * square, "off by %g of %g", sqrt(off[1]), sqrt(square));
	ck_assert_msg(off[2] > 1e-2 * square, "off by %g of %g only", sqrt(off[2]), sqrt(square));
	arena_free(a);
}
END_TEST

/* Fixed ranges are what the current says; one range for the chip is the same current in all layers. */
START_TEST(ranges_of_converters_follow_their_rule)
{
	struct arena *a = arena_new();
	struct dataset *data = data_of(a);
	struct numerics n = coarse;
	struct cells cells;

	n.one_range = _i == 1;
	n.i_full_scale = _i == 2 ? 3e-6 : 0;
	bind(a, cells_fields, arena_printf(a, "format: 1\nsynapse: %s\n", synapses[NOISY]), &cells);
	struct model *m = model_new(a, &(struct model_spec){.network = network_of(a, networks[LENET_LIKE]),
					       .kern = kern_pick(NULL), .synapse = cells.synapse, .numerics = &n,
					       .seed = 1, .k_weight_range = 2, .n_batch = 20});
	model_set_epoch(m, -1);
	model_calibrate(m, model_deal(m, &data->train, NULL, 0, 20));
	for (int i = 0; i < m->n_weight_layers; i++) {
		/* a pair of cells of 9 uS and 0.2 V carries 1.8 uA at full weight */
		double i_full = m->weights[i].mvm->full_scale[0] * 1.8e-6;
		if (_i == 2)
			ck_near(i_full, 3e-6, 1e-6);
		if (i > 0 && _i == 1)
			ck_near(i_full, m->weights[0].mvm->full_scale[0] * 1.8e-6, 1e-12);
		if (i > 0 && _i == 0)
			ck_assert(fabs(i_full / (m->weights[0].mvm->full_scale[0] * 1.8e-6) - 1) > 0.01);
	}
	arena_free(a);
}
END_TEST

START_TEST(wires_of_groups_are_refused)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	struct cells cells;
	struct crossbar c;
	struct numerics n = wired(&coarse, &c, false);
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);

	bind(a, cells_fields, arena_printf(a, "format: 1\nsynapse: %s\n", synapses[IDEAL]), &cells);
	struct train_spec spec = {
		.network = network_of(a, "[{kind: conv, out: 4, kernel: 3, groups: 2}, {kind: dense, out: 4}]"),
		.recipe = &r,
		.data = data_of(a),
		.synapse = cells.synapse,
		.numerics = &n,
		.epochs = 1};
	ck_assert(trainer_new(a, &spec, d) == NULL);
	ck_assert_str_eq(diag_first(d),
		"layer 'conv1': the wires of arrays are not solved for convolutions with groups: set the design's "
		"array.ir_drop to none");
	fclose(sink);
	arena_free(a);
}
END_TEST

START_TEST(fingerprints_tell_what_matters)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	struct numerics n = coarse;
	struct cells cells;

	bind(a, cells_fields, arena_printf(a, "format: 1\nsynapse: %s\n", synapses[NOISY]), &cells);
	struct train_spec spec = {.network = network_of(a, networks[2]),
		.recipe = &r,
		.data = data_of(a),
		.synapse = cells.synapse,
		.numerics = &n,
		.seed = 1,
		.epochs = 1};
	const char *first = train_fingerprint(a, &spec);

	ck_assert_str_eq(first, train_fingerprint(a, &spec));
	n.times.t_batch = 7; /* no cell forgets: time does not matter */
	ck_assert_str_eq(first, train_fingerprint(a, &spec));
	n.n_bits_converter = 5;
	ck_assert_str_ne(first, train_fingerprint(a, &spec));
	n.n_bits_converter = coarse.n_bits_converter;
	spec.seed = 2;
	ck_assert_str_eq(fingerprint_setting(a, first, train_fingerprint(a, &spec)), "seed 1");
	spec.seed = 1;

	struct dataset other = *spec.data; /* of the same name and size */
	const struct train_spec before = spec;

	strcpy(other.sha256, "other");
	spec.data = &other;
	ck_assert_str_eq(fingerprint_setting(a, train_fingerprint(a, &spec), first), "sha256:other");
	spec = before;
	spec.synapse = NULL;
	spec.numerics = NULL;
	first = train_fingerprint(a, &spec);
	r.sample_every = 7; /* nothing to sample */
	ck_assert_str_eq(first, train_fingerprint(a, &spec));
	spec.bits = &bits[0];
	ck_assert_str_ne(first, train_fingerprint(a, &spec));
	spec.bits = NULL;
	r.augment = &little;
	ck_assert_str_ne(first, train_fingerprint(a, &spec));
	arena_free(a);
}
END_TEST

/* One tensor follows the other, the header says where, and weights are [out][in]. */
START_TEST(checkpoints_are_safetensors)
{
	struct arena *a = arena_new();
	struct recipe r = recipe_of();
	struct outcome o = train(a, networks[LENET_LIKE], NOISY, &coarse, NULL, &r);
	uint64_t n_header = 0;

	for (int i = 7; i >= 0; i--)
		n_header = n_header << 8 | (uint8_t)o.checkpoint[i];
	const char *header = arena_dup_n(a, o.checkpoint + 8, n_header), *last = NULL;
	ck_assert_uint_eq(n_header % 8, 0);
	ck_assert_ptr_nonnull(strstr(
		header, "\"__metadata__\":{\"format\":\"mho\",\"epoch\":\"3\",\"step\":\"12\""));
	ck_assert_ptr_nonnull(
		strstr(header, "\"conv1.weight\":{\"dtype\":\"F32\",\"shape\":[4,2,3,3],"
			       "\"data_offsets\":[0,288]}"));
	ck_assert_ptr_nonnull(
		strstr(header, "\"dense2.weight\":{\"dtype\":\"F32\",\"shape\":[4,8]"));
	ck_assert_ptr_nonnull(
		strstr(header, "\"conv1.state_plus\":{\"dtype\":\"F32\",\"shape\":[18,4]"));
	for (const char *at = header; (at = strstr(at, "data_offsets")); at++)
		last = at;
	ck_assert_uint_eq(strtoul(strchr(last, ',') + 1, NULL, 10), o.n - 8 - n_header);
	arena_free(a);
}
END_TEST

START_TEST(rates_follow_the_schedule)
{
	struct recipe r = recipe_of();

	r.learning_rate = 1;
	ck_near(recipe_rate(&r, 0, 101), 1, 1e-12);
	ck_near(recipe_rate(&r, 50, 101), 0.55, 1e-12);
	ck_near(recipe_rate(&r, 100, 101), 0.1, 1e-12);
	r.k_warmup = 0.1;
	ck_near(recipe_rate(&r, 0, 100), 0.1, 1e-2);
	ck_near(recipe_rate(&r, 100, 101), 0.1, 1e-12);
	r.k_warmup = 0;
	r.schedule = SCHEDULE_CONSTANT;
	ck_near(recipe_rate(&r, 100, 101), 1, 0);
	r.schedule = SCHEDULE_STEP;
	ck_near(recipe_rate(&r, 29, 30), 0.1, 1e-12);
	ck_near(recipe_rate(&r, 10, 30), sqrt(0.1), 1e-12);
	r.drops = (struct field_reals){2, (double[]){0.5, 0.75}};
	r.k_drop = 0.2;
	ck_near(recipe_rate(&r, 49, 100), 1, 0);
	ck_near(recipe_rate(&r, 50, 100), 0.2, 1e-12);
	ck_near(recipe_rate(&r, 75, 100), 0.04, 1e-12);
	r.schedule = SCHEDULE_ONE_CYCLE;
	r.k_warmup = 0.25;
	r.k_final = 0.02;
	ck_near(recipe_rate(&r, 9, 101), 10 / 25.25, 1e-12);
	ck_near(recipe_rate(&r, 25, 101), 1, 1e-12);
	ck_near(recipe_rate(&r, 100, 101), 0.02, 1e-12);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("train");
	TCase *t = tcase_create("train");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, gradients_are_central_differences, 0, N_NETWORKS);
	tcase_add_loop_test(t, threads_do_not_change_a_bit, 0, 2 * N_SYNAPSES);
	tcase_add_loop_test(t, wires_reach_training, IDEAL, N_SYNAPSES);
	tcase_add_loop_test(t, kernels_do_not_change_a_bit, 0, 2 * N_SYNAPSES);
	tcase_add_loop_test(t, ideal_cells_descend_like_float, IDEAL, NOISY);
	tcase_add_loop_test(t, ideal_cells_descend_like_float, N_SYNAPSES, N_COMPOSITIONS);
	tcase_add_loop_test(t, clipping_is_counted_with_serial_and_whole_inputs, 0, 2);
	tcase_add_loop_test(t, outer_products_descend_and_are_counted, OUTER, OUTER + N_RULES);
	tcase_add_test(t, whole_inputs_learn_with_any_kernels_and_threads);
	tcase_add_loop_test(t, training_learns, 0, N_SYNAPSES);
	tcase_add_loop_test(t, every_way_to_train_learns_alike_with_any_threads, 0,
		sizeof ways / sizeof *ways);
	tcase_add_test(t, diverging_losses_are_reported);
	tcase_add_loop_test(t, signs_groups_and_states_pass_through_arrays, 0, 2 * N_SIGNED);
	tcase_add_loop_test(t, signs_groups_and_states_train_with_any_kernels_and_threads, 0, 6 * N_SIGNED);
	tcase_add_loop_test(t, errors_pass_through_arrays, 0, N_SIGNED);
	tcase_add_loop_test(t, ranges_of_converters_follow_their_rule, 0, 3);
	tcase_add_test(t, wires_of_groups_are_refused);
	tcase_add_test(t, fingerprints_tell_what_matters);
	tcase_add_test(t, checkpoints_are_safetensors);
	tcase_add_test(t, rates_follow_the_schedule);
	suite_add_tcase(s, t);
	return run_suite(s);
}
