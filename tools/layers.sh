#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A folder of src/ may include only what CONTRIBUTING.md allows it (own folder always).
cd "$(dirname "$0")/.." || exit 3
allowed() {
	case $1 in
	base) echo "" ;;
	device | net) echo "base" ;;
	circuit | lab) echo "device base" ;;
	train) echo "net device base" ;;
	arch) echo "circuit net device base" ;;
	study) echo "arch train circuit net device base" ;;
	report) echo "study base" ;;
	*) echo "study report lab arch train circuit net device base" ;;
	esac
}
status=0
for dir in src/*/; do
	layer=$(basename "$dir")
	may=" $layer $(allowed "$layer") "
	for file in "$dir"*.[ch]; do
		[ -e "$file" ] || continue
		sed -n 's/^[ \t]*#[ \t]*include "\([a-z]*\)\/\(.*\)".*/\1 \2/p' "$file" | while read -r to rest; do
			case $may in
			*" $to "*) ;;
			*) echo "$file: includes $to/$rest, but $layer may include only:$may" && exit 1 ;;
			esac
			case $rest in
			*_priv.h) [ "$to" = "$layer" ] || { echo "$file: $to/$rest is private to $to" && exit 1; } ;;
			esac
		done || status=1
	done
done
exit $status
