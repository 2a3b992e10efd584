/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weights in a slow array, updates in a fast one that is read into it row by row.
 *
 * Model    device/update_transfer.c; after products n_every - 1, 2 n_every - 1, ... (numbered from the start
 *          of the training) the next row in turn
 * Source   [GokmenHaensch2020], [Gokmen2021], [Rasch2024]
 * Assumes  a row of the fast array is read alone through the converters, whose range is its window
 * Valid    single cells in both arrays
 * Checked  tests/unit/check_transfer.c
 */
#include "device/synapse_array_fast_slow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/pulse_kern.h"

static void program(struct synapse_array *s, size_t i, float w)
{
	struct part_state *slow = &s->part[0], *fast = &s->part[1];

	population_set(&slow->side[0], i, (1 + synapse_clip(w / (float)slow->part.k_weight, -1, 1)) / 2);
	population_set(&fast->side[0], i, fast->zero ? fast->zero[i] : 0.5f);
}

static void update(struct synapse_array *s, struct span *span, struct row_counts *c)
{
	(void)s;
	(void)span;
	(void)c;
	BUG("a fast array takes outer products");
}

static bool transfers(const struct synapse_array *s)
{
	(void)s;
	return false; /* with the products, not at intervals */
}

const struct synapse_rule synapse_rule_fast_slow = {program, update, transfers, NULL};

void synapse_array_keep_transfers(struct synapse_array *s, struct arena *a, const struct update_transfer *u)
{
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols;

	s->n_kept = transfer_values(u);
	for (int i = 0; i < s->n_kept; i++)
		s->kept[i] = NEW(a, float, n);
	if (u->k_chop <= 0)
		return;
	s->sign = NEW(a, float, s->n_rows);
	s->n_reads = NEW(a, uint64_t, s->n_rows);
	for (int row = 0; row < s->n_rows; row++)
		s->sign[row] = 1;
}

struct transfer_room *transfer_room_new(struct arena *a, int n, int n_cols)
{
	struct transfer_room *room = NEW(a, struct transfer_room, n);
	struct trains *trains = trains_new(a, n, 1, n_cols);

	for (int i = 0; i < n; i++) {
		room[i].trains = &trains[i];
		room[i].read = NEW(a, float, n_cols);
		room[i].x = NEW(a, float, n_cols);
		room[i].k = NEW(a, int32_t, n_cols);
	}
	return room;
}

static bool flips(const struct synapse_array *s, const struct update_transfer *u, int row, uint64_t read)
{
	if (u->regular || transfer_refers(u))
		return (read + 1) % (uint64_t)transfer_period(u) == 0;
	return (double)rng_uniform(s->chops, (uint64_t)row, read) < u->k_chop;
}

static uint64_t transfers_before(const struct update_transfer *u, uint64_t number)
{
	return number / (uint64_t)u->n_every;
}

/* A sign is a function of the reads so far; a resumed training counts them anew. */
void fast_slow_signs(struct synapse_array *s, const struct update_transfer *u, uint64_t number, int from, int to)
{
	uint64_t n_all = transfers_before(u, number), n_rows = (uint64_t)s->n_rows;

	for (int row = from; s->sign && row < to; row++) {
		uint64_t n = n_all > (uint64_t)row ? (n_all - 1 - (uint64_t)row) / n_rows + 1 : 0;
		if (s->n_reads[row] > n) {
			s->n_reads[row] = 0;
			s->sign[row] = 1;
		}
		for (; s->n_reads[row] < n; s->n_reads[row]++)
			if (flips(s, u, row, s->n_reads[row]))
				s->sign[row] = -s->sign[row];
	}
}

int fast_slow_row(const struct synapse_array *s, const struct update_transfer *u, uint64_t number)
{
	if ((number + 1) % (uint64_t)u->n_every != 0)
		return -1;
	return (int)(transfers_before(u, number) % (uint64_t)s->n_rows);
}

/* The fast row as the converter tells it, into r. */
static void read_row(const struct synapse_array *s, size_t from, int n_bits, float *r)
{
	const struct part_state *fast = &s->part[1];
	float top = n_bits > 0 ? (float)((1 << (n_bits - 1)) - 1) : 0;

	for (int j = 0; j < s->n_cols; j++) {
		float u = synapse_clip(part_state_u(fast, from + (size_t)j), -1, 1);
		r[j] = top > 0 ? rintf(u * top) / top : u;
	}
}

/* v1: counts are coincidences of trains on the one row and on the columns. */
static void count_trains(const struct synapse_array *s, const struct update_transfer *u, const struct transfer_room *room,
	double rate, const float g[2], uint64_t number)
{
	struct trains *t = room->trains;
	struct trains_source source = {.kern = s->part[0].side[0].kern, .column = s->transfer_trains};
	struct update_trains how = {.n_slots = u->n_slots_transfer, .kind = u->outer.trains.kind};

	for (int j = 0; j < s->n_cols; j++) {
		room->x[j] = -room->read[j];
		room->k[j] = 0;
	}
	trains_of_row(t, &how, &source, room->x, s->n_cols, rate, g, number);
	for (int j = 0; j < t->n_columns; j++)
		room->k[t->at[j]] = t->sign[j] * __builtin_popcount(t->column[j]);
}

/* x in last places, rounded to those that n_bits hold. */
static void keep(const struct synapse_array *s, const struct transfer_room *room, int n_bits, int which, size_t from,
	uint64_t number)
{
	pulse_kern_keep(s->part[0].side[0].kern, room->x, from, (size_t)s->n_cols, n_bits, s->keeping,
		number + ((uint64_t)which << 62), room->k, s->kept[which] + from);
}

/* v2 and what follows: whole pulses of digital sums. */
static void count_sums(struct synapse_array *s, const struct update_transfer *u, const struct transfer_room *room,
	size_t from, float rate, float theta, uint64_t number)
{
	float *restrict sum = s->kept[0] + from, fire = (float)transfer_places(u), most = (float)u->n_slots_transfer;
	float lose = fmaxf(rintf((1 - (float)u->k_keep) * fire), 1), read_place = ldexpf(1, 1 - u->n_bits);

	for (int j = 0; j < s->n_cols; j++) {
		float reference = transfer_refers(u) ? read_place * s->kept[2][from + (size_t)j] : 0;
		room->x[j] = sum[j] + rate * (room->read[j] - reference) * (fire / theta);
	}
	keep(s, room, u->n_bits, 0, from, number);
	for (int j = 0; j < s->n_cols; j++) {
		float n = synapse_clip(truncf(sum[j] / fire), -most, most);
		sum[j] -= n * lose;
		room->k[j] = (int32_t)n;
	}
}

/* The mean of reads, with which later ones are compared once the sign changes. */
static void average(struct synapse_array *s, const struct update_transfer *u, const struct transfer_room *room, size_t from,
	uint64_t number)
{
	float tau = (float)fmin(u->k_tail / transfer_period(u), 1), per_place = ldexpf(1, u->n_bits - 1);
	float *restrict mean = s->kept[1] + from;

	for (int j = 0; j < s->n_cols; j++)
		room->x[j] = (1 - tau) * mean[j] + tau * room->read[j] * per_place;
	keep(s, room, u->n_bits, 1, from, number);
}

static void write_row(struct synapse_array *s, size_t from, int32_t *k, int n_slots, uint64_t number, struct row_counts *c)
{
	struct part_state *slow = &s->part[0];
	int longest_up = 0, longest_down = 0, n = 0;

	for (int j = 0; j < s->n_cols; j++) {
		if (k[j] == 0)
			continue;
		n++;
		longest_up = k[j] > longest_up ? k[j] : longest_up;
		longest_down = -k[j] > longest_down ? -k[j] : longest_down;
		*(k[j] > 0 ? &c->n_up : &c->n_down) += abs(k[j]);
	}
	c->n_cells += n;
	c->n_reads++;
	if (n == 0)
		return;
	/* a train runs to its end */
	c->longest_up += longest_up > 0 && n_slots > 0 ? n_slots : longest_up;
	c->longest_down += longest_down > 0 && n_slots > 0 ? n_slots : longest_down;
	c->n_touched++;
	population_pulse(&slow->side[0], from, (size_t)s->n_cols, k, slow->transfer_noise[0], number);
}

void fast_slow_transfer(struct synapse_array *s, const struct update_transfer *u, const struct outer_products *o,
	uint64_t number, const struct transfer_room *room, struct row_counts *c)
{
	int row = fast_slow_row(s, u, number);
	size_t from = (size_t)row * (size_t)s->n_cols;
	struct part whole = s->part[0].part;

	whole.k_weight = 1; /* rates and reads are in half windows of a cell */

	const float g[2] = {(float)part_step(&whole, false), (float)part_step(&whole, true)};
	float sign = s->sign ? s->sign[row] : 1;
	int n_slots = 0;

	read_row(s, from, o->n_bits_read, room->read);
	if (transfer_refers(u))
		average(s, u, room, from, number);
	if (s->n_kept == 0) {
		count_trains(s, u, room, o->k_transfer, g, number);
		n_slots = room->trains->n_slots;
	} else {
		count_sums(s, u, room, from, sign * (float)o->k_transfer, (float)u->k_threshold * (g[0] + g[1]) / 2, number);
	}
	if (transfer_refers(u) && flips(s, u, row, s->n_reads[row]))
		memcpy(s->kept[2] + from, s->kept[1] + from, (size_t)s->n_cols * sizeof(float));
	write_row(s, from, room->k, n_slots, number, c);
}
