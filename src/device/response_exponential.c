/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exponential response: two labels and two pulse counts.
 *
 * Model    response.c
 * Source   [ChenPeng2018]
 * Assumes  identical pulses; device-to-device spread shifts the labels
 * Valid    |label| <= 9
 * Checked  tests/unit/check_device.c
 */
#include <stddef.h>

#include "base/diag.h"
#include "device/response.h"

#define MAX_LABEL 9.0

struct exponential {
	struct response response;
	double label_up, label_down;
};

static const struct field fields[] = {
	{"n_up", FIELD_REAL, DIM_NONE, offsetof(struct exponential, response.n_up), 1, 10000, NULL, NULL,
		"pulses that carry an ideal cell from the bottom of its window to the top", 0},
	{"n_down", FIELD_REAL, DIM_NONE, offsetof(struct exponential, response.n_down), 1, 10000, NULL,
		NULL, "pulses that carry an ideal cell from the top of its window to the bottom", 0},
	REAL(exponential, label_up, DIM_NONE, -MAX_LABEL, MAX_LABEL, NULL,
		"nonlinearity label of potentiation (0: straight; > 0: fast first, then saturating)"),
	REAL(exponential, label_down, DIM_NONE, -MAX_LABEL, MAX_LABEL, NULL,
		"nonlinearity label of depression (< 0: fast near the top, the usual case)"),
	FIELD_END,
};

static double limit(double label)
{
	return label > MAX_LABEL ? MAX_LABEL : label < -MAX_LABEL ? -MAX_LABEL : label;
}

static bool check(const struct response *r, struct diag *d)
{
	(void)r;
	(void)d;
	return true;
}

static void branches(const struct response *r, double dev_up, double dev_down, struct branch *up,
	struct branch *down)
{
	const struct exponential *e = (const struct exponential *)r;

	*up = branch_of_label(limit(e->label_up + dev_up), r->n_up, true);
	*down = branch_of_label(limit(e->label_down + dev_down), r->n_down, false);
}

extern const struct response_kind response_exponential;
const struct response_kind response_exponential = {
	.head = {"exponential", "exponential curve of two nonlinearity labels", "ChenPeng2018",
		sizeof(struct exponential), fields},
	.check = check,
	.branches = branches,
};
