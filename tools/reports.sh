#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tables of the studies' pages from their committed results: what stands between
#     <!-- table FOLDER NAME -->    and    <!-- /table -->
# in reports/*/README.md is made anew by `mho report FOLDER --only NAME`. tools/reports.sh BUILD [DIR]: pages go
# to DIR/STUDY.md (tests compare them) or where they are.
set -eu
mho=$1/mho
for page in reports/*/README.md; do
	study=${page%/README.md}
	new=${2:-$study}/$(basename "$study").md
	awk -v mho="$mho" -v study="$study" '
		/^<!-- table / {
			print; print ""; fflush()
			if (system(mho " report " study "/" $3 " -f markdown --only " $4)) exit 1
			print ""; skip = 1
		}
		/^<!-- \/table -->/ { skip = 0 }
		!skip' "$page" >"$new"
	[ $# -gt 1 ] || mv "$new" "$page"
done
