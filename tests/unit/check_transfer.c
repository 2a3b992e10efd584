/* SPDX-License-Identifier: Apache-2.0 */
/* Fast arrays read into slow ones: against plain equations, their state across a restart, their price. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/arena.h"
#include "base/diag.h"
#include "device/pulse_kern.h"
#include "device/synapse_array.h"
#include "device/trains.h"
#include "device/update.h"
#include "load.h"
#include "near.h"
#include "scheme.h"

enum { R = 7, C = 5, N = 140 };

#define IDEAL_CELL(n)                                                                              \
	"{name: ideal, structure: 1t1r, geometry: {k_width_in_f: 4, k_height_in_f: 4}, g_min: 1 uS, g_max: 10 uS, " \
	"read: {v_read: 0.2 V}, write: {up: {v: 1 V, t: 10 ns}, down: {v: 1 V, t: 10 ns}}, response: {kind: ideal, " \
	"n_up: " n ", n_down: " n "}, variation: {k_cycle: 0}}"

/* Products of one-signed activations, errors with a mean so that transfers go somewhere. */
static void vectors(float *x, float *d)
{
	struct rng r = rng_stream(8, RNG_TEST, 2);

	for (int k = 0; k < N; k++) {
		for (int i = 0; i < R; i++)
			x[k * R + i] = i == 2 ? 0 : rng_uniform(r, (uint64_t)i, (uint64_t)k);
		for (int j = 0; j < C; j++)
			d[k * C + j] = 0.3f * rng_normal(r, (uint64_t)j, (uint64_t)k + 1000) + 0.1f * (float)(j - 2);
	}
}

struct counts {
	struct write_counts update, transfer;
};

static struct counts run(struct synapse_array *s, const struct scheme *h, const float *x, const float *d, int from,
	int to, int n_at_once, int n_bits)
{
	struct counts c = {0};

	for (int k = from; k < to; k += n_at_once)
		synapse_array_outer(s, update_outer(h->update),
			&(struct outer_products){.n = to - k < n_at_once ? to - k : n_at_once,
				.x = x + k * R,
				.d = d + k * C,
				.rate = 0.02,
				.number = (uint64_t)k,
				.k_transfer = 0.3,
				.n_bits_read = n_bits},
			&c.update, &c.transfer);
	synapse_array_refresh_parts(s);
	return c;
}

static const struct book_case {
	const char *update;
	int n_every, n_bits;
	bool chopped; /* some sign changed by the end */
	int fire;     /* places of a sum that fires: 2^(bits - 1)/k_range */
} books[] = {
	{"kind: tiki_taka_v1", 2, 8, false, 0},
	{"kind: tiki_taka_v1, n_every: 1, n_slots_transfer: 3", 1, 5, false, 0},
	{"kind: tiki_taka_v2, n_every: 3, k_threshold: 1.0137", 3, 12, false, 32},
	{"kind: tiki_taka_v2, k_threshold: 2.5, k_keep: 0.4, n_slots_transfer: 2, k_range: 100", 1, 8, false, 328},
	{"kind: tiki_taka_v2, n_bits: 6, k_threshold: 2, n_slots_transfer: 5, k_range: 8", 1, 8, false, 4},
	{"kind: tiki_taka_chopped, k_chop: 0.2, k_threshold: 1.0137", 1, 8, true, 32},
	{"kind: agad, k_chop: 0.25, k_tail: 2, k_threshold: 1.0137", 1, 8, true, 32},
	{"kind: agad, k_chop: 0.25, k_tail: 2, n_bits: 5, k_range: 8", 1, 8, true, 2},
};
#define N_BOOKS ((int)(sizeof books / sizeof *books))

/* The textbook: two matrices, row after row. */
struct book {
	const struct update_transfer *u;
	/* sums and means in places of the chip's numbers, as it rounds them */
	float sum[R][C], mean[R][C], reference[R][C];
	double fast[R][C], slow[R][C], sign[R];
	int n_reads[R];
	double n_up, n_down, n_rows;
};

static double clip(double x)
{
	return fmin(fmax(x, -1), 1);
}

/* x rounded up with the probability of its fraction, in n bits. */
static float book_round(float x, int n_bits, int which, int cell, uint64_t number)
{
	float size = fabsf(x), whole = floorf(size), end = ldexpf(1, n_bits - 1);
	uint32_t word = rng_u32(rng_stream(4, RNG_KEPT, 0), (uint64_t)cell, number + ((uint64_t)which << 62));

	whole += size - whole > ((float)(word >> 8) + 0.5f) * 0x1p-24f;
	return fminf(fmaxf(copysignf(whole, x), -end), end - 1);
}

static void book_transfer(struct book *b, const struct book_case *q, int row, uint64_t number, double step)
{
	int n_bits = q->n_bits;
	const struct update_transfer *u = b->u;
	const struct trains_source from = {
		.kern = pulse_kern_pick(NULL), .column = rng_stream(4, RNG_TRAIN_COLUMN, (uint32_t)1 << 30)};
	const struct update_trains how = {.n_slots = u->n_slots_transfer};
	const float g[2] = {(float)step, (float)step};
	struct trains *t = trains_new(arena, 1, 1, C);
	float minus[C];
	double r[C], top = ldexp(1, n_bits - 1) - 1;
	bool flip = false, any = false;

	for (int j = 0; j < C; j++) {
		r[j] = rint(clip(b->fast[row][j]) * top) / top;
		minus[j] = (float)-r[j];
	}
	if (transfer_values(u) == TRANSFER_DIRECT)
		trains_of_row(t, &how, &from, minus, C, 0.3, g, number);
	if (u->k_chop > 0)
		flip = transfer_refers(u) ? (b->n_reads[row] + 1) % transfer_period(u) == 0
					  : (double)rng_uniform(rng_stream(4, RNG_CHOP, 0), (uint64_t)row,
						    (uint64_t)b->n_reads[row]) < u->k_chop;
	for (int j = 0; j < C; j++) {
		double n = 0;
		if (transfer_values(u) == TRANSFER_DIRECT) {
			for (int k = 0; k < t->n_columns; k++)
				n += t->at[k] == j ? t->sign[k] * __builtin_popcount(t->column[k]) : 0;
		} else {
			float theta = (float)u->k_threshold * (float)step, keep = (float)u->k_keep, fire = (float)q->fire;
			float h = b->sum[row][j] + (float)b->sign[row] * 0.3f *
				((float)r[j] - ldexpf(b->reference[row][j], 1 - u->n_bits)) * (fire / theta);
			h = book_round(h, u->n_bits, 0, row * C + j, number);
			n = fmin(fmax((double)truncf(h / fire), -u->n_slots_transfer), u->n_slots_transfer);
			b->sum[row][j] = h - (float)n * rintf((1 - keep) * fire);
		}
		if (transfer_refers(u)) {
			float tau = (float)fmin(u->k_tail / transfer_period(u), 1);
			b->mean[row][j] = book_round((1 - tau) * b->mean[row][j] + tau * (float)r[j] * ldexpf(1, u->n_bits - 1),
				u->n_bits, 1, row * C + j, number);
			if (flip)
				b->reference[row][j] = b->mean[row][j];
		}
		b->slow[row][j] = clip(b->slow[row][j] + n * step);
		*(n > 0 ? &b->n_up : &b->n_down) += fabs(n);
		any |= n != 0;
	}
	b->n_rows += any;
	b->n_reads[row]++;
	if (flip)
		b->sign[row] = -b->sign[row];
}

static void book_product(struct book *b, const float *x, const float *d, uint64_t number, double step)
{
	const struct trains_source from = {
		pulse_kern_pick(NULL), rng_stream(4, RNG_TRAIN_ROW, 0), rng_stream(4, RNG_TRAIN_COLUMN, 0)};
	const float g[2] = {(float)step, (float)step};
	struct trains *t = trains_new(arena, 1, R, C);

	trains_make(t, &b->u->outer.trains, &from, x, R, d, C, 0.02, g, number);
	for (int i = 0; i < R; i++)
		for (int k = 0; k < t->n_columns; k++)
			b->fast[i][t->at[k]] = clip(b->fast[i][t->at[k]] +
				b->sign[i] * t->sign[k] * __builtin_popcount(t->row[i] & t->column[k]) * step);
}

/* Ideal cells: every array, sum and mean is the textbook's to rounding, and so are the counts. */
START_TEST(every_scheme_is_its_textbook)
{
	const struct book_case *q = &books[_i];
	struct scheme h = scheme(arena, q->update, "kind: fast_slow, fast: " IDEAL_CELL("317") ", slow: " IDEAL_CELL(
						  "500") ", reference: window");
	struct synapse_array *s = synapse_array_new(arena, h.synapse, R, C, 4, 0);
	float x[N * R], d[N * C], w[R * C] = {0};
	struct book *b = NEW(arena, struct book, 1);
	const char *name;
	bool flipped = false;

	ck_assert(update_check(h.update, h.synapse, diag));
	synapse_array_keep_transfers(s, arena, update_transfer(h.update));
	vectors(x, d);
	for (int i = 0; i < R * C; i++)
		b->slow[i / C][i % C] = (double)(w[i] = 0.01f * (float)(i - 17));
	synapse_array_program(s, w);
	b->u = update_transfer(h.update);
	for (int i = 0; i < R; i++)
		b->sign[i] = 1;
	for (int k = 0; k < N; k++) {
		book_product(b, x + k * R, d + k * C, (uint64_t)k, 2.0 / 317);
		if ((k + 1) % q->n_every == 0)
			book_transfer(b, q, k / q->n_every % R, (uint64_t)k, 2.0 / 500);
	}

	struct counts c = run(s, &h, x, d, 0, N, N, q->n_bits);
	const float *slow = synapse_array_plane(s, 0, &name), *fast = synapse_array_plane(s, 1, &name);
	double n_moved = 0;

	ck_assert_str_eq(name, "fast_plus");
	for (int i = 0; i < R * C; i++) {
		ck_assert_double_eq_tol(2 * (double)fast[i] - 1, b->fast[i / C][i % C], 1e-5);
		ck_assert_double_eq_tol(2 * (double)slow[i] - 1, b->slow[i / C][i % C], 1e-5);
		n_moved += fabs(b->slow[i / C][i % C] - 0.01 * (i - 17)) > 1e-9;
		flipped |= b->sign[i / C] < 0;
	}
	ck_assert(n_moved > R * C / 2 && flipped == q->chopped);
	ck_assert_double_eq(c.transfer.n_up, b->n_up);
	ck_assert_double_eq(c.transfer.n_down, b->n_down);
	ck_assert_double_eq(c.transfer.n_read_rows, N / q->n_every);
	ck_assert_double_eq(c.transfer.n_rows, b->n_rows);
}
END_TEST

#define NOISY "kind: fast_slow, fast: cell-rram-soft-bounds, slow: cell-rram-40nm"

/* The same bytes for any kernels, threads and cuts, and after a restart from what checkpoints hold. */
START_TEST(threads_kernels_cuts_and_restarts_change_nothing)
{
	struct scheme h = scheme(arena, books[_i].update, NOISY);
	float x[N * R], d[N * C], zero[R * C] = {0}, first[R * C];

	vectors(x, d);
	for (int way = 0; way < 4; way++) {
		struct synapse_array *s = synapse_array_new(arena, h.synapse, R, C, 4, 0);
		synapse_array_keep_transfers(s, arena, update_transfer(h.update));
		synapse_array_isa(s, way == 0 ? "scalar" : NULL);
		synapse_array_program(s, zero);
#ifdef _OPENMP
		omp_set_num_threads(way == 1 ? 3 : 1);
#endif
		run(s, &h, x, d, 0, N / 2 + 1, way == 2 ? 11 : N, 8);
		if (way == 3) {
			struct synapse_array *again = synapse_array_new(arena, h.synapse, R, C, 4, 0);
			synapse_array_keep_transfers(again, arena, update_transfer(h.update));
			ck_assert_int_eq(synapse_array_stores(s), synapse_array_stores(again));
			for (int i = 0; i < synapse_array_stores(s); i++) {
				struct synapse_store from = synapse_array_store(s, i, arena),
						     to = synapse_array_store(again, i, arena);
				if (from.value)
					memcpy(to.value, from.value, R * C * sizeof *from.value);
				else
					memcpy(to.count, from.count, R * C * sizeof *from.count);
			}
			s = again;
		}
		run(s, &h, x, d, N / 2 + 1, N, way == 2 ? 11 : N, 8);
		float w[R * C];
		synapse_array_weights(s, w);
		if (way == 0)
			memcpy(first, w, sizeof w);
		ck_assert_msg(memcmp(first, w, sizeof w) == 0, "way %d", way);
	}
}
END_TEST

/* Pulses up and down in turn lead a fast cell to its zero, whatever its own steps and window. */
START_TEST(references_stand_at_symmetry_points)
{
	static const char *const fast[] = {"cell-rram-soft-bounds", "cell-mo-ecram", "cell-hfo2-array"};
	struct scheme h = scheme(arena, "kind: agad", arena_printf(arena, "kind: fast_slow, k_gamma: 1, k_reference: 0, fast: %s, "
							      "slow: cell-ideal", fast[_i]));
	struct part part[SYNAPSE_MAX_PARTS];
	double sum = 0;
	enum { CELLS = 400 };

	synapse_parts(h.synapse, part);
	ck_assert(part[1].fast && part[1].referenced && synapse_read_parts(h.synapse) == 2);
	for (size_t i = 0; i < CELLS; i++) {
		double shift, y = population_symmetry(part[1].cell, 4, 2, i);
		struct own own = population_own(part[1].cell, 4, 2, i, &shift);
		double up = response_step(part[1].cell->response, &own, true, y + shift),
		       down = response_step(part[1].cell->response, &own, false, y + shift);
		ck_assert(fabs(up + down) < 1e-6 * (up - down) + 1e-9);
		sum += fabs(y - 0.5);
	}
	/* those without a reference of their own stand elsewhere */
	ck_assert_msg(_i == 2 || sum > 0.03 * CELLS, "%g", sum / CELLS);
}
END_TEST

/* Writes that count are those of cells that wear: of a capacitor in front of them there are none. */
START_TEST(wear_is_that_of_cells_that_keep)
{
	static const char *const fast[] = {"cell-capacitor-3t1c", "cell-rram-soft-bounds"};
	struct scheme h = scheme(arena, "kind: tiki_taka_v1, k_fast: 2", arena_printf(arena, "kind: fast_slow, fast: %s, slow: cell-ideal",
									fast[_i]));
	struct synapse_array *s = synapse_array_new(arena, h.synapse, R, C, 4, 1);
	float zero[R * C] = {0}, x[N * R], d[N * C];
	double mean, most, slow = 0;

	vectors(x, d);
	synapse_array_program(s, zero);
	struct counts c = run(s, &h, x, d, 0, N, N, 8);
	synapse_array_wear(s, &mean, &most);
	ck_assert(c.transfer.n_cells > 0 && c.transfer.n_cells < c.update.n_cells);

	const struct write_counts *worn = _i ? &c.update : &c.transfer;

	ck_near(mean, (worn->n_up + worn->n_down) / (R * C), 1e-12);
	for (int i = 0; i < synapse_array_stores(s); i++) {
		struct synapse_store store = synapse_array_store(s, i, arena);
		for (int k = 0; strcmp(store.name, "pulses_plus") == 0 && k < R * C; k++)
			slow = fmax(slow, store.count[k]);
	}
	ck_assert_double_gt(slow, 0);
	/* the part that wears first ends a life: both are counted where both wear */
	ck_assert_double_eq(_i ? synapse_array_wear_slow(s) : most, slow);
	ck_assert_double_eq(synapse_array_wear_slow(s), _i ? slow : 0);
}
END_TEST

/* What is read of a fast cell is its distance from its zero, in training and later. */
START_TEST(readings_are_against_references)
{
	struct scheme h = scheme(arena, "kind: agad", "kind: fast_slow, k_gamma: 1, k_reference: 0.2, fast: cell-rram-soft-bounds, "
					     "slow: cell-ideal");
	struct synapse_array *s = synapse_array_new(arena, h.synapse, R, C, 4, 1);
	float zero[R * C] = {0}, trained[R * C], w[R * C];

	synapse_array_program(s, zero);
	synapse_array_weights(s, trained);
	synapse_array_read(s, &(struct reading){.temp = 300});
	synapse_array_weights(s, w);
	for (int i = 0; i < R * C; i++)
		ck_assert_msg(fabsf(w[i] - trained[i]) < 1e-6f, "%g, not %g", (double)w[i], (double)trained[i]);
}
END_TEST

/* The second array, its reference cells and what is kept digitally cost; transfers are proportional. */
START_TEST(transfers_are_priced)
{
	static const char *const kinds[] = {"tiki_taka_v1", "tiki_taka_v2", "tiki_taka_chopped", "agad"};
	const struct design *z = design("tiki-taka-ecram-40nm",
		arena_printf(arena, "update.kind=%s", kinds[_i]));
	const struct network *net = network("mlp-784-250-10");
	struct activity *a = activity_default(arena, net, N_BATCH);
	const struct cost *c[2];
	double kept[] = {0, 1, 1, 3};

	for (int i = 0; i < 2; i++) {
		struct layer_activity *l = &a->layer[0];
		a->measured = true;
		a->n_images_per_epoch = a->n_epochs = 1;
		l->n_products = l->n_slots = 100;
		l->n_transfer_reads = l->n_transfer_rows = 50 * (i + 1);
		l->n_transfer_longest_up = l->n_transfer_longest_down = 60 * (i + 1);
		l->n_transfer_up = l->n_transfer_down = 1000 * (i + 1);
		memset(&a->layer[1], 0, sizeof a->layer[1]);
		a->layer[1].name = "output";
		c[i] = price(arena, z, net, a, N_IMAGES, N_BATCH);
	}
	ck_near(c[1]->layer[0].phase[PHASE_TRANSFER].latency, 2 * c[0]->layer[0].phase[PHASE_TRANSFER].latency, 1e-9);
	ck_near(c[1]->layer[0].phase[PHASE_TRANSFER].energy, 2 * c[0]->layer[0].phase[PHASE_TRANSFER].energy, 1e-9);
	/* pulses of both signs, row after row */
	ck_assert(c[0]->layer[0].phase[PHASE_TRANSFER].latency > 120 * 10e-9);
	ck_assert(c[0]->phase[PHASE_FORWARD].energy > 0);
	/* a reference cell beside each fast cell; shared columns and rows of slow ones */
	double slow = entry(c[0], "chip/tile/pe/subarray/slow/cells")->area,
	       fast = entry(c[0], "chip/tile/pe/subarray/fast/cells")->area;
	ck_near(fast / slow, 128 * 128 / (72 * 144.0), 1e-9); /* of 64 weights a row, 8 for a reference */
	ck_assert((entry(c[0], "chip/update_memory")->area > 0) == (kept[_i] > 0));
	if (kept[_i] == 3)
		ck_near(update_bits(z->update), 48, 0);
	/* products do not read the fast array */
	ck_assert(entry(c[0], "chip/tile/pe/subarray/fast/mux")->energy <
		  entry(c[0], "chip/tile/pe/subarray/slow/mux")->energy);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("transfer");
	TCase *t = tcase_create("transfer");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, every_scheme_is_its_textbook, 0, N_BOOKS);
	tcase_add_loop_test(t, threads_kernels_cuts_and_restarts_change_nothing, 0, N_BOOKS);
	tcase_add_loop_test(t, references_stand_at_symmetry_points, 0, 3);
	tcase_add_loop_test(t, wear_is_that_of_cells_that_keep, 0, 2);
	tcase_add_test(t, readings_are_against_references);
	tcase_add_loop_test(t, transfers_are_priced, 0, 4);
	suite_add_tcase(s, t);
	return run_suite(s);
}
