/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pricing a network on a design.
 *
 * Model    image = forward + error + gradient + (update + transfer/interval)/batch, layer
 *          after layer; energy of a phase = dynamic energy + leakage of the whole chip x
 *          its time
 * Source   doc/models.md
 * Assumes  nothing is power-gated; a transfer interrupts the training
 * Valid    designs and networks that passed their checks
 * Checked  tests/unit/check_price.c
 */
#include "arch/price.h"

#include <math.h>

#include "arch/phases.h"
#include "base/arena.h"
#include "base/diag.h"
#include "net/activity.h"
#include "net/numerics.h"

const char *const phase_names[PHASE_COUNT] = {
	[PHASE_FORWARD] = "forward",
	[PHASE_ERROR] = "error",
	[PHASE_GRADIENT] = "gradient",
	[PHASE_UPDATE] = "update",
	[PHASE_TRANSFER] = "transfer",
};

static void (*const phase_book[PHASE_COUNT])(struct run) = {
	[PHASE_FORWARD] = phase_forward,
	[PHASE_ERROR] = phase_error,
	[PHASE_GRADIENT] = phase_gradient,
	[PHASE_UPDATE] = phase_update,
	[PHASE_TRANSFER] = phase_transfer,
};

static struct layer_cost describe(const struct chip *c, const struct placed *p)
{
	double n_weights = matrix_weights(p->matrix);
	double n_places = (double)p->n_subarrays * c->subarray.n_rows * c->subarray.n_outputs;

	return (struct layer_cost){
		.name = p->layer->name,
		.kind = p->layer->kind->head.name,
		.macs = layer_macs(p->layer),
		.weights = n_weights,
		.rows = p->matrix.n_rows,
		.columns = p->matrix.n_cols,
		.vectors = p->matrix.n_vectors,
		.groups = p->matrix.n_groups,
		.subarrays = p->n_subarrays,
		.tiles = p->n_tiles,
		.copies = p->n_copies,
		.utilization = n_weights * p->n_copies / n_places,
	};
}

/* A record of defaults does not know the cells: where they only potentiate gradually, a pulse down
 * is a pulse up on the other cell of the pair. A measured record has counted what was done. */
static struct layer_activity adapt(const struct chip *c, const struct activity *act, int i)
{
	struct layer_activity a = act->layer[i];
	const struct subarray *s = &c->subarray;

	if (act->measured)
		return a;
	if (s->block[0].cell->write.one_sided) {
		a.n_up += a.n_down;
		a.n_down = a.n_longest_down = 0;
	}
	if (s->block[s->n_arrays - 1].cell->write.one_sided) {
		a.n_transfer_up += a.n_transfer_down;
		a.n_transfer_down = a.n_transfer_longest_down = 0;
	}
	if (s->n_arrays == 1)
		a.n_transfer_back_up = a.n_transfer_back_down = a.n_transfer_longest_back_up =
			a.n_transfer_longest_back_down = 0;
	return a;
}

static void book_layers(const struct chip *c, const struct activity *act, struct ledger *l,
	struct layer_cost *layer)
{
	for (int i = 0; i < c->mapping.n_layers; i++) {
		struct layer_activity a = adapt(c, act, i);
		layer[i] = describe(c, &c->mapping.layer[i]);
		for (int p = 0; p < (c->design->training ? PHASE_COUNT : PHASE_ERROR); p++)
			phase_book[p]((struct run){
				c, &c->mapping.layer[i], &a, {l, &layer[i], (enum phase)p}});
	}
}

/* Forward and error time of every layer without copies. */
static const double *layer_times(
	struct arena *a, const struct chip *c, const struct activity *act, struct ledger *l)
{
	struct layer_cost *layer = NEW(a, struct layer_cost, c->mapping.n_layers);
	double *t = NEW(a, double, c->mapping.n_layers);

	book_layers(c, act, l, layer);
	for (int i = 0; i < c->mapping.n_layers; i++)
		t[i] = layer[i].phase[PHASE_FORWARD].latency + layer[i].phase[PHASE_ERROR].latency;
	return t;
}

static void sum_phases(struct cost *c, const double *k_phase)
{
	for (int p = 0; p < PHASE_COUNT; p++) {
		for (int i = 0; i < c->n_layers; i++) {
			struct phase_cost *of = &c->layer[i].phase[p];
			of->energy += c->leakage * of->latency;
			c->phase[p].latency += of->latency;
			c->phase[p].energy += of->energy;
		}
		c->image.latency += k_phase[p] * c->phase[p].latency;
		c->image.energy += k_phase[p] * c->phase[p].energy;
	}
}

struct cost *price(struct arena *a, const struct design *z, const struct network *net,
	const struct activity *act, double n_images, int n_batch)
{
	struct cost *cost = NEW(a, struct cost, 1);
	struct tech tech = tech_at(z->node, z->temp);
	struct subarray sub = subarray_make(z, &tech);
	struct mapping map = mapping_make(a, z, &sub, net, NULL);
	struct ledger ledger;
	struct chip chip = chip_make(z, &tech, &sub, &map, &ledger);
	int n_interval = synapse_interval(z->synapse);
	double n_updates = ceil(n_images / n_batch) / n_images; /* per image; the last batch may be short */

	if (z->mapping.copies == COPIES_BALANCE) {
		map = mapping_make(a, z, &sub, net, layer_times(a, &chip, act, &ledger));
		chip = chip_make(z, &tech, &sub, &map, &ledger);
	}
	cost->n_layers = map.n_layers;
	cost->layer = NEW(a, struct layer_cost, map.n_layers);
	book_layers(&chip, act, &ledger, cost->layer);
	cost->leakage = ledger_leakage(&ledger);
	cost->area = ledger_area(&ledger);

	const double k_phase[PHASE_COUNT] = {
		1, 1, 1, n_updates, n_interval > 0 ? n_updates / n_interval : 0};

	sum_phases(cost, k_phase);
	cost->epoch =
		(struct phase_cost){n_images * cost->image.latency, n_images * cost->image.energy};
	cost->entry = ledger_entries(a, &ledger, k_phase, cost->image.latency, &cost->n_entries);

	const struct phase_cost *forward = &cost->phase[PHASE_FORWARD];

	cost->macs_per_image = network_macs(net);
	cost->tops = 2e-12 * cost->macs_per_image / forward->latency;
	cost->tops_per_w = 2e-12 * cost->macs_per_image / forward->energy;
	cost->tops_per_mm2 = cost->tops / (cost->area * 1e6);
	cost->images_per_s = 1 / cost->image.latency;
	cost->joule_per_image = cost->image.energy;
	cost->t_batch =
		n_batch * (cost->phase[PHASE_FORWARD].latency + cost->phase[PHASE_ERROR].latency +
				  cost->phase[PHASE_GRADIENT].latency) +
		cost->phase[PHASE_UPDATE].latency;
	cost->t_transfer = cost->phase[PHASE_TRANSFER].latency;
	return cost;
}

/* An access transistor lies in its cell with a space of F beside it. */
static void warn_access(const struct subarray *s, const struct tech *t, struct diag *d)
{
	for (int i = 0; i < s->n_arrays; i++) {
		const struct block *b = &s->block[i];
		const struct cell_geometry *g = &b->cell->geometry;
		double k_width = b->load.w_access / t->l_feature;
		if (k_width > fmax(g->k_width_in_f, g->k_height_in_f) - 1)
			diag_warn(d, diag_where(d, &g->k_width_in_f),
				"the cell needs an access transistor of %.1f F, which does not fit "
				"its %g F x %g F",
				k_width, g->k_width_in_f, g->k_height_in_f);
	}
}

bool price_check(const struct design *z, const struct network *net, struct diag *d)
{
	const double n_max = 1e7; /* subarrays: far from the range of int */
	struct tech tech = tech_at(z->node, z->temp);
	struct subarray s = subarray_make(z, &tech);
	double n = 0;

	warn_access(&s, &tech, d);
	for (int i = 0; i < net->n_weight_layers; i++) {
		struct matrix m = layer_matrix(network_weight_layer(net, i));
		n += ((double)m.n_rows / s.n_rows + 1) * ((double)m.n_cols / s.n_outputs + 1) * m.n_groups;
	}
	if (n * z->mapping.k_area_max <= n_max)
		return true;
	diag_error(d, diag_where(d, &z->array.n_rows),
		"the network needs %g subarrays of %d x %d weights, more than %g: enlarge 'n_rows' "
		"or "
		"'n_cols'",
		n, s.n_rows, s.n_outputs, n_max);
	return false;
}

struct numerics design_numerics(const struct design *z, const struct cost *c)
{
	return (struct numerics){
		.n_rows = design_rows_parallel(z),
		.n_bits_input = z->input.n_bits,
		.n_bits_error = z->error.n_bits,
		.n_bits_converter = z->converter->n_bits,
		.k_full_scale = z->converter->k_full_scale,
		.t_batch = c->t_batch,
		.t_transfer = c->t_transfer,
	};
}
