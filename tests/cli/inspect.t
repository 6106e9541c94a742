#!/bin/bash
# rdspass inspect: what it shows of good and bad tokens, as text and as JSON, its exit codes, and that
# no part of a token that is secret comes out again.
# shellcheck disable=SC2317 # functions that `ok` calls
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

fresh
try token -h "$cluster" -P 3306 -u app
token=$out
printf '%s' "$token" >"$tmp/token"
signature=${token##*=}

# from TEXT ARG…: inspects a text that comes on standard input.
from() {
    local text=$1
    shift
    printf '%s' "$text" >"$tmp/in"
    run env -i "${variables[@]}" "$rdspass" inspect "$@" <"$tmp/in"
}
row() { sed -n "s/^$1  *//p" "$tmp/out"; }
# told NAME RC WHY TEXT ARG…: ends with RC; the one error is WHY (an ERE; '' for none).
told() {
    local name=$1 want=$2 why=$3 text=$4 fault=
    shift 4
    from "$text" "$@"
    if [ "$status" -ne "$want" ]; then
        fault="the exit code is not $want"
    elif [ -n "$why" ]; then
        fault=$(grep -Eq -- "^rdspass: $why" "$tmp/err" || echo "the error is not \"$why\"")
    elif [ -s "$tmp/err" ]; then
        fault='something is on standard error'
    fi
    grep -q "$signature" "$tmp/out" "$tmp/err" && fault='the signature is shown'
    verdict "$name" "$fault"
}

told 'a good token' 0 '' "$token"
is 'its host' "$(row host)" "$cluster (cluster)"
is 'its port' "$(row port)" 3306
is 'its user' "$(row user)" app
is 'its region' "$(row region)" eu-central-1
is 'its key' "$(row 'access key id')" "$key_id"
is 'its signature' "$(row signature)" 'right, by the keys at hand'
is 'no session token' "$(row 'session token')" none
is 'its length' "$(row length)" "${#token} bytes"
ok 'what it is too long for' grep -q '^too long for .*prompt of mysql' "$tmp/out"
ok 'when it ends' grep -Eq '^expires +20[0-9-]+T[0-9:]+Z, in (900|89[0-9]) seconds$' "$tmp/out"
ok 'nothing speaks against it' ! grep -q refused "$tmp/out"

gives 'the same from a file' inspect "$tmp/token"
gives 'and with what it is meant for' inspect -h "$cluster" -P 3306 -u app --engine mysql "$tmp/token"
told '- is standard input' 0 '' "$token" -
gives 'as JSON' inspect --format json "$tmp/token"
ok 'with its version' grep -q '"version":	1,' "$tmp/out"

without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
told 'without keys at hand' 0 '' "$token"
is 'the signature is not checked' "$(row signature)" 'unchecked: no AWS credentials at hand'
with AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=example
told 'with the keys of somebody else' 0 '' "$token"
is 'it says whose' "$(row signature)" 'unchecked: the keys at hand are AKIDEXAMPLE'
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
with AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY=other
told 'with another secret' 8 'a server refuses this token: its signature is wrong' "$token"

fresh
told 'a tunnel'\''s port' 8 '.*it was signed for port 3306, and is meant for port 13306' "$token" -P 13306
told 'a changed port' 8 '.*its signature is wrong: it was signed for port 3306' "${token/3306/5432}"
told 'another user' 8 '.*for the user app, and is meant for App' "$token" -u App
told 'cut' 8 '.*cut off after 255 bytes' "${token:0:255}"
is '  so that nothing can be compared' "$(row signature)" 'unchecked: it is not whole'
told 'quotes around it' 8 '.*quotes around it' "\"$token\""
is '  inside of which it is right' "$(row signature)" 'right, by the keys at hand'
told '  others, and a line end' 8 '.*quotes around it' "'$token'
"
told 'a variable before it' 8 '.*begins with something else than the name of a host' "PGPASSWORD=$token"
told 'a line of a password file' 8 '.*begins with something else' "$cluster:5432:*:app:${token//:/\\:}"
told 'a line inside' 8 '.*line breaks' "${token/&X-Amz-Date/
&X-Amz-Date}"
told 'a line end is a remark' 0 '' "$token
"
ok 'and is told' grep -q '^remark ' "$tmp/out"
told 'no token' 3 'this is no IAM authentication token' 'swordfish?'
ok 'which is not quoted' ! grep -q swordfish "$tmp/err"
told 'nothing' 3 'this is no .*nothing came' ''
refuses 'a token as an argument' 2 'no argument' 'standard input' inspect "$token"
encoded=${token//\?/%3F}
encoded=${encoded//=/%3D}
refuses 'one that was encoded for a URL' 2 'no argument' 'standard input' inspect "$encoded"
refuses 'a part of one' 2 'no argument' 'standard input' inspect "${token#*\?}"
refuses 'no such file' 3 'there is no file' '' inspect "$tmp/nothing"
refuses 'a host that is none' 3 '127.0.0.1' '.' inspect -h 127.0.0.1 "$tmp/token"

clock 901
try inspect "$tmp/token"
is 'expired: exit 8' "$status" 8
ok 'and says when' grep -Eq '^rdspass: .*it expired at 20.*, [0-9]+ seconds ago$' "$tmp/err"
ok 'the hint names exec' grep -q '^hint: .*rdspass exec' "$tmp/err"

fresh
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
with AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY="$secret" AWS_SESSION_TOKEN=a+secret/session=
try token -h "$cluster" -P 5432 -u app
told 'temporary keys' 0 '' "$out"
is 'the session token is not shown' "$(row 'session token')" 'present, 17 bytes'
ok 'nowhere' ! grep -q 'secret/session' "$tmp/out"
done_testing
