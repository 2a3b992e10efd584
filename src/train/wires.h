/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What resistive wires leave of a layer's weights: effective ones for the forward read of every part
 * and for the transposed read, solved anew after the cells changed. The work is cut into units, one
 * for every slot of converters of every subarray, which do not depend on each other.
 */
#ifndef MHO_TRAIN_WIRES_H
#define MHO_TRAIN_WIRES_H

struct arena;
struct crossbar;
struct crossbar_room;
struct synapse_array;
struct wires;

/* For a matrix of n_rows x n_cols weights in n_parts parts. */
struct wires *wires_new(
	struct arena *, const struct crossbar *, int n_rows, int n_cols, int n_parts);

int wires_units(const struct wires *);
void wires_solve(
	struct wires *, int unit, const struct synapse_array *cells, struct crossbar_room *);

/* Effective weights of a part in the forward read, [n_rows][n_cols], in place of
 * synapse_array_part. */
const float *wires_part(const struct wires *, int part);

/* The weights errors meet in the transposed read, [n_rows][n_cols]: the parts' sum times scale. */
const float *wires_back(const struct wires *);
void wires_sum_back(struct wires *, float scale);

#endif
