/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of inputs through the arrays of a layer, for layers whose inputs lie as rows. */
#ifndef MHO_TRAIN_PASS_ARRAY_H
#define MHO_TRAIN_PASS_ARRAY_H

#include "train/pass.h"

/* Of these weights' products; 0 without arrays. */
size_t pass_array_scratch(const struct weights *);

/* What noise the vectors of these passes meet: n_vectors of an image, the first of them given. */
struct mvm_draw pass_draw(const struct pass *, int first_image, uint64_t n_vectors, uint64_t apart, uint64_t first);

/* y[n][n_cols] = x[n][n_rows] through the arrays, bias included; seen[n][n_rows] are the activations the
 * codes stand for. */
void pass_array_rows(struct pass *, const struct mvm_draw *, const float *x, int n, float *seen, float *y);
/* The same inputs, and what converters would see of them. */
void pass_array_observe(struct pass *, const float *x, int n, float *seen, struct mvm_stats *);

/* Codes of n activations: those above zero and, where inputs are of either sign, the others'; seen as
 * above. */
void pass_encode(const struct weights *, const float *x, size_t n, uint8_t *code, uint8_t *below, float *seen);
/* The same as numbers with their signs, for inputs that come whole; counts their ones. */
void pass_encode_whole(struct pass *, const float *x, size_t n, uint8_t *code, float *level, float *seen);

/* Ones among the bits of packed vectors, if they are to be counted. */
void pass_count_ones(struct pass *, const uint64_t *word, int n_vectors);

#endif
