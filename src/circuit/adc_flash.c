/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash converter: 2^b - 1 comparators on a resistor ladder, thermometer encoder.
 *
 * Model    thresholds i v_range/2^b: the conveyor's output is proportional to the column
 *          current, so the references are equal steps of conductance; comparators sized so
 *          that 3 sigma of what calibration leaves of their offset is half a step; per
 *          comparator ceil(log2(1/k_residual)) + 1 trim bits
 *          ladder: R = pi^2 t/(C (b + 1) ln 2) lets the taps, which carry the comparators'
 *          inputs C, settle to half a step within a conversion; it draws
 *          v_dd v_range C (b + 1) ln 2/pi^2, whatever t; the input charges C to half of v_range
 * Source   [VanderPlas2006] (calibrated comparators), [Razavi2015] (latch), [Lee2002]
 *          (encoder), [Razavi1995] (ladder)
 * Assumes  both ends of the ladder are stiff; it is powered during a conversion only; trim
 *          bits stand still
 * Valid    up to 8 bits
 * Checked  tests/unit/check_blocks.c: 5..200 fJ per conversion step at 40 nm, 4 bits
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/physconst.h"
#include "circuit/adc.h"
#include "circuit/comparator.h"
#include "circuit/encoder.h"
#include "circuit/gate.h"
#include "circuit/register.h"

#define K_RESIDUAL 0.2 /* the default of k_residual */
#define K_SIGMA    3.0
#define K_PI_2     9.869604401089358 /* pi^2 */

struct flash {
	struct adc adc;
	double k_residual;
};

static struct est convert(const struct adc *a, const struct tech *t)
{
	const struct flash *f = (const struct flash *)a;
	int b = a->n_bits;
	double v_step = ldexp(a->v_range, -b), n = ldexp(1, b) - 1;
	struct comparator_est cmp = comparator_estimate(
		&(struct comparator){v_step / (2 * K_SIGMA) / f->k_residual, v_step / 2}, t);
	struct est code = encoder_estimate(&(struct encoder){.n_bits = b}, t);
	struct est trim = reg_bits(t, (int)ceil(log2(1 / f->k_residual)) + 1);
	struct est hold = reg_bits(t, b);
	double c_taps = n * cmp.c_in;
	double e_input = c_taps * a->v_range / 2 * t->v_dd;
	double e_ladder = t->v_dd * a->v_range * c_taps * (b + 1) * K_LN2 / K_PI_2;

	return (struct est){
		.area = tech_placed(
			t, n * (cmp.est.area + trim.area) + code.area + hold.area),
		.latency = cmp.est.latency + code.latency + hold.latency,
		.energy = n * cmp.est.energy + e_ladder + e_input + code.energy + hold.energy,
		.leakage = n * (cmp.est.leakage + trim.leakage) + code.leakage + hold.leakage,
	};
}

struct est adc_flash_plain(const struct tech *t, int n_bits, double v_range)
{
	struct flash f = {.adc = {.n_bits = n_bits, .v_range = v_range}, .k_residual = K_RESIDUAL};

	return convert(&f.adc, t);
}

static bool check(const struct adc *a, const struct node *n, struct diag *d)
{
	(void)n;
	if (a->n_bits <= 8)
		return true;
	diag_error(d, diag_where(d, &a->n_bits),
		"'n_bits' of a flash converter must not exceed 8, for it needs a comparator per "
		"step");
	return false;
}

static const struct field fields[] = {
	ADC_FIELDS(flash, "4"),
	REAL(flash, k_residual, DIM_NONE, 0.01, 1, "0.2",
		"offset that calibration leaves, over the one before"),
	FIELD_END,
};

const struct adc_kind adc_flash_kind = {
	.head = {"flash", "one comparator per step, thermometer encoder", "VanderPlas2006",
		sizeof(struct flash), fields},
	.check = check,
	.convert = convert,
};

/* mho module adc_flash: one conversion. */
struct flash_module {
	struct module module;
	struct flash flash;
};

static const struct field module_fields[] = {
	{"n_bits", FIELD_INT, DIM_NONE, offsetof(struct flash_module, flash.adc.n_bits), 1, 8, "4",
		NULL, "resolution", 0},
	{"v_range", FIELD_REAL, DIM_VOLT, offsetof(struct flash_module, flash.adc.v_range), 0.01, 5,
		"0.6 V", NULL, "full scale at the comparators", 0},
	{"k_residual", FIELD_REAL, DIM_NONE, offsetof(struct flash_module, flash.k_residual), 0.01,
		1, "0.2", NULL, "offset that calibration leaves, over the one before", 0},
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return convert(&((const struct flash_module *)m)->flash.adc, t);
}

static int n_bits(const struct module *m)
{
	return ((const struct flash_module *)m)->flash.adc.n_bits;
}

const struct module_kind module_adc_flash = {
	.head = {"adc_flash", "flash converter with its encoder, one conversion", "VanderPlas2006",
		sizeof(struct flash_module), module_fields},
	.estimate = estimate,
	.n_bits = n_bits,
};
