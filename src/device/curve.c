/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of the relative conductance.
 *
 * Model    constant c; polynomial sum c_i r^i; logarithm clip(a ln r + b, low, high); power
 *          min(c/max(r^n, floor), high); saturating c (1 - e^(-r/r_0)); pieces: a logarithm
 *          below a threshold, a polynomial above
 * Source   [Nandakumar2019], [KhaddamAljameh2022], [Wan2022], [Agrawal2022] as parameters of techfiles
 * Assumes  r = 0 is read as 1e-6 by logarithms
 * Valid    where the techfile's source was fitted
 * Checked  tests/unit/check_aging.c
 */
#include "device/curve.h"

#include <math.h>
#include <stddef.h>

#include "base/diag.h"

#define R_SMALLEST 1e-6

struct constant {
	struct curve curve;
	double value;
};

struct polynomial {
	struct curve curve;
	struct field_reals coefficients;
};

struct logarithm {
	struct curve curve;
	double k_log, k_offset, low, high;
};

struct power {
	struct curve curve;
	double k, k_exponent, floor, high;
};

struct saturating {
	struct curve curve;
	double k, r_scale;
};

struct pieces {
	struct curve curve;
	struct field_reals coefficients;
	double r_threshold, k_log, k_offset, low, high;
};

static const struct field constant_fields[] = {
	REAL(constant, value, DIM_NONE, -1e9, 1e9, NULL, "the value"),
	FIELD_END,
};

static const struct field polynomial_fields[] = {
	REALS(polynomial, coefficients, DIM_NONE, -1e9, 1e9, NULL, "of the powers of r = g/g_max, from the 0th up"),
	FIELD_END,
};

static const struct field logarithm_fields[] = {
	REAL(logarithm, k_log, DIM_NONE, -1e9, 1e9, NULL, "factor of ln r"),
	REAL(logarithm, k_offset, DIM_NONE, -1e9, 1e9, NULL, "what is added"),
	REAL(logarithm, low, DIM_NONE, -1e9, 1e9, "-1e9", "lowest value"),
	REAL(logarithm, high, DIM_NONE, -1e9, 1e9, "1e9", "highest value"),
	FIELD_END,
};

static const struct field power_fields[] = {
	REAL(power, k, DIM_NONE, -1e9, 1e9, NULL, "factor"),
	REAL(power, k_exponent, DIM_NONE, -10, 10, NULL, "the curve is k/r^k_exponent"),
	REAL(power, floor, DIM_NONE, 1e-9, 1e9, "1e-9", "smallest divisor"),
	REAL(power, high, DIM_NONE, -1e9, 1e9, "1e9", "highest value"),
	FIELD_END,
};

static const struct field saturating_fields[] = {
	REAL(saturating, k, DIM_NONE, -1e9, 1e9, NULL, "value far above r_scale"),
	REAL(saturating, r_scale, DIM_NONE, 1e-9, 1e9, NULL, "relative conductance at which 63 % are reached"),
	FIELD_END,
};

static const struct field pieces_fields[] = {
	REAL(pieces, r_threshold, DIM_NONE, 0, 1, NULL, "below it the logarithm, above it the polynomial"),
	REAL(pieces, k_log, DIM_NONE, -1e9, 1e9, NULL, "factor of ln r"),
	REAL(pieces, k_offset, DIM_NONE, -1e9, 1e9, NULL, "what is added to it"),
	REAL(pieces, low, DIM_NONE, -1e9, 1e9, "-1e9", "lowest value of the logarithm"),
	REAL(pieces, high, DIM_NONE, -1e9, 1e9, "1e9", "highest value of the logarithm"),
	REALS(pieces, coefficients, DIM_NONE, -1e9, 1e9, NULL, "of the powers of r = g/g_max above the threshold, from the 0th up"),
	FIELD_END,
};

static double clip(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

static double horner(const struct field_reals *c, double r)
{
	double sum = 0;

	for (int i = c->n - 1; i >= 0; i--)
		sum = sum * r + c->value[i];
	return sum;
}

static double at_constant(const struct curve *c, double r)
{
	(void)r;
	return ((const struct constant *)c)->value;
}

static double at_polynomial(const struct curve *c, double r)
{
	return horner(&((const struct polynomial *)c)->coefficients, r);
}

static double at_logarithm(const struct curve *c, double r)
{
	const struct logarithm *l = (const struct logarithm *)c;

	return clip(l->k_log * log(fmax(r, R_SMALLEST)) + l->k_offset, l->low, l->high);
}

static double at_power(const struct curve *c, double r)
{
	const struct power *p = (const struct power *)c;

	return fmin(p->k / fmax(pow(r, p->k_exponent), p->floor), p->high);
}

static double at_saturating(const struct curve *c, double r)
{
	const struct saturating *s = (const struct saturating *)c;

	return -s->k * expm1(-r / s->r_scale);
}

static double at_pieces(const struct curve *c, double r)
{
	const struct pieces *p = (const struct pieces *)c;

	if (r >= p->r_threshold)
		return horner(&p->coefficients, r);
	return clip(p->k_log * log(fmax(r, R_SMALLEST)) + p->k_offset, p->low, p->high);
}

static bool check_nothing(const struct curve *c, struct diag *d)
{
	(void)c;
	(void)d;
	return true;
}

static bool check_coefficients(const struct field_reals *c, struct diag *d)
{
	if (c->n > 0)
		return true;
	diag_error(d, diag_where(d, c), "'coefficients': the list is empty");
	return false;
}

static bool check_order(double low, double high, const void *at, struct diag *d)
{
	if (low <= high)
		return true;
	diag_error(d, diag_where(d, at), "'high' must not be below 'low' (%g)", low);
	return false;
}

static bool check_polynomial(const struct curve *c, struct diag *d)
{
	return check_coefficients(&((const struct polynomial *)c)->coefficients, d);
}

static bool check_logarithm(const struct curve *c, struct diag *d)
{
	const struct logarithm *l = (const struct logarithm *)c;

	return check_order(l->low, l->high, &l->high, d);
}

static bool check_pieces(const struct curve *c, struct diag *d)
{
	const struct pieces *p = (const struct pieces *)c;

	return check_coefficients(&p->coefficients, d) & check_order(p->low, p->high, &p->high, d);
}

#define ROW(tag, word, text, checks)                                                               \
	static const struct curve_kind curve_##tag = {                                             \
		.head = {word, text, "Nandakumar2019", sizeof(struct tag), tag##_fields},          \
		.check = checks,                                                                   \
		.at = at_##tag,                                                                    \
	}

ROW(constant, "constant", "the same for every conductance", check_nothing);
ROW(polynomial, "polynomial", "polynomial in g/g_max", check_polynomial);
ROW(logarithm, "logarithm", "linear in ln g/g_max between limits", check_logarithm);
ROW(power, "power", "inverse power of g/g_max up to a limit", check_nothing);
ROW(saturating, "saturating", "rising with g/g_max to a limit", check_nothing);
ROW(pieces, "pieces", "logarithm below a threshold, polynomial above", check_pieces);

const struct curve_kind *const curve_kinds[] = {
	&curve_constant, &curve_polynomial, &curve_logarithm, &curve_power, &curve_saturating, &curve_pieces, NULL,
};

double curve_at(const struct curve *c, double r)
{
	return c->kind->at(c, r);
}
