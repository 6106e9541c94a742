# The command line under test: to be sourced by the scripts beside it, which bash runs.
#
# Nothing of the caller's environment reaches rdspass: a run gets the variables of the array
# $variables alone, which `fresh` sets back to a home without files and keys that are AWS's
# published example.
#
#   fresh                        $home is a new, empty home; the example's keys in the environment
#   with NAME=VALUE…             more variables for the next runs
#   without NAME…                fewer
#   try ARG…                     runs rdspass with these arguments, as `run` of lib/tap.sh does
#   gives NAME ARG…              try; passes where it succeeds and says nothing on standard error
#   refuses NAME RC WHY HINT ARG…
#                                try; passes where it ends with RC, prints nothing on standard
#                                output, and on standard error one line "rdspass: …" that the ERE
#                                WHY fits and one line "hint: …" that HINT fits ('' for no hint,
#                                '?' for any or none)
#   warns NAME WHAT ARG…         try; passes where it succeeds with one warning that WHAT fits
#   parameter NAME [TEXT]        the value of a query parameter of a token, decoded; of $out
#
# Of lib/tap.sh it uses $status, $out and $err. $rdspass is the program; `clock SECONDS` lets the one
# with the tests' clock run, that far off.
# shellcheck shell=bash disable=SC2034

# shellcheck source=../lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
cd "$top" || exit

RP_BUILD=${RP_BUILD:-build/release}
RP_TEST_BUILD_DIR=${RP_TEST_BUILD_DIR:-build/test}
RP_VARIANT=${RP_VARIANT:-release}
case $RP_BUILD in /*) ;; *) RP_BUILD=$PWD/$RP_BUILD ;; esac
case $RP_TEST_BUILD_DIR in /*) ;; *) RP_TEST_BUILD_DIR=$PWD/$RP_TEST_BUILD_DIR ;; esac
rdspass=$RP_BUILD/rdspass
[ -x "$rdspass" ] || { diag "$rdspass is not there: make first"; exit 1; }
LC_ALL=C.UTF-8
export LC_ALL
unset CDPATH

# AWS's published example of a key.
key_id=AKIAIOSFODNN7EXAMPLE
secret=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

python="/usr/bin/python3 -I"

# Names of endpoints, one of each kind that matters here.
cluster=shop.cluster-abc123xyz.eu-central-1.rds.amazonaws.com
instance=shop-1.abc123xyz.us-east-1.rds.amazonaws.com
global=shop.global-abc123xyz.global.rds.amazonaws.com
dsql=abcdefghijklmnopqrstuvwxyz.dsql.us-east-2.on.aws
custom=reports.cluster-custom-abc123xyz.eu-central-1.rds.amazonaws.com
proxy=shop.proxy-abc123xyz.eu-west-1.rds.amazonaws.com

variables=()

with() {
    variables+=("$@")
}

without() {
    local name kept=() one
    for one in "${variables[@]}"; do
        for name in "$@"; do
            case $one in "$name="*) continue 2 ;; esac
        done
        kept+=("$one")
    done
    variables=("${kept[@]}")
}

fresh() {
    home=$(mktemp -d "$tmp/home.XXXXXX")
    chmod 755 "$home"
    # Tests ask no machine but this one, and on an EC2 instance not that one either.
    variables=(HOME="$home" PATH=/usr/bin:/bin AWS_EC2_METADATA_DISABLED=true
        AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret")
    # Sanitizers are told by variables how to end.
    [ -z "${ASAN_OPTIONS:-}" ] || with ASAN_OPTIONS="$ASAN_OPTIONS"
    [ -z "${UBSAN_OPTIONS:-}" ] || with UBSAN_OPTIONS="$UBSAN_OPTIONS"
    rdspass=$RP_BUILD/rdspass
}

# Runs from here on use the clock that is SECONDS off.
clock() {
    rdspass=$RP_TEST_BUILD_DIR/rdspass
    without RP_TEST_CLOCK_OFFSET
    with RP_TEST_CLOCK_OFFSET="$1"
}

try() {
    run env -i "${variables[@]}" "$rdspass" "$@" </dev/null
}

show_run() {
    diag "exit $status
standard output: $(head -c 600 "$tmp/out")
standard error:  $err"
}

# The result of a test by what is wrong, "" for nothing.
verdict() { # NAME FAULT
    tap_result "$(test -z "$2"; echo $?)" "$1" || { diag "$2" && show_run; }
}

# What is wrong with $err as the report of one failure; nothing where it is right.
fault_of_report() {
    local lines
    lines=$(grep -v '^rdspass: warning: ' "$tmp/err")
    if ! head -n 1 <<<"$lines" | grep -Eq -e '^rdspass: .' ||
        ! head -n 1 <<<"$lines" | grep -Eq -e "$1"; then
        echo "the first line is not 'rdspass: …' with $1"
    elif [ -n "$2" ] && [ "$2" != '?' ] && ! sed -n 2p <<<"$lines" | grep -Eq -e "^hint: .*$2"; then
        echo "the second line is not 'hint: …' with $2"
    elif [ -z "$2" ] && [ "$(wc -l <<<"$lines")" -ne 1 ]; then
        echo 'there is a second line'
    elif [ "$(wc -l <<<"$lines")" -gt 2 ]; then
        echo 'there are more than two lines'
    fi
}

refuses() {
    local name=$1 want=$2 why=$3 hint=$4 fault=
    shift 4
    try "$@"
    if [ "$status" -ne "$want" ]; then
        fault="the exit code is not $want"
    elif [ -s "$tmp/out" ]; then
        fault='something is on standard output'
    else
        fault=$(fault_of_report "$why" "$hint")
    fi
    verdict "$name" "$fault"
}

gives() {
    local name=$1 fault=
    shift
    try "$@"
    if [ "$status" -ne 0 ]; then
        fault='it failed'
    elif ! [ -s "$tmp/out" ]; then
        fault='nothing is on standard output'
    elif [ -s "$tmp/err" ]; then
        fault='something is on standard error'
    fi
    verdict "$name" "$fault"
}

warns() {
    local name=$1 what=$2 fault=
    shift 2
    try "$@"
    if [ "$status" -ne 0 ] || ! [ -s "$tmp/out" ]; then
        fault='it failed'
    elif [ "$(wc -l <"$tmp/err")" -ne 1 ] ||
        ! grep -Eq -e "^rdspass: warning: .*$what" "$tmp/err"; then
        fault="there is not one warning like $what"
    fi
    verdict "$name" "$fault"
}

parameter() {
    $python -c '
import sys, urllib.parse
query = urllib.parse.parse_qs(sys.argv[2].split("?", 1)[1], keep_blank_values=True,
                              strict_parsing=True)
assert len(query[sys.argv[1]]) == 1
sys.stdout.write(query[sys.argv[1]][0])' "$1" "${2-$out}"
}

# Values in the JSON that was printed, with spaces between: fields host credentials.source
fields() {
    $python -c '
import functools, json, sys
whole = json.load(open(sys.argv[1], encoding="utf-8"))
for name in sys.argv[2:]:
    value = functools.reduce(
        lambda part, key: part[int(key) if key.isdigit() else key], name.split("."), whole)
    sys.stdout.write(" " * (name != sys.argv[2]) + ("null" if value is None else str(value)))
' "$tmp/out" "$@"
}

# Repeats a text: repeat 63 x
repeat() {
    head -c "$1" /dev/zero | tr '\0' "$2"
}

fresh
