/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The product of input vectors with the weights of a layer, as arrays compute it.
 *
 * Model    bit-serial: inputs are unsigned codes of n_planes bits, applied one bit plane at a time; for each
 *          plane, each block of n_block_rows rows and each part of the synapse a column gives the
 *          partial sum of its weights where the plane has ones; the converter answers
 *              code = clip(round_half_even(sum / lsb), -top, top), top = 2^(n_bits - 1) - 1
 *              lsb = full scale / top, full scale = k_full_scale * rms of the part's partial sums;
 *          codes are shift-added over planes and added over blocks (exact integers), then parts are
 *          weighed by their lsb and added
 *          whole (pulse widths): each partial sum of codes times weights is converted once, sums in
 *          single precision by CBLAS
 * Assumes  one reference per layer and part, the same for all blocks and columns, programmed by
 *          calibration; no noise in the read; linear cells
 * Valid    1 <= n_planes <= 8, 2 <= n_bits <= 16; sums of codes are exact while n_blocks times the
 *          largest input code times top stays below 2^24, and rounded to float beyond
 * Checked  tests/unit/check_mvm.c: bit-exact against the plain triple loop
 */
#ifndef MHO_TRAIN_MVM_H
#define MHO_TRAIN_MVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device/synapse.h"
#include "train/kern.h"

struct arena;

struct converter {
	int n_bits;
	double k_full_scale; /* full scale in rms of the partial sums */
};

struct mvm_spec {
	int n_rows, n_cols, n_parts; /* of the whole weight matrix; parts of the synapse */
	int n_block_rows;            /* rows read together */
	int n_planes;                /* bits of an input */
	bool whole;                  /* inputs come whole: one conversion of each partial sum */
	struct converter converter;
	double step[SYNAPSE_MAX_PARTS];     /* last place of the converter, 0: by calibration */
	double k_weight[SYNAPSE_MAX_PARTS]; /* span of each part, for parts that are still empty */
	double scale;                       /* weight of the network per unit of the cells */
};

struct mvm {
	struct mvm_spec spec;
	const struct kern *kern;
	int n_blocks, n_panels;
	int n_groups;      /* of KERN_GROUP rows, all blocks */
	int n_words;       /* 8-row words of one packed input vector, all blocks */
	int n_code;        /* bytes from one vector of codes to the next */
	float input_step;  /* activation per input code */
	float *row;        /* [n_words * 8][n_panels * KERN_LANES], parts side by side */
	struct tile *tile; /* [n_blocks] */
	float *per_code;   /* [n_panels * KERN_LANES] codes per unit of a partial sum */
	double full_scale[SYNAPSE_MAX_PARTS];
};

/* What a calibration saw; added up over shards in a fixed order. */
struct mvm_stats {
	double square[SYNAPSE_MAX_PARTS]; /* sum of squared partial sums */
	double n_sums;                    /* partial sums of each part */
	double n_ones, n_reads;           /* ones among the inputs of all (plane, block) reads; whole
	                                   * inputs: their squared codes, (block) reads */
	double n_clipped;                 /* sums beyond the range that is set, of all parts */
};

struct mvm *mvm_new(struct arena *, const struct mvm_spec *, const struct kern *);

/* Take over the weights of the parts, each [n_rows][n_cols], group by group of rows; what they
 * amount to goes into whole[n_rows][n_cols], in the network's units. */
void mvm_load_group(struct mvm *, int group, const float *const part[], float *whole);

/* The activation the largest input code stands for. */
void mvm_set_input(struct mvm *, double top);
void mvm_set_converter(struct mvm *, const struct mvm_stats *);
/* The range of one part's converters, in partial sums. */
void mvm_set_full_scale(struct mvm *, int part, double full_scale);

/* Activations to codes; back[n] are the activations the codes stand for. */
void mvm_encode(const struct mvm *, const float *x, size_t n, uint8_t *code, float *back);
/* Where the codes of vectors are to be written, m->n_code apart, before mvm_pack: usually into word
 * itself; spare is used when blocks do not end at whole words. */
uint8_t *mvm_codes(const struct mvm *, uint64_t *word, uint8_t *spare);
/* These codes to bit planes word[n_vectors][n_words]. */
void mvm_pack(const struct mvm *, const uint8_t *code, int n_vectors, uint64_t *word);

/* acc[n_vectors][n_panels * KERN_LANES] = converter codes, column part * n_cols + col. */
void mvm_read(const struct mvm *, const uint64_t *word, int n_vectors, float *acc);
/* The largest partial sum that the converter of a part still tells. */
double mvm_clips_at(const struct mvm *, int part);
/* Weight per code of one part: output = sum over parts of acc * mvm_unit. */
float mvm_unit(const struct mvm *, int part);

/* Inputs that come whole, as activations the codes stand for: x[n_rows][n_apart], n of them, to
 * y[n_cols][n_apart], bias (NULL: none) included. Blocks of rows go through the matrix product in tiles
 * that are converted while they are in the cache. */
#define MVM_TILE 256
#define MVM_WHOLE_SCRATCH (2 * (size_t)MVM_TILE * MVM_TILE * sizeof(float))
void mvm_read_whole(const struct mvm *, const float *x, int n, size_t n_apart, const float *bias, float *y,
	float *scratch);
void mvm_observe_whole(const struct mvm *, const float *x, int n, size_t n_apart, float *scratch,
	struct mvm_stats *);

/* Partial sums without conversion, for calibration; scratch holds n_planes * n_panels *
 * KERN_LANES. */
void mvm_observe(const struct mvm *, const uint64_t *word, int n_vectors, float *scratch,
	struct mvm_stats *);
void mvm_stats_add(struct mvm_stats *to, const struct mvm_stats *from);

/* Ones among the input bits of packed vectors. */
uint64_t mvm_ones(const struct mvm *, const uint64_t *word, int n_vectors);

#endif
