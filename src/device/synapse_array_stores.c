/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of an array of synapses: weights, states, wear, and all that a checkpoint has to keep. */
#include <float.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/synapse_array_priv.h"

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
	return s->part[part].seen[side];
}

void synapse_array_weights(const struct synapse_array *s, float *w)
{
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols;

	for (size_t i = 0; i < n; i++) {
		w[i] = s->part[0].weight[i];
		for (int p = 1; p < s->n_parts; p++)
			w[i] += s->part[p].weight[i];
	}
}

double synapse_array_mean_state(const struct synapse_array *s, int part)
{
	const struct part_state *ps = &s->part[part];
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols;
	double sum = 0;

	for (int side = 0; side < ps->n_sides; side++)
		for (size_t i = 0; i < n; i++)
			sum += (double)(ps->level ? ps->sum[i] : ps->side[side].y[i]);
	return sum / ((double)n * ps->n_sides);
}

/* Of the cells that wear: one part, or all digits. */
const uint32_t *synapse_array_writes(const struct synapse_array *s, int i)
{
	int end = s->part[0].part.n_bits > 0 ? s->n_parts : s->i_worn + 1;

	for (int p = s->i_worn; p < end; p++) {
		const struct part_state *ps = &s->part[p];
		if (i < ps->n_sides)
			return ps->level ? ps->n_levels_written : ps->side[i].n_pulses;
		i -= ps->n_sides;
	}
	return NULL;
}

double synapse_array_wear_slow(const struct synapse_array *s)
{
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols;
	uint32_t most = 0;

	for (size_t i = 0; s->part[s->i_worn].part.fast && i < n; i++)
		most = s->part[0].side[0].n_pulses[i] > most ? s->part[0].side[0].n_pulses[i] : most;
	return most;
}

void synapse_array_wear(const struct synapse_array *s, double *mean, double *max)
{
	size_t n = (size_t)s->n_rows * (size_t)s->n_cols;
	double sum = 0, most = 0, n_cells = 0;
	const uint32_t *writes;

	for (int k = 0; (writes = synapse_array_writes(s, k)) != NULL; k++, n_cells += (double)n)
		for (size_t i = 0; i < n; i++) {
			sum += writes[i];
			most = writes[i] > most ? writes[i] : most;
		}
	*mean = sum / n_cells;
	*max = most;
}

int synapse_array_planes(const struct synapse_array *s)
{
	int n = 0;

	for (int p = 0; p < s->n_parts; p++)
		n += s->part[p].n_sides + (s->part[p].level != NULL);
	return n;
}

float *synapse_array_plane(struct synapse_array *s, int plane, const char **name)
{
	for (int p = 0; p < s->n_parts; p++) {
		struct part_state *ps = &s->part[p];
		for (int side = 0; side < ps->n_sides; side++)
			if (plane-- == 0) {
				*name = ps->name[side];
				return ps->side[side].y;
			}
		if (ps->level && plane-- == 0) {
			*name = "kept_level";
			return ps->level;
		}
	}
	return NULL;
}

/* More than any training gives a cell. */
#define MOST_PULSES ((uint32_t)1 << 31)

/* What the cells of one side keep, as far as they keep it; names after the part's and side's. */
enum { SIDE_STORES = 9 };
static int stores_of(
	struct synapse_array *s, struct part_state *ps, int side, struct synapse_store out[SIDE_STORES])
{
	static const char *const kept[TRANSFER_REFERRED] = {"sum", "mean", "reference"};
	struct population *c = &ps->side[side];
	float shown = 7 * (float)c->cell->variation.k_write; /* beyond the window at most (base/rng.h) */
	int n = 0;

	out[n++] = (struct synapse_store){.name = "state", .value = c->y, .low = -shown, .high = shown, .cells = c};
	if (c->inner != c->y)
		out[n++] = (struct synapse_store){.name = "inner", .value = c->inner, .cells = c};
	out[n++] = (struct synapse_store){.name = "pulses", .count = c->n_pulses};
	if (ps->level) {
		out[n++] = (struct synapse_store){.name = "level", .value = ps->level, .high = 1};
		out[n++] = (struct synapse_store){.name = "level_writes", .count = ps->n_levels_written};
	}
	if (s->transfer.invert && ps == &s->part[0])
		out[n++] = (struct synapse_store){.name = "sign", .value = &ps->sign, .alone = true, .low = -1, .high = 1};
	for (int i = 0; ps->part.fast && i < s->n_kept; i++)
		out[n++] = (struct synapse_store){.name = kept[i], .value = s->kept[i], .low = -FLT_MAX, .high = FLT_MAX};
	return n;
}

bool synapse_store_holds(const struct synapse_store *s, size_t i)
{
	float low = 0, high = 0;

	if (s->count)
		return s->count[i] <= MOST_PULSES;
	if (s->cells)
		population_window(s->cells, i, &low, &high);
	return s->value[i] >= low + s->low && s->value[i] <= high + s->high;
}

int synapse_array_stores(struct synapse_array *s)
{
	struct synapse_store store[SIDE_STORES];
	int n = 0;

	for (int p = 0; p < s->n_parts; p++)
		for (int side = 0; side < s->part[p].n_sides; side++)
			n += stores_of(s, &s->part[p], side, store);
	return n;
}

struct synapse_store synapse_array_store(struct synapse_array *s, int i, struct arena *a)
{
	for (int p = 0; p < s->n_parts; p++)
		for (int side = 0; side < s->part[p].n_sides; side++) {
			struct synapse_store store[SIDE_STORES];
			int n = stores_of(s, &s->part[p], side, store);
			if (i >= n) {
				i -= n;
				continue;
			}
			const char *part = s->part[p].part.n_bits > 0 ? arena_printf(a, "digit_%d_", p)
					   : s->part[p].part.fast     ? "fast_"
					   : p > 0                    ? "kept_"
								      : "";
			store[i].name = arena_printf(
				a, "%s%s_%s", part, store[i].name, side > 0 ? "minus" : "plus");
			return store[i];
		}
	BUG("no such store");
}
