/* SPDX-License-Identifier: Apache-2.0 */
/* The six transistors of an SRAM cell, as its arrays see them. */
#ifndef MHO_DEVICE_SRAM_CELL_H
#define MHO_DEVICE_SRAM_CELL_H

#include "device/transistor.h"

/* Current that a selected cell pulls from a bit line at the supply. [A] */
double sram_cell_i_read(const struct tech *);

/* Off-current of one cell times the supply. [W] */
double sram_cell_leakage(const struct tech *);

/* Both storage nodes charged or discharged once. [J] */
double sram_cell_e_flip(const struct tech *);

#endif
