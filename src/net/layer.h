/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layers: shapes and counts, and nothing else.
 */
#ifndef MHO_NET_LAYER_H
#define MHO_NET_LAYER_H

#include <stdbool.h>

#include "base/field.h"

/* Channels x height x width; a vector is c x 1 x 1, a sequence of h steps of c values is c x h x 1.
 * Data order is [c][h][w]. */
struct shape {
	int c, h, w;
};
int shape_size(struct shape);

struct layer {
	const struct layer_kind *kind;
	const char *name;
	const char *input; /* name of the layer it reads; NULL: the one before */
	bool bias;         /* layers with weights: a trained constant for every column */
	const char *tensor; /* what its tensors are called in files of weights; NULL, once wired its name */
	/* filled by network_wire */
	const struct layer *origin; /* as it stands in the file, once even if it is repeated */
	const struct layer **from;  /* [n_from] what it reads; the network's input has index -1 */
	int n_from;
	struct shape in, out; /* in: of from[0] */
	int index;            /* position in the network */
	int i_weight;         /* number among the layers with weights, -1 without */
};

/* A layer with weights is n_groups products of a matrix n_rows x n_cols with n_vectors vectors, each
 * group with inputs and outputs of its own (a depthwise convolution has as many as channels). */
struct matrix {
	int n_rows, n_cols, n_vectors, n_groups;
};
double matrix_weights(struct matrix);
double matrix_macs(struct matrix);

/* What a layer does digitally, per image. */
enum work_op {
	WORK_RECTIFY, /* a comparison with a bound or two */
	WORK_LOOKUP,  /* a function of one variable: sigmoid, tanh, gelu */
	WORK_MAX,     /* a comparison of two values */
	WORK_ADD,     /* a sum of two values */
	WORK_SCALE,   /* a x + b with constants, or a product of two values */
	WORK_SOFTMAX, /* a value through exponential, sum and division */
	WORK_MAC,     /* a multiply-accumulate of two activations */
	WORK_OPS
};

struct layer_work {
	enum work_op op;
	double n_ops;       /* operations */
	double n_in, n_out; /* values read and written */
};
#define LAYER_MAX_WORK 4

struct layer_kind {
	struct kind_head head;
	/* Output shape of a layer whose inputs are known; false after a reported error. */
	bool (*shape)(const struct layer *, struct shape *out, struct diag *);
	/* Weight matrix (bias not included); NULL: a layer without weights. */
	struct matrix (*matrix)(const struct layer *);
	/* Digital work; returns how many. NULL: none. */
	int (*work)(const struct layer *, struct layer_work *);
	bool keeps_sign;     /* inputs >= 0 give outputs >= 0 */
	bool makes_positive; /* outputs are >= 0 whatever the inputs */
	bool signed_state;   /* its weights see values of its own of either sign, between -1 and 1 */
};

extern const struct layer_kind *const layer_kinds[]; /* NULL-ended */
extern const struct layer_kind layer_conv, layer_dense, layer_linear, layer_lstm, layer_maxpool,
	layer_avgpool, layer_globalpool, layer_batchnorm, layer_layernorm, layer_relu, layer_relu6,
	layer_hardtanh, layer_tanh, layer_sigmoid, layer_gelu, layer_softmax, layer_dropout,
	layer_flatten, layer_add, layer_concat, layer_attention, layer_repeat;

struct layer_conv {
	struct layer layer;
	int out, kernel, stride, pad, groups;
	int kernel_width, pad_width; /* 0, -1: as kernel, pad */
};
int conv_kernel_width(const struct layer_conv *);
int conv_pad_width(const struct layer_conv *);

struct layer_dense { /* dense, linear */
	struct layer layer;
	int out;
};
struct layer_lstm {
	struct layer layer;
	int hidden;
	bool last; /* only the last step's state goes on */
};
struct layer_pool { /* maxpool, avgpool */
	struct layer layer;
	int size, stride, pad;
};
struct layer_norm { /* batchnorm, layernorm */
	struct layer layer;
	double epsilon, k_keep;
};
struct layer_dropout {
	struct layer layer;
	double k_drop;
};
struct layer_join { /* add, concat */
	struct layer layer;
	struct field_names inputs;
};
struct layer_attention {
	struct layer layer;
	int heads;
	bool causal;
};
struct layer_repeat {
	struct layer layer;
	int times;
	struct field_list layers;
};

/* Keys that every layer has. */
#define LAYER_FIELDS                                                                               \
	NAME(layer, name, "", "name in reports and checkpoints; kind and number if absent"),       \
		NAME(layer, input, "",                                                             \
			"name of the layer it reads, 'input' for the network's input, 'entry' for what enters the repeat around it; the layer before if absent")

/* Those of layers with weights or statistics. */
#define LAYER_TENSOR                                                                               \
	NAME(layer, tensor, "",                                                                    \
		"what its tensors are called in files of weights, before .weight and .bias; may hold dots; its name if absent")

/* Where a member of a layer, or the layer itself, stands in the file. */
struct loc layer_where(const struct diag *, const struct layer *, const void *member);

/* Reports a matrix too large to handle; sizes as double because their product may not fit an int. */
bool layer_weights_fit(const struct layer *, double n_rows, double n_cols, struct diag *);

bool layer_has_bias(const struct layer *);
struct matrix layer_matrix(const struct layer *);
double layer_macs(const struct layer *);                 /* multiply-accumulates with weights per image */
int layer_work(const struct layer *, struct layer_work *); /* [LAYER_MAX_WORK] */

/* The shape function of layers that leave the shape as it is. */
bool layer_same_shape(const struct layer *, struct shape *out, struct diag *);

#endif
