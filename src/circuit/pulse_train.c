/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stochastic number generator of one line.
 *
 * Model    a register with the probability, a shift register of as many flip-flops with linear feedback, and a
 *          comparator (the carry of an adder) of the two, once per slot: fires while the random number is
 *          below
 * Source   [Gaines1969]; its use at every row and column [GokmenVlasov2016]
 * Assumes  a shift register per line, seeded differently; the feedback's XOR gates are small beside it
 * Valid    1 to 32 bits
 * Checked  tests/prop/check_module_laws.c, tests/unit/check_phase_outer.c
 */
#include "circuit/pulse_train.h"

#include <math.h>
#include <stddef.h>

#include "circuit/adder.h"
#include "circuit/register.h"

struct est pulse_train_estimate(const struct pulse_train_source *p, const struct tech *t)
{
	struct est value = reg_bits(t, p->n_bits);
	struct est slot = est_then(reg_bits(t, p->n_bits), adder_bits(t, p->n_bits));

	/* the probability stands still for the train */
	slot.area += value.area;
	slot.leakage += value.leakage;
	slot.latency = fmax(slot.latency, 1 / t->node->f_clock);
	return slot;
}

static const struct field fields[] = {
	INT(pulse_train_source, n_bits, 1, 32, "8", "bits of the probability"),
	FIELD_END,
};

static struct est estimate(const struct module *m, const struct tech *t)
{
	return pulse_train_estimate((const struct pulse_train_source *)m, t);
}

const struct module_kind module_pulse_train = {
	.head = {"pulse_train", "stochastic number generator of one line, one slot", "Gaines1969",
		sizeof(struct pulse_train_source), fields},
	.estimate = estimate,
};
