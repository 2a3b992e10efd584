/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weights of a layer as cells: memory, rows, counts. What becomes of a weight is the rule's:
 * synapse_array_pulses.c, synapse_array_digits.c, synapse_array_levels.c.
 *
 * Model    the read of a transfer or refresh rounds each cell's state to the converter's steps over the cell's window
 * Source   [Luo2020]; doc/models.md
 * Assumes  rows written one after the other, all columns of a row together; a transfer sets the
 *          converter's range to the window of one cell
 * Checked  tests/unit/check_device.c
 */
#include "device/synapse_array.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "device/synapse_array_priv.h"

static const struct synapse_rule *rule_of(const struct part *part)
{
	return part->n_bits > 0   ? &synapse_rule_digits
	       : part->k_span > 0 ? &synapse_rule_levels
				  : &synapse_rule_pulses;
}

/* Digits are numbered; the part that takes pulses is called state, what keeps them kept. */
static const char *name_of(struct arena *a, const struct part *part, int p, int side)
{
	const char *sign = side ? "minus" : "plus";

	return part->n_bits > 0 ? arena_printf(a, "digit_%d_%s", p, sign)
				: arena_printf(a, "%s_%s", part->fast ? "fast" : p ? "kept" : "state", sign);
}

/* What reference cells were programmed to. */
static float *references(struct arena *a, const struct part *part, size_t n, uint64_t seed, uint32_t id)
{
	struct rng error = rng_stream(seed, RNG_PROGRAM, id + 1); /* not that of the cells */
	float *zero = NEW(a, float, n);

#pragma omp parallel for schedule(static)
	for (size_t i = 0; i < n; i++)
		zero[i] = (float)(population_symmetry(part->cell, seed, id, i) +
				  part->k_reference * (double)rng_normal(error, i, 0));
	return zero;
}

static void part_init(struct part_state *ps, struct arena *a, const struct part *part, size_t n,
	uint64_t seed, uint32_t id)
{
	ps->part = *part;
	ps->one_sided = part->cell->write.one_sided;
	ps->n_sides = part->pair ? SIDES : 1;
	ps->sign = 1;
	ps->weight = NEW(a, float, n);
	if (part->k_span > 0) {
		ps->level = NEW(a, float, n);
		ps->sum = NEW(a, float, n);
		ps->n_levels_written = NEW(a, uint32_t, n);
	}
	if (part->referenced)
		ps->zero = references(a, part, n, seed, id * SIDES);
	for (uint32_t side = 0; side < SIDES; side++) {
		if ((int)side < ps->n_sides)
			population_init(&ps->side[side], a, part->cell, n, seed, id * SIDES + side);
		ps->noise[side] = rng_stream(seed, RNG_WRITE_NOISE, id * SIDES + side);
		ps->transfer_noise[side] = rng_stream(seed, RNG_TRANSFER, id * SIDES + side);
	}
}

/* Numbers the random streams of a part: two parts of a layer beside each other, further ones apart. */
static uint32_t stream_of(uint32_t layer, int part)
{
	return layer * 2 + (uint32_t)(part & 1) + ((uint32_t)(part >> 1) << 20);
}

struct synapse_array *synapse_array_new(struct arena *a, const struct synapse *synapse, int n_rows,
	int n_cols, uint64_t seed, uint32_t layer)
{
	struct synapse_array *s = NEW(a, struct synapse_array, 1);
	struct part part[SYNAPSE_MAX_PARTS];
	size_t n = (size_t)n_rows * (size_t)n_cols;

	s->arena = a;
	s->n_rows = n_rows;
	s->n_cols = n_cols;
	s->n_parts = synapse_parts(synapse, part);
	s->i_worn = part[0].n_bits > 0 ? 0 : synapse_worn_part(synapse);
	s->rule = synapse_is_fast_slow(synapse) ? &synapse_rule_fast_slow : rule_of(part);
	s->transfer = synapse_transfer(synapse) ? *synapse_transfer(synapse)
						: (struct synapse_transfer){.n_tries = 1};
	s->rounding = rng_stream(seed, RNG_ROUNDING, layer);
	s->row_trains = rng_stream(seed, RNG_TRAIN_ROW, layer);
	s->transfer_trains = rng_stream(seed, RNG_TRAIN_COLUMN, layer | (uint32_t)1 << 30);
	s->chops = rng_stream(seed, RNG_CHOP, layer);
	s->keeping = rng_stream(seed, RNG_KEPT, layer);
	s->column_trains = rng_stream(seed, RNG_TRAIN_COLUMN, layer);
	for (int p = 0; p < s->n_parts; p++) {
		part_init(&s->part[p], a, &part[p], n, seed, stream_of(layer, p));
		for (int side = 0; side < SIDES; side++)
			s->part[p].name[side] = name_of(a, &part[p], p, side);
	}
	return s;
}

void synapse_array_read_digits(struct synapse_array *s)
{
	s->reads_digits = s->part[0].part.n_bits > 0;
}

void synapse_array_transfer_bits(struct synapse_array *s, int n_bits)
{
	s->read_step = s->transfer.read == TRANSFER_CONVERTER ? ldexpf(1, -n_bits) : 0;
}

float synapse_as_read(const struct synapse_array *s, float y)
{
	return s->read_step > 0 ? synapse_clip(rintf(y / s->read_step) * s->read_step, 0, 1) : y;
}

void synapse_array_isa(struct synapse_array *s, const char *isa)
{
	for (int p = 0; p < s->n_parts; p++)
		for (int side = 0; side < s->part[p].n_sides; side++)
			population_isa(&s->part[p].side[side], isa);
}

float part_state_u(const struct part_state *ps, size_t i)
{
	return part_u(ps, i, ps->level ? ps->sum[i] : ps->side[0].y[i], ps->n_sides > 1 ? ps->side[1].y[i] : 0);
}

/* A digit that is told apart from its neighbours. */
static float nearest_level(const struct part_state *ps, float y)
{
	float top = (float)((1 << ps->part.n_bits) - 1);

	return rintf(synapse_clip(y, 0, 1) * top) / top;
}

static void weigh_row(const struct synapse_array *s, struct part_state *ps, int row)
{
	float k = (float)ps->part.k_weight;
	size_t from = (size_t)row * (size_t)s->n_cols, to = from + (size_t)s->n_cols;

	for (size_t i = from; ps->level && i < to; i++)
		ps->sum[i] = part_state_sum(ps, i, ps->side[0].y[i]);
	for (int side = 0; side < SIDES && ps->seen[side]; side++)
		memcpy(ps->seen[side] + from, (ps->level ? ps->sum : ps->side[side].y) + from,
			(to - from) * sizeof(float));
	for (size_t i = from; !s->reads_digits && i < to; i++)
		ps->weight[i] = k * part_state_u(ps, i);
	for (size_t i = from; s->reads_digits && i < to; i++)
		ps->weight[i] = k * part_u(ps, i, nearest_level(ps, ps->side[0].y[i]),
					    ps->n_sides > 1 ? nearest_level(ps, ps->side[1].y[i]) : 0);
}

static void weigh_all(struct synapse_array *s, int row)
{
	for (int p = 0; p < s->n_parts; p++)
		weigh_row(s, &s->part[p], row);
}

void synapse_array_refresh_parts(struct synapse_array *s)
{
#pragma omp parallel for schedule(static)
	for (int row = 0; row < s->n_rows; row++)
		weigh_all(s, row);
}

void synapse_array_program(struct synapse_array *s, const float *w)
{
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols;

	for (size_t i = 0; i < n; i++)
		s->rule->program(s, i, w[i]);
	synapse_array_refresh_parts(s);
}

void synapse_array_update(struct synapse_array *s, const float *dw, uint64_t step, bool stochastic,
	struct write_counts *counts)
{
	struct row_counts *rows = synapse_rows_new(s->n_rows);

#pragma omp parallel for schedule(static)
	for (int row = 0; row < s->n_rows; row++) {
		struct span span = {.stochastic = stochastic, .rounding = s->rounding, .step = step};
		for (int col = 0; col < s->n_cols; col += SPAN) {
			span.from = (size_t)row * (size_t)s->n_cols + (size_t)col;
			span.n = s->n_cols - col < SPAN ? s->n_cols - col : SPAN;
			for (int j = 0; j < span.n; j++)
				span.dw[j] = dw[span.from + (size_t)j];
			s->rule->update(s, &span, &rows[row]);
		}
		/* only digits are spread over parts; elsewhere part 0 alone has moved */
		if (s->part[0].part.n_bits > 0)
			weigh_all(s, row);
		else
			weigh_row(s, &s->part[0], row);
	}
	synapse_rows_fold(counts, rows, s->n_rows);
}

void synapse_array_transfer(struct synapse_array *s, uint64_t step, struct write_counts *counts)
{
	if (!s->rule->transfers(s))
		return;

	struct row_counts *rows = synapse_rows_new(s->n_rows);

#pragma omp parallel for schedule(static)
	for (int row = 0; row < s->n_rows; row++) {
		size_t from = (size_t)row * (size_t)s->n_cols;
		for (size_t i = from; i < from + (size_t)s->n_cols; i++)
			s->rule->transfer(s, i, step, &rows[row]);
	}
	if (s->transfer.invert)
		s->part[0].sign = -s->part[0].sign;
#pragma omp parallel for schedule(static)
	for (int row = 0; row < s->n_rows; row++)
		weigh_all(s, row);
	for (int row = 0; s->transfer.n_tries > 1 && row < s->n_rows; row++)
		counts->n_verify_rows += rows[row].n_rounds;
	synapse_rows_fold(counts, rows, s->n_rows);
	counts->n_read_rows += s->n_rows;
}

/* One row of a part as it is read. Of two numbers in one cell the sum ages: it is what is read. */
static void read_row(const struct synapse_array *s, struct part_state *ps, int row, const struct reading *r)
{
	float y[SIDES][SPAN], sum[SPAN], k = (float)ps->part.k_weight;

	for (int col = 0; col < s->n_cols; col += SPAN) {
		size_t from = (size_t)row * (size_t)s->n_cols + (size_t)col;
		int n = s->n_cols - col < SPAN ? s->n_cols - col : SPAN;
		for (int j = 0; ps->level && j < n; j++)
			sum[j] = part_state_sum(ps, from + (size_t)j, ps->side[0].y[from + (size_t)j]);
		for (int side = 0; side < ps->n_sides; side++) {
			population_read(&ps->side[side], from, (size_t)n, ps->level ? sum : NULL, r, y[side]);
			for (int j = 0; s->reads_digits && j < n; j++)
				y[side][j] = nearest_level(ps, y[side][j]);
		}
		for (int side = 0; side < SIDES && ps->seen[side]; side++)
			memcpy(ps->seen[side] + from, y[side], (size_t)n * sizeof(float));
		for (int j = 0; j < n; j++)
			ps->weight[from + (size_t)j] =
				k * part_u(ps, from + (size_t)j, y[0][j], ps->n_sides > 1 ? y[1][j] : 0);
	}
}

void synapse_array_read(struct synapse_array *s, const struct reading *r)
{
	for (int p = 0; p < s->n_parts; p++) {
		struct part_state *ps = &s->part[p];
#pragma omp parallel for schedule(static)
		for (int row = 0; row < s->n_rows; row++)
			read_row(s, ps, row, r);
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
			weigh_row(s, ps, row);
		}
	}
}

void synapse_array_show_kept(struct synapse_array *s)
{
	struct part_state *ps = &s->part[0];
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols;

	if (s->transfer.n_interval == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		float y = ps->level ? part_state_sum(ps, i, 0.5f) : 0.5f;
		ps->weight[i] = (float)ps->part.k_weight * (2 * y - 1);
		if (ps->seen[0])
			ps->seen[0][i] = y;
	}
}

void synapse_array_keep_states(struct synapse_array *s, struct arena *a)
{
	for (int p = 0; p < s->n_parts; p++)
		for (int side = 0; side < s->part[p].n_sides; side++)
			s->part[p].seen[side] =
				NEW(a, float, (size_t)s->n_rows *(size_t)s->n_cols);
	synapse_array_refresh_parts(s);
}
