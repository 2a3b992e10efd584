#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A disk that fills up while a result is written: status 3, the old file stays, no temporary file.
B=$1
. tests/support/cases.sh
preload=$(preload tests/io/nospace.c) || exit 1

mkdir "$dir/out"
for bytes in 0 1 100 2000; do
	echo "the old result" >"$dir/out/cost.json"
	said=$(MHO_TEST_BYTES=$bytes LD_PRELOAD=$preload \
		"$mho" estimate pcm-40nm lenet5 --format json -o "$dir/out/cost.json" 2>&1)
	got="$? $(echo "$said" | sed "s|$dir|DIR|") | $(ls -A "$dir/out") | $(cat "$dir/out/cost.json")"
	want="3 mho: cannot write 'DIR/out/cost.json': No space left on device | cost.json | the old result"
	if [ "$got" = "$want" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAILED disk full after %s bytes\nwanted: %s\ngot:    %s\n' "$bytes" "$want" "$got"
	fi
done
# tools/setup.sh by somebody who may not install: the line to run, status 3
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	mkdir "$dir/bin" "$dir/tools"
	printf '#!/bin/sh\nexit 1\n' >"$dir/bin/dpkg-query"
	cp "$dir/bin/dpkg-query" "$dir/bin/sudo"
	cp tools/setup.sh "$dir/tools/"
	chmod -R a+rX "$dir" && chmod +x "$dir"/bin/*
	said=$(setpriv --reuid 65534 --regid 65534 --clear-groups env PATH="$dir/bin:$PATH" \
		sh "$dir/tools/setup.sh" demo 2>&1 </dev/null)
	if [ "$?" = 3 ] && printf '%s' "$said" | grep -q 'apt-get install -y --no-install-recommends gcc .* dataset-fashion-mnist'; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAILED setup without rights: %s\n' "$said"
	fi
fi
count
