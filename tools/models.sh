#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Collects the header block of every model file into one page: tools/models.sh >doc/formulas.md
cd "$(dirname "$0")/.." || exit 3
echo "# Formulas, file by file"
echo
echo "Made by \`tools/models.sh\` from the header of each file that computes physics or numerics. Keys in brackets"
echo "stand in \`doc/references.bib\`; what the models leave out and where they differ from an earlier simulator is"
echo "told in \`doc/models.md\`."
for dir in device lab circuit arch train base; do
	for file in src/$dir/*.[ch]; do
		grep -qE '^ \* (Model|Method) ' "$file" || continue
		echo
		echo "## \`$file\`"
		echo
		echo '```'
		awk '/^\/\*$/ { on = 1; next } on && /^ \*\// { exit } on { sub(/^ \* ?/, ""); print }' "$file"
		echo '```'
	done
done
