#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every [Key] in a source file's header and every source: in a techfile or design stands in
# doc/references.bib; every techfile value has a source; every model file says what it computes.
cd "$(dirname "$0")/.." || exit 3
status=0
keys=$(sed -n 's/^@[a-z]*{\([A-Za-z0-9-]*\),.*/\1/p' doc/references.bib)
known() { printf '%s\n' "$keys" | grep -qx "$1"; }
dup=$(printf '%s\n' "$keys" | sort | uniq -d)
[ -z "$dup" ] || { echo "doc/references.bib: given twice: $dup"; status=1; }
for key in $(
	{
		grep -hE '^ \* +(Source|Method|Model|Assumes) |^ \* {8,}' src/*/*.[ch] | grep -oE '\[[A-Z][A-Za-z]+[A-Za-z0-9-]*\]'
		grep -ohE '\[[A-Z][A-Za-z]+[12][0-9]{3}[a-z]?\]|"[A-Z][A-Za-z]+[12][0-9]{3}"' src/*/*.[ch]
	} | tr -d '[]"' | sort -u
); do
	known "$key" || { echo "src: [$key] is not in doc/references.bib"; status=1; }
done
for key in $(sed -n 's/.*[^a-z]source: *\([A-Za-z0-9]*\).*/\1/p; s/^source: *\([A-Za-z0-9]*\).*/\1/p' \
	techfiles/*.yaml designs/*.yaml networks/*.yaml recipes/*.yaml validate/*.yaml 2>/dev/null | sort -u); do
	[ "$key" = assumed ] || known "$key" || { echo "YAML: source '$key' is not in doc/references.bib"; status=1; }
done
for file in src/circuit/*.c src/device/*.c src/lab/*.c; do
	grep -qE '^ \* Model ' "$file" || continue
	grep -qE '^ \* Source ' "$file" || { echo "$file: a Model line without a Source line"; status=1; }
done
for file in $(grep -ohE '(tests|doc)/[a-z_/]+\.(c|csv|md)' src/*/*.[ch] | sort -u); do
	[ -e "$file" ] || { echo "src: a comment names $file, which does not exist"; status=1; }
done
exit $status
