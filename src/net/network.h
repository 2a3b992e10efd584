/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks: layers with shapes, and nothing else. Read from networks/NAME.yaml.
 */
#ifndef MHO_NET_NETWORK_H
#define MHO_NET_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/field.h"

/* Channels x height x width; a vector is c x 1 x 1. Data order is [c][h][w]. */
struct shape {
	int c, h, w;
};
int shape_size(struct shape);

struct layer {
	const struct layer_kind *kind;
	const char *name;
	/* filled by network_check */
	struct shape in, out;
	int index;    /* position in the network */
	int i_weight; /* number among the layers with weights, -1 without */
};

/* A layer with weights is a product of a matrix n_rows x n_cols with n_vectors vectors. */
struct matrix {
	int n_rows, n_cols, n_vectors;
};

struct layer_kind {
	struct kind_head head;
	/* Output shape for an input shape; false after a reported error. */
	bool (*shape)(const struct layer *, struct shape in, struct shape *out, struct diag *);
	/* Weight matrix (bias not included); NULL: a layer without weights. */
	struct matrix (*matrix)(const struct layer *);
};

extern const struct layer_kind
	*const layer_kinds[]; /* NULL-ended: conv dense maxpool relu sigmoid flatten */
extern const struct layer_kind layer_conv, layer_dense, layer_maxpool, layer_relu, layer_sigmoid,
	layer_flatten;

struct layer_conv {
	struct layer layer;
	int out, kernel, stride, pad;
	bool bias;
};
struct layer_dense {
	struct layer layer;
	int out;
	bool bias;
};
struct layer_pool {
	struct layer layer;
	int size, stride;
};

struct input_shape {
	int channels, height, width;
};

struct network {
	const char *name;
	const char *source;
	struct input_shape input;
	int classes;
	struct field_list layers; /* each[]: struct layer * */
	int n_weight_layers;      /* filled by the check */
};

extern const struct field network_fields[];
extern const struct file_kind network_file;

const struct layer *network_layer(const struct network *, int i);        /* i-th layer */
const struct layer *network_weight_layer(const struct network *, int i); /* i-th with weights */
struct matrix layer_matrix(const struct layer *);
bool layer_has_bias(const struct layer *);
double layer_macs(const struct layer *); /* multiply-accumulates per image */
double network_macs(const struct network *);
double network_weights(const struct network *); /* without biases */

#endif
