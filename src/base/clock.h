/* SPDX-License-Identifier: Apache-2.0 */
/* Wall-clock seconds since some fixed moment, for progress and wall_s only. */
#ifndef MHO_BASE_CLOCK_H
#define MHO_BASE_CLOCK_H

double clock_now(void);

#endif
