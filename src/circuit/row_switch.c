/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Row switch: line switches and word-line drivers.
 *
 * Model    line_switch.c; word line: inverter chain
 * Source   [WesteHarris2010]
 * Assumes  word lines stay open during all bits of a vector
 * Valid    as line_switch.c
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/row_switch.h"

#include <stddef.h>

#include "circuit/driver.h"
#include "circuit/line_switch.h"

static struct est word_driver(const struct row_switch *s, const struct tech *t)
{
	if (s->c_word <= 0)
		return (struct est){0};
	return driver_estimate(&(struct driver){s->word, s->c_word}, t).est;
}

struct est row_switch_estimate(const struct row_switch *s, const struct tech *t)
{
	struct est word = word_driver(s, t);
	struct est e = line_switch_estimate(&(struct line_switch){s->n_rows, s->r_drive, s->v_line,
						    s->line, s->c_line, s->k_ones},
		t);

	e.area += s->n_rows * word.area;
	e.leakage += s->n_rows * word.leakage;
	return e;
}

struct est row_switch_open(const struct row_switch *s, const struct tech *t, double n_rows)
{
	struct est e = word_driver(s, t);

	e.energy *= n_rows;
	e.area *= s->n_rows;
	e.leakage *= s->n_rows;
	return e;
}

static const struct field fields[] = {
	INT(row_switch, n_rows, 1, 100000, "128", "rows"),
	REAL(row_switch, r_drive, DIM_OHM, 1, 1e9, "1 kOhm", "highest resistance of a row driver"),
	REAL(row_switch, v_line, DIM_VOLT, 0, 5, "0.2 V", "level of a driven row"),
	REAL(row_switch, c_line, DIM_FARAD, 0, 1e-9, "10 fF", "load of a row line"),
	REAL(row_switch, c_word, DIM_FARAD, 0, 1e-9, "20 fF",
		"gates on a word line; 0: there is none"),
	REAL(row_switch, k_ones, DIM_NONE, 0, 1, "0.5", "share of the rows driven"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return row_switch_estimate((const struct row_switch *)m, t);
}

const struct module_kind module_row_switch = {
	.head = {"row_switch", "row drivers of an array", "WesteHarris2010",
		sizeof(struct row_switch), fields},
	.estimate = estimate,
};
