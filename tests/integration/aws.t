#!/bin/bash
# The simulated services of AWS are good judges: they take what curl and openssl sign as AWS wants it,
# and refuse each thing that is wrong with it, so that the tests of rdspass against them mean something.

# shellcheck disable=SC2317,SC2119 # functions are called by name
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/cli/identity.sh
. "$top/tests/cli/identity.sh"

for tool in python3 curl openssl jq; do
    command -v $tool >/dev/null || skip_all "$tool is missing: scripts/packages test"
done
curl --help all | grep -q -e --aws-sigv4 || skip_all 'this curl cannot sign'
worlds 2 --clock-file "$tmp/clock"
world
sts=${services[0]#*=} sso=${services[1]#*=} oidc=${services[2]#*=} signin=${services[3]#*=}
hop=arn:aws:iam::$account:role/Hop
key=AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

# --- STS ---------------------------------------------------------------------------------

# sts [option of curl]… ACTION [NAME=VALUE]…: the answer; signed for $region with $key and $token.
region=eu-central-1 service=sts token=
sts() {
    local options=() argument
    while [[ $1 = -* ]]; do
        options+=("$1" "$2")
        shift 2
    done
    for argument in "Action=$1" Version=2011-06-15 "${@:2}"; do
        options+=(--data-urlencode "$argument")
    done
    curl -sS --max-time 20 --aws-sigv4 "aws:amz:$region:$service" --user "$key" \
        ${token:+-H "X-Amz-Security-Token: $token"} \
        -H 'Content-Type: application/x-www-form-urlencoded' "${options[@]}" "$sts" >"$tmp/answer"
    code=$(value Code)
}
value() { sed -n "s|.*<$1>\(.*\)</$1>.*|\1|p" "$tmp/answer" | head -n 1; }
refused() { # NAME CODE MESSAGE ARG…
    sts "${@:4}"
    like "$1: $2" "$code $(value Message)" "^$2 .*$3"
}
became() { # takes what the last answer gave out
    key=$(value AccessKeyId):$(value SecretAccessKey)
    token=$(value SessionToken)
}
assume() { sts AssumeRole RoleSessionName=test "RoleArn=$1" "${@:2}"; }
first=$key

sts GetCallerIdentity
is 'a signature is taken' "$(value Arn) $(value Account)" "$app $account"
key=${key}x
refused 'another secret' SignatureDoesNotMatch 'does not match' GetCallerIdentity
key=${first/IOS/OTHER}
refused 'another key' InvalidClientTokenId . GetCallerIdentity
key=$first region=us-east-1
refused 'another region' SignatureDoesNotMatch 'valid region' GetCallerIdentity
region=eu-central-1 service=iam
refused 'another service' SignatureDoesNotMatch 'correct service' GetCallerIdentity
service=sts token=AQoDYXdz
refused 'a token that is none' InvalidClientTokenId . GetCallerIdentity
token=
echo 600 >"$tmp/clock"
refused 'a signature of ten minutes ago' SignatureDoesNotMatch 'Signature expired' GetCallerIdentity
echo -600 >"$tmp/clock"
refused 'one of ten minutes from now' SignatureDoesNotMatch 'not yet current' GetCallerIdentity
echo 0 >"$tmp/clock"
curl -sS -d 'Action=GetCallerIdentity&Version=2011-06-15' "$sts" >"$tmp/answer"
is 'no signature' "$(value Code)" MissingAuthenticationToken

refused 'a role that is not there' AccessDenied "$app is not authorized" AssumeRole RoleSessionName=test \
    RoleArn="$hop"X
refused 'a role that trusts nobody' AccessDenied . AssumeRole RoleSessionName=test \
    "RoleArn=arn:aws:iam::$account:role/Nobody"
refused 'no name for a session' ValidationError roleSessionName AssumeRole "RoleArn=$hop"
refused 'an hour and more' ValidationError MaxSessionDuration AssumeRole RoleSessionName=test \
    "RoleArn=$hop" DurationSeconds=3601
refused 'an external id that is missing' AccessDenied . AssumeRole RoleSessionName=test \
    "RoleArn=arn:aws:iam::$other_account:role/External"
refused 'a device that is missing' AccessDenied . AssumeRole RoleSessionName=test \
    "RoleArn=arn:aws:iam::$account:role/Mfa"
with_code() { assume "arn:aws:iam::$account:role/Mfa" "SerialNumber=$device" "TokenCode=$1"; }
with_code 000000
is 'a wrong code' "$code" AccessDenied
with_code 123456
is 'a code' "$code" ''
with_code 123456
is '  is good once' "$code" AccessDenied

assume "$hop"
is 'a role' "$code" ''
became
sts GetCallerIdentity
is '  is taken' "$(value Arn)" "arn:aws:sts::$account:assumed-role/Hop/test"
refused '  and takes others for an hour at most' ValidationError 'role chaining' AssumeRole \
    RoleSessionName=test "RoleArn=arn:aws:iam::$account:role/Long" DurationSeconds=7200
session=$token token=
refused '  never without its token' InvalidClientTokenId . GetCallerIdentity
token=$session

web() { # TOKEN-FILE [ROLE]
    curl -sS -d 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=test' \
        --data-urlencode "RoleArn=arn:aws:iam::$account:role/${2-Web}" \
        --data-urlencode "WebIdentityToken@$1" "$sts" >"$tmp/answer"
    code=$(value Code)
}
for issuer in eks github gitlab; do
    web "$world/$issuer.token"
    is "a token of $issuer" "$code" ''
done
web "$world/eks.token" Hop
is '  not for each role' "$code" AccessDenied
sed 's/^.\{40\}/&x/' "$world/eks.token" >"$tmp/token"
web "$tmp/token"
is 'one that is none' "$code" InvalidIdentityToken
echo 3700 >"$tmp/clock"
web "$world/eks.token"
is 'one that has expired' "$code" ExpiredTokenException
echo 0 >"$tmp/clock"

# --- SSO ---------------------------------------------------------------------------------

portal() { # TOKEN [ROLE]
    curl -sS -H "x-amz-sso_bearer_token: $1" -w '%{http_code}' \
        "$sso/federation/credentials?role_name=${2-Dev}&account_id=$account" -o "$tmp/answer"
}
renew() { # REFRESH-TOKEN
    jq -c '{clientId, clientSecret, grantType: "refresh_token", refreshToken: $token}' \
        --arg token "$1" "$world/sso.json" |
        curl -sS -H 'Content-Type: application/json' -d @- "$oidc/token" -o "$tmp/answer"
    jq -r '.error // "renewed"' "$tmp/answer"
}
access=$(field "$world/sso.json" accessToken) refresh=$(field "$world/sso.json" refreshToken)
is 'the portal takes a token' "$(portal "$access")" 200
is '  and no other' "$(portal "${access}x")" 401
is '  and not for each role' "$(portal "$access" Admin)" 403
is 'a refresh token' "$(renew "$refresh")" renewed
renewed=$(field "$tmp/answer" accessToken) next=$(field "$tmp/answer" refreshToken)
is '  is good once' "$(renew "$refresh")" invalid_grant
is '  what it gave is taken' "$(portal "$renewed")" 200
echo $((9 * 3600)) >"$tmp/clock"
is 'the session has its end' "$(renew "$next") $(portal "$renewed")" 'invalid_grant 401'
echo 0 >"$tmp/clock"

# --- sign-in -----------------------------------------------------------------------------

proof() { python3 -I "$top/tests/integration/proof.py" "$world/login.json" "$signin" "$@"; }
openssl ecparam -name prime256v1 -genkey -noout -out "$tmp/other.pem" 2>"$tmp/null"
like 'a proof with another key' "$(proof key="$tmp/other.pem")" '400 .*not the key'
like 'a signature as openssl writes it' "$(proof signature=der)" '400 .*signature'
like 'none' "$(proof signature=none)" '400 .*signature'
like 'another algorithm' "$(proof alg=RS256)" '400 .*header'
like 'another method' "$(proof htm=GET)" '400 .*htm'
like 'another URL' "$(proof htu="$signin")" '400 .*htu'
like 'an old one' "$(proof iat=1000000000)" '400 .*iat'
like 'another refresh token' "$(proof refreshToken=EXAMPLETOKEN)" '401 TOKEN_EXPIRED'
like 'a proof' "$(proof jti=0123456789abcdef)" '^200 ASIA'
like '  is good once' "$(proof jti=0123456789abcdef)" '400 .*used before'
like '  as is the refresh token' "$(proof)" '401 TOKEN_EXPIRED'

# --- what is common ----------------------------------------------------------------------

like 'calls are told' "$(calls | tail -n 1)" '^CreateOAuth2Token -'
secret_text=$(grep -Eo "$SECRETS" "$world/log" | head -n 1)
is '  without secrets' "$secret_text" ''
world 'GetCallerIdentity:1 error 503 ServiceUnavailable' 'GetCallerIdentity date 600'
sts=${services[0]#*=} key=$first token=
sts GetCallerIdentity
is 'a fault' "$code" ServiceUnavailable
sts GetCallerIdentity
is '  that has passed' "$code$(value Arn)" "$app"
faults
sts GetCallerIdentity
is '  others, while it runs' "$(tail -n 1 "$world/log" | jq -c .faults)" '[]'
isnt 'worlds do not know of each other' "$session" ''
token=$session
refused '  keys of the one are none in the other' InvalidClientTokenId . GetCallerIdentity

done_testing
