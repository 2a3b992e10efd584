#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Broken input and what mho says of it. tests/bad/*.yaml, *.csv: the lines "#: ..." at the top are the exact
# diagnostics of `mho check` (position after the file name, then the message). Other files have their
# command lines below. Every case also checks the exit status and that no result file is left.
B=$1
. tests/support/cases.sh
bad=$PWD/tests/bad
export MHO_PATH="$bad/parts"


for file in "$bad"/*.yaml "$bad"/*.csv; do
	want=$(sed -n 's/^#: //p' "$file")
	got=$("$mho" check "$file" 2>&1 >/dev/null)
	status=$?
	told=$(printf '%s\n' "$got" | sed -n "s|^$file:\([0-9][0-9:]* [a-z]*: .*\)|\1|p; s|^$file: \(error: .*\)|\1|p")
	verdict "$(basename "$file")" "1 $want" "$status $told"
done

# case NAME STATUS TEXT COMMAND...: the message (first line of stderr, $dir shown as DIR) must be TEXT
case_() {
	name=$1 want="$2 $3"
	shift 3
	got=$("$@" 2>&1 >/dev/null | head -n 1 | sed "s|$dir|DIR|g; s|$bad|BAD|g; s|$PWD/||g")
	"$@" >/dev/null 2>&1
	verdict "$name" "$want" "$? $got"
}
no_file() { # name, path: nothing may be there
	verdict "$1 leaves nothing behind" "" "$(ls -A "$2" 2>/dev/null)"
}
. "$bad/cases.sh"

count
