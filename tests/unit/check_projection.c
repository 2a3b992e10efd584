/* SPDX-License-Identifier: Apache-2.0 */
/* Direct feedback alignment's price: arrays of random feedback, what is left out, and layers side by side. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arch/ledger.h"
#include "load.h"
#include "near.h"
#include "train/recipe.h"

static const char *const designs[] = {
	"pcm-40nm", "rram-40nm", "hybrid-pcm-3t1c-40nm", "sram-40nm", "2t1f-40nm", "rram-sliced-40nm", "digital-8b-40nm"};
enum { N_DESIGNS = sizeof designs / sizeof *designs };

/* A record of defaults under a rule. */
static struct activity *record_of(const struct network *net, const char *rule)
{
	const char *text = arena_printf(arena, "{format: 1, dataset: mnist, learning_rate: 0.1, rule: %s}", rule);
	struct yaml *y = yaml_read_text(arena, "recipe", text, strlen(text), true, diag);
	struct recipe r;
	struct loader l;
	struct activity *act = activity_default(arena, net, N_BATCH);

	loader_init(&l, arena, diag);
	ck_assert(y && loader_bind(&l, recipe_fields, y, "", &r) && rule_fits(r.rule, net, diag));
	rule_count(r.rule, net, act);
	return act;
}

static const struct cost *cost_under(const struct design *z, const struct network *net, const char *rule)
{
	return price(arena, z, net, record_of(net, rule), N_IMAGES, N_BATCH);
}

static void check_tree(const struct cost *c)
{
	struct entry sum = {0};

	for (int i = 0; i < c->n_entries; i++) {
		const struct entry *e = &c->entry[i];
		size_t n = strlen(e->path);
		bool inner = i + 1 < c->n_entries && strncmp(c->entry[i + 1].path, e->path, n) == 0 &&
			     c->entry[i + 1].path[n] == '/';
		if (inner)
			continue;
		sum.area += e->area;
		sum.energy += e->energy;
		sum.latency += e->latency;
		sum.leakage += e->leakage;
	}
	ck_near(sum.area, c->area, 1e-9);
	ck_near(sum.energy, c->image.energy, 1e-9);
	ck_near(sum.latency, c->image.latency, 1e-9);
	ck_near(sum.leakage, c->leakage, 1e-9);
}

/* On every kind of chip: the bill adds up, and no layer's own time is above that of its phase. */
START_TEST(the_bill_adds_up)
{
	static const char *const rules[] = {"dfa-all", "dfa-fc", "dfa-blocks", "{kind: dfa-all, merged: true}",
		"{kind: dfa-all, k_drift: 0.1, compensation: reference}",
		"{kind: dfa-all, k_drift: 0.1, compensation: norm}",
		"{kind: dfa-all, k_drift: 0.1, compensation: reprogram, n_reprogram: 10}"};
	static const char *const how[] = {"", "execution=pipelined", "power_gating={}", "mapping.copies=balance",
		"double_buffer=false", "update=outer"};
	/* a digital chip has one way; digits are not moved by pulses */
	bool digits = strstr(designs[_i], "sram") || strstr(designs[_i], "sliced");
	size_t n_how = strstr(designs[_i], "digital") ? 1 : sizeof how / sizeof *how - digits;
	const struct network *net = network("lenet5");

	for (size_t h = 0; h < n_how; h++)
		for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
			const struct design *z = design(designs[_i], how[h]);
			const struct cost *c = cost_under(z, net, rules[r]);
			check_tree(c);
			for (int p = 0; p < PHASE_COUNT; p++) {
				double e = 0, t = 0, t_most = 0;
				for (int i = 0; i < c->n_layers; i++) {
					e += c->layer[i].phase[p].energy;
					t += c->layer[i].phase[p].latency;
					t_most = fmax(t_most, c->layer[i].phase[p].latency);
				}
				ck_near(e, c->phase[p].energy, 1e-9);
				ck_assert_double_le(t_most, c->phase[p].latency * (1 + 1e-9));
				ck_assert_double_le(c->phase[p].latency, t * (1 + 1e-9));
			}
			/* the last layer's inputs are asked for nothing, and it has the error itself */
			ck_assert(c->layer[4].phase[PHASE_ERROR].energy == 0);
			ck_assert(c->layer[3].phase[PHASE_ERROR].energy > 0);
		}
}
END_TEST

/* 4704, 1600, 120 and 84 values of 10 classes; 128 rows hold 12 stretches of 64 pairs: 7 + 3 + 1 + 1 subarrays
 * for matrices of their own, 7 for the widest alone. */
START_TEST(matrices_are_folded)
{
	const struct network *net = network("lenet5");
	const struct design *z = design("pcm-40nm", "");
	const struct cost *own = cost_under(z, net, "dfa-all");
	const struct cost *merged = cost_under(z, net, "{kind: dfa-all, merged: true}");
	const struct cost *few = cost_under(z, net, "dfa-fc");
	static const char path[] = "chip/tile/pe/feedback";

	ck_near(entry(own, path)->count, 12, 0);
	ck_near(entry(merged, path)->count, 7, 0);
	ck_near(entry(few, path)->count, 2, 0);
	ck_near(entry(merged, path)->area / 7, entry(own, path)->area / 12, 1e-12);
	ck_assert_double_lt(merged->phase[PHASE_ERROR].energy, own->phase[PHASE_ERROR].energy);
	/* the widest matrix is read as before; its 74 stretches are most of the energy of all 103 */
	ck_near(merged->layer[0].phase[PHASE_ERROR].latency, own->layer[0].phase[PHASE_ERROR].latency, 0.1);
	ck_assert(entry(cost_under(z, net, "bp"), path)->count == 0);
	/* whatever updates the weights is not on them */
	ck_near(entry(cost_under(design("pcm-40nm", "update=outer"), net, "dfa-all"), path)->area, entry(own, path)->area, 1e-12);
	/* more classes than rows: two blocks of rows, nothing above each other */
	ck_near(entry(cost_under(design("pcm-40nm", "array.n_rows=8"), net, "dfa-fc"), path)->count, 2 * (2 + 2), 0);
}
END_TEST

/* What is not propagated needs no transposed read, costs nothing, and is not waited for. */
START_TEST(what_is_cut_is_not_paid)
{
	static const char *const parts[] = {"/mux", "/column_switch", "/shift_add"};
	const struct network *net = network("lenet5");
	const struct design *z = design(designs[_i], "");
	const struct cost *bp = cost_under(z, net, "bp"), *dfa = cost_under(z, net, "dfa-all");

	ck_assert_double_lt(dfa->phase[PHASE_ERROR].latency, 0.5 * bp->phase[PHASE_ERROR].latency);
	ck_assert_double_lt(dfa->phase[PHASE_ERROR].energy, bp->phase[PHASE_ERROR].energy);
	ck_assert_double_le(dfa->phase[PHASE_UPDATE].latency, bp->phase[PHASE_UPDATE].latency);
	ck_assert_double_le(dfa->phase[PHASE_GRADIENT].latency, bp->phase[PHASE_GRADIENT].latency);
	ck_assert_double_le(dfa->phase[PHASE_FORWARD].latency, bp->phase[PHASE_FORWARD].latency * (1 + 1e-9));
	/* random weights lie with the others, but nothing is summed for them */
	if (strstr(designs[_i], "digital")) {
		ck_assert_double_gt(entry(dfa, "chip/weight_buffer")->area, entry(bp, "chip/weight_buffer")->area);
		ck_near(entry(dfa, "chip/gradient_buffer")->area, entry(bp, "chip/gradient_buffer")->area, 0);
		return;
	}
	for (int i = 0; i < bp->n_entries; i++)
		for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
			const char *path = bp->entry[i].path, *at = strstr(path, parts[k]);
			if (at && !at[strlen(parts[k])])
				ck_assert_double_le(entry(dfa, path)->area, bp->entry[i].area);
		}
	/* fewer layers cut: between the two */
	const struct cost *fc = cost_under(z, net, "dfa-fc");
	static const char shift_add[] = "chip/tile/pe/subarray/shift_add";

	ck_assert_double_le(entry(fc, shift_add)->area, entry(bp, shift_add)->area);
	ck_assert_double_lt(fc->phase[PHASE_UPDATE].latency, bp->phase[PHASE_UPDATE].latency);
	ck_near(fc->phase[PHASE_ERROR].latency, bp->phase[PHASE_ERROR].latency, 0.05);
}
END_TEST

/* The longest layer, or the one gradient unit that serves all. */
START_TEST(layers_learn_side_by_side)
{
	const struct network *net = network("lenet5");
	const struct cost *c = cost_under(design("pcm-40nm", ""), net, "dfa-all");
	double t_update = 0, t_gradient = 0;

	for (int i = 0; i < c->n_layers; i++) {
		t_update = fmax(t_update, c->layer[i].phase[PHASE_UPDATE].latency);
		t_gradient = fmax(t_gradient, c->layer[i].phase[PHASE_GRADIENT].latency);
	}
	ck_near(c->phase[PHASE_UPDATE].latency, t_update, 1e-9);
	ck_assert_double_gt(c->phase[PHASE_GRADIENT].latency, t_gradient);
	/* with a faster unit the layers do not wait for it */
	c = cost_under(design("pcm-40nm", "gradient.n_side=128"), net, "dfa-all");
	ck_assert_double_lt(c->phase[PHASE_GRADIENT].latency, 0.5 * t_gradient);
}
END_TEST

/* Reads of references and programmings go with their number. */
START_TEST(upkeep_is_paid_by_the_batch)
{
	const struct network *net = network("lenet5");
	const struct design *z = design(designs[_i], "");
	struct activity *plain = record_of(net, "dfa-all"), *kept = record_of(net, "dfa-all");
	const struct cost *none = price(arena, z, net, plain, N_IMAGES, N_BATCH);
	double e[3], t[3];

	if (z->digital)
		return;
	for (int what = 0; what < 2; what++) {
		for (int n = 0; n < 3; n++) {
			kept->n_feedback_references = what == 0 ? n : 0;
			kept->n_feedback_programs = what == 1 ? n : 0;
			const struct cost *c = price(arena, z, net, kept, N_IMAGES, N_BATCH);
			e[n] = e[0] = 0;
			for (int i = 0; i < c->n_entries; i++)
				if (strstr(c->entry[i].path, "pe/feedback"))
					e[n] = c->entry[i].energy;
			t[n] = 0;
			for (int i = 0; i < c->n_layers; i++)
				t[n] += c->layer[i].phase[PHASE_UPDATE].latency;
			check_tree(c);
			if (n == 0)
				ck_assert(c->phase[PHASE_UPDATE].latency == none->phase[PHASE_UPDATE].latency);
		}
		ck_assert_double_gt(e[2], e[1]);
		ck_assert_double_gt(t[1], t[0]);
		ck_near(t[2] - t[1], t[1] - t[0], 1e-6);
	}
	/* the norm is digital work */
	kept->n_feedback_programs = 0;
	kept->n_feedback_squares = 1;
	const struct cost *squares = price(arena, z, net, kept, N_IMAGES, N_BATCH);
	ck_assert_double_gt(entry(squares, "chip/vector_unit")->energy, entry(none, "chip/vector_unit")->energy);
	ck_assert_double_gt(squares->area, none->area);
}
END_TEST

/* The record is the whole of it: written, read and priced again to the same numbers. */
START_TEST(the_file_says_it_all)
{
	const struct network *net = network("lenet5");
	const struct design *z = design("pcm-40nm", "");
	struct activity *act = record_of(net, "{kind: dfa-blocks, merged: true, compensation: norm, k_drift: 0.1}");
	char name[] = "/tmp/mho-record-XXXXXX";
	FILE *f = fdopen(mkstemp(name), "w");

	ck_assert_ptr_nonnull(f);
	fputs(activity_to_json(arena, act), f);
	fclose(f);

	const struct activity *read = activity_read(arena, name, net, diag);

	remove(name);
	ck_assert_ptr_nonnull(read);

	const struct cost *a = price(arena, z, net, act, N_IMAGES, N_BATCH);
	const struct cost *b = price(arena, z, net, read, N_IMAGES, N_BATCH);

	ck_near(b->area, a->area, 0);
	ck_near(b->image.energy, a->image.energy, 1e-12);
	ck_near(b->image.latency, a->image.latency, 1e-12);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("projection");
	TCase *t = tcase_create("dfa");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, the_bill_adds_up, 0, N_DESIGNS);
	tcase_add_test(t, matrices_are_folded);
	tcase_add_loop_test(t, what_is_cut_is_not_paid, 0, N_DESIGNS);
	tcase_add_test(t, layers_learn_side_by_side);
	tcase_add_loop_test(t, upkeep_is_paid_by_the_batch, 0, N_DESIGNS);
	tcase_add_test(t, the_file_says_it_all);
	suite_add_tcase(s, t);
	return run_suite(s);
}
