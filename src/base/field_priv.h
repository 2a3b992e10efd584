/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by field.c (binding) and loader.c (files, overrides). */
#ifndef MHO_BASE_FIELD_PRIV_H
#define MHO_BASE_FIELD_PRIV_H

#include "base/field.h"

/* The last override of exactly this path, marked as used; NULL if none. */
struct override *loader_override(struct loader *, const char *path);
/* Is there an override of anything below this path? */
bool loader_below(const struct loader *, const char *path);

#endif
