#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Calls that overflow, depend on the locale or on hidden state; and mutable file-scope data.
cd "$(dirname "$0")/.." || exit 3
status=0
if grep -nE '\b(sprintf|strcpy|strcat|gets|strtok|atoi|atof|setlocale|rand|srand|time)[ ]*\(' src/*/*.[ch] src/*.c; then
	echo "banned call above"
	status=1
fi
if grep -nE '^static [^(]*(=|;)' src/*/*.[ch] src/*.c | grep -vE '\bconst\b|static inline|extern'; then
	echo "mutable file-scope data above"
	status=1
fi
if grep -nE '\b(TODO|FIXME|XXX)\b' -r src tests tools Makefile --include='*.[ch]' --include='*.sh' --include=Makefile |
	grep -v tools/banned.sh; then
	echo "unfinished work above"
	status=1
fi
exit $status
