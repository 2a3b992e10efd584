/* SPDX-License-Identifier: Apache-2.0 */
/* Random feedback: matrices of cells that carry the output's error to hidden layers. */
#ifndef MHO_TRAIN_FEEDBACK_H
#define MHO_TRAIN_FEEDBACK_H

#include "train/model.h"
#include "train/rule.h"

/* Matrices for the layers of a model whose shards are wired; what their passes need no longer do is cut
 * off, and kept aside whole. */
struct feedback *feedback_new(struct arena *, const struct model *, const struct rule_dfa *);

/* The output's error of a shard, noted before the backward pass overwrites it. */
void feedback_note(const struct feedback *, struct shard *);
/* Error of layer i from it, if the layer takes feedback; called before its backward pass. */
void feedback_enter(const struct feedback *, struct shard *, int i);

/* t seconds of training have passed, step batches are done: cells drift, are compensated. The state is a
 * function of the two, so a resumed training meets the same one. */
void feedback_age(struct feedback *, double t, long step);

/* Cosine between the gradients of the batch that was dealt last and those of back-propagation, for every
 * layer with weights. Leaves its own gradients in the shards. */
void feedback_alignment(struct model *, int n_shards, double *cosine);

/* Values that enter at a layer with weights per image, 0: none. */
int feedback_size(const struct feedback *, int i_weight);

#endif
