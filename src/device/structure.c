/* SPDX-License-Identifier: Apache-2.0 */
#include "device/structure.h"

#include <stddef.h>

#include "device/cell.h"

extern const struct cell_structure structure_1t1r, structure_crosspoint, structure_fefet,
	structure_2t1c, structure_3t1c, structure_2t1f, structure_femfet, structure_sram_6t,
	structure_sram_8t, structure_skyrmion;

const struct cell_structure *const cell_structures[] = {
	&structure_1t1r,
	&structure_crosspoint,
	&structure_fefet,
	&structure_2t1c,
	&structure_3t1c,
	&structure_2t1f,
	&structure_femfet,
	&structure_sram_6t,
	&structure_sram_8t,
	&structure_skyrmion,
	NULL,
};

const char *const structure_words[] = {
	"1t1r",
	"crosspoint",
	"fefet",
	"capacitor",
	"3t1c",
	"2t1f",
	"femfet",
	"sram-6t",
	"sram-8t",
	"skyrmion",
	NULL,
};

const struct cell_structure *cell_structure(const struct cell *c)
{
	return cell_structures[c->structure];
}

double access_drive(const struct cell *c, const struct tech *t)
{
	return t->v_dd - c->read.v_read - t->node->v_th;
}

double cell_g(const struct cell *c, double y)
{
	return c->g_min + y * (c->g_max - c->g_min);
}

double access_g_read(
	const struct cell *c, const struct tech *t, const struct cell_load *l, double y)
{
	double g = cell_g(c, y);

	return g > 0 ? 1 / (1 / g + 1 / transistor_g_triode_n(t, l->w_access, access_drive(c, t))) : 0;
}
