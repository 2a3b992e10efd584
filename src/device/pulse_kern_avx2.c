/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels compiled for AVX2. */
#include "device/pulse_kern_body.h"

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

const struct pulse_kern pulse_kern_avx2 = PULSE_KERN_TABLE("avx2", has_avx2);
