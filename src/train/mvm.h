/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The product of input vectors with the weights of a layer, as arrays compute it.
 *
 * Model    bit-serial: inputs are unsigned codes of n_planes bits, applied one bit plane at a time; for
 *          each plane, each block of n_block_rows rows and each part of the synapse a column gives the
 *          partial sum of its weights where the plane has ones; the converter answers
 *              code = clip(round_half_even(sum / lsb), -top, top), top = 2^(n_bits - 1) - 1
 *              lsb = full scale / top;
 *          codes are shift-added over planes and added over blocks (exact integers), then parts are
 *          weighed by their lsb and added
 *          whole (pulse widths): each partial sum of codes times weights is converted once
 *          full scale: fixed, or k_full_scale * rms of the part's partial sums, of this layer or of all
 *          inputs of either sign: what is above zero and what is below pass one after the other, with
 *          codes of n_planes bits each, and the codes of the second pass are subtracted; or
 *          (bipolar) each plane is driven with both polarities at once, and converted once
 *          integer path: parts whose weights all are whole numbers of the last place of a digit are
 *          held as those numbers, so that partial sums are exact; few-bit ones as bit planes, where a
 *          partial sum is a count of the ones of plane AND weights
 *          noise: every driven row's level is off by k_noise_input of full level times a normal draw in
 *          every read, every conversion by k_noise_read last places; bits then are numbers, and planes
 *          go through the matrix product one by one
 * Assumes  one reference per layer and part, the same for all blocks, groups and columns; noise of reads is
 *          white; linear cells
 * Valid    1 <= n_planes <= 8 (bipolar 15), 2 <= n_bits <= 16; sums of codes are exact while n_blocks times the
 *          largest input code times top stays below 2^24, and rounded to float beyond
 * Checked  tests/unit/check_mvm.c: bit-exact against the plain triple loop
 */
#ifndef MHO_TRAIN_MVM_H
#define MHO_TRAIN_MVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "device/synapse.h"
#include "train/kern.h"

struct arena;

struct converter {
	int n_bits;
	double k_full_scale; /* full scale in rms of the partial sums */
};

struct mvm_spec {
	int n_rows, n_cols, n_parts; /* of the weight matrix of one group; parts of the synapse */
	int n_groups;                /* matrices with inputs and outputs of their own; 0: one */
	const int *order;            /* [n_rows] row of the weights that lies there, -1: none; NULL: as they are */
	int n_block_rows;            /* rows read together */
	int n_planes;                /* bits of an input */
	bool whole;                  /* inputs come whole: one conversion of each partial sum */
	bool is_signed;              /* inputs are of either sign: two passes, */
	bool bipolar;                /* or one: the sign is the polarity of the drive */
	struct converter converter;
	double full_scale[SYNAPSE_MAX_PARTS]; /* of the converter, 0: by calibration */
	double k_weight[SYNAPSE_MAX_PARTS];   /* span of each part, for parts that are still empty */
	double i_full_weight[SYNAPSE_MAX_PARTS]; /* [A] of a column at a weight of k_weight */
	int n_levels[SYNAPSE_MAX_PARTS];      /* of digits: k_weight is so many last places; 0: none */
	bool is_pair[SYNAPSE_MAX_PARTS];      /* their weights are differences of two */
	double k_noise_input; /* rms of a driven row's level, over full level */
	double k_noise_read;  /* rms at a converter's input, in last places */
	struct rng noise_input, noise_read;
	double scale;                         /* weight of the network per unit of the cells */
};

struct mvm {
	struct mvm_spec spec;
	const struct kern *kern, *reader; /* reader: for the bit planes, maybe a narrower one */
	int n_blocks, n_panels; /* of a group */
	int n_inputs;      /* rows of the weights of a group */
	int *place;        /* [n_inputs] the row where each lies; NULL: as they are */
	int n_octets;      /* of 8 rows, all blocks and groups */
	int n_words;       /* 8-row words of one packed input vector, all blocks of a group */
	int n_code;        /* bytes from one vector of codes to the next */
	float input_step;  /* activation per input code */
	float *row;        /* [n_groups][n_words * 8][n_panels * KERN_LANES], parts side by side */
	struct tile *tile; /* [n_groups][n_blocks] */
	float *per_code;   /* [n_panels * KERN_LANES] codes per unit of a row's value */
	double full_scale[SYNAPSE_MAX_PARTS];
	double unit[SYNAPSE_MAX_PARTS]; /* weight of the cells that a row's value of 1 stands for */
	uint32_t *digital; /* [n_octets] bit p: rows of part p are whole numbers of last places */
	uint32_t digital_parts;         /* the same of all rows */
	bool by_level;                  /* inputs pass as numbers: whole ones, or bits with noise */
	bool counts;                    /* partial sums are counts of ones */
	float *k_count, *k_ones;        /* [n_panels * KERN_LANES] sum = k_count count - k_ones ones */
};

/* What a calibration saw; added up over shards in a fixed order. */
struct mvm_stats {
	double square[SYNAPSE_MAX_PARTS]; /* sum of squared partial sums */
	double n_sums;                    /* partial sums of each part */
	double n_ones, n_reads;           /* ones among the inputs of all (plane, block) reads; whole
	                                   * inputs: their squared codes, (block) reads */
	double n_clipped[SYNAPSE_MAX_PARTS]; /* sums beyond the range that is set */
};

struct mvm *mvm_new(struct arena *, const struct mvm_spec *, const struct kern *);

/* Take over the weights of the parts, each [n_rows][n_groups][n_cols]; what they amount to goes into
 * whole[n_rows][n_groups][n_cols], in the network's units. In three steps, so that threads can share the
 * work: all octets of rows, once, all octets. */
void mvm_load(struct mvm *, const float *const part[], float *whole);
void mvm_load_octet(struct mvm *, int octet, const float *const part[], float *whole);
void mvm_load_between(struct mvm *);
void mvm_round_octet(struct mvm *, int octet);
/* Take over the weights of another as its transpose has them: its columns are rows here. */
void mvm_load_transposed(struct mvm *, const struct mvm *of);

/* The activation the largest input code stands for. */
void mvm_set_input(struct mvm *, double top);
/* Ranges of the parts' converters as the spec says, from what a calibration saw if they are not fixed. */
void mvm_set_converter(struct mvm *, const struct mvm_stats *);
/* The range of one part's converters, in partial sums. */
void mvm_set_full_scale(struct mvm *, int part, double full_scale);

/* Activations above zero to codes, or those below; back[n] are the activations the codes stand for. */
void mvm_encode(const struct mvm *, const float *x, size_t n, bool below, uint8_t *code, float *back);
/* Where the codes of vectors are to be written, m->n_code apart, before mvm_pack: usually into word
 * itself; spare is used when blocks do not end at whole words. */
uint8_t *mvm_codes(const struct mvm *, uint64_t *word, uint8_t *spare);
/* These codes to bit planes word[n_vectors][n_words]. */
void mvm_pack(const struct mvm *, const uint8_t *code, int n_vectors, uint64_t *word);

/* Bytes of scratch that mvm_read and mvm_observe work in. */
size_t mvm_scratch(const struct mvm *);
/* acc[n_vectors][n_panels * KERN_LANES] = converter codes, column part * n_cols + col; below: what
 * passes as the second of two, NULL without; scratch: mvm_scratch bytes. */
void mvm_read(const struct mvm *, int group, const uint64_t *word, const uint64_t *below, int n_vectors,
	float *scratch, float *acc);
/* The largest partial sum that the converter of a part still tells. */
double mvm_clips_at(const struct mvm *, int part);
/* Weight per code of one part: output = sum over parts of acc * mvm_unit. */
float mvm_unit(const struct mvm *, int part);

/* Which noise vectors meet: vector i is number first + i apart of a step. */
struct mvm_draw {
	uint64_t first, apart, step;
};

/* Inputs of m->by_level, as codes with their signs: x[n_rows][n_apart], n of them, to y[n_cols][n_apart],
 * bias (NULL: none) included. Blocks of rows go through the matrix product in tiles that are converted
 * while they are in the cache. */
#define MVM_TILE 256
size_t mvm_whole_scratch(const struct mvm *); /* bytes */
void mvm_read_whole(const struct mvm *, int group, const struct mvm_draw *, const float *x, int n, size_t n_apart,
	const float *bias, float *y, float *scratch);
void mvm_observe_whole(const struct mvm *, int group, const float *x, int n, size_t n_apart, float *scratch,
	struct mvm_stats *);

/* Partial sums without conversion, for calibration; scratch: mvm_scratch bytes. */
void mvm_observe(const struct mvm *, int group, const uint64_t *word, int n_vectors, float *scratch,
	struct mvm_stats *);
void mvm_stats_add(struct mvm_stats *to, const struct mvm_stats *from);

/* Ones among the input bits of packed vectors. */
uint64_t mvm_ones(const struct mvm *, const uint64_t *word, int n_vectors);

#endif
