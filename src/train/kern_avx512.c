/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels compiled for AVX-512. */
#define KERN_WIDTH 16
#include "train/kern_body.h"

static bool has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

const struct kern kern_avx512 = KERN_TABLE("avx512", has_avx512);
