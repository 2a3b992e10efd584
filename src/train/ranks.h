/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several processes on one training (make MPI=1; otherwise there is one). The shards of a batch are
 * dealt to the ranks in stretches; whatever is summed over shards is summed in their order, so any
 * number of ranks gives the bytes of one. Everything else is done by all ranks alike.
 * Checked  tests/ranks/run.sh
 */
#ifndef MHO_TRAIN_RANKS_H
#define MHO_TRAIN_RANKS_H

#include <stddef.h>

struct ranks {
	int rank, n;
};

/* Join the others. Once, before any thread is started; ranks_end before the program ends. */
struct ranks ranks_start(void);
void ranks_end(void);

/* The shards from..to-1 of n that are this rank's. */
void ranks_own(const struct ranks *, int n, int *from, int *to);

/* value[i] (of shard i, size bytes) goes from the rank that owns shard i to all others. */
void ranks_share(const struct ranks *, int n, void *const *value, size_t size);

/* x[n] from the rank before (not for the first), or to the one behind (not for the last). */
void ranks_receive(const struct ranks *, float *x, size_t n);
void ranks_send(const struct ranks *, const float *x, size_t n);
/* x[n] from the last rank to all others. */
void ranks_spread(const struct ranks *, float *x, size_t n);

#endif
