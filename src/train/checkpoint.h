/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints as safetensors: eight bytes with the length of a JSON header (little-endian), the
 * header (name, type, shape and place of every tensor; "__metadata__" of texts), the data. Tensors:
 *     LAYER.weight  [out][in] or [out][in][ky][kx], in the network's units
 *     LAYER.bias    [out]
 *     LAYER.weight, LAYER.bias, LAYER.running_mean, LAYER.running_var of a batch normalisation
 *     LAYER.PLANE   [rows][columns] for every plane of the layer's cells
 * Source   [Safetensors]
 */
#ifndef MHO_TRAIN_CHECKPOINT_H
#define MHO_TRAIN_CHECKPOINT_H

struct model;

/* Written whole or not at all; dies (status 3) if that fails. */
void checkpoint_write(
	const struct model *, const char *path, const char *settings_json, int epoch, long step);

#endif
