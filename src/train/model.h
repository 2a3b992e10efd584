/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network at work: parameters, arrays, and the shards a batch is cut into. A shard is a fixed
 * number of images with all the memory its passes need; it is worked on by one thread, and shards
 * are folded in their order, so results do not depend on the number of threads.
 */
#ifndef MHO_TRAIN_MODEL_H
#define MHO_TRAIN_MODEL_H

#include "net/network.h"
#include "net/numerics.h"
#include "train/dataset.h"
#include "train/intake.h"
#include "train/loss.h"
#include "train/mvm.h"
#include "train/pass.h"
#include "train/ranks.h"

struct arena;
struct crossbar_room;
struct feedback;
struct rule_dfa;
struct synapse;

struct model_spec {
	const struct network *network;
	const struct kern *kern;
	const struct synapse *synapse;   /* NULL: float */
	const struct numerics *numerics; /* NULL: float */
	uint64_t seed;
	double k_weight_range;
	int n_batch; /* images per batch, at most */
	const struct rule_dfa *dfa;     /* NULL: back-propagation */
	bool outer;                     /* errors are kept for outer products on the cells */
	const struct recipe_bits *bits; /* NULL: not rounded */
	const struct intake *intake;    /* NULL: pixels over 255 */
	bool signed_images;             /* the network's input has values below zero */
	const struct ranks *ranks;      /* NULL: alone */
	loss_function *loss;            /* NULL: loss_softmax */
};

struct shard {
	struct pass *pass;           /* [n_layers] */
	struct pass *whole;          /* [n_layers] the same before random feedback cut them; else NULL */
	float *input;                /* [n][c][h][w], values 0..1 */
	const struct images *images; /* what it works on: first..first+n-1 of an order */
	const int *order;            /* NULL: as they stand */
	int first, n;
	uint8_t *label;  /* [n] */
	float *error;    /* [n][classes] of the outputs, for random feedback; NULL: back-propagation */
	float *gradient; /* [n_params] sums over the images */
	struct loss loss;
	struct mvm_stats stats;
	float largest;
};

/* Shards of a full batch: threads or ranks beyond this number have nothing to do. */
#define MODEL_SHARDS 8

struct model {
	struct model_spec spec;
	int n_layers, n_weight_layers;
	const struct train_layer_kind **kind; /* [n_layers] */
	struct weights *weights;              /* [n_weight_layers] */
	size_t *at_param; /* [n_weight_layers] where a layer's parameters begin */
	size_t n_params;
	float *param; /* [n_params] of each layer in turn weights [n_rows][n_cols], bias [n_cols] */
	size_t at_digital; /* in param: behind all weights, what is never in arrays */
	int n_norms;
	struct norm *norm; /* [n_norms] batch normalisations, in the order of the layers */
	int *i_norm;       /* [n_layers] -1: none */
	double **shared;   /* [n_layers] sums over the batch, NULL: none */
	int n_rooms; /* as many threads solve wires */
	struct crossbar_room **room; /* NULL: wires are ideal */
	float *rounded; /* [n_params] weights as the passes see them; NULL: param */
	int epoch;      /* -1: not training */
	struct feedback *feedback; /* NULL: back-propagation */
	int n_shards, n_shard_images;
	int own_from, own_to; /* shards of the present batch this rank works on */
	struct shard *shard;
};

struct model *model_new(struct arena *, const struct model_spec *);

/* What a weight of 1 of a layer's cells is in the network. */
void weights_set_scale(struct weights *, float scale);

/* After the cells changed: effective weights, those in the arrays too. */
void model_load_cells(struct model *);

/* After param changed: the rounded weights, if weights are. */
void model_load_weights(struct model *);

/* From here on batches are of an epoch of training: augmented, dropped out, normalised by their own
 * statistics; -1: as they are, with running statistics. */
void model_set_epoch(struct model *, int epoch);

/* Deal images first..first+n-1 of an order (NULL: as they stand) to the shards. Returns the shards
 * used. */
int model_deal(struct model *, const struct images *, const int *order, int first, int n);

/* What was dealt to the first n_shards: load, forward and loss; the same and backward, which leaves
 * every shard's gradients in it. */
struct loss model_forward(struct model *, int n_shards);
struct loss model_gradients(struct model *, int n_shards);

/* Running statistics of batch normalisations anew, as the means over these images. */
void model_refresh(struct model *, const struct images *, const int *order, int n);

/* Set input steps and converter ranges of all layers on what the first n_shards were dealt. */
void model_calibrate(struct model *, int n_shards);

/* Add the gradients of this rank's shards of the batch that was dealt to the sum of those before, in
 * shard 0: parameters from..to-1, in the order of the shards. */
void model_fold(const struct model *, size_t from, size_t to);

#endif
