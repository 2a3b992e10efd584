/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sweep: a study without recipes. Every point is loaded, checked and priced with stated activity, many at
 * a time; only its row stays. The result does not depend on the number of threads.
 */
#ifndef MHO_STUDY_SWEEP_H
#define MHO_STUDY_SWEEP_H

#include "study/results.h"

/* Images of an epoch and of a batch when no recipe or activity file says. */
#define SWEEP_IMAGES 60000
#define SWEEP_BATCH  64

/* Fills the plan's points (names and texts) and one result each. A point that cannot be loaded or priced
 * has the first of its errors as status; those of the first such point are shown in full.
 * first[design x network]: points whose loaders stay, for the record of settings; their number in *n. */
struct result *sweep_run(struct arena *, struct study_plan *, const struct study_sets *, bool quick,
	const struct point ***first, int *n);

#endif
