/* SPDX-License-Identifier: Apache-2.0 */
/* Several processes on one training; the only file that knows MPI. */
#define _DEFAULT_SOURCE /* on_exit */
#include "train/ranks.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"

#ifdef MHO_MPI
#include <mpi.h>
#endif

void ranks_own(const struct ranks *r, int n, int *from, int *to)
{
	/* rounded up: the first rank always has the first one */
	*from = (n * r->rank + r->n - 1) / r->n;
	*to = (n * (r->rank + 1) + r->n - 1) / r->n;
}

/* What a rank had to say, to where it would have gone. */
static void tell(int fd_err, int rank)
{
	char text[4096];
	ssize_t n;

	if (fd_err <= 0)
		return;
	dprintf(fd_err, "on rank %d:\n", rank);
	for (off_t at = 0; (n = pread(STDERR_FILENO, text, sizeof text, at)) > 0; at += n)
		if (write(fd_err, text, (size_t)n) != n)
			return;
}

bool ranks_agree(const struct ranks *r, const struct rank_start *own, struct diag *d)
{
	struct arena *a = arena_new();
	struct rank_start *all = NEW(a, struct rank_start, r->n);
	void **place = NEW(a, void *, r->n);
	int bad = 0, other = 1;

	for (int i = 0; i < r->n; i++)
		place[i] = &all[i];
	all[r->rank] = *own;
	ranks_share(r, r->n, place, sizeof *all);
	while (bad < r->n && all[bad].good)
		bad++;
	while (other < r->n && all[other].step == all[0].step && strcmp(all[other].digest, all[0].digest) == 0)
		other++;
	if (bad == r->rank)
		tell(r->fd_err, r->rank);
	else if (bad == r->n && other < r->n && all[other].step != all[0].step)
		diag_error(d, (struct loc){NULL, 0, 0},
			"rank %d begins at step %ld, rank 0 at step %ld: does every rank see the same files?", other,
			all[other].step, all[0].step);
	else if (bad == r->n && other < r->n)
		diag_error(d, (struct loc){NULL, 0, 0},
			"rank %d begins with other settings, data or weights than rank 0: does every rank see the same files?",
			other);
	arena_free(a);
	return bad == r->n && other >= r->n;
}

#ifdef MHO_MPI

/* A rank that leaves the others behind takes them with it. */
static void leave(int status, void *fd_err)
{
	int ended = 0, rank = 0;

	MPI_Finalized(&ended);
	if (ended)
		return;
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	tell((int)(intptr_t)fd_err, rank);
	MPI_Abort(MPI_COMM_WORLD, status);
}

/* Messages into a file that nobody sees. */
static int keep_back(void)
{
	FILE *kept = tmpfile();
	int fd_err = dup(STDERR_FILENO);

	if (!kept || fd_err < 0 || !freopen("/dev/null", "w", stdout) || dup2(fileno(kept), STDERR_FILENO) < 0)
		die_errno("cannot keep back what a rank says");
	return fd_err;
}

struct ranks ranks_start(void)
{
	struct ranks r = {0, 1, 0};
	int got;

	if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &got) != MPI_SUCCESS ||
		got < MPI_THREAD_FUNNELED)
		die("MPI cannot be started beside threads");
	MPI_Comm_rank(MPI_COMM_WORLD, &r.rank);
	MPI_Comm_size(MPI_COMM_WORLD, &r.n);
	if (r.rank > 0)
		r.fd_err = keep_back();
	if (on_exit(leave, (void *)(intptr_t)r.fd_err) != 0)
		die("no room for what is done at the end");
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
		ranks_own(&(struct ranks){rank, r->n, 0}, n, &from, &to);
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
	return (struct ranks){0, 1, 0};
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
