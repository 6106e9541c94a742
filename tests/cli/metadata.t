#!/bin/bash
# Metadata services with faults: each fault of an instance's or a container's ends with its exit
# code, one line, within its deadline, and with no other identity in its place.
# shellcheck disable=SC2317 # functions that `ok` calls
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/later.sh
. "$(dirname "$0")/later.sh"

command -v python3 >/dev/null || skip_all 'python3 is missing: scripts/packages test'
login=("$cluster:5432" -u app)
services imds 120
services container 100

# What an empty machine has: no keys in the environment or in files.
fresh
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_EC2_METADATA_DISABLED

# One that all containers could turn to, and must not.
service imds
instance_url=$url instance_log=$log

# imds NAME RC WHY HINT SECONDS [FAULT]…
imds() {
    local variables=("${variables[@]}") name=$1 url log faults
    service imds "${@:6}"
    with AWS_EC2_METADATA_SERVICE_ENDPOINT="$url"
    # The time-out of a second is for those that want one: a slow machine is none of the others' faults.
    case "${*:6}" in
    *hang* | *dribble*) ;;
    *) with AWS_METADATA_SERVICE_TIMEOUT=30 ;;
    esac
    later "instance: $name" "${@:2:4}" token "${login[@]}"
}

# container NAME RC WHY HINT SECONDS [FAULT]…: beside an instance that would answer.
container() {
    local variables=("${variables[@]}") name=$1 url log faults
    service container "${@:6}"
    with AWS_CONTAINER_CREDENTIALS_FULL_URI="$url/v1/credentials" \
        AWS_EC2_METADATA_SERVICE_ENDPOINT="$instance_url"
    later "container: $name" "${@:2:4}" token "${login[@]}"
}

# --- an instance -------------------------------------------------------------

soon=15 # seconds for what does not wait
wait=12 # for what waits for its time-outs

imds 'all is well' 0 '' '' $soon
imds 'in chunks' 0 '' '' $soon 'any chunked'
imds 'without a length' 0 '' '' $soon 'any no-length'
imds 'unknown keys' 0 '' '' $soon 'credentials set Future {"a":[1,null]}'

# The token of version 2.
imds 'the token hangs' 4 'instance|metadata' 'hop' $wait 'token hang'
imds 'the token is dropped' 4 . . $wait 'token drop'
imds 'the token is reset' 4 . . $wait 'token reset'
imds 'the token dribbles' 4 . . $wait 'token dribble'
imds 'the token dribbles its body' 4 . . $wait 'token dribble-body'
for code in 400 401 403 404 405 429 500 503; do
    imds "the token: $code" 4 . . $wait "token status $code"
done
imds 'the token: 503, once' 0 '' '' $soon 'token:1 status 503'
imds 'the token: a redirect' 4 . . $wait 'token redirect http://127.0.0.1:9/'
imds 'the token: garbage' 4 . . $wait 'token garbage'
imds 'the token: empty' 4 . . $wait 'token empty'
imds 'the token: truncated' 4 . . $wait 'token truncated'
imds 'the token: control characters' 4 . . $wait 'token body a\x01b'
imds 'the token: two lines' 4 . . $wait 'token body a\r\nX-Evil:1'
imds 'the token: 100 MB' 4 . . $wait 'token flood'

# The role's name, and its credentials.
for place in role credentials; do
    imds "$place: hangs" 4 . . $wait "$place hang"
    imds "$place: dropped" 4 . . $wait "$place drop"
    imds "$place: reset" 4 . . $wait "$place reset"
    imds "$place: dribbles" 4 . . $wait "$place dribble-body"
    imds "$place: 401, once" 0 '' '' $soon "$place:1 status 401"
    for code in 400 401 403 404 405 429 500 503; do
        imds "$place: $code" 4 . . $wait "$place status $code"
    done
    imds "$place: a redirect" 4 . . $wait "$place redirect http://127.0.0.1:9/"
    imds "$place: garbage" 4 . . $wait "$place garbage"
    imds "$place: truncated" 4 . . $wait "$place truncated"
    imds "$place: empty" 4 . . $wait "$place empty"
    imds "$place: 100 MB" 4 . . $wait "$place flood"
    imds "$place: 100 MB in chunks" 4 . . $wait "$place flood-chunked"
done
imds 'role: two names' 0 '' '' $soon 'role body app-role\nother'
imds 'role: a control character' 4 . . $wait 'role body a\x01b'
imds 'role: another folder' 4 . . $wait 'role body ../../user-data'

# --- a container -------------------------------------------------------------

container 'all is well' 0 '' '' $soon
container 'in chunks' 0 '' '' $soon 'credentials chunked'
container 'without a length' 0 '' '' $soon 'credentials no-length'
container 'hangs' 6 . . $wait 'credentials hang'
container 'dropped' 6 . . $wait 'credentials drop'
container 'reset' 6 . . $wait 'credentials reset'
container 'dribbles' 6 . . $wait 'credentials dribble'
container 'dribbles its body' 6 . . $wait 'credentials dribble-body'
for code in 400 401 403 404 405; do
    container "$code" 5 "$code" role $wait "credentials status $code {\"code\":\"No\",\"message\":\"m\"}"
done
for code in 429 500 503; do
    container "$code" 6 "$code" 'try again' $wait "credentials status $code"
    container "$code, once" 0 '' '' $wait "credentials:1 status $code"
done
container 'a redirect' 5 302 . $wait "credentials redirect $instance_url/"
container 'garbage' 6 . . $wait 'credentials garbage'
container 'truncated' 6 . . $wait 'credentials truncated'
container 'empty' 5 . '' $wait 'credentials empty'
container '100 MB' 5 . . $wait 'credentials flood'
container '100 MB in chunks' 5 . . $wait 'credentials flood-chunked'

# --- the document of either --------------------------------------------------

for kind in imds container; do
    $kind 'half of it' 5 JSON '' $wait 'credentials cut'
    $kind 'a deep one' 5 . '' $wait 'credentials deep'
    $kind 'a text' 5 . '' $wait 'credentials body hello'
    $kind 'a list' 5 . '' $wait 'credentials body [1]'
    $kind 'a key twice' 5 . '' $wait 'credentials twice SecretAccessKey "x"'
    $kind 'a number for the key id' 5 AccessKeyId '' $wait 'credentials set AccessKeyId 1'
    $kind 'a number for the secret' 5 SecretAccessKey '' $wait 'credentials set SecretAccessKey 1'
    $kind 'a number for the token' 5 Token '' $wait 'credentials set Token 1'
    $kind 'a number for the end' 5 Expiration '' $wait 'credentials set Expiration 1'
    $kind 'no key id' 5 AccessKeyId '' $wait 'credentials unset AccessKeyId'
    $kind 'no token' 5 Token '' $wait 'credentials unset Token'
    $kind 'no end' 5 Expiration '' $wait 'credentials unset Expiration'
    $kind 'an end that is no time' 5 Expiration '' $wait 'credentials set Expiration "soon"'
    $kind 'a control character in the key id' 5 'access key id' '' $wait \
        'credentials set AccessKeyId "ASIA\u0007"'
    $kind 'a line break in the secret' 5 secret '' $wait \
        'credentials set SecretAccessKey "wJalr\nXUtn"'
    $kind 'a control character in the token' 5 'session token' '' $wait \
        'credentials set Token "EXAMPLETOKEN\u001b[0m"'
    $kind 'an end with a fraction' 0 '' '' $soon 'credentials expires 21600 %Y-%m-%dT%H:%M:%S.000Z'
    $kind 'an end with an offset' 0 '' '' $soon 'credentials expires 21600 %Y-%m-%dT%H:%M:%S+00:00'
done
imds 'Code: Failed' 5 Failed '' $wait 'credentials set Code "Failed"' \
    'credentials set Message "the trust policy"'
imds 'Code: AssumeRoleUnauthorizedAccess' 5 AssumeRoleUnauthorizedAccess '' $wait \
    'credentials set Code "AssumeRoleUnauthorizedAccess"'
imds 'an end that is over' 0 'expired|end' '' $soon 'credentials expires -60'
imds 'an end in a minute' 0 '' '' $soon 'credentials expires 70'
imds 'a clock that is off' 0 'clock' '' $soon 'any date 600'
container 'an end that is over' 5 expired '' $wait 'credentials expires -60'
container 'a clock that is off' 0 'clock' '' $soon 'any date 600'

# --- what is configured ------------------------------------------------------

# elsewhere NAME RC WHY HINT URI: a container that is told to go there.
elsewhere() {
    local variables=("${variables[@]}")
    with AWS_CONTAINER_CREDENTIALS_FULL_URI="$5" AWS_EC2_METADATA_SERVICE_ENDPOINT="$instance_url"
    later "host: $1" "$2" "$3" "$4" "$wait" token "${login[@]}"
}
service container
good=$url good_log=$log port=${url##*:}
for host in example.com 127.evil.example 127.0.0.1.evil.example 127.1.example 169.254.170.2.example \
    localhost.example 10.0.0.1 169.254.169.254 '[fd00:ec2::24]' '[::2]' 0.0.0.0; do
    elsewhere "$host is not allowed" 3 'not allowed|host' . "http://$host:$port/v1/credentials"
done
elsewhere 'a user in it' 3 . '' "http://127.0.0.1@example.com:$port/"
elsewhere 'another scheme' 3 . '' "ftp://127.0.0.1:$port/"
elsewhere 'no URI' 3 . '' '127.0.0.1'
elsewhere 'empty' 3 . '' ''
elsewhere 'localhost' 0 '' '' "http://localhost:$port/v1/credentials"
elsewhere 'nobody listens' 6 . . 'http://127.0.0.1:9/v1/credentials'

# pod NAME RC WHY HINT TEXT: a token file with this text, or none.
pods=0
pod() {
    local variables=("${variables[@]}") file
    pods=$((pods + 1))
    file=$tmp/pod.$pods
    [ "$5" = none ] || printf '%b' "$5" >"$file"
    with AWS_CONTAINER_CREDENTIALS_FULL_URI="$good/v1/credentials" \
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="$file" AWS_CONTAINER_AUTHORIZATION_TOKEN=unused \
        AWS_EC2_METADATA_SERVICE_ENDPOINT="$instance_url"
    later "token file: $1" "$2" "$3" "$4" "$wait" token "${login[@]}"
}
pod 'a line' 0 '' '' 'EXAMPLETOKEN.1\n'
pod 'as Windows ends it' 0 '' '' 'EXAMPLETOKEN.2\r\n'
pod 'a line break within' 5 . '' 'EXAMPLETOKEN\nX-Evil: 1'
pod 'a NUL byte' 5 . '' 'EXAMPLE\0000TOKEN'
pod 'missing' 5 . '' none
pod 'empty' 5 . '' ''
judge
is 'token files are sent as they are' "$(grep -o '"authorization": "[^"]*"' "$good_log" | sort -u |
    tr '\n' ' ')" '"authorization": "EXAMPLETOKEN.1" "authorization": "EXAMPLETOKEN.2" '
is 'no container turned to the instance' "$(came "$instance_log")" 0

# Rotated between two calls: each reads it anew.
"$top/tests/aurora/metadata" "$tmp/pod" container --owner $$ --token-file "$tmp/rotating" >/dev/null
with AWS_CONTAINER_CREDENTIALS_FULL_URI="$(cat "$tmp/pod/container.url")/v1/credentials" \
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="$tmp/rotating"
echo EXAMPLETOKEN.first >"$tmp/rotating"
gives 'a token file' token "${login[@]}"
echo EXAMPLETOKEN.second >"$tmp/rotating"
gives 'that has changed' token "${login[@]}"
without AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE

# --- proxies -----------------------------------------------------------------

service container
container_url=$url
"$top/tests/aurora/metadata" "$tmp/proxy" container --owner $$ >/dev/null
proxy_url=$(cat "$tmp/proxy/container.url")
with HTTP_PROXY="$proxy_url" http_proxy="$proxy_url" HTTPS_PROXY="$proxy_url" ALL_PROXY="$proxy_url" \
    all_proxy="$proxy_url"
with AWS_EC2_METADATA_SERVICE_ENDPOINT="$instance_url"
gives 'an instance behind a proxy' token "${login[@]}"
with AWS_CONTAINER_CREDENTIALS_FULL_URI="$container_url/v1/credentials"
gives 'a container behind a proxy' token "${login[@]}"
is 'the proxy saw nothing of it' "$(came "$tmp/proxy/container.log")" 0
without HTTP_PROXY http_proxy HTTPS_PROXY ALL_PROXY all_proxy AWS_CONTAINER_CREDENTIALS_FULL_URI

# --- what is told ------------------------------------------------------------

try whoami --format json
is 'whoami: source, key id, region' \
    "$(fields credentials.source credentials.access_key_id region)" \
    'iam-role ASIAIOSFODNN7EXAMPLE eu-central-1'
try token "${login[@]}" -vvv
is '-vvv: a token' "$status" 0
ok '  and no secret' ! grep -Eq "$SECRETS" "$tmp/err"
metadata_token=$(grep -o '"x-aws-ec2-metadata-token": "[^"]*"' "$instance_log" | tail -n 1 | cut -d'"' -f4)
ok '  nor the token of IMDSv2' ! grep -qF -e "$metadata_token" "$tmp/err" "$tmp/out"
with AWS_EC2_METADATA_DISABLED=true
refuses 'an instance that may not be asked' 4 'no AWS credentials' . token "${login[@]}"
without AWS_EC2_METADATA_DISABLED

# Version 1, where it is allowed and where not.
"$top/tests/aurora/metadata" "$tmp/old" imds --owner $$ --v1 >/dev/null
echo 'token status 404' >"$tmp/old/imds.faults"
with AWS_EC2_METADATA_SERVICE_ENDPOINT="$(cat "$tmp/old/imds.url")"
gives 'version 1, where there is no other' token "${login[@]}"
with AWS_EC2_METADATA_V1_DISABLED=true
before=$(grep -c '"GET"' "$tmp/old/imds.log")
refuses 'not where it is forbidden' 4 . . token "${login[@]}"
is '  without asking' "$(grep -c '"GET"' "$tmp/old/imds.log")" "$before"
without AWS_EC2_METADATA_V1_DISABLED

# --- killed ------------------------------------------------------------------

service imds 'token hang'
with AWS_EC2_METADATA_SERVICE_ENDPOINT="$url" AWS_METADATA_SERVICE_TIMEOUT=20
helper_of() { # PID: the helper that it starts
    for _ in $(seq 100); do
        ps -o pid=,comm= --ppid "$1" | sed -n 's/^ *\([0-9]*\) rdspass-fetch.*/\1/p' | grep . && return
        sleep 0.05
    done
}
gone() { # PID, within ten seconds
    for _ in $(seq 200); do
        [ -d "/proc/$1" ] || return 0
        sleep 0.05
    done
    return 1
}
begin() {
    env -i "${variables[@]}" "$rdspass" token "${login[@]}" </dev/null >"$tmp/out" 2>"$tmp/err" &
    core=$!
    helper=$(helper_of $core)
}
begin
ok 'a helper at work' test -n "$helper"
{ kill -KILL $core && wait $core; } 2>/dev/null
ok '  ends when its core is killed' gone "$helper"
begin
kill -KILL "$helper"
wait $core
status=$? err=$(cat "$tmp/err")
verdict 'a helper that is killed is one clear error' \
    "$([ $status = 1 ] && [ ! -s "$tmp/out" ] || echo 'not exit 1 without output'
    fault_of_report 'rdspass-fetch was killed by SIGKILL' '')"
begin
kill -TERM $core
wait $core
is 'a core that is asked to end' $? 143
ok '  leaves no helper either' gone "$helper"

done_testing
