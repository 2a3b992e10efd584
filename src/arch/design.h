/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A design (designs/NAME.yaml): one chip that trains and runs a network: node, synapse, array, converter,
 * hierarchy, buffers, memory, update.
 */
#ifndef MHO_ARCH_DESIGN_H
#define MHO_ARCH_DESIGN_H

#include "base/field.h"
#include "device/synapse.h"

struct node;
struct adc;

/* The numbers below are settings of the file; the fields table in design.c gives ranges and defaults. */
struct design;

extern const struct field design_fields[];
extern const struct file_kind design_file;

#endif
