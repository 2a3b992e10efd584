/* SPDX-License-Identifier: Apache-2.0 */
/* Designs that could be drawn and would not work. */
#ifndef MHO_ARCH_FEASIBLE_H
#define MHO_ARCH_FEASIBLE_H

#include <stdbool.h>

#include "arch/subarray.h"

struct diag;

/* Refuse columns (and rows that are read) that do not settle in the time the design states. */
bool feasible_settling(const struct design *, const struct tech *, const struct subarray *, struct diag *);

/* Warn of access transistors without room, of converters finer than noise or than one level. */
void feasible_warn(const struct design *, const struct tech *, const struct subarray *, struct diag *);

#endif
