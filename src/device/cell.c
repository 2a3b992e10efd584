/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells: the field table of cell-*.yaml and what makes no sense in one.
 *
 * Model    pulse energy: v^2 g t (resistive); v q_switched a_film / n (FeFET, one of n pulses across the
 *          window); v i t (capacitor, drawn from the supply of the current source)
 * Source   [ChenPeng2018] (resistive); [Luo2020] (capacitor); [Jerry2017] (polarisation charge)
 * Assumes  linear I-V while writing; lines and drivers are priced by src/arch
 * Valid    any cell the table admits
 * Checked  tests/unit/check_device.c
 */
#include "device/cell.h"

#include <stddef.h>

#include "base/diag.h"

static const char *const structure_words[] = {
	[CELL_1T1R] = "1t1r",
	[CELL_FEFET] = "fefet",
	[CELL_CAPACITOR] = "capacitor",
	NULL,
};

static const struct field geometry_fields[] = {
	REAL(cell_geometry, k_width_in_f, DIM_NONE, 1, 1000, NULL, "cell size along a row, in feature sizes"),
	REAL(cell_geometry, k_height_in_f, DIM_NONE, 1, 1000, NULL,
		"cell size along a column, in feature sizes"),
	FIELD_END,
};

static const struct field read_fields[] = {
	REAL(cell_read, v_read, DIM_VOLT, 1e-3, 5, NULL, "voltage across the cell while it is read"),
	FIELD_END,
};

static const struct field pulse_fields[] = {
	REAL(cell_pulse, v, DIM_VOLT, 1e-3, 20, NULL, "amplitude (magnitude)"),
	REAL(cell_pulse, t, DIM_SECOND, 1e-12, 1, NULL, "width"),
	FIELD_END,
};

static const struct field write_fields[] = {
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
	REAL(cell_variation, k_device, DIM_NONE, 0, 5, "0",
		"device-to-device sigma of the response's labels, in label units"),
	FIELD_END,
};

static const struct field hold_fields[] = {
	REAL(cell_hold, t_retention, DIM_SECOND, 1e-9, 1e12, NULL,
		"median time constant with which the state decays to y_rest"),
	REAL(cell_hold, k_spread, DIM_NONE, 0, 3, "0", "sigma of the logarithm of the time constant"),
	REAL(cell_hold, y_rest, DIM_NONE, 0, 1, "0.5", "state it decays to, 0 to 1 of the window"),
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

const struct field cell_fields[] = {
	NAME(cell, name, NULL, "what the cell is, in one line"),
	WORD(cell, structure, structure_words, NULL, "how the cell is built"),
	MAP(cell, geometry, geometry_fields, "footprint"),
	REAL(cell, g_min, DIM_SIEMENS, 0, 1, NULL, "lowest conductance of the window"),
	REAL(cell, g_max, DIM_SIEMENS, 1e-15, 1, NULL, "highest conductance of the window"),
	MAP(cell, read, read_fields, "reading"),
	MAP(cell, write, write_fields, "write pulses"),
	KIND(cell, response, response_kinds, NULL, "how pulses move the conductance"),
	MAP(cell, variation, variation_fields, "scatter"),
	OPT(cell, hold, struct cell_hold, hold_fields, "how the cell forgets; absent: not during a training"),
	OPT(cell, capacitor, struct cell_capacitor, capacitor_fields, "for structure: capacitor"),
	REAL(cell, n_endurance, DIM_NONE, 0, 1e18, "0", "writes a cell endures; 0: no limit known"),
	FIELD_END,
};


static bool cell_check(void *cell, struct arena *a, struct diag *d)
{
	const struct cell *c = cell;
	bool good = c->response->kind->check(c->response, d);

	if (c->g_max <= c->g_min) {
		diag_error(d, diag_where(d, &c->g_max), "'g_max' must exceed 'g_min' (%s)",
			units_text(a, c->g_min, DIM_SIEMENS));
		good = false;
	}
	if ((c->structure == CELL_CAPACITOR) != (c->capacitor != NULL)) {
		diag_error(d, diag_where(d, c->capacitor ? (const void *)&c->capacitor : &c->structure),
			c->capacitor ? "'capacitor' belongs to 'structure: capacitor' only"
				     : "'structure: capacitor' needs the key 'capacitor'");
		good = false;
	}
	if ((c->structure == CELL_FEFET) != (c->write.q_switched_per_a > 0)) {
		diag_error(d, diag_where(d, &c->write.q_switched_per_a),
			c->structure == CELL_FEFET
				? "'structure: fefet' needs 'q_switched_per_a' above 0 C/m^2"
				: "'q_switched_per_a' belongs to 'structure: fefet' only");
		good = false;
	}
	if (c->write.one_sided && !c->write.erase) {
		diag_error(d, diag_where(d, &c->write.one_sided),
			"'one_sided: true' needs the key 'erase': nothing else brings the cell down");
		good = false;
	}
	return good;
}

const struct file_kind cell_file = {"cell", "techfiles", sizeof(struct cell), cell_fields, cell_check,
	NULL, NULL};

double cell_pulse_energy(const struct cell *c, bool up, double g, double l_feature)
{
	const struct cell_pulse *p = up ? &c->write.up : &c->write.down;
	double a_film = c->write.k_gate_area_in_f2 * l_feature * l_feature;

	switch ((enum cell_structure)c->structure) {
	case CELL_1T1R:
		return p->v * p->v * g * p->t;
	case CELL_FEFET:
		return p->v * c->write.q_switched_per_a * a_film /
			(up ? c->response->n_up : c->response->n_down);
	case CELL_CAPACITOR:
		return p->v * c->capacitor->i_write * p->t;
	}
	BUG("unknown cell structure");
}
