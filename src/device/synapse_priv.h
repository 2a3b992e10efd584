/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that all synapses with a volatile part have, and what makes no sense in them. */
#ifndef MHO_DEVICE_SYNAPSE_PRIV_H
#define MHO_DEVICE_SYNAPSE_PRIV_H

#include "device/synapse.h"

struct diag;

extern const char *const transfer_read_words[], *const transfer_remainder_words[];

#define TRANSFER_INTERVAL(st)                                                                      \
	{"n_interval", FIELD_INT, DIM_NONE, offsetof(struct st, transfer.n_interval), 1, 1000000000, "100", \
		NULL, "batches between two weight transfers", 0}

#define TRANSFER_FIELDS                                                                            \
	REAL(synapse_transfer, k_threshold, DIM_NONE, 0, 1, "0",                                       \
		"cells whose volatile part is off its middle by less than this share of its range stay "   \
		"as they are; 1: saturated ones alone are transferred, 0: all"),                           \
		WORD(synapse_transfer, read, transfer_read_words, "converter",                             \
			"how a transfer sees the cells: rounded by the column converter, or exact"),           \
		WORD(synapse_transfer, remainder, transfer_remainder_words, "carried",                     \
			"what whole pulses or levels cannot take: carried in the volatile part, or dropped by " \
			"a reset of the row")

bool transfer_check(const struct synapse_transfer *, struct diag *);

#endif
