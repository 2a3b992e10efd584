/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 1T1R: a resistive element in series with an access transistor.
 *
 * Model    access transistor: wide enough for k_access / g_max in triode and for the largest write
 *          current in saturation, at least 1 F, unless the cell gives its width; pulse v^2 g t
 *          write: word line at the write voltage; up: the column of each pulsed cell; down and
 *          erase: the row line per period and the columns that are not pulsed, held at its level
 * Source   [ChenPeng2018] (pulse); [Luo2020] (composition)
 * Assumes  linear element while writing; gate on the word line, drain side on the column (seen
 *          through the element), source on the row line; closed word lines keep the cells of
 *          other rows from conducting
 * Valid    planar nodes
 * Checked  tests/unit/check_device.c, tests/prop/check_structure_laws.c
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/cell.h"

static double v_write_max(const struct cell *c)
{
	double v_down = c->write.erase ? c->write.erase->v : cell_pulse_last(c, PULSE_DOWN).v;

	return fmax(cell_pulse_last(c, PULSE_UP).v, v_down);
}

/* The on-current grows with the overdriven gate at least linearly. */
static double i_access_per_w(const struct tech *t, double v_write)
{
	return t->i_on_n_per_w * fmax(v_write / t->v_dd, 1);
}

static struct cell_load load(const struct cell *c, const struct tech *t, double k_access)
{
	double v_write = v_write_max(c);
	double w_read = c->g_max / k_access / transistor_g_triode_n(t, 1, access_drive(c, t));
	double w_write = v_write * c->g_max / i_access_per_w(t, v_write);
	double w = c->geometry.k_access_in_f > 0 ? c->geometry.k_access_in_f * t->l_feature
						 : fmax(fmax(w_read, w_write), t->l_feature);

	return (struct cell_load){
		.w_access = w,
		.c_word = transistor_c_gate(t, w),
		.c_row = transistor_c_drain(t, w),
		.c_column = transistor_c_drain(t, w),
	};
}

static double e_pulse(const struct cell *c, const struct tech *t, enum polarity p, double y)
{
	struct cell_pulse pulse = cell_pulse_at(c, p, y);

	(void)t;
	return pulse.v * pulse.v * cell_g(c, y) * pulse.t;
}

static struct write_levels levels(
	const struct cell *c, const struct tech *t, enum polarity p, enum write_bias bias)
{
	double v = cell_pulse(c, p).v, v_word = fmax(v, t->v_dd);

	(void)bias;
	if (p == PULSE_UP)
		return (struct write_levels){.v_word_row = v_word, .v_column = v};
	return (struct write_levels){.v_word_row = v_word, .v_row = v, .v_idle = v};
}

static bool fits(const struct cell *c, const struct node *n, struct diag *d)
{
	double k = c->geometry.k_access_in_f, v = v_write_max(c);
	struct tech t = tech_at(n, 300);

	if (k <= 0)
		return true;
	if (k < 1) {
		diag_error(d, diag_where(d, &c->geometry.k_access_in_f),
			"an access transistor of %g F is narrower than the node makes (1 F)", k);
		return false;
	}

	double i_most = k * n->l_feature * i_access_per_w(&t, v), i_needed = v * c->g_max;

	if (i_needed <= i_most)
		return true;
	diag_error(d, diag_where(d, &c->geometry.k_access_in_f),
		"an access transistor of %g F carries %.3g uA at most, but a write at %g V draws %.3g uA: "
		"%.3g F would do",
		k, i_most * 1e6, v, i_needed * 1e6, k * i_needed / i_most);
	return false;
}

extern const struct cell_structure structure_1t1r;
const struct cell_structure structure_1t1r = {
	.name = "1t1r",
	.summary = "resistive element in series with an access transistor",
	.source = "ChenPeng2018",
	.word = WORD_READ,
	.has_access = true,
	.transposes = true,
	.load = load,
	.g_read = access_g_read,
	.e_pulse = e_pulse,
	.levels = levels,
	.fits = fits,
};
