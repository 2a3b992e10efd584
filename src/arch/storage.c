/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storage.
 *
 * Model    tile buffer: K lines of a layer's input, or of the errors that overlap-add into them
 *          chip buffer, layer by layer: at inference the input and output of the layer at work, in
 *          training the inputs of all layers for one image and two error maps, or those that random
 *          feedback gives to all layers at once
 *          chip buffer, pipelined: at inference two of each layer's inputs, one written while the other
 *          is read; in training layer l of L (from 1) keeps 2(L - l) + 1 inputs until its errors
 *          return, and two error maps
 *          gradient buffer: one sum per weight; none where outer products go to the cells
 *          limits: what a buffer needs above its limit lies in the external memory
 * Source   [Song2017] (inputs in flight); sizes follow from the network
 * Assumes  what is spilled has the same share of every layer
 * Valid    any network
 * Checked  tests/unit/check_chip.c
 */
#include "arch/storage.h"

#include <math.h>

#include "device/update.h"

/* Bits of the K lines of its input that a layer works on. */
static double n_window(const struct placed *p)
{
	const struct shape *in = &p->layer->in;
	double n_kernel = (double)p->n_rows / in->c;

	return fmin(shape_size(*in), in->c * (double)in->w * ceil(sqrt(n_kernel)));
}

double storage_spill(double *n_bits, double n_bytes_max)
{
	double n_max = 8 * n_bytes_max, k;

	if (n_bytes_max <= 0 || *n_bits <= n_max)
		return 0;
	k = 1 - n_max / *n_bits;
	*n_bits = n_max;
	return k;
}

struct storage storage_make(const struct design *z, const struct mapping *m, int n_bits_sum)
{
	struct storage s = {0};
	bool piped = z->execution == PIPELINED;
	double n_largest = 0, n_all = 0, n_flight = 0, n_error = 0, n_errors = 0, n_weights = 0;
	double n_fed = 0;

	for (int i = 0; i < m->n_layers; i++) {
		const struct placed *p = &m->layer[i];
		double n_in = (double)shape_size(p->layer->in) * z->input.n_bits;
		double n_map = (double)p->matrix.n_vectors * p->n_cols * z->error.n_bits;
		s.n_tile = fmax(s.n_tile, n_window(p) * fmax(z->input.n_bits, n_bits_sum));
		n_largest = fmax(n_largest, n_in + (double)p->n_out * z->input.n_bits);
		n_all += n_in;
		n_flight += (2.0 * (m->n_layers - i) - 1) * n_in;
		n_error = fmax(n_error, n_map);
		n_errors += n_map;
		n_fed += p->n_feedback * z->error.n_bits;
		n_weights += p->n_weights;
	}
	if (z->training)
		s.n_chip = piped ? n_flight + 2 * n_errors : n_all + fmax(2 * n_error, n_fed);
	else
		s.n_chip = piped ? 2 * n_all : n_largest;
	s.n_gradient = z->training && !update_outer(z->update) ? n_weights * z->gradient.n_bits : 0;
	s.k_spill = storage_spill(&s.n_chip, z->buffer.n_bytes_max);
	s.k_spill_gradient = storage_spill(&s.n_gradient, z->gradient.n_bytes_max);
	return s;
}
