# SPDX-License-Identifier: Apache-2.0
# What the tests from outside have in common; sourced with B set to the build folder. The last line of each is `count`.
mho=$PWD/$B/mho
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
verdict() { # name, wanted, got
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAILED %s\nwanted: %s\ngot:    %s\n' "$1" "$2" "$3"
	fi
}
same() { # name, wanted file, got file
	if cmp -s "$2" "$3"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAILED %s\n' "$1"
		diff "$2" "$3" | head -n 20
	fi
}
# shared object made of the C file $1 that goes before the program's libraries: its name for LD_PRELOAD
preload() {
	${CC:-gcc} -shared -fPIC -o "$dir/preload.so" "$1" -ldl || exit 1
	case $B in *asan*) printf '%s:' "$(${CC:-gcc} -print-file-name=libasan.so)" ;; esac
	echo "$dir/preload.so"
}
count() {
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}
