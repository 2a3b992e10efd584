/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transistors from table currents.
 *
 * Model    r = k_resistance v_dd / (i_on w)
 *          drive: v_s ln(1 + e^(v/v_s)), v = v_gs - v_th, v_s = alpha K_SLOPE kT/q: v above
 *          the threshold, a current of e^(v/(K_SLOPE kT/q)) below it
 *          triode g = 2 i_on w / v_d0 (drive / drive_on)^(alpha/2), v_d0 = k_v_sat drive_on,
 *          drive_on at v_gs = v_dd, both with half of v_s
 *          n in series: the upper one saturated, the others a triode n - 1 times as long:
 *          (1 - k_v_sat y)^alpha = (2 y - y^2)/(n - 1), y = v/v_d0 at its source; r grows by
 *          the inverse of either side
 *          gm = alpha i_gm w / drive d drive/dv at 0.7 v_dd
 *          junction c = c_0 phi/(1 - m)/v_dd ((1 + v_dd/phi)^(1 - m) - 1), the mean over a swing
 *          FinFET: n = ceil(w/pitch) fins, w -> n (2 h + w_fin)
 *          currents between table temperatures log-linear
 * Source   [SakuraiNewton1990] (alpha-power law, linear region, series transistors);
 *          [Enz1995] (one expression above and below the threshold);
 *          [WesteHarris2010] (junctions); tables: the node's techfile
 * Assumes  threshold, gm and capacitances do not change with temperature; p threshold and
 *          saturation voltage equal n's
 * Valid    temperatures of the node's tables
 * Checked  tests/unit/check_circuit.c, tests/unit/check_nodes.c
 */
#include "device/transistor.h"

#include <math.h>

#include "base/physconst.h"

#define K_SLOPE 1.5 /* change of the gate over that of the channel's potential */

double transistor_v_slope(double temp)
{
	return K_SLOPE * K_BOLTZMANN * temp / Q_ELECTRON;
}

/* v_s ln(1 + e^(v/v_s)) */
static double soft(double v, double v_s)
{
	return v_s * log1p(exp(-fabs(v) / v_s)) + fmax(v, 0);
}

double transistor_drive(const struct node *n, double temp, double v)
{
	return soft(v, n->current.k_alpha * transistor_v_slope(temp));
}

static double at_temp(const struct field_reals *temp, const struct field_reals *value, double t)
{
	int i = 1;

	if (temp->n == 1)
		return value->value[0];
	while (i < temp->n - 1 && temp->value[i] < t)
		i++;

	double k = (t - temp->value[i - 1]) / (temp->value[i] - temp->value[i - 1]);

	return exp((1 - k) * log(value->value[i - 1]) + k * log(value->value[i]));
}

bool tech_covers(const struct node *n, double temp)
{
	const struct field_reals *t = &n->current.temp;

	return temp >= t->value[0] && temp <= t->value[t->n - 1];
}

/* Mean over a swing of v of a junction's capacitance over that at zero bias. */
static double k_swing(double v, double phi, double k_grade)
{
	if (k_grade >= 1)
		return phi / v * log1p(v / phi);
	return phi / (1 - k_grade) / v * (pow(1 + v / phi, 1 - k_grade) - 1);
}

/* Widths are drawn for 300 K, whatever the chip runs at; fins come in whole numbers. */
static double k_beta(const struct node *n)
{
	const struct node_current *c = &n->current;
	double k = at_temp(&c->temp, &c->i_on_n, TEMP_REFERENCE) /
		   at_temp(&c->temp, &c->i_on_p, TEMP_REFERENCE);

	return n->fin ? fmax(round(k), 1) : k;
}

/* Rounded up to whole fins, at least one. */
static double w_drawn(const struct node *n, double w)
{
	if (!n->fin || w <= 0)
		return w;
	return fmax(ceil(w / n->fin->l_pitch * (1 - 1e-9)), 1) * n->fin->l_pitch;
}

struct tech tech_at(const struct node *n, double temp)
{
	const struct node_current *c = &n->current;
	const struct node_junction *j = &n->junction;
	double k_bottom = k_swing(n->v_dd, j->v_built_in, j->k_grade);
	double k_side = k_swing(n->v_dd, j->v_built_in, j->k_grade_side);

	return (struct tech){
		.node = n,
		.temp = temp,
		.l_feature = n->l_feature,
		.v_dd = n->v_dd,
		.w_min = w_drawn(n, n->layout.k_w_min * n->l_feature),
		.k_beta = k_beta(n),
		.i_on_n_per_w = at_temp(&c->temp, &c->i_on_n, temp),
		.i_on_p_per_w = at_temp(&c->temp, &c->i_on_p, temp),
		.i_off_n_per_w = at_temp(&c->temp, &c->i_off_n, temp),
		.i_off_p_per_w = at_temp(&c->temp, &c->i_off_p, temp),
		.c_gate_per_w =
			n->gate.c_ideal_per_w * (1 + n->gate.k_overlap) + n->gate.c_fringe_per_w,
		.c_edge_per_w =
			(n->gate.c_ideal_per_w * n->gate.k_overlap + n->gate.c_fringe_per_w) / 2,
		.c_junction_per_a = j->c_per_a * k_bottom,
		.c_side_per_l = j->c_side_per_l * k_side,
		.c_channel_per_l = j->c_channel_per_l * k_side,
		.local = metal_wire(&n->metal, &n->metal.local, temp),
		.intermediate = metal_wire(&n->metal, &n->metal.intermediate, temp),
		.global = metal_wire(&n->metal, &n->metal.global, temp),
	};
}

double tech_placed(const struct tech *t, double a)
{
	return a / t->node->layout.k_utilization;
}

double transistor_w_drawn(const struct tech *t, double w)
{
	return w_drawn(t->node, w);
}

double transistor_w_channel(const struct tech *t, double w)
{
	const struct node_fin *fin = t->node->fin;

	return fin ? transistor_w_drawn(t, w) / fin->l_pitch * (2 * fin->h_fin + fin->w_fin) : w;
}

double transistor_r_n(const struct tech *t, double w)
{
	return t->node->current.k_resistance * t->v_dd /
	       (t->i_on_n_per_w * transistor_w_channel(t, w));
}

double transistor_r_p(const struct tech *t, double w)
{
	return t->node->current.k_resistance * t->v_dd /
	       (t->i_on_p_per_w * transistor_w_channel(t, w));
}

double transistor_k_stack(const struct tech *t, int n_in)
{
	const struct node_current *c = &t->node->current;
	double low = 0, high = fmin(1, 1 / c->k_v_sat);

	if (n_in < 2)
		return 1;
	for (int i = 0; i < 60; i++) {
		double y = (low + high) / 2;
		if (pow(1 - c->k_v_sat * y, c->k_alpha) > (2 - y) * y / (n_in - 1))
			low = y;
		else
			high = y;
	}
	return (n_in - 1) / ((2 - low) * low);
}

static double g_triode(const struct tech *t, double i_on, double v_drive)
{
	double k = t->node->current.k_alpha / 2, v_s = k * transistor_v_slope(t->temp);
	double v_on = soft(t->v_dd - t->node->v_th, v_s), v = soft(v_drive, v_s);

	return 2 * i_on / (t->node->current.k_v_sat * v_on) *
	       pow(v / v_on, k);
}

double transistor_g_triode_n(const struct tech *t, double w, double v_drive)
{
	return g_triode(t, t->i_on_n_per_w * transistor_w_channel(t, w), v_drive);
}

double transistor_g_triode_p(const struct tech *t, double w, double v_drive)
{
	return g_triode(t, t->i_on_p_per_w * transistor_w_channel(t, w), v_drive);
}

static double gm(const struct tech *t, double i_gm)
{
	double k_alpha = t->node->current.k_alpha, v = 0.7 * t->v_dd - t->node->v_th;
	double k_slope = 1 / (1 + exp(-v / (k_alpha * transistor_v_slope(t->temp))));

	return k_alpha * i_gm / transistor_drive(t->node, t->temp, v) * k_slope;
}

double transistor_gm_n(const struct tech *t, double w)
{
	return gm(t, t->node->current.i_gm_n * transistor_w_channel(t, w));
}

double transistor_gm_p(const struct tech *t, double w)
{
	return gm(t, t->node->current.i_gm_p * transistor_w_channel(t, w));
}

double transistor_c_gate(const struct tech *t, double w)
{
	return t->c_gate_per_w * transistor_w_channel(t, w);
}

double transistor_c_edge(const struct tech *t, double w)
{
	return t->c_edge_per_w * transistor_w_channel(t, w);
}

double transistor_c_drain(const struct tech *t, double w)
{
	double w_drain = t->node->layout.k_gate_gap * t->l_feature, h = transistor_w_drawn(t, w);

	return t->c_junction_per_a * w_drain * h + t->c_side_per_l * (2 * w_drain + h) +
	       t->c_channel_per_l * h + transistor_c_edge(t, w);
}
