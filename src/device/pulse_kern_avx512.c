/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels compiled for AVX-512. */
#include "device/pulse_kern_body.h"

static bool has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

const struct pulse_kern pulse_kern_avx512 = PULSE_KERN_TABLE("avx512", has_avx512);
