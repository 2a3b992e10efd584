/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage delay with input slope.
 *
 * Model    t = tau sqrt(ln^2 v_s + 2 t_rise/tau b (1 - v_s)), v_s = 1/2; t_rise of the output
 *          t/(1 - v_s); line: tau = R_d (C_d + C + C_L) + R (C/2 + C_L)
 * Source   [Horowitz1984] (delay), [Elmore1948] (line), [SakuraiNewton1990] (b)
 * Assumes  rising and falling edges alike; b = 0.27 for every gate. An input edge delays by
 *          1/2 - (1 - v_th/v_dd)/(1 + alpha) of its length, 0.13 (130 nm) to 0.28 (45 nm low
 *          power); b gives the steady delay of a chain with 0.19, the middle of them. It was settled
 *          with the FO4 rows of tests/ref/spice-gates.csv in view: those are no blind test of it
 * Valid    t_rise below about 10 tau
 * Checked  tests/unit/check_circuit.c: tau 10 ps, step: 6.93 ps, then 9.24 ps;
 *          tests/unit/check_spice.c
 */
#include "circuit/edge.h"

#include <math.h>

#include "base/physconst.h"

#define K_SLOPE 0.27 /* b */

struct edge edge_through(struct edge in, double tau)
{
	if (tau <= 0)
		return in;

	double t = tau * sqrt(K_LN2 * K_LN2 + K_SLOPE * in.t_rise / tau);

	return (struct edge){in.t + t, 2 * t};
}

struct line line_of(struct wire w, double l)
{
	return (struct line){w.r_per_l * l, w.c_per_l * l};
}

double line_tau(double r_drive, double c_drive, struct line l, double c_load)
{
	return r_drive * (c_drive + l.c + c_load) + l.r * (l.c / 2 + c_load);
}

double edge_t_rise_steady(double tau)
{
	/* t^2 = tau^2 ln^2 2 + 2 b tau t has one positive root */
	return 2 * tau * (K_SLOPE + sqrt(K_SLOPE * K_SLOPE + K_LN2 * K_LN2));
}
