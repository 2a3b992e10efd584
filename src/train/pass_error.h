/* SPDX-License-Identifier: Apache-2.0 */
/* Errors through the arrays of a layer, from its outputs to its inputs. */
#ifndef MHO_TRAIN_PASS_ERROR_H
#define MHO_TRAIN_PASS_ERROR_H

#include "train/pass.h"

/* The step of errors that pass_round_errors has rounded together; 1 for zeros. */
float pass_error_step(const struct pass *, const float *d, size_t n);

/* out[n_rows][n] = one group's weights times code[n_cols][n] of that group, errors in their steps. scratch:
 * pass_error_tile bytes. */
size_t pass_error_tile(const struct weights *);
void pass_error_columns(struct pass *, int group, const struct mvm_draw *, const float *code, int n, float *out,
	float *scratch);

/* dx[n][n_rows] = d[n][n_cols] through the transposed arrays, each row of d in steps of its own; exact where the
 * layer's errors are not converted. scratch: pass_error_rows_scratch bytes. */
size_t pass_error_rows_scratch(const struct weights *);
void pass_error_rows(struct pass *, const struct mvm_draw *, const float *d, int n, float *dx, void *scratch);

#endif
