/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rng.h"

#include <math.h>
#include <string.h>

#include <Random123/philox.h>

#include "base/rng_math.h"

struct rng rng_stream(uint64_t seed, enum rng_purpose purpose, uint32_t layer)
{
	philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
	philox4x32_ctr_t ctr = {{(uint32_t)purpose, layer, 0, 0}};
	philox4x32_ctr_t word = philox4x32(ctr, key);

	return (struct rng){{word.v[0], word.v[1]}};
}

void rng_u32x4(struct rng rng, uint64_t block, uint64_t step, uint32_t out[4])
{
	philox4x32_key_t key = {{rng.key[0], rng.key[1]}};
	philox4x32_ctr_t ctr = {{(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)step,
		(uint32_t)(step >> 32)}};
	philox4x32_ctr_t word = philox4x32(ctr, key);

	memcpy(out, word.v, 4 * sizeof *out);
}

uint32_t rng_u32(struct rng rng, uint64_t cell, uint64_t step)
{
	uint32_t word[4];

	rng_u32x4(rng, cell / 4, step, word);
	return word[cell % 4];
}

float rng_uniform(struct rng rng, uint64_t cell, uint64_t step)
{
	return rng_unit(rng_u32(rng, cell, step));
}

void rng_normal4(struct rng rng, uint64_t block, uint64_t step, float out[4])
{
	uint32_t word[4];

	rng_u32x4(rng, block, step, word);
	rng_pair(word[0], word[1], &out[0], &out[1]);
	rng_pair(word[2], word[3], &out[2], &out[3]);
}

/* The pair of a block that holds the cell; the other one is not computed. */
float rng_normal(struct rng rng, uint64_t cell, uint64_t step)
{
	uint32_t word[4];
	float z[2];
	const uint32_t *pair = word + (cell & 2);

	rng_u32x4(rng, cell / 4, step, word);
	rng_pair(pair[0], pair[1], &z[0], &z[1]);
	return z[cell & 1];
}

uint32_t rng_below(struct rng rng, uint64_t cell, uint64_t step, uint32_t n)
{
	/* Multiply-shift with rejection [Lemire2019]; a rejected word is replaced by one of a far block. */
	uint32_t reject = (uint32_t)(-(int64_t)n) % n;

	for (uint64_t try = 0;; try++) {
		uint64_t product = (uint64_t)rng_u32(rng, cell + (try << 48), step) * n;
		if ((uint32_t)product >= reject)
			return (uint32_t)(product >> 32);
	}
}

void rng_permutation(struct rng rng, uint64_t step, int n, int *order)
{
	for (int i = 0; i < n; i++)
		order[i] = i;
	for (int i = n - 1; i > 0; i--) {
		int j = (int)rng_below(rng, (uint64_t)i, step, (uint32_t)i + 1);
		int swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
}
