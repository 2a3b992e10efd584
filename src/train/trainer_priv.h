/* SPDX-License-Identifier: Apache-2.0 */
/* The trainer's inside, shared by its files: trainer.c (epochs), step.c (one batch's update),
 * trainer_state.c (what a checkpoint holds), trainer_check.c (what it refuses and warns of). */
#ifndef MHO_TRAIN_TRAINER_PRIV_H
#define MHO_TRAIN_TRAINER_PRIV_H

#include "device/update.h"
#include "train/model.h"
#include "train/optimiser.h"
#include "train/tally.h"
#include "train/trainer.h"

/* Parameters that are treated alike: a stretch of one layer's weights or of its biases. */
struct piece {
	int layer; /* among those with weights */
	bool bias;
	size_t from, to;
	double square; /* of the gradient, for its norm */
	float largest; /* magnitude, for rounding */
};

/* A training in batches. */
struct train_cut {
	int n_images, n_batch, n_batches; /* per epoch; per batch; batches per epoch */
};
struct train_cut trainer_cut(const struct train_spec *);

struct trainer {
	struct train_spec spec;
	struct model *model;
	struct tally *tally;
	struct activity activity;
	struct optimiser optimiser;
	float *change;                    /* [n_params] for weights in cells in units of the cells */
	float *memory[UPDATE_MAX_MEMORY]; /* [n_params] what the update rule keeps */
	double *alignment; /* [epochs][layers with weights]; NULL: back-propagation */
	struct update_call call;          /* to the update rule */
	const struct update_outer *outer; /* NULL: gradients are summed over the batch */
	int n_pieces;
	struct piece *piece;
	int *order;                       /* of the images in this epoch */
	struct train_cut cut;
	long step;                        /* batches done */
	int epoch;                        /* epochs done */
	struct loss so_far;               /* of this epoch */
	struct batch_times times; /* as priced last */
	double t_simulated;
	double around[3]; /* accuracies of this epoch's last transfer, as in struct epoch_log; NaN: none */
	struct epoch_log *log; /* [spec.epochs] of the epochs done */
	long saved_step;       /* of the checkpoint on disk, -1: none */
};

void step_init(struct trainer *, struct arena *);

/* Let the outer products of a batch of n images meet on the cells of all layers (outer.c). */
void outer_update(struct trainer *, int n, double rate);

/* Whether a recipe leaves weights to outer products: reported if not. */
bool outer_fits(const struct train_spec *, struct diag *);

/* Batches and transfers at which things are set anew on what was seen so far: 1, 2, 4, 8... */
static inline bool is_power_of_two(long n)
{
	return (n & (n - 1)) == 0;
}

/* Put the gradients of a batch of n images to use. */
void step_apply(struct trainer *, int n, double rate);

#endif
