/* SPDX-License-Identifier: Apache-2.0 */
/* Counting what the arrays of a training did. */
#include "train/tally.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

struct tally *tally_new(struct arena *a, const struct model *m)
{
	struct tally *t = NEW(a, struct tally, 1);

	t->layer = NEW(a, struct layer_tally, m->n_weight_layers);
	return t;
}

void tally_sample(struct model *m, bool count)
{
	for (int i = 0; i < m->n_shards; i++)
		for (int layer = 0; layer < m->n_layers; layer++)
			m->shard[i].pass[layer].count = count;
	for (int layer = 0; layer < m->n_layers; layer++) {
		struct pass *p = &m->shard[0].pass[layer];
		p->watch = count && p->weights;
		p->watched = (struct mvm_stats){0};
	}
}

/* Counts of the last batch from the ranks that made them. */
static void share_counts(const struct model *m, int layer)
{
	uint64_t count[MODEL_SHARDS][4];
	struct mvm_stats *watched = &m->shard[0].pass[layer].watched;
	void *first[] = {watched};
	void *place[MODEL_SHARDS];

	if (!m->spec.ranks || m->spec.ranks->n == 1)
		return;
	for (int i = 0; i < m->n_shards; i++) {
		const struct pass *p = &m->shard[i].pass[layer];
		const uint64_t own[] = {p->n_input_ones, p->n_input_bits, p->n_error_ones, p->n_error_bits};
		memcpy(count[i], own, sizeof own);
		place[i] = count[i];
	}
	ranks_share(m->spec.ranks, m->n_shards, place, sizeof count[0]);
	ranks_share(m->spec.ranks, 1, first, sizeof *watched);
	for (int i = 0; i < m->n_shards; i++) {
		struct pass *p = &m->shard[i].pass[layer];
		p->n_input_ones = count[i][0];
		p->n_input_bits = count[i][1];
		p->n_error_ones = count[i][2];
		p->n_error_bits = count[i][3];
	}
}

void tally_collect(struct tally *t, struct model *m)
{
	for (int i = 0; i < m->n_weight_layers; i++) {
		struct layer_tally *l = &t->layer[i];
		share_counts(m, m->weights[i].layer->index);
		for (int shard = 0; shard < m->n_shards; shard++) {
			struct pass *p = &m->shard[shard].pass[m->weights[i].layer->index];
			l->n_input_ones += (double)p->n_input_ones;
			l->n_input_bits += (double)p->n_input_bits;
			l->n_error_ones += (double)p->n_error_ones;
			l->n_error_bits += (double)p->n_error_bits;
			p->n_input_ones = p->n_input_bits = p->n_error_ones = p->n_error_bits = 0;
		}
		const struct mvm_stats *s = &m->shard[0].pass[m->weights[i].layer->index].watched;
		l->n_conversions += s->n_sums;
		for (int part = 0; part < m->weights[i].mvm->spec.n_parts; part++)
			l->n_clipped[part] += s->n_clipped[part];
		for (int part = 0; part < synapse_array_parts(m->weights[i].cells); part++)
			l->state[part] += synapse_array_mean_state(m->weights[i].cells, part);
	}
	t->n_samples++;
}

static double share(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

static void report_layer(const struct tally *t, const struct layer_tally *l,
	const struct weights *w, struct layer_activity *out)
{
	const struct write_counts *u = &l->update, *x = &l->transfer;
	double n_clipped = 0;

	*out = (struct layer_activity){
		.name = w->layer->name,
		.n_passes = 1 + w->mvm->spec.is_signed,
		.k_input_ones = share(l->n_input_ones, l->n_input_bits),
		.k_error_ones = share(l->n_error_ones, l->n_error_bits),
		.n_up = share(u->n_up, t->n_batches),
		.n_down = share(u->n_down, t->n_batches),
		.n_cells = share(u->n_cells, t->n_batches),
		.n_rows = share(u->n_rows, t->n_batches),
		.n_longest_up = share(u->n_longest_up, t->n_batches),
		.n_longest_down = share(u->n_longest_down, t->n_batches),
		.n_erase = share(u->n_erase, t->n_batches),
		.n_rows_erase = share(u->n_rows_erase, t->n_batches),
		.n_products = share(u->n_products, t->n_batches),
		.n_slots = share(u->n_slots, t->n_batches),
		.n_row_pulses = share(u->n_row_pulses, t->n_batches),
		.n_column_pulses = share(u->n_column_pulses, t->n_batches),
		.n_transfer_up = share(x->n_up, t->n_events),
		.n_transfer_down = share(x->n_down, t->n_events),
		.n_transfer_erase = share(x->n_erase, t->n_events),
		.n_transfer_cells = share(x->n_cells, t->n_events),
		.n_transfer_reads = share(x->n_read_rows, t->n_events),
		.n_transfer_rows = share(x->n_rows, t->n_events),
		.n_transfer_longest_up = share(x->n_longest_up, t->n_events),
		.n_transfer_longest_down = share(x->n_longest_down, t->n_events),
		.n_transfer_rows_erase = share(x->n_rows_erase, t->n_events),
		.n_transfer_back_up = share(x->n_back_up, t->n_events),
		.n_transfer_back_down = share(x->n_back_down, t->n_events),
		.n_transfer_longest_back_up = share(x->n_longest_back_up, t->n_events),
		.n_transfer_longest_back_down = share(x->n_longest_back_down, t->n_events),
		.n_transfer_verify_rows = share(x->n_verify_rows, t->n_events),
		.n_transfer_reset_rows = share(x->n_reset_rows, t->n_events),
		.n_transfer_reset_squares = share(x->n_reset_square, t->n_events),
	};
	for (int part = 0; part < synapse_array_parts(w->cells); part++) {
		out->k_state[part] = share(l->state[part], t->n_samples);
		out->k_clipped_part[part] = share(l->n_clipped[part], l->n_conversions);
		n_clipped += l->n_clipped[part];
	}
	out->k_clipped = share(n_clipped, l->n_conversions * w->mvm->spec.n_parts);
	synapse_array_wear(w->cells, &out->n_writes_mean, &out->n_writes_max);
	out->n_writes_max_slow = synapse_array_wear_slow(w->cells);
}

/* How many of the cells were written n << shift to ((n + 1) << shift) - 1 times, of those whose count
 * starts with the digit above. */
enum { DIGIT = 16 };
static double histogram(const struct model *m, double *bin, bool low, uint32_t high)
{
	double n_cells = 0;
	const uint32_t *writes;

	memset(bin, 0, sizeof(double) << DIGIT);
	for (int i = 0; i < m->n_weight_layers; i++) {
		const struct weights *w = &m->weights[i];
		size_t n = (size_t)w->n_rows * (size_t)w->n_cols;
		for (int k = 0; (writes = synapse_array_writes(w->cells, k)) != NULL; k++, n_cells += (double)n)
			for (size_t c = 0; c < n; c++)
				if (!low)
					bin[writes[c] >> DIGIT]++;
				else if (writes[c] >> DIGIT == high)
					bin[writes[c] & ((1u << DIGIT) - 1)]++;
	}
	return n_cells;
}

/* The bin in which the sum reaches n; n is what is left of it before that bin. */
static uint32_t reach(const double *bin, double *n)
{
	uint32_t i = 0;

	for (; i < (1u << DIGIT) - 1 && *n > bin[i]; i++)
		*n -= bin[i];
	return i;
}

/* The least count that k of all cells do not exceed. */
static double quantile_of_writes(const struct model *m, double k)
{
	struct arena *a = arena_new();
	double *bin = NEW(a, double, 1 << DIGIT), n = k * histogram(m, bin, false, 0);
	uint32_t high = reach(bin, &n);

	histogram(m, bin, true, high);

	double writes = ldexp(high, DIGIT) + reach(bin, &n);

	arena_free(a);
	return writes;
}

void tally_report(const struct tally *t, const struct model *m, struct activity *out)
{
	_Static_assert(ACTIVITY_MAX_PARTS >= SYNAPSE_MAX_PARTS, "a record has room for every part");
	out->n_layers = m->n_weight_layers;
	out->n_parts = m->n_weight_layers > 0 ? synapse_array_parts(m->weights[0].cells) : 1;
	out->n_batch = m->spec.n_batch;
	out->n_batches = t->n_batches;
	out->n_events = t->n_events;
	out->measured = true;
	out->n_writes_p999 = quantile_of_writes(m, 0.999);
	for (int i = 0; i < m->n_weight_layers; i++)
		report_layer(t, &t->layer[i], &m->weights[i], &out->layer[i]);
}
