/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nonlinearity labels and the curvature of the exponential update curve.
 *
 * Model    y(n) = (1 - e^(-n/(alpha P))) / (1 - e^(-1/alpha)), 0 <= n <= P. The label:
 *          max(y(x) - x) = 0.07 sqrt(2) |label|, x = n/P; with r = 1/|alpha|, s = 1 - e^(-r):
 *          1/s - 1/r + ln(s/r)/r = 0.07 sqrt(2) |label|
 * Source   [ChenPeng2018] (curve and label); the closed form of the label: doc/models.md
 * Assumes  both traces start at pulse 0 and span the whole window
 * Valid    0 < |label| <= 9
 * Checked  tests/unit/check_device.c: 105 labels to 5e-7, there and back to 1e-9
 */
#include "device/label.h"

#include <math.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>

#include "base/diag.h"

#define MAX_GAP_PER_LABEL 0.09899494936611666 /* 0.07 sqrt(2) */

/* Largest distance of the curve from the straight line for r = 1/|alpha| > 0. */
static double gap(double r)
{
	if (r < 1e-2)
		return r / 8 - r * r * r / 576;

	double s = -expm1(-r);

	return 1 / s - 1 / r + log(s / r) / r;
}

static double gap_error(double r, void *target)
{
	return gap(r) - *(const double *)target;
}

double label_to_curvature(double label)
{
	double target = MAX_GAP_PER_LABEL * fabs(label);
	gsl_function f = {gap_error, &target};
	gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
	double low = 7 * target, high = 8 * target; /* gap(r) <= r/8 */

	if (!solver)
		die("out of memory");
	while (gap(high) < target)
		high *= 2;
	gsl_root_fsolver_set(solver, &f, low, high);
	for (int i = 0; i < 200; i++) {
		if (gsl_root_fsolver_iterate(solver) != GSL_SUCCESS)
			break;
		low = gsl_root_fsolver_x_lower(solver);
		high = gsl_root_fsolver_x_upper(solver);
		if (gsl_root_test_interval(low, high, 0, 1e-14) == GSL_SUCCESS)
			break;
	}

	double r = gsl_root_fsolver_root(solver);

	gsl_root_fsolver_free(solver);
	return copysign(1 / r, label);
}

double curvature_to_label(double alpha)
{
	return copysign(gap(1 / fabs(alpha)) / MAX_GAP_PER_LABEL, alpha);
}
