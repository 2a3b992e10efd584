/* SPDX-License-Identifier: Apache-2.0 */
/* Cells from text, for tests: a plain 1T1R cell around a response and whatever keys are added. */
#ifndef MHO_TESTS_CELLS_H
#define MHO_TESTS_CELLS_H

#include <string.h>

#include <check.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/field.h"
#include "device/cell.h"

struct maker {
	struct arena *a;
	struct diag *d;
	struct loader l;
};

static inline struct maker maker_new(void)
{
	struct maker m = {.a = arena_new()};

	m.d = diag_new(m.a, stderr);
	loader_init(&m.l, m.a, m.d);
	return m;
}

struct cell_holder {
	const struct cell *cell;
};

/* keys: "response: {...}" and others of a cell, flow style, separated by commas; window 1 to 11 uS. */
static inline const struct cell *maker_cell(struct maker *m, const char *keys)
{
	static const struct field fields[] = {
		SUBFILE(cell_holder, cell, &cell_file, NULL, "a cell"),
		FIELD_END,
	};
	struct cell_holder h = {0};
	const char *write = strstr(keys, ", write:")
		? ""
		: "write: {up: {v: 1 V, t: 10 ns}, down: {v: 1 V, t: 10 ns}}, ";
	const char *variation = strstr(keys, "variation:") ? "" : "variation: {}, ";
	const char *text = arena_printf(m->a,
		"cell: {name: test, structure: 1t1r, geometry: {k_width_in_f: 4, k_height_in_f: 4}, "
		"g_min: 1 uS, g_max: 11 uS, read: {v_read: 0.2 V}, %s%s%s}", write, variation, keys);
	struct yaml *y = yaml_read_text(m->a, "cell", text, strlen(text), false, m->d);

	ck_assert(y && loader_bind(&m->l, fields, y, "", &h));
	return h.cell;
}

/* One response of every kind. */
static const char *const response_texts[] = {
	"response: {kind: exponential, n_up: 97, n_down: 100, label_up: 2.4, label_down: -4.88}",
	"response: {kind: exponential, n_up: 64, n_down: 64, label_up: 0, label_down: 0.5}",
	"response: {kind: ideal, n_up: 200, n_down: 100}",
	"response: {kind: linear_step, n_up: 400, n_down: 300, k_slope_up: 0.115, k_slope_down: 0.509}",
	"response: {kind: soft_bounds, n_up: 1000, n_down: 1000, y_zero: 0.375}",
	"response: {kind: soft_bounds_reference, n_up: 21, n_down: 30}",
	"response: {kind: exponential_step, n_steps_up: 200, n_steps_down: 200, k_a: -0.5, k_b: -0.5, "
	"k_gamma_up: 5, k_gamma_down: 5, k_up: -1.18445, k_down: -0.081404}",
	"response: {kind: power_step, n_steps_up: 100, n_steps_down: 50, k_gamma_up: 2, k_gamma_down: 1.5}",
	"response: {kind: pcm_accumulation, g_step: 0.892 uS, k_slope: -0.084, g_sigma: 0 S, k_sigma: 0}",
	"response: {kind: jump, up: {g: [1 uS, 6 uS, 11 uS], dg: [500 nS, 200 nS, 0 nS]}, "
	"down: {g: [1 uS, 6 uS, 11 uS], dg: [0 nS, -100 nS, -400 nS]}}",
};
enum { N_RESPONSES = sizeof response_texts / sizeof *response_texts };

#endif
