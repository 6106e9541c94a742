# shellcheck shell=sh
# TAP for tests written in sh; `prove` runs them. Source it first:
#
#   #!/bin/sh
#   . "$(dirname "$0")/../lib/tap.sh"
#   exits 'a token is printed' 0 rdspass token -h "$host" -u app_user
#   like  'with the port of the endpoint' "$out" ':3306/\?'
#   done_testing
#
# ok NAME COMMAND…              the command succeeds (use `ok NAME ! …` for: it fails)
# is NAME GOT WANTED            two strings are equal            isnt NAME GOT UNWANTED
# like NAME GOT REGEX           matches an extended regular expression   unlike NAME GOT REGEX
# exits NAME STATUS COMMAND…    runs it with `run`; it exits so; a failure shows what it wrote
# run COMMAND…                  leaves $status, and $out and $err without their last newlines;
#                               whole, in $tmp/out and $tmp/err. Input: `run … <file`, as always
# skip NAME REASON              one test that cannot run here
# skip_all REASON               none of them can: ends the script
# diag TEXT                     a line for people, on standard error
# bail_out REASON               the machine is broken: ends the whole run
# at_exit COMMAND               a line of sh to run at the end, however it comes; last one first
# done_testing                  at the very end: without it the test counts as broken off
#
# $top is the root of the tree, $tmp an empty folder that goes away with the test. Signals end the
# test with its cleanup done. The tests before a failure do not hide it: it exits 1.

# shellcheck disable=SC2034 # for the tests that source this

set -u
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd) || exit
tap_count=0 tap_failed=0 tap_cleanup='' status=0 out='' err=''
tmp=$(mktemp -d "${TMPDIR:-/tmp}/t.XXXXXX") || exit

tap_end() {
    tap_status=$?
    trap - EXIT
    trap '' INT TERM HUP
    eval "$tap_cleanup"
    rm -rf "$tmp"
    exit "$tap_status"
}
trap tap_end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

at_exit() { tap_cleanup="$1
$tap_cleanup"; }

diag() { printf '%s\n' "$*" | sed 's/^/# /' >&2; }

# A name may not hold what TAP would take for a directive.
tap_result() { # STATUS NAME
    tap_count=$((tap_count + 1))
    test "$1" = 0 || { printf 'not ' && tap_failed=$((tap_failed + 1)); }
    printf 'ok %d - %s\n' "$tap_count" "$(printf %s "$2" | tr '#\n' '  ')"
    test "$1" = 0 || diag "failed: $2"
    return "$1"
}

ok() {
    tap_name=$1
    shift
    if test "$1" = '!'; then
        shift
        if "$@"; then tap_result 1 "$tap_name"; else tap_result 0 "$tap_name"; fi
    else
        if "$@"; then tap_result 0 "$tap_name"; else tap_result 1 "$tap_name"; fi
    fi || diag "command: $*"
}

is() {
    if test "$2" = "$3"; then tap_result 0 "$1"; else tap_result 1 "$1"; fi ||
        diag "   got: $2
wanted: $3"
}

isnt() {
    if test "$2" != "$3"; then tap_result 0 "$1"; else tap_result 1 "$1"; fi ||
        diag "got what is unwanted: $2"
}

tap_matches() { printf '%s\n' "$1" | grep -Eq -e "$2"; }

like() {
    if tap_matches "$2" "$3"; then tap_result 0 "$1"; else tap_result 1 "$1"; fi ||
        diag "          got: $2
does not match: $3"
}

unlike() {
    if tap_matches "$2" "$3"; then tap_result 1 "$1"; else tap_result 0 "$1"; fi ||
        diag "    got: $2
matches: $3"
}

run() {
    status=0
    "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
    # NUL bytes cannot be held in a variable; the files have them.
    out=$(tr -d '\000' <"$tmp/out")
    err=$(tr -d '\000' <"$tmp/err")
}

exits() {
    tap_name=$1 tap_wanted=$2
    shift 2
    run "$@"
    if test "$status" = "$tap_wanted"; then tap_result 0 "$tap_name"; else tap_result 1 "$tap_name"; fi ||
        diag "exit $status, not $tap_wanted: $*
stdout: $(head -c 2000 "$tmp/out" | tr -d '\000')
stderr: $(head -c 2000 "$tmp/err" | tr -d '\000')"
}

skip() {
    tap_count=$((tap_count + 1))
    printf 'ok %d - %s # SKIP %s\n' "$tap_count" "$1" "$2"
}

skip_all() {
    printf '1..0 # SKIP %s\n' "$1"
    exit 0
}

bail_out() {
    printf 'Bail out! %s\n' "$1"
    exit 255
}

done_testing() {
    printf '1..%d\n' "$tap_count"
    test "$tap_failed" = 0 || diag "$tap_failed of $tap_count failed"
    test "$tap_failed" = 0
    exit
}
