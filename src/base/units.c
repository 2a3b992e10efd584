/* SPDX-License-Identifier: Apache-2.0 */
#include "base/units.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"

/* Of one dimension the rows go from small to large; show marks the units used for output. */
struct unit {
	const char *name;
	enum dim dim;
	double factor;
	bool show;
};

static const struct unit table[] = {
	{"uV", DIM_VOLT, 1e-6, true},
	{"mV", DIM_VOLT, 1e-3, true},
	{"V", DIM_VOLT, 1, true},
	{"pA", DIM_AMPERE, 1e-12, true},
	{"nA", DIM_AMPERE, 1e-9, true},
	{"uA", DIM_AMPERE, 1e-6, true},
	{"mA", DIM_AMPERE, 1e-3, true},
	{"A", DIM_AMPERE, 1, true},
	{"mOhm", DIM_OHM, 1e-3, true},
	{"Ohm", DIM_OHM, 1, true},
	{"kOhm", DIM_OHM, 1e3, true},
	{"MOhm", DIM_OHM, 1e6, true},
	{"GOhm", DIM_OHM, 1e9, true},
	{"pS", DIM_SIEMENS, 1e-12, true},
	{"nS", DIM_SIEMENS, 1e-9, true},
	{"uS", DIM_SIEMENS, 1e-6, true},
	{"mS", DIM_SIEMENS, 1e-3, true},
	{"S", DIM_SIEMENS, 1, true},
	{"aF", DIM_FARAD, 1e-18, true},
	{"fF", DIM_FARAD, 1e-15, true},
	{"pF", DIM_FARAD, 1e-12, true},
	{"nF", DIM_FARAD, 1e-9, true},
	{"F", DIM_FARAD, 1, false},
	{"aC", DIM_COULOMB, 1e-18, true},
	{"fC", DIM_COULOMB, 1e-15, true},
	{"pC", DIM_COULOMB, 1e-12, true},
	{"C", DIM_COULOMB, 1, false},
	{"fs", DIM_SECOND, 1e-15, true},
	{"ps", DIM_SECOND, 1e-12, true},
	{"ns", DIM_SECOND, 1e-9, true},
	{"us", DIM_SECOND, 1e-6, true},
	{"ms", DIM_SECOND, 1e-3, true},
	{"s", DIM_SECOND, 1, true},
	{"min", DIM_SECOND, 60, false},
	{"h", DIM_SECOND, 3600, false},
	{"d", DIM_SECOND, 86400, false},
	{"y", DIM_SECOND, 31557600, false},
	{"Hz", DIM_HERTZ, 1, true},
	{"kHz", DIM_HERTZ, 1e3, true},
	{"MHz", DIM_HERTZ, 1e6, true},
	{"GHz", DIM_HERTZ, 1e9, true},
	{"eV", DIM_JOULE, 1.602176634e-19, false},
	{"aJ", DIM_JOULE, 1e-18, true},
	{"fJ", DIM_JOULE, 1e-15, true},
	{"pJ", DIM_JOULE, 1e-12, true},
	{"nJ", DIM_JOULE, 1e-9, true},
	{"uJ", DIM_JOULE, 1e-6, true},
	{"mJ", DIM_JOULE, 1e-3, true},
	{"J", DIM_JOULE, 1, true},
	{"kJ", DIM_JOULE, 1e3, true},
	{"pW", DIM_WATT, 1e-12, true},
	{"nW", DIM_WATT, 1e-9, true},
	{"uW", DIM_WATT, 1e-6, true},
	{"mW", DIM_WATT, 1e-3, true},
	{"W", DIM_WATT, 1, true},
	{"pm", DIM_METRE, 1e-12, false},
	{"nm", DIM_METRE, 1e-9, true},
	{"um", DIM_METRE, 1e-6, true},
	{"mm", DIM_METRE, 1e-3, true},
	{"m", DIM_METRE, 1, true},
	{"nm^2", DIM_SQUARE_METRE, 1e-18, true},
	{"um^2", DIM_SQUARE_METRE, 1e-12, true},
	{"mm^2", DIM_SQUARE_METRE, 1e-6, true},
	{"cm^2", DIM_SQUARE_METRE, 1e-4, false},
	{"m^2", DIM_SQUARE_METRE, 1, false},
	{"K", DIM_KELVIN, 1, true},
	{"pA/um", DIM_AMPERE_PER_METRE, 1e-6, true},
	{"nA/um", DIM_AMPERE_PER_METRE, 1e-3, true},
	{"uA/um", DIM_AMPERE_PER_METRE, 1, true},
	{"mA/um", DIM_AMPERE_PER_METRE, 1e3, false},
	{"A/m", DIM_AMPERE_PER_METRE, 1, false},
	{"aF/um", DIM_FARAD_PER_METRE, 1e-12, true},
	{"fF/um", DIM_FARAD_PER_METRE, 1e-9, true},
	{"F/m", DIM_FARAD_PER_METRE, 1, false},
	{"fF/um^2", DIM_FARAD_PER_SQUARE_METRE, 1e-3, true},
	{"F/m^2", DIM_FARAD_PER_SQUARE_METRE, 1, false},
	{"uC/cm^2", DIM_COULOMB_PER_SQUARE_METRE, 1e-2, true},
	{"C/m^2", DIM_COULOMB_PER_SQUARE_METRE, 1, false},
	{"nOhm m", DIM_OHM_METRE, 1e-9, true},
	{"uOhm cm", DIM_OHM_METRE, 1e-8, false},
	{"Ohm m", DIM_OHM_METRE, 1, false},
	{"Ohm m^2", DIM_OHM_SQUARE_METRE, 1, true},
	{"fJ/bit", DIM_JOULE_PER_BIT, 1e-15, true},
	{"pJ/bit", DIM_JOULE_PER_BIT, 1e-12, true},
	{"Mbit/s", DIM_BIT_PER_SECOND, 1e6, true},
	{"Gbit/s", DIM_BIT_PER_SECOND, 1e9, true},
	{"Tbit/s", DIM_BIT_PER_SECOND, 1e12, true},
};

#define N_UNITS (sizeof table / sizeof table[0])

static const struct {
	const char *name, *article, *si;
} dims[DIM_COUNT] = {
	[DIM_NONE] = {"number without a unit", "a", ""},
	[DIM_VOLT] = {"voltage", "a", "V"},
	[DIM_AMPERE] = {"current", "a", "A"},
	[DIM_OHM] = {"resistance", "a", "Ohm"},
	[DIM_SIEMENS] = {"conductance", "a", "S"},
	[DIM_FARAD] = {"capacitance", "a", "F"},
	[DIM_COULOMB] = {"charge", "a", "C"},
	[DIM_SECOND] = {"time", "a", "s"},
	[DIM_HERTZ] = {"frequency", "a", "Hz"},
	[DIM_JOULE] = {"energy", "an", "J"},
	[DIM_WATT] = {"power", "a", "W"},
	[DIM_METRE] = {"length", "a", "m"},
	[DIM_SQUARE_METRE] = {"area", "an", "m^2"},
	[DIM_KELVIN] = {"temperature", "a", "K"},
	[DIM_AMPERE_PER_METRE] = {"current per width", "a", "A/m"},
	[DIM_FARAD_PER_METRE] = {"capacitance per length", "a", "F/m"},
	[DIM_FARAD_PER_SQUARE_METRE] = {"capacitance per area", "a", "F/m^2"},
	[DIM_COULOMB_PER_SQUARE_METRE] = {"charge per area", "a", "C/m^2"},
	[DIM_OHM_METRE] = {"resistivity", "a", "Ohm m"},
	[DIM_OHM_SQUARE_METRE] = {"resistance times area", "a", "Ohm m^2"},
	[DIM_JOULE_PER_BIT] = {"energy per bit", "an", "J/bit"},
	[DIM_BIT_PER_SECOND] = {"bit rate", "a", "bit/s"},
};

const char *dim_name(enum dim dim)
{
	return dims[dim].name;
}

const char *dim_si(enum dim dim)
{
	return dims[dim].si;
}

const char *units_name(enum dim dim, size_t i)
{
	for (size_t k = 0; k < N_UNITS; k++)
		if (table[k].dim == dim && i-- == 0)
			return table[k].name;
	return NULL;
}

const char *dim_phrase(struct arena *a, enum dim dim)
{
	const char *text = arena_printf(a, "%s %s", dims[dim].article, dims[dim].name);
	const char *unit;

	for (size_t i = 0; (unit = units_name(dim, i)); i++)
		text = arena_printf(a, "%s%s%s", text, i ? ", " : " (", unit);
	return dim == DIM_NONE ? text : arena_printf(a, "%s)", text);
}

/* Plain decimal numbers only: what strtod takes beyond them (hex, inf, nan, blanks) is refused. The
 * mantissa's text goes to digits, the exponent to *exponent; returns what follows, NULL if no number. */
static const char *scan_number(const char *s, char *digits, size_t size, long *exponent)
{
	const char *p = s;
	int n_digits = 0;

	p += *p == '-' || *p == '+';
	for (; isdigit((unsigned char)*p); p++)
		n_digits++;
	if (*p == '.')
		for (p++; isdigit((unsigned char)*p); p++)
			n_digits++;
	if (!n_digits || (size_t)(p - s) >= size)
		return NULL;
	memcpy(digits, s, (size_t)(p - s));
	digits[p - s] = '\0';
	*exponent = 0;
	if (*p == 'e' || *p == 'E') {
		const char *q = p + 1 + (p[1] == '-' || p[1] == '+');
		if (isdigit((unsigned char)*q)) {
			*exponent = strtol(p + 1, NULL, 10);
			for (p = q; isdigit((unsigned char)*p); p++)
				;
		}
	}
	return *exponent > -10000 && *exponent < 10000 ? p : NULL;
}

/* mantissa 10^exponent times a unit: a power of ten joins the exponent, so that 40 nm and 0.04 um are
 * the same double, the nearest to 4e-8. */
static double scale(const char *digits, long exponent, double factor)
{
	char text[96];
	long unit_exponent = lround(log10(factor));

	snprintf(text, sizeof text, "1e%ld", unit_exponent);

	bool decimal = strtod(text, NULL) == factor;

	snprintf(text, sizeof text, "%se%ld", digits, exponent + (decimal ? unit_exponent : 0));
	return decimal ? strtod(text, NULL) : strtod(text, NULL) * factor;
}

enum units_status units_parse(const char *text, enum dim dim, double *si, enum dim *found)
{
	char digits[64];
	long exponent;
	const char *p = scan_number(text, digits, sizeof digits, &exponent);

	if (!p || !isfinite(scale(digits, exponent, 1)))
		return UNITS_NOT_A_NUMBER;
	if (*p == ' ')
		p++;
	if (!*p) {
		*si = scale(digits, exponent, 1);
		return dim == DIM_NONE ? UNITS_OK : UNITS_MISSING;
	}
	for (size_t i = 0; i < N_UNITS; i++) {
		if (strcmp(p, table[i].name) != 0)
			continue;
		*found = table[i].dim;
		*si = scale(digits, exponent, table[i].factor);
		if (dim == DIM_NONE)
			return UNITS_UNEXPECTED;
		return table[i].dim == dim ? UNITS_OK : UNITS_OTHER_DIM;
	}
	return isalpha((unsigned char)*p) || *p == '%' ? UNITS_UNKNOWN : UNITS_NOT_A_NUMBER;
}

const char *number_text(struct arena *a, double x)
{
	char buffer[40];

	if (x == floor(x) && fabs(x) < 1e15)
		return arena_printf(a, "%.0f", x);
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(buffer, sizeof buffer, "%.*g", digits, x);
		if (strtod(buffer, NULL) == x)
			break;
	}
	return arena_dup(a, buffer);
}

const char *units_text(struct arena *a, double si, enum dim dim)
{
	const struct unit *best = NULL;

	for (size_t i = 0; i < N_UNITS; i++) {
		const struct unit *u = &table[i];
		if (u->dim != dim || !u->show)
			continue;
		if (!best || fabs(si) >= u->factor * (1 - 1e-12))
			best = u;
	}
	if (si == 0 && best)
		for (size_t i = 0; i < N_UNITS; i++)
			if (table[i].dim == dim && table[i].factor == 1)
				best = &table[i];
	if (!best)
		return arena_printf(a, "%.6g", si);
	return arena_printf(a, "%.6g %s", si / best->factor, best->name);
}
