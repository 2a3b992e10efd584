/* SPDX-License-Identifier: Apache-2.0 */
/* Time of one estimate inside the process: DESIGN NETWORK..., the least of several runs. */
#include <stdio.h>
#include <stdlib.h>

#include "arch/design.h"
#include "arch/price.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/diag.h"
#include "net/activity.h"
#include "net/network.h"

#define N_RUNS 20

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, stderr);
	struct loader l;

	loader_init(&l, a, d);

	const struct design *z = loader_file(&l, &design_file, argc > 1 ? argv[1] : "pcm-40nm", "");

	for (int i = 2; z && i < argc; i++) {
		const struct network *n = loader_file(&l, &network_file, argv[i], "");
		if (!n || !price_check(z, n, d))
			return EXIT_FAILURE;
		const struct activity *act = activity_default(a, n, 64);
		double t_least = 1e9;
		for (int k = 0; k < N_RUNS; k++) {
			size_t mark = arena_mark(a);
			double start = clock_now(), t;
			price(a, z, n, act, 60000, 64);
			t = clock_now() - start;
			if (t < t_least)
				t_least = t;
			arena_reset(a, mark);
		}
		printf("  %-12s %3d layers with weights  %7.3f ms\n", argv[i], n->n_weight_layers, t_least * 1e3);
	}
	arena_free(a);
	return z ? EXIT_SUCCESS : EXIT_FAILURE;
}
