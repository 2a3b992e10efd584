/* SPDX-License-Identifier: Apache-2.0 */
/* A list of layers several times over. It is gone when a network is wired: the layers of copy i are
 * named NAME_i, names in their inputs are looked for in their own copy first, and "entry" is the
 * layer before the copy. */
#include "net/layer.h"

static const struct field repeat_fields[] = {
	INT(layer_repeat, times, 1, 1000, "1", "copies, one after the other"),
	KINDS(layer_repeat, layers, layer_kinds, 1, 1000, NULL, "the layers of one copy"),
	FIELD_END,
};

const struct layer_kind layer_repeat = {
	.head = {"repeat", "a list of layers several times over", NULL, sizeof(struct layer_repeat),
		repeat_fields},
};
