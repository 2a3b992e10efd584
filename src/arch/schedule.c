/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Schedule.
 *
 * Model    layer_by_layer: an image passes all layers before the next one enters
 *          pipelined, inference: layers work on consecutive images; one leaves per period, the longest
 *          time that any subarray (its layers' forward times) or any block outside the tiles (its
 *          work for all layers) is busy per image
 *          pipelined, training: within a batch a subarray does the forward and the error of its layers for
 *          every image, the gradient unit one image's products of all layers: the period is the
 *          longest of these; a batch takes (n - 1) periods and one passage; updates wait for its end
 *          random feedback: layers from one that takes it back to the next one are a chain; chains
 *          have their errors at once, and each of the error, gradient and update phases takes as long
 *          as the longest chain or the busiest block outside the tiles
 *          power gating: the tiles of a layer are powered while it reads or writes, sleeping tiles keep
 *          k_residual of their leakage; blocks outside the tiles are always powered
 * Source   [Song2017] (pipelined training); [Lu2020] (layers learn side by side); [Mutoh1995] (power gating)
 * Assumes  all batches have n_batch images but the last; shared blocks serve their layers in
 *          turns without loss; a wake is not hidden; power switches take no area and no voltage; tiles sleep in proportion to their subarrays
 * Valid    designs and networks that passed their checks
 * Checked  tests/unit/check_chip.c
 */
#include "arch/schedule.h"

#include <math.h>

#include "base/arena.h"

/* The busiest subarray, per image; t[i]: time of layer i. */
static double busiest_subarray(struct arena *a, const struct mapping *m, const double *t)
{
	double *bin = NEW(a, double, m->sharing.n_bins + 1), longest = 0;

	for (int i = 0; i < m->n_layers; i++)
		longest = fmax(longest, t[i]);
	for (int i = 0; i < m->sharing.n; i++) {
		const struct share *s = &m->sharing.share[i];
		bin[s->i_bin] += t[s->i_layer];
		longest = fmax(longest, bin[s->i_bin]);
	}
	return longest;
}

/* Time between two images when the phases up to last are done for each. */
static double period(struct arena *a, const struct chip *c, const struct ledger *l,
	const struct layer_cost *layer, enum phase last)
{
	double *t = NEW(a, double, c->mapping.n_layers), longest;

	for (int i = 0; i < c->mapping.n_layers; i++)
		t[i] = layer[i].phase[PHASE_FORWARD].latency +
		       (last > PHASE_FORWARD ? layer[i].phase[PHASE_ERROR].latency : 0);
	longest = busiest_subarray(a, &c->mapping, t);
	for (int i = LEAF_CHIP_TREE; i < LEAF_COUNT; i++) {
		double t_busy = 0;
		for (int p = 0; p <= (int)last; p++)
			t_busy += l->busy[p][i];
		longest = fmax(longest, t_busy);
	}
	return longest;
}

static double k_beside(const struct chip *c, const struct ledger *l, const struct layer_cost *layer, enum phase p)
{
	double t_chain = 0, t_longest = 0, t_all = 0;
	int n_chains = 0;

	for (int i = 0; i < c->mapping.n_layers; i++) {
		t_all += layer[i].phase[p].latency;
		t_chain += layer[i].phase[p].latency;
		t_longest = fmax(t_longest, t_chain);
		if (c->mapping.layer[i].n_feedback <= 0)
			continue;
		t_chain = 0;
		n_chains++;
	}
	if (n_chains == 0 || p < PHASE_ERROR || p > PHASE_UPDATE || t_all <= 0)
		return 1;
	for (int i = LEAF_CHIP_TREE; i < LEAF_COUNT; i++)
		t_longest = fmax(t_longest, l->busy[p][i]);
	return fmin(t_longest / t_all, 1);
}

struct schedule schedule_make(const struct chip *c, const struct ledger *l,
	const struct layer_cost *layer, double n_images, int n_batch, struct arena *a)
{
	const struct design *z = c->design;
	double t_pass[PHASE_GRADIENT + 1] = {0}, t_all = 0;
	double n_batches = ceil(n_images / n_batch);
	struct schedule s = {0};

	for (int p = 0; p < PHASE_COUNT; p++)
		s.k_wall[p] = s.k_beside[p] = k_beside(c, l, layer, (enum phase)p);
	for (int p = 0; p <= PHASE_GRADIENT; p++) {
		for (int i = 0; i < c->mapping.n_layers; i++)
			t_pass[p] += layer[i].phase[p].latency;
		t_all += s.k_beside[p] * t_pass[p];
	}
	s.t_forward = t_pass[PHASE_FORWARD];
	s.t_image = t_all;
	s.t_batch = n_batch * t_all;
	if (z->execution != PIPELINED)
		return s;
	s.t_forward = period(a, c, l, layer, PHASE_FORWARD);
	if (!z->training) {
		/* images never end: filling the pipeline does not count */
		s.t_image = s.t_forward;
		s.t_batch = (n_batch - 1) * s.t_forward + t_all;
	} else {
		double t_period = period(a, c, l, layer, PHASE_GRADIENT);
		s.t_batch = (n_batch - 1) * t_period + t_all;
		s.t_image = t_period + n_batches / n_images * (t_all - t_period);
	}
	for (int p = 0; p <= PHASE_GRADIENT; p++)
		s.k_wall[p] *= s.t_image / t_all;
	return s;
}

struct powered schedule_powered(const struct chip *c, const struct schedule *s,
	const struct placed *p, enum phase phase, double latency)
{
	const struct design_gating *g = c->design->power_gating;
	double t_wall = s->k_wall[phase] * latency;
	double k_tiles = phase == PHASE_GRADIENT ? 0 : (double)p->n_subarrays / c->mapping.n_subarrays;

	if (!g)
		return (struct powered){t_wall, t_wall};
	return (struct powered){
		g->k_residual * t_wall + (1 - g->k_residual) * fmin(k_tiles, 1) * latency, t_wall};
}
