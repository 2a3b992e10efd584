/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by field.c (binding) and loader.c (files, overrides). */
#ifndef MHO_BASE_FIELD_PRIV_H
#define MHO_BASE_FIELD_PRIV_H

#include "base/field.h"

/* The last override of exactly this path, marked as used; NULL if none. */
struct override *loader_override(struct loader *, const char *path);
/* Is there an override of anything below this path? */
bool loader_below(const struct loader *, const char *path);
/* loader_file with the position that names the file. */
void *loader_file_at(struct loader *, const struct file_kind *, const char *name, const char *prefix,
	struct loc);

#endif
