/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels compiled for AVX2. */
#define KERN_WIDTH 8
#include <immintrin.h>

#define KERN_LARGER(a, b)  (vec)_mm256_max_ps((__m256)(a), (__m256)(b))
#define KERN_SMALLER(a, b) (vec)_mm256_min_ps((__m256)(a), (__m256)(b))
#include "train/kern_body.h"

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

static int n_counted(void)
{
	return 0; /* sums by pattern are faster */
}

const struct kern kern_avx2 = KERN_TABLE("avx2", has_avx2, &kern_scalar, plain_read, n_counted);
