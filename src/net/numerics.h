/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numerics: what the design tells the trainer, as plain numbers.
 */
#ifndef MHO_NET_NUMERICS_H
#define MHO_NET_NUMERICS_H

#include <stdbool.h>

struct crossbar;

/* [s] one batch without transfer: forward, error, gradient, update; one transfer or refresh of all layers. */
struct batch_times {
	double t_batch, t_transfer;
};

struct numerics {
	int n_rows;           /* rows read together: products longer than this are cut and each partial
	                       * sum is converted */
	int n_rows_position;  /* rows of an array that holds convolutions by kernel position; 0: unrolled */
	int n_bits_input;     /* bits of an activation (of its magnitude where layers see either sign) */
	bool whole_inputs;    /* applied as one pulse of that width, not one bit at a time */
	double k_noise_input; /* rms of a driven row's level, over full level */
	double k_noise_read;  /* rms at a converter's input, in last places */
	int n_bits_error;     /* bits of an error in the transposed read */
	int n_columns_error;  /* driven together in the transposed read, whose partial sums are converted; 0: the
	                       * read is exact */
	int n_bits_converter; /* of the column converter */
	bool exact;           /* rows are read one by one and their digits told apart: sums are whole
	                       * numbers of the last places */
	double k_full_scale;  /* converter range in rms of partial sums, set by calibration, */
	bool one_range;       /* of all layers together; false: of the layer's */
	double i_full_scale;  /* [A] of a column or pair of columns: fixed converter range; 0: by calibration */
	struct batch_times times; /* with stated default counts */
	const struct crossbar *crossbar; /* wires of a subarray (device/crossbar.h); NULL: ideal */
	double temp;          /* [K] of the chip; 0: 300 K */
};

#endif
