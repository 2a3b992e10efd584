/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to a conductance between programming and reading. Everything is a function of the
 * target, of the time since programming and of standard normal draws that belong to the cell: z_program
 * and z_drift are drawn once per programming (so that a cell keeps its own drift), z_read at each
 * read. Order: programming error, then relaxation or drift, then the noise of the read.
 *
 * Families, one array row each: drift_kinds[] (aging_drift.c), relaxations and read noise (aging.c).
 */
#ifndef MHO_DEVICE_AGING_H
#define MHO_DEVICE_AGING_H

#include "base/field.h"
#include "device/curve.h"

struct cell;

/* Error left by programming with verification: sigma of the conductance. */
struct cell_programming {
	double g_unit; /* [S] one unit of the curve */
	double g_ref;  /* [S] g_max the curve was measured at; 0: the cell's; others scale the curve */
	const struct curve *sigma;
	double k_relative; /* sigma relative to the target, beside the curve */
};

/* Loss of conductance in time. */
struct drift {
	const struct drift_kind *kind;
	double e_activation; /* [J] times are scaled by Arrhenius' law */
	double temp_ref;     /* [K] temperature the parameters hold at */
};

struct drift_kind {
	struct kind_head head;
	bool (*check)(const struct drift *, const struct cell *, struct diag *);
	/* g [S] programmed, t [s] at the reference temperature, z the cell's draw. */
	double (*at)(const struct drift *, const struct cell *, double g, double t, double z);
	/* [s] from programming to t = 0, where the law counts from the first read on; may be NULL: 0 */
	double (*first)(const struct drift *);
};

extern const struct drift_kind *const drift_kinds[]; /* NULL-ended */

/* Spread of a programmed population at given times: all of the spread, that of programming included.
 * Between the times ln t interpolates; before the first and after the last their values hold. */
struct relaxation_point {
	double t;
	const struct curve *sigma, *shift; /* shift may be NULL */
};

struct cell_relaxation {
	double g_unit, g_ref;     /* as above */
	struct field_list points; /* of struct relaxation_point, in rising t */
};

/* Noise of one read: independent parts, added in squares. */
struct cell_read_noise {
	double k_white;          /* sigma relative to the conductance */
	double g_white, k_slope; /* sigma g_white + k_slope g */
	double g_unit;           /* [S] one unit of the curves where they are absolute */
	const struct curve *white;   /* sigma over g/g_max, absolute; or NULL */
	const struct curve *flicker; /* Q, or NULL: sigma = g Q sqrt(ln((t + t_0 + t_read)/(2 t_read))) */
	bool absolute;               /* of flicker: g_unit stands in place of g */
	double t_read;               /* [s] */
};

/* Standard normal draws of one cell. */
struct aging_draws {
	double program, drift, read;
};

/* Sigma of programming [S] at target g, with the pulse noise of verification. */
double aging_sigma_program(const struct cell *, double g);

/* Conductance right after programming to g. */
double aging_programmed(const struct cell *, double g, double z_program);

/* The same t seconds later at temperature temp [K], without the noise of reading. */
double aging_at(const struct cell *, double g, double t, double temp, const struct aging_draws *);

/* As read then. */
double aging_read(const struct cell *, double g, double t, double temp, const struct aging_draws *);

/* Sigma of the read noise [S] of a cell at g that was programmed to g_programmed t seconds ago. */
double aging_sigma_read(const struct cell *, double g, double g_programmed, double t);

/* The last time [s] that the cell's data tell of, INFINITY where a law goes on: later nothing changes. */
double aging_told(const struct cell *);

/* Whether anything above belongs to the cell at all. */
bool aging_present(const struct cell *);

/* How much faster a process of activation energy e [J] runs at temp than at temp_ref (temp 0: 300 K). */
double aging_arrhenius(double e_activation, double temp_ref, double temp);

extern const struct field programming_fields[], relaxation_fields[], read_noise_fields[];

bool aging_check(const struct cell *, struct diag *);

#endif
