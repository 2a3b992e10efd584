/* SPDX-License-Identifier: Apache-2.0 */
/* Physical constants: exact values of the 2019 SI, and the electric constant of CODATA 2018.
 * Source   [SI2019] [CODATA2018] */
#ifndef MHO_BASE_PHYSCONST_H
#define MHO_BASE_PHYSCONST_H

#define K_BOLTZMANN       1.380649e-23     /* J/K, exact */
#define Q_ELECTRON        1.602176634e-19  /* C, exact */
#define EPSILON_0         8.8541878128e-12 /* F/m, CODATA 2018 */
#define EPSILON_R_SIO2    3.9              /* of thermal oxide, the convention behind "equivalent oxide" */
#define TEMP_ZERO_CELSIUS 273.15           /* K, exact */
#define TEMP_REFERENCE    300.0            /* K, at which techfile tables hold unless they say so */
#define K_LN2             0.69314718055994530942
#define K_PI              3.14159265358979323846

#endif
