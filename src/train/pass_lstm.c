/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Long short-term memory over the rows of an image.
 *
 * Model    z = [x_t, h_(t-1)] W + b, gates i = s(z_i), f = s(z_f), g = tanh(z_g), o = s(z_o)
 *          c_t = f c_(t-1) + i g, h_t = o tanh(c_t), h_0 = c_0 = 0; the state goes on whole or after
 *          the last step; back-propagation through all steps; b of f starts at 1
 * Source   [Hochreiter1997]; forget gate and its bias [Gers2000]
 *          through arrays: x_t and h_(t-1) as the input codes saw them, dz rounded per image
 *          few bits: x rounded per image, h_(t-1) per image and step (quantise.h)
 * Assumes  all images of the shard side by side in every step; ranges of converters are observed on the
 *          states that exact products give
 * Checked  tests/unit/check_layers.c: central differences, levels of few bits
 */
#include <cblas.h>
#include <math.h>
#include <string.h>

#include "train/pass_array.h"
#include "train/pass_error.h"

enum { IN, FORGET, CELL, OUT, N_GATES };

/* What backward needs of a step: [n] images each. */
struct step {
	float *in;   /* [n][n_rows] x_t and h_(t-1) */
	float *gate; /* [n][4 hidden] after their functions */
	float *cell; /* [n][hidden] c_t */
	float *curb; /* [n][hidden] tanh(c_t) */
};

struct sizes {
	int n, n_x, n_rows, n_hidden, n_steps;
	bool last;
};

static struct sizes sizes_of(const struct layer *l, int n)
{
	const struct layer_lstm *s = (const struct layer_lstm *)l;
	int n_x = l->in.c * l->in.w;

	return (struct sizes){n, n_x, n_x + s->hidden, s->hidden, l->in.h, s->last};
}

static size_t values_per_step(const struct sizes *s)
{
	return (size_t)s->n_rows + (N_GATES + 2) * (size_t)s->n_hidden;
}

/* dh, dc, dz and the gradient of a step's inputs. */
static size_t values_of_work(const struct sizes *s)
{
	return (size_t)s->n_rows + (N_GATES + 2) * (size_t)s->n_hidden;
}

static size_t lstm_keep(const struct layer *l)
{
	struct sizes s = sizes_of(l, 1);

	return (values_per_step(&s) * (size_t)s.n_steps + values_of_work(&s)) * sizeof(float);
}

/* Where the values of one step are worked on, behind what all steps keep. */
static float *work_of(const struct pass *p, const struct sizes *s)
{
	return (float *)p->keep + (size_t)s->n_steps * values_per_step(s) * (size_t)s->n;
}

static struct step step_of(const struct pass *p, const struct sizes *s, int t)
{
	size_t n = (size_t)s->n, n_hidden = (size_t)s->n_hidden;
	float *at = (float *)p->keep + (size_t)t * values_per_step(s) * n;
	float *gate = at + n * (size_t)s->n_rows, *cell = gate + n * N_GATES * n_hidden;

	return (struct step){at, gate, cell, cell + n * n_hidden};
}

/* Row t of every channel of an image. */
static float *row_of(const struct layer *l, float *image, int c, int t)
{
	return image + ((size_t)c * (size_t)l->in.h + (size_t)t) * (size_t)l->in.w;
}

static void gather(const struct layer *l, const struct sizes *s, const float *x, int t, float *in)
{
	size_t size = (size_t)shape_size(l->in), n_w = (size_t)l->in.w;

	for (int image = 0; image < s->n; image++, x += size, in += s->n_rows)
		for (int c = 0; c < l->in.c; c++)
			memcpy(in + (size_t)c * n_w,
				x + ((size_t)c * (size_t)l->in.h + (size_t)t) * n_w,
				n_w * sizeof *in);
}

static float logistic(float x)
{
	return 1 / (1 + expf(-x));
}

/* h goes to state[n] rows of a stride. */
static void functions(const struct sizes *s, const struct step *now, const struct step *before,
	float *state, size_t stride)
{
	int n = s->n_hidden;

	for (int image = 0; image < s->n; image++) {
		float *gate = now->gate + (size_t)image * N_GATES * (size_t)n;
		size_t at = (size_t)image * (size_t)n;
		for (int k = 0; k < n; k++) {
			float i = logistic(gate[k]), f = logistic(gate[FORGET * n + k]);
			float g = tanhf(gate[CELL * n + k]), o = logistic(gate[OUT * n + k]);
			float c = i * g + (before ? f * before->cell[at + (size_t)k] : 0);
			gate[k] = i;
			gate[FORGET * n + k] = f;
			gate[CELL * n + k] = g;
			gate[OUT * n + k] = o;
			now->cell[at + (size_t)k] = c;
			now->curb[at + (size_t)k] = tanhf(c);
			state[(size_t)image * stride + (size_t)k] = o * now->curb[at + (size_t)k];
		}
	}
}

/* The state of step t to the outputs: [hidden][steps], or [hidden] of the last one. */
static void put_state(const struct sizes *s, const float *state, int t, float *y)
{
	size_t n_out = (size_t)(s->last ? 1 : s->n_steps), n_hidden = (size_t)s->n_hidden;

	if (s->last && t < s->n_steps - 1)
		return;
	for (size_t image = 0; image < (size_t)s->n; image++)
		for (size_t k = 0; k < n_hidden; k++)
			y[(image * n_hidden + k) * n_out + (s->last ? 0 : (size_t)t)] =
				state[image * n_hidden + k];
}

/* What becomes of the inputs x[n][n_rows] of a step; seen are its inputs as backward needs them. */
typedef void (*step_product)(struct pass *, int t, const float *x, float *seen, float *gate, void *ctx);

static void exact_product(struct pass *p, int t, const float *x, float *seen, float *gate, void *ctx)
{
	const struct weights *w = p->weights;

	(void)t;
	(void)ctx;
	memcpy(seen, x, (size_t)p->n * (size_t)w->n_rows * sizeof *seen);
	pass_fill_bias(w, gate, p->n);
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, p->n, w->n_cols, w->n_rows, 1, seen, w->n_rows,
		w->w, w->n_cols, 1, gate, w->n_cols);
}

static void array_product(struct pass *p, int t, const float *x, float *seen, float *gate, void *ctx)
{
	uint64_t n_steps = (uint64_t)p->layer->in.h;
	struct mvm_draw draw = pass_draw(p, 0, n_steps, n_steps, (uint64_t)t);

	(void)ctx;
	pass_array_rows(p, &draw, x, p->n, seen, gate);
}

static void observed_product(struct pass *p, int t, const float *x, float *seen, float *gate, void *ctx)
{
	pass_array_observe(p, x, p->n, seen, ctx);
	exact_product(p, t, x, seen, gate, NULL);
}

static void run(struct pass *p, const float *x, step_product product, void *ctx)
{
	struct sizes s = sizes_of(p->layer, p->n);
	size_t n_state = (size_t)s.n * (size_t)s.n_hidden;
	int n_bits = p->weights->n_bits_activation;
	float *state = work_of(p, &s), *in = state + (N_GATES + 2) * n_state;

	memset(state, 0, n_state * sizeof *state);
	for (int t = 0; t < s.n_steps; t++) {
		struct step now = step_of(p, &s, t), before = step_of(p, &s, t > 0 ? t - 1 : 0);
		gather(p->layer, &s, x, t, in);
		for (int image = 0; image < s.n; image++) {
			float *h = in + (size_t)image * (size_t)s.n_rows + s.n_x;
			memcpy(h, state + (size_t)image * (size_t)s.n_hidden, (size_t)s.n_hidden * sizeof *state);
			if (n_bits > 0)
				p->kern->round_errors(h, (size_t)s.n_hidden, n_bits, false);
		}
		product(p, t, in, now.in, now.gate, ctx);
		functions(&s, &now, t > 0 ? &before : NULL, state, (size_t)s.n_hidden);
		put_state(&s, state, t, p->y);
	}
}

static void lstm_observe(struct pass *p, struct mvm_stats *stats)
{
	run(p, p->x, observed_product, stats);
}

static void lstm_forward(struct pass *p)
{
	if (p->weights->mvm)
		pass_watch(p, lstm_observe);
	run(p, pass_input(p), p->weights->mvm ? array_product : exact_product, NULL);
}

static size_t lstm_scratch(const struct layer *l, const struct weights *w)
{
	size_t forward = pass_array_scratch(w), backward = pass_error_rows_scratch(w);

	(void)l;
	return forward > backward ? forward : backward;
}

/* The gradient that step t's state gets from the layers after, added to dh. */
static void take_state(const struct sizes *s, const float *dy, int t, float *dh)
{
	size_t n_out = (size_t)(s->last ? 1 : s->n_steps), n = (size_t)s->n * (size_t)s->n_hidden;

	if (s->last && t < s->n_steps - 1)
		return;
	for (size_t k = 0; k < n; k++)
		dh[k] += dy[k * n_out + (s->last ? 0 : (size_t)t)];
}

/* From dh and dc of a step to dz and the dc of the step before. */
static void functions_back(const struct sizes *s, const struct step *now,
	const struct step *before, const float *dh, float *dc, float *dz)
{
	int n = s->n_hidden;

	for (int image = 0; image < s->n; image++) {
		const float *gate = now->gate + (size_t)image * N_GATES * (size_t)n;
		float *to = dz + (size_t)image * N_GATES * (size_t)n;
		for (int k = 0; k < n; k++) {
			size_t at = (size_t)image * (size_t)n + (size_t)k;
			float i = gate[k], f = gate[FORGET * n + k], g = gate[CELL * n + k],
			      o = gate[OUT * n + k], curb = now->curb[at];
			float d = dc[at] + dh[at] * o * (1 - curb * curb);
			float c_before = before ? before->cell[at] : 0;
			to[k] = d * g * i * (1 - i);
			to[FORGET * n + k] = d * c_before * f * (1 - f);
			to[CELL * n + k] = d * i * (1 - g * g);
			to[OUT * n + k] = dh[at] * curb * o * (1 - o);
			dc[at] = d * f;
		}
	}
}

/* d[x_t, h_(t-1)] to dx and the next dh. */
static void scatter(const struct layer *l, const struct sizes *s, const float *d_in, int t,
	float *dx, float *dh)
{
	size_t size = (size_t)shape_size(l->in), n_w = (size_t)l->in.w;

	for (int image = 0; image < s->n; image++, d_in += s->n_rows) {
		memcpy(dh + (size_t)image * (size_t)s->n_hidden, d_in + s->n_x,
			(size_t)s->n_hidden * sizeof *dh);
		for (int c = 0; dx && c < l->in.c; c++)
			memcpy(row_of(l, dx + (size_t)image * size, c, t), d_in + (size_t)c * n_w,
				n_w * sizeof *dx);
	}
}

static void lstm_backward(struct pass *p)
{
	const struct weights *w = p->weights;
	struct sizes s = sizes_of(p->layer, p->n);
	size_t n_state = (size_t)s.n * (size_t)s.n_hidden, n_z = (size_t)s.n * (size_t)w->n_cols;
	float *dh = work_of(p, &s), *dc = dh + n_state, *dz = dc + n_state, *d_in = dz + n_z;

	memset(dh, 0, 2 * n_state * sizeof *dh);
	memset(p->db, 0, (size_t)w->n_cols * sizeof *p->db);
	for (int t = s.n_steps - 1; t >= 0; t--) {
		struct step now = step_of(p, &s, t), before = step_of(p, &s, t > 0 ? t - 1 : 0);
		take_state(&s, p->dy, t, dh);
		functions_back(&s, &now, t > 0 ? &before : NULL, dh, dc, dz);
		for (int image = 0; image < s.n; image++) {
			float *row = dz + (size_t)image * (size_t)w->n_cols;
			pass_round_errors(p, row, (size_t)w->n_cols);
			p->kern->add(p->db, row, (size_t)w->n_cols);
		}
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, w->n_rows, w->n_cols, s.n, 1,
			now.in, w->n_rows, dz, w->n_cols, t < s.n_steps - 1, p->dw, w->n_cols);
		struct mvm_draw draw = pass_draw(p, 0, (uint64_t)s.n_steps, (uint64_t)s.n_steps, (uint64_t)t);
		pass_error_rows(p, &draw, dz, s.n, d_in, p->scratch);
		scatter(p->layer, &s, d_in, t, p->dx, dh);
	}
}

static void lstm_init_bias(const struct layer *l, float *bias)
{
	int n = ((const struct layer_lstm *)l)->hidden;

	for (int k = 0; k < n; k++)
		bias[FORGET * n + k] = 1;
}

const struct train_layer_kind train_lstm = {
	.kind = &layer_lstm,
	.scratch = lstm_scratch,
	.keep = lstm_keep,
	.init_bias = lstm_init_bias,
	.forward = lstm_forward,
	.backward = lstm_backward,
	.observe = lstm_observe,
};
