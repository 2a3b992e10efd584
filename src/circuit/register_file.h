/* SPDX-License-Identifier: Apache-2.0 */
/* Register file: words of flip-flops behind a decoder and a read multiplexer. */
#ifndef MHO_CIRCUIT_REGISTER_FILE_H
#define MHO_CIRCUIT_REGISTER_FILE_H

#include "circuit/module.h"

struct register_file {
	struct module module;
	int n_words, n_bits;
};

struct register_file_est {
	struct est read, write; /* one word; area and leakage are those of the whole in both */
};

struct register_file_est register_file_estimate(const struct register_file *, const struct tech *);

#endif
