/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transistors from table currents.
 *
 * Model    r = k_resistance v_dd / (i_on w)
 *          triode g = 2 i_on w / v_d0 (v_drive / (v_dd - v_th))^(alpha/2), v_d0 = k_v_sat
 *          (v_dd - v_th)
 *          gm = 2 i_gm w / (0.7 v_dd - v_th)
 *          junction c = c_0 (1 + v_dd/phi)^-m
 *          currents between table temperatures log-linear
 * Source   [SakuraiNewton1990] (alpha-power law, linear region); [CACTI] (switching
 *          resistance); tables: the node's techfile
 * Assumes  planar transistors, linear in width; threshold, gm and capacitances do not
 *          change with temperature; p threshold and saturation voltage equal n's
 * Valid    temperatures of the node's tables
 * Checked  tests/unit/check_circuit.c
 */
#include "device/transistor.h"

#include <math.h>

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

struct tech tech_at(const struct node *n, double temp)
{
	const struct node_current *c = &n->current;
	const struct node_junction *j = &n->junction;
	double k_bias = 1 + n->v_dd / j->v_built_in;

	return (struct tech){
		.node = n,
		.temp = temp,
		.l_feature = n->l_feature,
		.v_dd = n->v_dd,
		.w_min = n->layout.k_w_min * n->l_feature,
		/* widths are drawn for the table's first temperature, whatever the chip runs at */
		.k_beta = c->i_on_n.value[0] / c->i_on_p.value[0],
		.i_on_n_per_w = at_temp(&c->temp, &c->i_on_n, temp),
		.i_on_p_per_w = at_temp(&c->temp, &c->i_on_p, temp),
		.i_off_n_per_w = at_temp(&c->temp, &c->i_off_n, temp),
		.i_off_p_per_w = at_temp(&c->temp, &c->i_off_p, temp),
		.c_gate_per_w =
			n->gate.c_ideal_per_w * (1 + n->gate.k_overlap) + n->gate.c_fringe_per_w,
		.c_junction_per_a = j->c_per_a * pow(k_bias, -j->k_grade),
		.c_side_per_l = j->c_side_per_l * pow(k_bias, -j->k_grade_side),
		.c_channel_per_l = j->c_channel_per_l * pow(k_bias, -j->k_grade_side),
		.local = metal_wire(&n->metal, &n->metal.local, temp),
		.intermediate = metal_wire(&n->metal, &n->metal.intermediate, temp),
		.global = metal_wire(&n->metal, &n->metal.global, temp),
	};
}

double transistor_r_n(const struct tech *t, double w)
{
	return t->node->current.k_resistance * t->v_dd / (t->i_on_n_per_w * w);
}

double transistor_r_p(const struct tech *t, double w)
{
	return t->node->current.k_resistance * t->v_dd / (t->i_on_p_per_w * w);
}

static double g_triode(const struct tech *t, double i_on, double v_drive)
{
	double v_full = t->v_dd - t->node->v_th;

	if (v_drive <= 0)
		return 0;
	return 2 * i_on / (t->node->current.k_v_sat * v_full) *
	       pow(v_drive / v_full, t->node->current.k_alpha / 2);
}

double transistor_g_triode_n(const struct tech *t, double w, double v_drive)
{
	return g_triode(t, t->i_on_n_per_w * w, v_drive);
}

double transistor_g_triode_p(const struct tech *t, double w, double v_drive)
{
	return g_triode(t, t->i_on_p_per_w * w, v_drive);
}

double transistor_gm_n(const struct tech *t, double w)
{
	return 2 * t->node->current.i_gm_n * w / (0.7 * t->v_dd - t->node->v_th);
}

double transistor_gm_p(const struct tech *t, double w)
{
	return 2 * t->node->current.i_gm_p * w / (0.7 * t->v_dd - t->node->v_th);
}

double transistor_c_gate(const struct tech *t, double w)
{
	return t->c_gate_per_w * w;
}

double transistor_c_drain(const struct tech *t, double w)
{
	double w_drain = t->node->layout.k_gate_gap * t->l_feature;

	return t->c_junction_per_a * w_drain * w + t->c_side_per_l * (2 * w_drain + w) +
	       t->c_channel_per_l * w;
}
