/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Converters in general, and the current conveyor in front of them.
 *
 * Model    r_in = 1/(k_gm (i_bias + i_cells)): the cells' current flows through the conveyor, too;
 *          tau = (r_in || 1/g_cells + r_pass)(C_line + c_load) + R_line C_line/2; settling
 *          tau ln 2^(b+1); both branches draw i_bias from v_dd while it lasts
 * Source   [Razavi2001] (settling, gm/I); figure of merit [Walden1999]
 * Assumes  one pole; the far end of the line is the slow one
 * Valid    k_gm 5..25 per volt
 * Checked  tests/unit/check_circuit.c
 */
#include "circuit/adc.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/physconst.h"

const struct adc_kind *const adc_kinds[] = {
	&adc_sar_kind,
	&adc_flash_kind,
	&adc_slope_kind,
	&adc_survey_kind,
	&adc_latch_kind,
	NULL,
};

const char *const adc_range_words[] = {
	[RANGE_LAYER] = "layer", [RANGE_CHIP] = "chip", [RANGE_FIXED] = "fixed", NULL};

bool adc_check(const struct adc *a, const struct node *n, struct diag *d)
{
	bool good = true;

	if (a->v_range > n->v_dd) {
		diag_error(d, diag_where(d, &a->v_range),
			"'v_range' must not exceed the node's supply of %g V", n->v_dd);
		good = false;
	}
	if ((a->range == RANGE_FIXED) != (a->i_full_scale > 0)) {
		diag_error(d, diag_where(d, a->range == RANGE_FIXED ? (const void *)&a->range : &a->i_full_scale),
			a->range == RANGE_FIXED ? "'range: fixed' needs 'i_full_scale', the current of full scale"
						: "'i_full_scale' goes with 'range: fixed'; here the range is calibrated");
		good = false;
	}
	return (!a->kind->check || a->kind->check(a, n, d)) && good;
}

struct est adc_convert(const struct adc *a, const struct tech *t)
{
	struct est e = a->kind->convert(a, t);

	assert(isfinite(e.area) && e.area > 0 && isfinite(e.latency) && e.latency > 0);
	assert(isfinite(e.energy) && e.energy > 0 && isfinite(e.leakage) && e.leakage >= 0);
	return e;
}

struct est adc_settle(const struct adc *a, const struct tech *t, struct sensed s)
{
	double r_in = 1 / (a->k_gm * (a->i_bias + s.i_cells) + s.g_cells);
	double tau =
		(r_in + s.r_pass) * (s.line.c + s.c_load) + s.line.r * (s.line.c / 2 + s.c_load);
	double t_settle = tau * (a->n_bits + 1) * K_LN2;

	return (struct est){.latency = t_settle, .energy = 2 * a->i_bias * t->v_dd * t_settle};
}

double adc_figure_of_merit(const struct adc *a, const struct tech *t)
{
	return ldexp(adc_convert(a, t).energy, -a->n_bits);
}

bool adc_check_offset(const struct adc *a, const double *v_offset, struct diag *d)
{
	if (*v_offset < a->v_range)
		return true;
	diag_error(d, diag_where(d, v_offset), "'v_offset' must be below 'v_range' (%g V)", a->v_range);
	return false;
}
