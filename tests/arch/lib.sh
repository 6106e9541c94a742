# shellcheck shell=sh
# For the tests of this folder, which look at the sources, and at what is built in $build. Each
# check hands over the problems that it found, as text; none is a pass.
#
#   clean NAME PROBLEMS
#   table FILE              the lines of a table, without comments and empty lines
#   sources [-name '*.c' …] files of ours, chosen as for find

. "$(dirname "$0")/../lib/tap.sh"
LC_ALL=C
export LC_ALL
cd "$top" || exit 1
# shellcheck disable=SC2034 # for the tests that source this
build=${RP_BUILD:-$top/build/release}

clean() {
    if [ -z "$2" ]; then tap_result 0 "$1"; else tap_result 1 "$1"; fi || diag "$2"
}

table() {
    sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' "$1"
}

sources() {
    for folder in src include tests scripts .ci completions docs; do
        [ ! -d "$folder" ] || find "$folder" -type f -not -path '*/__pycache__/*' "$@"
    done | sort
}
