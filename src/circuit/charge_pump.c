/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dickson charge pump of minimum area.
 *
 * Model    N = ceil(2 (v_out/v_dd - 1)) stages of C = N i_out / (f ((N + 1) v_dd -
 *          v_out)) in all N; supply current (N + 1 + N k_pump_loss) i_out
 * Source   [Palumbo2010]
 * Assumes  the slow-switching limit; thick-oxide MOS capacitors; switches and clock
 *          drivers take as much area again as a tenth of the capacitors
 * Valid    v_out > v_dd
 * Checked  tests/unit/check_circuit.c
 */
#include "circuit/charge_pump.h"

#include <math.h>
#include <stddef.h>

#define K_SWITCH_AREA 1.1

static double n_stages(const struct tech *t, double v_out)
{
	return fmax(ceil(2 * (v_out / t->v_dd - 1)), 1);
}

double charge_pump_k_energy(const struct tech *t, double v_out)
{
	if (v_out <= t->v_dd)
		return 1;

	double n = n_stages(t, v_out);

	return (n + 1 + n * t->node->io.k_pump_loss) * t->v_dd / v_out;
}

struct est charge_pump_estimate(const struct charge_pump *p, const struct tech *t)
{
	if (p->v_out <= t->v_dd || p->i_out <= 0)
		return (struct est){0};

	double n = n_stages(t, p->v_out), f = t->node->io.f_pump;
	double c_stage = n * p->i_out / (f * ((n + 1) * t->v_dd - p->v_out));

	return (struct est){
		.area = K_SWITCH_AREA * n * c_stage / t->node->capacitor.c_mos_per_a,
		.latency = n / f, /* until the first charge arrives */
		.energy = charge_pump_k_energy(t, p->v_out) * p->v_out * p->i_out * p->t_pulse,
		.leakage = 0,
	};
}

static const struct field fields[] = {
	REAL(charge_pump, v_out, DIM_VOLT, 0.1, 20, "3 V", "output voltage"),
	REAL(charge_pump, i_out, DIM_AMPERE, 0, 1, "100 uA", "output current"),
	REAL(charge_pump, t_pulse, DIM_SECOND, 0, 1, "100 ns", "duration of one operation"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return charge_pump_estimate((const struct charge_pump *)m, t);
}

const struct module_kind module_charge_pump = {
	.head = {"charge_pump", "write voltage above the supply, one pulse", "Palumbo2010",
		sizeof(struct charge_pump), fields},
	.estimate = estimate,
};
