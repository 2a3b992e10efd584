/* SPDX-License-Identifier: Apache-2.0 */
/* Networks: the file, and what follows from the shapes. */
#include "net/network.h"

#include "base/arena.h"
#include "base/diag.h"

static const struct field input_fields[] = {
	INT(input_shape, channels, 1, 65536, "1", "channels of an image, values of a step"),
	INT(input_shape, height, 1, 4096, NULL, "rows of an image, steps of a sequence"),
	INT(input_shape, width, 1, 4096, NULL, "columns of an image"),
	FIELD_END,
};

const struct field network_fields[] = {
	NAME(network, name, NULL, "one line"),
	NAME(network, source, "", "where the network was published"),
	MAP(network, input, input_fields, "shape of an input"),
	INT(network, classes, 2, 65536, NULL, "classes told apart; channels of the last layer"),
	KINDS(network, layers, layer_kinds, 1, 1000, NULL, "the layers from input to output"),
	FIELD_END,
};

const struct layer *network_layer(const struct network *n, int i)
{
	return n->layers.each[i];
}

const struct layer *network_weight_layer(const struct network *n, int i)
{
	return n->weight_layer[i];
}

double network_macs(const struct network *n)
{
	double macs = 0;

	for (int i = 0; i < n->n_weight_layers; i++)
		macs += layer_macs(n->weight_layer[i]);
	return macs;
}

double network_weights(const struct network *n)
{
	double weights = 0;

	for (int i = 0; i < n->n_weight_layers; i++)
		weights += matrix_weights(layer_matrix(n->weight_layer[i]));
	return weights;
}

bool *network_signs(struct arena *a, const struct network *n, bool signed_image)
{
	bool *minus = NEW(a, bool, n->layers.n), *sees = NEW(a, bool, n->n_weight_layers);

	for (int i = 0; i < n->layers.n; i++) {
		const struct layer *l = network_layer(n, i);
		bool in = false;
		for (int k = 0; k < l->n_from; k++)
			in |= l->from[k]->index < 0 ? signed_image : minus[l->from[k]->index];
		if (l->i_weight >= 0)
			sees[l->i_weight] = in || l->kind->signed_state;
		minus[i] = !l->kind->makes_positive && (in || !l->kind->keeps_sign);
	}
	return sees;
}

static bool network_check(void *file, struct arena *a, struct diag *d)
{
	struct network *n = file;

	if (!network_wire(n, a, d))
		return false;

	const struct layer *last = network_layer(n, n->layers.n - 1);

	if (last->out.c != n->classes) {
		diag_error(d, diag_where(d, &n->classes),
			"the last layer '%s' has %d outputs, but there are %d classes", last->name,
			last->out.c, n->classes);
		return false;
	}
	n->weight_layer = NEW(a, const struct layer *, n->layers.n);
	n->n_weight_layers = 0;
	for (int i = 0; i < n->layers.n; i++)
		if (network_layer(n, i)->i_weight >= 0)
			n->weight_layer[n->n_weight_layers++] = network_layer(n, i);
	if (n->n_weight_layers == 0) {
		diag_error(d, diag_where(d, &n->layers), "a network needs a layer with weights");
		return false;
	}
	return true;
}

const struct file_kind network_file = {"network", "networks", sizeof(struct network),
	network_fields, network_check, ".csv", network_read_csv};
