/* SPDX-License-Identifier: Apache-2.0 */
/* The passes of every kind of layer and of graphs of them: gradients against central differences,
 * statistics of batch normalisation against plain ones, the same bits whatever the threads and
 * kernels, and that residual and recurrent networks learn. */
#include <math.h>
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
#include "device/synapse.h"
#include "near.h"
#include "train/model.h"
#include "train/trainer.h"

enum { N_IMAGES = 48, SIDE = 8, N_BATCH = 9 };

static const struct field holder_fields[] = {
	{"network", FIELD_FILE, DIM_NONE, 0, 0, 0, NULL, &network_file, "", 0},
	FIELD_END,
};

static struct network *network_of(struct arena *a, const char *layers)
{
	struct diag *d = diag_new(a, stderr);
	struct network *n = NULL;
	const char *text = arena_printf(a,
		"format: 1\nnetwork:\n  name: test\n  input: {channels: 2, height: %d, width: %d}\n"
		"  classes: 4\n  layers: %s\n",
		SIDE, SIDE, layers);
	struct loader l;

	loader_init(&l, a, d);

	struct yaml *root = yaml_read_text(a, "test", text, strlen(text), true, d);

	ck_assert(root && loader_bind(&l, holder_fields, root, "", &n));
	return n;
}

/* Noise, and a bright square where the class says, in images of any shape. */
static struct dataset *data_of(struct arena *a, struct shape shape, int n_classes)
{
	struct dataset_kind *kind = NEW(a, struct dataset_kind, 1);
	struct dataset *s = NEW(a, struct dataset, 1);
	struct rng r = rng_stream(4, RNG_TEST, 0);
	size_t size = (size_t)shape_size(shape);
	uint8_t *pixel = NEW(a, uint8_t, N_IMAGES * size), *label = NEW(a, uint8_t, N_IMAGES);

	for (size_t i = 0; i < N_IMAGES * size; i++)
		pixel[i] = (uint8_t)rng_below(r, i, 0, 100);
	for (size_t i = 0; i < N_IMAGES; i++) {
		label[i] = (uint8_t)(i % (size_t)n_classes);
		for (int y = 0; y < shape.h / 2; y++)
			for (int x = 0; x < shape.w / 2; x++)
				pixel[i * size +
					(size_t)((y + label[i] / 2 % 2 * (shape.h / 2)) * shape.w + x +
						label[i] % 2 * (shape.w / 2))] =
					(uint8_t)(220 - 100 * (label[i] / 4));
	}
	*kind = (struct dataset_kind){.name = "squares", .shape = shape, .classes = n_classes};
	*s = (struct dataset){
		kind, shape, n_classes, {N_IMAGES, pixel, label}, {N_IMAGES, pixel, label}, "", NULL};
	return s;
}

static const char *const networks[] = {
	"[{kind: dense, out: 6}, {kind: tanh}, {kind: dense, out: 4}]",
	"[{kind: dense, out: 6}, {kind: hardtanh}, {kind: dense, out: 4}]",
	"[{kind: dense, out: 6}, {kind: relu6}, {kind: dense, out: 4}]",
	"[{kind: dense, out: 12}, {kind: dropout, k_drop: 0.4}, {kind: dense, out: 4}]",
	/* a rectifier's output is looked at later: nobody may write over it */
	"[{kind: dense, out: 12}, {kind: relu}, {kind: flatten}, {kind: dropout}, {kind: dense, out: 4}]",
	"[{kind: dense, out: 8}, {kind: tanh}, {kind: sigmoid}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 3, kernel: 3}, {kind: sigmoid}, {kind: avgpool, size: 3, stride: 2, pad: 1},"
	" {kind: dense, out: 4}]",
	"[{kind: conv, out: 3, kernel: 3}, {kind: sigmoid}, {kind: maxpool, size: 3, stride: 2, pad: 1},"
	" {kind: dense, out: 4}]",
	"[{kind: conv, out: 3, kernel: 3}, {kind: sigmoid}, {kind: globalpool}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 3, kernel: 3, bias: false}, {kind: batchnorm}, {kind: sigmoid},"
	" {kind: dense, out: 4}]",
	"[{kind: batchnorm}, {kind: dense, out: 5, bias: false}, {kind: batchnorm}, {kind: relu},"
	" {kind: dense, out: 4}, {kind: batchnorm}]",
	/* one output read twice, and once by what comes first */
	"[{kind: dense, out: 4}, {kind: sigmoid, name: b}, {kind: dense, name: c, out: 4},"
	" {kind: add, inputs: [c, b, b]}, {kind: dense, out: 4}]",
	"[{kind: dense, name: a, out: 4}, {kind: add, inputs: [a, a, a]}, {kind: sigmoid},"
	" {kind: dense, out: 4}]",
	"[{kind: conv, name: a, out: 2, kernel: 3, pad: 1}, {kind: sigmoid, name: b},"
	" {kind: conv, name: c, out: 3, kernel: 3, pad: 1}, {kind: concat, inputs: [b, input, c, b]},"
	" {kind: sigmoid}, {kind: globalpool}, {kind: dense, out: 4}]",
	/* residual blocks: identity and projection */
	"[{kind: conv, out: 3, kernel: 3, pad: 1, bias: false}, {kind: batchnorm}, {kind: sigmoid},"
	" {kind: repeat, times: 2, layers: [{kind: conv, out: 3, kernel: 3, pad: 1},"
	"  {kind: batchnorm}, {kind: sigmoid}, {kind: conv, out: 3, kernel: 3, pad: 1},"
	"  {kind: batchnorm, name: n}, {kind: add, inputs: [n, entry]}, {kind: sigmoid}]},"
	" {kind: repeat, layers: [{kind: conv, out: 4, kernel: 3, stride: 2, pad: 1},"
	"  {kind: batchnorm, name: p}, {kind: conv, input: entry, out: 4, kernel: 1, stride: 2},"
	"  {kind: batchnorm, name: q}, {kind: add, inputs: [p, q]}, {kind: sigmoid}]},"
	" {kind: globalpool}, {kind: dense, out: 4}]",
	/* dense block */
	"[{kind: conv, out: 2, kernel: 3, pad: 1},"
	" {kind: repeat, times: 3, layers: [{kind: batchnorm}, {kind: sigmoid},"
	"  {kind: conv, name: c, out: 2, kernel: 3, pad: 1}, {kind: concat, inputs: [entry, c]}]},"
	" {kind: avgpool, size: 2, stride: 2}, {kind: dense, out: 4}]",
	/* two branches of the input, the first of them the later reader */
	"[{kind: conv, name: a, out: 2, kernel: 3}, {kind: conv, name: b, input: input, out: 3, kernel: 3},"
	" {kind: sigmoid, name: s}, {kind: tanh, name: t, input: a}, {kind: concat, inputs: [s, t]},"
	" {kind: dense, out: 4}]",
	"[{kind: lstm, hidden: 5}, {kind: dense, out: 4}]",
	"[{kind: lstm, hidden: 3, last: false}, {kind: lstm, hidden: 4, bias: false}, {kind: dense, out: 4}]",
	"[{kind: conv, out: 3, kernel: 3}, {kind: sigmoid}, {kind: lstm, hidden: 5, last: false},"
	" {kind: globalpool}, {kind: dense, out: 4}]",
};
enum { N_NETWORKS = sizeof networks / sizeof *networks, RESIDUAL = 14 };

static struct model *model_of(
	struct arena *a, const char *layers, const struct kern *kern, loss_function *loss)
{
	return model_new(a, &(struct model_spec){.network = network_of(a, layers),
				    .kern = kern,
				    .seed = 1,
				    .k_weight_range = 4,
				    .loss = loss,
				    .n_batch = N_BATCH});
}

/* Every parameter, and through the graph every layer's input gradients. */
static void check_gradients(const char *layers, loss_function *loss)
{
	struct arena *a = arena_new();
	struct dataset *data = data_of(a, (struct shape){2, SIDE, SIDE}, 4);
	struct model *m = model_of(a, layers, kern_pick(NULL), loss);
	int used = model_deal(m, &data->train, NULL, 0, N_BATCH);
	double worst = 0, scale = 0;

	/* thousands of tiny passes: threads would wait for each other most of the time */
#ifdef _OPENMP
	omp_set_num_threads(1);
#endif
	/* scales other than 1, so that a forgotten one shows */
	for (size_t i = m->at_digital; i < m->n_params; i++)
		m->param[i] += 0.3f * rng_normal(rng_stream(2, RNG_TEST, 1), i, 0);
	model_gradients(m, used);
	model_fold(m, 0, m->n_params);
	for (size_t i = 0; i < m->n_params; i++) {
		float keep = m->param[i], h = 2e-3f, up, down;
		double difference;
		m->param[i] = keep + h;
		up = m->param[i];
		difference = model_forward(m, used).sum;
		m->param[i] = keep - h;
		down = m->param[i];
		difference = (difference - model_forward(m, used).sum) / (double)(up - down);
		m->param[i] = keep;
		/* a layer without bias has a gradient slot that nothing uses */
		if (difference == 0)
			continue;
		scale = fmax(scale, fabs(difference));
		worst = fmax(worst, fabs(difference - (double)m->shard[0].gradient[i]));
	}
	ck_assert(scale > 0.01);
	/* single precision, and kinks between the two points */
	ck_assert_msg(worst < 1e-2 * scale, "off by %g of %g", worst, scale);
	arena_free(a);
}

START_TEST(gradients_are_central_differences)
{
	check_gradients(networks[_i], loss_softmax);
}
END_TEST

START_TEST(gradients_of_squares_are_central_differences)
{
	check_gradients("[{kind: dense, out: 7}, {kind: sigmoid}, {kind: dense, out: 4}]", loss_squares);
}
END_TEST

/* Every kind that can be trained stands in a gradient check here or in check_train.c. */
START_TEST(no_kind_is_left_unchecked)
{
	const char *elsewhere = "conv dense maxpool relu sigmoid flatten";

	for (int k = 0; train_layer_kinds[k]; k++) {
		const char *name = train_layer_kinds[k]->kind->head.name;
		bool found = strstr(elsewhere, name) != NULL;
		for (int i = 0; i < N_NETWORKS; i++)
			found |= strstr(networks[i], name) != NULL;
		ck_assert_msg(found, "%s", name);
	}
}
END_TEST

/* With few bits both halves of an LSTM's input are on levels: 3 magnitudes at 3 bits, of an image and step. */
START_TEST(states_are_rounded_like_inputs)
{
	enum { HIDDEN = 16, ROWS = 2 * SIDE + HIDDEN, STEP = ROWS + 6 * HIDDEN };
	struct arena *a = arena_new();
	struct dataset *data = data_of(a, (struct shape){2, SIDE, SIDE}, 4);
	struct recipe_bits bits = {.n_activation = 3};
	struct model *m = model_new(a, &(struct model_spec){
					       .network = network_of(a, "[{kind: lstm, hidden: 16}, {kind: dense, out: 4}]"),
					       .kern = kern_pick(NULL),
					       .seed = 1,
					       .k_weight_range = 4,
					       .bits = &bits,
					       .loss = loss_softmax,
					       .n_batch = N_BATCH});

	model_forward(m, model_deal(m, &data->train, NULL, 0, N_BATCH));

	const struct pass *p = &m->shard[0].pass[0];

	for (int t = 1; t < SIDE; t++)
		for (int image = 0; image < p->n; image++) {
			const float *h = (const float *)p->keep + (size_t)(t * p->n) * STEP + image * ROWS + 2 * SIDE;
			float most = 0;
			for (int k = 0; k < HIDDEN; k++)
				most = fmaxf(most, fabsf(h[k]));
			float step = exp2f(ceilf(log2f(most / 3)));
			ck_assert(most > 0);
			for (int k = 0; k < HIDDEN; k++)
				ck_assert_msg(fabsf(h[k] / step) == rintf(fabsf(h[k] / step)), "step %d: %g of %g", t,
					(double)h[k], (double)step);
		}
	arena_free(a);
}
END_TEST

/* A whole batch, cut into shards of any size, has the statistics of two plain passes. */
START_TEST(batch_statistics_are_those_of_the_batch)
{
	static const char layers[] = "[{kind: batchnorm}, {kind: dense, out: 4}]";
	struct arena *a = arena_new();
	struct dataset *data = data_of(a, (struct shape){2, SIDE, SIDE}, 4);
	int n_batch = _i + 1, plane = SIDE * SIDE;
	struct model *m = model_new(a, &(struct model_spec){.network = network_of(a, layers),
					       .kern = kern_pick(NULL),
					       .n_batch = n_batch});
	int used = model_deal(m, &data->train, NULL, 0, n_batch);

	model_forward(m, used);
	for (int c = 0; c < 2; c++) {
		double mean = 0, square = 0, n = (double)n_batch * plane;
		for (int image = 0; image < n_batch; image++)
			for (int i = 0; i < plane; i++)
				mean += data->train.pixel[(image * 2 + c) * plane + i] / 255.0 / n;
		for (int image = 0; image < n_batch; image++)
			for (int i = 0; i < plane; i++) {
				double off = data->train.pixel[(image * 2 + c) * plane + i] / 255.0 - mean;
				square += off * off;
			}
		ck_near((double)m->norm[0].centre[c], mean, 1e-6);
		ck_near((double)m->norm[0].inverse[c], 1 / sqrt(square / n + 1e-5), 1e-6);
		/* running values began at 0 and 1 and keep 0.9 */
		ck_near((double)m->norm[0].mean[c], 0.1 * mean, 1e-6);
		ck_near((double)m->norm[0].variance[c], 0.9 + 0.1 * square / (n - 1), 1e-6);
	}
	/* in use: mean 0 and variance 1 */
	double sum = 0, square = 0;
	for (int s = 0; s < used; s++)
		for (int i = 0; i < m->shard[s].n * 2 * plane; i++) {
			double y = (double)m->shard[s].pass[0].y[i];
			sum += y;
			square += y * y;
		}
	ck_assert(fabs(sum) < 1e-4 * n_batch * 2 * plane);
	ck_near(square / (n_batch * 2 * plane), 1, 1e-3);
	arena_free(a);
}
END_TEST

/* Outside of training running statistics count; a refresh makes them the means over batches. */
START_TEST(running_statistics_are_used_and_refreshed)
{
	static const char layers[] = "[{kind: batchnorm}, {kind: dropout}, {kind: dense, out: 4}]";
	struct arena *a = arena_new();
	struct dataset *data = data_of(a, (struct shape){2, SIDE, SIDE}, 4);
	struct model *m = model_of(a, layers, kern_pick(NULL), NULL);
	double mean[2] = {0}, plane = SIDE * SIDE;
	int n = 4 * N_BATCH;

	m->norm[0].mean[0] = 0.25f;
	m->norm[0].variance[0] = 4;
	model_set_epoch(m, -1);
	model_forward(m, model_deal(m, &data->train, NULL, 0, N_BATCH));
	ck_near((double)m->shard[0].pass[0].y[0],
		((double)m->shard[0].input[0] - 0.25) / sqrt(4 + 1e-5), 1e-6);
	ck_near((double)m->shard[0].pass[1].y[0], (double)m->shard[0].pass[0].y[0], 0);
	ck_near((double)m->norm[0].mean[0], 0.25, 0);

	model_refresh(m, &data->train, NULL, n);
	for (int i = 0; i < n; i++)
		for (int c = 0; c < 2; c++)
			for (int k = 0; k < SIDE * SIDE; k++)
				mean[c] += data->train.pixel[(i * 2 + c) * SIDE * SIDE + k] / 255.0 /
					   (n * plane);
	ck_near((double)m->norm[0].mean[0], mean[0], 1e-6);
	ck_near((double)m->norm[0].mean[1], mean[1], 1e-6);
	ck_near((double)m->norm[0].centre[1], mean[1], 1e-6);
	arena_free(a);
}
END_TEST

/* About the share, the same for the same image and epoch, another in another epoch. */
START_TEST(dropout_drops_its_share)
{
	static const char layers[] = "[{kind: dropout, k_drop: 0.3}, {kind: dense, out: 4}]";
	struct arena *a = arena_new();
	struct dataset *data = data_of(a, (struct shape){2, SIDE, SIDE}, 4);
	struct model *m = model_of(a, layers, kern_pick(NULL), NULL);
	int used = model_deal(m, &data->train, NULL, 0, N_BATCH), n = 0, n_zero = 0, n_moved = 0;
	float first[N_BATCH][2 * SIDE * SIDE];

	for (int epoch = 0; epoch < 3; epoch++) {
		model_set_epoch(m, epoch / 2); /* 0, 0, 1 */
		used = model_deal(m, &data->train, NULL, 0, N_BATCH);
		model_forward(m, used);
		int image = 0;
		for (int s = 0; s < used; s++)
			for (int k = 0; k < m->shard[s].n; k++, image++)
				for (int i = 0; i < 2 * SIDE * SIDE; i++) {
					float y = ((float *)m->shard[s].pass[0].keep)[k * 2 * SIDE * SIDE + i];
					ck_assert(y == 0 || fabs((double)y - 1 / 0.7) < 1e-6);
					n += epoch == 0;
					n_zero += epoch == 0 && y == 0;
					if (epoch == 1)
						ck_assert(y == first[image][i]);
					n_moved += epoch == 2 && y != first[image][i];
					if (epoch == 0)
						first[image][i] = y;
				}
	}
	/* 0.3 within 4 standard errors of 1152 draws; 0.42 of them differ between epochs */
	ck_near((double)n_zero / n, 0.3, 4 * sqrt(0.7 / 0.3 / n));
	ck_near((double)n_moved / n, 0.42, 4 * sqrt(0.58 / 0.42 / n));
	arena_free(a);
}
END_TEST

static struct recipe recipe_of(int epochs, int batch, double rate)
{
	return (struct recipe){.dataset = "squares",
		.epochs = epochs,
		.batch = batch,
		.optimiser = OPTIMISER_MOMENTUM,
		.learning_rate = rate,
		.schedule = SCHEDULE_COSINE,
		.k_final = 0.1,
		.momentum = 0.9,
		.k_array_rate = 1,
		.sample_every = 16,
		.k_weight_range = 2,
		.seed = 1};
}

struct outcome {
	struct epoch_log log;
	char *checkpoint;
	size_t n;
};

static struct outcome train_spec(struct arena *a, const struct train_spec *spec)
{
	struct diag *d = diag_new(a, stderr);
	const struct recipe *r = spec->recipe;
	struct trainer *t = trainer_new(a, spec, d);
	struct outcome o = {0};
	char path[] = "/tmp/mho-layers-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_ptr_nonnull(t);
	for (int i = 0; i < r->epochs; i++)
		ck_assert(trainer_epoch(t, &o.log, d));
	trainer_save(t, path, "{}");
	o.checkpoint = file_read(a, path, 1 << 26, &o.n);
	unlink(path);
	return o;
}

static struct outcome train(struct arena *a, const struct network *net, const struct dataset *data,
	const struct recipe *r, const struct kern *kern)
{
	return train_spec(a, &(struct train_spec){.network = net,
				     .recipe = r,
				     .data = data,
				     .seed = 1,
				     .epochs = r->epochs,
				     .kern = kern});
}

/* A graph where shards meet: bits depend neither on threads nor on kernels. */
START_TEST(meetings_do_not_change_a_bit)
{
	struct arena *a = arena_new();
	struct dataset *data = data_of(a, (struct shape){2, SIDE, SIDE}, 4);
	struct network *net = network_of(a, networks[RESIDUAL]);
	struct recipe r = recipe_of(2, 16, 0.05);
	struct outcome first = train(a, net, data, &r, &kern_scalar);

	for (int i = 0; i < 4; i++) {
#ifdef _OPENMP
		omp_set_num_threads(i % 3 + 1);
#endif
		const struct kern *kern = kern_table[i] ? kern_table[i] : &kern_scalar;
		if (!kern->usable())
			continue;
		struct outcome o = train(a, net, data, &r, kern);
		ck_assert_uint_eq(o.n, first.n);
		ck_assert(memcmp(o.checkpoint, first.checkpoint, o.n) == 0);
		if (!kern_table[i])
			break;
	}
	arena_free(a);
}
END_TEST

struct cells {
	const struct synapse *synapse;
};
static const struct field cells_fields[] = {
	KIND(cells, synapse, synapse_kinds, NULL, "cells"), FIELD_END};
static const char cells_text[] =
	"format: 1\nsynapse: {kind: pair, cell: {name: fine, structure: 1t1r, geometry: {k_width_in_f: 4, "
	"k_height_in_f: 4}, g_min: 1 uS, g_max: 10 uS, read: {v_read: 0.2 V}, write: {up: {v: 1 V, t: 10 ns}, "
	"down: {v: 1 V, t: 10 ns}}, response: {kind: ideal, n_up: 1000, n_down: 1000}, "
	"variation: {k_cycle: 0}}}\n";

/* A residual network with batch normalisation through arrays: calibrated at its meetings, the same
 * bits for any number of threads, and it learns. */
START_TEST(graphs_train_through_arrays)
{
	static const char layers[] =
		"[{kind: conv, out: 4, kernel: 3, pad: 1, bias: false}, {kind: batchnorm}, {kind: relu},"
		" {kind: repeat, layers: [{kind: conv, out: 8, kernel: 3, stride: 2, pad: 1, bias: false},"
		"  {kind: batchnorm, name: p}, {kind: conv, input: entry, out: 8, kernel: 1, stride: 2},"
		"  {kind: batchnorm, name: q}, {kind: add, inputs: [p, q]}, {kind: relu}]},"
		" {kind: globalpool}, {kind: dense, out: 4}]";
	static const struct numerics numerics = {.n_rows = 20,
		.n_bits_input = 6,
		.n_bits_error = 8,
		.n_bits_converter = 8,
		.k_full_scale = 4,
		.times = {1e-3, 1e-2}};
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, stderr);
	struct recipe r = recipe_of(25, 16, 0.1);
	struct cells *cells = NEW(a, struct cells, 1);
	struct loader l;
	struct outcome first = {0};

	loader_init(&l, a, d);
	ck_assert(loader_bind(&l, cells_fields,
		yaml_read_text(a, "test", cells_text, strlen(cells_text), true, d), "", cells));
	for (int n = 1; n <= 2; n++) {
#ifdef _OPENMP
		omp_set_num_threads(n);
#endif
		struct outcome o = train_spec(a,
			&(struct train_spec){.network = network_of(a, layers),
				.recipe = &r,
				.data = data_of(a, (struct shape){2, SIDE, SIDE}, 4),
				.synapse = cells->synapse,
				.numerics = &numerics,
				.seed = 1,
				.epochs = r.epochs});
		/* chance: 25 % */
		ck_assert_msg(o.log.train_accuracy_percent > 80, "%g %%, tested %g %%",
			o.log.train_accuracy_percent, o.log.test_accuracy_percent);
		if (n == 1)
			first = o;
		ck_assert_uint_eq(o.n, first.n);
		ck_assert(memcmp(o.checkpoint, first.checkpoint, o.n) == 0);
	}
	arena_free(a);
}
END_TEST

/* The networks as they are shipped, on pictures any network of their kind can tell apart. */
static const struct {
	const char *name;
	struct shape shape;
	int batch, epochs;
	double rate;
} learners[] = {
	{"resnet20", {3, 32, 32}, 16, 4, 0.05},
	{"lstm-128", {1, 28, 28}, 8, 8, 0.05},
};

START_TEST(shipped_networks_learn)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, stderr);
	struct loader l;
	struct recipe r = recipe_of(learners[_i].epochs, learners[_i].batch, learners[_i].rate);

	loader_init(&l, a, d);

	const struct network *net = loader_file(&l, &network_file, learners[_i].name, "network");

	ck_assert_ptr_nonnull(net);

	struct outcome o = train(a, net, data_of(a, learners[_i].shape, 10), &r, NULL);

	/* chance: 10 %, 2.3 */
	ck_assert_msg(o.log.train_accuracy_percent > 60, "%s: %g %%, loss %g, tested %g %%",
		learners[_i].name, o.log.train_accuracy_percent, o.log.train_loss,
		o.log.test_accuracy_percent);
	arena_free(a);
}
END_TEST

/* What a batch normalisation must keep stands in the checkpoint. */
START_TEST(checkpoints_hold_running_statistics)
{
	struct arena *a = arena_new();
	struct dataset *data = data_of(a, (struct shape){2, SIDE, SIDE}, 4);
	struct recipe r = recipe_of(1, 16, 0.05);
	struct outcome o = train(a,
		network_of(a, "[{kind: batchnorm, name: bn}, {kind: dense, out: 4}]"), data, &r, NULL);
	const char *header = arena_dup_n(a, o.checkpoint + 8, (size_t)(uint8_t)o.checkpoint[0] +
								      256 * (size_t)(uint8_t)o.checkpoint[1]);
	static const char *const names[] = {
		"bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"};

	for (int i = 0; i < 4; i++)
		ck_assert_msg(strstr(header,
				      arena_printf(a, "\"%s\":{\"dtype\":\"F32\",\"shape\":[2]", names[i])) !=
				      NULL,
			"%s", names[i]);
	arena_free(a);
}
END_TEST

/* A training that goes on from its checkpoint ends with the bytes of one that was not interrupted:
 * running statistics and masks of dropout included. */
START_TEST(resumed_trainings_end_with_the_same_bytes)
{
	static const char layers[] =
		"[{kind: conv, out: 3, kernel: 3}, {kind: batchnorm}, {kind: relu}, {kind: dropout},"
		" {kind: lstm, hidden: 5}, {kind: dense, out: 4}]";
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, stderr);
	struct recipe r = recipe_of(2, 16, 0.05);
	struct dataset *data = data_of(a, (struct shape){2, SIDE, SIDE}, 4);
	struct network *net = network_of(a, layers);
	struct outcome whole = train(a, net, data, &r, NULL);
	struct train_spec spec = {
		.network = net, .recipe = &r, .data = data, .seed = 1, .epochs = r.epochs};
	char path[] = "/tmp/mho-layers-XXXXXX";
	int fd = mkstemp(path);
	struct epoch_log log;
	size_t n;

	ck_assert_int_ge(fd, 0);
	close(fd);
	for (int i = 0; i < 2; i++) {
		struct trainer *t = trainer_new(a, &spec, d);
		ck_assert_ptr_nonnull(t);
		if (i > 0)
			ck_assert(trainer_resume(t, path, d));
		ck_assert(trainer_epoch(t, &log, d));
		trainer_save(t, path, "{}");
	}

	const char *bytes = file_read(a, path, 1 << 24, &n);

	unlink(path);
	ck_assert_uint_eq(n, whole.n);
	ck_assert(memcmp(bytes, whole.checkpoint, n) == 0);
	arena_free(a);
}
END_TEST

static const struct {
	const char *layers, *message;
} untrainable[] = {
	{"[{kind: layernorm}, {kind: dense, out: 4}]",
		"layer 'layernorm1': layers of the kind 'layernorm' cannot be trained, only priced"},
	{"[{kind: linear, out: 4}]",
		"the last layer answers for every position, but an image of 'squares' has one class"},
};

START_TEST(what_cannot_be_trained_is_refused)
{
	struct arena *a = arena_new();
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);
	struct recipe r = recipe_of(1, 16, 0.05);
	struct train_spec spec = {.network = network_of(a, untrainable[_i].layers),
		.recipe = &r,
		.data = data_of(a, (struct shape){2, SIDE, SIDE}, 4),
		.epochs = 1};

	ck_assert(trainer_new(a, &spec, d) == NULL);
	ck_assert_str_eq(diag_first(d), untrainable[_i].message);
	fclose(sink);
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("layers");
	TCase *t = tcase_create("layers");

	tcase_set_timeout(t, 240);
	tcase_add_loop_test(t, gradients_are_central_differences, 0, N_NETWORKS);
	tcase_add_test(t, gradients_of_squares_are_central_differences);
	tcase_add_test(t, no_kind_is_left_unchecked);
	tcase_add_loop_test(t, batch_statistics_are_those_of_the_batch, 0, 12);
	tcase_add_test(t, running_statistics_are_used_and_refreshed);
	tcase_add_test(t, dropout_drops_its_share);
	tcase_add_test(t, states_are_rounded_like_inputs);
	tcase_add_test(t, meetings_do_not_change_a_bit);
	tcase_add_test(t, graphs_train_through_arrays);
	tcase_add_loop_test(t, shipped_networks_learn, 0, sizeof learners / sizeof *learners);
	tcase_add_test(t, checkpoints_hold_running_statistics);
	tcase_add_test(t, resumed_trainings_end_with_the_same_bytes);
	tcase_add_loop_test(t, what_cannot_be_trained_is_refused, 0,
		sizeof untrainable / sizeof *untrainable);
	suite_add_tcase(s, t);
	return run_suite(s);
}
