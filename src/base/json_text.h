/* SPDX-License-Identifier: Apache-2.0 */
/* How every JSON file of ours is written: indented, keys in the order given, numbers exact. */
#ifndef MHO_BASE_JSON_TEXT_H
#define MHO_BASE_JSON_TEXT_H

#include <jansson.h>

struct arena;

/* The text of a tree without a line end; the tree is freed. A NULL tree is our bug. */
char *json_text(struct arena *, json_t *root);

#endif
