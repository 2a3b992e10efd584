/* SPDX-License-Identifier: Apache-2.0 */
#include "device/trains.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "device/pulse_kern.h"

enum { PIECE = 512 };

struct trains *trains_new(struct arena *a, int n, int n_rows, int n_cols)
{
	struct trains *t = NEW(a, struct trains, n);

	for (int i = 0; i < n; i++) {
		t[i].row = NEW(a, uint32_t, n_rows);
		t[i].row_sign = NEW(a, float, n_rows);
		t[i].column = NEW(a, uint32_t, n_cols);
		t[i].at = NEW(a, int32_t, n_cols);
		t[i].sign = NEW(a, int32_t, n_cols);
		t[i].wanted = NEW(a, float, n_cols);
	}
	return t;
}

/* k of n slots, evenly over the train: of the first m slots round(m k / n) fire. */
static uint32_t spread(int k, int n)
{
	uint32_t word = 0;

	for (int s = 0; s < n; s++)
		if ((2 * (s + 1) * k + n) / (2 * n) > (2 * s * k + n) / (2 * n))
			word |= (uint32_t)1 << s;
	return word;
}

static uint32_t first(int k)
{
	return k >= 32 ? UINT32_MAX : ((uint32_t)1 << k) - 1;
}

struct lines {
	const float *v;
	size_t n;
	float k; /* line i fires with probability k |v[i]|, at most 1 */
	bool rows;
	struct rng rng;
};

static void fire(const struct update_trains *u, const struct pulse_kern *kern, const struct lines *l,
	uint64_t number, int n_slots, uint32_t *word)
{
	float p[PIECE];

	for (size_t from = 0; from < l->n; from += PIECE) {
		size_t part = l->n - from < PIECE ? l->n - from : PIECE;
		for (size_t i = 0; i < part; i++) {
			float wanted = fabsf(l->v[from + i]) * l->k;
			p[i] = wanted < 1 ? wanted : 1;
		}
		if (u->kind == TRAINS_STOCHASTIC) {
			kern->trains(p, from, part, n_slots, l->rng, number, word + from);
			continue;
		}
		for (size_t i = 0; i < part; i++) {
			int count = (int)lrintf(p[i] * (float)n_slots);
			word[from + i] = l->rows ? spread(count, n_slots) : first(count);
		}
	}
}

/* In any instruction set without a call. */
static int bits_set(uint32_t x)
{
	x -= (x >> 1) & 0x55555555u;
	x = (x & 0x33333333u) + ((x >> 2) & 0x33333333u);
	return (int)((((x + (x >> 4)) & 0x0f0f0f0fu) * 0x01010101u) >> 24);
}

/* Magnitudes stand in the order of their bits, which, unlike floats, are compared in any order. */
static float largest(const float *x, size_t n)
{
	int32_t most = 0;
	float out;

	for (size_t i = 0; i < n; i++) {
		int32_t bits;
		memcpy(&bits, &x[i], sizeof bits);
		bits &= INT32_MAX;
		most = bits > most ? bits : most;
	}
	memcpy(&out, &most, sizeof out);
	return out;
}

/* Columns that fire to the front; what all lines fire. */
static void sort_out(struct trains *t, const float *x, int n_rows, const float *q, int n_cols)
{
	int n_row = 0, n_column = 0;
	uint32_t positive = 0, negative = 0;

	for (int i = 0; i < n_rows; i++) {
		bool below = x && x[i] < 0;
		t->row_sign[i] = below ? -1 : 1;
		negative |= below ? t->row[i] : 0;
		positive |= below ? 0 : t->row[i];
		n_row += bits_set(t->row[i]);
	}
	t->has_row[0] = negative != 0;
	t->has_row[1] = positive != 0;

	t->n_columns = 0;
	t->has[0] = t->has[1] = false;
	for (int j = 0; j < n_cols; j++) {
		uint32_t word = t->column[j];
		if (!word)
			continue;
		bool up = q[j] > 0;
		t->column[t->n_columns] = word;
		t->at[t->n_columns] = j;
		t->sign[t->n_columns++] = up ? 1 : -1;
		t->has[up] = true;
		n_column += bits_set(word);
	}
	t->n_row_pulses = n_row;
	t->n_column_pulses = n_column;
}

/* What columns are asked for; the largest. */
static float want(struct trains *t, const float *d, int n_cols, double rate, const float g[2])
{
	/* up where the error is negative */
	float per_up = -(float)(rate / (double)g[1]), per_down = -(float)(rate / (double)g[0]);

	for (int j = 0; j < n_cols; j++)
		t->wanted[j] = d[j] * (d[j] < 0 ? per_up : per_down);
	t->n_slots = 0;
	t->n_columns = 0;
	t->n_row_pulses = t->n_column_pulses = 0;
	t->has[0] = t->has[1] = t->has_row[0] = t->has_row[1] = false;
	return largest(t->wanted, (size_t)n_cols);
}

/* Slots for the largest product; returns what is left of the update. */
static float fit(struct trains *t, const struct update_trains *u, float most)
{
	t->n_slots = u->fixed || most > (float)u->n_slots ? u->n_slots : (int)ceilf(most);
	return most > (float)t->n_slots ? (float)t->n_slots / most : 1;
}

void trains_make(struct trains *t, const struct update_trains *u, const struct trains_source *from,
	const float *x, int n_rows, const float *d, int n_cols, double rate, const float g[2], uint64_t number)
{
	float q_most = want(t, d, n_cols, rate, g), x_most = q_most > 0 ? largest(x, (size_t)n_rows) : 0;
	float most = x_most * q_most;

	if (!(most > 0))
		return;

	float less = fit(t, u, most), n = (float)t->n_slots;
	float a = u->balanced ? sqrtf(less * q_most / x_most)
			      : (float)sqrt(2 * rate / ((double)g[0] + (double)g[1]));

	fire(u, from->kern, &(struct lines){x, (size_t)n_rows, a / sqrtf(n), true, from->row}, number,
		t->n_slots, t->row);
	fire(u, from->kern, &(struct lines){t->wanted, (size_t)n_cols, less / (a * sqrtf(n)), false, from->column},
		number, t->n_slots, t->column);
	sort_out(t, x, n_rows, t->wanted, n_cols);
}

void trains_of_row(struct trains *t, const struct update_trains *u, const struct trains_source *from,
	const float *d, int n_cols, double rate, const float g[2], uint64_t number)
{
	float most = want(t, d, n_cols, rate, g);

	if (!(most > 0))
		return;

	float less = fit(t, u, most);

	t->row[0] = first(t->n_slots);
	fire(u, from->kern, &(struct lines){t->wanted, (size_t)n_cols, less / (float)t->n_slots, false, from->column},
		number, t->n_slots, t->column);
	sort_out(t, NULL, 1, t->wanted, n_cols);
}
