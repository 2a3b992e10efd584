/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <cblas.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <omp.h>
#include <yaml.h>
#include <zlib.h>

#include "cmd/cmd.h"
#include "train/kern.h"

#ifndef MHO_BUILD
#define MHO_BUILD "unknown"
#endif

static int run(struct args *args)
{
	(void)args;
	printf("mho %s\n", MHO_VERSION);
	printf("build      %s, compiler %s\n", MHO_BUILD, __VERSION__);
	printf("libraries  libyaml %s, GSL %s, jansson %s, zlib %s\n", yaml_get_version_string(), gsl_version,
		jansson_version_str(), zlibVersion());
	printf("BLAS       %s\n", openblas_get_config());
	printf("kernels    %s\n", kern_pick(NULL)->name);
	printf("threads    %d\n", omp_get_max_threads());
	return STATUS_DONE;
}

static const struct option options[] = {OPTION_END};

extern const struct command cmd_version;
const struct command cmd_version = {"version", "version, build, libraries, kernels in use", "", 0, 0,
	options, run};
