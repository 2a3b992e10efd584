#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make check: unit tests and laws, then what is tested from outside. One line at the end counts them.
B=$1
passed=0
failed=0
one() { # name, command...
	name=$1
	shift
	if output=$("$@" 2>&1); then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAILED %s\n%s\n' "$name" "$output"
	fi
}
for t in "$B"/tests/unit/check_* "$B"/tests/prop/check_*; do
	case $t in *.o | *.d) continue ;; esac
	[ -x "$t" ] || continue
	if output=$(OMP_NUM_THREADS=2 "$t" 2>&1); then
		n=$(printf '%s\n' "$output" | sed -n 's/^[0-9]*%: Checks: \([0-9]*\),.*/\1/p')
		passed=$((passed + ${n:-0}))
	else
		n=$(printf '%s\n' "$output" | sed -n 's/^[0-9]*%: Checks: \([0-9]*\),.*/\1/p')
		bad=$(printf '%s\n' "$output" | sed -n 's/.*Failures: \([0-9]*\), Errors: \([0-9]*\).*/\1 + \2/p')
		bad=$((${bad:-1}))
		[ "$bad" -gt 0 ] || bad=1
		passed=$((passed + ${n:-1} - bad))
		failed=$((failed + bad))
		printf 'FAILED %s\n%s\n' "$t" "$output"
	fi
done
for f in "$B"/tests/fuzz/fuzz_*; do
	case $f in *.o | *.d) continue ;; esac
	[ -x "$f" ] || continue
	one "replay $(basename "$f")" "$f" "tests/corpus/$(basename "$f" | sed 's/^fuzz_//')"
done
for t in tests/validate/run.sh tests/bad/run.sh tests/golden/run.sh tests/io/run.sh tests/resume/run.sh tests/ranks/run.sh tests/loss/run.sh tests/study/run.sh tests/report/run.sh tests/doc/run.sh; do
	output=$("$t" "$B" 2>&1) # a part that is not there counts as failed
	n=$(printf '%s\n' "$output" | sed -n 's/^\([0-9]*\) passed, [0-9]* failed$/\1/p')
	m=$(printf '%s\n' "$output" | sed -n 's/^[0-9]* passed, \([0-9]*\) failed$/\1/p')
	passed=$((passed + ${n:-0}))
	failed=$((failed + ${m:-1}))
	[ "${m:-1}" = 0 ] || printf '%s: %s\n' "$t" "$output"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
