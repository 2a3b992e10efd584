/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ideal response: every pulse moves the state by the same amount.
 *
 * Model    y <- y + k/P
 * Source   [ChenPeng2018], the limit of label 0
 * Assumes  no device-to-device spread: spread of a label has no meaning here
 * Valid    everywhere
 * Checked  tests/unit/check_device.c
 */
#include <stddef.h>

#include "base/diag.h"
#include "device/response.h"

static const struct field fields[] = {
	REAL(response, n_up, DIM_NONE, 1, 10000, NULL, "pulses from the bottom of the window to the top"),
	REAL(response, n_down, DIM_NONE, 1, 10000, NULL, "pulses from the top of the window to the bottom"),
	FIELD_END,
};

static bool check(const struct response *r, struct diag *d)
{
	(void)r;
	(void)d;
	return true;
}

static void branches(const struct response *r, double dev_up, double dev_down, struct branch *up,
	struct branch *down)
{
	(void)dev_up;
	(void)dev_down;
	*up = branch_of_label(0, r->n_up, true);
	*down = branch_of_label(0, r->n_down, false);
}

extern const struct response_kind response_ideal;
const struct response_kind response_ideal = {
	.head = {"ideal", "equal steps over the whole window", "ChenPeng2018", sizeof(struct response),
		fields},
	.check = check,
	.branches = branches,
};
