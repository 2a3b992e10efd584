/* SPDX-License-Identifier: Apache-2.0 */
/* Floorplan: blocks with width and height, and the white space that is left between them. */
#ifndef MHO_ARCH_FLOORPLAN_H
#define MHO_ARCH_FLOORPLAN_H

struct plan {
	double w, h;    /* [m] */
	double a_white; /* [m^2] not covered by anything */
	int n_x, n_y;   /* blocks along width and height */
};

/* Cells of a_cells in a rectangle w x h, circuits of the rows to their left, all others below. */
struct plan plan_array(double w, double h, double a_cells, double a_rows, double a_below);

/* n equal blocks in a grid as square as it can be; soft circuits fill its holes, what is left of them
 * lies in a strip below. */
struct plan plan_grid(const struct plan *block, int n, double a_soft);

#endif
