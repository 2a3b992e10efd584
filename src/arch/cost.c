/* SPDX-License-Identifier: Apache-2.0 */
#include "arch/cost.h"

#include <stddef.h>

#include "net/network.h"

void cost_sum(struct cost *c, const double *k_phase, const double *k_beside)
{
	for (int p = 0; p < PHASE_COUNT; p++) {
		struct phase_cost *sum = &c->phase[p];
		for (int i = 0; i < c->n_layers; i++) {
			sum->latency += c->layer[i].phase[p].latency;
			sum->energy += c->layer[i].phase[p].energy;
		}
		sum->latency *= k_beside ? k_beside[p] : 1;
		c->image.latency += k_phase[p] * sum->latency;
		c->image.energy += k_phase[p] * sum->energy;
	}
}

void cost_rate(struct cost *c, const struct network *net, double n_images, double t_image)
{
	c->epoch = (struct phase_cost){n_images * t_image, n_images * c->image.energy};
	c->macs_per_image = network_macs(net);
	c->tops = 2e-12 * c->macs_per_image / c->t_forward;
	c->tops_per_w = 2e-12 * c->macs_per_image / c->phase[PHASE_FORWARD].energy;
	c->tops_per_mm2 = c->tops / (c->area * 1e6);
	c->images_per_s = 1 / t_image;
	c->joule_per_image = c->image.energy;
}
