/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Node at another supply.
 *
 * Model    threshold v_th + k_dibl (v_0 - v); on-currents and those at a gate voltage of 0.7 v
 *          follow (drive/drive_0)^alpha, drive as in transistor.c: alpha-power law above the
 *          threshold, exponential below it
 *          saturation voltage at full gate drive follows its root
 *          off-current e^(k_dibl (v - v_0)/(K_SLOPE kT/q))
 * Source   [SakuraiNewton1990] (alpha-power law), [Enz1995] (one expression above and below the
 *          threshold), [Roy2003] (off-current and drain voltage)
 * Assumes  capacitances and the switching resistance over v_dd/i_on stay
 * Valid    0.7 of the node's own supply to a quarter above it; at 0.6 of it delays are up to 2.5
 *          times too short (22 nm)
 * Checked  tests/unit/check_supply.c
 */
#include "device/supply.h"

#include <math.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/physconst.h"
#include "device/transistor.h"


#define V_LEAST 0.4
#define K_MOST   1.25 /* of the node's own */

bool supply_check(const struct node *n, const double *v_dd, struct diag *d)
{
	if (*v_dd <= 0 || (*v_dd >= V_LEAST && *v_dd <= K_MOST * n->v_dd))
		return true;
	diag_error(d, diag_where(d, v_dd), "a supply of %g V is not one of this node, expected %g V to %g V",
		*v_dd, V_LEAST, K_MOST * n->v_dd);
	return false;
}

static struct field_reals scaled(struct arena *a, const struct field_reals *from, double k)
{
	struct field_reals to = {from->n, NEW(a, double, from->n)};

	for (int i = 0; i < from->n; i++)
		to.value[i] = k * from->value[i];
	return to;
}

const struct node *node_at_supply(struct arena *a, const struct node *from, double v_dd)
{
	if (v_dd <= 0 || v_dd == from->v_dd)
		return from;

	struct node *to = NEW(a, struct node, 1);
	const struct node_current *c = &from->current;
	double v_0 = from->v_dd, k_alpha = c->k_alpha, temp = TEMP_REFERENCE;
	double v_th = from->v_th + c->k_dibl * (v_0 - v_dd);
	double v_on = transistor_drive(from, temp, v_dd - v_th);
	double v_on_0 = transistor_drive(from, temp, v_0 - from->v_th);
	double k_on = pow(v_on / v_on_0, k_alpha);
	double k_gm = pow(transistor_drive(from, temp, 0.7 * v_dd - v_th) /
				  transistor_drive(from, temp, 0.7 * v_0 - from->v_th),
		k_alpha);
	double k_off = exp((from->v_th - v_th) / transistor_v_slope(temp));

	*to = *from;
	to->v_dd = v_dd;
	to->v_th = v_th;
	to->current.i_on_n = scaled(a, &c->i_on_n, k_on);
	to->current.i_on_p = scaled(a, &c->i_on_p, k_on);
	to->current.i_off_n = scaled(a, &c->i_off_n, k_off);
	to->current.i_off_p = scaled(a, &c->i_off_p, k_off);
	to->current.i_gm_n *= k_gm;
	to->current.i_gm_p *= k_gm;
	/* over the drive: (v_on/v_on_0)^(alpha/2) v_on_0/v_on of what it was */
	to->current.k_v_sat *= pow(v_on / v_on_0, k_alpha / 2 - 1);
	return to;
}
