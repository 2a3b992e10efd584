/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inference: a finished network on the arrays of a design, tested at times after programming.
 */
#ifndef MHO_TRAIN_INFER_H
#define MHO_TRAIN_INFER_H

#include "train/model.h"
#include "train/safetensors.h"
#include "train/trainer.h"

enum compensation { COMPENSATE_NONE, COMPENSATE_GDC, COMPENSATE_ADABS };

struct infer_result {
	double accuracy_percent, loss;
};

struct infer;

/* As it was trained, with weights from a checkpoint of ours or any by the names of tensors: take them,
 * program the cells, set the ranges of inputs and converters (from the checkpoint, or on the first
 * training images). NULL after reported errors. */
struct infer *infer_new(struct arena *, const struct train_spec *, const struct tensors *weights, struct diag *);

/* Test on all test images as they would come out t seconds after programming. Each repeat is another
 * programming and another read. False after a reported error. */
bool infer_test(struct infer *, double t, enum compensation, int repeat, struct infer_result *,
	struct diag *);

/* Loss and hits over all of some images, as they stand. */
struct loss model_test(struct model *, const struct images *);

#endif
