/* SPDX-License-Identifier: Apache-2.0 */
/* The choice among kernel tables. */
#include "device/pulse_kern.h"

#include <math.h>
#include <string.h>

const struct pulse_kern *const pulse_kern_table[] = {
	&pulse_kern_scalar, &pulse_kern_avx2, &pulse_kern_avx512, NULL};

const struct pulse_kern *pulse_kern_pick(const char *isa)
{
	const struct pulse_kern *best = NULL;

	for (int i = 0; pulse_kern_table[i]; i++)
		if ((!isa || strcmp(isa, pulse_kern_table[i]->name) == 0) && pulse_kern_table[i]->usable())
			best = pulse_kern_table[i];
	return best;
}

void pulse_kern_keep(const struct pulse_kern *kern, const float *x, size_t from, size_t n, int n_bits, struct rng rng,
	uint64_t step, int32_t *k, float *kept)
{
	float bottom = -ldexpf(1, n_bits - 1), top = -bottom - 1;

	kern->round(x, from, n, true, rng, step, k);
	for (size_t i = 0; i < n; i++) {
		float places = (float)k[i];
		kept[i] = places < bottom ? bottom : places > top ? top : places;
	}
}
