/* SPDX-License-Identifier: Apache-2.0 */
/* Relative comparison for tests: says both values and how far apart they are. Check's own absolute
 * tolerance passes on anything when values are 1e-15 J. */
#ifndef MHO_TESTS_NEAR_H
#define MHO_TESTS_NEAR_H

#include <math.h>

#include <check.h>

#define ck_near(a, b, rel)                                                                         \
	do {                                                                                       \
		double near_a = (a), near_b = (b), near_r = (rel);                                 \
		ck_assert_msg(fabs(near_a - near_b) <= near_r * fabs(near_b) ||                    \
				      (near_a == near_b),                                          \
			"%s = %.17g, expected %.17g within %g (off by %g)", #a, near_a, near_b,    \
			near_r, fabs(near_a / near_b - 1));                                        \
	} while (0)

/* Run one suite; the exit status of a test program. */
static inline int run_suite(Suite *s)
{
	SRunner *runner = srunner_create(s);

	srunner_run_all(runner, CK_NORMAL);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed != 0;
}

#endif
