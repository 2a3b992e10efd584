/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pricing a network on a design.
 *
 * Model    image = forward + error + gradient + (update + transfer/interval)/batch, the time in which
 *          an image passes; images per second and epochs follow the schedule (schedule.c); energy of a
 *          phase = dynamic energy + leakage of what is powered x wall time
 * Source   doc/models.md
 * Assumes  a transfer interrupts the training
 * Valid    designs and networks that passed their checks
 * Checked  tests/unit/check_price.c
 */
#include "arch/price.h"

#include <math.h>

#include "arch/cost.h"
#include "arch/digital.h"
#include "arch/drop.h"
#include "arch/feasible.h"
#include "arch/phase_outer.h"
#include "arch/phases.h"
#include "arch/schedule.h"
#include "base/arena.h"
#include "base/diag.h"
#include "device/update.h"
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
	double n_places = (double)p->n_blocks * p->n_copies * c->subarray.n_rows * c->subarray.n_outputs;
	struct layer_cost l = mapping_describe(p);

	l.utilization = p->n_weights * p->n_copies / n_places;
	return l;
}

/* A record of defaults does not know the cells: where they only potentiate gradually, a pulse down
 * is a pulse up on the other cell of the pair; a cell of few steps sees no longer train than it has
 * steps; a film is erased and programmed once, level after level of a row. A measured record has
 * counted what was done. */
static struct layer_activity adapt(const struct chip *c, const struct activity *act, int i)
{
	struct layer_activity a = act->layer[i];
	const struct subarray *s = &c->subarray;
	const struct cell *first = s->block[0].cell, *keeper = s->block[s->n_arrays - 1].cell;

	const struct synapse_transfer *how = synapse_transfer(c->design->synapse);

	if (act->measured)
		return a;
	if (!how || how->n_tries == 1)
		a.n_transfer_verify_rows = 0;
	if (!how || how->remainder == REMAINDER_CARRIED)
		a.n_transfer_reset_rows = a.n_transfer_reset_squares = 0;
	else
		a.n_transfer_back_up = a.n_transfer_back_down = a.n_transfer_longest_back_up =
			a.n_transfer_longest_back_down = 0;
	if (update_outer(c->design->update))
		outer_default(&a, &c->mapping.layer[i], c->design->update, act->n_batch);
	if (update_transfer(c->design->update))
		return a;
	for (int p = 0; p < ACTIVITY_MAX_PARTS; p++)
		a.k_state[p] = act->layer[i].k_state[p < s->block[0].n_slices ? 0 : 1];
	if (first->write.one_sided && c->design->synapse->kind->rewrites) {
		a.n_erase = a.n_down;
		a.n_rows_erase = a.n_down > 0 ? a.n_rows : 0;
	}
	if (s->block[0].structure->one_write || first->write.one_sided) {
		a.n_up += a.n_down;
		a.n_down = a.n_longest_down = 0;
	}
	a.n_longest_up = fmin(a.n_longest_up, a.n_rows * first->response->n_up);
	a.n_longest_down = fmin(a.n_longest_down, a.n_rows * first->response->n_down);
	if (keeper->remanent) {
		a.n_transfer_up += a.n_transfer_down;
		a.n_transfer_erase = a.n_transfer_up;
		a.n_transfer_rows_erase = a.n_transfer_rows;
		a.n_transfer_longest_up = a.n_transfer_rows * keeper->remanent->n_levels;
		a.n_transfer_down = a.n_transfer_longest_down = 0;
		return a;
	}
	if (keeper->write.one_sided) {
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
				.chip = c,
				.placed = &c->mapping.layer[i],
				.activity = &a,
				.bill = {l, &layer[i], (enum phase)p},
			});
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

/* Leakage into every phase of every layer; returns the time that is powered per image. */
static struct powered add_leakage(struct cost *c, const struct chip *chip, const struct schedule *s,
	const struct ledger *l, const double *k_phase)
{
	double p_tiles = ledger_leakage(l, true), p_chip = ledger_leakage(l, false);
	struct powered all = {0, 0};

	for (int p = 0; p < PHASE_COUNT; p++)
		for (int i = 0; i < c->n_layers; i++) {
			struct phase_cost *of = &c->layer[i].phase[p];
			struct powered on = schedule_powered(
				chip, s, &chip->mapping.layer[i], (enum phase)p, of->latency);
			of->energy += p_tiles * on.t_tiles + p_chip * on.t_chip;
			all.t_tiles += k_phase[p] * on.t_tiles;
			all.t_chip += k_phase[p] * on.t_chip;
		}
	return all;
}

/* Weights held over places, copies included. */
static double utilization(const struct cost *c, const struct chip *chip)
{
	double n_places = (double)chip->mapping.n_subarrays * chip->subarray.n_rows * chip->subarray.n_outputs;
	double n_held = 0;

	for (int i = 0; i < c->n_layers; i++)
		n_held += c->layer[i].weights * c->layer[i].copies;
	return fmin(1, n_held / n_places); /* layers that take turns hold one place */
}

static struct cost *array_price(struct arena *a, const struct design *z, const struct network *net,
	const struct activity *act, double n_images, int n_batch)
{
	struct cost *cost = NEW(a, struct cost, 1);
	struct tech tech = tech_at(z->node, z->temp);
	struct subarray sub = subarray_make(z, &tech);

	if (z->error.read == ERROR_CONVERTER)
		cost->n_columns_error = sub.n_rows_parallel < sub.n_outputs ? sub.n_rows_parallel : sub.n_outputs;
	cost->crossbar = drop_crossbar(a, z, &tech, &sub);
	if (cost->crossbar)
		sub.wires = crossbar_room_new(a, cost->crossbar, NULL);
	cost->k_read_loss = drop_worst(&sub, z);

	struct mapping map = mapping_make(a, z, &sub, net, NULL);
	struct projection projection = projection_make(z, &tech, &sub, &map, act);
	struct ledger ledger;
	struct chip chip = chip_make(z, &tech, &sub, &map, &projection, &ledger);
	/* rows of a fast array are read with every batch */
	int n_interval = update_transfer(z->update) ? 1 : synapse_interval(z->synapse);
	double n_updates = ceil(n_images / n_batch) / n_images; /* per image; the last batch may be short */

	if (z->mapping.copies == COPIES_BALANCE) {
		map = mapping_make(a, z, &sub, net, layer_times(a, &chip, act, &ledger));
		projection = projection_make(z, &tech, &sub, &map, act);
		chip = chip_make(z, &tech, &sub, &map, &projection, &ledger);
	}
	cost->n_layers = map.n_layers;
	cost->layer = NEW(a, struct layer_cost, map.n_layers);
	book_layers(&chip, act, &ledger, cost->layer);

	const double k_phase[PHASE_COUNT] = {
		1, 1, 1, n_updates, n_interval > 0 ? n_updates / n_interval : 0};
	struct schedule s = schedule_make(&chip, &ledger, cost->layer, n_images, n_batch, a);
	for (int p = 0; p < PHASE_COUNT; p++)
		ledger_hasten(&ledger, (enum phase)p, s.k_beside[p]);

	struct powered on = add_leakage(cost, &chip, &s, &ledger, k_phase);
	cost_sum(cost, k_phase, s.k_beside);
	/* of the mean image, updates included */
	double t_image = s.t_image + k_phase[PHASE_UPDATE] * cost->phase[PHASE_UPDATE].latency +
			 k_phase[PHASE_TRANSFER] * cost->phase[PHASE_TRANSFER].latency;

	cost->leakage = ledger_leakage(&ledger, true) + ledger_leakage(&ledger, false);
	cost->area = ledger_area(&ledger);
	cost->t_forward = s.t_forward;
	cost->utilization = utilization(cost, &chip);
	cost_rate(cost, net, n_images, t_image);
	cost->entry = ledger_entries(a, &ledger, k_phase, on.t_tiles, on.t_chip, &cost->n_entries);
	cost->t_batch = s.t_batch + cost->phase[PHASE_UPDATE].latency;
	cost->t_transfer = cost->phase[PHASE_TRANSFER].latency;
	return cost;
}

struct cost *price(struct arena *a, const struct design *z, const struct network *net,
	const struct activity *act, double n_images, int n_batch)
{
	return z->digital ? digital_price(a, z, net, act, n_images, n_batch)
			  : array_price(a, z, net, act, n_images, n_batch);
}

/* Weights beyond the chip's subarrays must have a place to come from and a time to come. */
static bool check_limit(const struct design *z, const struct subarray *s, const struct network *net, struct diag *d)
{
	const int *limit = &z->mapping.n_subarrays_max;
	const char *why = z->training ? "training needs all weights on the chip"
			  : z->execution == PIPELINED ? "a pipeline needs all weights on the chip"
			  : !memory_of(z->memory) ? "the others need 'memory: {kind: dram}' to be loaded from"
						  : NULL;

	if (*limit == 0 || !why)
		return true;

	struct arena *a = arena_new();
	int n_needed = mapping_make(a, z, s, net, NULL).n_needed;

	arena_free(a);
	if (n_needed <= *limit)
		return true;
	diag_error(d, diag_where(d, limit), "the network needs %d subarrays, the chip has %d: %s", n_needed, *limit,
		why);
	return false;
}

bool price_check(const struct design *z, const struct network *net, struct diag *d)
{
	const double n_max = 1e7; /* subarrays: far from the range of int */

	if (z->digital)
		return true;

	struct tech tech = tech_at(z->node, z->temp);
	struct subarray s = subarray_make(z, &tech);
	double n = 0;

	feasible_warn(z, &tech, &s, d);
	if (!drop_check(z, &tech, &s, d))
		return false;
	for (int i = 0; i < net->n_weight_layers; i++) {
		struct matrix m = layer_matrix(network_weight_layer(net, i));
		n += ((double)m.n_rows / s.n_rows + 1) * ((double)m.n_cols / s.n_outputs + 1) * m.n_groups;
	}
	if (n * z->mapping.k_area_max <= n_max)
		return check_limit(z, &s, net, d);
	diag_error(d, diag_where(d, &z->array.n_rows),
		"the network needs %g subarrays of %d x %d weights, more than %g: enlarge 'n_rows' "
		"or "
		"'n_cols'",
		n, s.n_rows, s.n_outputs, n_max);
	return false;
}

struct numerics design_numerics(const struct design *z, const struct cost *c)
{
	bool exact = design_reads_digits(z);

	return (struct numerics){
		.n_rows = exact ? z->array.n_rows : design_rows_parallel(z),
		.n_rows_position = z->mapping.kind == MAPPING_POSITION && !(c->crossbar && !exact) ? z->array.n_rows : 0,
		.n_bits_input = z->input.n_bits,
		.k_noise_input = exact ? 0 : z->input.k_noise,
		.k_noise_read = exact ? 0 : z->converter->k_noise,
		.whole_inputs = z->input.encoding == ENCODING_WIDTH,
		.n_bits_error = z->error.n_bits,
		.n_columns_error = c->n_columns_error,
		.n_bits_converter = exact ? 16 : z->converter->n_bits,
		.exact = exact,
		.k_full_scale = z->converter->k_full_scale,
		.one_range = z->converter->range == RANGE_CHIP,
		.i_full_scale = z->converter->i_full_scale,
		.times = {c->t_batch, c->t_transfer},
		.crossbar = exact ? NULL : c->crossbar,
		.temp = z->temp,
	};
}
