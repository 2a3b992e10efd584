/* SPDX-License-Identifier: Apache-2.0 */
/* A network, its data and the numbers of a design: whether they go together, and as a model. */
#include "train/trainable.h"

#include "base/diag.h"
#include "train/kern.h"
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

static bool can_be_trained(const struct network *net, struct diag *d)
{
	for (int i = 0; i < net->layers.n; i++) {
		const struct layer *l = network_layer(net, i);
		if (train_layer_kind_of(l))
			continue;
		diag_error(d, layer_where(d, l, l), "layer '%s': layers of the kind '%s' cannot be trained, only priced",
			l->name, l->kind->head.name);
		return false;
	}
	return true;
}

/* Groups lie on diagonals of subarrays, which the solver of wires does not know. */
static bool groups_fit_wires(const struct network *net, const struct numerics *n, struct diag *d)
{
	for (int i = 0; i < net->n_weight_layers && n->crossbar; i++) {
		const struct layer *l = network_weight_layer(net, i);
		if (layer_matrix(l).n_groups == 1)
			continue;
		diag_error(d, layer_where(d, l, l),
			"layer '%s': the wires of arrays are not solved for convolutions with groups: set the "
			"design's array.ir_drop to none",
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

bool trainable(const struct train_spec *s, struct diag *d)
{
	return fits_data(s->network, s->data, d) && can_be_trained(s->network, d) &&
	       rule_fits(s->recipe->rule, s->network, d) &&
	       (!s->synapse || (groups_fit_wires(s->network, s->numerics, d) && numerics_are_sane(s->numerics, d)));
}

struct model_spec trainable_model(struct arena *a, const struct train_spec *s)
{
	const struct recipe *r = s->recipe;

	return (struct model_spec){
		.network = s->network,
		.kern = s->kern ? s->kern : kern_pick(NULL),
		.synapse = s->synapse,
		.numerics = s->numerics,
		.seed = s->seed,
		.k_weight_range = r->k_weight_range,
		.signed_images = r->normalise != NORMALISE_NONE,
		.bits = s->bits,
		.intake = intake_new(a, r, s->data, s->seed),
		.loss = r->loss == LOSS_SQUARES ? loss_squares : loss_softmax,
		.n_batch = r->batch,
	};
}
