/* SPDX-License-Identifier: Apache-2.0 */
#include "net/row_blocks.h"

#include "base/whole.h"

bool layer_hands_on(const struct layer *l)
{
	const struct layer_conv *c = (const struct layer_conv *)l;

	return l->kind == &layer_conv && layer_matrix(l).n_groups == 1 && conv_kernel_width(c) > c->stride;
}

struct row_blocks row_blocks(int n_rows, int n_bundle, int n_array)
{
	int n_bundles = n_rows / n_bundle, n_fit = n_array / n_bundle;

	if (n_fit == 0) {
		int n_split = div_up(n_bundle, n_array);
		return (struct row_blocks){n_bundles * n_split, 0, n_split, n_array};
	}
	n_fit = n_bundles < n_fit ? n_bundles : n_fit;
	return (struct row_blocks){div_up(n_bundles, n_fit), n_fit, 1, n_fit * n_bundle};
}
