/* SPDX-License-Identifier: Apache-2.0 */
/* What the passes can do, and what arrays can take. */
#include "train/trainable.h"

#include "base/arena.h"
#include "base/diag.h"
#include "train/pass.h"
#include "train/recipe.h"

/* NULL, or what is in the way of training a layer. */
static const char *obstacle(const struct layer *l, struct arena *a)
{
	if (!train_layer_kind_of(l))
		return arena_printf(a, "layers of the kind '%s' cannot be trained, only priced",
			l->kind->head.name);
	if (l->kind == &layer_conv) {
		const struct layer_conv *c = (const struct layer_conv *)l;
		if (c->groups > 1)
			return "convolutions with groups cannot be trained, only priced";
		if (conv_kernel_width(c) != c->kernel || conv_pad_width(c) != c->pad)
			return "training takes square kernels";
	}
	return NULL;
}

bool trainable(struct arena *a, const struct network *net, struct diag *d)
{
	for (int i = 0; i < net->layers.n; i++) {
		const struct layer *l = network_layer(net, i);
		const char *why = obstacle(l, a);
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

bool trainable_in_arrays(
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
