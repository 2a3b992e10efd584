/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML files as a tree with positions. Reads through libyaml and refuses what our files never
 * need and what hides mistakes: duplicate keys, anchors and aliases, tags, merge keys, several
 * documents, NUL, nesting over 32, files over 16 MiB.
 */
#ifndef MHO_BASE_YAML_H
#define MHO_BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct arena;

enum yaml_type { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_type type;
	struct loc loc;
	bool plain;           /* scalar without quotes */
	const char *text;     /* scalar */
	int n;                /* list, map: entries */
	struct yaml **child;  /* list, map: values */
	const char **key;     /* map: keys, parallel to child */
	struct loc *key_loc;  /* map */
};

/* The root of a file that opens with "format: 1" (that key is checked and dropped). NULL after a
 * reported error. A file that cannot be opened or read is the machine's failure: status 3. */
struct yaml *yaml_read_file(struct arena *, const char *path, struct diag *);

/* The same from memory; name is shown in messages. want_format false: any single document, as for
 * the value of --set. */
struct yaml *yaml_read_text(struct arena *, const char *name, const char *text, size_t n,
	bool want_format, struct diag *);

/* The value of a key of a map, NULL if absent. */
struct yaml *yaml_get(const struct yaml *map, const char *key);

#endif
