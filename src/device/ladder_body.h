/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conjugate gradients of ladder.c for LADDER_LANES drives at once, included by ladder_scalar.c,
 * ladder_avx2.c and ladder_avx512.c. A register takes LADDER_WIDTH lanes, and registers are solved
 * one after the other. No sum runs across lanes: same bits whatever the width.
 */
#include <stddef.h>

#include "device/ladder_priv.h"

typedef double vec __attribute__((vector_size(LADDER_WIDTH * sizeof(double))));

#define STRIDE (LADDER_LANES / LADDER_WIDTH) /* registers from one cell or line to the next */

/* One register of everything in struct ladder_work that has lanes. */
struct lanes {
	vec *p, *q, *u, *residual, *lost, *drop, *row, *line, *i_in, *i_out;
	const vec *v_in, *v_out;
};

/* p <- residual + beta p; its cells' currents summed down every output line -> q. */
static void go_down(const struct ladder_work *w, const struct lanes *l, const vec *beta)
{
	vec *restrict p = l->p, *restrict q = l->q, *restrict line = l->line;
	const vec *restrict residual = l->residual;
	const double *restrict s = w->s;

	for (long o = 0; o < w->n_out; o++)
		line[o * STRIDE] = (vec){0};
	for (int i = 0; i < w->n_in; i++)
		for (long o = 0; o < w->n_out; o++) {
			*p = *residual + *beta * *p;
			line[o * STRIDE] += *s++ * *p;
			*q = line[o * STRIDE];
			p += STRIDE;
			q += STRIDE;
			residual += STRIDE;
		}
}

/* q <- A p and p A p, from the sense nodes up. */
static void go_up(const struct ladder_work *w, const struct lanes *l, vec *pq)
{
	vec *restrict lost = l->lost, *restrict drop = l->drop, sum[2] = {{0}};

	for (long o = 0; o < w->n_out; o++)
		drop[o * STRIDE] = (vec){0};
	for (long i = w->n_in - 1; i >= 0; i--) {
		const vec *restrict p = l->p + i * w->n_out * STRIDE;
		vec *restrict q = l->q + i * w->n_out * STRIDE, current = {0}, in = {0};
		const double *s = w->s + i * w->n_out;
		double r_out = w->r_out[i];
		for (long o = w->n_out - 1; o >= 0; o--) {
			current += s[o] * p[o * STRIDE];
			lost[o * STRIDE] = w->r_in[o] * current;
		}
		l->row[i * STRIDE] = current;
		for (long o = 0; o < w->n_out; o++) {
			in += lost[o * STRIDE];
			drop[o * STRIDE] += r_out * q[o * STRIDE];
			q[o * STRIDE] = p[o * STRIDE] + s[o] * (in + drop[o * STRIDE]);
			sum[o & 1] += p[o * STRIDE] * q[o * STRIDE];
		}
	}
	*pq = sum[0] + sum[1];
}

/* One step of length alpha along p; the square of the new residual. */
static void step(const struct ladder_work *w, const struct lanes *l, const vec *alpha, vec *square)
{
	const vec *restrict p = l->p, *restrict q = l->q;
	vec *restrict u = l->u, *restrict residual = l->residual, sum[2] = {{0}};
	long n = (long)w->n_in * w->n_out;

	for (long k = 0; k < n; k++) {
		residual[k * STRIDE] -= *alpha * q[k * STRIDE];
		sum[k & 1] += residual[k * STRIDE] * residual[k * STRIDE];
	}
	*square = sum[0] + sum[1];
	for (long k = 0; u && k < n; k++)
		u[k * STRIDE] += *alpha * p[k * STRIDE];
	for (long i = 0; i < w->n_in; i++)
		l->i_in[i * STRIDE] += *alpha * l->row[i * STRIDE];
	for (long o = 0; o < w->n_out; o++)
		l->i_out[o * STRIDE] += *alpha * l->line[o * STRIDE];
}

static bool converged(const vec *square, const vec *wanted)
{
	for (int lane = 0; lane < LADDER_WIDTH; lane++)
		if ((*square)[lane] > (*wanted)[lane])
			return false;
	return true;
}

static int solve_register(const struct ladder_work *w, const struct lanes *l, double k_residual)
{
	vec square, wanted, beta = {0}, alpha = {0}, pq = {0};
	int n = 0;

	step(w, l, &alpha, &square);
	wanted = square * (k_residual * k_residual);
	for (; n < w->n_most && !converged(&square, &wanted); n++) {
		vec before = square;
		go_down(w, l, &beta);
		go_up(w, l, &pq);
		/* a lane that has converged stands still: it does not depend on its neighbours */
		for (int lane = 0; lane < LADDER_WIDTH; lane++)
			alpha[lane] = before[lane] > wanted[lane] ? before[lane] / pq[lane] : 0;
		step(w, l, &alpha, &square);
		for (int lane = 0; lane < LADDER_WIDTH; lane++)
			beta[lane] = alpha[lane] > 0 ? square[lane] / before[lane] : 0;
	}
	return n;
}

/* Input lines i .. i + n - 1 (their chains of sums overlap) with what the output lines lose known:
 * the loss at their cells into lost[][n_out], and their sources' currents. */
static inline __attribute__((always_inline)) void follow_inputs(
	const struct ladder_work *w, const struct lanes *l, const vec *drop, long i, int n)
{
	const vec *restrict v_out = l->v_out;
	vec *restrict lost = l->lost, current[2] = {{0}}, sum[2] = {{0}}, v[2];

	for (int k = 0; k < n; k++)
		v[k] = l->v_in[(i + k) * STRIDE];
	for (long o = w->n_out - 1; o >= 0; o--)
		for (int k = 0; k < n; k++) {
			long at = (i + k) * w->n_out + o, to = k * w->n_out + o;
			vec e = v[k] - v_out[o * STRIDE] - drop[at * STRIDE];
			current[k] = w->k_in[at] * (current[k] + w->g[at] * e);
			lost[to * STRIDE] = w->r_in[o] * current[k];
		}
	for (long o = 0; o < w->n_out; o++)
		for (int k = 0; k < n; k++) {
			long at = (i + k) * w->n_out + o, to = k * w->n_out + o;
			sum[k] = w->k_in[at] * sum[k] + lost[to * STRIDE];
			lost[to * STRIDE] = sum[k];
		}
	for (int k = 0; k < n; k++)
		l->i_in[(i + k) * STRIDE] = current[k];
}

/* Down the output lines: their currents -> residual. */
static inline __attribute__((always_inline)) void go_down_lines(
	const struct ladder_work *w, const struct lanes *l, long i, int n)
{
	vec *restrict line = l->line;
	const vec *restrict lost = l->lost;

	for (int k = 0; k < n; k++) {
		const double *g = w->g + (i + k) * w->n_out, *k_out = w->k_out + (i + k) * w->n_out;
		vec *restrict to = l->residual + (i + k) * w->n_out * STRIDE;
		vec v = l->v_in[(i + k) * STRIDE];
		for (long o = 0; o < w->n_out; o++) {
			vec e = v - l->v_out[o * STRIDE] - lost[(k * w->n_out + o) * STRIDE];
			line[o * STRIDE] = k_out[o] * (line[o * STRIDE] + g[o] * e);
			to[o * STRIDE] = line[o * STRIDE];
		}
	}
}

/* One round: all input lines, then all output lines, whose loss p is moved to old + omega (gamma new
 * + (1 - gamma) p - old), in the place of old. */
static void round_lines(const struct ladder_work *w, const struct lanes *l, const vec *p, vec *old,
	double omega, double gamma)
{
	vec *restrict line = l->line, *restrict drop = l->drop;
	long i = 0;

	for (long o = 0; o < w->n_out; o++)
		line[o * STRIDE] = drop[o * STRIDE] = (vec){0};
	for (; i + 1 < w->n_in; i += 2) {
		follow_inputs(w, l, p, i, 2);
		go_down_lines(w, l, i, 2);
	}
	if (i < w->n_in) {
		follow_inputs(w, l, p, i, 1);
		go_down_lines(w, l, i, 1);
	}
	for (i = w->n_in - 1; i >= 0; i--) {
		const double *k = w->k_out + i * w->n_out;
		double r = w->r_out[i];
		for (long o = 0, at = i * w->n_out; o < w->n_out; o++, at++) {
			vec from = old[at * STRIDE];
			drop[o * STRIDE] = k[o] * drop[o * STRIDE] + r * l->residual[at * STRIDE];
			old[at * STRIDE] = from + omega * (gamma * drop[o * STRIDE] +
								  (1 - gamma) * p[at * STRIDE] - from);
		}
	}
}

static void relax_register(const struct ladder_work *w, const struct lanes *l, double rho, int n)
{
	double omega = 1, gamma = 2 / (2 - rho), sigma = rho / (2 - rho);
	vec *p = l->p, *old = l->q;
	long i = 0;

	for (int k = 0; k < n; k++) {
		vec *keep = p;
		round_lines(w, l, p, old, omega, gamma);
		p = old;
		old = keep;
		omega = k == 0 ? 2 / (2 - sigma * sigma) : 4 / (4 - sigma * sigma * omega);
	}
	for (; i + 1 < w->n_in; i += 2)
		follow_inputs(w, l, p, i, 2);
	if (i < w->n_in)
		follow_inputs(w, l, p, i, 1);
	for (long o = 0; o < w->n_out; o++)
		l->i_out[o * STRIDE] = l->line[o * STRIDE];
}

static struct lanes lanes_at(const struct ladder_work *w, int at)
{
	return (struct lanes){
		.p = (vec *)w->p + at,
		.q = (vec *)w->q + at,
		.u = w->u ? (vec *)w->u + at : NULL,
		.residual = (vec *)w->residual + at,
		.lost = (vec *)w->lost + at,
		.drop = (vec *)w->drop + at,
		.row = (vec *)w->row + at,
		.line = (vec *)w->line + at,
		.i_in = (vec *)w->i_in + at,
		.i_out = (vec *)w->i_out + at,
		.v_in = (const vec *)w->v_in + at,
		.v_out = (const vec *)w->v_out + at,
	};
}

static void relax(struct ladder_work *w, double rho, int n)
{
	for (int at = 0; at < STRIDE; at++) {
		struct lanes l = lanes_at(w, at);
		relax_register(w, &l, rho, n);
	}
}

static int solve(struct ladder_work *w, double k_residual)
{
	int n_most = 0;

	for (int at = 0; at < STRIDE; at++) {
		struct lanes l = lanes_at(w, at);
		int n = solve_register(w, &l, k_residual);
		n_most = n > n_most ? n : n_most;
	}
	return n_most;
}
