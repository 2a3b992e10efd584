/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Soft bounds against a reference: the state as the difference to a reference cell of its own.
 *
 * Model    steps of response_soft_bounds.c; the state shown is y - s, s = k_reference xi plus, if the
 *          reference is programmed to the symmetry point, y_s - y_0; y_s = (a high + b low)/(a + b) with
 *          a, b the rates of approach, where a step up equals a step down
 * Source   [Gong2022] (reference at the symmetry point); [Rasch2021] (its error)
 * Assumes  the reference itself does not move
 * Valid    as soft bounds
 * Checked  tests/unit/check_population.c: pairs of pulses end at weight zero
 */
#include <stddef.h>

#include "base/diag.h"
#include "device/response.h"
#include "device/soft_bounds.h"

struct soft_bounds_reference {
	struct response response;
	double y_zero; /* as struct soft_bounds */
	double k_reference;
	bool at_symmetry;
};

static const struct field fields[] = {
	SOFT_BOUNDS_FIELDS(soft_bounds_reference),
	REAL(soft_bounds_reference, k_reference, DIM_NONE, 0, 0.5, "0",
		"sigma of the reference's state, as a share of the window"),
	BOOL(soft_bounds_reference, at_symmetry, "true",
		"the reference is programmed to each cell's own symmetry point"),
	FIELD_END,
};

static void start(struct response *r, const struct response_ends *e, int attempt)
{
	struct soft_bounds_reference *s = (struct soft_bounds_reference *)r;

	(void)attempt;
	r->n_up = 2 / e->up_low;
	r->n_down = 2 / e->down_high;
	s->y_zero = 0.5;
	s->k_reference = 0;
	s->at_symmetry = false;
}

static const char *const fit_keys[] = {"n_up", "n_down", NULL};
static const struct response_fit fit = {
	.keys = fit_keys, .vanishes = true, .seen_against = true, .n_starts = 1, .start = start};

extern const struct response_kind response_soft_bounds_reference;
const struct response_kind response_soft_bounds_reference = {
	.head = {"soft_bounds_reference", "soft bounds, seen against a reference cell", "Gong2022",
		sizeof(struct soft_bounds_reference), fields},
	.own_window = true,
	.check = soft_bounds_check,
	.branch = soft_bounds_branch,
	.fit = &fit,
};

bool soft_bounds_is_relative(const struct response *r)
{
	return r->kind == &response_soft_bounds_reference;
}

double soft_bounds_shift(const struct response *r, const struct own *own, double z)
{
	const struct soft_bounds_reference *s = (const struct soft_bounds_reference *)r;
	double up, down;

	if (!soft_bounds_is_relative(r))
		return 0;
	soft_bounds_rates(r, own, &up, &down);

	/* a cell that does not move has no symmetry point */
	double y_symmetry = up + down > 0 ? (up * own->high + down * own->low) / (up + down) : s->y_zero;

	return s->k_reference * z + (s->at_symmetry ? y_symmetry - s->y_zero : 0);
}
