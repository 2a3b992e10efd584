/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kinds of drift.
 *
 * Model    power_law     g(t) = g ((t + t_0)/t_0)^-nu, nu = |mu(r) + sigma(r) xi| (or signed)
 *          logarithmic   g(t) = max(0, g + g_unit (a ln t + (b ln t + c) xi)), t in seconds, t >= 1
 *          stretched     g(t) = g_rest + (g - g_rest) e^(-(t/tau)^beta), ln tau normal;
 *          polarisation of a ferroelectric, charge of a trap
 * Source   [Nandakumar2019], [KhaddamAljameh2022] (power law); [Falcone2025] (logarithmic, filamentary
 *          CMO/HfOx); [Kohlrausch1854] (stretched exponential)
 * Assumes  a cell keeps its exponent until it is programmed again
 * Valid    1 s to 10 years for the power law, as far as its fit
 * Checked  tests/unit/check_aging.c
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/cell.h"

struct power_law {
	struct drift drift;
	double t_0;
	const struct curve *nu, *nu_sigma;
	bool both_ways;
};

struct logarithmic {
	struct drift drift;
	double g_unit, k_mean, k_sigma, k_sigma_offset;
};

struct stretched {
	struct drift drift;
	double t_retention, k_spread, k_beta, y_rest;
};

/* Shared keys of struct X that starts with a struct drift. */
#define DRIFT_FIELDS(st)                                                                           \
	{"e_activation", FIELD_REAL, DIM_JOULE, offsetof(struct st, drift.e_activation), 0, 1e-18, \
		"0 J", NULL, "activation energy of the time scale; 0 J: no dependence on temperature", 0}, \
	{"temp_ref", FIELD_REAL, DIM_KELVIN, offsetof(struct st, drift.temp_ref), 100, 1000,       \
		"300 K", NULL, "temperature the parameters hold at", 0}

static const struct field power_law_fields[] = {
	DRIFT_FIELDS(power_law),
	REAL(power_law, t_0, DIM_SECOND, 1e-9, 1e6, NULL, "time after programming at which the conductance was read first"),
	KIND(power_law, nu, curve_kinds, NULL, "mean exponent over g/g_max"),
	KIND(power_law, nu_sigma, curve_kinds, NULL, "its sigma from cell to cell"),
	BOOL(power_law, both_ways, "false", "exponents keep their sign (else |nu|)"),
	FIELD_END,
};

static const struct field logarithmic_fields[] = {
	DRIFT_FIELDS(logarithmic),
	REAL(logarithmic, g_unit, DIM_SIEMENS, 1e-15, 1, NULL, "conductance the following are in"),
	REAL(logarithmic, k_mean, DIM_NONE, -1e6, 1e6, NULL, "mean change per ln(t/1 s)"),
	REAL(logarithmic, k_sigma, DIM_NONE, 0, 1e6, NULL, "sigma per ln(t/1 s)"),
	REAL(logarithmic, k_sigma_offset, DIM_NONE, 0, 1e6, NULL, "sigma at 1 s"),
	FIELD_END,
};

static const struct field stretched_fields[] = {
	DRIFT_FIELDS(stretched),
	REAL(stretched, t_retention, DIM_SECOND, 1e-9, 1e15, NULL, "median time constant"),
	REAL(stretched, k_spread, DIM_NONE, 0, 10, "0", "sigma of the logarithm of the time constant"),
	REAL(stretched, k_beta, DIM_NONE, 0.05, 1, "1", "power of the time, 1 for a plain exponential"),
	REAL(stretched, y_rest, DIM_NONE, 0, 1, "0.5", "state it decays to, 0 to 1 of the window"),
	FIELD_END,
};

static bool check_power_law(const struct drift *f, const struct cell *c, struct diag *d)
{
	const struct power_law *p = (const struct power_law *)f;

	(void)c;
	return p->nu->kind->check(p->nu, d) & p->nu_sigma->kind->check(p->nu_sigma, d);
}

static bool check_nothing(const struct drift *f, const struct cell *c, struct diag *d)
{
	(void)f;
	(void)c;
	(void)d;
	return true;
}

static double at_power_law(const struct drift *f, const struct cell *c, double g, double t, double z)
{
	const struct power_law *p = (const struct power_law *)f;
	double r = g / c->g_max, nu = curve_at(p->nu, r) + fmax(curve_at(p->nu_sigma, r), 0) * z;

	return g * pow((t + p->t_0) / p->t_0, -(p->both_ways ? nu : fabs(nu)));
}

static double first_power_law(const struct drift *f)
{
	return ((const struct power_law *)f)->t_0;
}

static double at_logarithmic(const struct drift *f, const struct cell *c, double g, double t, double z)
{
	const struct logarithmic *l = (const struct logarithmic *)f;
	double x = log(fmax(t, 1));

	(void)c;
	return fmax(g + l->g_unit * (l->k_mean * x + (l->k_sigma * x + l->k_sigma_offset) * z), 0);
}

static double at_stretched(const struct drift *f, const struct cell *c, double g, double t, double z)
{
	const struct stretched *s = (const struct stretched *)f;
	double g_rest = c->g_min + s->y_rest * (c->g_max - c->g_min);
	double tau = s->t_retention * exp(s->k_spread * z);

	return g_rest + (g - g_rest) * exp(-pow(t / tau, s->k_beta));
}

static const struct drift_kind drift_power_law = {
	.head = {"power_law", "conductance falls as a power of time, each cell with its exponent",
		"Nandakumar2019", sizeof(struct power_law), power_law_fields},
	.check = check_power_law,
	.at = at_power_law,
	.first = first_power_law,
};

static const struct drift_kind drift_logarithmic = {
	.head = {"logarithmic", "mean and spread change with the logarithm of time", "Falcone2025",
		sizeof(struct logarithmic), logarithmic_fields},
	.check = check_nothing,
	.at = at_logarithmic,
};

static const struct drift_kind drift_stretched = {
	.head = {"stretched", "stretched exponential towards a state of rest", "Kohlrausch1854",
		sizeof(struct stretched), stretched_fields},
	.check = check_nothing,
	.at = at_stretched,
};

const struct drift_kind *const drift_kinds[] = {
	&drift_power_law,
	&drift_logarithmic,
	&drift_stretched,
	NULL,
};
