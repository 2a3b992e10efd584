/* SPDX-License-Identifier: Apache-2.0 */
/* What turns the codes of a transfer read, or computed updates, into pulse counts. */
#ifndef MHO_CIRCUIT_TRANSFER_LOGIC_H
#define MHO_CIRCUIT_TRANSFER_LOGIC_H

#include "circuit/module.h"

struct transfer_logic {
	struct module module;
	int n_channels;   /* values handled at once: the converters of a subarray */
	int n_bits;       /* of a value */
	int n_bits_count; /* of a pulse counter */
	int n_columns;    /* counts held: one per column written at once */
};

/* One value per channel: scale, quantise, compare with the room left, load its counter. */
struct est transfer_logic_estimate(const struct transfer_logic *, const struct tech *);
/* One pulse period: the counter steps, every column compares. */
struct est transfer_logic_pulse(const struct transfer_logic *, const struct tech *);

#endif
