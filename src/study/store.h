/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trainings of a study that are done, in DIR/store.sqlite: what mho run --resume does not repeat.
 * A training is known by its fingerprint, so a store may hold more than the study asks for.
 */
#ifndef MHO_STUDY_STORE_H
#define MHO_STUDY_STORE_H

#include <stdbool.h>

#include "study/evaluate.h"

struct arena;
struct store;

/* Open or make it. keep: what it holds is taken over, else it starts empty. writes: whether this process
 * is the one that adds to it. A file that is no store of this version is reported: NULL. */
struct store *store_open(struct arena *, const char *path, bool keep, bool writes, struct diag *);
void store_close(struct store *);

/* The outcome of a training, without trainer; NULL if it is not there. */
const struct outcome *store_find(const struct store *, const char *fingerprint);

/* Add one; dies (status 3) if it cannot be written. A store not opened for writing does nothing. */
void store_put(struct store *, const char *fingerprint, const struct outcome *);

#endif
