/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables: rows of texts and numbers under columns, written as CSV (SI, exact), aligned text, Markdown
 * or LaTeX (all in the column's readable unit). Never computes physics.
 */
#ifndef MHO_BASE_TABLE_H
#define MHO_BASE_TABLE_H

#include <stdbool.h>
#include <stdio.h>

struct arena;

struct table_column {
	const char *key;   /* machine name: "forward_energy_J" */
	const char *title; /* for people, "" to leave the column out: "forward energy" */
	const char *unit;  /* readable unit: "uJ"; "" without */
	double k_unit;     /* value in SI times this is the value in unit; 0: leave as it is */
	int n_digits;      /* significant digits for people */
};

struct table_cell {
	const char *text; /* NULL: a number */
	double number;
	double spread; /* shown behind the number to people, where it can be seen; 0: none */
	bool empty;
};

struct table {
	const char *title;
	int n_columns, n_rows, cap_rows;
	const struct table_column *column;
	struct table_cell *cell; /* [n_rows][n_columns] */
};

struct table *table_new(struct arena *, const char *title, const struct table_column *, int n_columns);

/* A new row with all cells empty; valid until the next call. */
struct table_cell *table_row(struct arena *, struct table *);

struct table_cell cell_text(const char *);
struct table_cell cell_number(double);

void table_csv(struct arena *, const struct table *, FILE *);
void table_text(struct arena *, const struct table *, FILE *);
void table_latex(struct arena *, const struct table *, FILE *);
/* A table of Markdown with pipes. */
void table_markdown(struct arena *, const struct table *, FILE *);
/* A table element of HTML. */
void table_html(struct arena *, const struct table *, FILE *);
/* Text with the characters of HTML's markup replaced. */
void html_text(FILE *, const char *);

#endif
