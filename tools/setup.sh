#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Install what mho needs on Debian 12, then hand over to make:
#     tools/setup.sh            install only
#     tools/setup.sh demo       install, build, train and compare PCM alone with PCM + capacitor
#     tools/setup.sh check      install, build, run the tests
# With MPI=1 in the environment Open MPI too, for training on several machines (make MPI=1).
# Anything after the first word goes to make. Without the right to install it prints the line that a
# person with it should run, and exits with 3.
set -eu
cd "$(dirname "$0")/.."

packages="gcc libc6-dev make pkg-config libyaml-dev libgsl-dev libopenblas-dev librandom123-dev
	libjansson-dev zlib1g-dev libsqlite3-dev check gnuplot-nox dataset-fashion-mnist${MPI:+ libopenmpi-dev openmpi-bin}"

missing=""
for package in $packages; do
	dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done

if [ -n "$missing" ]; then
	line="apt-get install -y --no-install-recommends$missing"
	if [ "$(id -u)" = 0 ]; then
		as=""
	elif sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; }; then
		as="sudo"
	else
		echo "These packages are missing and this user may not install them. Run as root:" >&2
		echo "    apt-get update && $line" >&2
		exit 3
	fi
	echo "installing:$missing" >&2
	$as apt-get update -qq
	$as env DEBIAN_FRONTEND=noninteractive $line -qq
fi

[ $# -gt 0 ] || exit 0
exec make -j"$(nproc)" "$@"
