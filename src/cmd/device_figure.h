/* SPDX-License-Identifier: Apache-2.0 */
/* The figure of a cell: curves, steps, programmed states, retention. */
#ifndef MHO_CMD_DEVICE_FIGURE_H
#define MHO_CMD_DEVICE_FIGURE_H

struct arena;
struct cell;
struct sweep_options;
struct tech;

/* wanted: names among curves, steps, map, states, retention; NULL: all. Leaves path, and beside it the data (.csv) and the script (.gp) it was made of. */
void device_figure(struct arena *, const char *name, const struct cell *, const struct tech *,
	const struct sweep_options *, const char *wanted, const char *path);

#endif
