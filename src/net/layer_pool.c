/* SPDX-License-Identifier: Apache-2.0 */
/* Pooling: the largest value of each window, channel by channel. Windows do not reach over the
 * edge: rows and columns left over are dropped. */
#include "base/diag.h"
#include "net/network.h"

static const struct field pool_fields[] = {
	NAME(layer, name, "", "name in reports; maxpool1, maxpool2... if absent"),
	INT(layer_pool, size, 1, 64, NULL, "width and height of the window"),
	INT(layer_pool, stride, 1, 64, NULL, "step between windows"),
	FIELD_END,
};

static bool pool_shape(const struct layer *l, struct shape in, struct shape *out, struct diag *d)
{
	const struct layer_pool *p = (const struct layer_pool *)l;

	if (p->size > in.h || p->size > in.w) {
		diag_error(d, diag_where(d, &p->size),
			"layer '%s': a window of %d does not fit an input of %d x %d", l->name,
			p->size, in.h, in.w);
		return false;
	}
	*out = (struct shape){
		in.c, (in.h - p->size) / p->stride + 1, (in.w - p->size) / p->stride + 1};
	return true;
}

const struct layer_kind layer_maxpool = {
	.head = {"maxpool", "the largest value of each window", NULL, sizeof(struct layer_pool),
		pool_fields},
	.shape = pool_shape,
};
