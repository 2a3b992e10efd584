/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a shard: where its values lie, and one layer's pass at a time. */
#ifndef MHO_TRAIN_SHARD_H
#define MHO_TRAIN_SHARD_H

#include "train/model.h"

/* Buffers of a layer; the same in all shards. */
struct route {
	bool shares;    /* y is x */
	bool works;     /* in the backward pass */
	bool passed_on; /* dy became the gradient of an input */
	int dy;         /* buffer of the gradient, -1: none */
	int *dx;        /* [n_from] buffers, -1: not wanted */
	bool *adds;     /* [n_from] there is a gradient already */
	int into;       /* buffer that dx is added to, -1: none */
};

struct plan {
	struct route *route; /* [n_layers] */
	int n_input_readers;
	int n_buffers;
	size_t *buffer_size; /* values per image */
};

struct plan *plan_new(struct arena *, const struct model *);
void shard_init(const struct model *, struct arena *, const struct plan *, struct shard *);

void shard_load(const struct model *, struct shard *);            /* pixels to inputs */
void shard_backward(const struct model *, struct shard *, int i); /* layer i */

#endif
