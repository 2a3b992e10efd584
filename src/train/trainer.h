/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functional trainer: stochastic gradient descent of a network, in float or through the arrays
 * of a design. Knows cells and counts, nothing of circuits: what the design means for it stands in
 * struct numerics. Same bits for any number of threads.
 */
#ifndef MHO_TRAIN_TRAINER_H
#define MHO_TRAIN_TRAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "net/activity.h"
#include "net/network.h"
#include "net/numerics.h"
#include "train/dataset.h"
#include "train/recipe.h"

struct arena;
struct diag;
struct kern;
struct ranks;
struct synapse;
struct trainer;

struct train_spec {
	const struct network *network;
	const struct recipe *recipe;
	const struct recipe_bits *bits; /* of numbers without hardware, whoever asks for them; NULL: not rounded */
	const struct dataset *data;
	const struct synapse *synapse;   /* NULL: float, without hardware */
	const struct update *update;     /* of the cells; NULL: every batch's change as pulses */
	const struct numerics *numerics; /* NULL for float */
	uint64_t seed;
	int epochs;              /* of this run */
	const struct kern *kern; /* NULL: the best this CPU can run */
	const struct ranks *ranks; /* NULL: alone; the first one writes */
	const char *checkpoint;  /* file to save to at the end of every epoch; NULL: none */
	const char *settings;    /* text that goes into it */
	int checkpoint_every;    /* save also after so many batches; 0: not */
	/* called now and then with the share of the epoch done; may be NULL */
	void (*progress)(void *ctx, int epoch, double share);
	void *ctx;
	/* what batches and transfers take with the counts so far; NULL: what numerics say */
	struct batch_times (*price)(void *pricer, const struct activity *);
	void *pricer;
};

struct epoch_log {
	int epoch; /* from 1 */
	double train_loss, train_accuracy_percent, test_loss, test_accuracy_percent, learning_rate;
	double simulated_s; /* hardware time so far, 0 for float */
	/* of the test set around the last transfer of the epoch: before it, after it, and when the volatile
	 * part is lost then; NaN where there was none */
	double before_transfer_percent, after_transfer_percent, power_off_percent;
	double wall_s;
};

/* Everything that determines the result of a training, as canonical text: two specs with the same
 * text give the same weights and the same activity. The kernels are not in it: they give the same
 * bits. Of the numerics times count only if a cell forgets; simulated_s of the log is not covered. The data
 * are known by what they hold (struct dataset, sha256). */
const char *train_fingerprint(struct arena *, const struct train_spec *);

/* The same of the network alone, a line to a layer. */
const char *network_fingerprint(struct arena *, const struct network *);

/* And of the cells alone: cells with the same text can take each other's states. */
const char *cells_fingerprint(struct arena *, const struct synapse *);

/* Where two such texts part, and the setting there, key and values, as one of them has it. */
size_t fingerprints_part(const char *, const char *);
const char *fingerprint_setting(struct arena *, const char *text, const char *other);

/* Whether network, data, design and recipe go together: reported if not. */
bool trainer_fits(const struct train_spec *, struct diag *);
/* What is legal, but probably unmeant. */
void trainer_warn(const struct train_spec *, struct diag *);

/* NULL after reported errors: it does not fit. */
struct trainer *trainer_new(struct arena *, const struct train_spec *, struct diag *);

/* Cosine between the gradients of an epoch's first batch and those of back-propagation after epoch i,
 * [layers with weights]; NULL without random feedback. */
const double *trainer_alignment(const struct trainer *, int i);

/* Train one epoch, or what is left of it, then test. False when a loss or a weight is no longer finite
 * (reported with step and layer); the last checkpoint stays as it is. */
bool trainer_epoch(struct trainer *, struct epoch_log *, struct diag *);

/* What was counted so far; NULL for float. */
const struct activity *trainer_activity(struct trainer *);

/* Epochs done, and the log of each. */
int trainer_epochs(const struct trainer *);
const struct epoch_log *trainer_log(const struct trainer *, int i);

/* Write weights and state as safetensors (trainer_state.c). */
void trainer_save(struct trainer *, const char *path, const char *settings_json);

/* Whether all ranks begin with the same training in the same state, NULL for one that cannot; reported if not. */
bool trainer_agrees(const struct trainer *, const struct ranks *, struct diag *);

/* Go on from there: the file must be of the same training. False after reported errors. */
bool trainer_resume(struct trainer *, const char *path, struct diag *);

/* Start from the weights and biases of any safetensors file, by the names of the layers. */
bool trainer_start_from(struct trainer *, const char *path, struct diag *);

#endif
