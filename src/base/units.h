/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Units at the border: inside everything is SI and double; outside every dimensional value is
 * written with its unit. The units are a closed, spelled-out table, so "m^2" can never be read as
 * milli-something and mS/MS cannot be confused.
 */
#ifndef MHO_BASE_UNITS_H
#define MHO_BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>

enum dim {
	DIM_NONE, /* a plain number */
	DIM_VOLT,
	DIM_AMPERE,
	DIM_OHM,
	DIM_SIEMENS,
	DIM_FARAD,
	DIM_COULOMB,
	DIM_SECOND,
	DIM_HERTZ,
	DIM_JOULE,
	DIM_WATT,
	DIM_METRE,
	DIM_SQUARE_METRE,
	DIM_KELVIN,
	DIM_AMPERE_PER_METRE,
	DIM_FARAD_PER_METRE,
	DIM_FARAD_PER_SQUARE_METRE,
	DIM_COULOMB_PER_SQUARE_METRE,
	DIM_OHM_METRE,
	DIM_OHM_SQUARE_METRE,
	DIM_JOULE_PER_BIT,
	DIM_BIT_PER_SECOND,
	DIM_COUNT
};

struct arena;

/* "a voltage (uV, mV, V)": for messages. */
const char *dim_phrase(struct arena *, enum dim);
const char *dim_name(enum dim); /* "voltage" */
const char *dim_si(enum dim);   /* SI unit as it stands in column names: "V"; "" for DIM_NONE */

enum units_status { UNITS_OK, UNITS_NOT_A_NUMBER, UNITS_MISSING, UNITS_UNEXPECTED, UNITS_UNKNOWN,
	UNITS_OTHER_DIM };

/* Read "0.5 V" or "0.5V" as a value of dimension dim into *si. On UNITS_OTHER_DIM *found says which
 * dimension it has. NaN, infinities and hexadecimal are not numbers. Never uses the locale. */
enum units_status units_parse(const char *text, enum dim dim, double *si, enum dim *found);

/* A value for people: "25 uS", "0.965 V", "64"; the unit with 1 <= |x| < 1000 where there is one. */
const char *units_text(struct arena *, double si, enum dim dim);

/* The shortest decimal text that reads back to exactly x. */
const char *number_text(struct arena *, double x);

/* Iterate over the table: name of the i-th unit of dim, or NULL. */
const char *units_name(enum dim dim, size_t i);

#endif
