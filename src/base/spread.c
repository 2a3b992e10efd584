/* SPDX-License-Identifier: Apache-2.0 */
#include "base/spread.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

void spread_add(struct spread *s, double x)
{
	if (!isfinite(x))
		return;
	if (s->n++ == 0)
		s->first = x;
	s->sum += x - s->first;
	s->squares += (x - s->first) * (x - s->first);
}

double spread_mean(const struct spread *s)
{
	return s->n > 0 ? s->first + s->sum / s->n : (double)NAN;
}

double spread_deviation(const struct spread *s)
{
	return s->n > 1 ? sqrt(fmax(s->squares - s->sum * s->sum / s->n, 0) / (s->n - 1)) : (double)NAN;
}

double spread_interval(const struct spread *s)
{
	return s->n > 1 ? gsl_cdf_tdist_Pinv(0.975, s->n - 1) * spread_deviation(s) / sqrt(s->n) : (double)NAN;
}
