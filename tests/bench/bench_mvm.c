/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_mvm: what products through arrays cost. The forward pass of VGG-8 through 128 rows with a 6-bit
 * converter on every partial sum, inputs whole, against the float forward; converted partial sums per
 * second of 8-bit inputs bit by bit and 8 slices. Processor time of one thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <omp.h>

#include "arch/design.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "base/rng.h"
#include "train/model.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct images noise(struct arena *a, const struct network *net, int n)
{
	size_t n_values = (size_t)n * (size_t)(net->input.channels * net->input.height * net->input.width);
	struct images x = {n, NEW(a, uint8_t, n_values), NEW(a, uint8_t, n)};

	for (size_t i = 0; i < n_values; i++)
		x.pixel[i] = (uint8_t)rng_u32(rng_stream(1, RNG_TEST, 0), i, 0);
	return x;
}

/* Seconds of a forward pass, the best of some. */
static double forward(struct arena *a, const struct network *net, const struct synapse *synapse,
	const struct numerics *n, const struct images *x)
{
	struct model *m = model_new(a, &(struct model_spec){.network = net, .kern = kern_pick(NULL),
					       .synapse = synapse, .numerics = n, .seed = 1,
					       .k_weight_range = 2, .n_batch = x->n});
	int n_shards = model_deal(m, x, NULL, 0, x->n);
	double best = 1e30;

	model_set_epoch(m, -1);
	if (synapse)
		model_calibrate(m, n_shards);
	for (int i = 0; i < 4; i++) {
		double start = now();
		model_forward(m, n_shards);
		double t = now() - start;
		best = t < best ? t : best;
	}
	return best;
}

static void bench_whole(void)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, stderr);
	struct loader l;

	loader_init(&l, a, d);

	const struct network *net = loader_file(&l, &network_file, "vgg8", "network");
	const struct design *z = loader_file(&l, &design_file, "pcm-40nm", "design");
	struct numerics n = {.n_rows = 128, .n_bits_input = 8, .n_bits_error = 8, .n_bits_converter = 6,
		.k_full_scale = 4, .whole_inputs = true};

	if (!net || !z)
		exit(1);

	struct images x = noise(a, net, 64);
	double t_float = forward(a, net, NULL, NULL, &x), t_arrays = forward(a, net, z->synapse, &n, &x);

	printf("  VGG-8 forward, 128 rows, 6-bit converter, inputs whole: %.2f x the float forward\n",
		t_arrays / t_float);
	arena_free(a);
}

static int all_planes(void)
{
	return 16;
}

static double bench_serial(const struct kern *of, bool counted)
{
	enum { N_ROWS = 1152, N_COLS = 128, N_PARTS = 8, N_PLANES = 8, N_VECTORS = 512 };
	struct arena *a = arena_new();
	struct kern kern = *of;
	struct mvm_spec spec = {.n_rows = N_ROWS, .n_cols = N_COLS, .n_parts = N_PARTS, .n_block_rows = 128,
		.n_planes = N_PLANES, .converter = {5, 4}, .scale = 1};
	for (int p = 0; p < N_PARTS; p++) {
		spec.k_weight[p] = 1;
		spec.n_levels[p] = counted;
	}

	kern.n_counted_planes = all_planes;

	struct mvm *m = mvm_new(a, &spec, &kern);
	float *bits = NEW(a, float, N_ROWS * N_COLS), *whole = NEW(a, float, N_ROWS * N_COLS);
	const float *part[N_PARTS];
	uint64_t *word = NEW(a, uint64_t, N_VECTORS * m->n_words);
	float *acc = NEW(a, float, N_VECTORS * m->n_panels * KERN_LANES);
	float *room = NEW(a, float, mvm_scratch(m) / sizeof(float));
	double best = 1e30, n_sums = (double)N_VECTORS * N_PLANES * N_PARTS * N_COLS * m->n_blocks;

	for (int i = 0; i < N_ROWS * N_COLS; i++)
		bits[i] = rng_u32(rng_stream(1, RNG_TEST, 0), (uint64_t)i, 0) >> 31 ? 1 : -1;
	for (int p = 0; p < N_PARTS; p++) {
		part[p] = bits;
		mvm_set_full_scale(m, p, 128);
	}
	mvm_load(m, part, whole);
	for (int i = 0; i < N_VECTORS * m->n_words; i++) {
		uint32_t r[4];
		rng_u32x4(rng_stream(1, RNG_TEST, 1), (uint64_t)i, 0, r);
		word[i] = (uint64_t)r[0] << 32 | r[1];
	}
	for (int i = 0; i < 4; i++) {
		double start = now();
		mvm_read(m, 0, word, NULL, N_VECTORS, room, acc);
		double t = now() - start;
		best = t < best ? t : best;
	}
	arena_free(a);
	return 1e-9 * n_sums / best;
}

int main(void)
{
	omp_set_num_threads(1);
	bench_whole();
	printf("  8-bit inputs bit by bit, 8 slices of 1 bit: G converted partial sums per second and core\n");
	for (int i = 0; kern_table[i]; i++)
		if (kern_table[i]->usable())
			printf("    %-7s sums by pattern %.2f, ones counted %.2f\n", kern_table[i]->name,
				bench_serial(kern_table[i], false), bench_serial(kern_table[i], true));
	return 0;
}
