/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The field table: a struct's members as they stand in YAML, described once. One table drives
 * parsing, ranges, defaults, unknown and missing keys, --set, mho explain, the man pages' tables,
 * the echo of effective settings and the fuzzer's dictionary.
 *
 *     static const struct field cell_fields[] = {
 *             REAL(cell, v_read, DIM_VOLT, 1e-3, 10, "0.2 V", "voltage while reading"),
 *             FIELD_END
 *     };
 *
 * A dimensional value carries its unit, a dimensionless one does not. Every value may be written
 * {value: 10 kOhm, source: KeyInBibliography, note: text}; a map may carry one source: for all its
 * values. The key "assumed" as a source marks a value nobody published.
 */
#ifndef MHO_BASE_FIELD_H
#define MHO_BASE_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/units.h"
#include "base/yaml.h"

struct arena;
struct diag;

enum field_type {
	FIELD_LAST,
	FIELD_REAL,  /* double */
	FIELD_INT,   /* int */
	FIELD_BOOL,  /* bool */
	FIELD_NAME,  /* const char *, any text */
	FIELD_WORD,  /* int: index into the NULL-ended word list in sub */
	FIELD_MAP,   /* a struct inside; sub is its table */
	FIELD_OPT,   /* pointer to a struct, NULL when the key is absent; sub is its table */
	FIELD_KIND,  /* pointer to a struct that starts with a pointer to its kind; sub lists kinds */
	FIELD_FILE,  /* pointer to a struct read from another of our files (a name or a map) */
	FIELD_LIST,  /* struct field_list: items of the table or kind array in sub */
	FIELD_REALS, /* struct field_reals: a list of numbers of one dimension */
	FIELD_NAMES, /* struct field_names: a list of texts, or one text */
	FIELD_TREE   /* struct yaml *: left as it stands, for the owner to read */
};

struct field {
	const char *key;
	enum field_type type;
	enum dim dim;
	size_t offset;
	double min, max;  /* inclusive, SI; for lists the number of items */
	const char *dflt; /* as a user would write it; NULL: required; "" : may be absent (zero) */
	const void *sub;
	const char *help; /* one line, no full stop */
	size_t size;      /* FIELD_OPT, FIELD_LIST: of the struct */
};

/* What a kind descriptor must begin with, so that one loader serves every family of kinds:
 *     struct adc_kind { struct kind_head head; ...functions... };                             */
struct kind_head {
	const char *name;            /* in YAML: "kind: sar" */
	const char *summary;         /* one line for mho list */
	const char *source;          /* key in doc/references.bib */
	size_t size;                 /* of the struct that extends the family's */
	const struct field *fields;  /* all keys beside kind: (the family's shared ones included) */
};

/* A kind of file that a FIELD_FILE names. check may be NULL; it reports what is wrong. */
struct file_kind {
	const char *what;   /* "cell" */
	const char *folder; /* "techfiles" */
	size_t size;
	const struct field *fields;
	bool (*check)(void *, struct arena *, struct diag *);
	/* Files of another format, told by how their name ends, as a tree of our keys. NULL: none. */
	const char *ending;
	struct yaml *(*read)(struct arena *, const char *path, struct diag *);
};

struct field_list {
	int n;
	void *item;  /* n structs side by side (FIELD_LIST with a table) */
	void **each; /* n pointers (FIELD_LIST of kinds) */
};
struct field_reals {
	int n;
	double *value;
};
struct field_names {
	int n;
	const char **value;
};

#define REAL(st, m, dim, lo, hi, dflt, help)                                                       \
	{#m, FIELD_REAL, dim, offsetof(struct st, m), lo, hi, dflt, NULL, help, 0}
#define INT(st, m, lo, hi, dflt, help)                                                             \
	{#m, FIELD_INT, DIM_NONE, offsetof(struct st, m), lo, hi, dflt, NULL, help, 0}
#define BOOL(st, m, dflt, help)                                                                    \
	{#m, FIELD_BOOL, DIM_NONE, offsetof(struct st, m), 0, 1, dflt, NULL, help, 0}
#define NAME(st, m, dflt, help)                                                                    \
	{#m, FIELD_NAME, DIM_NONE, offsetof(struct st, m), 0, 0, dflt, NULL, help, 0}
#define WORD(st, m, words, dflt, help)                                                             \
	{#m, FIELD_WORD, DIM_NONE, offsetof(struct st, m), 0, 0, dflt, words, help, 0}
#define MAP(st, m, table, help)                                                                    \
	{#m, FIELD_MAP, DIM_NONE, offsetof(struct st, m), 0, 0, NULL, table, help, 0}
#define OPT(st, m, type, table, help)                                                              \
	{#m, FIELD_OPT, DIM_NONE, offsetof(struct st, m), 0, 0, "", table, help, sizeof(type)}
#define KIND(st, m, kinds, dflt, help)                                                             \
	{#m, FIELD_KIND, DIM_NONE, offsetof(struct st, m), 0, 0, dflt, kinds, help, 0}
#define SUBFILE(st, m, kind, dflt, help)                                                           \
	{#m, FIELD_FILE, DIM_NONE, offsetof(struct st, m), 0, 0, dflt, kind, help, 0}
#define LIST(st, m, type, table, lo, hi, dflt, help)                                               \
	{#m, FIELD_LIST, DIM_NONE, offsetof(struct st, m), lo, hi, dflt, table, help, sizeof(type)}
#define KINDS(st, m, kinds, lo, hi, dflt, help)                                                    \
	{#m, FIELD_LIST, DIM_NONE, offsetof(struct st, m), lo, hi, dflt, kinds, help, 0}
#define REALS(st, m, dim, lo, hi, dflt, help)                                                      \
	{#m, FIELD_REALS, dim, offsetof(struct st, m), lo, hi, dflt, NULL, help, 0}
#define NAMES(st, m, dflt, help)                                                                   \
	{#m, FIELD_NAMES, DIM_NONE, offsetof(struct st, m), 0, 0, dflt, NULL, help, 0}
#define TREE(st, m, dflt, help)                                                                    \
	{#m, FIELD_TREE, DIM_NONE, offsetof(struct st, m), 0, 0, dflt, NULL, help, 0}
#define FIELD_END                                                                                  \
	{NULL, FIELD_LAST, DIM_NONE, 0, 0, 0, NULL, NULL, NULL, 0}

/* One effective setting, as echoed in reports. */
struct setting {
	const char *path;   /* "synapse.msb.response.label_up" */
	const char *text;   /* canonical: SI, shortest exact decimal */
	const char *source; /* bibliography key, "assumed", or NULL */
	bool is_default;
};

/* One --set PATH=VALUE or one axis value of a study: replaces or adds the value at a path. */
struct override {
	const char *path;
	struct yaml *value;
	struct loc loc;
	bool used;
};

struct loader;

/* A tree in place of a file that does not exist, NULL if there is none either. */
typedef struct yaml *missing_file(
	struct loader *, const struct file_kind *, const char *name, struct loc);

/* What a load shares: where files are searched, what is overridden, what came out. */
struct loader {
	struct arena *arena;
	struct diag *diag;
	struct override *override;
	int n_override;
	struct setting *setting; /* out: every scalar, in table order */
	int n_setting, cap_setting;
	const char **file; /* out: paths of the files read */
	int n_file, cap_file;
	int depth;          /* of files naming files */
	const char *folder; /* of the file being read: names in it are also looked for here */
	missing_file *missing; /* asked before a missing file is an error; NULL: nobody is */
};

void loader_init(struct loader *, struct arena *, struct diag *);

/* Parse "PATH=VALUE" and add it; false after a reported error. */
bool loader_set(struct loader *, const char *option);

/* The same with the value as a tree, for the axes of a study. */
void loader_add(struct loader *, const char *path, struct yaml *value, struct loc);

/* Read a file of a kind by path or by name (see path_find) into a new struct, NULL after reported
 * errors. prefix is what --set and axis paths of this file start with, e.g. "" or "design". */
void *loader_file(struct loader *, const struct file_kind *, const char *name, const char *prefix);
/* The same with the position that names the file, for the message when there is none. */
void *loader_file_at(struct loader *, const struct file_kind *, const char *name, const char *prefix,
	struct loc);

/* A file of a kind as a tree, whatever its format; NULL after reported errors. */
struct yaml *file_kind_read(
	const struct file_kind *, struct arena *, const char *path, struct diag *);
/* Is it a file of the kind's other format? */
bool file_kind_is_other(const struct file_kind *, const char *path);

/* Fill a struct from a tree; false after reported errors. */
bool loader_bind(struct loader *, const struct field *, const struct yaml *map, const char *prefix,
	void *out);

/* Report every override that no key took. Call once after all files are loaded. */
bool loader_finish(struct loader *);

/* Visits every field below a table; the members of a kind are shown as "converter(sar).n_bits". */
typedef void field_visit(void *ctx, const char *path, const struct field *);
void field_walk(struct arena *, const struct field *, const char *prefix, field_visit *, void *ctx);

/* "design.converter(sar).n_bits" -> "design.converter.n_bits": the path as users write it. */
const char *path_without_kinds(struct arena *, const char *path);

/* The word of a NULL-ended list nearest to a misspelt one (edit distance), NULL if nothing is near. */
const char *nearest_word(const char *word, const char *const *words);

/* Is it one of them? words may be NULL: none. */
bool word_among(const char *word, const char *const *words);

/* Names of a NULL-ended array of kind descriptors (each starting with a kind_head), NULL-ended. */
const char *const *kind_names(struct arena *, const void *kinds);

/* A list of words for a message: "a, b or c". */
const char *words_text(struct arena *, const char *const *words);

#endif
