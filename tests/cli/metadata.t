#!/bin/bash
# Metadata services with faults: each fault of an instance's or a container's ends with its exit
# code, one line, within its deadline, and with no other identity in its place.
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/later.sh
. "$(dirname "$0")/later.sh"

command -v python3 >/dev/null || skip_all 'python3 is missing: scripts/packages test'
login=("$cluster:5432" -u app)
services imds 80
services container 70

# What an empty machine has: no keys in the environment or in files.
fresh
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
empty=("${variables[@]}")

# imds NAME RC WHY HINT SECONDS [FAULT]…
imds() {
    local variables=("${variables[@]}") name=$1 url log faults
    service imds "${@:6}"
    with AWS_EC2_METADATA_SERVICE_ENDPOINT="$url"
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

now_plus() { date -u -d "@$(($(date +%s) + $1))" "+$2"; }

# --- an instance -------------------------------------------------------------

soon=4 # seconds for what does not wait
wait=8 # for what waits for its time-outs

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
imds 'the token: 503, once' 4 . . $wait 'token:1 status 503'
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

# The document.
document() { # SERVICE NAME RC WHY HINT SECONDS FAULT…
    "$1" "${@:2}"
}
judge

done_testing
