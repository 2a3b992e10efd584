/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells that keep two numbers in one channel conductance: the charge of a node (volatile, fast) and
 * the polarisation of a ferroelectric film (kept). 2T1F: the film is the gate of the read transistor,
 * two current sources charge it. FeMFET: a ferroelectric capacitor above the transistor, in series
 * with its gate; the charge sits on the metal node between them.
 *
 * Model    charge pulse v i t from the supply; program and erase: half of the polarisation charge of
 *          a full switch, and the node's capacitance: v (q_switched a_film/2 + C v), C = c_storage
 *          for a 2T1F, c_storage in series with c_film for a FeMFET, whose film sees
 *          v c_storage/(c_storage + c_film)
 *          write: charge as a 3T1C cell; program and erase: the word line per period, columns not
 *          pulsed at half of it
 * Source   [Luo2020], [Sun2018] (2T1F), [Kazemi2020] (FeMFET)
 * Assumes  levels are reached from an erased film, the mean level moves half of it; film on the
 *          word line; sources as in structure_capacitor.c
 * Valid    any number of levels
 * Checked  tests/unit/check_structures.c, tests/prop/check_structure_laws.c
 */
#include <math.h>
#include <stddef.h>

#include "base/diag.h"
#include "device/cell.h"

static double c_sources(const struct cell *c, const struct tech *t)
{
	double w = c->capacitor->k_width_source_in_f * t->l_feature;

	return transistor_c_gate(t, w) + transistor_c_gate(t, 2 * w);
}

/* What a programming pulse charges. */
static double c_program(const struct cell *c)
{
	double c_node = c->capacitor->c_storage, c_film = c->remanent->c_film;

	return c_film > 0 ? c_node * c_film / (c_node + c_film) : c_node;
}

static struct cell_load load(const struct cell *c, const struct tech *t, double k_access)
{
	double c_drain = transistor_c_drain(t, c->capacitor->k_width_read_in_f * t->l_feature);

	(void)k_access;
	return (struct cell_load){.c_word = c_sources(c, t),
		.c_row = c_drain,
		.c_column = c_drain,
		.c_write = c_sources(c, t)};
}

static double g_read(
	const struct cell *c, const struct tech *t, const struct cell_load *l, double y)
{
	(void)t;
	(void)l;
	return cell_g(c, y);
}

static double e_pulse(const struct cell *c, const struct tech *t, enum polarity p, double y)
{
	struct cell_pulse pulse = cell_pulse_at(c, p, y);
	const struct cell_remanent *r = c->remanent;
	double a_film = r->k_film_area_in_f2 * t->l_feature * t->l_feature;

	if (p == PULSE_UP || p == PULSE_DOWN)
		return pulse.v * c->capacitor->i_write * pulse.t;
	return pulse.v * (r->q_switched_per_a * a_film / 2 + c_program(c) * pulse.v);
}

static struct write_levels levels(
	const struct cell *c, const struct tech *t, enum polarity p, enum write_bias bias)
{
	double v = cell_pulse(c, p).v;

	(void)bias;
	if (p == PULSE_UP || p == PULSE_DOWN)
		return (struct write_levels){.v_word = t->v_dd, .v_write = t->v_dd};
	return (struct write_levels){.v_word = v, .v_idle = v / 2};
}

static double p_leak(const struct cell *c, const struct tech *t)
{
	double w = c->capacitor->k_width_source_in_f * t->l_feature;

	return t->v_dd * fmin(t->i_off_n_per_w * w, t->i_off_p_per_w * 2 * w);
}

static bool check_film(const struct cell *c, const struct cell_pulse *p, struct diag *d)
{
	const struct cell_remanent *r = c->remanent;
	double c_node = c->capacitor->c_storage;
	double v_film = p->v * c_node / (c_node + r->c_film);

	if (v_film > r->v_coercive)
		return true;
	diag_error(d, diag_where(d, &p->v),
		"a pulse of %g V puts %.3g V on the film, which switches above %g V ('v_coercive')", p->v,
		v_film, r->v_coercive);
	return false;
}

static bool check(const struct cell *c, struct diag *d)
{
	bool good = check_film(c, &c->remanent->program, d);

	return check_film(c, &c->remanent->erase, d) && good;
}

static bool check_femfet(const struct cell *c, struct diag *d)
{
	if (c->remanent->c_film > 0)
		return check(c, d);
	diag_error(d, diag_where(d, &c->remanent->c_film),
		"'structure: femfet' needs 'c_film' above 0 F: the film is in series with the gate");
	return false;
}

/* All but what they are called and checked for. */
#define REMANENT                                                                                                       \
	.word = WORD_WRITE, .transposes = true, .needs_capacitor = true, .needs_remanent = true, .load = load,         \
	.g_read = g_read, .e_pulse = e_pulse, .levels = levels, .p_leak = p_leak

extern const struct cell_structure structure_2t1f, structure_femfet;
const struct cell_structure structure_2t1f = {
	.name = "2t1f",
	.summary = "ferroelectric FET with two current sources on its gate: charge and polarisation",
	.source = "Sun2018",
	REMANENT,
	.check = check,
};

const struct cell_structure structure_femfet = {
	.name = "femfet",
	.summary = "transistor with a ferroelectric capacitor on its gate: charge and polarisation",
	.source = "Kazemi2020",
	REMANENT,
	.check = check_femfet,
};
