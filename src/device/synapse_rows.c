/* SPDX-License-Identifier: Apache-2.0 */
/* Commands to the cells of an array, and what those of a row amount to. */
#include <math.h>
#include <stdlib.h>

#include "base/diag.h"
#include "device/pulse_kern.h"
#include "device/synapse_array_priv.h"

void row_count(struct row_counts *c, int k)
{
	int *up = c->round ? &c->again_up[c->round] : &c->longest_up;
	int *down = c->round ? &c->again_down[c->round] : &c->longest_down;

	if (k > 0) {
		c->n_up += k;
		*up = k > *up ? k : *up;
	} else {
		c->n_down -= k;
		*down = -k > *down ? -k : *down;
	}
	c->n_cells++;
	c->n_rounds = c->round + 1 > c->n_rounds ? c->round + 1 : c->n_rounds;
	c->touched = true;
}

int synapse_round(float x)
{
	float magnitude = fminf(fabsf(x), 1e6f), whole = floorf(magnitude);
	int k = (int)whole + (magnitude - whole >= 0.5f);

	return x < 0 ? -k : k;
}

int synapse_whole(float n)
{
	int k = (int)ceilf(fminf(fabsf(n), 1e6f) - 0.5001f); /* 0.0001: what float leaves of a half */

	return n < 0 ? -k : k;
}

float synapse_pulses(const struct cell *c, float dy)
{
	return dy * (float)(dy > 0 ? c->response->n_up : c->response->n_down);
}

/* Every round draws noise of its own; trainings have fewer steps. */
enum { STEP_BITS = 40 };

void synapse_command(
	struct part_state *ps, int side, size_t i, int k, uint64_t step, struct row_counts *c)
{
	int32_t train = k;

	if (k == 0)
		return;
	population_pulse(&ps->side[side], i, 1, &train, ps->transfer_noise[side],
		step + ((uint64_t)c->round << STEP_BITS));
	row_count(c, k);
}

void synapse_take_back(struct part_state *ps, size_t i, int k, uint64_t step, struct row_counts *c)
{
	int32_t train = k;

	if (k == 0)
		return;
	population_pulse(&ps->side[0], i, 1, &train, ps->transfer_noise[0], step);
	if (k > 0) {
		c->n_back_up += k;
		c->longest_back_up = k > c->longest_back_up ? k : c->longest_back_up;
	} else {
		c->n_back_down -= k;
		c->longest_back_down = -k > c->longest_back_down ? -k : c->longest_back_down;
	}
}

void synapse_reset(struct part_state *ps, size_t i, struct row_counts *c)
{
	double way = (double)ps->side[0].y[i] - 0.5;

	c->n_reset_square += way * way;
	c->reset = true;
	population_set(&ps->side[0], i, 0.5f);
}

void synapse_send(struct part_state *ps, struct span *s, int side, struct row_counts *c)
{
	struct population *p = &ps->side[side];
	const int32_t *k = s->k;
	int n_up = 0, n_down = 0, n_cells = 0, longest_up = 0, longest_down = 0;

	p->kern->round(s->x, s->from, (size_t)s->n, s->stochastic, s->rounding, s->step, s->k);
	for (int j = 0; j < s->n; j++) {
		int up = k[j] > 0 ? k[j] : 0, down = k[j] < 0 ? -k[j] : 0;
		n_up += up;
		n_down += down;
		n_cells += k[j] != 0;
		longest_up = up > longest_up ? up : longest_up;
		longest_down = down > longest_down ? down : longest_down;
	}
	if (n_cells == 0)
		return;
	c->n_up += n_up;
	c->n_down += n_down;
	c->n_cells += n_cells;
	c->longest_up = longest_up > c->longest_up ? longest_up : c->longest_up;
	c->longest_down = longest_down > c->longest_down ? longest_down : c->longest_down;
	c->touched = true;
	population_pulse(p, s->from, (size_t)s->n, s->k, ps->noise[side], s->step);
}

struct row_counts *synapse_rows_new(int n_rows)
{
	struct row_counts *rows = calloc((size_t)n_rows, sizeof *rows);

	if (!rows)
		die("out of memory");
	return rows;
}

static int count_levels(const struct row_counts *c)
{
	int n = 0;

	for (int i = 0; i < 4; i++)
		n += __builtin_popcountll(c->levels[i]);
	return n;
}

void synapse_rows_fold(struct write_counts *total, struct row_counts *row, int n_rows)
{
	for (int r = 0; r < n_rows; r++) {
		for (int round = 1; round < row[r].n_rounds; round++) {
			total->n_longest_up += row[r].again_up[round];
			total->n_longest_down += row[r].again_down[round];
		}
		total->n_reset_rows += row[r].reset;
		total->n_reset_square += row[r].n_reset_square;
		total->n_up += row[r].n_up;
		total->n_down += row[r].n_down;
		total->n_erase += row[r].n_erase;
		total->n_cells += row[r].n_cells;
		total->n_back_up += row[r].n_back_up;
		total->n_back_down += row[r].n_back_down;
		total->n_rows += row[r].touched + row[r].n_touched;
		total->n_read_rows += row[r].n_reads;
		total->n_rows_erase += row[r].erased;
		total->n_longest_up += row[r].longest_up + count_levels(&row[r]);
		total->n_longest_down += row[r].longest_down;
		total->n_longest_back_up += row[r].longest_back_up;
		total->n_longest_back_down += row[r].longest_back_down;
	}
	total->n_events++;
	free(row);
}
