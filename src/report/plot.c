/* SPDX-License-Identifier: Apache-2.0 */
#include "report/plot.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "base/units.h"

#define DATA_HEADER "panel,series,x,y,low,high"

/* Distinguishable with any colour vision [Okabe2008]: blue, vermilion, green, orange, purple, sky, black. */
static const char *const colors[PLOT_COLORS] = {
	"#0072b2", "#d55e00", "#009e73", "#e69f00", "#cc79a7", "#56b4e9", "#000000"};

enum { WIDTH = 380, HEIGHT = 310, HEAD = 34 };

void plot_add(struct arena *a, struct plot_panel *p, const char *title, enum plot_style style, int color,
	const struct plot_point *point, int n)
{
	struct plot_point *copy = NEW(a, struct plot_point, n + 1);

	if (p->n_series == PLOT_SERIES)
		BUG("more series than a panel takes");
	if (n)
		memcpy(copy, point, (size_t)n * sizeof *copy);
	p->series[p->n_series++] =
		(struct plot_series){title, style, color % PLOT_COLORS, color >= PLOT_COLORS, n, copy};
}

static const char *number(struct arena *a, double x)
{
	return isfinite(x) ? number_text(a, x) : "";
}

/* RFC 4180; a text within quotes. */
static void named(FILE *out, const char *s)
{
	fputs(",\"", out);
	for (; s && *s; s++) {
		if (*s == '"')
			fputc('"', out);
		fputc(*s, out);
	}
	fputc('"', out);
}

static void write_names(FILE *out, const struct plot_panel *p, int series, double x)
{
	const char *title = NULL, *place = NULL;

	for (int s = series; s < p->n_series && !title; s++) /* errors stand before their curve */
		title = p->series[s].title;
	for (int i = 0; i < p->n_ticks; i++)
		if (fabs(x - p->x_tick[i]) < 0.45)
			place = p->tick[i];
	named(out, p->title);
	named(out, title);
	named(out, place);
}

static void write_data(struct arena *a, const struct plot *p, const char *path)
{
	struct out out;

	out_open(&out, path);
	fprintf(out.file, DATA_HEADER "%s\n", p->names ? ",panel_name,series_name,x_name" : "");
	for (int i = 0; i < p->n_panels; i++)
		for (int s = 0; s < p->panel[i].n_series; s++) {
			const struct plot_series *r = &p->panel[i].series[s];
			for (int k = 0; k < r->n; k++) {
				size_t mark = arena_mark(a);
				fprintf(out.file, "%d,%d,%s,%s,%s,%s", i, s, number(a, r->point[k].x),
					number(a, r->point[k].y), number(a, r->point[k].low), number(a, r->point[k].high));
				if (p->names)
					write_names(out.file, &p->panel[i], s, r->point[k].x);
				fputc('\n', out.file);
				arena_reset(a, mark);
			}
		}
	out_close(&out);
}

/* As gnuplot shows it literally: a quote behind a backslash, characters of its markup behind two. */
static void quoted_but(FILE *out, const char *s, char doubled)
{
	fputc('"', out);
	for (; *s; s++) {
		if (*s == doubled)
			fputc(*s, out);
		if (strchr("_^@{}~&\\", *s))
			fputs("\\\\", out);
		if (*s == '"' || *s == '\\')
			fputc('\\', out);
		fputc(*s, out);
	}
	fputc('"', out);
}

static void quoted(FILE *out, const char *s)
{
	quoted_but(out, s, '\0');
}

/* What stands behind the name of the data. */
static void write_series(FILE *out, const struct plot_series *s, int from)
{
	static const char *const shapes[] = {
		[PLOT_LINE] = "using 3:4 with lines lw 2.2 lc rgb '%s'",
		[PLOT_DASHES] = "using 3:4 with lines lw 1.6 dt (8,5) lc rgb '%s'",
		[PLOT_POINTS] = "using 3:4 with points pt 7 ps 0.32 lc rgb '%s'",
		[PLOT_BARS] = "using 3:4:5:6 with yerrorbars pt 7 ps 0.5 lw 1.4 lc rgb '%s'",
		[PLOT_BAND] = "using 3:5:6 with filledcurves fs transparent solid 0.22 noborder lc rgb '%s'",
		[PLOT_BOXES] = "using 3:4 with boxes fs transparent solid 0.55 noborder lc rgb '%s'",
		[PLOT_MAP] = "using 3:4:5 with image",
		[PLOT_MARKS] = "using 3:4 with linespoints lw 2 ps 0.62 lc rgb '%s'",
		[PLOT_DOTS] = "using 3:4 with points ps 0.75 lc rgb '%s'",
		[PLOT_WHISKERS] = "using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '%s'",
	};
	static const int marks[PLOT_COLORS] = {7, 5, 9, 13, 11, 6, 4}; /* told apart without colour */

	fprintf(out, " skip 1 every ::%d::%d ", from, from + s->n - 1);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	fprintf(out, shapes[s->style], colors[s->color]);
#pragma GCC diagnostic pop
	if (s->style == PLOT_MARKS || s->style == PLOT_DOTS)
		fprintf(out, " pt %d%s", marks[s->color], s->dashed && s->style == PLOT_MARKS ? " dt (7,4)" : "");
	if (s->title) {
		fputs(" title ", out);
		quoted(out, s->title);
	} else
		fputs(" notitle", out);
}

/* Names that do not fit beside each other under a panel lean: the length of the longest, else 0. */
static int leaning(const struct plot_panel *p)
{
	enum { CHARACTERS = 44 };
	size_t n = 0, longest = 0;

	for (int i = 0; i < p->n_ticks; i++) {
		size_t k = strlen(p->tick[i]);
		n += k + 2;
		longest = k > longest ? k : longest;
	}
	return n > CHARACTERS ? (int)longest : 0;
}

/* Ticks that name the places. */
static void write_ticks(FILE *out, const struct plot_panel *p)
{
	fprintf(out, "set xtics %s (", leaning(p) ? "rotate by 60 right" : "norotate");
	for (int i = 0; i < p->n_ticks; i++) {
		fputs(i ? ", " : "", out);
		quoted_but(out, p->tick[i], '%'); /* a format */
		fprintf(out, " %.9g", p->x_tick[i]);
	}
	fputs(")\n", out);
}

/* Beside the panel's own settings: log axes of plain numbers, and the key where no label of x stands. */
static void write_named(FILE *out, const struct plot_panel *p)
{
	fprintf(out, "set format x '%%g'\nset format y '%s'\n", p->log_y ? "10^{%T}" : "%g");
	fputs("set key on tmargin center horizontal Left reverse width -1\nset xtics offset 0,0.3\n"
	      "set xlabel offset 0,0.7\nset grid noxtics\n", out);
}

static void write_panel(FILE *out, const struct plot_panel *p, bool names, const char *data, int *row)
{
	bool keyed = false, first = true;

	fputs("\nset title ", out);
	quoted(out, p->title ? p->title : "");
	fputs("\nset xlabel ", out);
	quoted(out, p->x_label);
	fputs("\nset ylabel ", out);
	quoted(out, p->y_label);
	for (int s = 0; s < p->n_series; s++)
		keyed |= p->series[s].title != NULL;
	fprintf(out, "\n%s logscale x\n%s logscale y\n", p->log_x ? "set" : "unset", p->log_y ? "set" : "unset");
	fprintf(out, "set format x '%s'\nset format y '%s'\n", p->log_x ? "10^{%T}" : "%g", p->log_y ? "10^{%T}" : "%g");
	fprintf(out, "set autoscale\n%s", p->whole_y ? "set yrange [0:*]\n" : "");
	if (p->x_high > p->x_low)
		fprintf(out, "set xrange [%.9g:%.9g]\n", p->x_low, p->x_high);
	if (p->n_ticks)
		write_ticks(out, p);
	if (p->w_box > 0)
		fprintf(out, "set boxwidth %.9g absolute\n", p->w_box);
	if (names)
		write_named(out, p);
	if (!keyed || !names)
		fprintf(out, "%s\n", keyed ? "set key on bmargin center horizontal" : "set key off");
	for (int s = 0; s < p->n_series; s++) {
		if (p->series[s].n == 0)
			continue;
		/* the first names the file, the others '' */
		if (first)
			fprintf(out, "plot '%s'", data);
		else
			fputs(", \\\n     ''", out);
		write_series(out, &p->series[s], *row);
		first = false;
		*row += p->series[s].n;
	}
	fputs(first ? "set multiplot next\n" : "\n", out);
}

static void write_script(const struct plot *p, const char *path, const char *data, const char *figure)
{
	int n_rows = (p->n_panels + p->n_columns - 1) / p->n_columns, row = 0, lean = 0;
	struct out out;

	out_open(&out, path);
	for (int i = 0; i < p->n_panels; i++)
		lean = leaning(&p->panel[i]) > lean ? leaning(&p->panel[i]) : lean;
	fprintf(out.file, "# gnuplot %s draws %s from %s\n", path_tail(path), figure, data);
	fprintf(out.file, "if (!exists('figure')) figure = '%s'\n", figure);
	fprintf(out.file,
		"set terminal svg size %d,%d font 'Helvetica,13' enhanced background '#ffffff' linewidth 1\n"
		"set output figure\nset encoding utf8\nset datafile separator ','\n"
		"set border 3 lw 1.1 lc rgb '#303030'\nset tics nomirror out scale 0.6 textcolor rgb '#303030'\n"
		"set grid lw 0.6 lc rgb '#e4e4e4'\nset key samplen 1.6 spacing 1.05 font ',11' noautotitle\n"
		"set title font ',13' offset 0,-0.4\nset xlabel offset 0,0.3\nset ylabel offset 0.6,0\n"
		"set palette defined (0 '#ffffff', 0.15 '#c6dbef', 0.4 '#6baed6', 0.7 '#2171b5', 1 '#08306b')\n"
		"unset colorbox\nset cbrange [0:1]\n",
		WIDTH * p->n_columns, (HEIGHT + 5 * lean) * n_rows + (p->title ? HEAD : 0));
	fprintf(out.file, "set multiplot layout %d,%d", n_rows, p->n_columns);
	if (p->title) {
		fputs(" title ", out.file);
		quoted(out.file, p->title);
		fputs(" font ',15'", out.file);
	}
	fputs("\n", out.file);
	for (int i = 0; i < p->n_panels; i++)
		write_panel(out.file, &p->panel[i], p->names, data, &row);
	fputs("\nunset multiplot\nset output\n", out.file);
	out_close(&out);
}

/* Runs gnuplot in the figure's folder; what it says goes to stderr only if it fails. */
static void draw(struct arena *a, const char *folder, const char *script, const char *temp)
{
	char *set = arena_printf(a, "figure = '%s'", temp), message[2000];
	char program[] = "gnuplot", option[] = "-e";
	char *argv[] = {program, option, set, arena_dup(a, script), NULL};
	int ends[2], status;
	size_t n = 0;

	if (pipe(ends) != 0)
		die_errno("cannot start gnuplot");

	pid_t child = fork();

	if (child < 0)
		die_errno("cannot start gnuplot");
	if (child == 0) {
		close(ends[0]);
		if (chdir(folder) != 0 || dup2(ends[1], STDERR_FILENO) < 0 || dup2(ends[1], STDOUT_FILENO) < 0)
			_exit(126);
		close(ends[1]);
		execvp(program, argv);
		_exit(127);
	}
	close(ends[1]);
	for (ssize_t got; n < sizeof message - 1 && (got = read(ends[0], message + n, sizeof message - 1 - n)) != 0;)
		n += got > 0 ? (size_t)got : 0;
	message[n] = '\0';
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			die_errno("cannot wait for gnuplot");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		die("cannot draw '%s/%s': gnuplot is not installed (Debian: apt-get install gnuplot-nox)", folder, script);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die("gnuplot cannot draw '%s/%s': %s", folder, script, message);
}

/* Measurements often bear the name of their figure. */
static void keep_foreign(const char *data, const char *path)
{
	char line[sizeof DATA_HEADER] = "";
	FILE *f = fopen(data, "r");

	if (!f)
		return;

	bool ours = !fgets(line, sizeof line, f) || strcmp(line, DATA_HEADER) == 0;

	fclose(f);
	if (!ours)
		die("cannot draw '%s': its data would replace '%s', which belongs to no figure", path, data);
}

void plot_write(struct arena *a, const struct plot *p, const char *path)
{
	const char *tail = path_tail(path);
	size_t n = strlen(tail);
	const char *name = n > 4 && strcmp(tail + n - 4, ".svg") == 0 ? arena_dup_n(a, tail, n - 4) : tail;
	const char *folder = path_folder(a, path), *temp = arena_printf(a, ".%s.svg.%ld", name, (long)getpid());
	const char *data = arena_printf(a, "%s.csv", name), *script = arena_printf(a, "%s.gp", name);
	const char *drawn = arena_printf(a, "%s/%s", folder, temp);

	if (strpbrk(name, "'\\\n"))
		die("cannot draw '%s': a quote or backslash in its name", path);
	keep_foreign(arena_printf(a, "%s/%s", folder, data), path);
	write_data(a, p, arena_printf(a, "%s/%s", folder, data));
	write_script(p, arena_printf(a, "%s/%s", folder, script), data, arena_printf(a, "%s.svg", name));
	draw(a, folder, script, temp);
	if (rename(drawn, path) != 0) {
		int error = errno;
		unlink(drawn);
		errno = error;
		die_errno("cannot write '%s'", path);
	}
}

bool plot_usable(void)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		char file[4096];
		size_t n = strcspn(path, ":");
		snprintf(file, sizeof file, "%.*s/gnuplot", (int)n, path);
		if (access(file, X_OK) == 0)
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

const char *plot_text(struct arena *a, const struct plot *p, const char *name)
{
	static const char *const endings[] = {"svg", "csv", "gp"};
	const char *temp = getenv("TMPDIR");
	char *folder = arena_printf(a, "%s/mho-XXXXXX", temp ? temp : "/tmp");
	size_t n;

	if (!mkdtemp(folder))
		die_errno("cannot create a folder like '%s'", folder);

	const char *path = arena_printf(a, "%s/%s.svg", folder, name);

	plot_write(a, p, path);

	const char *text = file_read(a, path, (size_t)64 << 20, &n);

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		unlink(arena_printf(a, "%s/%s.%s", folder, name, endings[i]));
	rmdir(folder);
	return text;
}
