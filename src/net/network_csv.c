/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks as a table of layers, one row each: H,W,C,K,K,N,pool,stride (rows, columns and channels of
 * the input, kernel, output channels, 1 if a 2 x 2 maximum pooling follows, step). The result is the
 * tree that a network file would give, with the positions of the table.
 *
 * The table says neither how the input is padded nor what a row reads. Padding: (K - 1)/2, or the
 * least other one whose output is the next row's input. Input: the row before, through a global mean
 * if only its channels fit a row of 1 x 1; else the latest earlier output of that shape (a residual
 * projection: when both have the same shape, the sum goes on); else the channels of the last outputs
 * side by side. A rectifier follows every row but the last.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "net/network.h"

#define N_COLUMNS 8
#define MAX_FILE  (1 << 20)
#define MAX_ROWS  1000
#define MAX_KEYS  10

struct row {
	struct loc loc[N_COLUMNS];
	int h, w, c, k_h, k_w, n, pool, stride;
};

/* What there is to read after some rows. */
struct output {
	const char *name;
	struct shape shape;
};

struct reader {
	struct arena *arena;
	struct diag *diag;
	struct source *source;
	int n_rows, n_outputs;
	struct row *row;
	struct output *output; /* of the rows so far, and sums and concatenations of them */
	struct yaml *layers;
};

static struct yaml *scalar(struct reader *r, struct loc loc, const char *text)
{
	struct yaml *y = NEW(r->arena, struct yaml, 1);

	*y = (struct yaml){.type = YAML_SCALAR, .loc = loc, .plain = true, .text = text};
	return y;
}

static struct yaml *number(struct reader *r, struct loc loc, int n)
{
	return scalar(r, loc, arena_printf(r->arena, "%d", n));
}

static struct yaml *list_of(struct reader *r, enum yaml_type type, struct loc loc, int cap)
{
	struct yaml *y = NEW(r->arena, struct yaml, 1);

	*y = (struct yaml){.type = type,
		.loc = loc,
		.child = NEW(r->arena, struct yaml *, cap),
		.key = NEW(r->arena, const char *, cap),
		.key_loc = NEW(r->arena, struct loc, cap)};
	return y;
}

static void put(struct yaml *y, const char *key, struct yaml *value)
{
	y->key[y->n] = key;
	y->key_loc[y->n] = value->loc;
	y->child[y->n++] = value;
}

/* A new layer at the end. */
static struct yaml *layer(struct reader *r, struct loc loc, const char *kind)
{
	struct yaml *y = list_of(r, YAML_MAP, loc, MAX_KEYS);

	put(y, "kind", scalar(r, loc, kind));
	put(r->layers, NULL, y);
	return y;
}

/* One number of a row; false after a reported error. */
static bool read_number(struct reader *r, char *text, struct loc loc, int column, int *out)
{
	static const struct {
		const char *what;
		long min, max;
	} want[N_COLUMNS] = {
		{"H", 1, 4096},
		{"W", 1, 4096},
		{"C", 1, 65536},
		{"K", 1, 64},
		{"K", 1, 64},
		{"N", 1, 65536},
		{"pool", 0, 1},
		{"stride", 1, 64},
	};
	char *end;
	long x = strtol(text, &end, 10);

	if (isdigit((unsigned char)*text) && !*end && x >= want[column].min &&
		x <= want[column].max) {
		*out = (int)x;
		return true;
	}
	diag_error(r->diag, loc, "'%s': expected a whole number from %ld to %ld, found '%s'",
		want[column].what, want[column].min, want[column].max, text);
	return false;
}

static bool read_row(struct reader *r, const char *text, int line)
{
	struct row *row = &r->row[r->n_rows];
	int *member[N_COLUMNS] = {&row->h, &row->w, &row->c, &row->k_h, &row->k_w, &row->n,
		&row->pool, &row->stride};
	char *copy = arena_dup(r->arena, text), *at = copy;
	int n = 0;
	bool good = true;

	for (char *next = at; next; n++) {
		at = next;
		next = strchr(at, ',');
		if (next)
			*next++ = '\0';
		while (*at == ' ' || *at == '\t')
			at++;
		for (char *end = at + strlen(at); end > at && strchr(" \t\r", end[-1]);)
			*--end = '\0';
		if (n >= N_COLUMNS)
			continue;
		row->loc[n] = (struct loc){r->source, line, (int)(at - copy) + 1};
		good &= read_number(r, at, row->loc[n], n, member[n]);
	}
	if (n != N_COLUMNS) {
		diag_error(r->diag, (struct loc){r->source, line, 1},
			"a row has %d numbers H,W,C,K,K,N,pool,stride, found %d", N_COLUMNS, n);
		good = false;
	}
	r->n_rows++;
	return good;
}

/* Lines that are neither empty nor begin with '#'. */
static bool read_rows(struct reader *r, const char *text)
{
	char *copy = arena_dup(r->arena, text);
	bool good = true;
	int line = 1;

	r->row = NEW(r->arena, struct row, MAX_ROWS);
	for (char *at = copy, *next; at; at = next, line++) {
		next = strchr(at, '\n');
		if (next)
			*next++ = '\0';
		if (*at == '#' || strspn(at, " \t\r") == strlen(at))
			continue;
		if (r->n_rows == MAX_ROWS) {
			diag_error(r->diag, (struct loc){r->source, line, 1},
				"more than %d rows", MAX_ROWS);
			return false;
		}
		good &= read_row(r, at, line);
	}
	if (r->n_rows > 0)
		return good;
	diag_error(r->diag, (struct loc){r->source, 0, 0},
		"no rows: expected H,W,C,K,K,N,pool,stride");
	return false;
}

static bool is_dense(const struct row *row)
{
	return row->h == 1 && row->w == 1 && row->k_h == 1 && row->k_w == 1;
}

/* Output of a row with some padding; false if the kernel or the pool does not fit. */
static bool shape_of(const struct row *row, int pad_h, int pad_w, struct shape *out)
{
	int h = row->h + 2 * pad_h - row->k_h, w = row->w + 2 * pad_w - row->k_w;

	if (h < 0 || w < 0)
		return false;
	*out = (struct shape){row->n, h / row->stride + 1, w / row->stride + 1};
	if (row->pool) {
		out->h /= 2;
		out->w /= 2;
	}
	return out->h > 0 && out->w > 0;
}

/* Can a row read a shape as it is? */
static bool meets(const struct row *row, struct shape s)
{
	if (row->h == s.h && row->w == s.w && row->c == s.c)
		return true;
	return is_dense(row) && (row->c == s.c || (double)row->c == (double)s.c * s.h * s.w);
}

static struct shape pad_row(const struct row *row, const struct row *next, int *pad_h, int *pad_w)
{
	struct shape out = {row->n, 1, 1}, other;

	*pad_h = (row->k_h - 1) / 2;
	*pad_w = (row->k_w - 1) / 2;
	if ((shape_of(row, *pad_h, *pad_w, &out) && (!next || meets(next, out))) || !next)
		return out;
	for (int pad = 0; pad < row->k_h && pad < row->k_w; pad++)
		if (shape_of(row, pad, pad, &other) && meets(next, other)) {
			*pad_h = *pad_w = pad;
			return other;
		}
	return out;
}

static void note_output(struct reader *r, const char *name, struct shape s)
{
	r->output[r->n_outputs++] = (struct output){name, s};
}

/* The outputs from..n_outputs-1 with the rows and columns of a row, by name. */
static struct yaml *names_of(struct reader *r, const struct row *row, int from)
{
	struct yaml *y = list_of(r, YAML_LIST, row->loc[2], r->n_outputs - from);

	for (int i = from; i < r->n_outputs; i++)
		if (r->output[i].shape.h == row->h && r->output[i].shape.w == row->w)
			put(y, NULL, scalar(r, row->loc[2], r->output[i].name));
	return y;
}

/* What row i reads, as the name of a layer; NULL: the one before. False if there is no such thing. */
static bool find_input(struct reader *r, int i, const char **input)
{
	const struct row *row = &r->row[i];
	struct shape last = r->output[r->n_outputs - 1].shape;
	int n_channels = 0;

	*input = NULL;
	if (i == 0)
		return true;
	if (meets(row, last)) {
		if ((double)row->c < (double)last.c * last.h * last.w && is_dense(row))
			layer(r, row->loc[0], "globalpool");
		return true;
	}
	for (int k = r->n_outputs - 1; k >= 0; k--)
		if (r->output[k].shape.c == row->c && r->output[k].shape.h == row->h &&
			r->output[k].shape.w == row->w) {
			*input = r->output[k].name;
			return true;
		}
	for (int k = r->n_outputs - 1; k >= 0 && n_channels < row->c; k--) {
		if (r->output[k].shape.h == row->h && r->output[k].shape.w == row->w)
			n_channels += r->output[k].shape.c;
		if (n_channels == row->c) {
			put(layer(r, row->loc[2], "concat"), "inputs", names_of(r, row, k));
			return true;
		}
	}
	diag_error(r->diag, row->loc[0],
		"row %d takes %d x %d x %d (H,W,C), but the row before gives %d x %d x %d, and no sum of "
		"earlier channels fits",
		i + 1, row->h, row->w, row->c, last.h, last.w, last.c);
	return false;
}

static void put_product(struct reader *r, const struct row *row, const char *name,
	const char *input, int pad_h, int pad_w)
{
	struct yaml *y = layer(r, row->loc[0], is_dense(row) ? "dense" : "conv");

	put(y, "name", scalar(r, row->loc[0], name));
	put(y, "out", number(r, row->loc[5], row->n));
	put(y, "bias", scalar(r, row->loc[0], "false"));
	if (input)
		put(y, "input", scalar(r, row->loc[0], input));
	if (is_dense(row))
		return;
	put(y, "kernel", number(r, row->loc[3], row->k_h));
	put(y, "kernel_width", number(r, row->loc[4], row->k_w));
	put(y, "stride", number(r, row->loc[7], row->stride));
	put(y, "pad", number(r, row->loc[3], pad_h));
	put(y, "pad_width", number(r, row->loc[4], pad_w));
}

static bool put_row(struct reader *r, int i)
{
	const struct row *row = &r->row[i], *next = i + 1 < r->n_rows ? row + 1 : NULL;
	struct shape before = r->output[r->n_outputs - 1].shape, out;
	const char *input, *name = arena_printf(r->arena, "layer%d", i + 1);
	const char *before_name = r->output[r->n_outputs - 1].name;
	int pad_h, pad_w;

	if (!find_input(r, i, &input))
		return false;
	out = pad_row(row, next, &pad_h, &pad_w);
	put_product(r, row, name, input, pad_h, pad_w);
	if (input && out.c == before.c && out.h == before.h && out.w == before.w && !row->pool) {
		struct yaml *sum = layer(r, row->loc[0], "add"), *inputs;
		inputs = list_of(r, YAML_LIST, row->loc[0], 2);
		put(inputs, NULL, scalar(r, row->loc[0], before_name));
		put(inputs, NULL, scalar(r, row->loc[0], name));
		put(sum, "inputs", inputs);
	}
	if (next) {
		name = arena_printf(r->arena, "out%d", i + 1);
		struct yaml *relu = layer(r, row->loc[0], "relu");
		if (!row->pool)
			put(relu, "name", scalar(r, row->loc[0], name));
	}
	if (row->pool) {
		struct yaml *pool = layer(r, row->loc[6], "maxpool");
		put(pool, "size", number(r, row->loc[6], 2));
		put(pool, "stride", number(r, row->loc[6], 2));
		if (next)
			put(pool, "name", scalar(r, row->loc[6], name));
	}
	note_output(r, name, out);
	return true;
}

static struct yaml *to_tree(struct reader *r, const char *path)
{
	const struct row *first = &r->row[0], *last = &r->row[r->n_rows - 1];
	struct loc loc = first->loc[0];
	struct yaml *root = list_of(r, YAML_MAP, loc, MAX_KEYS);
	struct yaml *input = list_of(r, YAML_MAP, loc, MAX_KEYS);

	r->layers = list_of(r, YAML_LIST, loc, 5 * r->n_rows);
	r->output = NEW(r->arena, struct output, r->n_rows + 1);
	put(input, "channels", number(r, first->loc[2], first->c));
	put(input, "height", number(r, first->loc[0], first->h));
	put(input, "width", number(r, first->loc[1], first->w));
	note_output(r, "input", (struct shape){first->c, first->h, first->w});
	for (int i = 0; i < r->n_rows; i++)
		if (!put_row(r, i))
			return NULL;
	put(root, "name", scalar(r, loc, arena_printf(r->arena, "layers of %s", path)));
	put(root, "input", input);
	put(root, "classes", number(r, last->loc[5], last->n));
	put(root, "layers", r->layers);
	return root;
}

struct yaml *network_parse_csv(
	struct arena *a, const char *name, const char *text, size_t n, struct diag *d)
{
	struct reader r = {.arena = a, .diag = d, .source = NEW(a, struct source, 1)};

	*r.source = (struct source){arena_dup(a, name), arena_dup_n(a, text, n)};
	if (strlen(r.source->text) != n) {
		diag_error(d, (struct loc){r.source, 0, 0}, "the file holds a NUL: it is no text");
		return NULL;
	}
	return read_rows(&r, r.source->text) ? to_tree(&r, name) : NULL;
}

struct yaml *network_read_csv(struct arena *a, const char *path, struct diag *d)
{
	size_t n;
	const char *text = file_read(a, path, MAX_FILE, &n);
	size_t mark = n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* spreadsheets write it */

	return network_parse_csv(a, path, text + mark, n - mark, d);
}
