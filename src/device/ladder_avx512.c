/* SPDX-License-Identifier: Apache-2.0 */
/* Wire solver compiled for AVX-512. */
#define LADDER_WIDTH 8
#include "device/ladder_body.h"

static bool has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

const struct ladder_kern ladder_avx512 = {"avx512", has_avx512, solve, relax};
