/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programming error, relaxation, read noise, and their order.
 *
 * Model    programming  g_p = max(0, g + sigma(r) xi), r = g/g_max; sigma = curve x unit x g_max/g_ref,
 *          and k_relative g added in squares
 *          relaxation   g(t) = max(0, g + shift(r, t) + sigma(r, t) xi), xi that of the programming
 *          read noise   sigma^2 = (k_white g)^2 + (g_white + k_slope g)^2 + (unit curve(r))^2
 *          + (g Q(r_p) sqrt(ln((t + t_0 + t_read)/(2 t_read))))^2, r_p of the conductance programmed, g or a unit,
 *          t_0 of the drift: 1/f noise counts from programming, t from the first read
 *          temperature  times at temp count e^(E/k (1/temp_ref - 1/temp)) fold
 * Source   [Nandakumar2019], [Joshi2020] (90 nm phase change), [KhaddamAljameh2022] (14 nm), [Wan2022]
 *          (relaxation of RRAM), [Agrawal2022] (SONOS)
 * Assumes  normal distributions cut at conductance 0; read noise of separate reads independent
 * Valid    times of the fits; the 1/f term is 0 until a read's duration has passed since programming
 * Checked  tests/unit/check_aging.c, moments and tails in check_stats.c
 */
#include "device/aging.h"

#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/physconst.h"
#include "device/cell.h"

const struct field programming_fields[] = {
	REAL(cell_programming, g_unit, DIM_SIEMENS, 1e-15, 1, NULL, "conductance that one unit of the curve stands for"),
	REAL(cell_programming, g_ref, DIM_SIEMENS, 0, 1, "0 S",
		"g_max of the cell the curve was measured on, to which it scales; 0 S: this cell's"),
	KIND(cell_programming, sigma, curve_kinds, NULL, "sigma of the conductance programmed, over g/g_max"),
	REAL(cell_programming, k_relative, DIM_NONE, 0, 1, "0", "sigma relative to the target, beside the curve"),
	FIELD_END,
};

static const struct field point_fields[] = {
	REAL(relaxation_point, t, DIM_SECOND, 1e-9, 1e12, NULL, "time since programming"),
	KIND(relaxation_point, sigma, curve_kinds, NULL, "sigma of the conductance then, programming included"),
	KIND(relaxation_point, shift, curve_kinds, "", "shift of its mean"),
	FIELD_END,
};

const struct field relaxation_fields[] = {
	REAL(cell_relaxation, g_unit, DIM_SIEMENS, 1e-15, 1, NULL, "conductance that one unit of the curves stands for"),
	REAL(cell_relaxation, g_ref, DIM_SIEMENS, 0, 1, "0 S",
		"g_max of the cell the curves were measured on, to which they scale; 0 S: this cell's"),
	LIST(cell_relaxation, points, struct relaxation_point, point_fields, 1, 100, NULL,
		"the population at several times, in order"),
	FIELD_END,
};

const struct field read_noise_fields[] = {
	REAL(cell_read_noise, k_white, DIM_NONE, 0, 1, "0", "sigma of one read, relative to the conductance"),
	REAL(cell_read_noise, g_white, DIM_SIEMENS, 0, 1, "0 S", "sigma of one read at conductance 0"),
	REAL(cell_read_noise, k_slope, DIM_NONE, 0, 1, "0", "what it grows by per conductance"),
	REAL(cell_read_noise, g_unit, DIM_SIEMENS, 1e-15, 1, "1 uS", "conductance that one unit of absolute curves stands for"),
	KIND(cell_read_noise, white, curve_kinds, "", "sigma of one read over g/g_max, in units of g_unit"),
	KIND(cell_read_noise, flicker, curve_kinds, "", "1/f noise: amplitude Q over g/g_max, relative to the conductance"),
	BOOL(cell_read_noise, absolute, "false", "Q is in units of g_unit, not relative to the conductance"),
	REAL(cell_read_noise, t_read, DIM_SECOND, 1e-12, 1, "250 ns", "duration of a read, which bounds the 1/f noise"),
	FIELD_END,
};

double aging_arrhenius(double e_activation, double temp_ref, double temp)
{
	return exp(e_activation / K_BOLTZMANN * (1 / temp_ref - 1 / (temp > 0 ? temp : TEMP_REFERENCE)));
}

static double curve_scale(const struct cell *c, double g_unit, double g_ref)
{
	return g_unit * (g_ref > 0 ? c->g_max / g_ref : 1);
}

double aging_sigma_program(const struct cell *c, double g)
{
	const struct cell_programming *p = c->programming;

	if (!p)
		return 0;

	double sigma = fmax(curve_at(p->sigma, g / c->g_max), 0) * curve_scale(c, p->g_unit, p->g_ref);

	return hypot(sigma, p->k_relative * g);
}

double aging_programmed(const struct cell *c, double g, double z_program)
{
	return fmax(g + aging_sigma_program(c, g) * z_program, 0);
}

static double point_value(const struct curve *c, double r)
{
	return c ? curve_at(c, r) : 0;
}

static double relaxed(const struct cell *c, double g, double t, double z)
{
	const struct cell_relaxation *x = c->relaxation;
	const struct relaxation_point *p = x->points.item;
	int n = x->points.n, i = 0;

	while (i < n - 2 && t >= p[i + 1].t)
		i++;

	const struct relaxation_point *a = &p[i], *b = &p[n > 1 ? i + 1 : i];
	double share = t <= a->t || n == 1 ? 0 : t >= b->t ? 1 : log(t / a->t) / log(b->t / a->t);
	double r = g / c->g_max, scale = curve_scale(c, x->g_unit, x->g_ref);
	double sigma = (1 - share) * fmax(curve_at(a->sigma, r), 0) + share * fmax(curve_at(b->sigma, r), 0);
	double shift = (1 - share) * point_value(a->shift, r) + share * point_value(b->shift, r);

	return fmax(g + scale * (shift + sigma * z), 0);
}

double aging_at(const struct cell *c, double g, double t, double temp, const struct aging_draws *z)
{
	const struct drift *f = c->drift;

	if (c->relaxation)
		return relaxed(c, g, t, z->program);

	double programmed = aging_programmed(c, g, z->program);

	if (!f || t <= 0)
		return programmed;
	if (f->e_activation > 0)
		t *= aging_arrhenius(f->e_activation, f->temp_ref, temp);
	return f->kind->at(f, c, programmed, t, z->drift);
}

double aging_sigma_read(const struct cell *c, double g, double g_programmed, double t)
{
	const struct cell_read_noise *n = c->read_noise;
	double flicker = 0, white = 0;

	if (!n)
		return 0;
	if (c->drift && c->drift->kind->first)
		t += c->drift->kind->first(c->drift);
	if (n->flicker && t > n->t_read)
		flicker = (n->absolute ? n->g_unit : g) * fmax(curve_at(n->flicker, g_programmed / c->g_max), 0) *
			sqrt(log((t + n->t_read) / (2 * n->t_read)));
	if (n->white)
		white = n->g_unit * fmax(curve_at(n->white, g / c->g_max), 0);
	return sqrt(pow(n->k_white * g, 2) + pow(n->g_white + n->k_slope * g, 2) + white * white + flicker * flicker);
}

double aging_read(const struct cell *c, double g, double t, double temp, const struct aging_draws *z)
{
	double now = aging_at(c, g, t, temp, z);

	if (!c->read_noise)
		return now;
	return now + aging_sigma_read(c, now, aging_programmed(c, g, z->program), t) * z->read;
}

double aging_told(const struct cell *c)
{
	const struct cell_relaxation *x = c->relaxation;

	return x ? ((const struct relaxation_point *)x->points.item)[x->points.n - 1].t : HUGE_VAL;
}

bool aging_present(const struct cell *c)
{
	return c->programming || c->drift || c->relaxation || c->read_noise;
}

static bool check_curve(const struct curve *c, struct diag *d)
{
	return !c || c->kind->check(c, d);
}

static bool check_relaxation(const struct cell_relaxation *x, struct diag *d)
{
	const struct relaxation_point *p = x->points.item;
	bool good = true;

	for (int i = 0; i < x->points.n; i++) {
		good &= check_curve(p[i].sigma, d) & check_curve(p[i].shift, d);
		if (i > 0 && p[i].t <= p[i - 1].t) {
			diag_error(d, diag_where(d, &p[i].t), "'t': the points must follow in time");
			good = false;
		}
	}
	return good;
}

bool aging_check(const struct cell *c, struct diag *d)
{
	bool good = true;

	if (c->programming)
		good &= check_curve(c->programming->sigma, d);
	if (c->relaxation)
		good &= check_relaxation(c->relaxation, d);
	if (c->relaxation && (c->programming || c->drift)) {
		diag_error(d, diag_where(d, &c->relaxation),
			"'relaxation' says all there is of time: no '%s' beside it",
			c->programming ? "programming" : "drift");
		good = false;
	}
	if (c->drift)
		good &= c->drift->kind->check(c->drift, c, d);
	if (c->read_noise)
		good &= check_curve(c->read_noise->flicker, d) & check_curve(c->read_noise->white, d);
	return good;
}
