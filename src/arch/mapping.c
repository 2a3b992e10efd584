/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mapping: layers unrolled to matrices, cut into blocks of a subarray, laid out one after
 * the other.
 *
 * Model    row blocks ceil(C K^2 / n_rows), column blocks ceil(N / n_outputs), for every group; copies by
 *          greed: while the budget lasts, the layer that takes longest gets one more
 * Source   doc/models.md
 * Assumes  a processing element may hold subarrays of two layers; the last one may be
 *          partly empty; row blocks of a layer lie beside each other, so sums are formed
 *          as low in the tree as they can be
 * Valid    any network
 * Checked  tests/unit/check_price.c
 */
#include "arch/mapping.h"

#include <math.h>

#include "base/arena.h"

static int div_up(int a, int b)
{
	return (a + b - 1) / b;
}

static struct placed place(const struct network *net, const struct subarray *s, int i)
{
	const struct layer *l = network_weight_layer(net, i);
	struct placed p = {.layer = l, .matrix = layer_matrix(l), .n_copies = 1};

	p.n_rows_max = p.matrix.n_rows < s->n_rows ? p.matrix.n_rows : s->n_rows;
	p.n_row_blocks = div_up(p.matrix.n_rows, s->n_rows);
	p.n_col_blocks = div_up(p.matrix.n_cols, s->n_outputs);
	return p;
}

/* Vector operations of a layer: a rectifier works on sums as they pass. */
static double vector_ops(const struct layer *l)
{
	struct layer_work work[LAYER_MAX_WORK];
	int n = layer_work(l, work);
	double n_ops = 0;

	for (int i = 0; i < n; i++)
		n_ops += work[i].op == WORK_RECTIFY ? 0 : work[i].n_ops;
	return n_ops;
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
		if (l->i_weight >= 0)
			placed[l->i_weight].first = before < 0;
	}
	for (int i = 0; i < n; i++) {
		const struct layer *l = network_layer(net, i);
		placed[owner[i] > 0 ? owner[i] : 0].n_vector += vector_ops(l);
		if (owner[i] >= 0 && (leaves[i] || !is_read[i]))
			placed[owner[i]].n_out += shape_size(l->out);
	}
}

/* Subarrays of one copy: every group has its own. */
static int blocks(const struct placed *p)
{
	return p->n_row_blocks * p->n_col_blocks * p->matrix.n_groups;
}

static void balance(const struct design *z, struct mapping *m, const double *t_layer)
{
	double n_base = 0, n_now;

	for (int i = 0; i < m->n_layers; i++)
		n_base += blocks(&m->layer[i]);
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
		n_now += blocks(slowest);
		if (n_now > z->mapping.k_area_max * n_base)
			return;
		slowest->n_copies++;
	}
}

struct mapping mapping_make(struct arena *a, const struct design *z, const struct subarray *s,
	const struct network *net, const double *t_layer)
{
	struct mapping m = {.n_layers = net->n_weight_layers};
	int n_per_tile = z->mapping.n_subarrays_per_pe * z->mapping.n_pes_per_tile;

	m.layer = NEW(a, struct placed, m.n_layers);
	for (int i = 0; i < m.n_layers; i++)
		m.layer[i] = place(net, s, i);
	follow(a, net, m.layer);
	if (z->mapping.copies == COPIES_BALANCE && t_layer)
		balance(z, &m, t_layer);

	int n_used = 0;

	for (int i = 0; i < m.n_layers; i++) {
		struct placed *p = &m.layer[i];
		p->n_subarrays = blocks(p) * p->n_copies;
		p->n_tiles = div_up(p->n_subarrays, n_per_tile);
		n_used += p->n_subarrays;
	}
	m.n_pes = div_up(n_used, z->mapping.n_subarrays_per_pe);
	m.n_subarrays = m.n_pes * z->mapping.n_subarrays_per_pe;
	m.n_tiles = div_up(m.n_pes, z->mapping.n_pes_per_tile);
	return m;
}
