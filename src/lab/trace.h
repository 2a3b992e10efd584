/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traces: what was read from cells after pulses, or while time passed. The same rows come out of
 * `mho device` and go into `mho fit`.
 */
#ifndef MHO_LAB_TRACE_H
#define MHO_LAB_TRACE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;

enum step_kind { STEP_DOWN = -1, STEP_START = 0, STEP_UP = 1, STEP_ERASE = 2 };

struct sample {
	int cell;      /* index into trace.cell */
	int cycle;     /* as in the file; 0 without the column */
	int pulse;     /* rises within a cycle of a cell */
	int polarity;  /* enum step_kind: what led to this reading; the first of a cycle is STEP_START */
	double t;      /* [s] retention only */
	double g;      /* [S] */
	int line;
};

struct trace {
	const char *file;
	bool retention;   /* time in place of cycle, pulse and polarity */
	int n;
	struct sample *sample; /* by cell, cycle, then pulse or time */
	int n_cells;
	const char **cell;     /* their names */
};

/* CSV with a header line: cell, cycle (both optional), pulse, polarity, conductance_S|mS|uS|nS|pS; or
 * cell (optional), time_s, conductance_*. Byte-order mark, CRLF, quotes and lines that begin with '#'
 * are taken. NULL after reported errors. name stands in messages. */
struct trace *trace_read_text(struct arena *, const char *name, const char *text, size_t n, struct diag *);
struct trace *trace_read(struct arena *, const char *path, struct diag *);

#endif
