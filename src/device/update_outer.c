/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parallel update by stochastic pulses: the rows of an array fire trains for the activations, its
 * columns trains for the errors, and a cell moves where both fire.
 *
 * Model    device/trains.h; errors of one sign move cells up, those of the other down, in a phase each
 * Source   [GokmenVlasov2016]
 * Assumes  a row or a column alone moves nothing; images one after the other
 * Valid    trains of up to 32 slots
 * Checked  tests/unit/check_outer.c
 */
#include "base/diag.h"
#include "device/synapse.h"
#include "device/update.h"

static const struct field fields[] = {
	UPDATE_TRAIN_FIELDS,
	FIELD_END,
};

bool update_outer_check(const struct update *u, const struct synapse *s, struct diag *d)
{
	struct part part[SYNAPSE_MAX_PARTS];

	synapse_parts(s, part);
	if (part[0].n_bits == 0 && !cell_structure(part[0].cell)->one_write)
		return true;
	diag_error(d, diag_where(d, u),
		"'kind: %s' moves cells by coincidences of pulses, but those of '%s' are read and written: use "
		"'kind: single', 'pair' or another of gradual cells, or 'update: {kind: pulses}'",
		u->kind->head.name, s->kind->head.name);
	return false;
}

const struct update_kind update_stochastic = {
	.head = {"outer", "coincidences of pulse trains on rows and columns, image by image",
		"GokmenVlasov2016", sizeof(struct update_outer), fields},
	.outer = true,
	.whole_pulses = true,
	.check = update_outer_check,
};
