/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Successive-approximation converter: differential charge redistribution, set-and-down
 * switching.
 *
 * Model    unit capacitor: largest of what is drawn, of matching (3 sigma of a side's largest
 *          step, over its 2^(b-1) units, within half a unit; one of a pair) and of noise (kT/C
 *          within a step's quantisation noise)
 *          switching charge sum_{i=1}^{b-1} 2^(b-2-i) C_u v_range, from v_dd through the buffer
 *          of the reference: a follower that keeps up with the switches, gm = (C_side/4)/tau
 *          (largest capacitor of a side against the others), gm/k_gm from v_dd for as long as the
 *          cycles need
 *          comparator (comparator.c) that resolves v_range/2^(b+1)
 *          cycle: comparator + K_CYCLE_FO4 fan-out-of-four delays of logic + settling of
 *          the capacitors through switches of fan-out four and the buffer, or a slower clock's
 *          period; b cycles and one to sample
 *          logic: a shift register of b + 1 flip-flops clocked every cycle and b of code;
 *          four NAND2 per bit and side; area: each side 2^(b-1) unit capacitors in a square with
 *          a ring of idle ones around it, each square and l_border from the next, and the cells
 *          as placed; sampling charges both sides to v_range from v_dd
 * Source   [Liu2010] (switching, logic), [TripathiMurmann2014] (matching), [Walden1999],
 *          [Razavi2001] (follower, settling), [Hastings2006] (idle units)
 * Assumes  a reference stands behind the buffer at no cost; what offset remains is subtracted
 *          digitally
 * Valid    4..10 bits
 * Checked  tests/unit/check_circuit.c: 5..200 fJ per conversion step at 40 nm, 6 bits
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/physconst.h"
#include "circuit/adc.h"
#include "circuit/comparator.h"
#include "circuit/gate.h"
#include "circuit/module.h"
#include "circuit/register.h"

#define K_CYCLE_FO4 4
#define K_NANDS     8 /* per bit, both sides */

struct sar {
	struct adc adc;
	double v_offset, f_clock;
};

static double c_unit(const struct sar *s, const struct tech *t)
{
	const struct node_capacitor *c = &t->node->capacitor;
	double n_levels = ldexp(1, s->adc.n_bits);
	double k_sigma = 1 / (6 * sqrt(n_levels / 2)); /* 3 sqrt(2^(b-1)) sigma_u <= 1/2 unit */
	double c_match = 1e-15 * pow(c->k_mismatch / k_sigma, 2) / 2; /* of one; k_mismatch: of two */
	double v_step = s->adc.v_range / n_levels;
	double c_noise = 12 * K_BOLTZMANN * t->temp / (v_step * v_step) / n_levels;

	return fmax(c->c_unit_min, fmax(c_match, c_noise));
}

static struct est convert(const struct adc *a, const struct tech *t)
{
	const struct sar *s = (const struct sar *)a;
	int b = a->n_bits;
	double c_u = c_unit(s, t), c_side = ldexp(c_u, b - 1); /* set-and-down halves the array */
	double k_switching = 0;

	for (int i = 1; i < b; i++)
		k_switching += ldexp(1, b - 2 - i);

	struct est cmp =
		comparator_estimate(&(struct comparator){s->v_offset, ldexp(a->v_range, -b - 1)}, t)
			.est;
	struct gate inverter = gate_inverter(t, 1), nand = gate_nand(t, 2, 1);
	struct est shift =
		reg_estimate(&(struct reg){.n_bits = b + 1, .k_active = 2.0 / (b + 1)}, t);
	struct est code = reg_estimate(&(struct reg){.n_bits = 1, .k_active = 1}, t);
	double k_wiring = t->node->layout.k_wiring, v_2 = t->v_dd * t->v_dd;
	double tau_dac = gate_tau(&inverter, 4 * inverter.c_in);
	double i_buffer = c_side / 4 / tau_dac / a->k_gm;
	double t_own = cmp.latency + K_CYCLE_FO4 * gate_t_fo4(t) + 2 * tau_dac * (b + 1) * K_LN2;
	double t_cycle = s->f_clock > 0 ? fmax(t_own, 1 / s->f_clock) : t_own;
	/* switches in minimum inverters: a fan-out of four, and at least one per bit and side */
	double k_switch = fmax(2 * c_side / (4 * inverter.c_in), 2 * b);
	double e_dac = (k_switching * c_u + 2 * c_side) * a->v_range * t->v_dd +
		       k_switch * (inverter.c_in + inverter.c_out) * v_2 +
		       i_buffer * t->v_dd * (b + 1) * t_own;
	double e_logic = (b + 1) * shift.energy + b * code.energy +
			 b * K_NANDS * k_wiring * (nand.c_in + nand.c_out) * v_2;

	double l_unit = sqrt(c_u / t->node->capacitor.c_metal_per_a) + t->node->capacitor.l_border;
	double l_side = (sqrt(ldexp(1, b - 1)) + 2) * l_unit;
	double a_cells = cmp.area + shift.area + b * code.area + b * K_NANDS * nand.a +
			 k_switch * inverter.a;

	return (struct est){
		.area = 2 * l_side * l_side + tech_placed(t, a_cells),
		.latency = (b + 1) * t_cycle,
		.energy = e_dac + b * cmp.energy + e_logic,
		.leakage = cmp.leakage + shift.leakage + b * code.leakage +
			   b * K_NANDS * nand.p_leak + k_switch * inverter.p_leak,
	};
}

static bool check(const struct adc *a, const struct node *n, struct diag *d)
{
	(void)n;
	return adc_check_offset(a, &((const struct sar *)a)->v_offset, d);
}

static const struct field fields[] = {
	ADC_FIELDS(sar, "6"),
	REAL(sar, v_offset, DIM_VOLT, 1e-4, 1, "10 mV",
		"sigma of the comparator's offset it is sized for"),
	REAL(sar, f_clock, DIM_HERTZ, 0, 1e11, "0 Hz",
		"clock of its cycles, where slower than they could be; 0: none"),
	FIELD_END,
};

const struct adc_kind adc_sar_kind = {
	.head = {"sar", "successive approximation", "Liu2010", sizeof(struct sar), fields},
	.check = check,
	.convert = convert,
};

/* mho module adc_sar: one conversion with its conveyor settled on a short line. */
struct sar_module {
	struct module module;
	struct sar sar;
};

#define SAR(m, type, dim, lo, hi, dflt, help)                                                      \
	{                                                                                          \
#m, type, dim, offsetof(struct sar_module, sar.adc.m), lo, hi, dflt, NULL, help, 0 \
	}

static const struct field module_fields[] = {
	SAR(n_bits, FIELD_INT, DIM_NONE, 1, 14, "6", "resolution"),
	SAR(v_range, FIELD_REAL, DIM_VOLT, 0.01, 5, "0.6 V", "full scale at the comparator"),
	{"v_offset", FIELD_REAL, DIM_VOLT, offsetof(struct sar_module, sar.v_offset), 1e-4, 1,
		"10 mV", NULL, "sigma of the comparator's offset it is sized for", 0},
	SAR(k_gm, FIELD_REAL, DIM_NONE, 1, 30, "15",
		"transconductance of the reference's buffer per bias current, in 1/V"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return convert(&((const struct sar_module *)m)->sar.adc, t);
}

static int n_bits(const struct module *m)
{
	return ((const struct sar_module *)m)->sar.adc.n_bits;
}

const struct module_kind module_adc_sar = {
	.head = {"adc_sar", "successive-approximation converter, one conversion", "Liu2010",
		sizeof(struct sar_module), module_fields},
	.estimate = estimate,
	.n_bits = n_bits,
};
