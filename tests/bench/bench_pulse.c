/* SPDX-License-Identifier: Apache-2.0 */
/* Cells updated per second and core by one call over a tile of 2^20, every cell written, noise on; best
 * of several calls in processor time. make bench runs it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/population.h"
#include "device/pulse_kern.h"

#define CELL                                                                                       \
	"cell: {name: bench, structure: 1t1r, geometry: {k_width_in_f: 4, k_height_in_f: 4}, g_min: 1 uS, " \
	"g_max: 11 uS, read: {v_read: 0.2 V}, write: {up: {v: 1 V, t: 10 ns}, down: {v: 1 V, t: 10 ns}}, "

static const struct {
	const char *name, *cell;
} cases[] = {
	{"soft bounds, noise (wanted: >= 150)",
		CELL "response: {kind: soft_bounds, n_up: 1000, n_down: 1000}, variation: {k_cycle: 0.001}}"},
	{"soft bounds, noise, spread of steps and window",
		CELL "response: {kind: soft_bounds, n_up: 1000, n_down: 1000}, variation: {k_cycle: 0.001, "
		"k_device: 0.3, k_g_min: 0.1, k_g_max: 0.1}}"},
	{"exponential, noise (wanted: >= 100)",
		CELL "response: {kind: exponential, n_up: 97, n_down: 100, label_up: 2.4, label_down: -4.88}, "
		"variation: {k_cycle: 0.035}}"},
	{"exponential, noise, spread of labels",
		CELL "response: {kind: exponential, n_up: 97, n_down: 100, label_up: 2.4, label_down: -4.88}, "
		"variation: {k_cycle: 0.035, k_device: 0.2}}"},
	{"power step (table), noise",
		CELL "response: {kind: power_step, n_steps_up: 100, n_steps_down: 100, k_gamma_up: 2, "
		"k_gamma_down: 2}, variation: {k_cycle: 0.01}}"},
};

struct holder {
	const struct cell *cell;
};

static const struct cell *cell_of(struct arena *a, const char *text)
{
	static const struct field fields[] = {
		SUBFILE(holder, cell, &cell_file, NULL, "a cell"),
		FIELD_END,
	};
	struct holder h = {0};
	struct diag *d = diag_new(a, stderr);
	struct loader l;
	struct yaml *y = yaml_read_text(a, "bench", text, strlen(text), false, d);

	loader_init(&l, a, d);
	if (!y || !loader_bind(&l, fields, y, "", &h))
		exit(1);
	return h.cell;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { N = 1 << 20, CALLS = 8 };

/* 1 to `most` pulses of either polarity. */
static void fill(int32_t *k, int most)
{
	struct rng r = rng_stream(1, RNG_TEST, 0);

	for (int i = 0; i < N; i++) {
		int train = 1 + (int)rng_below(r, (uint64_t)i, 0, (uint32_t)most);
		k[i] = rng_below(r, (uint64_t)i, 1, 2) ? train : -train;
	}
}

static double best_rate(struct population *p, int32_t *k)
{
	double best = 0;

	for (uint64_t call = 0; call < CALLS; call++) {
		double t = seconds();
		population_pulse(p, 0, N, k, rng_stream(1, RNG_WRITE_NOISE, 0), call);
		t = seconds() - t;
		best = N / t > best ? N / t : best;
	}
	return best;
}

int main(void)
{
	int32_t *k = malloc(N * sizeof *k);

	if (!k)
		return 3;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *a = arena_new();
		struct population p;
		printf("  %s:", cases[i].name);
		population_init(&p, a, cell_of(a, cases[i].cell), N, 1, 0);
		for (int most = 1; most <= 4; most += 3) {
			fill(k, most);
			for (int t = 0; pulse_kern_table[t]; t++) {
				if (!pulse_kern_table[t]->usable())
					continue;
				population_isa(&p, pulse_kern_table[t]->name);
				printf(" %s %.0f%s", pulse_kern_table[t]->name, best_rate(&p, k) / 1e6,
					pulse_kern_table[t + 1] ? "," : most == 1 ? " (1 pulse);" : " (1 to 4)\n");
			}
		}
		arena_free(a);
	}
	free(k);
	return 0;
}
