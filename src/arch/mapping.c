/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mapping: layers as matrices, cut into blocks of a subarray, laid out one after the other.
 *
 * Model    unrolled: row blocks ceil(C K^2/n_rows), column blocks ceil(N/n_outputs)
 *          kernel_position: the C rows of a kernel position keep together: as many positions as fit
 *          share a row block, or a position takes ceil(C/n_rows) of them. An input is read from the tile's
 *          buffer once per kernel row and handed on through the positions of that row by
 *          registers; unrolled, it is read for every window it lies in. Padding is not read
 *          groups: as many groups as fit lie on the diagonal of a subarray and are read at once
 *          limited: layers beyond n_subarrays_max take turns in a region (reload.c)
 *          copies: by greed: while the budget lasts, the layer that takes longest gets one more
 * Source   [Peng2019] (kernel positions); doc/models.md
 * Assumes  a processing element may hold subarrays of two layers; the last one may be
 *          partly empty; row blocks of a layer lie beside each other, so sums are formed
 *          as low in the tree as they can be; kernel positions pay off where the kernel is larger than
 *          its step and inputs are shared by the groups: other layers are unrolled
 * Valid    any network
 * Checked  tests/unit/check_chip.c: reads of inputs counted window by window
 */
#include "arch/mapping.h"

#include <math.h>

#include "base/arena.h"
#include "base/whole.h"
#include "net/row_blocks.h"

/* Kernel, step and padding along one direction. */
struct taps {
	double n_valid;    /* pairs of an output and a tap that meet an input, not padding */
	double n_distinct; /* inputs that are met */
};

static struct taps taps_of(int n_in, int n_out, int kernel, int stride, int pad)
{
	struct taps t = {0};
	int last = (n_out - 1) * stride + kernel - 1 - pad;

	for (int k = 0; k < kernel; k++) {
		/* outputs o with 0 <= o stride + k - pad < n_in */
		int first = pad > k ? div_up(pad - k, stride) : 0;
		int end = n_in + pad - k > 0 ? div_up(n_in + pad - k, stride) : 0;
		if (end > n_out)
			end = n_out;
		if (end > first)
			t.n_valid += end - first;
	}
	t.n_distinct = stride >= kernel ? t.n_valid : (last < n_in ? last + 1 : n_in);
	return t;
}

static void count_loads(struct placed *p)
{
	const struct layer *l = p->layer;
	const struct layer_conv *c = (const struct layer_conv *)l;

	p->n_loads = (double)p->matrix.n_vectors * p->n_rows;
	if (l->kind != &layer_conv)
		return;

	struct taps y = taps_of(l->in.h, l->out.h, c->kernel, c->stride, c->pad);
	struct taps x = taps_of(l->in.w, l->out.w, conv_kernel_width(c), c->stride, conv_pad_width(c));
	double n_all = l->in.c * y.n_valid * x.n_valid;

	p->n_loads = p->by_position ? l->in.c * y.n_valid * x.n_distinct : n_all;
	p->n_shifts = n_all - p->n_loads;
}

static void cut(struct placed *p, const struct subarray *s)
{
	int n_rows = p->matrix.n_rows, n_cols = p->matrix.n_cols, n_fit = 1;

	struct row_blocks rows = row_blocks(n_rows, p->by_position ? p->layer->in.c : 1, s->n_rows);

	p->n_row_blocks = rows.n;
	p->n_rows_max = rows.n_most;
	p->n_col_blocks = div_up(n_cols, s->n_outputs);
	p->n_outs_max = n_cols < s->n_outputs ? n_cols : s->n_outputs;
	if (p->matrix.n_groups > 1 && n_rows <= s->n_rows && n_cols <= s->n_outputs) {
		int n_by_rows = s->n_rows / n_rows, n_by_cols = s->n_outputs / n_cols;
		n_fit = n_by_rows < n_by_cols ? n_by_rows : n_by_cols;
		n_fit = n_fit < p->matrix.n_groups ? n_fit : p->matrix.n_groups;
		p->n_rows_max = n_fit * n_rows;
		p->n_outs_max = n_fit * n_cols;
	}

	int n_group_blocks = div_up(p->matrix.n_groups, n_fit);

	p->n_blocks = n_group_blocks * p->n_row_blocks * p->n_col_blocks;
	p->n_rows_mean = p->n_rows / (n_group_blocks * p->n_row_blocks);
	p->n_outs_mean = p->n_cols / (n_group_blocks * p->n_col_blocks);
	p->n_outs_row = (double)n_cols / p->n_col_blocks;
	p->n_outs_row_max = n_cols < s->n_outputs ? n_cols : s->n_outputs;
	p->n_cols_row = n_fit * n_cols;
}

/* A layer without weights belongs to the latest layer with weights before it in the graph, those
 * before all of them to the first. What a layer of another owner, a layer with weights or nobody
 * reads leaves its owner. */
static void follow(struct arena *a, const struct network *net, struct placed *placed)
{
	int n = net->layers.n;
	int *owner = NEW(a, int, n); /* -1: none before it */
	bool *leaves = NEW(a, bool, n), *is_read = NEW(a, bool, n);

	for (int i = 0; i < n; i++) {
		const struct layer *l = network_layer(net, i);
		int before = -1;
		for (int k = 0; k < l->n_from; k++) {
			int from = l->from[k]->index;
			if (from >= 0 && owner[from] > before)
				before = owner[from];
		}
		owner[i] = l->i_weight >= 0 ? l->i_weight : before;
		for (int k = 0; k < l->n_from; k++) {
			int from = l->from[k]->index;
			if (from < 0)
				continue;
			is_read[from] = true;
			leaves[from] |= l->i_weight >= 0 || owner[from] != owner[i];
		}
		if (l->i_weight >= 0) {
			placed[l->i_weight].first = before < 0;
			placed[l->i_weight].answers = before >= 0;
		}
	}
	for (int i = 0; i < n; i++) {
		const struct layer *l = network_layer(net, i);
		work_add(&placed[owner[i] > 0 ? owner[i] : 0].work, l);
		if (owner[i] >= 0 && (leaves[i] || !is_read[i]))
			placed[owner[i]].n_out += shape_size(l->out);
	}
}

struct layer_cost mapping_describe(const struct placed *p)
{
	return (struct layer_cost){
		.name = p->layer->name,
		.kind = p->layer->kind->head.name,
		.macs = layer_macs(p->layer),
		.weights = p->n_weights,
		.rows = p->matrix.n_rows,
		.columns = p->matrix.n_cols,
		.vectors = p->matrix.n_vectors,
		.groups = p->matrix.n_groups,
		.subarrays = p->n_subarrays,
		.tiles = p->n_tiles,
		.copies = p->n_copies,
	};
}

struct placed *mapping_layers(struct arena *a, const struct network *net)
{
	struct placed *placed = NEW(a, struct placed, net->n_weight_layers);

	for (int i = 0; i < net->n_weight_layers; i++) {
		struct placed *p = &placed[i];
		p->layer = network_weight_layer(net, i);
		p->matrix = layer_matrix(p->layer);
		p->n_copies = 1;
		p->n_rows = (double)p->matrix.n_groups * p->matrix.n_rows;
		p->n_cols = (double)p->matrix.n_groups * p->matrix.n_cols;
		p->n_weights = p->n_rows * p->matrix.n_cols;
	}
	follow(a, net, placed);
	return placed;
}

static void balance(const struct design *z, struct mapping *m, const double *t_layer)
{
	double n_base = 0, n_now;

	for (int i = 0; i < m->n_layers; i++)
		n_base += m->layer[i].n_blocks;
	n_now = n_base;
	for (;;) {
		struct placed *slowest = NULL;
		double t_slowest = 0;
		for (int i = 0; i < m->n_layers; i++) {
			double t = t_layer[i] / m->layer[i].n_copies;
			if (t > t_slowest) {
				t_slowest = t;
				slowest = &m->layer[i];
			}
		}
		if (!slowest || slowest->n_copies >= slowest->matrix.n_vectors ||
			slowest->n_copies >= z->mapping.n_copies_max)
			return;
		n_now += slowest->n_blocks;
		if (n_now > z->mapping.k_area_max * n_base ||
			(z->mapping.n_subarrays_max > 0 && n_now > z->mapping.n_subarrays_max))
			return;
		slowest->n_copies++;
	}
}

/* More is needed than there is: layers stay in order as long as a region is left that is as large as the
 * largest of the others, or half of the chip; the others take turns in it. */
static void stream(struct mapping *m, int n_max)
{
	int n_largest = 0, n_held = 0, n_region;

	for (int i = 0; i < m->n_layers; i++)
		if (m->layer[i].n_blocks > n_largest)
			n_largest = m->layer[i].n_blocks;
	n_region = n_largest < (n_max + 1) / 2 ? n_largest : (n_max + 1) / 2;
	for (int i = 0; i < m->n_layers; i++) {
		struct placed *p = &m->layer[i];
		p->n_copies = 1;
		if (n_held + p->n_blocks <= n_max - n_region)
			n_held += p->n_blocks;
		else
			p->n_rounds = div_up(p->n_blocks, n_region);
		if (p->n_rounds > 0 && p->n_blocks > n_region)
			p->n_subarrays = n_region;
		else
			p->n_subarrays = p->n_blocks;
	}
	m->sharing = (struct sharing){0};
	m->n_used = n_max;
}

struct mapping mapping_make(struct arena *a, const struct design *z, const struct subarray *s,
	const struct network *net, const double *t_layer)
{
	struct mapping m = {.n_layers = net->n_weight_layers, .n_classes = net->classes};
	int n_per_tile = z->mapping.n_subarrays_per_pe * z->mapping.n_pes_per_tile;

	m.layer = mapping_layers(a, net);
	for (int i = 0; i < m.n_layers; i++) {
		struct placed *p = &m.layer[i];
		p->by_position = z->mapping.kind == MAPPING_POSITION && layer_hands_on(p->layer);
		cut(p, s);
		count_loads(p);
	}
	if (z->mapping.copies == COPIES_BALANCE && t_layer)
		balance(z, &m, t_layer);
	for (int i = 0; i < m.n_layers; i++) {
		struct placed *p = &m.layer[i];
		p->n_subarrays = p->n_blocks * p->n_copies;
		m.n_used += (z->mapping.pack ? pack_full(s, p) : p->n_blocks) * p->n_copies;
	}
	if (z->mapping.pack) {
		m.sharing = pack_blocks(a, s, m.layer, m.n_layers);
		m.n_used += m.sharing.n_bins;
	}
	m.n_needed = m.n_used;
	if (z->mapping.n_subarrays_max > 0 && m.n_needed > z->mapping.n_subarrays_max)
		stream(&m, z->mapping.n_subarrays_max);
	for (int i = 0; i < m.n_layers; i++)
		m.layer[i].n_tiles = div_up(m.layer[i].n_subarrays, n_per_tile);
	mapping_add_feedback(&m, z, 0);
	return m;
}

void mapping_add_feedback(struct mapping *m, const struct design *z, int n)
{
	m->n_feedback = n;
	m->n_pes = div_up(m->n_used + n, z->mapping.n_subarrays_per_pe);
	m->n_subarrays = m->n_pes * z->mapping.n_subarrays_per_pe - n;
	m->n_tiles = div_up(m->n_pes, z->mapping.n_pes_per_tile);
}
