/* SPDX-License-Identifier: Apache-2.0 */
/* Cells: the field table of cell-*.yaml and what makes no sense in one. */
#include "device/cell.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

static const char *const trust_words[] = {
	[TRUST_ASSUMED] = "assumed",
	[TRUST_SIMULATION] = "simulation",
	[TRUST_FIT] = "fit",
	[TRUST_SILICON] = "silicon",
	NULL,
};

static const char *const train_words[] = {
	[TRAIN_IDENTICAL] = "identical",
	[TRAIN_AMPLITUDE] = "amplitude",
	[TRAIN_WIDTH] = "width",
	[TRAIN_BOTH] = "amplitude_and_width",
	NULL,
};

static const char *const fails_words[] = {
	[FAILS_HELD] = "held",
	[FAILS_LOW] = "low",
	[FAILS_HIGH] = "high",
	NULL,
};

static const struct field geometry_fields[] = {
	REAL(cell_geometry, k_width_in_f, DIM_NONE, 1, 1000, NULL, "cell size along a row, in feature sizes"),
	REAL(cell_geometry, k_height_in_f, DIM_NONE, 1, 1000, NULL,
		"cell size along a column, in feature sizes"),
	REAL(cell_geometry, c_element, DIM_FARAD, 0, 1e-12, "0 F",
		"capacitance of a crosspoint's element between row and column"),
	REAL(cell_geometry, k_access_in_f, DIM_NONE, 0, 1000, "0",
		"width of the access transistor of a 1T1R cell, in feature sizes; 0: as wide as needed"),
	FIELD_END,
};

static const struct field read_fields[] = {
	REAL(cell_read, v_read, DIM_VOLT, 1e-3, 5, NULL, "voltage across the cell while it is read"),
	FIELD_END,
};

static const struct field pulse_fields[] = {
	REAL(cell_pulse, v, DIM_VOLT, 0, 20, "0 V",
		"amplitude (magnitude), of the first pulse of a staircase; SRAM cells take the node's supply"),
	REAL(cell_pulse, t, DIM_SECOND, 1e-12, 1, NULL, "width, of the first pulse of a staircase"),
	REAL(cell_pulse, v_step, DIM_VOLT, -1, 1, "0 V", "what the amplitude grows by from pulse to pulse"),
	REAL(cell_pulse, t_step, DIM_SECOND, 0, 1, "0 s", "what the width grows by from pulse to pulse"),
	FIELD_END,
};

static const struct field write_fields[] = {
	WORD(cell_write, train, train_words, "identical", "what grows from pulse to pulse of a train"),
	MAP(cell_write, up, pulse_fields, "one potentiation pulse"),
	MAP(cell_write, down, pulse_fields, "one depression pulse"),
	OPT(cell_write, erase, struct cell_pulse, pulse_fields,
		"pulse that brings any state to the bottom of the window; without it a full depression train does"),
	BOOL(cell_write, one_sided, "false", "only potentiation is gradual; a cell goes down by an erase"),
	REAL(cell_write, q_switched_per_a, DIM_COULOMB_PER_SQUARE_METRE, 0, 10, "0 C/m^2",
		"FeFET: polarisation charge per area of a full switch (2 P_r)"),
	REAL(cell_write, k_gate_area_in_f2, DIM_NONE, 0.1, 1e6, "2",
		"FeFET: area of the ferroelectric film, in feature sizes squared"),
	FIELD_END,
};

static const struct field variation_fields[] = {
	REAL(cell_variation, k_cycle, DIM_NONE, 0, 1, "0",
		"cycle-to-cycle sigma of one pulse, as a share of the window (k pulses: times sqrt(k))"),
	REAL(cell_variation, k_cycle_step, DIM_NONE, 0, 100, "0",
		"cycle-to-cycle sigma of one pulse, as a share of its own step"),
	REAL(cell_variation, k_device, DIM_NONE, 0, 5, "0",
		"device-to-device sigma: of the labels, in label units, or of the steps, relative, where the "
		"response has no labels"),
	BOOL(cell_variation, log_normal, "false", "k_device is the sigma of the logarithm of the steps"),
	REAL(cell_variation, k_asymmetry, DIM_NONE, 0, 1, "0",
		"device-to-device sigma of what steps up gain and steps down lose, relative"),
	REAL(cell_variation, k_slope, DIM_NONE, 0, 1, "0",
		"device-to-device sigma of the slopes of linear steps, each polarity its own"),
	REAL(cell_variation, k_g_min, DIM_NONE, 0, 1, "0",
		"device-to-device sigma of the bottom of the window, as a share of the window"),
	REAL(cell_variation, k_g_max, DIM_NONE, 0, 1, "0",
		"device-to-device sigma of the top of the window, as a share of the window"),
	REAL(cell_variation, k_write, DIM_NONE, 0, 1, "0",
		"write noise: sigma of the state shown around the state that pulses add to, drawn at each write"),
	REAL(cell_variation, k_erase, DIM_NONE, 0, 1, "0", "sigma of the state that an erase leaves, upward only"),
	FIELD_END,
};

static const struct field stuck_fields[] = {
	REAL(cell_stuck, k_low, DIM_NONE, 0, 1, "0", "share of the cells stuck at the bottom of the window"),
	REAL(cell_stuck, k_high, DIM_NONE, 0, 1, "0", "share of the cells stuck at the top"),
	REAL(cell_stuck, k_value, DIM_NONE, 0, 1, "0", "share of the cells stuck in between, each at a value of its own"),
	REAL(cell_stuck, y_from, DIM_NONE, 0, 1, "0", "lowest of those values, 0 to 1 of the window"),
	REAL(cell_stuck, y_to, DIM_NONE, 0, 1, "1", "highest of them"),
	FIELD_END,
};

static const struct field wear_fields[] = {
	REAL(cell_wear, n_half, DIM_NONE, 0, 1e18, "0",
		"pulses after which the window is half as wide; 0: it does not close"),
	REAL(cell_wear, k_slope, DIM_NONE, 0.05, 20, "1", "exponent of the closing, 1/(1 + (n/n_half)^k_slope)"),
	REAL(cell_wear, y_close, DIM_NONE, 0, 1, "0.5", "state the window closes around"),
	REAL(cell_wear, n_fail, DIM_NONE, 0, 1e18, "0", "median number of pulses to failure; 0: never"),
	REAL(cell_wear, k_spread, DIM_NONE, 0, 3, "0", "sigma of the logarithm of a cell's own number"),
	WORD(cell_wear, fails, fails_words, "held", "where a cell stays that failed"),
	FIELD_END,
};

static const char *const hold_words[] = {
	[HOLD_EXPONENTIAL] = "exponential",
	[HOLD_CONSTANT_CURRENT] = "constant_current",
	NULL,
};

static const struct field hold_fields[] = {
	WORD(cell_hold, law, hold_words, "exponential", "how the state leaks away"),
	REAL(cell_hold, t_retention, DIM_SECOND, 1e-9, 1e12, NULL,
		"median time constant with which the state decays to y_rest; at constant current the time "
		"across the whole window"),
	REAL(cell_hold, k_spread, DIM_NONE, 0, 3, "0", "sigma of the logarithm of the time constant"),
	REAL(cell_hold, y_rest, DIM_NONE, 0, 1, "0.5", "state it decays to, 0 to 1 of the window"),
	REAL(cell_hold, e_activation, DIM_JOULE, 0, 1e-18, "0 J",
		"activation energy of the leakage; 0 J: no dependence on temperature"),
	REAL(cell_hold, temp_ref, DIM_KELVIN, 100, 1000, "300 K", "temperature t_retention holds at"),
	FIELD_END,
};

static const struct field capacitor_fields[] = {
	REAL(cell_capacitor, c_storage, DIM_FARAD, 1e-17, 1e-9, NULL, "storage capacitance"),
	REAL(cell_capacitor, i_write, DIM_AMPERE, 1e-12, 1, NULL, "current of the charging sources"),
	REAL(cell_capacitor, k_width_source_in_f, DIM_NONE, 1, 1000, NULL,
		"gate width of a current-source transistor, in feature sizes"),
	REAL(cell_capacitor, k_width_read_in_f, DIM_NONE, 1, 1000, NULL,
		"gate width of the read transistor, in feature sizes"),
	FIELD_END,
};

static const struct field remanent_fields[] = {
	REAL(cell_remanent, n_levels, DIM_NONE, 2, 256, NULL, "levels of polarisation"),
	MAP(cell_remanent, program, pulse_fields, "pulse that takes an erased film to a level"),
	MAP(cell_remanent, erase, pulse_fields, "pulse that erases the film"),
	REAL(cell_remanent, v_coercive, DIM_VOLT, 1e-3, 20, NULL,
		"voltage across the film above which it switches"),
	REAL(cell_remanent, q_switched_per_a, DIM_COULOMB_PER_SQUARE_METRE, 0, 10, NULL,
		"polarisation charge per area of a full switch (2 P_r)"),
	REAL(cell_remanent, k_film_area_in_f2, DIM_NONE, 0.1, 1e6, NULL,
		"area of the film, in feature sizes squared"),
	REAL(cell_remanent, c_film, DIM_FARAD, 0, 1e-9, "0 F",
		"FeMFET: capacitance of the film, in series with the gate"),
	REAL(cell_remanent, k_program, DIM_NONE, 0, 1, "0",
		"sigma of a programmed level, as a share of the polarisation's window"),
	REAL(cell_remanent, n_endurance, DIM_NONE, 0, 1e18, "0", "erases it endures; 0: no limit known"),
	FIELD_END,
};

static const struct field selector_fields[] = {
	REAL(cell_selector, v_threshold, DIM_VOLT, 1e-3, 20, NULL, "voltage at which it turns on"),
	REAL(cell_selector, v_hold, DIM_VOLT, 0, 20, "0 V", "drop across it while it is on"),
	REAL(cell_selector, i_half, DIM_AMPERE, 0, 1, NULL, "off-current at half of the threshold"),
	REAL(cell_selector, v_decade, DIM_VOLT, 1e-3, 20, NULL,
		"rise of the voltage that makes the off-current ten times larger"),
	FIELD_END,
};

static const struct field track_fields[] = {
	REAL(cell_track, i_write, DIM_AMPERE, 1e-12, 1, NULL, "current of a write pulse"),
	FIELD_END,
};

const struct field cell_fields[] = {
	NAME(cell, name, NULL, "what the cell is, in one line"),
	WORD(cell, trust, trust_words, "assumed",
		"what the numbers rest on: published statistics of an array, a fit to devices, a simulation, or stand-ins"),
	WORD(cell, structure, structure_words, NULL, "how the cell is built"),
	MAP(cell, geometry, geometry_fields, "footprint"),
	REAL(cell, g_min, DIM_SIEMENS, 0, 1, NULL, "lowest conductance of the window"),
	REAL(cell, g_max, DIM_SIEMENS, 0, 1, "0 S",
		"highest conductance of the window; that of an SRAM cell follows from the node"),
	MAP(cell, read, read_fields, "reading"),
	MAP(cell, write, write_fields, "write pulses"),
	KIND(cell, response, response_kinds, NULL, "how pulses move the conductance"),
	MAP(cell, variation, variation_fields, "scatter"),
	OPT(cell, stuck, struct cell_stuck, stuck_fields, "cells that pulses do not move; absent: none"),
	OPT(cell, wear, struct cell_wear, wear_fields, "what pulses do to a cell in the long run; absent: nothing"),
	OPT(cell, hold, struct cell_hold, hold_fields, "how the cell forgets; absent: not during a training"),
	OPT(cell, programming, struct cell_programming, programming_fields,
		"error left by programming with verification; absent: none"),
	KIND(cell, drift, drift_kinds, "", "loss of conductance after programming; absent: none"),
	OPT(cell, relaxation, struct cell_relaxation, relaxation_fields,
		"spread of a programmed population at several times, in place of programming and drift"),
	OPT(cell, read_noise, struct cell_read_noise, read_noise_fields, "noise of one read; absent: none"),
	OPT(cell, capacitor, struct cell_capacitor, capacitor_fields,
		"where charge is stored: structures capacitor, 3t1c, 2t1f, femfet"),
	OPT(cell, remanent, struct cell_remanent, remanent_fields,
		"the part that is kept: structures 2t1f, femfet"),
	OPT(cell, selector, struct cell_selector, selector_fields,
		"for structure: crosspoint; absent: the element alone"),
	OPT(cell, track, struct cell_track, track_fields, "for structure: skyrmion"),
	REAL(cell, n_endurance, DIM_NONE, 0, 1e18, "0", "pulses a cell endures, erases too, where a published switching cycle is taken for one pulse; 0: no limit known"),
	FIELD_END,
};

/* A map that belongs to some structures only. */
static bool check_map(const struct cell *c, const char *key, const void *at, bool there, bool needed,
	bool allowed, struct diag *d)
{
	const char *name = cell_structure(c)->name;

	if (there ? allowed : !needed)
		return true;
	if (there)
		diag_error(d, diag_where(d, at), "'structure: %s' has no use for the key '%s'", name, key);
	else
		diag_error(d, diag_where(d, &c->structure), "'structure: %s' needs the key '%s'", name, key);
	return false;
}

static bool check_maps(const struct cell *c, struct diag *d)
{
	const struct cell_structure *s = cell_structure(c);
	bool good = check_map(c, "capacitor", &c->capacitor, c->capacitor != NULL, s->needs_capacitor,
		s->needs_capacitor, d);

	good &= check_map(c, "remanent", &c->remanent, c->remanent != NULL, s->needs_remanent,
		s->needs_remanent, d);
	good &= check_map(c, "selector", &c->selector, c->selector != NULL, false, s->takes_selector, d);
	good &= check_map(c, "track", &c->track, c->track != NULL, s->needs_track, s->needs_track, d);
	if (s->needs_charge != (c->write.q_switched_per_a > 0)) {
		diag_error(d, diag_where(d, &c->write.q_switched_per_a),
			s->needs_charge ? "'structure: %s' needs 'q_switched_per_a' above 0 C/m^2"
					: "'structure: %s' has no use for 'q_switched_per_a'",
			s->name);
		good = false;
	}
	return good;
}

static bool check_pulse(const struct cell_pulse *p, struct diag *d)
{
	if (!p || p->v > 0)
		return true;
	diag_error(d, diag_where(d, &p->v), "'v' must be above 0 V");
	return false;
}

static bool check_pulses(const struct cell *c, struct diag *d)
{
	bool good = check_pulse(&c->write.up, d);

	good &= check_pulse(&c->write.down, d);
	good &= check_pulse(c->write.erase, d);
	if (c->remanent) {
		good &= check_pulse(&c->remanent->program, d);
		good &= check_pulse(&c->remanent->erase, d);
	}
	return good;
}

/* A train needs the steps it names and no others. */
static bool check_train(const struct cell *c, const struct cell_pulse *p, struct diag *d)
{
	bool v = c->write.train == TRAIN_AMPLITUDE || c->write.train == TRAIN_BOTH;
	bool t = c->write.train == TRAIN_WIDTH || c->write.train == TRAIN_BOTH;
	const char *word = train_words[c->write.train];

	if ((p->v_step != 0) != v) {
		diag_error(d, diag_where(d, &p->v_step),
			v ? "'train: %s' needs 'v_step', the growth per pulse" : "'v_step' does not belong to 'train: %s'",
			word);
		return false;
	}
	if ((p->t_step != 0) != t) {
		diag_error(d, diag_where(d, &p->t_step),
			t ? "'train: %s' needs 't_step', the growth per pulse" : "'t_step' does not belong to 'train: %s'",
			word);
		return false;
	}
	return true;
}

static bool check_last(const struct cell *c, bool up, struct arena *a, struct diag *d)
{
	const struct cell_pulse *p = up ? &c->write.up : &c->write.down;
	struct cell_pulse last = cell_pulse_last(c, up ? PULSE_UP : PULSE_DOWN);

	if (last.v > 0 && last.v <= 40)
		return true;
	diag_error(d, diag_where(d, &p->v_step), "'v_step': the last pulse of the train would have %s",
		units_text(a, last.v, DIM_VOLT));
	return false;
}

static bool check_stuck(const struct cell_stuck *s, struct diag *d)
{
	bool good = true;

	if (s->k_low + s->k_high + s->k_value > 1) {
		diag_error(d, diag_where(d, s), "'stuck': the shares add up to %g, more than all cells",
			s->k_low + s->k_high + s->k_value);
		good = false;
	}
	if (s->y_to < s->y_from) {
		diag_error(d, diag_where(d, &s->y_to), "'y_to' must not be below 'y_from' (%g)", s->y_from);
		good = false;
	}
	return good;
}

static bool check_variation(const struct cell *c, struct diag *d)
{
	const struct cell_variation *v = &c->variation;
	bool labels = c->response->kind->labels;

	if (labels && (v->log_normal || v->k_asymmetry > 0)) {
		diag_error(d, diag_where(d, v->log_normal ? (const void *)&v->log_normal : &v->k_asymmetry),
			"'%s' belongs to responses without labels; here the spread is one of the labels",
			v->log_normal ? "log_normal" : "k_asymmetry");
		return false;
	}
	const struct response_kind *k = c->response->kind;

	if ((v->k_cycle > 0 || v->k_cycle_step > 0) && k->has_quantiles && k->has_quantiles(c->response)) {
		diag_error(d, diag_where(d, v->k_cycle > 0 ? &v->k_cycle : &v->k_cycle_step),
			"'%s': the quantiles of the response ('p') are all the scatter of a pulse that it has",
			v->k_cycle > 0 ? "k_cycle" : "k_cycle_step");
		return false;
	}
	if (v->k_slope > 0 && !c->response->kind->slopes) {
		diag_error(d, diag_where(d, &v->k_slope), "'k_slope': a response of kind '%s' has no slopes",
			c->response->kind->head.name);
		return false;
	}
	return true;
}

static bool cell_check(void *cell, struct arena *a, struct diag *d)
{
	const struct cell *c = cell;
	const struct cell_structure *s = cell_structure(c);

	if (!s->g_of_node && c->g_max <= c->g_min) {
		diag_error(d, diag_where(d, &c->g_max), "'g_max' must exceed 'g_min' (%s)",
			units_text(a, c->g_min, DIM_SIEMENS));
		return false; /* a response may count on a window */
	}

	/* the response completes itself: it was made for this cell alone */
	bool good = c->response->kind->check((struct response *)(uintptr_t)c->response, c, a, d);

	if (!good)
		return false; /* what follows asks it */
	if (s->binary && (c->response->n_up != 1 || c->response->n_down != 1)) {
		diag_error(d, diag_where(d, &c->response),
			"a cell of 'structure: %s' has two states: its response needs 'n_up: 1' and "
			"'n_down: 1'",
			s->name);
		good = false;
	}
	good &= check_maps(c, d);
	good &= check_train(c, &c->write.up, d) & check_train(c, &c->write.down, d);
	if (!s->g_of_node && check_pulses(c, d))
		good = good && check_last(c, true, a, d) && check_last(c, false, a, d);
	else if (!s->g_of_node)
		good = false;
	good &= check_variation(c, d);
	if (c->stuck)
		good &= check_stuck(c->stuck, d);
	good &= aging_check(c, d);
	if (c->write.one_sided && !c->write.erase) {
		diag_error(d, diag_where(d, &c->write.one_sided),
			"'one_sided: true' needs the key 'erase': nothing else brings the cell down");
		good = false;
	}
	if (good && s->check)
		good = s->check(c, d);
	return good;
}

const struct file_kind cell_file = {"cell", "techfiles", sizeof(struct cell), cell_fields, cell_check,
	NULL, NULL};

static double pulses_of_train(const struct cell *c, bool up)
{
	return fmax(ceil(up ? c->response->n_up : c->response->n_down) - 1, 0);
}

static struct cell_pulse pulse_number(const struct cell_pulse *p, double n)
{
	return (struct cell_pulse){.v = p->v + n * p->v_step, .t = p->t + n * p->t_step};
}

struct cell_pulse cell_pulse_at(const struct cell *c, enum polarity p, double y)
{
	bool up = p == PULSE_UP || p == PULSE_PROGRAM;
	const struct cell_pulse *first = up ? &c->write.up : &c->write.down;

	if (p == PULSE_ERASE && c->remanent)
		return c->remanent->erase;
	if (p == PULSE_ERASE && c->write.erase)
		return *c->write.erase;
	if (p == PULSE_PROGRAM && c->remanent)
		return c->remanent->program;
	if (c->write.train == TRAIN_IDENTICAL)
		return *first;
	return pulse_number(first, response_position(c->response, up, y, pulses_of_train(c, up)));
}

struct cell_pulse cell_pulse(const struct cell *c, enum polarity p)
{
	return cell_pulse_at(c, p, 0.5);
}

struct cell_pulse cell_pulse_last(const struct cell *c, enum polarity p)
{
	if (p == PULSE_UP || p == PULSE_DOWN)
		return pulse_number(p == PULSE_UP ? &c->write.up : &c->write.down,
			pulses_of_train(c, p == PULSE_UP));
	return cell_pulse_at(c, p, 0); /* a train down ends at the bottom */
}

bool cell_has_pulse(const struct cell *c, enum polarity p)
{
	if (p == PULSE_PROGRAM)
		return c->remanent != NULL;
	return p != PULSE_ERASE || c->remanent || c->write.erase;
}
