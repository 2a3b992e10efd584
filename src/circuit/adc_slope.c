/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single-slope converter: one ramp and one counter for a group of columns, a comparator and a latch
 * each.
 *
 * Model    2^b steps of max(1/f_count, counter's own delay), then the latch's decision
 *          comparator: preamplifier whose input leaves the threshold by v_step per t_step and
 *          whose output must have moved v_dd/2 a step later: gm = C v_dd/(v_step t_step), i =
 *          gm/k_gm in both branches; one decision of its latch
 *          ramp: capacitor of kT/C noise within a step's quantisation noise, with the inputs
 *          of all comparators; charged to v_range once per conversion
 *          counter: Gray code, one of b wires changes per step; wires along n_share columns as
 *          wide as their parts are square
 * Source   [Wei2020] (column converters with a shared ramp), [Razavi2001] (settling,
 *          gm/I), [Razavi2015]
 * Assumes  offsets are measured once and subtracted; the ramp's current source is as efficient as
 *          its capacitor's charge at v_dd
 * Valid    up to 12 bits
 * Checked  tests/unit/check_blocks.c
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/physconst.h"
#include "circuit/adc.h"
#include "circuit/adder.h"
#include "circuit/comparator.h"
#include "circuit/gate.h"
#include "circuit/register.h"

struct slope {
	struct adc adc;
	double v_offset, f_count;
	int n_share;
};

/* What every column has: comparator, preamplifier, latch of the count. */
static struct est column(const struct slope *s, const struct tech *t, double t_step, double *c_in)
{
	double v_step = ldexp(s->adc.v_range, -s->adc.n_bits);
	struct comparator_est cmp =
		comparator_estimate(&(struct comparator){s->v_offset, v_step / 2}, t);
	struct est hold = reg_estimate(&(struct reg){.n_bits = s->adc.n_bits, .k_active = 0.5}, t);
	/* the latch's input pair is what the preamplifier drives; it is built of the same pair */
	double i_branch = cmp.c_in * t->v_dd / (v_step * t_step) / s->adc.k_gm;
	double t_convert = ldexp(t_step, s->adc.n_bits);

	*c_in = cmp.c_in;
	return (struct est){
		.area = tech_placed(t, 2 * cmp.est.area + hold.area),
		.latency = t_convert + cmp.est.latency + hold.latency,
		.energy = 2 * i_branch * t->v_dd * t_convert + cmp.est.energy + hold.energy,
		.leakage = 2 * cmp.est.leakage + hold.leakage,
	};
}

/* Ramp and counter, with what they drive in all columns. */
static struct est shared(
	const struct slope *s, const struct tech *t, const struct est *one, double c_in)
{
	int b = s->adc.n_bits;
	double n_steps = ldexp(1, b), v_step = s->adc.v_range / n_steps;
	double c_ramp = 12 * K_BOLTZMANN * t->temp / (v_step * v_step) + s->n_share * c_in;
	struct line wire = line_of(t->local, s->n_share * sqrt(one->area));
	struct gate inverter = gate_inverter(t, 1);
	struct est count = reg_estimate(&(struct reg){.n_bits = b, .k_active = 1.0 / b}, t);
	struct est step = adder_bits(t, b);
	/* half of the steps raise a wire */
	double e_bus = n_steps / 2 * (wire.c + s->n_share * inverter.c_in) * t->v_dd * t->v_dd;

	return (struct est){
		.area = c_ramp / t->node->capacitor.c_metal_per_a +
			tech_placed(t, count.area + step.area),
		.energy = (c_ramp + wire.c) * s->adc.v_range * t->v_dd +
			  n_steps * (count.energy + step.energy) + e_bus,
		.leakage = count.leakage + step.leakage,
	};
}

static struct est convert(const struct adc *a, const struct tech *t)
{
	const struct slope *s = (const struct slope *)a;
	double t_count = adder_bits(t, a->n_bits).latency + reg_bits(t, a->n_bits).latency, c_in;
	struct est one = column(s, t, fmax(1 / s->f_count, t_count), &c_in);

	return est_then(one, est_copies(shared(s, t, &one, c_in), 1.0 / s->n_share));
}

static bool check(const struct adc *a, const struct node *n, struct diag *d)
{
	(void)n;
	return adc_check_offset(a, &((const struct slope *)a)->v_offset, d);
}

static const struct field fields[] = {
	ADC_FIELDS(slope, "6"),
	REAL(slope, v_offset, DIM_VOLT, 1e-4, 1, "10 mV",
		"sigma of the comparator's offset it is sized for"),
	REAL(slope, f_count, DIM_HERTZ, 1e3, 1e11, "1 GHz", "clock of the counter"),
	INT(slope, n_share, 1, 10000, "16", "converters that share ramp and counter"),
	FIELD_END,
};

const struct adc_kind adc_slope_kind = {
	.head = {"single_slope", "shared ramp and counter, a comparator per column", "Wei2020",
		sizeof(struct slope), fields},
	.check = check,
	.convert = convert,
};

/* mho module adc_slope: one conversion in each of n_share columns. */
struct slope_module {
	struct module module;
	struct slope slope;
};

#define SLOPE(key, type, dim, member, lo, hi, dflt, help)                                          \
	{                                                                                          \
		key, type, dim, offsetof(struct slope_module, slope.member), lo, hi, dflt, NULL,   \
			help, 0                                                                    \
	}

static const struct field module_fields[] = {
	SLOPE("n_bits", FIELD_INT, DIM_NONE, adc.n_bits, 1, 14, "6", "resolution"),
	SLOPE("v_range", FIELD_REAL, DIM_VOLT, adc.v_range, 0.01, 5, "0.6 V",
		"full scale at the comparators"),
	SLOPE("k_gm", FIELD_REAL, DIM_NONE, adc.k_gm, 1, 30, "15",
		"transconductance of the preamplifier per bias current, in 1/V"),
	SLOPE("v_offset", FIELD_REAL, DIM_VOLT, v_offset, 1e-4, 1, "10 mV",
		"sigma of the comparators' offset they are sized for"),
	SLOPE("f_count", FIELD_REAL, DIM_HERTZ, f_count, 1e3, 1e11, "1 GHz",
		"clock of the counter"),
	SLOPE("n_share", FIELD_INT, DIM_NONE, n_share, 1, 10000, "16",
		"converters that share ramp and counter"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	const struct slope *s = &((const struct slope_module *)m)->slope;

	return est_copies(convert(&s->adc, t), s->n_share);
}

const struct module_kind module_adc_slope = {
	.head = {"adc_slope", "single-slope converters of a group, one conversion each", "Wei2020",
		sizeof(struct slope_module), module_fields},
	.estimate = estimate,
};
