/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resistive crossbar: cells between input and output lines whose wires have resistance.
 *
 *     source -- r_in[0] --+-- r_in[1] --+-- ...        input line i
 *                        g(i,0)        g(i,1)
 *     output lines o:     |             |              r_out[i] lies behind input i,
 *                       ...           ...              the last one ends at the sense node
 *
 * Every input line is driven at one end, every output line held at the other. The network is
 * linear, so the currents that leave it are i_out = v_in W with an effective conductance matrix W
 * that depends on the cells alone.
 */
#ifndef MHO_DEVICE_LADDER_H
#define MHO_DEVICE_LADDER_H

#include <stdbool.h>

struct arena;
struct ladder_kern;
struct ladder_solver;

struct ladder {
	int n_in, n_out;
	const double *r_in;  /* [n_out] [Ohm] of an input line before output o, [0] with its source */
	const double *r_out; /* [n_in] [Ohm] of an output line after input i, the last with the sense */
};

/* Drives solved at once, side by side in all arrays called "lanes": x[n][LADDER_LANES]. */
#define LADDER_LANES 8

/* Voltages lost in the wires between the ends of its lines and each cell when the cells carry
 * i_cell[n_in][n_out]: the wire operator. */
void ladder_drop(const struct ladder *, const double *i_cell, double *v_drop);

/* The largest voltage that is lost when every cell of g [S] carries the current of one volt. It
 * bounds the largest eigenvalue of (wire operator x conductance), on which convergence depends. */
double ladder_worst_drop(const struct ladder *, const double *g, double *scratch);

/* Iterations that suffice for a residual of k_residual when no eigenvalue exceeds lambda. */
int ladder_iterations(double lambda, double k_residual);

/* Room for networks of up to n_cells cells and n_lines lines of either kind; kern NULL: the best. */
struct ladder_solver *ladder_new(
	struct arena *, int n_cells, int n_lines, const struct ladder_kern *);
/* The network to solve: g[n_in][n_out] is copied, the ladder must live on. */
void ladder_load(struct ladder_solver *, const struct ladder *, const double *g);

/* One set of drives and what flows, all lanes. Sources at v_in, sense nodes at v_out. */
struct ladder_drive {
	const double *v_in, *v_out; /* [n_in], [n_out] [V]; NULL: all at zero */
	double *i_in, *i_out;       /* [A] out of every source, into every sense node */
	double *i_cell;             /* [n_in][n_out] [A]; NULL: not wanted */
};

/* Solve until the residual of every lane is k_residual of its drive; returns the iterations. */
int ladder_solve(struct ladder_solver *, const struct ladder_drive *, double k_residual);

/* Effective conductances w[n_in][n_out] [S] of the network that was loaded, as far from exact as
 * k_error of a drive. */
void ladder_weights(struct ladder_solver *, double k_error, double *w);
/* Rounds over all lines that suffice for it, lambda the bounds for either direction alone. */
int ladder_rounds(double lambda_in, double lambda_out, double k_error);

/* The same to the first order in the wires' resistance: each cell with what the whole array, driven
 * with ones, leaves it. */
void ladder_first_order(const struct ladder *, const double *g, double *w);

/* The kernel of an instruction set by name; NULL: the best this CPU has. */
const struct ladder_kern *ladder_kern_pick(const char *isa);

#endif
