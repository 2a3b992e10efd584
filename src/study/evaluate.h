/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One point with one seed: price with stated activity to learn the seconds per batch, train, price
 * again with what the training counted.
 */
#ifndef MHO_STUDY_EVALUATE_H
#define MHO_STUDY_EVALUATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "arch/price.h"
#include "net/activity.h"
#include "net/numerics.h"
#include "study/study.h"
#include "train/trainer.h"

struct outcome {
	const char *status; /* "ok" or the error */
	double accuracy_percent, loss, wall_s, simulated_s;
	int epochs;
	int n_log;
	struct epoch_log *log;
	const struct activity *activity;
	struct trainer *trainer; /* lives as long as the arena */
};

/* Called after every epoch and now and then within one. */
struct watcher {
	void (*progress)(void *ctx, int epoch, double share);
	void (*epoch)(void *ctx, const struct outcome *); /* so far: its log */
	void *ctx;
};

/* What a training starts from and where its state is kept. */
struct keep {
	const char *checkpoint, *settings; /* file, and the text that goes into it */
	int every;           /* batches between saves; 0: after every epoch only */
	bool resume;         /* go on from the checkpoint if it is there */
	const struct ranks *ranks; /* NULL: alone */
	const char *weights; /* safetensors to start from; NULL: random */
};

/* Images per training epoch. */
int point_images(const struct point *, const struct dataset *);

/* What the design tells the trainer; all zero for float. */
struct numerics point_numerics(struct arena *, const struct point *, const struct dataset *);

/* Whether a loaded point can be trained on these data; what is legal but probably unmeant is warned of. */
bool point_check(const struct point *, const struct dataset *, const struct ranks *, struct diag *);

/* Train. data may be shared by several points; kern NULL: the best usable; watcher, keep may be
 * NULL. */
void point_train(struct arena *, const struct point *, const struct dataset *, uint64_t seed,
	const struct kern *, const struct watcher *, const struct keep *, struct outcome *,
	struct diag *);

struct infer;
struct tensors;

/* A finished network on a point's design, ready to be tested; NULL after reported errors. */
struct infer *point_infer(struct arena *, const struct point *, const struct dataset *,
	const struct tensors *, uint64_t seed, const struct kern *, struct diag *);

/* Copy what a study needs of an outcome out of the training's own memory, which may then be freed. */
struct outcome outcome_keep(struct arena *, const struct outcome *);

/* Defaults for a point that was not trained, as its learning rule has it. */
struct activity *point_activity(struct arena *, const struct point *, int n_batch);

/* Price with the counts of a training (NULL: defaults); NULL for float. */
struct cost *point_price(struct arena *, const struct point *, double n_images, const struct activity *);

/* Canonical text of everything the training of a point depends on: equal texts, equal trainings. */
const char *point_fingerprint(struct arena *, const struct point *, const struct dataset *, uint64_t seed);

#endif
