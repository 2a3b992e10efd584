/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of measured data over the fitted model. */
#ifndef MHO_CMD_FIT_FIGURE_H
#define MHO_CMD_FIT_FIGURE_H

struct arena;
struct cell;
struct fit;
struct retention;
struct trace;

void fit_figure(struct arena *, const struct fit *, const char *path);
void retention_figure(struct arena *, const struct trace *, const struct cell *, const struct retention *,
	const char *path);

#endif
