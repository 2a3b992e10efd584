/* SPDX-License-Identifier: Apache-2.0 */
/* Mean and spread of numbers that come one by one; those that are not finite are left out. */
#ifndef MHO_BASE_SPREAD_H
#define MHO_BASE_SPREAD_H

struct spread {
	int n;
	double first, sum, squares; /* sums around the first */
};

void spread_add(struct spread *, double x);
/* NaN where there are too few: below one, below two. */
double spread_mean(const struct spread *);
double spread_deviation(const struct spread *);
/* Half of the 95 % interval of the mean, by Student's distribution. */
double spread_interval(const struct spread *);

#endif
