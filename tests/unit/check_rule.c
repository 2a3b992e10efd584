/* SPDX-License-Identifier: Apache-2.0 */
/* Direct feedback alignment against its textbook form; its matrices, their drift and its compensation. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "near.h"
#include "train/feedback.h"
#include "train/kern.h"

enum { N_IMAGES = 24, SIDE = 8, CLASSES = 5 };

struct holder {
	const struct rule *rule;
};
static const struct field holder_fields[] = {KIND(holder, rule, rule_kinds, "bp", "rule"), FIELD_END};
static const struct field net_fields[] = {
	{"network", FIELD_FILE, DIM_NONE, 0, 0, 0, NULL, &network_file, "", 0},
	FIELD_END,
};

static void bind(struct arena *a, const struct field *fields, const char *text, void *out)
{
	struct diag *d = diag_new(a, stderr);
	struct loader l;
	struct yaml *root = yaml_read_text(a, "test", text, strlen(text), true, d);

	loader_init(&l, a, d);
	ck_assert(root && loader_bind(&l, fields, root, "", out));
}

static const struct network *network_of(struct arena *a, const char *layers)
{
	const struct network *n;

	bind(a, net_fields,
		arena_printf(a,
			"format: 1\nnetwork:\n  name: test\n  input: {channels: 1, height: %d, width: %d}\n"
			"  classes: %d\n  layers: %s\n",
			SIDE, SIDE, CLASSES, layers),
		&n);
	return n;
}

static const struct rule *rule_of(struct arena *a, const char *keys)
{
	struct holder h;

	bind(a, holder_fields, arena_printf(a, "format: 1\nrule: {kind: dfa-%s}\n", keys), &h);
	return h.rule;
}

static struct images pictures(struct arena *a)
{
	struct rng r = rng_stream(11, RNG_TEST, 0);
	uint8_t *pixel = NEW(a, uint8_t, N_IMAGES * SIDE * SIDE), *label = NEW(a, uint8_t, N_IMAGES);

	for (size_t i = 0; i < N_IMAGES * SIDE * SIDE; i++)
		pixel[i] = (uint8_t)rng_below(r, i, 0, 256);
	for (size_t i = 0; i < N_IMAGES; i++)
		label[i] = (uint8_t)rng_below(r, i, 1, CLASSES);
	return (struct images){N_IMAGES, pixel, label};
}

static struct model *model_of(struct arena *a, const struct network *n, const struct rule *rule)
{
	return model_new(a, &(struct model_spec){.network = n,
				    .kern = kern_pick(NULL),
				    .seed = 3,
				    .k_weight_range = 4,
				    .n_batch = N_IMAGES,
				    .dfa = rule_dfa_of(rule)});
}

/* Gradients of all pictures, folded. */
static const float *gradients(struct model *m, const struct images *images)
{
	int n = model_deal(m, images, NULL, 0, N_IMAGES);

	model_gradients(m, n);
	model_fold(m, 0, m->n_params);
	return m->shard[0].gradient;
}

/* The matrix of a layer, read by unit errors: b[classes][n]. */
static float *matrix(struct arena *a, struct model *m, int layer, int n)
{
	struct shard *s = &m->shard[0];
	float *b = NEW(a, float, CLASSES * n), *kept = NEW(a, float, CLASSES);
	int n_images = s->n;

	memcpy(kept, s->error, CLASSES * sizeof *kept);
	s->n = 1;
	for (int c = 0; c < CLASSES; c++) {
		memset(s->error, 0, CLASSES * sizeof *s->error);
		s->error[c] = 1;
		feedback_enter(m->feedback, s, layer);
		memcpy(b + (size_t)c * (size_t)n, s->pass[layer].dy, (size_t)n * sizeof *b);
	}
	memcpy(s->error, kept, CLASSES * sizeof *kept);
	s->n = n_images;
	return b;
}

#define TWO_HIDDEN                                                                                 \
	"[{kind: dense, out: 12}, {kind: tanh}, {kind: dense, out: 7}, {kind: sigmoid}, {kind: dense, out: 5}]"

/* dW = sum over images of x (B e . f'), from the outputs that the passes left. */
START_TEST(gradient_is_the_textbook)
{
	struct arena *a = arena_new();
	struct model *m = model_of(a, network_of(a, TWO_HIDDEN), rule_of(a, "all, k_feedback: 0.3"));
	struct images images = pictures(a);
	const float *got = gradients(m, &images);
	const struct {
		int layer, n_in, n_out, entry;
	} hidden[] = {{0, SIDE * SIDE, 12, 1}, {2, 12, 7, 3}};

	for (int h = 0; h < 2; h++) {
		int n_in = hidden[h].n_in, n_out = hidden[h].n_out;
		double *want = NEW(a, double, n_in *n_out), most = 0;
		for (int k = 0; k < m->n_shards; k++) {
			struct shard *s = &m->shard[k];
			const float *x = s->pass[hidden[h].layer].x, *y = s->pass[hidden[h].entry].y;
			const float *b = matrix(a, m, hidden[h].entry, n_out);
			for (int i = 0; i < s->n; i++)
				for (int o = 0; o < n_out; o++) {
					double e = 0, out = (double)y[i * n_out + o];
					for (int c = 0; c < CLASSES; c++)
						e += (double)b[c * n_out + o] * (double)s->error[i * CLASSES + c];
					e *= h == 0 ? 1 - out * out : out * (1 - out);
					for (int r = 0; r < n_in; r++)
						want[r * n_out + o] += (double)x[i * n_in + r] * e;
				}
		}
		const float *dw = got + m->at_param[h];
		for (int i = 0; i < n_in * n_out; i++)
			most = fmax(most, fabs(want[i]));
		ck_assert_double_gt(most, 1e-3);
		for (int i = 0; i < n_in * n_out; i++)
			ck_assert_double_eq_tol((double)dw[i], want[i], 1e-5 * most);
	}
	arena_free(a);
}
END_TEST

/* Nothing in front of a feedback is asked for more than it needs, and the last layer learns as ever. */
START_TEST(last_layer_is_as_by_propagation)
{
	static const char *const nets[] = {TWO_HIDDEN,
		"[{kind: conv, out: 3, kernel: 3}, {kind: relu}, {kind: maxpool, size: 2, stride: 2},"
		" {kind: conv, out: 4, kernel: 2}, {kind: relu}, {kind: flatten}, {kind: dense, out: 6},"
		" {kind: relu}, {kind: dense, out: 5}]"};
	static const char *const rules[] = {"all", "fc", "blocks", "all, merged: true"};
	/* layers with weights that feedback enters */
	static const int n_entries[][2] = {{2, 3}, {2, 1}, {2, 3}, {2, 3}};
	struct arena *a = arena_new();
	struct images images = pictures(a);

	for (int k = 0; k < 2; k++) {
		const struct network *net = network_of(a, nets[k]);
		struct model *plain = model_of(a, net, NULL);
		struct model *m = model_of(a, net, rule_of(a, rules[_i]));
		const float *exact = gradients(plain, &images), *got = gradients(m, &images);
		double cosine[4];
		int n = 0, last = m->n_weight_layers - 1;
		for (int i = 0; i <= last; i++)
			n += feedback_size(m->feedback, i) > 0;
		ck_assert_int_eq(n, n_entries[_i][k]);
		for (size_t i = m->at_param[last]; i < m->n_params; i++)
			ck_assert(got[i] == exact[i]);
		ck_assert(memcmp(got, exact, m->at_param[1] * sizeof *got) != 0);
		feedback_alignment(m, m->n_shards, cosine);
		ck_near(cosine[last], 1, 1e-9);
		ck_assert(fabs(cosine[0]) < 0.9);
		/* and measuring leaves no trace */
		ck_assert(got[m->at_param[last]] == exact[m->at_param[last]]);
	}
	arena_free(a);
}
END_TEST

START_TEST(one_matrix_serves_all)
{
	struct arena *a = arena_new();
	struct images images = pictures(a);
	struct model *m = model_of(a, network_of(a, TWO_HIDDEN), rule_of(a, "all, merged: true"));

	gradients(m, &images);

	const float *wide = matrix(a, m, 1, 12), *narrow = matrix(a, m, 3, 7);

	for (int c = 0; c < CLASSES; c++)
		for (int o = 0; o < 7; o++)
			ck_assert(wide[c * 12 + o] == narrow[c * 7 + o]);
	arena_free(a);
}
END_TEST

#define WIDE "[{kind: dense, out: 4000}, {kind: relu}, {kind: dense, out: 5}]"
enum { N_WIDE = 4000 * CLASSES };

struct moments {
	double mean, sigma;
};

static struct moments moments_of(const float *b)
{
	double sum = 0, square = 0;

	for (int i = 0; i < N_WIDE; i++)
		sum += (double)b[i];
	for (int i = 0; i < N_WIDE; i++)
		square += pow((double)b[i] - sum / N_WIDE, 2);
	return (struct moments){sum / N_WIDE, sqrt(square / N_WIDE)};
}

/* 20,000 cells: the mean within 4 standard errors, sigma within 6 % (log-normal tails). */
START_TEST(cells_drift_and_are_compensated)
{
	/* log-normal G, s = 0.5, t/t_first = 1e4, nu = 0.05: all shrink by 1e4^-0.05 = 0.631 */
	static const struct {
		const char *rule;
		double sigma; /* over that at the start */
	} cases[] = {
		{", k_drift: 0.05", 0.631},
		{", k_drift: 0.05, k_shape: 0", 0.631},
		{", k_drift: 0.05, compensation: reference", 1},
		{", k_drift: 0.05, compensation: norm", 1},
		{", k_drift: 0", 1},
		/* normal g e^(-nu L): sigma times exp(sigma_nu^2 L^2) */
		{", k_drift: 0.05, k_shape: 0, k_drift_spread: 0.02, compensation: reference", 1.0345},
	};
	struct arena *a = arena_new();
	struct images images = pictures(a);
	struct model *m = model_of(a, network_of(a, WIDE),
		rule_of(a, arena_printf(a, "all, k_feedback: 1, t_first: 10 s%s", cases[_i].rule)));

	gradients(m, &images);

	const float *at_start = matrix(a, m, 1, 4000);
	struct moments before = moments_of(at_start);

	ck_assert_double_lt(fabs(before.mean), 4 / sqrt(N_WIDE));
	ck_assert_double_lt(fabs(before.sigma - 1), 0.06);
	feedback_age(m->feedback, 1e5, 100);

	struct moments after = moments_of(matrix(a, m, 1, 4000));

	/* 2 % steps of time */
	ck_near(after.sigma / before.sigma, cases[_i].sigma, 0.005);
	arena_free(a);
}
END_TEST

START_TEST(programming_anew_is_a_function_of_the_step)
{
	struct arena *a = arena_new();
	struct images images = pictures(a);
	const struct rule *rule =
		rule_of(a, "all, k_drift: 0.05, compensation: reprogram, n_reprogram: 10, t_first: 1 s");
	struct model *m = model_of(a, network_of(a, WIDE), rule);

	gradients(m, &images);

	float *first = matrix(a, m, 1, 4000), *later, *direct;

	for (long step = 0; step < 25; step++)
		feedback_age(m->feedback, 100.0 * (double)step, step);
	later = matrix(a, m, 1, 4000);
	ck_assert(memcmp(first, later, N_WIDE * sizeof *later) != 0);

	struct model *resumed = model_of(a, network_of(a, WIDE), rule);

	gradients(resumed, &images);
	feedback_age(resumed->feedback, 2400, 24);
	direct = matrix(a, resumed, 1, 4000);
	ck_assert(memcmp(direct, later, N_WIDE * sizeof *later) == 0);
	arena_free(a);
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
	static const struct {
		const char *layers, *rule;
	} cases[] = {
		{"[{kind: dense, out: 5}]", "all"},
		{"[{kind: conv, out: 2, kernel: 3}, {kind: relu}, {kind: dense, out: 5}]", "fc"},
		{"[{kind: dense, name: a, out: 5}, {kind: relu, name: b}, {kind: dense, out: 5},"
		 " {kind: add, inputs: [b, a]}]",
			"all"},
	};
	struct arena *a = arena_new();
	struct diag *d = diag_new(a, fopen("/dev/null", "w"));

	ck_assert(!rule_fits(rule_of(a, cases[_i].rule), network_of(a, cases[_i].layers), d));
	ck_assert_ptr_nonnull(diag_first(d));
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("rule");
	TCase *t = tcase_create("dfa");

	tcase_add_test(t, gradient_is_the_textbook);
	tcase_add_loop_test(t, last_layer_is_as_by_propagation, 0, 4);
	tcase_add_test(t, one_matrix_serves_all);
	tcase_add_loop_test(t, cells_drift_and_are_compensated, 0, 6);
	tcase_add_test(t, programming_anew_is_a_function_of_the_step);
	tcase_add_loop_test(t, what_does_not_fit_is_refused, 0, 3);
	suite_add_tcase(s, t);
	return run_suite(s);
}
