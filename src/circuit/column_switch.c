/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Column switch: line switches.
 *
 * Model    line_switch.c
 * Source   [WesteHarris2010]
 * Assumes  as line_switch.c
 * Valid    as line_switch.c
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/column_switch.h"

#include <stddef.h>

#include "circuit/line_switch.h"

struct est column_switch_estimate(const struct column_switch *s, const struct tech *t)
{
	return line_switch_estimate(&(struct line_switch){s->n_columns, s->r_drive, s->v_line,
					    s->line, s->c_line, s->k_ones},
		t);
}

static const struct field fields[] = {
	INT(column_switch, n_columns, 1, 100000, "128", "columns"),
	REAL(column_switch, r_drive, DIM_OHM, 1, 1e9, "1 kOhm",
		"highest resistance of a column driver"),
	REAL(column_switch, v_line, DIM_VOLT, 0, 5, "0.2 V", "level of a driven column"),
	REAL(column_switch, c_line, DIM_FARAD, 0, 1e-9, "20 fF", "load of a column"),
	REAL(column_switch, k_ones, DIM_NONE, 0, 1, "0.5", "share of the columns driven"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return column_switch_estimate((const struct column_switch *)m, t);
}

const struct module_kind module_column_switch = {
	.head = {"column_switch", "column drivers of an array", "WesteHarris2010",
		sizeof(struct column_switch), fields},
	.estimate = estimate,
};
