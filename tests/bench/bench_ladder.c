/* SPDX-License-Identifier: Apache-2.0 */
/* Crossbars with resistive wires, cells drawn evenly up to 100 uS: processor time of eight drives by
 * conjugate gradients (residual 1e-9) and of all effective weights (error 1e-6). make bench runs it. */
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/rng.h"
#include "device/ladder.h"

#define N_REPEATS 5

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void bench(int n_in, int n_out, double r, const char *isa)
{
	struct arena *a = arena_new();
	int n_lines = n_in > n_out ? n_in : n_out, n_iterations = 0;
	double *r_in = NEW(a, double, n_out), *r_out = NEW(a, double, n_in);
	double *g = NEW(a, double, n_in *n_out), *w = NEW(a, double, n_in *n_out);
	double *v = NEW(a, double, n_in *LADDER_LANES);
	struct rng rng = rng_stream(1, RNG_INIT_WEIGHT, 0);
	struct ladder l = {n_in, n_out, r_in, r_out};
	struct ladder_solver *s = ladder_new(a, n_in * n_out, n_lines, ladder_kern_pick(isa));
	struct ladder_drive d = {.v_in = v,
		.i_in = NEW(a, double, n_in *LADDER_LANES),
		.i_out = NEW(a, double, n_out *LADDER_LANES)};
	double best_solve = 1e9, best_weights = 1e9;

	for (int o = 0; o < n_out; o++)
		r_in[o] = r;
	for (int i = 0; i < n_in; i++)
		r_out[i] = r;
	for (int k = 0; k < n_in * n_out; k++)
		g[k] = 1e-4 * (double)rng_uniform(rng, (uint64_t)k, 0);
	for (int k = 0; k < n_in * LADDER_LANES; k++)
		v[k] = 1;
	ladder_load(s, &l, g);
	for (int k = 0; k < N_REPEATS; k++) {
		double start = seconds();
		n_iterations = ladder_solve(s, &d, 1e-9);
		double between = seconds();
		ladder_weights(s, 1e-6, w);
		double end = seconds();
		best_solve = between - start < best_solve ? between - start : best_solve;
		best_weights = end - between < best_weights ? end - between : best_weights;
	}
	printf("  %4d x %-4d %3g Ohm %-7s %2d iterations, %7.2f ms; weights %8.2f ms\n", n_in, n_out, r,
		isa ? isa : "", n_iterations, 1e3 * best_solve, 1e3 * best_weights);
	arena_free(a);
}

int main(void)
{
	static const char *const isa[] = {"scalar", "avx2", "avx512"};

	for (int k = 0; k < 3; k++)
		if (ladder_kern_pick(isa[k])) {
			bench(128, 32, 1, isa[k]);
			bench(128, 128, 1, isa[k]);
		}
	bench(128, 128, 5, NULL);
	bench(256, 256, 5, NULL);
	bench(1152, 128, 1, NULL);
	return 0;
}
