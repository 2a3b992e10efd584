/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of files mho reads. */
#ifndef MHO_CMD_FILES_H
#define MHO_CMD_FILES_H

#include "base/field.h"

/* NULL-ended: node cell design network recipe study */
extern const struct file_kind *const file_kinds[];

#endif
