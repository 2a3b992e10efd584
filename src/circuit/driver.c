/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inverter chain.
 *
 * Model    n stages, each larger than the one before by (C_total/C_in)^(1/n); n for the least
 *          delay into the load alone; ln 2 of the line's own R (C/2 + C_L) is added
 * Source   [Sutherland1999]
 * Assumes  first inverter minimum; n as if all stages were folded and the line had no resistance
 * Valid    any load
 * Checked  tests/prop/check_module_laws.c
 */
#include "circuit/driver.h"

#include <math.h>

#include "base/physconst.h"
#include "circuit/gate.h"

#define N_STAGES 12
#define K_LARGE  16 /* folded, so that its drains are shared as in most of a chain */

static struct driver_est chain(
	const struct driver *d, const struct tech *t, const struct gate *first, int n)
{
	double c_total = d->line.c + d->c_load;
	double k_stage = pow(fmax(c_total / first->c_in, 1), 1.0 / n), k = 1, c_switched = c_total;
	struct edge e = {0, 0};
	struct est sum = {0};

	for (int i = 0; i < n; i++, k *= k_stage) {
		struct gate g = gate_inverter(t, k);
		e = edge_through(e, gate_tau(&g, i < n - 1 ? k_stage * g.c_in : c_total));
		c_switched += g.c_out + (i ? g.c_in : 0);
		sum.area += g.a;
		sum.leakage += g.p_leak;
	}

	/* the line's own delay, whatever drives it */
	double t_line = K_LN2 * line_tau(0, 0, d->line, d->c_load);

	e = (struct edge){e.t + t_line, e.t_rise + 2 * t_line};
	sum.latency = e.t;
	sum.energy = c_switched * t->v_dd * t->v_dd;
	return (struct driver_est){sum, first->c_in, e};
}

/* Delay of n stages like a large gate, in its units, that drive k_total times the first's input. */
static double t_stages(const struct gate *large, double k_total, int n)
{
	double tau = gate_tau(large, pow(k_total, 1.0 / n) * large->c_in);
	struct edge e = {0, 0};

	for (int i = 0; i < n; i++)
		e = edge_through(e, tau);
	return e.t;
}

struct driver_est driver_estimate(const struct driver *d, const struct tech *t)
{
	struct gate first = gate_inverter(t, 1), large = gate_inverter(t, K_LARGE);
	double k_total = fmax((d->line.c + d->c_load) / first.c_in, 1);
	int n = 1;

	while (n < N_STAGES && t_stages(&large, k_total, n + 1) < t_stages(&large, k_total, n))
		n++;
	return chain(d, t, &first, n);
}
