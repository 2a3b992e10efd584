/* SPDX-License-Identifier: Apache-2.0 */
/* A recipe (recipes/NAME.yaml): how a network is trained. */
#ifndef MHO_TRAIN_RECIPE_H
#define MHO_TRAIN_RECIPE_H

#include <stdbool.h>

#include "base/field.h"

enum recipe_schedule { SCHEDULE_CONSTANT, SCHEDULE_COSINE, SCHEDULE_STEP };
enum recipe_rounding { ROUNDING_NEAREST, ROUNDING_STOCHASTIC };

struct recipe {
	const char *dataset; /* name of a dataset_kind */
	int epochs;
	int batch;
	int n_images; /* of the training set; 0: all */
	double learning_rate;
	int schedule;          /* enum recipe_schedule */
	double k_warmup;       /* share of the run in which the rate rises from 0 */
	double k_final;        /* cosine, step: last rate / first rate */
	double momentum;       /* float weights and biases: arrays take the plain gradient */
	double k_array_rate;   /* learning rate of weights in arrays over learning_rate */
	int rounding;          /* of pulse counts: enum recipe_rounding */
	double k_weight_range; /* cells span weights of +-k_weight_range * sqrt(2 / fan-in) */
	int seed;
};

extern const struct field recipe_fields[];
extern const struct file_kind recipe_file;

/* Learning rate of a batch out of all batches of the run. */
double recipe_rate(const struct recipe *, long batch, long n_batches);

#endif
