/* SPDX-License-Identifier: Apache-2.0 */
/* Getting a data set from where it is published. */
#ifndef MHO_CMD_FETCH_H
#define MHO_CMD_FETCH_H

#include <stdbool.h>

struct arena;
struct dataset_kind;
struct diag;

/* Try the sources of a data set in turn until one gives files that verify, and put them into folder,
 * all or none. What happens is told on standard error. False when no source has them (reported). */
bool fetch_dataset(struct arena *, const struct dataset_kind *, const char *folder, struct diag *);

#endif
