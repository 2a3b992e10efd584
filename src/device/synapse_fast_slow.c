/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Synapse of two arrays: a fast one that takes every update and a slow one that takes what is read of it
 * now and then (the Tiki-Taka family).
 *
 * Model    w = (u_slow + gamma u_fast)/(1 + gamma), each part 2 (y - y_zero); gamma 0: the fast array takes no
 *          part in products. y_zero: mid-window, or where a pulse up and a pulse down of the cell undo each
 *          other, kept by a reference cell beside it that was programmed to it with an error
 * Source   [GokmenHaensch2020]; symmetry point and reference [KimRasch2019]
 * Assumes  the reference cell does not move
 * Valid    cells that move both ways
 * Checked  tests/unit/check_transfer.c
 */
#include <stddef.h>

#include "base/diag.h"
#include "device/synapse.h"

enum reference { REFERENCE_WINDOW, REFERENCE_SYMMETRY };

struct fast_slow {
	struct synapse synapse;
	const struct cell *fast, *slow;
	double k_gamma;
	int reference; /* enum reference */
	double k_reference;
};

static const char *const reference_words[] = {"window", "symmetry", NULL};

static const struct field fields[] = {
	SUBFILE(fast_slow, fast, &cell_file, NULL, "cell of the array that takes every update"),
	SUBFILE(fast_slow, slow, &cell_file, NULL, "cell of the array that takes the transfers and keeps the weight"),
	REAL(fast_slow, k_gamma, DIM_NONE, 0, 1, "0",
		"weight of the fast array relative to the slow one in products; 0: it is only read for transfers"),
	WORD(fast_slow, reference, reference_words, "symmetry",
		"zero of a fast cell: mid-window (a shared column), or its symmetry point (a reference cell beside it)"),
	REAL(fast_slow, k_reference, DIM_NONE, 0, 0.5, "0.01",
		"sigma of the reference cells' states, as a share of the window"),
	FIELD_END,
};

static bool check_part(const struct cell *const *c, const char *what, struct diag *d)
{
	if (!(*c)->write.one_sided && !cell_structure(*c)->one_write)
		return true;
	diag_error(d, diag_where(d, c), "the %s array needs a cell whose pulses move it both ways, gradually", what);
	return false;
}

static bool check(const struct synapse *s, struct diag *d)
{
	const struct fast_slow *f = (const struct fast_slow *)s;
	bool good = check_part(&f->fast, "fast", d);

	good &= check_part(&f->slow, "slow", d);
	if (!f->slow->hold)
		return good;
	diag_error(d, diag_where(d, &f->slow),
		"the slow array keeps the weight: it needs a cell that does not forget (no key 'hold')");
	return false;
}

static int parts(const struct synapse *s, struct part *part)
{
	const struct fast_slow *f = (const struct fast_slow *)s;
	bool referenced = f->reference == REFERENCE_SYMMETRY;

	part[0] = (struct part){.cell = f->slow, .k_weight = 1 / (1 + f->k_gamma)};
	part[1] = (struct part){.cell = f->fast,
		.k_weight = f->k_gamma / (1 + f->k_gamma),
		.array = 1,
		.fast = true,
		.referenced = referenced,
		.k_reference = referenced ? f->k_reference : 0};
	return 2;
}

extern const struct synapse_kind synapse_fast_slow;
const struct synapse_kind synapse_fast_slow = {
	.head = {"fast_slow", "a fast array for updates, read from time to time into a slow one that keeps the weight",
		"GokmenHaensch2020", sizeof(struct fast_slow), fields},
	.check = check,
	.parts = parts,
};
