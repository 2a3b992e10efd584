/* SPDX-License-Identifier: Apache-2.0 */
/*
 * speed NETWORK...: how near training comes to plain matrix multiplication. Everything is given as a
 * share of what cblas_sgemm 2048^3 does on one thread in the same run, in processor time, so that
 * other work on the machine does not count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <cblas.h>
#include <omp.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "base/rng.h"
#include "net/network.h"
#include "train/trainer.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The best of several runs: the others were disturbed. */
static double sgemm_rate(void)
{
	enum { N = 2048, RUNS = 5 };
	struct arena *a = arena_new();
	float *x = NEW(a, float, N * N), *y = NEW(a, float, N * N), *z = NEW(a, float, N * N);
	double best = 1e30;

	for (int i = 0; i < N * N; i++) {
		x[i] = (float)(i % 7) - 3;
		y[i] = (float)(i % 5) - 2;
	}
	openblas_set_num_threads(1);
	for (int run = 0; run < RUNS; run++) {
		double start = now();
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1, x, N, y, N, 0, z, N);
		double t = now() - start;
		best = t < best ? t : best;
	}
	arena_free(a);
	return 2.0 * N * N * N / best;
}

static struct dataset *noise(struct arena *a, const struct network *net, int n)
{
	struct dataset_kind *kind = NEW(a, struct dataset_kind, 1);
	struct dataset *s = NEW(a, struct dataset, 1);
	struct rng r = rng_stream(1, RNG_TEST, 0);

	kind->name = "noise";
	kind->shape = (struct shape){net->input.channels, net->input.height, net->input.width};
	kind->classes = net->classes;
	s->kind = kind;
	s->shape = kind->shape;
	s->classes = kind->classes;

	size_t n_values = (size_t)n * (size_t)shape_size(s->shape);

	s->train = (struct images){n, NEW(a, uint8_t, n_values), NEW(a, uint8_t, n)};
	for (size_t i = 0; i < n_values; i++)
		s->train.pixel[i] = (uint8_t)rng_u32(r, i, 0);
	for (int i = 0; i < n; i++)
		s->train.label[i] = (uint8_t)(i % net->classes);
	s->test = s->train;
	s->test.n = 1;
	return s;
}

static void bench(const char *name, double rate, int n_batch, int n_epochs)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, stderr);
	struct loader l;

	loader_init(&l, a, d);

	const struct network *net = loader_file(&l, &network_file, name, "network");

	if (!net)
		exit(1);

	struct recipe r = {.dataset = "noise", .epochs = n_epochs, .batch = n_batch, .learning_rate = 1e-4,
		.momentum = 0.9, .optimiser = OPTIMISER_MOMENTUM, .k_weight_range = 2, .k_final = 1};
	struct train_spec spec = {.network = net, .recipe = &r, .data = noise(a, net, n_batch), .seed = 1,
		.epochs = n_epochs};
	struct trainer *t = trainer_new(a, &spec, d);
	struct epoch_log log;
	struct rusage used;
	double best = 1e30, flops = 6 * network_macs(net) * n_batch;

	for (int i = 0; t && i < n_epochs; i++) {
		double start = now();
		if (!trainer_epoch(t, &log, d))
			exit(1);
		double s = now() - start;
		best = s < best ? s : best;
	}
	getrusage(RUSAGE_SELF, &used);
	printf("  %-12s step of %d: %.0f %% of sgemm, %.1f GFLOP/s, %.0f MiB resident\n", name, n_batch,
		100 * flops / best / rate, 1e-9 * flops / best, (double)used.ru_maxrss / 1024);
	arena_free(a);
}

int main(int argc, char **argv)
{
	int n_batch = argc > 1 ? atoi(argv[1]) : 200;

	omp_set_num_threads(1);

	double rate = sgemm_rate();

	printf("  cblas_sgemm 2048^3, one thread: %.1f GFLOP/s\n", 1e-9 * rate);
	for (int i = 2; i < argc; i++)
		bench(argv[i], rate, n_batch, 3);
	return 0;
}
