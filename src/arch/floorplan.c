/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floorplan.
 *
 * Model    array: cells in a rectangle w x h, which is white where parts of a synapse differ in height;
 *          the rows' circuits in a strip to its left, all others in a strip below both
 *          grid: round(sqrt(n h/w)) blocks across, or another number that leaves fewer holes and sides
 *          of at most K_ASPECT to 1; holes in the last row take the level's soft circuits, what they do
 *          not fill is white space
 * Source   [WesteHarris2010] (slicing floorplans); shapes follow from the blocks' areas
 * Assumes  lines fan out to circuits wider than their pitch; soft circuits take any shape; no channels
 *          between blocks, for wires lie above them
 * Valid    any blocks
 * Checked  tests/unit/check_chip.c: areas add up, white space within the last row
 */
#include "arch/floorplan.h"

#include <math.h>

#define K_ASPECT 3

struct plan plan_array(double w, double h, double a_cells, double a_rows, double a_below)
{
	struct plan p = {.w = w + a_rows / h, .n_x = 1, .n_y = 1};

	p.h = h + a_below / p.w;
	p.a_white = fmax(0, w * h - a_cells);
	return p;
}

struct plan plan_grid(const struct plan *block, int n, double a_soft)
{
	double k_square = sqrt(n * block->h / block->w); /* blocks across a square */
	int n_x = (int)fmin(n, fmax(1, round(k_square))), n_y = (n + n_x - 1) / n_x;

	for (int i = (int)ceil(k_square / sqrt(K_ASPECT)); i <= fmin(n, k_square * sqrt(K_ASPECT)); i++) {
		int k = (n + i - 1) / i;
		if (i > 0 && i * k < n_x * n_y) {
			n_x = i;
			n_y = k;
		}
	}

	double a_block = block->w * block->h;
	double a_holes = ((double)n_x * n_y - n) * a_block;
	struct plan p = {.w = n_x * block->w, .n_x = n_x, .n_y = n_y};

	p.h = n_y * block->h + fmax(0, a_soft - a_holes) / p.w;
	p.a_white = fmax(0, a_holes - a_soft);
	return p;
}
