/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recipes: the file, and the learning rate over a run.
 * Source   [Loshchilov2017] (cosine), [Smith2018] (one-cycle; momentum stays as it is)
 */
#include "train/recipe.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/physconst.h"
#include "train/dataset.h"

static const char *const loss_words[] = {"softmax", "squares", NULL};
static const char *const optimiser_words[] = {"sgd", "momentum", "nesterov", "adam", NULL};
static const char *const schedule_words[] = {"constant", "cosine", "step", "one-cycle", NULL};
static const char *const normalise_words[] = {"none", "channel", NULL};
static const char *const scheme_words[] = {"power-of-two", "straight-through", NULL};
static const char *const rounding_words[] = {"nearest", "stochastic", NULL};

static const struct field augment_fields[] = {
	INT(recipe_augment, crop, 0, 64, "0", "pixels an image is moved by at most, up, down, left and right"),
	BOOL(recipe_augment, flip, "false", "swap left and right half of the time"),
	INT(recipe_augment, cutout, 0, 256, "0", "side of a square blanked out at a random place; 0: none"),
	FIELD_END,
};

static const struct field bits_fields[] = {
	WORD(recipe_bits, scheme, scheme_words, "power-of-two",
		"scales are powers of two and the update is normalised, or plain rounding that gradients "
		"pass straight through"),
	INT(recipe_bits, n_weight, 0, RECIPE_MAX_BITS, "0", "bits of a weight in the passes; 0: not rounded"),
	INT(recipe_bits, n_activation, 0, RECIPE_MAX_BITS, "0", "bits of an input of a layer with weights; 0: not rounded"),
	INT(recipe_bits, n_error, 0, RECIPE_MAX_BITS, "0", "bits of an error of a layer with weights; 0: not rounded"),
	INT(recipe_bits, n_gradient, 0, RECIPE_MAX_BITS, "0", "bits of a gradient, rounded stochastically; 0: not rounded"),
	FIELD_END,
};

const struct field recipe_fields[] = {
	NAME(recipe, dataset, NULL, "data set to train and test on (mho list datasets)"),
	INT(recipe, epochs, 1, 100000, "5", "passes over the training images"),
	INT(recipe, batch, 1, 65536, "64", "images per update"),
	INT(recipe, n_images, 0, 1000000000, "0", "training images used, the first ones; 0: all"),
	WORD(recipe, normalise, normalise_words, "none",
		"of pixels (0 to 1): none, or mean 0 and deviation 1 of every channel over the training images"),
	OPT(recipe, augment, struct recipe_augment, augment_fields, "random changes of every training image"),
	WORD(recipe, loss, loss_words, "softmax",
		"cross-entropy of the softmax of the outputs, or half their squared distance from one hot"),
	WORD(recipe, optimiser, optimiser_words, "momentum",
		"sgd (no momentum), momentum, nesterov or adam (momentum is its beta 1)"),
	REAL(recipe, learning_rate, DIM_NONE, 0, 1000, NULL,
		"step along the gradient of the mean loss"),
	WORD(recipe, schedule, schedule_words, "cosine",
		"learning rate over the run: constant, cosine (down to k_final), step (at drops, or geometric "
		"per epoch), one-cycle (linear up, then linear down to k_final)"),
	REAL(recipe, k_warmup, DIM_NONE, 0, 1, "0.02",
		"share of the run in which the learning rate rises linearly from 0"),
	REAL(recipe, k_final, DIM_NONE, 0, 1, "0.01", "last learning rate over the first"),
	REALS(recipe, drops, DIM_NONE, 0, 100, "",
		"step: shares of the run (0 to 1) at which the rate is multiplied by k_drop; none: geometric"),
	REAL(recipe, k_drop, DIM_NONE, 0, 1, "0.1", "step: what each drop multiplies the rate by"),
	REAL(recipe, momentum, DIM_NONE, 0, 0.9999, "0.9",
		"momentum of float training and of biases; arrays take the plain gradient"),
	REAL(recipe, k_beta2, DIM_NONE, 0, 0.999999, "0.999", "adam: memory of the squared gradient"),
	REAL(recipe, k_decay, DIM_NONE, 0, 1, "0",
		"weight decay: added to the gradient as k_decay times the weight (adam: apart from it)"),
	REAL(recipe, clip_norm, DIM_NONE, 0, 1e9, "0",
		"largest norm of the gradient of the mean loss; 0: not clipped"),
	KIND(recipe, rule, rule_kinds, "bp", "how the output's error reaches hidden layers"),
	OPT(recipe, bits, struct recipe_bits, bits_fields,
		"digital training with few bits; designs with arrays have their own"),
	REAL(recipe, k_array_rate, DIM_NONE, 0, 1000, "10",
		"learning rate of weights in arrays over learning_rate: they have no momentum to speed them up"),
	INT(recipe, sample_every, 0, 1000000, "16",
		"batches between samples of bit densities, conductances and clipped conversions; 0: none"),
	WORD(recipe, rounding, rounding_words, "nearest",
		"of pulse counts: to nearest, or stochastic"),
	REAL(recipe, k_weight_range, DIM_NONE, 0.01, 100, "2",
		"cells span +-k_weight_range sqrt(2 / fan-in) of a layer's weights"),
	INT(recipe, seed, 0, 2147483647, "1", "of weights, order, devices and noise"),
	FIELD_END,
};

static bool dataset_is_known(const struct recipe *r, struct arena *a, struct diag *d)
{
	const char *const *names = kind_names(a, dataset_kinds);

	if (dataset_kind_of(r->dataset))
		return true;

	const char *near = nearest_word(r->dataset, names);

	diag_error(d, diag_where(d, &r->dataset), "unknown data set '%s', %s%s%sexpected %s",
		r->dataset, near ? "did you mean '" : "", near ? near : "", near ? "'? " : "",
		words_text(a, names));
	return false;
}

const char *recipe_bits_text(struct arena *a, const struct recipe_bits *b)
{
	return arena_printf(a, "{scheme: %s, n_weight: %d, n_activation: %d, n_error: %d, n_gradient: %d}",
		scheme_words[b->scheme], b->n_weight, b->n_activation, b->n_error, b->n_gradient);
}

static bool bits_are_sane(const struct recipe_bits *b, struct diag *d)
{
	const int *n[] = {&b->n_weight, &b->n_activation, &b->n_error, &b->n_gradient};
	bool good = true;

	for (size_t i = 0; i < sizeof n / sizeof *n; i++)
		if (*n[i] == 1) {
			diag_error(d, diag_where(d, n[i]),
				"1 bit holds no sign and magnitude: expected 0 (not rounded) or 2 to 16");
			good = false;
		}
	return good;
}

static bool recipe_check(void *file, struct arena *a, struct diag *d)
{
	const struct recipe *r = file;
	bool good = dataset_is_known(r, a, d);

	for (int i = 0; i < r->drops.n; i++)
		if (!(r->drops.value[i] >= 0 && r->drops.value[i] <= 1)) {
			diag_error(d, diag_where(d, &r->drops),
				"'drops' are shares of the run, expected 0 to 1, found %g",
				r->drops.value[i]);
			good = false;
		}
	if (r->drops.n > 0 && r->schedule != SCHEDULE_STEP)
		diag_warn(d, diag_where(d, &r->drops), "'drops' have no effect: they go with 'schedule: step', here it is '%s'",
			schedule_words[r->schedule]);
	good &= rule_check(r->rule, d);
	return good && (!r->bits || bits_are_sane(r->bits, d));
}

const struct file_kind recipe_file = {
	"recipe", "recipes", sizeof(struct recipe), recipe_fields, recipe_check, NULL, NULL};

/* Drops at shares of the run, or without any one geometric step per epoch. */
static double steps(const struct recipe *r, long batch, long n_batches)
{
	double share = (double)batch / (double)n_batches, rate = 1;

	if (r->drops.n == 0)
		return r->epochs > 1 ? pow(r->k_final, floor(share * r->epochs) / (r->epochs - 1))
				     : 1;
	for (int i = 0; i < r->drops.n; i++)
		rate *= share >= r->drops.value[i] ? r->k_drop : 1;
	return rate;
}

/* The schedule without its warm-up, as a factor. */
static double schedule(const struct recipe *r, long batch, long n_batches)
{
	double share = n_batches > 1 ? (double)batch / (double)(n_batches - 1) : 0;
	double down = r->k_warmup < 1 ? fmax(0, (share - r->k_warmup) / (1 - r->k_warmup)) : 0;

	switch ((enum recipe_schedule)r->schedule) {
	case SCHEDULE_CONSTANT:
		return 1;
	case SCHEDULE_COSINE:
		return r->k_final + (1 - r->k_final) * (1 + cos(K_PI * share)) / 2;
	case SCHEDULE_STEP:
		return steps(r, batch, n_batches);
	case SCHEDULE_ONE_CYCLE:
		return 1 - (1 - r->k_final) * down;
	}
	BUG("unknown schedule");
}

double recipe_rate(const struct recipe *r, long batch, long n_batches)
{
	double n_warmup = r->k_warmup * (double)n_batches;
	double warmup = (double)(batch + 1) < n_warmup ? (double)(batch + 1) / n_warmup : 1;

	return r->learning_rate * warmup * schedule(r, batch, n_batches);
}
