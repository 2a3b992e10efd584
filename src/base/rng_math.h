/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words to uniforms and normals, without libm, so that every CPU and vector width gives the same bits
 * (compile with -ffp-contract=off).
 *
 * Model    uniform = (word + 1/2) 2^-32; Box-Muller r = sqrt(-2 ln u), angle = 2 pi v
 * Source   [BoxMuller1958]; polynomials [Cephes1989] (logf, sinf, cosf)
 * Valid    u in [2^-33, 1); relative error of r and of the angle's sine and cosine below 2e-7
 * Checked  tests/unit/check_rng.c: moments, tails to 5 sigma, error against libm in double
 */
#ifndef MHO_BASE_RNG_MATH_H
#define MHO_BASE_RNG_MATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* In (0, 1]: the upper end rounds to 1, the lower is 2^-33. */
static inline float rng_unit(uint32_t word)
{
	return ((float)word + 0.5f) * 0x1p-32f;
}

static inline float rng_log(float x)
{
	uint32_t bits;
	float m;

	memcpy(&bits, &x, sizeof bits);
	/* x = m 2^e with sqrt(1/2) <= m < sqrt(2) */
	int32_t e = (int32_t)(bits - 0x3f3504f3u) >> 23;
	bits -= (uint32_t)e << 23;
	memcpy(&m, &bits, sizeof m);

	float t = m - 1.0f, z = t * t;
	float p = 7.0376836292e-2f;

	p = p * t - 1.1514610310e-1f;
	p = p * t + 1.1676998740e-1f;
	p = p * t - 1.2420140846e-1f;
	p = p * t + 1.4249322787e-1f;
	p = p * t - 1.6668057665e-1f;
	p = p * t + 2.0000714765e-1f;
	p = p * t - 2.4999993993e-1f;
	p = p * t + 3.3333331174e-1f;
	p = p * t * z;
	p += -2.12194440e-4f * (float)e;
	p += -0.5f * z;
	return (t + p) + 0.693359375f * (float)e;
}

/* cos and sin of 2 pi word / 2^32. */
static inline void rng_circle(uint32_t word, float *c, float *s)
{
	/* the quadrant by the top bits, the rest within +-pi/4 */
	uint32_t quadrant = (word + 0x20000000u) >> 30;
	int32_t rest = (int32_t)(word - (quadrant << 30));
	float x = (float)rest * 1.46291807927e-9f; /* 2 pi / 2^32 */
	float z = x * x;
	float sine = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * x + x;
	float cosine = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z +
			       4.166664568298827e-2f) * z * z - 0.5f * z + 1.0f;
	float a = quadrant & 1 ? sine : cosine, b = quadrant & 1 ? cosine : sine;

	*c = (quadrant + 1) & 2 ? -a : a;
	*s = quadrant & 2 ? -b : b;
}

static inline void rng_pair(uint32_t u, uint32_t v, float *z0, float *z1)
{
	float r = sqrtf(-2.0f * rng_log(rng_unit(u))), c, s;

	rng_circle(v, &c, &s);
	*z0 = r * c;
	*z1 = r * s;
}

#endif
