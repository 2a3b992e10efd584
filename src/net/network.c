/* SPDX-License-Identifier: Apache-2.0 */
/* Networks: the file, the shapes from layer to layer, and what follows from them. */
#include "net/network.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"

/* Products of sizes stay far from the range of int. */
#define MAX_VALUES (1 << 26)

const struct layer_kind *const layer_kinds[] = {
	&layer_conv,
	&layer_dense,
	&layer_maxpool,
	&layer_relu,
	&layer_sigmoid,
	&layer_flatten,
	NULL,
};

static const struct field input_fields[] = {
	INT(input_shape, channels, 1, 65536, "1", "channels of an image"),
	INT(input_shape, height, 1, 4096, NULL, "rows of an image"),
	INT(input_shape, width, 1, 4096, NULL, "columns of an image"),
	FIELD_END,
};

const struct field network_fields[] = {
	NAME(network, name, NULL, "one line"),
	NAME(network, source, "", "where the network was published"),
	MAP(network, input, input_fields, "shape of an input"),
	INT(network, classes, 2, 65536, NULL,
		"classes told apart; size of the last layer's output"),
	KINDS(network, layers, layer_kinds, 1, 1000, NULL, "the layers from input to output"),
	FIELD_END,
};

int shape_size(struct shape s)
{
	return s.c * s.h * s.w;
}

const struct layer *network_layer(const struct network *n, int i)
{
	return n->layers.each[i];
}

const struct layer *network_weight_layer(const struct network *n, int i)
{
	for (int k = 0; k < n->layers.n; k++)
		if (network_layer(n, k)->i_weight == i)
			return network_layer(n, k);
	BUG("no such layer with weights");
}

struct matrix layer_matrix(const struct layer *l)
{
	return l->kind->matrix(l);
}

bool layer_has_bias(const struct layer *l)
{
	if (l->kind == &layer_conv)
		return ((const struct layer_conv *)l)->bias;
	return l->kind == &layer_dense && ((const struct layer_dense *)l)->bias;
}

double layer_macs(const struct layer *l)
{
	if (!l->kind->matrix)
		return 0;

	struct matrix m = layer_matrix(l);

	return (double)m.n_rows * m.n_cols * m.n_vectors;
}

double network_macs(const struct network *n)
{
	double macs = 0;

	for (int i = 0; i < n->layers.n; i++)
		macs += layer_macs(network_layer(n, i));
	return macs;
}

double network_weights(const struct network *n)
{
	double weights = 0;

	for (int i = 0; i < n->n_weight_layers; i++) {
		struct matrix m = layer_matrix(network_weight_layer(n, i));
		weights += (double)m.n_rows * m.n_cols;
	}
	return weights;
}

/* conv1, conv2, relu1: kind and number. */
static void name_layer(const struct network *n, struct layer *l, struct arena *a)
{
	int number = 1;

	for (int i = 0; i < l->index; i++)
		number += network_layer(n, i)->kind == l->kind;
	if (!l->name)
		l->name = arena_printf(a, "%s%d", l->kind->head.name, number);
}

static bool name_is_free(const struct network *n, const struct layer *l, struct diag *d)
{
	for (int i = 0; i < l->index; i++)
		if (strcmp(network_layer(n, i)->name, l->name) == 0) {
			diag_error(
				d, diag_where(d, &l->name), "two layers are named '%s'", l->name);
			return false;
		}
	for (const char *c = l->name; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-",
			    *c)) {
			diag_error(d, diag_where(d, &l->name),
				"layer name '%s': only letters, digits, '_' and '-' are allowed",
				l->name);
			return false;
		}
	return true;
}

static bool size_is_sane(const struct layer *l, const struct network *n, struct diag *d)
{
	double values = (double)l->out.c * l->out.h * l->out.w, weights = 0;

	if (l->kind->matrix) {
		/* not through layer_matrix: the product of its rows may not fit an int */
		double patch = l->kind == &layer_conv ? ((const struct layer_conv *)l)->kernel : 1;
		double rows = l->kind == &layer_conv ? l->in.c * patch * patch : shape_size(l->in);
		weights = rows * l->out.c;
	}
	if (values <= MAX_VALUES && weights <= MAX_VALUES)
		return true;
	diag_error(d, diag_where(d, n->layers.each[l->index]),
		"layer '%s' has %.0f outputs and %.0f weights, at most %d are supported", l->name,
		values, weights, MAX_VALUES);
	return false;
}

static bool network_check(void *file, struct arena *a, struct diag *d)
{
	struct network *n = file;
	struct shape at = {n->input.channels, n->input.height, n->input.width};

	if ((double)at.c * at.h * at.w > MAX_VALUES) {
		diag_error(
			d, diag_where(d, &n->input), "an input has at most %d values", MAX_VALUES);
		return false;
	}
	n->n_weight_layers = 0;
	for (int i = 0; i < n->layers.n; i++) {
		struct layer *l = n->layers.each[i];
		l->index = i;
		l->in = at;
		name_layer(n, l, a);
		if (!name_is_free(n, l, d) || !l->kind->shape(l, at, &l->out, d) ||
			!size_is_sane(l, n, d))
			return false;
		l->i_weight = l->kind->matrix ? n->n_weight_layers++ : -1;
		at = l->out;
	}
	if (shape_size(at) != n->classes) {
		const struct layer *last = network_layer(n, n->layers.n - 1);
		diag_error(d, diag_where(d, &n->classes),
			"the last layer '%s' has %d outputs, but there are %d classes", last->name,
			shape_size(at), n->classes);
		return false;
	}
	if (n->n_weight_layers == 0) {
		diag_error(d, diag_where(d, &n->layers), "a network needs a layer with weights");
		return false;
	}
	return true;
}

const struct file_kind network_file = {
	"network", "networks", sizeof(struct network), network_fields, network_check};
