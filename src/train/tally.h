/* SPDX-License-Identifier: Apache-2.0 */
/* Counting what the arrays of a training did, for net/activity.h. */
#ifndef MHO_TRAIN_TALLY_H
#define MHO_TRAIN_TALLY_H

#include <stdint.h>

#include "device/synapse_array.h"
#include "net/activity.h"
#include "train/model.h"

/* All doubles: a checkpoint holds it as one row. */
struct layer_tally {
	struct write_counts update, transfer;
	double n_input_ones, n_input_bits, n_error_ones, n_error_bits;
	/* of the one image that is watched: conversions of each part, those beyond the range */
	double n_conversions, n_clipped[SYNAPSE_MAX_PARTS];
	double state[SYNAPSE_MAX_PARTS];
};

struct tally {
	struct layer_tally *layer; /* [n_weight_layers] */
	double n_batches, n_samples, n_events;
};

struct tally *tally_new(struct arena *, const struct model *);

/* Let the next passes count, or not; the first image of the batch is watched at the converters. */
void tally_sample(struct model *, bool count);
/* Collect from the shards after such a batch. */
void tally_collect(struct tally *, struct model *);

/* The record, written into out, whose layers are allocated. */
void tally_report(const struct tally *, const struct model *, struct activity *out);

#endif
