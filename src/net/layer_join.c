/* SPDX-License-Identifier: Apache-2.0 */
/* Layers with several inputs: sum, and channels side by side. */
#include "base/diag.h"
#include "net/layer.h"

#define MAX_CHANNELS (1 << 26)

static const struct field join_fields[] = {
	NAME(layer, name, "", "name in reports; kind and number if absent"),
	NAMES(layer_join, inputs, NULL, "names of the layers it reads, two at least"),
	FIELD_END,
};

/* Does input i of a layer meet the first one? */
static bool meets(const struct layer *l, int i, bool channels, struct diag *d)
{
	const struct layer_join *j = (const struct layer_join *)l;
	struct shape a = l->in, b = l->from[i]->out;

	if ((a.c == b.c || !channels) && a.h == b.h && a.w == b.w)
		return true;
	diag_error(d, diag_where(d, &j->inputs.value[i]),
		"layer '%s': '%s' gives %d x %d x %d, but '%s' gives %d x %d x %d: %s", l->name,
		l->from[i]->name, b.c, b.h, b.w, l->from[0]->name, a.c, a.h, a.w,
		channels ? "only equal shapes can be added" : "rows and columns must be equal");
	return false;
}

static bool two_at_least(const struct layer *l, struct diag *d)
{
	if (l->n_from >= 2)
		return true;
	diag_error(d, layer_where(d, l, &((const struct layer_join *)l)->inputs),
		"layer '%s' needs two inputs or more", l->name);
	return false;
}

static bool add_shape(const struct layer *l, struct shape *out, struct diag *d)
{
	*out = l->in;
	for (int i = 1; i < l->n_from; i++)
		if (!meets(l, i, true, d))
			return false;
	return two_at_least(l, d);
}

static bool concat_shape(const struct layer *l, struct shape *out, struct diag *d)
{
	*out = l->in;
	for (int i = 1; i < l->n_from; i++) {
		if (!meets(l, i, false, d))
			return false;
		if (out->c > MAX_CHANNELS - l->from[i]->out.c) {
			diag_error(d, layer_where(d, l, l), "layer '%s' has more than %d channels",
				l->name, MAX_CHANNELS);
			return false;
		}
		out->c += l->from[i]->out.c;
	}
	return two_at_least(l, d);
}

static int add_work(const struct layer *l, struct layer_work *work)
{
	double n = shape_size(l->out);

	work[0] = (struct layer_work){WORK_ADD, (l->n_from - 1) * n, l->n_from * n, n};
	return 1;
}

const struct layer_kind layer_add = {
	.head = {"add", "sum of several layers of equal shape", "He2016",
		sizeof(struct layer_join), join_fields},
	.shape = add_shape,
	.work = add_work,
	.keeps_sign = true,
};

const struct layer_kind layer_concat = {
	.head = {"concat", "channels of several layers side by side", "Huang2017",
		sizeof(struct layer_join), join_fields},
	.shape = concat_shape,
	.keeps_sign = true,
};
