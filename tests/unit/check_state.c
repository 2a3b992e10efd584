/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong in a checkpoint is found before it is gone on with, and named. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <omp.h>

#include "base/arena.h"
#include "base/diag.h"
#include "near.h"
#include "study/evaluate.h"
#include "train/dataset.h"
#include "train/safetensors.h"

/* A short training of the digits from and to a checkpoint; the first error, NULL without. */
static const char *train(struct arena *a, const char *design, const char *path, bool resume, const char *const *set)
{
	FILE *sink = fopen("/dev/null", "w");
	struct diag *d = diag_new(a, sink);
	struct point p = {.design_name = design, .network_name = "mlp-64-32-10", .recipe_name = "digits"};
	struct keep keep = {.checkpoint = path, .resume = resume};
	struct outcome outcome;

	loader_init(&p.loader, a, d);
	ck_assert(loader_set(&p.loader, "recipe.n_images=64"));
	ck_assert(loader_set(&p.loader, "recipe.epochs=1"));
	for (; set && *set; set++)
		ck_assert(loader_set(&p.loader, *set));
	ck_assert(point_load(&p));

	const struct dataset_kind *kind = dataset_kind_of(p.recipe->dataset);
	const struct dataset *data = dataset_read(a, kind, dataset_locate(a, kind, NULL, d), d);

	point_train(a, &p, data, 1, NULL, NULL, &keep, &outcome, d);
	fclose(sink);
	return diag_first(d);
}

/* One value of one tensor is another. */
static void damage(struct arena *a, const char *path, const char *name, size_t i, double value)
{
	struct diag *d = diag_new(a, stderr);
	struct tensors *file = tensors_read(a, path, d);

	for (int k = 0; k < file->n; k++) {
		struct tensor *t = &file->tensor[k];
		size_t size = t->type == TENSOR_F64 ? 8 : 4;
		uint8_t *bytes = NEW(a, uint8_t, t->n * size + 1);
		float f = (float)value;
		uint32_t u = (uint32_t)value;
		memcpy(bytes, t->data, t->n * size);
		if (strcmp(t->name, name) == 0) {
			ck_assert_uint_lt(i, t->n);
			memcpy(bytes + i * size,
				t->type == TENSOR_F64 ? (void *)&value : t->type == TENSOR_U32 ? (void *)&u : (void *)&f, size);
		}
		t->data = bytes;
	}
	tensors_write(file, path);
}

static const struct {
	const char *design, *set, *tensor;
	size_t i;
	double value;
	const char *message; /* behind "tensor 'NAME': " */
} cases[] = {
	{"pcm-40nm", NULL, "hidden.state_plus", 5, 7, "value 5 is 7, which is not a state of these cells"},
	{"pcm-40nm", NULL, "hidden.state_minus", 0, -0.01, "value 0 is -0.01, which is not a state of these cells"},
	{"pcm-40nm", NULL, "output.pulses_plus", 9, 4294967295.0,
		"value 9 is 4.29497e+09, which is not a state of these cells"},
	{"pcm-40nm", NULL, "hidden.pulses_plus", 9, 12, NULL},
	{"hybrid-pcm-40nm", NULL, "hidden.kept_state_plus", 3, 1.5, "value 3 is 1.5, which is not a state of these cells"},
	/* cells with windows of their own and noise around them */
	{"rram-40nm", "design.synapse.cell.variation.k_g_max=0.2", "hidden.state_plus", 3, 3,
		"value 3 is 3, which is not a state of these cells"},
	{"pcm-40nm", "design.synapse.cell.variation.k_write=0.01", "hidden.state_plus", 3, -0.05, NULL},
	{"pcm-40nm", "design.synapse.cell.variation.k_write=0.01", "hidden.inner_plus", 3, -0.05,
		"value 3 is -0.05, which is not a state of these cells"},
	{"hybrid-pcm-40nm", "design.synapse.transfer.invert=true", "hidden.sign_plus", 0, -3,
		"value 0 is -3, which is not a state of these cells"},
	{"tiki-taka-rram-40nm", NULL, "hidden.fast_sum_plus", 2, NAN, "value 2 is not a finite number"},
	{"pcm-40nm", NULL, "state.layers", 4, NAN, "value 4 is nan, which no training leaves"},
	{"pcm-40nm", NULL, "state.layers", 4, 1e30, "value 4 is 1e+30, which no training leaves"},
	{"float", NULL, "state.log", 1, NAN, "value 1 is nan, which no training leaves"},
	{"float", NULL, "state.log", 4, 101, "value 4 is 101, which no training leaves"},
	{"float", "recipe.rule=dfa-all", "state.alignment", 1, NAN, "value 1 is nan, which no training leaves"},
	{"float", "recipe.rule=dfa-all", "state.alignment", 1, 2, "value 1 is 2, which no training leaves"},
	{"float", "recipe.optimiser=adam", "optimiser.square", 7, -1e-3, "value 7 is -0.001, which no training leaves"},
	{"float", NULL, "optimiser.velocity", 7, INFINITY, "value 7 is not a finite number"},
};

START_TEST(damaged_states_are_named)
{
	struct arena *a = arena_new();
	const char *set[] = {cases[_i].set, NULL};
	char path[] = "/tmp/mho-check-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_ptr_null(train(a, cases[_i].design, path, false, set));
	damage(a, path, cases[_i].tensor, cases[_i].i, cases[_i].value);

	const char *said = train(a, cases[_i].design, path, true, set);

	if (cases[_i].message)
		ck_assert_pstr_eq(said, arena_printf(a, "tensor '%s': %s", cases[_i].tensor, cases[_i].message));
	else
		ck_assert_ptr_null(said);
	unlink(path);
	arena_free(a);
}
END_TEST

int main(void)
{
	omp_set_num_threads(1);

	Suite *s = suite_create("state");
	TCase *t = tcase_create("state");

	tcase_add_loop_test(t, damaged_states_are_named, 0, sizeof cases / sizeof *cases);
	suite_add_tcase(s, t);
	return run_suite(s);
}
