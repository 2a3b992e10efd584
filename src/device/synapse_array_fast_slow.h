/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a fast array read into a slow one, between outer products (synapse_array_outer.c). */
#ifndef MHO_DEVICE_SYNAPSE_ARRAY_FAST_SLOW_H
#define MHO_DEVICE_SYNAPSE_ARRAY_FAST_SLOW_H

#include "device/synapse_array_priv.h"
#include "device/trains.h"

/* What a transfer works with. */
struct transfer_room {
	struct trains *trains; /* of one row */
	float *read, *x;       /* [n_cols] the row as read, and what is made of it */
	int32_t *k;            /* [n_cols] places, pulses */
};

struct transfer_room *transfer_room_new(struct arena *, int n, int n_cols);

/* Before product number the signs of rows from .. to - 1 are brought to where they stand. */
void fast_slow_signs(struct synapse_array *, const struct update_transfer *, uint64_t number, int from, int to);

/* The row whose transfer follows product number, -1: none. */
int fast_slow_row(const struct synapse_array *, const struct update_transfer *, uint64_t number);

/* That transfer. c: of the slow array. */
void fast_slow_transfer(struct synapse_array *, const struct update_transfer *, const struct outer_products *,
	uint64_t number, const struct transfer_room *room, struct row_counts *c);

#endif
