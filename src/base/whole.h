/* SPDX-License-Identifier: Apache-2.0 */
/* Whole numbers. */
#ifndef MHO_BASE_WHOLE_H
#define MHO_BASE_WHOLE_H

static inline int least(int a, int b)
{
	return a < b ? a : b;
}

/* a >= 0, b > 0: how many of b hold a. */
static inline int div_up(int a, int b)
{
	return (a + b - 1) / b;
}

#endif
