/* SPDX-License-Identifier: Apache-2.0 */
/* Stochastic number generator of one line: turns a value into a train of pulses. */
#ifndef MHO_CIRCUIT_PULSE_TRAIN_H
#define MHO_CIRCUIT_PULSE_TRAIN_H

#include "circuit/module.h"

struct pulse_train_source {
	struct module module;
	int n_bits; /* of the probability */
};

/* One slot. */
struct est pulse_train_estimate(const struct pulse_train_source *, const struct tech *);

#endif
