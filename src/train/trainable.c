/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a network, its data and the numbers of a design go together. */
#include "train/trainable.h"

#include "base/arena.h"
#include "base/diag.h"
#include "train/pass.h"

static bool fits_data(const struct network *net, const struct dataset *data, struct diag *d)
{
	struct shape want = data->shape;
	struct loc at = diag_where(d, &net->input);

	if (net->input.channels != want.c || net->input.height != want.h ||
		net->input.width != want.w) {
		diag_error(d, at,
			"the network takes images of %d x %d x %d, but '%s' has images of %d x %d x %d",
			net->input.channels, net->input.height, net->input.width,
			data->kind->name, want.c, want.h, want.w);
		return false;
	}
	if (network_layer(net, net->layers.n - 1)->out.h != 1 ||
		network_layer(net, net->layers.n - 1)->out.w != 1) {
		diag_error(d, diag_where(d, &net->classes),
			"the last layer answers for every position, but an image of '%s' has one class",
			data->kind->name);
		return false;
	}
	if (net->classes != data->classes) {
		diag_error(d, diag_where(d, &net->classes),
			"the network tells %d classes apart, but '%s' has %d", net->classes,
			data->kind->name, data->classes);
		return false;
	}
	return true;
}

/* NULL, or what is in the way of training a layer. */
static const char *untrainable(const struct layer *l, struct arena *a)
{
	if (!train_layer_kind_of(l))
		return arena_printf(a, "layers of the kind '%s' cannot be trained, only priced",
			l->kind->head.name);
	return NULL;
}

static bool can_be_trained(const struct network *net, struct arena *a, struct diag *d)
{
	for (int i = 0; i < net->layers.n; i++) {
		const struct layer *l = network_layer(net, i);
		const char *why = untrainable(l, a);
		if (!why)
			continue;
		diag_error(d, layer_where(d, l, l), "layer '%s': %s", l->name, why);
		return false;
	}
	return true;
}

/* Are all outputs of a layer's inputs >= 0? */
static bool sees_positive(const struct layer *l, const bool *positive, bool image)
{
	for (int k = 0; k < l->n_from; k++)
		if (!(l->from[k]->index < 0 ? image : positive[l->from[k]->index]))
			return false;
	return true;
}

/* Input codes of arrays are unsigned. */
static bool inputs_are_positive(
	struct arena *a, const struct network *net, const struct recipe *r, struct diag *d)
{
	bool *positive = NEW(a, bool, net->layers.n), image = r->normalise == NORMALISE_NONE;

	for (int i = 0; i < net->layers.n; i++) {
		const struct layer *l = network_layer(net, i);
		const struct train_layer_kind *k = train_layer_kind_of(l);
		bool sees = sees_positive(l, positive, image);
		if (l->i_weight >= 0 && k->signed_state) {
			diag_error(d, layer_where(d, l, l),
				"layer '%s': its state can be negative, but arrays take unsigned inputs: "
				"train it with the design 'float'",
				l->name);
			return false;
		}
		if (l->i_weight >= 0 && !sees) {
			diag_error(d, layer_where(d, l, l),
				"layer '%s': its inputs can be negative, but arrays take unsigned inputs: %s",
				l->name,
				l->from[0]->index < 0 ? "set the recipe's normalise to none"
						      : "put a relu or sigmoid before it");
			return false;
		}
		positive[i] = k->makes_positive || (k->keeps_sign && sees);
	}
	return true;
}

static bool groups_fit_arrays(const struct network *net, struct diag *d)
{
	for (int i = 0; i < net->layers.n; i++) {
		const struct layer *l = network_layer(net, i);
		if (l->i_weight < 0 || layer_matrix(l).n_groups == 1)
			continue;
		diag_error(d, layer_where(d, l, l),
			"layer '%s': arrays take convolutions without groups; the design 'float' trains it",
			l->name);
		return false;
	}
	return true;
}

static bool numerics_are_sane(const struct numerics *n, struct diag *d)
{
	struct {
		const char *name;
		int value, min, max;
	} limit[] = {
		{"rows read together", n->n_rows, 1, 1 << 20},
		{"bits of an input", n->n_bits_input, 1, 8},
		{"bits of an error", n->n_bits_error, 2, 16},
		{"bits of the converter", n->n_bits_converter, 2, 16},
	};
	bool good = true;

	for (size_t i = 0; i < sizeof limit / sizeof *limit; i++)
		if (limit[i].value < limit[i].min || limit[i].value > limit[i].max) {
			diag_error(d, (struct loc){NULL, 0, 0},
				"%s: training supports %d to %d, the design has %d", limit[i].name,
				limit[i].min, limit[i].max, limit[i].value);
			good = false;
		}
	if (!(n->k_full_scale > 0)) {
		diag_error(d, (struct loc){NULL, 0, 0},
			"converter range: expected more than 0, the design has %g", n->k_full_scale);
		good = false;
	}
	return good;
}

bool trainable(struct arena *a, const struct network *net, const struct recipe *r,
	const struct dataset *data, const struct numerics *n, struct diag *d)
{
	return fits_data(net, data, d) && can_be_trained(net, a, d) &&
	       (!n || (inputs_are_positive(a, net, r, d) && groups_fit_arrays(net, d) &&
			      numerics_are_sane(n, d)));
}
