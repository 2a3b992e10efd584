/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of aging cells, with the published numbers, for tests. Window 0 to 25 uS and so on is set by
 * the texts' own g_max through SET_WINDOW. */
#ifndef MHO_TESTS_AGED_H
#define MHO_TESTS_AGED_H

#define IDEAL_RESPONSE "response: {kind: ideal, n_up: 100, n_down: 100}"

/* 90 nm phase change */
#define AGED_PCM                                                                                   \
	IDEAL_RESPONSE ", programming: {g_unit: 1 uS, g_ref: 25 uS, sigma: {kind: polynomial, coefficients: " \
	"[0.26348, 1.9650, -1.1731]}}, drift: {kind: power_law, t_0: 20 s, nu: {kind: logarithm, k_log: -0.0155, " \
	"k_offset: 0.0244, low: 0.049, high: 0.1}, nu_sigma: {kind: logarithm, k_log: -0.0125, k_offset: -0.0059, " \
	"low: 0.008, high: 0.045}}, read_noise: {flicker: {kind: power, k: 0.0088, k_exponent: 0.65, floor: 0.001, " \
	"high: 0.2}, t_read: 250 ns}"

/* 14 nm phase change, two devices per weight */
#define AGED_HERMES                                                                                \
	IDEAL_RESPONSE ", programming: {g_unit: 1 uS, g_ref: 20.7 uS, sigma: {kind: polynomial, coefficients: " \
	"[0.16603222, 4.71806468, -8.48101252, 4.68961419]}}, drift: {kind: power_law, t_0: 300 s, nu: {kind: pieces, " \
	"r_threshold: 0.0945, k_log: -0.0387, k_offset: -0.0182, low: 0.072, high: 0.13, coefficients: [0.0736, " \
	"-0.0126, -0.0436]}, nu_sigma: {kind: pieces, r_threshold: 0.3055, k_log: -0.0117, k_offset: -0.0057, " \
	"low: 0.0091, high: 0.04, coefficients: [0.0073, 0.0093, -0.0118]}}, read_noise: {flicker: {kind: pieces, " \
	"r_threshold: 0.16, k_log: -0.0117, k_offset: -0.0069, low: 0.015, high: 0.04, coefficients: [0.0123, 0.0211, " \
	"-0.0280, 0.0069]}, t_read: 512 ns}"

/* 130 nm RRAM */
#define AGED_WAN                                                                                   \
	IDEAL_RESPONSE ", relaxation: {g_unit: 1 uS, g_ref: 40 uS, points: [{t: 1 s, sigma: {kind: polynomial, " \
	"coefficients: [0.348, 16.030, -43.853, 45.393, -16.815]}}, {t: 1 d, sigma: {kind: polynomial, coefficients: " \
	"[0.701, 22.086, -50.773, 47.095, -16.458]}}, {t: 2 d, sigma: {kind: polynomial, coefficients: [0.782, " \
	"20.274, -43.507, 37.062, -11.934]}}]}"

/* CMO/HfOx */
#define AGED_CMO                                                                                   \
	IDEAL_RESPONSE ", programming: {g_unit: 1 uS, sigma: {kind: constant, value: 0.00081107}, k_relative: 0}, " \
	"drift: {kind: logarithmic, g_unit: 1 uS, k_mean: -0.08900206, k_sigma: 0.04201137, k_sigma_offset: 0.41183342}"

/* state independent */
#define AGED_PLAIN                                                                                 \
	IDEAL_RESPONSE ", programming: {g_unit: 1 uS, sigma: {kind: constant, value: 0.2}}, drift: {kind: power_law, " \
	"t_0: 20 s, nu: {kind: constant, value: 0.1}, nu_sigma: {kind: constant, value: 0.05}}, read_noise: " \
	"{flicker: {kind: constant, value: 1}, t_read: 250 ns}"

#endif
