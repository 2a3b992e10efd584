/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partial sums as counts of ones, included once for every way to count: COUNT(name) gives the functions'
 * names, COUNT_TARGET what they are compiled for, COUNT_ONES(x), if there is one, the ones of each of the
 * COUNT_WIDTH 64-bit lanes of x.
 *
 * Assumes  little-endian words; whole numbers below 2^24
 * Checked  tests/unit/check_mvm.c
 */
typedef uint64_t COUNT(vec) __attribute__((vector_size(COUNT_WIDTH * sizeof(uint64_t))));

static inline COUNT_TARGET COUNT(vec) COUNT(ones)(COUNT(vec) x)
{
#ifdef COUNT_ONES
	return COUNT_ONES(x);
#else
	for (int i = 0; i < COUNT_WIDTH; i++)
		x[i] = (uint64_t)__builtin_popcountll(x[i]);
	return x;
#endif
}

/* The planes of one vector in 64-row words: byte b of word i holds rows 8 i .. 8 i + 7 of plane b.
 * Returns the ones of each plane. */
static COUNT_TARGET void COUNT(gather)(const struct tile *t, const uint64_t *word, uint64_t *plane, int32_t *ones)
{
	for (int p = 0; p < t->n_planes; p++) {
		ones[p] = 0;
		for (int l = 0; l < t->n_longs; l++) {
			uint64_t x = 0;
			for (int i = 8 * l; i < 8 * l + 8 && i < t->n_words; i++)
				x |= (word[i] >> 8 * p & 255) << 8 * (i - 8 * l);
			plane[p * t->n_longs + l] = x;
			ones[p] += __builtin_popcountll(x);
		}
	}
}

/* Counts of one panel for one plane of inputs. */
static inline COUNT_TARGET void COUNT(panel)(
	const uint64_t *bits, const uint64_t *plane, int n_longs, int n_bit_planes, int32_t *out)
{
	enum { N = KERN_LANES / COUNT_WIDTH };
	COUNT(vec) sum[N] = {{0}};

	for (int b = 0; b < n_bit_planes; b++) {
		COUNT(vec) count[N] = {{0}};
		for (int l = 0; l < n_longs; l++, bits += KERN_LANES)
			for (int k = 0; k < N; k++) {
				COUNT(vec) w;
				memcpy(&w, bits + k * COUNT_WIDTH, sizeof w);
				count[k] += COUNT(ones)(w & plane[l]);
			}
		for (int k = 0; k < N; k++)
			sum[k] += count[k] << b;
	}
	for (int lane = 0; lane < KERN_LANES; lane++)
		out[lane] = (int32_t)sum[lane / COUNT_WIDTH][lane % COUNT_WIDTH];
}

static COUNT_TARGET void COUNT(read)(
	const struct tile *t, const uint64_t *word, size_t n_stride, int n, float *acc)
{
	ptrdiff_t n_cols = (ptrdiff_t)t->n_panels * KERN_LANES;
	size_t n_bits = (size_t)t->n_bit_planes * (size_t)t->n_longs * KERN_LANES;
	uint64_t plane[8 * KERN_MAX_COUNTED / 64];
	int32_t ones[8], count[KERN_LANES];

	for (int v = 0; v < n; v++, word += n_stride, acc += n_cols) {
		if (all_zero(word, t->n_words))
			continue;
		COUNT(gather)(t, word, plane, ones);
		for (int panel = 0; panel < t->n_panels; panel++) {
			const uint64_t *bits = t->bits + (size_t)panel * n_bits;
			const float *k_count = t->k_count + panel * KERN_LANES,
				    *k_ones = t->k_ones + panel * KERN_LANES,
				    *per_code = t->per_code + panel * KERN_LANES;
			float *to = acc + panel * KERN_LANES;
			for (int p = 0; p < t->n_planes; p++) {
				float top = t->top, shift = (float)(1 << p), n_ones = (float)ones[p];
				COUNT(panel)(bits, plane + p * t->n_longs, t->n_longs, t->n_bit_planes, count);
				for (int lane = 0; lane < KERN_LANES; lane++) {
					float x = ((float)count[lane] * k_count[lane] -
							  n_ones * k_ones[lane]) *
						  per_code[lane];
					x = x < -top ? -top : x;
					x = x > top ? top : x;
					to[lane] += to_integer(x) * shift;
				}
			}
		}
	}
}
