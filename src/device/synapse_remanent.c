/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Synapses of one cell that holds two numbers: a charge that takes every update, and a polarisation
 * of n levels that takes the whole steps of the charge at intervals (2T1F, FeMFET).
 *
 * Model    one channel conductance against a reference column: y = (m + s y_charge)/(n - 1 + s), m
 *          the level, s the span of the charge in steps of a level; w = 2 y - 1
 * Source   [Luo2020], [Sun2018] (2T1F), [Kazemi2020] (FeMFET)
 * Assumes  charge and polarisation add up in the channel
 * Valid    1 <= s <= 16
 * Checked  tests/unit/check_compositions.c
 */
#include <stddef.h>
#include <string.h>

#include "base/diag.h"
#include "device/synapse_priv.h"

struct remanent {
	struct synapse synapse;
	const struct cell *cell;
	double k_span;
	struct synapse_transfer transfer;
};

static const struct field transfer_fields[] = {
	TRANSFER_FIELDS,
	FIELD_END,
};

static const struct field fields[] = {
	SUBFILE(remanent, cell, &cell_file, NULL, "the cell; a shared column at mid-window is its reference"),
	REAL(remanent, k_span, DIM_NONE, 1, 16, "2",
		"span of the charge, in steps from one level of polarisation to the next"),
	TRANSFER_INTERVAL(remanent),
	MAP(remanent, transfer, transfer_fields, "how weights are transferred"),
	FIELD_END,
};

static bool check(const struct synapse *s, struct diag *d)
{
	const struct remanent *r = (const struct remanent *)s;
	const char *want = s->kind->head.name, *found = cell_structure(r->cell)->name;

	if (strcmp(want, found) == 0)
		return transfer_check(&r->transfer, d);
	diag_error(d, diag_where(d, &r->cell), "'kind: %s' needs a cell of 'structure: %s', this is '%s'",
		want, want, found);
	return false;
}

static int parts(const struct synapse *s, struct part *part)
{
	const struct remanent *r = (const struct remanent *)s;

	part[0] = (struct part){.cell = r->cell, .k_weight = 1, .k_span = r->k_span};
	return 1;
}

static const struct synapse_transfer *transfer(const struct synapse *s)
{
	return &((const struct remanent *)s)->transfer;
}

#define REMANENT(name, summary, source)                                                                                \
	{                                                                                                              \
		.head = {name, summary, source, sizeof(struct remanent), fields}, .check = check, .parts = parts,      \
		.transfer = transfer,                                                                                  \
	}

extern const struct synapse_kind synapse_2t1f, synapse_femfet;
const struct synapse_kind synapse_2t1f =
	REMANENT("2t1f", "charge on the gate of a ferroelectric FET, carried into its polarisation", "Sun2018");
const struct synapse_kind synapse_femfet =
	REMANENT("femfet", "charge behind a ferroelectric capacitor, carried into its polarisation", "Kazemi2020");
