/* SPDX-License-Identifier: Apache-2.0 */
/* Several processes on one training; the only file that knows MPI. */
#include "train/ranks.h"

#include <string.h>

#ifdef MHO_MPI
#include <mpi.h>

#include "base/arena.h"
#include "base/diag.h"
#endif

void ranks_own(const struct ranks *r, int n, int *from, int *to)
{
	/* rounded up: the first rank always has the first one */
	*from = (n * r->rank + r->n - 1) / r->n;
	*to = (n * (r->rank + 1) + r->n - 1) / r->n;
}

#ifdef MHO_MPI

struct ranks ranks_start(void)
{
	struct ranks r = {0, 1};
	int got;

	if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &got) != MPI_SUCCESS ||
		got < MPI_THREAD_FUNNELED)
		die("MPI cannot be started beside threads");
	MPI_Comm_rank(MPI_COMM_WORLD, &r.rank);
	MPI_Comm_size(MPI_COMM_WORLD, &r.n);
	return r;
}

void ranks_end(void)
{
	MPI_Finalize();
}

void ranks_share(const struct ranks *r, int n, void *const *value, size_t size)
{
	if (r->n == 1 || size == 0)
		return;

	struct arena *a = arena_new();
	char *all = NEW(a, char, (size_t)n * size);
	int *count = NEW(a, int, r->n), *at = NEW(a, int, r->n), from, to;

	for (int rank = 0; rank < r->n; rank++) {
		ranks_own(&(struct ranks){rank, r->n}, n, &from, &to);
		at[rank] = from * (int)size;
		count[rank] = (to - from) * (int)size;
	}
	ranks_own(r, n, &from, &to);
	for (int i = from; i < to; i++)
		memcpy(all + (size_t)i * size, value[i], size);
	MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all, count, at, MPI_BYTE, MPI_COMM_WORLD);
	for (int i = 0; i < n; i++)
		if (i < from || i >= to)
			memcpy(value[i], all + (size_t)i * size, size);
	arena_free(a);
}

void ranks_receive(const struct ranks *r, float *x, size_t n)
{
	if (r->rank > 0)
		MPI_Recv(x, (int)n, MPI_FLOAT, r->rank - 1, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

void ranks_send(const struct ranks *r, const float *x, size_t n)
{
	if (r->rank < r->n - 1)
		MPI_Send(x, (int)n, MPI_FLOAT, r->rank + 1, 0, MPI_COMM_WORLD);
}

void ranks_spread(const struct ranks *r, float *x, size_t n)
{
	if (r->n > 1)
		MPI_Bcast(x, (int)n, MPI_FLOAT, r->n - 1, MPI_COMM_WORLD);
}

#else

struct ranks ranks_start(void)
{
	return (struct ranks){0, 1};
}

void ranks_end(void)
{
}

void ranks_share(const struct ranks *r, int n, void *const *value, size_t size)
{
	(void)r, (void)n, (void)value, (void)size;
}

void ranks_receive(const struct ranks *r, float *x, size_t n)
{
	(void)r, (void)x, (void)n;
}

void ranks_send(const struct ranks *r, const float *x, size_t n)
{
	(void)r, (void)x, (void)n;
}

void ranks_spread(const struct ranks *r, float *x, size_t n)
{
	(void)r, (void)x, (void)n;
}

#endif
