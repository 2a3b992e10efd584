/* SPDX-License-Identifier: Apache-2.0 */
/* Nonlinearity labels, the dimensionless scale on which published update curves are compared. */
#ifndef MHO_DEVICE_LABEL_H
#define MHO_DEVICE_LABEL_H

#define LABEL_MAX 9.0

/* Curvature alpha (fractions of the full pulse count) of a nonlinearity label, signed like the label.
 * label 0 has no curvature: the caller treats it as the straight line.
 * Range 0 < |label| <= 9. Source [ChenPeng2018], closed form in doc/models.md. */
double label_to_curvature(double label);
double curvature_to_label(double alpha);

#endif
