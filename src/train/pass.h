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

#include "base/rng.h"
#include "net/network.h"
#include "train/kern.h"
#include "train/mvm.h"

struct synapse_array;
struct wires;

/* The weights of one layer as all its passes see them. */
struct weights {
	const struct layer *layer;
	int n_rows, n_cols;          /* with groups: rows of one, columns of all of them */
	float *w;                    /* [n_rows][n_cols] */
	const float *back;           /* the same as errors meet them in a transposed read */
	float *bias;                 /* [n_cols], NULL without */
	struct mvm *mvm;             /* NULL: exact products */
	struct mvm *errors;          /* the same transposed: rows are outputs; NULL: back, exact products */
	struct synapse_array *cells; /* NULL: w is the only copy */
	struct wires *wires;         /* NULL: the arrays' wires are ideal */
	int n_bits_error;            /* of dy; 0: not rounded */
	float scale;                 /* w = scale * weight of the cells */
	int n_bits_activation;       /* of x in quantised training; 0: not rounded */
	double range;                /* power of two that weights of few bits stay within */
};

/* A batch normalisation as all its passes see it; [n] channels. */
struct norm {
	const struct layer *layer;
	int n;
	float *scale, *shift;     /* parameters */
	float *mean, *variance;   /* running, for tests */
	float *centre, *inverse;  /* in use: y = (x - centre) inverse scale + shift */
};

/* One layer working on n images. */
struct pass {
	const struct layer *layer;
	const struct weights *weights; /* NULL for layers without */
	struct norm *norm;             /* NULL but for batch normalisation */
	const struct kern *kern;
	int n;
	int first, n_all;   /* place of the first image in the epoch; images of the whole batch */
	int epoch;          /* -1: not training */
	struct rng rng;     /* of dropout */
	const float *x;     /* [n][in] */
	const float **xs;   /* [n_from] of layers with several inputs; x is the first */
	float *seen;        /* [n][in] the activations the input codes stand for; NULL: x itself */
	float *y;           /* [n][out] */
	void *keep;         /* from forward to backward, of the size the kind asks for */
	float *dy; /* [n][out] gradient of the loss; rounded in place if weights->n_bits_error */
	float *dx; /* [n][in], NULL: not wanted */
	float **dxs;   /* [n_from], NULL: not wanted */
	bool *adds;    /* [n_from] layers with several inputs: dxs[i] holds a gradient, add to it */
	bool works;    /* takes part in the backward pass */
	float *into;   /* others: what dx is added to afterwards; NULL: nothing */
	float *dw, *db; /* [n_rows][n_cols], [n_cols]: sums over the images, overwritten */
	float *errors;  /* [n][out] dy as the backward pass met it, kept for outer products; NULL: not kept */
	bool no_sums;   /* nobody asks for dw */
	double *own;    /* [n_shared] sums over these images */
	const double *all; /* [n_shared] the same over the batch */
	void *scratch;  /* of the size the kind asks for */
	bool count;     /* count the ones below */
	bool watch;     /* look at what the converters of the first image see: */
	struct mvm_stats watched;
	bool calibrates; /* products of errors are exact, and what converters would see of them is kept: */
	struct mvm_stats seen_errors;
	uint64_t n_input_ones, n_input_bits, n_error_ones, n_error_bits;
};

struct train_layer_kind {
	const struct layer_kind *kind;
	bool in_place;       /* y may be x */
	bool back_in_place;  /* dx may be dy */
	bool reads_y;        /* backward looks at y: nobody may write over it */
	bool keeps_values;   /* y is x: writing it over itself does no harm */
	size_t (*scratch)(const struct layer *, const struct weights *); /* bytes; NULL: none */
	size_t (*keep)(const struct layer *); /* bytes per image; NULL: none */
	/* sums over the batch that forward and backward need: how many, this shard's part of them,
	 * and what follows before forward, seen from any pass; NULL: none. k_keep: share of running
	 * values that stays, < 0: as the layer says. */
	int (*n_shared)(const struct layer *);
	void (*gather)(struct pass *);
	void (*settle)(const struct pass *, double k_keep);
	void (*gather_back)(struct pass *);
	/* other than zero biases at the start; NULL: zero */
	void (*init_bias)(const struct layer *, float *bias);
	void (*forward)(struct pass *);
	void (*backward)(struct pass *);
	/* layers with weights: the vectors of one image's outer products, x[n_vectors][n_rows] and
	 * d[n_vectors][n_cols]; NULL: seen and errors as they stand */
	void (*products)(struct pass *, int image, float *x, float *d);
	/* layers with weights: what the converters would see, for calibration */
	void (*observe)(struct pass *, struct mvm_stats *);
};

extern const struct train_layer_kind train_conv, train_dense, train_lstm, train_maxpool,
	train_avgpool, train_globalpool, train_batchnorm, train_relu, train_relu6, train_hardtanh,
	train_tanh, train_sigmoid, train_dropout, train_flatten, train_add, train_concat;
extern const struct train_layer_kind
	*const train_layer_kinds[]; /* NULL-ended, one per layer_kind that can be trained */

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

/* Statistics of a norm for tests: its running values. */
void norm_use_running(struct norm *);

/* If it is to be watched: observe the first image, without counting it twice. */
void pass_watch(struct pass *, void (*observe)(struct pass *, struct mvm_stats *));

/* Ones among the bits of codes. */
uint64_t pass_ones(const uint8_t *code, size_t n);

/* Round the errors of one image as the transposed read's drivers do. */
void pass_round_errors(struct pass *, float *dy, size_t n);

#endif
