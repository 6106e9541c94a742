#!/bin/sh
# The same sources give the same program, in whatever folder, however many jobs.
. "$(dirname "$0")/../lib/tap.sh"

unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES CFLAGS CPPFLAGS LDFLAGS
for copy in one another/place; do
    mkdir -p "$tmp/$copy"
    for part in Makefile src include scripts; do
        cp -R "$top/$part" "$tmp/$copy/"
    done
    mkdir "$tmp/$copy/tests"
    cp "$top"/tests/*.mk "$tmp/$copy/tests/"
done
exits 'the sources alone are enough to build, with two jobs' 0 make -C "$tmp/one" -j2 DEVELOPER=1
is '  without a warning' "$err" ''
exits 'the same elsewhere, with one job' 0 make -C "$tmp/another/place"
ok 'both programs are the same, byte by byte' \
    cmp "$tmp/one/build/release/rdspass" "$tmp/another/place/build/release/rdspass"
exits 'nothing is left to do' 0 make -C "$tmp/one" -q DEVELOPER=1
done_testing
