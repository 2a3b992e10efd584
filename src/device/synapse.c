/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Synapses: single, pair and hybrid; what all kinds answer.
 *
 * Model    synapse.h; hybrid: w = (F u_msb + u_lsb)/(F + 1)
 * Source   [Luo2020] (F-weighted hybrid), [Ambrogio2018] (pair + capacitor)
 * Assumes  the parts are read at their own cell's read voltage and scaled digitally
 *          Weights beyond F/(F + 1) need the volatile part, and lose that share with it
 * Valid    0 < F <= 64
 * Checked  tests/unit/check_device.c
 */
#include "device/synapse.h"

#include <math.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "device/synapse_priv.h"

struct single {
	struct synapse synapse;
	const struct cell *cell;
};

struct pair {
	struct synapse synapse;
	const struct cell *cell;
	int n_interval;
};

struct hybrid {
	struct synapse synapse;
	const struct cell *nonvolatile, *capacitive;
	double k_significance;
	struct synapse_transfer transfer;
};

static const struct field single_fields[] = {
	SUBFILE(single, cell, &cell_file, NULL, "the cell; a shared column at mid-window is its reference"),
	FIELD_END,
};

static const struct field pair_fields[] = {
	SUBFILE(pair, cell, &cell_file, NULL, "the cell of both sides"),
	INT(pair, n_interval, 0, 1000000000, "100",
		"batches between two refreshes of saturated pairs (one-sided cells only); 0: never"),
	FIELD_END,
};

const char *const transfer_read_words[] = {
	[TRANSFER_CONVERTER] = "converter",
	[TRANSFER_EXACT] = "exact",
	NULL,
};

const char *const transfer_remainder_words[] = {
	[REMAINDER_CARRIED] = "carried",
	[REMAINDER_DROPPED] = "dropped",
	NULL,
};

static const struct field transfer_fields[] = {
	TRANSFER_FIELDS,
	BOOL(synapse_transfer, invert, "false",
		"from one transfer to the next the volatile part counts with the other sign, so that its "
		"unequal steps up and down cancel"),
	INT(synapse_transfer, n_tries, 1, TRANSFER_MAX_TRIES, "1",
		"rounds of pulses into the non-volatile part, with a read after each and pulses for what "
		"is missing; 1: blind pulses"),
	FIELD_END,
};

static const struct field hybrid_fields[] = {
	SUBFILE(hybrid, nonvolatile, &cell_file, NULL, "cell of the differential pair that keeps the weight"),
	{"volatile", FIELD_FILE, DIM_NONE, offsetof(struct hybrid, capacitive), 0, 0, NULL, &cell_file,
		"cell that takes every update", 0},
	REAL(hybrid, k_significance, DIM_NONE, 0.125, 64, "4",
		"weight of the non-volatile part relative to the volatile part (F)"),
	TRANSFER_INTERVAL(hybrid),
	MAP(hybrid, transfer, transfer_fields, "how weights are transferred"),
	FIELD_END,
};

/* A reset and a change of sign take all cells of a row. */
bool transfer_check(const struct synapse_transfer *t, struct diag *d)
{
	if (t->k_threshold <= 0 || (t->remainder == REMAINDER_CARRIED && !t->invert))
		return true;
	diag_error(d, diag_where(d, &t->k_threshold),
		"with 'k_threshold' some cells of a row stay as they are, but '%s' takes all of them",
		t->invert ? "invert: true" : "remainder: dropped");
	return false;
}

static bool single_check(const struct synapse *s, struct diag *d)
{
	const struct single *q = (const struct single *)s;

	if (!q->cell->write.one_sided)
		return true;
	diag_error(d, diag_where(d, &q->cell),
		"a cell that only potentiates gradually cannot stand alone: use 'kind: pair'");
	return false;
}

static int single_parts(const struct synapse *s, struct part *part)
{
	part[0] = (struct part){.cell = ((const struct single *)s)->cell, .k_weight = 1};
	return 1;
}

static bool pair_check(const struct synapse *s, struct diag *d)
{
	const struct pair *p = (const struct pair *)s;

	if (!p->cell->write.one_sided && p->n_interval > 0 && diag_given(d, &p->n_interval))
		diag_warn(d, diag_where(d, &p->n_interval),
			"'n_interval' has no effect: a pair whose cells move both ways is never refreshed");
	return true;
}

static int pair_parts(const struct synapse *s, struct part *part)
{
	part[0] = (struct part){.cell = ((const struct pair *)s)->cell, .pair = true, .k_weight = 1};
	return 1;
}

static const int *pair_interval(const struct synapse *s)
{
	const struct pair *p = (const struct pair *)s;

	return p->cell->write.one_sided ? &p->n_interval : NULL;
}

static bool hybrid_check(const struct synapse *s, struct diag *d)
{
	const struct hybrid *h = (const struct hybrid *)s;
	bool good = true;

	if (!h->capacitive->hold) {
		diag_error(d, diag_where(d, &h->capacitive),
			"the volatile part of a hybrid synapse needs a cell that forgets (key 'hold')");
		good = false;
	}
	if (h->nonvolatile->hold) {
		diag_error(d, diag_where(d, &h->nonvolatile),
			"the non-volatile part of a hybrid synapse needs a cell that does not forget (no key "
			"'hold')");
		good = false;
	}
	if (h->capacitive->write.one_sided) {
		diag_error(d, diag_where(d, &h->capacitive),
			"the volatile part of a hybrid synapse must move both ways (one_sided: false)");
		good = false;
	}
	return transfer_check(&h->transfer, d) && good;
}

static int hybrid_parts(const struct synapse *s, struct part *part)
{
	const struct hybrid *h = (const struct hybrid *)s;
	double f = h->k_significance;

	part[0] = (struct part){.cell = h->capacitive, .k_weight = 1 / (f + 1)};
	part[1] = (struct part){.cell = h->nonvolatile, .pair = true, .k_weight = f / (f + 1), .array = 1};
	return 2;
}

static const struct synapse_transfer *hybrid_transfer(const struct synapse *s)
{
	return &((const struct hybrid *)s)->transfer;
}

static const struct synapse_kind synapse_single = {
	.head = {"single", "one cell per weight against a reference column", "ChenPeng2018",
		sizeof(struct single), single_fields},
	.check = single_check,
	.parts = single_parts,
};

static const struct synapse_kind synapse_pair = {
	.head = {"pair", "two cells per weight, read as their difference", "Nandakumar2020",
		sizeof(struct pair), pair_fields},
	.check = pair_check,
	.parts = pair_parts,
	.interval = pair_interval,
};

static const struct synapse_kind synapse_hybrid = {
	.head = {"hybrid", "a volatile cell for updates and a non-volatile pair that keeps the weight",
		"Luo2020", sizeof(struct hybrid), hybrid_fields},
	.check = hybrid_check,
	.parts = hybrid_parts,
	.transfer = hybrid_transfer,
};

extern const struct synapse_kind synapse_sliced, synapse_2t1f, synapse_femfet, synapse_fast_slow;

const struct synapse_kind *const synapse_kinds[] = {
	&synapse_single,
	&synapse_pair,
	&synapse_hybrid,
	&synapse_sliced,
	&synapse_2t1f,
	&synapse_femfet,
	&synapse_fast_slow,
	NULL,
};

int synapse_parts(const struct synapse *s, struct part *part)
{
	return s->kind->parts(s, part);
}

const struct synapse_transfer *synapse_transfer(const struct synapse *s)
{
	return s->kind->transfer ? s->kind->transfer(s) : NULL;
}

int synapse_read_parts(const struct synapse *s)
{
	struct part part[SYNAPSE_MAX_PARTS];
	int n = synapse_parts(s, part);

	return part[n - 1].k_weight > 0 ? n : n - 1;
}

int synapse_worn_part(const struct synapse *s)
{
	struct part part[SYNAPSE_MAX_PARTS];
	int last = synapse_parts(s, part) - 1;

	return last > 0 && part[last].cell->hold ? last - 1 : last;
}

bool synapse_is_fast_slow(const struct synapse *s)
{
	return s->kind == &synapse_fast_slow;
}

const int *synapse_interval_key(const struct synapse *s)
{
	const struct synapse_transfer *t = synapse_transfer(s);

	return t ? &t->n_interval : s->kind->interval ? s->kind->interval(s) : NULL;
}

int synapse_interval(const struct synapse *s)
{
	const int *n = synapse_interval_key(s);

	return n ? *n : 0;
}

double synapse_kept(const struct synapse *s)
{
	struct part part[SYNAPSE_MAX_PARTS];
	int n = synapse_parts(s, part);

	if (!synapse_transfer(s))
		return 1;
	if (n > 1)
		return part[n - 1].k_weight;

	double n_steps = part[0].cell->remanent->n_levels - 1;

	return n_steps / (n_steps + part[0].k_span);
}

int synapse_cells(const struct synapse *s)
{
	struct part part[SYNAPSE_MAX_PARTS];
	int n = 0;

	for (int i = synapse_parts(s, part) - 1; i >= 0; i--)
		n += part_columns(&part[i]);
	return n;
}

int part_columns(const struct part *p)
{
	return p->pair || p->referenced ? 2 : 1;
}

double part_step(const struct part *p, bool up)
{
	const struct cell *c = p->cell;
	/* one side of a one-sided pair moves alone; elsewhere a state of 0..1 spans a weight of 2 */
	bool lonely = p->pair && (c->write.one_sided || p->n_bits > 0);
	double span = p->k_weight * (lonely ? 1 : 2);

	if (p->n_bits > 0)
		return span / (ldexp(1, p->n_bits) - 1);
	if (p->k_span > 0)
		span *= p->k_span / (c->remanent->n_levels - 1 + p->k_span);
	return span / (up || c->write.one_sided ? c->response->n_up : c->response->n_down);
}

double synapse_step(const struct synapse *s, bool up)
{
	struct part part[SYNAPSE_MAX_PARTS];

	synapse_parts(s, part);
	return part_step(&part[0], up);
}

bool synapse_check(const struct synapse *s, struct diag *d)
{
	return s->kind->check(s, d);
}

const char *synapse_text(struct arena *a, const struct synapse *s)
{
	struct part part[SYNAPSE_MAX_PARTS];
	int n = synapse_parts(s, part);
	const char *text = arena_printf(a, "%s: %s", s->kind->head.name, part[0].cell->name);

	for (int i = 1; i < n; i++)
		if (part[i].cell != part[i - 1].cell)
			text = arena_printf(a, "%s; %s", text, part[i].cell->name);
	return text;
}
