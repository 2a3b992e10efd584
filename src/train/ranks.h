/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several processes on one training (make MPI=1; otherwise there is one). The shards of a batch are
 * dealt to the ranks in stretches; whatever is summed over shards is summed in their order, so any
 * number of ranks gives the bytes of one. Everything else is done by all ranks alike.
 * Checked  tests/ranks/run.sh
 */
#ifndef MHO_TRAIN_RANKS_H
#define MHO_TRAIN_RANKS_H

#include <stdbool.h>
#include <stddef.h>

struct diag;

struct ranks {
	int rank, n;
	int fd_err; /* of the first rank 0; of the others where messages would go, which are kept back */
};

/* Join the others. Once, before any thread is started; ranks_end before the program ends. A rank that exits in
 * between ends all. Ranks but the first are silent; what they had to say is told if they end alone. */
struct ranks ranks_start(void);
void ranks_end(void);

/* What a rank begins with. */
struct rank_start {
	long step;
	char digest[65]; /* of everything that must be alike */
	bool good;       /* it can begin */
};

/* Whether all ranks can begin and do so alike, said to all of them; reported if not: by the first rank that cannot
 * what it found, by the first of all who differs from it. One rank alone agrees with itself. */
bool ranks_agree(const struct ranks *, const struct rank_start *own, struct diag *);

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
