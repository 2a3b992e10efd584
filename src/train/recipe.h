/* SPDX-License-Identifier: Apache-2.0 */
/* A recipe (recipes/NAME.yaml): how a network is trained. */
#ifndef MHO_TRAIN_RECIPE_H
#define MHO_TRAIN_RECIPE_H

#include <stdbool.h>

#include "base/field.h"
#include "train/rule.h"

enum recipe_loss { LOSS_SOFTMAX, LOSS_SQUARES };
enum recipe_optimiser { OPTIMISER_SGD, OPTIMISER_MOMENTUM, OPTIMISER_NESTEROV, OPTIMISER_ADAM };
enum recipe_schedule { SCHEDULE_CONSTANT, SCHEDULE_COSINE, SCHEDULE_STEP, SCHEDULE_ONE_CYCLE };
enum recipe_rounding { ROUNDING_NEAREST, ROUNDING_STOCHASTIC };
enum recipe_normalise { NORMALISE_NONE, NORMALISE_CHANNEL };
enum recipe_scheme { SCHEME_POWER_OF_TWO, SCHEME_STRAIGHT_THROUGH };

/* Random changes of every training image, anew in every epoch. */
struct recipe_augment {
	int crop;   /* pixels an image is moved by at most, each way */
	bool flip;  /* left and right, half of the time */
	int cutout; /* side of a square that is blanked out; 0: none */
};

/* Bits of what a digital quantised training stores; 0: not rounded. */
#define RECIPE_MAX_BITS 16
struct recipe_bits {
	int scheme; /* enum recipe_scheme */
	int n_weight, n_activation, n_error, n_gradient;
};

struct recipe {
	const char *dataset; /* name of a dataset_kind */
	int epochs;
	int batch;
	int n_images;  /* of the training set; 0: all */
	int normalise; /* enum recipe_normalise */
	const struct recipe_augment *augment; /* NULL: none */
	int loss;                             /* enum recipe_loss */
	int optimiser;                        /* enum recipe_optimiser */
	double learning_rate;
	int schedule;             /* enum recipe_schedule */
	double k_warmup;          /* share of the run in which the rate rises */
	double k_final;           /* cosine, one-cycle, step: last rate / first rate */
	struct field_reals drops; /* step: shares of the run at which the rate drops by k_drop */
	double k_drop;
	double momentum;  /* float weights and biases: arrays take the plain gradient; Adam: beta 1 */
	double k_beta2;   /* Adam */
	double k_decay;   /* weight decay */
	double clip_norm; /* of the gradient of the mean loss; 0: none */
	const struct rule *rule;        /* how errors reach hidden layers */
	const struct recipe_bits *bits; /* NULL: float */
	double k_array_rate;   /* learning rate of weights in arrays over learning_rate */
	int sample_every;      /* batches between samples of densities, states and clipping */
	int rounding;          /* of pulse counts: enum recipe_rounding */
	double k_weight_range; /* cells span weights of +-k_weight_range * sqrt(2 / fan-in) */
	int seed;
};

/* As it stands in a recipe. */
const char *recipe_bits_text(struct arena *, const struct recipe_bits *);

extern const struct field recipe_fields[];
extern const struct file_kind recipe_file;

/* Learning rate of a batch out of all batches of the run. */
double recipe_rate(const struct recipe *, long batch, long n_batches);

#endif
