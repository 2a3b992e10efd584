/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network's parameters as tensors:
 * LAYER being the layer's `tensor`, which is its name unless the network's file says otherwise:
 *     LAYER.weight  [out][in] or [out][in][ky][kx], in the network's units
 *     LAYER.bias    [out]
 *     LAYER.weight, LAYER.bias, LAYER.running_mean, LAYER.running_var  [channels] of a batch
 *                   normalisation
 *     LAYER.STORE   [rows][columns] for everything the layer's cells keep (synapse_array_store)
 *     state.converters  [layers with weights][input step, weight scale, full scale of each part]
 */
#ifndef MHO_TRAIN_CHECKPOINT_H
#define MHO_TRAIN_CHECKPOINT_H

#include "train/safetensors.h"

struct arena;
struct diag;
struct model;

/* Tensors of a model for writing; returns their number. Weights are copied, the rest is pointed to. */
int checkpoint_tensors(struct arena *, const struct model *, struct tensor **);

/* Take weights and biases by the names of tensors, and the cells' stores if the file has those of the
 * same cells; other cells are programmed to the weights, with a warning if the file has stores. False
 * after reported errors: a file of another network (by the layers noted in ours, by weights that no
 * layer takes in others), tensors missing, of another shape, with values that cannot be. */
bool checkpoint_take(struct model *, const struct tensors *, struct diag *);

/* Does it hold the states of a model's cells, and the ranges of its inputs and converters? */
bool checkpoint_has_cells(const struct model *, const struct tensors *);

/* Copy one tensor of exactly that type, rank and shape; false after a reported error. */
bool checkpoint_copy(const struct tensors *, const struct tensor *want, void *to, struct diag *);

#endif
