/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_text.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"

char *json_text(struct arena *a, json_t *root)
{
	if (!root)
		BUG("no JSON tree");

	char *text = json_dumps(root, JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));

	json_decref(root);
	if (!text)
		die("out of memory");

	char *copy = arena_dup(a, text);

	free(text);
	return copy;
}
