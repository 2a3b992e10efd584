/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weights of a layer as cells.
 *
 * Model    update: k = round(|dy| P) pulses of the part that takes updates, dy = du/2 (single, and each
 *          side of a two-way pair), dy = du (one-sided pair, on the side the sign names);
 *          transfer: c = u_volatile k_volatile/k_pair is programmed into the pair; the volatile cell is
 *          moved back by its own pulses for what the pair took nominally, the rest stays (carried);
 *          overflow of a one-sided pair: erase both sides, program the difference
 * Source   [Luo2020], [Ambrogio2018]; differences from the published tool: doc/models.md
 * Assumes  rows written one after the other, all columns of a row together; transfers read exactly
 *          (the converter's rounding of the transfer read is not applied)
 * Valid    |w| <= 1
 * Checked  tests/unit/check_device.c
 */
#include "device/synapse_array.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "device/population.h"
#include "device/pulse_kern.h"

#define SIDES 2

/* A one-sided pair is refreshed when one side is above HIGH and the other above LOW of its window. */
#define REFRESH_HIGH 0.75f /* [Nandakumar2020] */
#define REFRESH_LOW  0.25f

struct part_state {
	struct part part;
	bool one_sided;
	int n_sides;
	struct population side[SIDES]; /* plus, minus */
	float *weight;                 /* [n_rows][n_cols] k_weight u */
	struct rng noise[SIDES], transfer_noise[SIDES];
};

struct synapse_array {
	int n_rows, n_cols, n_parts;
	struct part_state part[SYNAPSE_MAX_PARTS];
	struct rng rounding;
};

/* What one row's commands amount to; folded in row order. */
struct row_counts {
	double n_up, n_down, n_erase, n_cells, n_back_up, n_back_down;
	int longest_up, longest_down, longest_back_up, longest_back_down;
	bool touched, erased;
};

struct synapse_array *synapse_array_new(struct arena *a, const struct synapse *synapse, int n_rows,
	int n_cols, uint64_t seed, uint32_t layer)
{
	struct synapse_array *s = NEW(a, struct synapse_array, 1);
	struct part part[SYNAPSE_MAX_PARTS];
	size_t n = (size_t)n_rows * (size_t)n_cols;

	s->n_rows = n_rows;
	s->n_cols = n_cols;
	s->n_parts = synapse_parts(synapse, part);
	s->rounding = rng_stream(seed, RNG_ROUNDING, layer);
	for (int p = 0; p < s->n_parts; p++) {
		struct part_state *ps = &s->part[p];
		ps->part = part[p];
		ps->one_sided = part[p].cell->write.one_sided;
		ps->n_sides = part[p].pair ? SIDES : 1;
		ps->weight = NEW(a, float, n);
		for (int side = 0; side < ps->n_sides; side++) {
			uint32_t id = (layer * SYNAPSE_MAX_PARTS + (uint32_t)p) * SIDES + (uint32_t)side;
			population_init(&ps->side[side], a, part[p].cell, n, seed, id);
			ps->noise[side] = rng_stream(seed, RNG_WRITE_NOISE, id);
			ps->transfer_noise[side] = rng_stream(seed, RNG_TRANSFER, id);
		}
	}
	return s;
}

void synapse_array_isa(struct synapse_array *s, const char *isa)
{
	for (int p = 0; p < s->n_parts; p++)
		for (int side = 0; side < s->part[p].n_sides; side++)
			population_isa(&s->part[p].side[side], isa);
}

static float state_to_u(const struct part_state *ps, size_t i)
{
	return ps->n_sides == 1 ? 2 * ps->side[0].y[i] - 1 : ps->side[0].y[i] - ps->side[1].y[i];
}

static void weigh_row(struct part_state *ps, int n_cols, int row)
{
	float k = (float)ps->part.k_weight;
	size_t from = (size_t)row * (size_t)n_cols;

	for (size_t i = from; i < from + (size_t)n_cols; i++)
		ps->weight[i] = k * state_to_u(ps, i);
}

void synapse_array_refresh_parts(struct synapse_array *s)
{
	for (int p = 0; p < s->n_parts; p++)
		for (int row = 0; row < s->n_rows; row++)
			weigh_row(&s->part[p], s->n_cols, row);
}

static float clip(float x, float low, float high)
{
	return x < low ? low : x > high ? high : x;
}

static void set_u(struct part_state *ps, size_t i, float u)
{
	if (ps->n_sides == 1) {
		population_set(&ps->side[0], i, (1 + u) / 2);
	} else if (ps->one_sided) {
		population_set(&ps->side[0], i, u > 0 ? u : 0);
		population_set(&ps->side[1], i, u < 0 ? -u : 0);
	} else {
		population_set(&ps->side[0], i, (1 + u) / 2);
		population_set(&ps->side[1], i, (1 - u) / 2);
	}
}

void synapse_array_program(struct synapse_array *s, const float *w)
{
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols;
	struct part_state *keeper = &s->part[s->n_parts - 1]; /* the non-volatile part */
	float k = (float)keeper->part.k_weight;

	for (size_t i = 0; i < n; i++) {
		set_u(keeper, i, clip(w[i] / k, -1, 1));
		if (s->n_parts > 1)
			set_u(&s->part[0], i, 0);
	}
	synapse_array_refresh_parts(s);
}

static void count_train(struct row_counts *c, int k)
{
	if (k > 0) {
		c->n_up += k;
		c->longest_up = k > c->longest_up ? k : c->longest_up;
	} else {
		c->n_down -= k;
		c->longest_down = -k > c->longest_down ? -k : c->longest_down;
	}
	c->n_cells++;
	c->touched = true;
}

/* Round half away from zero; no more than a full train and a bit makes sense. */
static int round_count(float x)
{
	float magnitude = fminf(fabsf(x), 1e6f), whole = floorf(magnitude);
	int k = (int)whole + (magnitude - whole >= 0.5f);

	return x < 0 ? -k : k;
}

/* The pulses that move state by dy, positive up. */
static float pulses_for(const struct cell *c, float dy)
{
	return dy * (float)(dy > 0 ? c->response->n_up : c->response->n_down);
}

static void command(struct part_state *ps, int side, size_t i, int k, const struct rng *noise,
	uint64_t step, struct row_counts *c)
{
	int32_t train = k;

	if (k == 0)
		return;
	population_pulse(&ps->side[side], i, 1, &train, noise[side], step);
	count_train(c, k);
}

static struct row_counts *rows_new(int n_rows)
{
	struct row_counts *rows = calloc((size_t)n_rows, sizeof *rows);

	if (!rows)
		die("out of memory");
	return rows;
}

/* Add the rows in their order, and free them. */
static void fold(struct write_counts *total, struct row_counts *row, int n_rows)
{
	for (int r = 0; r < n_rows; r++) {
		total->n_up += row[r].n_up;
		total->n_down += row[r].n_down;
		total->n_erase += row[r].n_erase;
		total->n_cells += row[r].n_cells;
		total->n_back_up += row[r].n_back_up;
		total->n_back_down += row[r].n_back_down;
		total->n_rows += row[r].touched;
		total->n_rows_erase += row[r].erased;
		total->n_longest_up += row[r].longest_up;
		total->n_longest_down += row[r].longest_down;
		total->n_longest_back_up += row[r].longest_back_up;
		total->n_longest_back_down += row[r].longest_back_down;
	}
	total->n_events++;
	free(row);
}

/* Columns of a row that are worked on together. */
enum { SPAN = 512 };

struct span {
	size_t from; /* first cell */
	int n;
	float du[SPAN]; /* wanted change of the part's u */
	float x[SPAN];  /* in pulses */
	int32_t k[SPAN];
	bool stochastic;
	struct rng rounding;
	uint64_t step;
};

/* Round x to commands and give them to one side. */
static void send(struct part_state *ps, struct span *s, int side, struct row_counts *c)
{
	struct population *p = &ps->side[side];
	bool any = false;

	p->kern->round(s->x, s->from, (size_t)s->n, s->stochastic, s->rounding, s->step, s->k);
	for (int j = 0; j < s->n; j++)
		if (s->k[j]) {
			count_train(c, s->k[j]);
			any = true;
		}
	if (any)
		population_pulse(p, s->from, (size_t)s->n, s->k, ps->noise[side], s->step);
}

static void update_span(struct part_state *ps, struct span *s, struct row_counts *c)
{
	const struct response *r = ps->part.cell->response;
	float n_up = (float)r->n_up, n_down = (float)r->n_down;

	if (ps->one_sided) { /* each side takes the changes of its own sign, upward */
		for (int side = 0; side < SIDES; side++) {
			for (int j = 0; j < s->n; j++) {
				float up = side ? -s->du[j] : s->du[j];
				s->x[j] = up < 0 ? 0 : up * n_up;
			}
			send(ps, s, side, c);
		}
		return;
	}
	for (int side = 0; side < ps->n_sides; side++) {
		for (int j = 0; j < s->n; j++) {
			float dy = (side ? -s->du[j] : s->du[j]) / 2;
			s->x[j] = dy * (dy > 0 ? n_up : n_down);
		}
		send(ps, s, side, c);
	}
}

void synapse_array_update(struct synapse_array *s, const float *dw, uint64_t step, bool stochastic,
	struct write_counts *counts)
{
	struct part_state *ps = &s->part[0];
	float per_u = (float)(1 / ps->part.k_weight);
	struct row_counts *rows = rows_new(s->n_rows);

#pragma omp parallel for schedule(static)
	for (int row = 0; row < s->n_rows; row++) {
		struct span span = {.stochastic = stochastic, .rounding = s->rounding, .step = step};
		for (int col = 0; col < s->n_cols; col += SPAN) {
			span.from = (size_t)row * (size_t)s->n_cols + (size_t)col;
			span.n = s->n_cols - col < SPAN ? s->n_cols - col : SPAN;
			for (int j = 0; j < span.n; j++)
				span.du[j] = dw[span.from + (size_t)j] * per_u;
			update_span(ps, &span, &rows[row]);
		}
		weigh_row(ps, s->n_cols, row);
	}
	fold(counts, rows, s->n_rows);
}

/* Erase both sides and program the difference u into the side its sign names. */
static void rewrite_pair(struct part_state *ps, size_t i, float u, uint64_t step, struct row_counts *c)
{
	for (int side = 0; side < SIDES; side++)
		population_erase(&ps->side[side], i, ps->transfer_noise[side], step);
	c->n_erase += SIDES;
	c->erased = c->touched = true;

	int k = round_count(pulses_for(ps->part.cell, fabsf(u)));

	command(ps, u < 0, i, k, ps->transfer_noise, step, c);
}

/* Move the pair by c as far as whole pulses go; returns what it took nominally. */
static float add_to_pair(struct part_state *ps, size_t i, float c, uint64_t step, struct row_counts *rc)
{
	const struct cell *cell = ps->part.cell;
	float u = state_to_u(ps, i);
	int side = c < 0;

	/* what does not fit the window stays where it is */
	c = clip(u + c, -1, 1) - u;
	if (!ps->one_sided) {
		int up = round_count(pulses_for(cell, fabsf(c) / 2));
		int down = round_count(pulses_for(cell, -fabsf(c) / 2));
		command(ps, side, i, up, ps->transfer_noise, step, rc);
		command(ps, !side, i, down, ps->transfer_noise, step, rc);
		float took = (float)(up / cell->response->n_up - down / cell->response->n_down);
		return c < 0 ? -took : took;
	}

	int k = round_count(pulses_for(cell, fabsf(c)));
	float took = (float)k / (float)cell->response->n_up;

	if (k == 0)
		return 0;
	if (ps->side[side].y[i] + took <= 1) {
		command(ps, side, i, k, ps->transfer_noise, step, rc);
		return c < 0 ? -took : took;
	}

	rewrite_pair(ps, i, u + c, step, rc);
	return c;
}

static void transfer_cell(struct synapse_array *s, size_t i, uint64_t step, struct row_counts *rc)
{
	struct part_state *from = &s->part[0], *to = &s->part[1];
	float ratio = (float)(from->part.k_weight / to->part.k_weight);
	float took = add_to_pair(to, i, state_to_u(from, i) * ratio, step, rc);

	if (took == 0)
		return;

	/* off the volatile cell by ordinary commands, with their noise */
	int back = round_count(pulses_for(from->part.cell, -took / ratio / 2));
	int32_t train = back;

	if (back == 0)
		return;
	population_pulse(&from->side[0], i, 1, &train, from->transfer_noise[0], step);
	if (back > 0) {
		rc->n_back_up += back;
		rc->longest_back_up = back > rc->longest_back_up ? back : rc->longest_back_up;
	} else {
		rc->n_back_down -= back;
		rc->longest_back_down = -back > rc->longest_back_down ? -back : rc->longest_back_down;
	}
}

static void refresh_cell(struct part_state *ps, size_t i, uint64_t step, struct row_counts *rc)
{
	float plus = ps->side[0].y[i], minus = ps->side[1].y[i];
	float high = plus > minus ? plus : minus, low = plus > minus ? minus : plus;

	if (high > REFRESH_HIGH && low > REFRESH_LOW)
		rewrite_pair(ps, i, plus - minus, step, rc);
}

void synapse_array_transfer(struct synapse_array *s, uint64_t step, struct write_counts *counts)
{
	bool refresh = s->n_parts == 1;

	if (refresh && !(s->part[0].n_sides == SIDES && s->part[0].one_sided))
		return;

	struct row_counts *rows = rows_new(s->n_rows);

#pragma omp parallel for schedule(static)
	for (int row = 0; row < s->n_rows; row++) {
		size_t from = (size_t)row * (size_t)s->n_cols;
		for (size_t i = from; i < from + (size_t)s->n_cols; i++) {
			if (refresh)
				refresh_cell(&s->part[0], i, step, &rows[row]);
			else
				transfer_cell(s, i, step, &rows[row]);
		}
		for (int p = 0; p < s->n_parts; p++)
			weigh_row(&s->part[p], s->n_cols, row);
	}
	fold(counts, rows, s->n_rows);
	counts->n_read_rows += s->n_rows;
}

/* One row of a part as it is read. */
static void read_row(struct part_state *ps, int n_cols, int row, const struct reading *r)
{
	float y[SIDES][SPAN], k = (float)ps->part.k_weight;

	for (int col = 0; col < n_cols; col += SPAN) {
		size_t from = (size_t)row * (size_t)n_cols + (size_t)col;
		int n = n_cols - col < SPAN ? n_cols - col : SPAN;
		for (int side = 0; side < ps->n_sides; side++)
			population_read(&ps->side[side], from, (size_t)n, r, y[side]);
		for (int j = 0; j < n; j++)
			ps->weight[from + (size_t)j] =
				k * (ps->n_sides == 1 ? 2 * y[0][j] - 1 : y[0][j] - y[1][j]);
	}
}

void synapse_array_read(struct synapse_array *s, const struct reading *r)
{
	for (int p = 0; p < s->n_parts; p++) {
		struct part_state *ps = &s->part[p];
#pragma omp parallel for schedule(static)
		for (int row = 0; row < s->n_rows; row++)
			read_row(ps, s->n_cols, row, r);
	}
}

void synapse_array_decay(struct synapse_array *s, double t, double temp)
{
	for (int p = 0; p < s->n_parts; p++) {
		struct part_state *ps = &s->part[p];
		if (!ps->part.cell->hold)
			continue;
#pragma omp parallel for schedule(static)
		for (int row = 0; row < s->n_rows; row++) {
			size_t from = (size_t)row * (size_t)s->n_cols;
			for (int side = 0; side < ps->n_sides; side++)
				population_decay(&ps->side[side], t, temp, from, from + (size_t)s->n_cols);
			weigh_row(ps, s->n_cols, row);
		}
	}
}

int synapse_array_parts(const struct synapse_array *s)
{
	return s->n_parts;
}

const float *synapse_array_part(const struct synapse_array *s, int part)
{
	return s->part[part].weight;
}

const float *synapse_array_states(const struct synapse_array *s, int part, int side)
{
	return side < s->part[part].n_sides ? s->part[part].side[side].y : NULL;
}

void synapse_array_weights(const struct synapse_array *s, float *w)
{
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols;

	for (size_t i = 0; i < n; i++)
		w[i] = s->n_parts == 1 ? s->part[0].weight[i] : s->part[0].weight[i] + s->part[1].weight[i];
}

double synapse_array_mean_state(const struct synapse_array *s, int part)
{
	const struct part_state *ps = &s->part[part];
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols;
	double sum = 0;

	for (int side = 0; side < ps->n_sides; side++)
		for (size_t i = 0; i < n; i++)
			sum += (double)ps->side[side].y[i];
	return sum / ((double)n * ps->n_sides);
}

void synapse_array_wear(const struct synapse_array *s, double *mean, double *max)
{
	const struct part_state *ps = &s->part[s->n_parts - 1];
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols;
	double sum = 0, most = 0;

	for (int side = 0; side < ps->n_sides; side++)
		for (size_t i = 0; i < n; i++) {
			sum += ps->side[side].n_writes[i];
			most = ps->side[side].n_writes[i] > most ? ps->side[side].n_writes[i] : most;
		}
	*mean = sum / ((double)n * ps->n_sides);
	*max = most;
}

int synapse_array_planes(const struct synapse_array *s)
{
	int n = 0;

	for (int p = 0; p < s->n_parts; p++)
		n += s->part[p].n_sides;
	return n;
}

float *synapse_array_plane(struct synapse_array *s, int plane, const char **name)
{
	static const char *const names[SYNAPSE_MAX_PARTS][SIDES] = {
		{"state_plus", "state_minus"}, {"kept_plus", "kept_minus"}};

	for (int p = 0; p < s->n_parts; p++)
		for (int side = 0; side < s->part[p].n_sides; side++)
			if (plane-- == 0) {
				*name = names[p][side];
				return s->part[p].side[side].y;
			}
	return NULL;
}

/* What one population keeps, as far as it keeps it; names after the part's and side's. */
enum { SIDE_STORES = 4 };
static int stores_of(struct population *c, struct synapse_store out[SIDE_STORES])
{
	int n = 0;

	out[n++] = (struct synapse_store){"state", c->y, NULL};
	if (c->inner != c->y)
		out[n++] = (struct synapse_store){"inner", c->inner, NULL};
	out[n++] = (struct synapse_store){"writes", NULL, c->n_writes};
	if (c->n_pulses)
		out[n++] = (struct synapse_store){"pulses", NULL, c->n_pulses};
	return n;
}

int synapse_array_stores(struct synapse_array *s)
{
	struct synapse_store store[SIDE_STORES];
	int n = 0;

	for (int p = 0; p < s->n_parts; p++)
		for (int side = 0; side < s->part[p].n_sides; side++)
			n += stores_of(&s->part[p].side[side], store);
	return n;
}

struct synapse_store synapse_array_store(struct synapse_array *s, int i, struct arena *a)
{
	for (int p = 0; p < s->n_parts; p++)
		for (int side = 0; side < s->part[p].n_sides; side++) {
			struct synapse_store store[SIDE_STORES];
			int n = stores_of(&s->part[p].side[side], store);
			if (i >= n) {
				i -= n;
				continue;
			}
			store[i].name = arena_printf(a, "%s%s_%s", p > 0 ? "kept_" : "", store[i].name,
				side > 0 ? "minus" : "plus");
			return store[i];
		}
	BUG("no such store");
}
