/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every update rule under every learning rule: what the record counts is what the cells saw; on ideal cells a
 * scheme is its plain algorithm; seconds and counts pass between training and price.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>
#include <omp.h>

#include "arch/design.h"
#include "arch/price.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "device/synapse_array.h"
#include "near.h"
#include "study/evaluate.h"
#include "train/trainer_priv.h"

enum { N_IMAGES = 40, SIDE = 8, N_STEPS = 100000, AFTER_THE_END = 1000 };

struct scheme {
	const struct synapse *synapse;
	const struct update *update;
	const struct rule *rule;
	const struct network *network;
};
static const struct field scheme_fields[] = {
	KIND(scheme, synapse, synapse_kinds, NULL, "cells"),
	KIND(scheme, update, update_kinds, NULL, "update rule"),
	KIND(scheme, rule, rule_kinds, NULL, "learning rule"),
	{"network", FIELD_FILE, DIM_NONE, offsetof(struct scheme, network), 0, 0, NULL, &network_file, "", 0},
	FIELD_END,
};

/* Cells of N_STEPS equal steps. */
#define IDEAL(structure, more)                                                                     \
	"{name: ideal, structure: " structure ", geometry: {k_width_in_f: 4, k_height_in_f: 4}, g_min: 1 uS, " \
	"g_max: 10 uS, read: {v_read: 0.2 V}, write: {up: {v: 1 V, t: 10 ns}, down: {v: 1 V, t: 10 ns}" more \
	"}, response: {kind: ideal, n_up: 100000, n_down: 100000}, variation: {}}"
#define ERASE ", one_sided: true, erase: {v: 1 V, t: 10 ns}"

#define FILM(structure, c)                                                                                    \
	structure ", hold: {t_retention: 1e9 s}, capacitor: {c_storage: 10 fF, i_write: 1 uA, k_width_source_in_f: 2, " \
		  "k_width_read_in_f: 2}, remanent: {n_levels: 16, program: {v: 4 V, t: 1 us}, erase: {v: 4 V, t: 1 us}, " \
		  "v_coercive: 1 V, q_switched_per_a: 40 uC/cm^2, k_film_area_in_f2: 10, c_film: " c "}"

/* %d: batches between transfers or refreshes */
static const struct {
	const char *text;
	double k_carried; /* steps of an update that a transfer may leave wrong */
} synapses[] = {
	{"{kind: single, cell: " IDEAL("1t1r", "") "}", 0},
	{"{kind: pair, cell: " IDEAL("1t1r", "") "}", 0},
	{"{kind: pair, n_interval: %d, cell: " IDEAL("1t1r", ERASE) "}", 0.5},
	{"{kind: hybrid, n_interval: %d, k_significance: 7, nonvolatile: " IDEAL("1t1r", "") ", volatile: " IDEAL("1t1r", "") "}",
		1},
	{"{kind: 2t1f, n_interval: %d, cell: " IDEAL(FILM("2t1f", "0 F"), "") "}", 0.5},
	{"{kind: femfet, n_interval: %d, k_span: 4, cell: " IDEAL(FILM("femfet", "1 fF"), "") "}", 0.5},
	{"{kind: sliced, n_cells: 16, cell: " IDEAL("1t1r", "") "}", 0},
};
enum { N_SYNAPSES = sizeof synapses / sizeof *synapses };

/* With the float training that a rule comes to on ideal cells: NULL: none. */
static const struct {
	const char *name;
	double momentum, k_array_rate;
	bool is_descent;
} updates[] = {
	{"pulses", 0, 1, true},
	/* the mean of the last gradients, at ten times the rate: momentum's sum of them */
	{"{kind: averaged, k_keep: 0.9, n_bits: 20}", 0.9, 10, true},
	{"{kind: averaged, adaptive: true}", 0, 1, false},
	{"{kind: sign, k_threshold: 0}", 0, 1, false},
	/* what the sum keeps is below a pulse */
	{"{kind: mixed, n_bits: 24, k_range: 0.0625}", 0, 1, true},
};
enum { N_UPDATES = sizeof updates / sizeof *updates };

static const char *const rules[] = {"bp", "{kind: dfa-all, k_feedback: 0.5}",
	"{kind: dfa-all, k_feedback: 0.5, merged: true}", "{kind: dfa-fc, k_feedback: 0.5}"};
enum { N_RULES = sizeof rules / sizeof *rules };

static struct scheme scheme_of(struct arena *a, int synapse, int n_interval, const char *update, const char *rule)
{
	struct diag *d = diag_new(a, stderr);
	struct scheme s;
	struct loader l;
	const char *text = arena_printf(a,
		"format: 1\nsynapse: %s\nupdate: %s\nrule: %s\nnetwork:\n  name: test\n  input: {channels: 1, height: %d, "
		"width: %d}\n  classes: 4\n  layers: [{kind: conv, out: 3, kernel: 3}, {kind: sigmoid}, {kind: dense, out: 9}, "
		"{kind: sigmoid}, {kind: dense, out: 4}]\n",
		arena_printf(a, synapses[synapse].text, n_interval), update, rule, SIDE, SIDE);

	loader_init(&l, a, d);
	ck_assert(loader_bind(&l, scheme_fields, yaml_read_text(a, "test", text, strlen(text), true, d), "", &s));
	return s;
}

static const struct dataset *pictures(struct arena *a)
{
	static const struct dataset_kind kind = {.name = "squares", .shape = {1, SIDE, SIDE}, .classes = 4};
	struct dataset *s = NEW(a, struct dataset, 1);
	struct rng r = rng_stream(4, RNG_TEST, 0);
	size_t size = SIDE * SIDE;
	uint8_t *pixel = NEW(a, uint8_t, N_IMAGES * size), *label = NEW(a, uint8_t, N_IMAGES);

	for (size_t i = 0; i < N_IMAGES; i++) {
		label[i] = (uint8_t)(i % 4);
		for (size_t k = 0; k < size; k++)
			pixel[i * size + k] = (uint8_t)(rng_below(r, i * size + k, 0, 100) + (k % 4 == i % 4 ? 120 : 0));
	}
	*s = (struct dataset){&kind, kind.shape, 4, {N_IMAGES, pixel, label}, {N_IMAGES, pixel, label}, "", NULL};
	return s;
}

static const struct numerics fine = {.n_rows = 64,
	.n_bits_input = 8,
	.n_bits_error = 16,
	.n_bits_converter = 16,
	.k_full_scale = 20,
	.times = {1e-3, 1e-2}};

static struct recipe recipe_of(const struct scheme *s, int update)
{
	return (struct recipe){.dataset = "squares",
		.epochs = 6,
		.batch = N_IMAGES,
		.learning_rate = updates[update].momentum > 0 ? 0.02 : 0.05,
		.schedule = SCHEDULE_CONSTANT,
		.k_final = 1,
		.optimiser = OPTIMISER_MOMENTUM,
		.momentum = updates[update].momentum,
		.rule = s->rule,
		.k_array_rate = updates[update].k_array_rate,
		.sample_every = 1,
		.k_weight_range = 4,
		.seed = 1};
}

static struct trainer *trainer_of(struct arena *a, const struct scheme *s, const struct recipe *r, bool cells)
{
	struct train_spec spec = {.network = s->network,
		.recipe = r,
		.data = pictures(a),
		.synapse = cells ? s->synapse : NULL,
		.update = cells ? s->update : NULL,
		.numerics = cells ? &fine : NULL,
		.seed = 1,
		.epochs = r->epochs};
	struct trainer *t = trainer_new(a, &spec, diag_new(a, stderr));

	ck_assert_ptr_nonnull(t);
	return t;
}

/* Pulses as the states tell: changes of a plane in steps. */
struct seen {
	double n_up, n_down, n_cells, n_rows, n_longest_up, n_longest_down;
};

static void compare_states(struct seen *s, struct synapse_array *cells, float *const *before, int n_rows, int n_cols)
{
	const char *name;

	for (int row = 0; row < n_rows; row++) {
		double most_up = 0, most_down = 0;
		for (int p = 0; p < synapse_array_planes(cells); p++)
			for (int i = row * n_cols; i < (row + 1) * n_cols; i++) {
				double y = (double)synapse_array_plane(cells, p, &name)[i];
				double n = (y - (double)before[p][i]) * N_STEPS;
				ck_assert_double_eq_tol(n, round(n), 0.02);
				n = round(n);
				s->n_up += fmax(n, 0);
				s->n_down += fmax(-n, 0);
				s->n_cells += n != 0;
				most_up = fmax(most_up, n);
				most_down = fmax(most_down, -n);
			}
		s->n_rows += most_up > 0 || most_down > 0;
		s->n_longest_up += most_up;
		s->n_longest_down += most_down;
	}
}

/* One batch per epoch: the states before and after it show every pulse; transfers come later. */
START_TEST(counts_are_the_pulses)
{
	const char *update = updates[_i % N_UPDATES].name, *rule = rules[_i / N_UPDATES];

	for (int k = 0; k < N_SYNAPSES; k++) {
		struct arena *a = arena_new();
		struct scheme s = scheme_of(a, k, AFTER_THE_END, update, rule);
		struct recipe r = recipe_of(&s, _i % N_UPDATES);
		struct trainer *t = trainer_of(a, &s, &r, true);
		struct seen seen[3] = {{0}};
		struct epoch_log log;
		const char *name;
		double n_all = 0;

		for (int epoch = 0; epoch < r.epochs; epoch++) {
			float *before[3][SYNAPSE_MAX_PARTS];
			for (int i = 0; i < 3; i++) {
				const struct weights *w = &t->model->weights[i];
				size_t n = (size_t)w->n_rows * (size_t)w->n_cols;
				for (int p = 0; p < synapse_array_planes(w->cells); p++) {
					before[i][p] = NEW(a, float, n);
					memcpy(before[i][p], synapse_array_plane(w->cells, p, &name),
						n * sizeof(float));
				}
			}
			ck_assert(trainer_epoch(t, &log, diag_new(a, stderr)));
			for (int i = 0; i < 3; i++) {
				const struct weights *w = &t->model->weights[i];
				compare_states(&seen[i], w->cells, before[i], w->n_rows, w->n_cols);
			}
		}
		const struct activity *act = trainer_activity(t);
		for (int i = 0; i < 3; i++) {
			const struct layer_activity *l = &act->layer[i];
			double n = act->n_batches;
			ck_near(n * l->n_up, seen[i].n_up, 1e-9);
			ck_near(n * l->n_down, seen[i].n_down, 1e-9);
			ck_near(n * l->n_cells, seen[i].n_cells, 1e-9);
			ck_near(n * l->n_rows, seen[i].n_rows, 1e-9);
			ck_near(n * l->n_longest_up, seen[i].n_longest_up, 1e-9);
			ck_near(n * l->n_longest_down, seen[i].n_longest_down, 1e-9);
			n_all += seen[i].n_up + seen[i].n_down;
		}
		ck_assert_double_gt(n_all, 1000);
		arena_free(a);
	}
}
END_TEST

/* Let a one-sided pair be so full that some of its weights are refreshed. */
static void fill_up(struct model *m)
{
	const char *name;

	for (int i = 0; i < 3; i++) {
		struct weights *w = &m->weights[i];
		float *plus = synapse_array_plane(w->cells, 0, &name), *minus = synapse_array_plane(w->cells, 1, &name);
		for (int k = 0; k < w->n_rows * w->n_cols; k++) {
			plus[k] += 0.5f;
			minus[k] += 0.5f;
		}
		synapse_array_refresh_parts(w->cells);
	}
}

/* How far the weights of a layer are from those of the plain algorithm, root mean square, in half ranges. */
static double off(const struct model *cells, const struct model *plain, const float *start, int layer, double *moved)
{
	const struct weights *w = &cells->weights[layer];
	size_t from = cells->at_param[layer], n = (size_t)w->n_rows * (size_t)w->n_cols;
	double sum = 0;

	*moved = 0;
	for (size_t i = from; i < from + n; i++) {
		double d = (double)cells->param[i] - (double)plain->param[i], m = (double)plain->param[i] - (double)start[i];
		sum += d * d;
		*moved += m * m;
	}
	*moved = sqrt(*moved / (double)n) / (double)w->scale;
	return sqrt(sum / (double)n) / (double)w->scale;
}

/* Weights of the plain algorithm with the same learning rule, through two transfers or refreshes. What may be off: every
 * batch rounds to a pulse (step/sqrt(12), the same way in every batch at worst), every transfer and refresh to a
 * pulse; errors are rounded to 16 bits, and what is off changes later gradients: 0.5 % of the way. */
START_TEST(ideal_cells_follow_the_plain_algorithm)
{
	int update = _i % N_UPDATES;

	for (int k = 0; updates[update].is_descent && k < N_SYNAPSES; k++) {
		struct arena *a = arena_new();
		struct scheme s = scheme_of(a, k, 3, updates[update].name, rules[_i / N_UPDATES]);
		struct recipe r = recipe_of(&s, update);
		struct trainer *cells = trainer_of(a, &s, &r, true), *plain = trainer_of(a, &s, &r, false);
		struct epoch_log got, want;
		double step = synapse_step(s.synapse, true), moved, n_moved = 0;

		if (s.synapse->kind->interval && synapse_interval(s.synapse) > 0)
			fill_up(cells->model);
		model_load_cells(cells->model);
		/* both from what the cells hold: weights beyond the window were clipped */
		memcpy(plain->model->param, cells->model->param, cells->model->n_params * sizeof(float));
		model_load_weights(plain->model);
		float *start = NEW(a, float, cells->model->n_params);
		memcpy(start, cells->model->param, cells->model->n_params * sizeof(float));
		for (int epoch = 0; epoch < r.epochs; epoch++) {
			ck_assert(trainer_epoch(cells, &got, diag_new(a, stderr)));
			ck_assert(trainer_epoch(plain, &want, diag_new(a, stderr)));
			ck_near(got.train_loss, want.train_loss, 1e-3);
			ck_near(got.test_loss, want.test_loss, 1e-3);
		}

		const struct activity *act = trainer_activity(cells);

		for (int i = 0; i < 3; i++) {
			const struct layer_activity *l = &act->layer[i];
			double d = off(cells->model, plain->model, start, i, &moved);
			double may = step * (r.epochs / sqrt(12) + act->n_events * synapses[k].k_carried) + 5e-3 * moved;
			ck_assert_msg(d < may, "%s on %s, layer %d: off by %g, at most %g, moved by %g", updates[update].name,
				s.synapse->kind->head.name, i, d, may, moved);
			ck_assert_msg(may < 0.15 * moved, "%g against %g", may, moved);
			n_moved += act->n_events * (l->n_transfer_up + l->n_transfer_down + l->n_transfer_erase);
		}
		ck_assert_msg((synapses[k].k_carried > 0) == (n_moved > 20), "%g pulses of transfers", n_moved);
		arena_free(a);
	}
}
END_TEST

/* One batch: every weight goes one pulse against the sign of the plain gradient. */
START_TEST(sign_is_the_sign_of_the_gradient)
{
	struct arena *a = arena_new();
	struct scheme s = scheme_of(a, 0, AFTER_THE_END, "{kind: sign, k_threshold: 0}", rules[_i]);
	struct recipe r = recipe_of(&s, 0);

	r.epochs = 1;

	struct trainer *cells = trainer_of(a, &s, &r, true), *plain = trainer_of(a, &s, &r, false);
	size_t n = cells->model->n_params;
	float *start = NEW(a, float, n);
	struct epoch_log log;
	int n_same = 0, n_all = 0;

	memcpy(start, cells->model->param, n * sizeof *start);
	memcpy(plain->model->param, start, n * sizeof *start);
	model_load_weights(plain->model);
	ck_assert(trainer_epoch(cells, &log, diag_new(a, stderr)));
	ck_assert(trainer_epoch(plain, &log, diag_new(a, stderr)));
	for (int i = 0; i < 3; i++) {
		const struct weights *w = &cells->model->weights[i];
		double step = (double)w->scale * 2 / N_STEPS;
		size_t from = cells->model->at_param[i], to = from + (size_t)w->n_rows * (size_t)w->n_cols;
		for (size_t k = from; k < to; k++) {
			double d = (double)cells->model->param[k] - (double)start[k];
			double g = (double)plain->model->param[k] - (double)start[k];
			ck_assert_double_eq_tol(fabs(d), step, 1e-2 * step);
			n_same += d * g > 0;
			n_all++;
		}
	}
	/* gradients near nothing may turn with the last bit of inputs and errors */
	ck_assert_msg(n_same > 0.98 * n_all, "%d of %d", n_same, n_all);
	arena_free(a);
}
END_TEST

/* A point of a design trained on the digits, and its price with what was counted. */
struct trained {
	struct point point;
	struct outcome outcome;
	const struct cost *before, *after;
	const struct dataset *data;
};

static struct trained *train_point(struct arena *a, const char *design, const char *const *set)
{
	struct trained *t = NEW(a, struct trained, 1);
	struct diag *d = diag_new(a, stderr);

	loader_init(&t->point.loader, a, d);
	t->point.design_name = design;
	t->point.network_name = "mlp-64-32-10";
	t->point.recipe_name = "digits";
	for (; *set; set++)
		ck_assert(loader_set(&t->point.loader, *set));
	ck_assert(loader_set(&t->point.loader, "recipe.epochs=2") && point_load(&t->point));
	t->data = dataset_read(a, &dataset_digits, dataset_locate(a, &dataset_digits, NULL, d), d);
	ck_assert_ptr_nonnull(t->data);
	t->before = point_price(a, &t->point, point_images(&t->point, t->data), NULL);
	point_train(a, &t->point, t->data, 1, NULL, NULL, NULL, &t->outcome, d);
	ck_assert_str_eq(t->outcome.status, "ok");
	t->after = point_price(a, &t->point, point_images(&t->point, t->data), t->outcome.activity);
	return t;
}

static const char *const trained_rules[] = {"recipe.rule=bp", "recipe.rule=dfa-all", "recipe.rule=dfa-fc"};

/* Seconds of a batch and of a transfer as priced with what was counted are those by which the training's clock goes
 * (counts of the beginning hold until the clock is set again), and the charge that leaks is that of this clock. */
START_TEST(the_clock_is_the_price)
{
	struct arena *a = arena_new();
	const char *const plain[] = {trained_rules[_i], NULL};
	const char *const leaky[] = {trained_rules[_i], "design.synapse.volatile.hold.t_retention=1 us", NULL};
	struct trained *t = train_point(a, "hybrid-pcm-40nm", plain);
	const struct activity *act = t->outcome.activity;
	double t_run = act->n_batches * t->after->t_batch + act->n_events * t->after->t_transfer;
	double t_stated = act->n_batches * t->before->t_batch + act->n_events * t->before->t_transfer;
	struct numerics n = point_numerics(a, &t->point, t->data);

	ck_assert_double_gt(act->n_events, 0);
	ck_near(n.times.t_batch, t->before->t_batch, 0);
	ck_near(n.times.t_transfer, t->before->t_transfer, 0);
	ck_near(t->outcome.simulated_s, t_run, 0.1);
	ck_assert_msg(fabs(t_stated / t_run - 1) > 0.2, "%g", t_stated / t_run); /* the test would see the defaults */
	/* a charge that is gone before the next batch carries nothing to the other cells */
	struct trained *lost = train_point(a, "hybrid-pcm-40nm", leaky);

	ck_assert_double_lt(lost->outcome.activity->layer[0].n_transfer_up + lost->outcome.activity->layer[0].n_transfer_down,
		0.5 * (act->layer[0].n_transfer_up + act->layer[0].n_transfer_down));
	arena_free(a);
}
END_TEST

/* What one entry of the breakdown's update costs follows the counts of the record: energy the pulses, time the
 * longest trains. */
START_TEST(the_price_is_the_counts)
{
	struct arena *a = arena_new();
	const char *const sets[] = {trained_rules[_i], "design.write.k_simultaneous=1", NULL};
	struct trained *t = train_point(a, "rram-40nm", sets);
	struct activity act = *t->outcome.activity, twice = act, longer = act;
	const struct network *net = t->point.network;
	double n = point_images(&t->point, t->data), e[3], l[3];
	const struct activity *record[] = {&act, &twice, &longer};

	ck_assert(act.measured && strcmp(act.cells, synapse_text(a, t->point.design->synapse)) == 0);
	twice.layer = NEW(a, struct layer_activity, act.n_layers);
	longer.layer = NEW(a, struct layer_activity, act.n_layers);
	for (int i = 0; i < act.n_layers; i++) {
		twice.layer[i] = longer.layer[i] = act.layer[i];
		twice.layer[i].n_up *= 2;
		twice.layer[i].n_down *= 2;
		longer.layer[i].n_longest_up *= 2;
		longer.layer[i].n_longest_down *= 2;
	}
	for (int k = 0; k < 3; k++) {
		const struct cost *c = price(a, t->point.design, net, record[k], n, act.n_batch);
		e[k] = l[k] = 0;
		for (int i = 0; i < c->n_layers; i++)
			l[k] += c->layer[i].phase[PHASE_UPDATE].latency;
		e[k] = c->phase[PHASE_UPDATE].energy;
	}
	/* all of the update's time are pulses, row after row, and lines that are set up */
	ck_assert_double_gt(e[1], 1.02 * e[0]);
	ck_near(l[1], l[0], 0.02);
	ck_assert_double_gt(l[2], 1.5 * l[0]);
	ck_assert(t->after->phase[PHASE_UPDATE].energy == price(a, t->point.design, net, &act, n, t->point.recipe->batch)->phase[PHASE_UPDATE].energy);
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("schemes");
	TCase *t = tcase_create("all");

	omp_set_num_threads(1); /* many small trainings */

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, counts_are_the_pulses, 0, N_UPDATES * N_RULES);
	tcase_add_loop_test(t, ideal_cells_follow_the_plain_algorithm, 0, N_UPDATES * N_RULES);
	tcase_add_loop_test(t, sign_is_the_sign_of_the_gradient, 0, N_RULES);
	tcase_add_loop_test(t, the_clock_is_the_price, 0, 3);
	tcase_add_loop_test(t, the_price_is_the_counts, 0, 3);
	suite_add_tcase(s, t);
	return run_suite(s);
}
