/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks: layers in the order of computing, each reading earlier ones. From networks/NAME.yaml, or
 * from a table NAME.csv (network_csv.c).
 */
#ifndef MHO_NET_NETWORK_H
#define MHO_NET_NETWORK_H

#include "net/layer.h"

struct arena;
struct diag;

struct input_shape {
	int channels, height, width;
};

struct network {
	const char *name;
	const char *source;
	struct input_shape input;
	int classes;
	struct field_list layers; /* each[]: struct layer *; after the check without repeats */
	/* filled by the check */
	struct layer image; /* stands for the network's input: index -1 */
	int n_weight_layers;
	const struct layer **weight_layer;
};

extern const struct field network_fields[];
extern const struct file_kind network_file;

/* Unroll repeats, name the layers, find what each one reads, and its shapes. */
bool network_wire(struct network *, struct arena *, struct diag *);

/* A table of layers as a tree of our keys; NULL after reported errors. */
struct yaml *network_read_csv(struct arena *, const char *path, struct diag *);
/* The same from memory. */
struct yaml *network_parse_csv(
	struct arena *, const char *name, const char *text, size_t n, struct diag *);

const struct layer *network_layer(const struct network *, int i);        /* i-th layer */
const struct layer *network_weight_layer(const struct network *, int i); /* i-th with weights */
double network_macs(const struct network *);    /* with weights, per image */
double network_weights(const struct network *); /* without biases */

/* For every layer with weights whether it sees values below zero; signed_image: those of the network's
 * input are of either sign. */
bool *network_signs(struct arena *, const struct network *, bool signed_image);

#endif
