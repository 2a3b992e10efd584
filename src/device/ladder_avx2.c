/* SPDX-License-Identifier: Apache-2.0 */
/* Wire solver compiled for AVX2. */
#define LADDER_WIDTH 4
#include "device/ladder_body.h"

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

const struct ladder_kern ladder_avx2 = {"avx2", has_avx2, solve, relax};
