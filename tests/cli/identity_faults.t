#!/bin/bash
# The services of AWS with faults: each fault of each of them ends with its exit code, one line,
# within its deadline, with no secret shown, and with no other identity in its place.
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/later.sh
. "$(dirname "$0")/later.sh"
# shellcheck source=tests/cli/identity.sh
. "$(dirname "$0")/identity.sh"

command -v python3 >/dev/null || skip_all 'python3 is missing: scripts/packages test'
target=("$cluster:5432" -u app)
WIDTH=48 # they wait, most of the time
worlds 420

# What all could turn to, and must not: an instance that gives out credentials.
services imds 1
service imds
instance_url=$url instance_log=$log
fresh
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_EC2_METADATA_DISABLED
with AWS_EC2_METADATA_SERVICE_ENDPOINT="$instance_url"
empty=("${variables[@]}")

once=8   # seconds for what is tried once, with a pause to the next
tries=12 # for three attempts that are answered
wait=27  # for those that wait for their time-outs

# --- what has which identity ---------------------------------------------------------
#
# role, web, sso, renewal, session: KIND NAME RC WHY HINT SECONDS [FAULT]…: a home of its own, with a
# profile `it` of the kind. A fault's "HERE" stands for the operation that is asked for, "SECRET" for
# the beginning of a secret in its answer.

mkdir "$tmp/homes"
homes=0
begin() { # OPERATION SECRET FAULT…
    local places=("${@:3}")
    places=("${places[@]/#HERE/$1}")
    homes=$((homes + 1))
    home=$tmp/homes/$homes
    mkdir -m 700 "$home"
    world "${places[@]/SECRET/$2}"
    variables=("${empty[@]}")
    without HOME
    with HOME="$home" "${services[@]}" "${more[@]}"
}
run_it() { # KIND NAME RC WHY HINT SECONDS
    later "$1: $2" "${@:3:4}" token "${target[@]}" --profile it --no-cache
}
more=()

role() {
    begin AssumeRole AQoDYXdz "${@:6}"
    config <<END_OF_CONFIG
[profile base]
aws_access_key_id = $key_id
aws_secret_access_key = $secret
[profile it]
role_arn = arn:aws:iam::$account:role/Hop
source_profile = base
END_OF_CONFIG
    run_it role "${@:1:5}"
}

web() {
    begin AssumeRoleWithWebIdentity AQoDYXdz "${@:6}"
    config <<END_OF_CONFIG
[profile it]
role_arn = arn:aws:iam::$account:role/Web
web_identity_token_file = $world/eks.token
END_OF_CONFIG
    run_it web "${@:1:5}"
}

sso_profile() {
    config <<END_OF_CONFIG
[profile it]
sso_session = corp
sso_account_id = $account
sso_role_name = Dev
[sso-session corp]
sso_region = eu-central-1
sso_start_url = $start_url
END_OF_CONFIG
}
sso() {
    begin GetRoleCredentials AQoDYXdz "${@:6}"
    sso_profile
    sso_login
    run_it sso "${@:1:5}"
}
renewal() {
    begin CreateToken EXAMPLETOKEN "${@:6}"
    sso_profile
    sso_login -10
    run_it renewal "${@:1:5}"
}

session() {
    begin CreateOAuth2Token AQoDYXdz "${@:6}"
    printf '[profile it]\nlogin_session = %s\n' "$app" | config
    aws_login -10
    run_it session "${@:1:5}"
}

everywhere() { # the same fault for each of them
    local kind
    for kind in role web sso renewal session; do $kind "$@"; done
}

# --- no answer, or a strange one -----------------------------------------------------

# Those that take longest come first.
more=(AWS_MAX_ATTEMPTS=1)
everywhere 'hangs' 6 . . 12 'HERE hang'
everywhere 'dribbles' 6 . . 12 'HERE dribble'
everywhere 'dribbles its body' 6 . . 12 'HERE dribble-body'
more=()
everywhere 'hangs, three times' 6 . . $wait 'HERE hang'
everywhere 'all is well' 0 '' '' $once
everywhere 'in chunks' 0 '' '' $once 'any chunked'
everywhere 'without a length' 0 '' '' $once 'any no-length'
everywhere 'drops' 6 . . $tries 'HERE drop'
everywhere 'resets' 6 . . $tries 'HERE reset'
everywhere 'drops, once' 0 '' '' $once 'HERE:1 drop'
everywhere 'resets, once' 0 '' '' $once 'HERE:1 reset'
everywhere 'garbage' 6 . . $tries 'HERE garbage'
everywhere 'truncated' 6 . . $tries 'HERE truncated'
everywhere '100 MB' 5 . '?' $once 'HERE flood'
everywhere '100 MB in chunks' 5 . '?' $once 'HERE flood-chunked'
for code in 301 302 307; do
    everywhere "redirects with $code" 5 "$code" '?' $once "HERE redirect $instance_url/ $code"
done

# --- answers that say no -------------------------------------------------------------

for code in 500 502 503 504 429; do
    everywhere "$code" 6 "$code" . $tries "HERE status $code"
    everywhere "$code, once" 0 '' '' $once "HERE:1 status $code"
done
everywhere '503, twice' 0 '' '' $tries 'HERE:2 status 503'
for code in 400 401 403 404; do
    everywhere "$code without a word" 5 "$code" '?' $once "HERE status $code"
done
everywhere 'no, with control characters' 5 'Odd' '?' $once \
    'HERE error 403 Odd \u001b[2Jand\nmore'
everywhere 'no, at length' 5 'Long' '?' $once "HERE error 403 Long $(repeat 5000 x)"

for kind in role web; do
    $kind 'throttled' 6 Throttling . $tries 'HERE error 400 Throttling Rate exceeded'
    $kind 'throttled, once' 0 '' '' $once 'HERE:1 error 400 Throttling Rate exceeded'
    $kind 'a region that is not activated' 5 RegionDisabledException 'region' $once \
        'HERE error 403 RegionDisabledException STS is not activated in this region'
    $kind 'not allowed' 5 'AccessDenied' 'sts:' $once 'HERE error 403 AccessDenied not authorized'
done
role 'expired keys' 5 ExpiredToken . $once \
    'HERE error 403 ExpiredToken The security token included in the request is expired'
role 'revoked keys' 5 InvalidClientTokenId . $once \
    'HERE error 403 InvalidClientTokenId The security token included in the request is invalid.'
role 'a wrong secret' 5 SignatureDoesNotMatch . $once \
    'HERE error 403 SignatureDoesNotMatch The request signature we calculated does not match'
role 'a clock that is off' 5 'Signature expired' clock $once 'HERE error 403 SignatureDoesNotMatch Signature expired: 20301231T235959Z is now earlier than 20310101T000000Z (20310101T000500Z - 5 min.)'
web 'a token that has expired' 5 ExpiredTokenException . $once \
    'HERE error 400 ExpiredTokenException Token expired'
web 'a token that is refused' 5 IDPRejectedClaim . $once 'HERE error 403 IDPRejectedClaim no'
for passing in InvalidIdentityToken IDPCommunicationError; do
    web "$passing" 5 "$passing" . $tries "HERE error 400 $passing not now"
    web "$passing, once" 0 '' '' $once "HERE:1 error 400 $passing not now"
done
sso 'throttled' 6 TooManyRequests . $tries 'HERE error 429 TooManyRequestsException slow down'
sso 'revoked' 5 UnauthorizedException 'aws sso login --profile it' $once \
    'HERE error 401 UnauthorizedException Session token not found or invalid'
sso 'not assigned' 5 ForbiddenException . $once 'HERE error 403 ForbiddenException No access'
renewal 'throttled' 6 slow_down . $tries 'HERE error 400 slow_down slow down'
renewal 'revoked' 5 invalid_grant 'aws sso login --profile it' $once \
    'HERE error 400 invalid_grant Invalid refresh token provided'
renewal 'another registration' 5 invalid_client 'aws sso login --profile it' $once \
    'HERE error 401 invalid_client Invalid client provided'
session 'throttled' 6 'TooManyRequestsError' . $tries 'HERE error 429 TooManyRequestsError slow down'
session 'ended' 5 'TOKEN_EXPIRED' 'aws login --profile it' $once 'HERE error 401 TOKEN_EXPIRED over'
session 'a new password' 5 'USER_CREDENTIALS_CHANGED' 'aws login --profile it' $once \
    'HERE error 401 USER_CREDENTIALS_CHANGED other'
session 'not allowed' 5 'INSUFFICIENT_PERMISSIONS' 'signin:CreateOAuth2Token' $once \
    'HERE error 403 INSUFFICIENT_PERMISSIONS no'

# --- answers that are none -----------------------------------------------------------

everywhere 'empty' 5 . '?' $once 'HERE empty'
everywhere 'half of it' 5 . '?' $once 'HERE cut'
everywhere 'a text' 5 . '?' $once 'HERE body hello'
everywhere 'a web page' 5 . '?' $once 'HERE body <html><body>Please log in</body></html>' \
    'HERE type text/html'
everywhere 'a deep one' 5 . '?' $once 'HERE deep'
everywhere 'a NUL in front' 5 . '?' $once 'HERE before \x00'
everywhere 'a NUL in it' 5 . '?' $once 'HERE replace SECRET \x00'
everywhere 'bytes that are no UTF-8' 5 . '?' $once 'HERE replace SECRET \xff\xfe'
everywhere 'a document type' 5 . '?' $once 'HERE before <!DOCTYPE x>'
everywhere 'entities of entities' 5 . '?' $once 'HERE bomb'
everywhere 'a clock that is off' 0 'clock' '' $once 'HERE date 600'

for kind in role web; do
    for key in AccessKeyId SecretAccessKey SessionToken Expiration; do
        $kind "no $key" 5 "$key" '?' $once "HERE unset $key"
        $kind "$key twice" 5 . '?' $once "HERE twice $key \"x\""
        $kind "$key is empty" 5 . '?' $once "HERE set $key \"\""
        $kind "$key is no text" 5 . '?' $once "HERE set $key {\"a\": \"b\"}"
    done
    $kind 'an end that is no time' 5 Expiration '?' $once 'HERE set Expiration "soon"'
    $kind 'an end that is over' 5 expired '?' $once 'HERE expires -60'
    $kind 'another answer' 5 . '?' $once 'HERE replace Result> Rezult>'
done
sso 'no key id' 5 accessKeyId '?' $once 'HERE unset accessKeyId'
sso 'a number for the key id' 5 accessKeyId '?' $once 'HERE set accessKeyId 1'
sso 'no token' 5 sessionToken '?' $once 'HERE unset sessionToken'
sso 'a line break in the secret' 5 . '?' $once 'HERE set secretAccessKey "wJalr\nXUtn"'
sso 'no end' 5 expiration '?' $once 'HERE unset expiration'
sso 'an end that is text' 5 expiration '?' $once 'HERE set expiration "2031-01-01T00:00:00Z"'
sso 'an end that is over' 5 expired '?' $once 'HERE set expiration 1000000000000'
sso 'an end beyond all numbers' 5 expiration '?' $once 'HERE set expiration 1e300'
sso 'a key twice' 5 . '?' $once 'HERE twice secretAccessKey "x"'
sso 'nothing in it' 5 roleCredentials '?' $once 'HERE set roleCredentials null'
renewal 'no token' 5 accessToken '?' $once 'HERE unset accessToken'
renewal 'a number for the token' 5 accessToken '?' $once 'HERE set accessToken 1'
renewal 'a line break in the token' 5 accessToken '?' $once 'HERE set accessToken "a\r\nX-Evil: 1"'
renewal 'no life' 5 expiresIn '?' $once 'HERE unset expiresIn'
renewal 'a life that is no number' 5 expiresIn '?' $once 'HERE set expiresIn "3600"'
renewal 'a life below nothing' 5 expiresIn '?' $once 'HERE set expiresIn -5'
renewal 'a life beyond all numbers' 5 expiresIn '?' $once 'HERE set expiresIn 1e300'
renewal 'a refresh token that is no text' 5 refreshToken '?' $once 'HERE set refreshToken 1'
session 'no keys' 5 accessToken '?' $once 'HERE unset accessToken'
session 'a number for the key id' 5 accessKeyId '?' $once 'HERE set accessKeyId 1'
session 'no refresh token' 5 refreshToken '?' $once 'HERE unset refreshToken'
session 'a control character in the token' 5 . '?' $once \
    'HERE set sessionToken "EXAMPLETOKEN\u001b[0m"'
session 'a life that is no number' 5 expiresIn '?' $once 'HERE set expiresIn "900"'
session 'a life below nothing' 5 expiresIn '?' $once 'HERE set expiresIn -5'

# --- rotated under our feet ----------------------------------------------------------

# The answer is lost: what was ours is used up, and what came for it nobody has.
renewal 'an answer that is lost' 5 invalid_grant 'aws sso login --profile it' $tries 'HERE:1 lost'
session 'an answer that is lost' 5 TOKEN_EXPIRED 'aws login --profile it' $tries 'HERE:1 lost'

judge
is 'nobody turned to the instance' "$(came "$instance_log")" 0
ok 'no redirect was followed' ! grep -q 'GET / ' "$instance_log"

done_testing
