/* SPDX-License-Identifier: Apache-2.0 */
/* Recipes: the file, and the learning rate over a run. */
#include "train/recipe.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/physconst.h"
#include "train/dataset.h"

static const char *const schedule_words[] = {"constant", "cosine", "step", NULL};
static const char *const rounding_words[] = {"nearest", "stochastic", NULL};

const struct field recipe_fields[] = {
	NAME(recipe, dataset, NULL, "data set to train and test on (mho list datasets)"),
	INT(recipe, epochs, 1, 100000, "5", "passes over the training images"),
	INT(recipe, batch, 1, 65536, "64", "images per update"),
	INT(recipe, n_images, 0, 1000000000, "0", "training images used, the first ones; 0: all"),
	REAL(recipe, learning_rate, DIM_NONE, 0, 1000, NULL,
		"step along the gradient of the mean loss"),
	WORD(recipe, schedule, schedule_words, "cosine",
		"learning rate over the run: constant, cosine (down to k_final), step (geometric, per epoch)"),
	REAL(recipe, k_warmup, DIM_NONE, 0, 1, "0.02",
		"share of the run in which the learning rate rises linearly from 0"),
	REAL(recipe, k_final, DIM_NONE, 0, 1, "0.01", "last learning rate over the first"),
	REAL(recipe, momentum, DIM_NONE, 0, 0.9999, "0.9",
		"momentum of float training and of biases; arrays take the plain gradient"),
	REAL(recipe, k_array_rate, DIM_NONE, 0, 1000, "10",
		"learning rate of weights in arrays over learning_rate: they have no momentum to speed them up"),
	WORD(recipe, rounding, rounding_words, "nearest",
		"of pulse counts: to nearest, or stochastic"),
	REAL(recipe, k_weight_range, DIM_NONE, 0.01, 100, "2",
		"cells span +-k_weight_range sqrt(2 / fan-in) of a layer's weights"),
	INT(recipe, seed, 0, 2147483647, "1", "of weights, order, devices and noise"),
	FIELD_END,
};

static bool recipe_check(void *file, struct arena *a, struct diag *d)
{
	const struct recipe *r = file;
	const char *const *names = kind_names(a, dataset_kinds);

	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], r->dataset) == 0)
			return true;

	const char *near = nearest_word(r->dataset, names);

	diag_error(d, diag_where(d, &r->dataset), "unknown data set '%s', %s%s%sexpected %s",
		r->dataset, near ? "did you mean '" : "", near ? near : "", near ? "'? " : "",
		words_text(a, names));
	return false;
}

const struct file_kind recipe_file = {
	"recipe", "recipes", sizeof(struct recipe), recipe_fields, recipe_check, NULL, NULL};

/* The schedule without its warm-up, as a factor. */
static double schedule(const struct recipe *r, long batch, long n_batches)
{
	double share = n_batches > 1 ? (double)batch / (double)(n_batches - 1) : 0;
	double epoch = floor((double)batch / (double)n_batches * r->epochs);

	switch ((enum recipe_schedule)r->schedule) {
	case SCHEDULE_CONSTANT:
		return 1;
	case SCHEDULE_COSINE:
		return r->k_final + (1 - r->k_final) * (1 + cos(K_PI * share)) / 2;
	case SCHEDULE_STEP:
		return r->epochs > 1 ? pow(r->k_final, epoch / (r->epochs - 1)) : 1;
	}
	BUG("unknown schedule");
}

double recipe_rate(const struct recipe *r, long batch, long n_batches)
{
	double n_warmup = r->k_warmup * (double)n_batches;
	double warmup = (double)(batch + 1) < n_warmup ? (double)(batch + 1) / n_warmup : 1;

	return r->learning_rate * warmup * schedule(r, batch, n_batches);
}
