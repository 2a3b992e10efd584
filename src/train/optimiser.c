/* SPDX-License-Identifier: Apache-2.0 */
/* Optimisers; the model is in optimiser.h. */
#include "train/optimiser.h"

#include <math.h>

#include "base/arena.h"
#include "base/diag.h"

#define EPSILON 1e-8f

void optimiser_init(struct optimiser *o, struct arena *a, const struct recipe *r, size_t n)
{
	*o = (struct optimiser){.recipe = r};
	if (r->optimiser != OPTIMISER_SGD)
		o->velocity = NEW(a, float, n);
	if (r->optimiser == OPTIMISER_ADAM)
		o->square = NEW(a, float, n);
}

static void adam(struct optimiser *o, const struct optimiser_step *s, const float *restrict gradient,
	const float *restrict param, float decay, size_t from, size_t to, float *restrict change)
{
	float *restrict velocity = o->velocity, *restrict square = o->square;
	float m = (float)o->recipe->momentum, b = (float)o->recipe->k_beta2;
	float rate = (float)s->rate, k = (float)s->k_gradient;
	float of_mean = (float)(1 / (1 - pow(o->recipe->momentum, (double)s->number)));
	float of_square = (float)(1 / (1 - pow(o->recipe->k_beta2, (double)s->number)));

	for (size_t i = from; i < to; i++) {
		float g = gradient[i] * k;
		velocity[i] = m * velocity[i] + (1 - m) * g;
		square[i] = b * square[i] + (1 - b) * (g * g);
		change[i] = -rate * (velocity[i] * of_mean / (sqrtf(square[i] * of_square) + EPSILON) +
					    decay * param[i]);
	}
}

void optimiser_change(struct optimiser *o, const struct optimiser_step *s,
	const float *restrict gradient, const float *restrict param, bool decays, size_t from, size_t to,
	float *restrict change)
{
	float *restrict velocity = o->velocity;
	float m = (float)o->recipe->momentum, rate = (float)s->rate, k = (float)s->k_gradient,
	      decay = decays ? (float)o->recipe->k_decay : 0;

	switch ((enum recipe_optimiser)o->recipe->optimiser) {
	case OPTIMISER_SGD:
		for (size_t i = from; i < to; i++)
			change[i] = -rate * (gradient[i] * k + decay * param[i]);
		return;
	case OPTIMISER_MOMENTUM:
		for (size_t i = from; i < to; i++) {
			velocity[i] = m * velocity[i] + (gradient[i] * k + decay * param[i]);
			change[i] = -rate * velocity[i];
		}
		return;
	case OPTIMISER_NESTEROV:
		for (size_t i = from; i < to; i++) {
			float g = gradient[i] * k + decay * param[i];
			velocity[i] = m * velocity[i] + g;
			change[i] = -rate * (g + m * velocity[i]);
		}
		return;
	case OPTIMISER_ADAM:
		adam(o, s, gradient, param, decay, from, to, change);
		return;
	}
	BUG("unknown optimiser");
}
