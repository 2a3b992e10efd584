/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pricing: network + design + activity -> area, latency, energy, leakage, per phase and layer, with a
 * breakdown that adds up.
 */
#ifndef MHO_ARCH_PRICE_H
#define MHO_ARCH_PRICE_H

#include <stdbool.h>

struct arena;
struct design;
struct network;
struct activity;
struct numerics;

struct phase_cost {
	double latency, energy; /* [s] [J] */
};

enum phase { PHASE_FORWARD, PHASE_ERROR, PHASE_GRADIENT, PHASE_UPDATE, PHASE_TRANSFER, PHASE_COUNT };
extern const char *const phase_names[PHASE_COUNT]; /* "forward" ... */

struct layer_cost {
	const char *name, *kind;
	double macs, weights;
	int rows, columns, vectors; /* weight matrix (of one group) and products per image */
	int groups;
	int subarrays, tiles, copies;
	double utilization; /* weights held / cells provided */
	struct phase_cost phase[PHASE_COUNT]; /* forward, error, gradient per image; update per batch;
	                                       * transfer per event; of layers that work side by side
	                                       * each its own time */
};

/* Dynamic energy and the leakage of what is powered during the phase are in every energy below. */

/* The breakdown is a tree in preorder; path "chip/tile/pe/subarray/adc". Children add up to their
 * parent in area, energy, latency, leakage and bytes to 1e-9. Energy and latency are those of one training
 * epoch-average image: (forward + error + gradient) + (update + transfer share)/batch. */
struct entry {
	const char *path;
	double area, energy, latency, leakage;
	double count; /* instances on the chip */
	double bytes; /* through buffers, networks and memory, per mean image like the energy */
};

struct cost {
	double area, leakage;
	struct phase_cost phase[PHASE_COUNT]; /* per image; update per batch; transfer per event */
	struct phase_cost image; /* training: one image through everything; pipelined, several are
				  * under way at once */
	struct phase_cost epoch;
	double t_forward;   /* [s] between two images at inference */
	double utilization; /* weights held, copies included / places on the chip */
	double macs_per_image;                  /* forward */
	double tops, tops_per_w, tops_per_mm2;  /* forward: two operations per multiply-accumulate */
	double images_per_s, joule_per_image;   /* training */
	int n_layers;
	struct layer_cost *layer;
	int n_entries;
	struct entry *entry;
	double t_batch, t_transfer; /* [s] for the numerics record */
	const struct crossbar *crossbar; /* the same; NULL: ideal wires */
	int n_columns_error;             /* the same: outputs driven together in a transposed read that is
	                                  * converted; 0: exact */
	double k_read_loss; /* current lost on the worst line of a full subarray of mid-window cells
	                     * that reads ones; 0 with ideal wires */
};

/* Never fails on a checked design. n_images: images per training epoch; n_batch: per batch. */
struct cost *price(struct arena *, const struct design *, const struct network *, const struct activity *,
	double n_images, int n_batch);

/* Checks that need both: reports what does not fit. */
struct diag;
bool price_check(const struct design *, const struct network *, struct diag *);

/* The plain numbers the trainer needs. */
struct numerics design_numerics(const struct design *, const struct cost *);

#endif
