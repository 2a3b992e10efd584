#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone.
cd "$(dirname "$0")/.." || exit 3
status=0
for header in src/*/*.h; do
	case $header in *_body.h) continue ;; esac # templates, compiled through the files that include them
	${CC:-gcc} -std=c11 -D_POSIX_C_SOURCE=200809L -Isrc -fsyntax-only -fopenmp -x c "$header" || {
		echo "$header does not compile alone"
		status=1
	}
done 2>&1 | grep -v 'pragma once'
exit $status
