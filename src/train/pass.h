/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layers at work: forward and backward as pairs of plain functions, one file per family, for a few
 * images at a time on one thread. Nothing here allocates; all memory is in struct pass.
 * Layer data lies as [image][c][h][w], weight matrices as [n_rows][n_cols] (inputs x outputs), the
 * layout of an array.
 */
#ifndef MHO_TRAIN_PASS_H
#define MHO_TRAIN_PASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/network.h"
#include "train/kern.h"

struct mvm;
struct mvm_stats;
struct synapse_array;

/* The weights of one layer as all its passes see them. */
struct weights {
	const struct layer *layer;
	int n_rows, n_cols;
	float *w;                    /* [n_rows][n_cols] */
	float *bias;                 /* [n_cols], NULL without */
	struct mvm *mvm;             /* NULL: exact products */
	struct synapse_array *cells; /* NULL: w is the only copy */
	int n_bits_error;            /* of dy; 0: not rounded */
	float scale;                 /* w = scale * weight of the cells */
	int n_bits_activation;       /* of x in quantised training; 0: not rounded */
	double range;                /* power of two that weights of few bits stay within */
};

/* One layer working on n images. */
struct pass {
	const struct layer *layer;
	const struct weights *weights; /* NULL for layers without */
	const struct kern *kern;
	int n;
	const float *x;   /* [n][in] */
	float *seen;      /* [n][in] the activations the input codes stand for; NULL: x itself */
	float *y;         /* [n][out] */
	uint16_t *choice; /* [n][out] place in the window of the value a pool passed on */
	float *dy; /* [n][out] gradient of the loss; rounded in place if weights->n_bits_error */
	float *dx; /* [n][in], NULL: not wanted */
	float *dw, *db; /* [n_rows][n_cols], [n_cols]: sums over the images, overwritten */
	void *scratch;  /* of the size the kind asks for */
	bool count;     /* count the ones below */
	uint64_t n_input_ones, n_input_bits, n_error_ones, n_error_bits;
};

struct train_layer_kind {
	const struct layer_kind *kind;
	bool in_place;       /* y may be x, dx may be dy */
	bool keeps_sign;     /* inputs >= 0 give outputs >= 0 */
	bool makes_positive; /* outputs are >= 0 whatever the inputs */
	size_t (*scratch)(const struct layer *, const struct weights *); /* bytes; NULL: none */
	void (*forward)(struct pass *);
	void (*backward)(struct pass *);
	/* layers with weights: what the converters would see, for calibration */
	void (*observe)(struct pass *, struct mvm_stats *);
};

extern const struct train_layer_kind train_conv, train_dense, train_maxpool, train_relu,
	train_sigmoid, train_flatten;
extern const struct train_layer_kind
	*const train_layer_kinds[]; /* NULL-ended, one per layer_kind */

/* NULL: a kind that cannot be trained. */
const struct train_layer_kind *train_layer_kind_of(const struct layer *);

/* Scratch memory cut into pieces; without memory the pieces are only counted. */
struct scratch {
	char *base;
	size_t n;
};
/* n bytes, aligned to 64; NULL while counting. */
void *scratch_take(struct scratch *, size_t n);

/* y[n] rows of n_cols get the bias, or zero without one. */
void pass_fill_bias(const struct weights *, float *y, int n);

/* The inputs a layer with weights works on: x, or in quantised training p->seen, each image rounded
 * with a power-of-two step that fits its largest value. */
const float *pass_input(struct pass *);

/* Round the errors of one image as the transposed read's drivers do. */
void pass_round_errors(struct pass *, float *dy, size_t n);

#endif
