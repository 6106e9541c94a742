#!/bin/bash
# Tokens equal those of AWS's own signers for the same moment, over random cases: botocore's signers in
# Python and in C, the AWS CLI (its command in one process, and some real processes), the JavaScript
# signers. TAP; for `make check-all`.
#
#   RP_SEED=N    the cases of an earlier run      RP_CASES=N   how many (4000)
#   RP_BUILD     what is tested (build/release)   RP_PROCESSES how many times the real CLI runs (8)
set -u

cd "$(dirname "$0")/../.." || exit 1
program=${RP_BUILD:-build/release}/rdspass
seed=${RP_SEED:-$RANDOM$RANDOM}
cases=${RP_CASES:-4000}
js=build/parity

# Not what PATH finds: AWS's libraries as Debian packages them belong to Debian's Python.
python=/usr/bin/python3
aws=/usr/bin/aws

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
unset "${!AWS_@}" "${!RDSPASS_@}" "${!PG@}"
export HOME=$folder/empty AWS_EC2_METADATA_DISABLED=true LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
mkdir "$HOME"

count=0
ok() { count=$((count + 1)) && echo "ok $count - $*"; }
not_ok() { count=$((count + 1)) && echo "not ok $count - $*"; }
skip() { count=$((count + 1)) && echo "ok $count # SKIP $*"; }
result() { if [ "$1" = 0 ]; then ok "${@:2}"; else not_ok "${@:2}"; fi; }

# Compares, and then sees whether the comparison can fail at all.
compare() { # NAME OURS OTHERS
    "$python" -sB tests/parity/compare.py "$@"
    result $? "$1: the same tokens"
    "$python" -sB tests/parity/compare.py "$@" --spoil
    result $? "$1: altered tokens are seen to differ"
}

# A signer that fails is a failure, and there is nothing to compare.
against() { # NAME COMMAND…
    if "${@:2}" <"$folder/signed" >"$folder/others"; then
        compare "$1" "$folder/signed" "$folder/others"
    else
        not_ok "$1 signs"
    fi
}

has_module() { "$python" -sBc "import $1" 2>/dev/null; }

against_python() { # NAME MODULE ARGUMENT
    if has_module "$2"; then
        against "$1" "$python" -sB tests/parity/sign_aws.py "$3"
    else
        skip "$1: $python has no module $2"
    fi
}

against_js() {
    local said
    if said=$(tests/parity/install-js "$js"); then
        against JavaScript node tests/parity/sign_js.mjs "$js"
    else
        skip "JavaScript: $said"
    fi
}

against_processes() {
    if [ ! -x "$aws" ]; then
        skip "AWS CLI, processes: no $aws"
    elif "$python" -sB tests/parity/sign_cli.py "$program" "$aws" "${RP_PROCESSES:-8}" "$folder" \
        <"$folder/signed"; then
        compare "AWS CLI, processes" "$folder/cli.ours" "$folder/cli.theirs"
    else
        not_ok "AWS CLI, processes: both sign"
    fi
}

echo "# RP_SEED=$seed RP_CASES=$cases" >&2
"$python" -sB tests/parity/cases.py "$seed" "$cases" >"$folder/cases" &&
    "$python" -sB tests/parity/sign_rdspass.py "$program" "$folder" <"$folder/cases" >"$folder/signed"
result $? "rdspass signs $cases cases of seed $seed"
against_python botocore botocore botocore
against_python "botocore, awscrt" awscrt crt
against_python "AWS CLI" awscli awscli
against_processes
against_js
echo "1..$count"
