/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Crosspoint: an element, usually with a selector, between row and column line; no transistor.
 *
 * Model    selector on above v_threshold: the element carries g (v - v_hold); off: i_half
 *          sinh(v/s)/sinh(v_threshold/2s), s = v_decade/ln 10, never more than g v. Pulse
 *          v i(v) t. Without a selector i = g v
 *          write: row at v, column of a pulsed cell at ground (down: the other way round);
 *          bias half: other rows and columns at v/2, which lies across the cells that share a
 *          line with the written one; bias third: other rows at v/3, columns at 2 v/3, so that
 *          v/3 lies across every other cell
 * Source   [ChenYu2015] (biasing, selector); [Burr2014] (selectors)
 * Assumes  a selector turns on and off faster than a pulse; its off-current is that of a new cell
 * Valid    v_threshold above half of every write voltage (checked)
 * Checked  tests/unit/check_structures.c, tests/prop/check_structure_laws.c
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/cell.h"

static double i_at(const struct cell *c, double y, double v)
{
	const struct cell_selector *s = c->selector;
	double i_element = cell_g(c, y) * v;

	if (!s || v <= 0)
		return i_element;
	if (v >= s->v_threshold)
		return cell_g(c, y) * (v - s->v_hold);

	double v_slope = s->v_decade / log(10), v_half = s->v_threshold / 2;
	double k_sinh = expm1(-2 * v / v_slope) / expm1(-2 * v_half / v_slope);

	return fmin(i_element, s->i_half * exp((v - v_half) / v_slope) * k_sinh);
}

static struct cell_load load(const struct cell *c, const struct tech *t, double k_access)
{
	(void)c;
	(void)t;
	(void)k_access;
	return (struct cell_load){0};
}

static double g_read(
	const struct cell *c, const struct tech *t, const struct cell_load *l, double y)
{
	(void)t;
	(void)l;
	return i_at(c, y, c->read.v_read) / c->read.v_read;
}

static double e_pulse(const struct cell *c, const struct tech *t, enum polarity p, double y)
{
	struct cell_pulse pulse = cell_pulse_at(c, p, y);

	(void)t;
	return pulse.v * i_at(c, y, pulse.v) * pulse.t;
}

static struct write_levels levels(
	const struct cell *c, const struct tech *t, enum polarity p, enum write_bias bias)
{
	double v = cell_pulse(c, p).v, v_unselected = bias == BIAS_HALF ? v / 2 : v / 3;
	struct write_levels l = {
		.v_idle = v - v_unselected,
		.v_others = v_unselected,
		.v_half_row = v_unselected,
		.v_half_column = v_unselected,
		.v_rest = bias == BIAS_HALF ? 0 : v_unselected,
	};

	(void)t;
	if (p == PULSE_UP) {
		l.v_row = v;
	} else {
		l.v_column = v;
		l.v_idle = v_unselected;
		l.v_others = v - v_unselected;
	}
	return l;
}

static bool check_pulse(const struct cell *c, const struct cell_pulse *p, struct diag *d)
{
	const struct cell_selector *s = c->selector;

	if (!p)
		return true;
	if (p->v < s->v_threshold) {
		diag_error(d, diag_where(d, &p->v),
			"the selector does not turn on at the write voltage of %g V (threshold %g V)", p->v,
			s->v_threshold);
		return false;
	}
	if (p->v / 2 < s->v_threshold)
		return true;
	diag_error(d, diag_where(d, &p->v),
		"half of the write voltage of %g V turns on the selectors of cells that are not written "
		"(threshold %g V)",
		p->v, s->v_threshold);
	return false;
}

static bool check(const struct cell *c, struct diag *d)
{
	const struct cell_selector *s = c->selector;
	bool good = true;

	if (!s)
		return true;
	if (s->v_hold >= s->v_threshold) {
		diag_error(d, diag_where(d, &s->v_hold),
			"'v_hold' must be below 'v_threshold' (%g V): the selector would never turn off",
			s->v_threshold);
		good = false;
	}

	double i_on = i_at(c, 0, s->v_threshold), i_off = i_at(c, 0, s->v_threshold * (1 - 1e-9));

	if (good && i_off > i_on) {
		diag_error(d, diag_where(d, &s->i_half),
			"this is no switch: at its threshold it passes %.3g uA while off and %.3g uA while on",
			i_off * 1e6, i_on * 1e6);
		good = false;
	}
	good &= check_pulse(c, &c->write.up, d);
	good &= check_pulse(c, &c->write.down, d);
	good &= check_pulse(c, c->write.erase, d);
	if (c->read.v_read < s->v_threshold) {
		diag_error(d, diag_where(d, &c->read.v_read),
			"the selector does not turn on at the read voltage of %g V (threshold %g V)",
			c->read.v_read, s->v_threshold);
		good = false;
	}
	return good;
}

extern const struct cell_structure structure_crosspoint;
const struct cell_structure structure_crosspoint = {
	.name = "crosspoint",
	.summary = "1S1R: element and selector between row and column line, no transistor",
	.source = "ChenYu2015",
	.word = WORD_NONE,
	.transposes = true,
	.takes_selector = true,
	.load = load,
	.g_read = g_read,
	.e_pulse = e_pulse,
	.levels = levels,
	.i_unselected = i_at,
	.check = check,
};
