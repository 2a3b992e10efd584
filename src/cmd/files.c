/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/files.h"

#include <stddef.h>

#include "arch/calibration.h"
#include "arch/design.h"
#include "arch/macro.h"
#include "device/cell.h"
#include "device/dram.h"
#include "device/node.h"
#include "net/network.h"
#include "study/study.h"
#include "train/recipe.h"

const struct file_kind *const file_kinds[] = {
	&node_file,
	&cell_file,
	&dram_file,
	&design_file,
	&network_file,
	&recipe_file,
	&macro_file,
	&calibration_file,
	&study_file,
	NULL,
};
