/* SPDX-License-Identifier: Apache-2.0 */
/* The choice among kernel tables. */
#include "device/pulse_kern.h"

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
