/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernels: the inner loops BLAS lacks. One C text (kern_body.h) compiled for several instruction
 * sets; every one of them gives the same bits, and --isa picks one by name.
 */
#ifndef MHO_TRAIN_KERN_H
#define MHO_TRAIN_KERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Vectors are 16 floats whatever the machine's width; buffers the kernels touch end with KERN_SLACK
 * spare values, because whole vectors are read and written. */
#define KERN_LANES      16
#define KERN_SLACK      KERN_LANES
#define KERN_MAX_KERNEL 64
#define KERN_MAX_COUNTED 4096 /* rows of a block whose ones are counted */

struct arena;

/* How patches of an image lie: the image has its zero border already. */
struct patch {
	int c, h, w;          /* of the bordered image */
	int kernel, kernel_w; /* height, width */
	int stride;
	int out_h, out_w;
	ptrdiff_t n_apart; /* values from one row of col to the next, >= out_h * out_w */
};

/* Rows of an array are taken in groups of this many: what any pattern of ones among them selects is
 * summed up beforehand, in KERN_WORD_SUMS values for the two groups of a word. */
#define KERN_GROUP 4
#define KERN_WORD_SUMS (2 * KERN_LANES << KERN_GROUP)

/* One block of rows of an array, in panels of KERN_LANES columns. */
struct tile {
	int n_panels, n_cols; /* the last lanes of the last panel are spare */
	int n_rows;
	int n_words; /* 8-row words of a vector of this block: two groups each */
	int n_planes;
	float *row;            /* [n_words * 8][n_panels * KERN_LANES], parts side by side; zero beyond n_rows */
	const float *per_code; /* [n_panels * KERN_LANES] converter codes per unit of the sum */
	float top;             /* largest converter code; the smallest is -top */
	/* weights as bits (weight = k_count number - k_ones), where sums can be counted */
	int n_bit_planes, n_longs; /* 64-row words of a column */
	uint64_t *bits;            /* [n_panels][n_bit_planes][n_longs][KERN_LANES], NULL: none */
	const float *k_count, *k_ones; /* [n_panels * KERN_LANES] */
};

struct kern {
	const char *name;
	bool (*usable)(void);
	int n_lanes;               /* of a register */
	const struct kern *narrow; /* reads faster where columns fill half a register; NULL: none does */

	/* col[c * kernel * kernel_w][n_apart], its first out_h * out_w = patches of map[c][h][w];
	 * nothing else is written but KERN_SLACK values after the last row */
	void (*im2col)(const struct patch *, const float *map, float *col);
	/* its transpose: every value of col is added to where it came from; reads (but does not
	 * use) up to a kernel's width before col */
	void (*col2im)(const struct patch *, const float *col, float *map);
	/* row[out_h * out_w][n_row] = patches, one after the other; n_row >= c * kernel * kernel_w */
	void (*im2row)(const struct patch *, const uint8_t *map, size_t n_row, uint8_t *row);

	/* y[n] = largest of size x size windows, stride apart, in rows of width values; choice[n] =
	 * the place of the first such value in its window, row by row */
	void (*pool)(
		const float *x, int width, int size, int stride, int n, float *y, uint16_t *choice);

	/* code = x * per_step rounded half to even, within 0..top; back[i] = code * step */
	void (*encode)(const float *x, size_t n, float per_step, float step, float top,
		uint8_t *code, float *back);
	/* Errors to sign and magnitude of n_bits with a power-of-two step that fits the largest;
	 * returns the ones among the magnitude bits. */
	uint64_t (*round_errors)(float *x, size_t n, int n_bits, bool count);

	/* Eight codes per word to eight planes per word: byte p holds bit p of the codes. */
	void (*to_planes)(uint64_t *word, size_t n);
	/* Partial sums of n vectors, n_apart values from one to the next: out[n][n_planes][n_panels *
	 * KERN_LANES]. table: room for KERN_WORD_SUMS values per word. */
	void (*sums)(const struct tile *, const uint64_t *word, size_t n_stride, int n, float *table, float *out,
		size_t n_apart);
	/* The same, converted, planes shift-added, added to acc[n][n_panels * KERN_LANES]. A vector
	 * without ones gives code 0 everywhere and is passed over. */
	void (*read)(const struct tile *, const uint64_t *word, size_t n_stride, int n, float *table, float *acc);

	/* What read does, from the bits of the weights: a partial sum is a count of ones of plane AND
	 * weights. Same results where all weights are whole numbers. */
	void (*count)(const struct tile *, const uint64_t *word, size_t n_stride, int n, float *acc);
	/* Up to how many bit planes of a weight that is faster than sums by pattern. */
	int (*n_counted_planes)(void);

	/* acc += converter codes of sums: sum * per_code rounded half to even, within -top..top */
	void (*convert)(const float *sum, size_t n, float per_code, float top, float *acc);

	/* y += x */
	void (*add)(float *y, const float *x, size_t n);
	/* sum[0] += sum of d, sum[1] += sum of d (x - shift), both as 16 partial sums folded in
	 * halves; d NULL: x - shift itself */
	void (*moments)(const float *d, const float *x, size_t n, float shift, double sum[2]);
	/* y = a x + b; y may be x */
	void (*affine)(const float *x, size_t n, float a, float b, float *y);
	/* y = a d + b x + c; y may be d */
	void (*affine2)(const float *d, const float *x, size_t n, float a, float b, float c,
		float *y);
	/* 16 partial sums, folded in halves */
	float (*sum)(const float *x, size_t n);
};

extern const struct kern kern_scalar, kern_avx2, kern_avx512;
extern const struct kern *const kern_table[]; /* from the simplest up, NULL-ended */

/* By name, or the best this CPU can run when isa is NULL; NULL if there is none of that name or the
 * CPU cannot run it. */
const struct kern *kern_pick(const char *isa);
/* The names this CPU can run, "scalar, avx2 or avx512". */
const char *kern_names(struct arena *);

#endif
