/* SPDX-License-Identifier: Apache-2.0 */
/* What every circuit model answers, in SI units, and the four ways in which answers combine. */
#ifndef MHO_CIRCUIT_EST_H
#define MHO_CIRCUIT_EST_H

struct est {
	double area;    /* [m^2] layout area                        */
	double latency; /* [s]   one operation, input to output     */
	double energy;  /* [J]   dynamic energy of one operation    */
	double leakage; /* [W]   static power while powered         */
};

struct est est_then(struct est a, struct est b);     /* b waits for a: latencies add          */
struct est est_beside(struct est a, struct est b);   /* both at once: the slower counts       */
struct est est_copies(struct est a, double n);       /* n of them, all working                */
struct est est_repeat(struct est a, double n);       /* one of them, n times                  */

#endif
