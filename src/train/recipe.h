/* SPDX-License-Identifier: Apache-2.0 */
/* A recipe (recipes/NAME.yaml): how a network is trained. */
#ifndef MHO_TRAIN_RECIPE_H
#define MHO_TRAIN_RECIPE_H

#include <stdbool.h>

#include "base/field.h"

struct recipe {
	const char *dataset;   /* name of a dataset_kind */
	int epochs;
	int batch;
	int n_images;          /* of the training set; 0: all */
	double learning_rate;
	int schedule;          /* constant, cosine, step */
	double k_final;        /* cosine: last rate / first rate */
	double momentum;       /* float training only: arrays take the plain gradient */
	int rounding;          /* of pulse counts: nearest, stochastic */
	double k_weight_range; /* weights of a layer span +-k_weight_range * sqrt(2 / fan-in) on cells */
	int seed;
};

extern const struct field recipe_fields[];
extern const struct file_kind recipe_file;

/* Learning rate of a batch out of all batches of the run. */
double recipe_rate(const struct recipe *, long batch, long n_batches);

#endif
