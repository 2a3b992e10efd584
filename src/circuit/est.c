/* SPDX-License-Identifier: Apache-2.0 */
#include "circuit/est.h"

#include <math.h>

struct est est_then(struct est a, struct est b)
{
	return (struct est){
		.area = a.area + b.area,
		.latency = a.latency + b.latency,
		.energy = a.energy + b.energy,
		.leakage = a.leakage + b.leakage,
	};
}

struct est est_beside(struct est a, struct est b)
{
	struct est both = est_then(a, b);

	both.latency = fmax(a.latency, b.latency);
	return both;
}

struct est est_copies(struct est a, double n)
{
	return (struct est){n * a.area, a.latency, n * a.energy, n * a.leakage};
}

struct est est_repeat(struct est a, double n)
{
	return (struct est){a.area, n * a.latency, n * a.energy, a.leakage};
}
