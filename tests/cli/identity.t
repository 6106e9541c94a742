#!/bin/bash
# The identities that people have, end to end at a simulated AWS: roles and chains of them, web
# identities, SSO, aws login. Which calls are made, in which order, by whom they are signed; what is
# kept, and taken again.
# shellcheck disable=SC2317,SC2119 # functions that `ok` calls; `world` without faults
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/identity.sh
. "$(dirname "$0")/identity.sh"

command -v python3 >/dev/null || skip_all 'python3 is missing: scripts/packages test'
login=("$cluster:5432" -u app)
worlds 16

hop=arn:aws:iam::$account:role/Hop reader=arn:aws:iam::$other_account:role/Reader
last=arn:aws:iam::$other_account:role/Last

# A new home and a new world, and no keys in the environment.
begin() {
    fresh
    without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
    world
    with "${services[@]}"
    mkdir "$home/.aws"
    printf '[base]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$key_id" "$secret" \
        >"$home/.aws/credentials"
}

# signs NAME CALLS ARG…: a token, signed by what was given out last, without a word; and the calls
# that were made for it, separated by ';'.
signs() {
    local name=$1 wanted=$2 first fault=
    first=$(($(wc -l <"$world/log") + 1))
    shift 2
    try token "${login[@]}" "$@"
    wanted=${wanted//; /$'\n'}
    if [ "$status" -ne 0 ] || [ -s "$tmp/err" ]; then
        fault='it failed, or said something'
    elif [ "$(calls | tail -n "+$first")" != "$wanted" ]; then
        fault="the calls are not the wanted ones but
$(calls | tail -n "+$first")"
    elif [ -n "$(gave)" ] && ! signed_by "$(gave)"; then
        fault="$(gave) did not sign it"
    fi
    verdict "$name" "$fault"
}
signed_by() { [[ $out == *"X-Amz-Credential=$1%2F"* ]]; }
no_calls() { [ ! -s "$world/log" ]; }
role_files() { find "$home/.aws/cli" -type f -name '*.json' 2>/dev/null; }

# --- roles of profiles ---------------------------------------------------------------

begin
config <<END_OF_CONFIG
[profile hop]
role_arn = $hop
source_profile = base
[profile reader]
role_arn = $reader
source_profile = hop
[profile last]
role_arn = $last
source_profile = reader
role_session_name = nightly
[profile self]
role_arn = $hop
source_profile = self
aws_access_key_id = $key_id
aws_secret_access_key = $secret
[profile above]
role_arn = arn:aws:iam::$account:role/Long
source_profile = self
duration_seconds = 43200
[profile environment]
role_arn = $hop
credential_source = Environment
[profile external]
role_arn = arn:aws:iam::$other_account:role/External
source_profile = base
external_id = EXAMPLE-id
[profile stranger]
role_arn = arn:aws:iam::$other_account:role/External
source_profile = base
[profile nobody]
role_arn = arn:aws:iam::$account:role/Nobody
source_profile = base
[profile too-long]
role_arn = arn:aws:iam::$account:role/Long
source_profile = hop
duration_seconds = 7200
END_OF_CONFIG
signs 'a role' "AssumeRole $key_id RoleArn=$hop" --profile hop
is '  for which no other region is signed than the database'"'"'s' \
    "$(sed -n 's/.*"region": "\([^"]*\)".*/\1/p' "$world/log" | sort -u)" eu-central-1
like '  by a name of its own' "$(cat "$world/log")" '"RoleSessionName": "rdspass-[0-9]+"'
is '  which is kept' "$(role_files | wc -l)" 1
is '  for its owner alone' "$(stat -c %a "$(role_files)")" 600
first_key=$(gave)
signs '  and taken again, without a call' '' --profile hop
ok '  by the same key' signed_by "$first_key"
signs '  but not where that is not wanted' "AssumeRole $key_id RoleArn=$hop" --profile hop --no-cache
is '  and then nothing is written' "$(field "$(role_files)" Credentials AccessKeyId)" "$first_key"

begin_again() { # the same profiles, another world
    local before=$home
    begin
    cp "$before/.aws/config" "$home/.aws/config"
}
begin_again
signs 'a chain of three roles' "AssumeRole $key_id RoleArn=$hop; AssumeRole #1 RoleArn=$reader; \
AssumeRole #2 RoleArn=$last" --profile last
is '  the name of the session is of its role' "$(sed -n 's/.*"RoleSessionName": "\([^"]*\)".*/\1/p' \
    "$world/log" | tail -n 1)" nightly
is '  each is kept' "$(role_files | wc -l)" 3
signs '  and taken again, without a call' '' --profile last
grep -l "$(gave)" "$home"/.aws/cli/cache/* | xargs rm
signs '  the last one alone, from the one before it' "AssumeRole #2 RoleArn=$last" --profile last
grep -lv "$(gave)" "$home"/.aws/cli/cache/* | xargs rm
signs 'a source that is the profile itself' "AssumeRole $key_id RoleArn=$hop" --profile self --no-cache
signs 'keys in a source end the chain' \
    "AssumeRole $key_id DurationSeconds=43200 RoleArn=arn:aws:iam::$account:role/Long" --profile above
signs 'an external id' "AssumeRole $key_id ExternalId=EXAMPLE-id \
RoleArn=arn:aws:iam::$other_account:role/External" --profile external
refuses '  which is missing' 5 'AssumeRole.*AccessDenied.*not authorized' 'sts:AssumeRole' \
    token "${login[@]}" --profile stranger
like '  tells the request' "$err" '[0-9a-f]{8}-[0-9a-f]{4}-4'
refuses 'a role that trusts nobody' 5 "AccessDenied.*$app" 'trust' \
    token "${login[@]}" --profile nobody
refuses 'a chain for longer than an hour' 5 'ValidationError.*1 hour' . \
    token "${login[@]}" --profile too-long
with AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
signs 'keys of the environment as a source' "AssumeRole $key_id RoleArn=$hop" \
    --profile environment --no-cache
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
refuses '  where there are none' 4 'Environment' '' token "${login[@]}" --profile environment --no-cache

# Who is asked: the environment's keys, or the profile that is named.
begin_again
with AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
with AWS_PROFILE=hop
signs 'keys of the environment before AWS_PROFILE' ''
ok '  sign by themselves' signed_by AKIDEXAMPLE
signs 'a profile of the command line before them' "AssumeRole $key_id RoleArn=$hop" --profile hop
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
signs 'AWS_PROFILE where there are none: what is kept' ''

# --- roles of the command line -------------------------------------------------------

begin_again
with AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
signs 'roles of the command line' "AssumeRole $key_id RoleArn=$hop; AssumeRole #1 RoleArn=$reader" \
    --role-arn "$hop" --role-arn "$reader" --no-cache
signs '  on top of a profile' "AssumeRole $key_id RoleArn=$hop; AssumeRole #3 RoleArn=$reader" \
    --profile hop --role-arn "$reader" --no-cache
signs '  with an external id, and a name' "AssumeRole $key_id ExternalId=EXAMPLE-id \
RoleArn=arn:aws:iam::$other_account:role/External" --no-cache \
    --role-arn "arn:aws:iam::$other_account:role/External" --external-id EXAMPLE-id \
    --role-session-name shift-2
like '  which STS saw' "$(tail -n 1 "$world/log")" '"RoleSessionName": "shift-2"'
refuses '  and one that is no role' 2 '--role-arn' '' token "${login[@]}" --role-arn Hop

# --- MFA -----------------------------------------------------------------------------

begin
config <<END_OF_CONFIG
[profile mfa]
role_arn = arn:aws:iam::$account:role/Mfa
source_profile = base
mfa_serial = $device
[profile behind]
role_arn = $reader
source_profile = mfa
END_OF_CONFIG
mfa="AssumeRole $key_id RoleArn=arn:aws:iam::$account:role/Mfa SerialNumber=$device"
refuses 'a code of nobody: no terminal' 5 "MFA.*$device" 'mfa-command' token "${login[@]}" --profile mfa
ok '  and nobody is asked' no_calls
refuses 'a wrong code' 5 'AccessDenied.*MultiFactor' . token "${login[@]}" --profile mfa --mfa-code 999999
unlike '  which is not shown' "$err" 999999
signs 'a code' "$mfa" --profile mfa --mfa-code 123456
signs '  is asked for once: the role is kept' '' --profile mfa
signs '  and carries others' "AssumeRole #2 RoleArn=$reader" --profile behind
refuses '  but is good once' 5 'AccessDenied' . token "${login[@]}" --profile mfa --no-cache \
    --mfa-code 123456
signs 'a command for codes' "$mfa" --profile mfa --no-cache --mfa-command '/bin/echo 234567'
refuses '  that fails' 5 '--mfa-command failed' '' token "${login[@]}" --profile mfa --no-cache --mfa-command /bin/false
refuses '  that prints no code' 5 '--mfa-command printed' '' token "${login[@]}" --profile mfa --no-cache \
    --mfa-command '/bin/echo hello'
for code in 12345 1234567 12345x ''; do
    refuses "'$code' is no code" 2 '--mfa-code' '' token "${login[@]}" --profile mfa --no-cache \
        "--mfa-code=$code"
done

# --- web identities ------------------------------------------------------------------

web=arn:aws:iam::$account:role/Web
asks_web="AssumeRoleWithWebIdentity - RoleArn=$web"
begin
config <<END_OF_CONFIG
[profile web]
role_arn = $web
web_identity_token_file = $tmp/token
[profile behind]
role_arn = $reader
source_profile = web
[profile no-role]
web_identity_token_file = $tmp/token
END_OF_CONFIG
cp "$world/github.token" "$tmp/token"
signs 'a web identity' "$asks_web" --profile web --no-cache
signs '  below a role' "$asks_web; AssumeRole #2 RoleArn=$reader" --profile behind --no-cache
printf '%s\n' "$(cat "$world/gitlab.token")" >"$tmp/token"
signs '  of a file with a line break, that has changed' "$asks_web" --profile web --no-cache
refuses 'without a role' 3 'no role' 'role_arn' token "${login[@]}" --profile no-role
: >"$tmp/token"
refuses 'an empty file' 5 "$tmp/token" '' token "${login[@]}" --profile web --no-cache
head -c 30000 /dev/zero | tr '\0' e >"$tmp/token"
refuses 'a file that is too large' 5 "$tmp/token" '' token "${login[@]}" --profile web --no-cache
rm "$tmp/token"
refuses 'a file that is not there' 5 "$tmp/token" 'pod with a service account' token "${login[@]}" --profile web --no-cache
printf 'eyJub3QiOiJhIHRva2VuIn0.x.y' >"$tmp/token"
refuses 'a token that STS does not take' 5 'InvalidIdentityToken' . \
    token "${login[@]}" --profile web --no-cache
unlike '  is not shown' "$err" 'eyJ'
cp "$world/eks.token" "$tmp/eks"
with AWS_WEB_IDENTITY_TOKEN_FILE="$tmp/eks" AWS_ROLE_ARN="$web" AWS_ROLE_SESSION_NAME=pod
signs 'a web identity of the environment' "$asks_web" --no-cache
like '  with its name' "$(tail -n 1 "$world/log")" '"RoleSessionName": "pod"'
refuses 'which a profile of the command line puts aside' 5 InvalidIdentityToken . \
    token "${login[@]}" --profile web --no-cache
without AWS_ROLE_ARN
refuses 'a token without a role' 3 'no role' 'AWS_ROLE_ARN' token "${login[@]}"

# --- SSO -----------------------------------------------------------------------------

begin
sso_config() {
    config <<END_OF_CONFIG
[profile dev]
sso_session = corp
sso_account_id = $account
sso_role_name = Dev
[sso-session corp]
sso_region = eu-central-1
sso_start_url = $start_url
sso_registration_scopes = sso:account:access
[profile legacy]
sso_start_url = $start_url
sso_region = eu-central-1
sso_account_id = 012345678901
sso_role_name = Dev
[profile other]
sso_session = corp
sso_account_id = $account
sso_role_name = Admin
[profile behind]
role_arn = $reader
source_profile = dev
END_OF_CONFIG
}
sso_config
dev="GetRoleCredentials - account_id=$account role_name=Dev"
sso_login
signs 'SSO' "$dev" --profile dev
signs '  whose role is kept' '' --profile dev
signs '  and carries others' "AssumeRole #1 RoleArn=$reader" --profile behind
refuses 'a role that is not assigned' 5 'GetRoleCredentials.*ForbiddenException.*No access' . \
    token "${login[@]}" --profile other
sso_login 3600 "$start_url"
signs 'the form of old, and an account with a zero in front' \
    'GetRoleCredentials - account_id=012345678901 role_name=Dev' --profile legacy --no-cache

begin
sso_config
sso_login 600
before=$(field "$(in_cache sso corp)" refreshToken)
signs 'a token that soon ends is renewed' "CreateToken -; $dev" --profile dev --no-cache
isnt '  the new refresh token is kept' "$(field "$(in_cache sso corp)" refreshToken)" "$before"
is '  with all the rest' "$(field "$(in_cache sso corp)" clientId) $(field "$(in_cache sso corp)" startUrl)" \
    "EXAMPLE-client-id $start_url"
is '  for its owner alone' "$(stat -c %a "$(in_cache sso corp)")" 600
signs '  and the next one is not' "$dev" --profile dev --no-cache
cp "$(in_cache sso corp)" "$tmp/now" && ends_in "$(in_cache sso corp)" 60 <"$tmp/now"
signs '  until it ends, in its turn' "CreateToken -; $dev" --profile dev --no-cache
sso_login 60 "$start_url"
signs 'one of the form of old is used to its end' \
    'GetRoleCredentials - account_id=012345678901 role_name=Dev' --profile legacy --no-cache
sso_login -60 "$start_url"
refuses '  and not further' 5 'ended' 'aws sso login --profile legacy' \
    token "${login[@]}" --profile legacy --no-cache
sso_login 60 # the refresh token of the beginning, used by now
warns 'one that cannot be renewed is used to its end' 'renew|refresh' \
    token "${login[@]}" --profile dev --no-cache
sso_login -60
refuses '  and not further' 5 'invalid_grant|expired' 'aws sso login --profile dev' \
    token "${login[@]}" --profile dev --no-cache
rm "$(in_cache sso corp)"
refuses 'nobody has logged in' 5 'corp' 'aws sso login --profile dev' \
    token "${login[@]}" --profile dev --no-cache

# --- aws login -----------------------------------------------------------------------

begin
config <<END_OF_CONFIG
[profile person]
login_session = $app
[profile behind]
role_arn = $hop
source_profile = person
END_OF_CONFIG
aws_login
signs 'aws login' '' --profile person
ok '  signs with what is there' signed_by "$(field "$(in_cache login "$app")" accessToken accessKeyId)"
aws_login 240
before=$(field "$(in_cache login "$app")" refreshToken)
signs 'credentials that soon end are renewed, with a proof' 'CreateOAuth2Token -' --profile person
isnt '  the new refresh token is kept' "$(field "$(in_cache login "$app")" refreshToken)" "$before"
is '  with the new credentials' "$(field "$(in_cache login "$app")" accessToken accessKeyId)" "$(gave)"
is '  and the old account' "$(field "$(in_cache login "$app")" accessToken accountId)" $account
is '  for its owner alone' "$(stat -c %a "$(in_cache login "$app")")" 600
signs '  and the next ones are not' '' --profile person
signs '  they carry roles' "AssumeRole #1 RoleArn=$hop" --profile behind
aws_login -60
refuses 'a session that cannot be renewed' 5 'TOKEN_EXPIRED|expired' 'aws login --profile person' \
    token "${login[@]}" --profile person
rm "$(in_cache login "$app")"
refuses 'nobody has logged in' 5 "$app" 'aws login --profile person' \
    token "${login[@]}" --profile person

# --- where services are --------------------------------------------------------------

begin
sts=${services[0]#*=}
without AWS_ENDPOINT_URL_STS
config <<END_OF_CONFIG
[profile hop]
role_arn = $hop
source_profile = base
services = local
[services local]
sts =
  endpoint_url = $sts
END_OF_CONFIG
signs 'an endpoint of the services section' "AssumeRole $key_id RoleArn=$hop" --profile hop --no-cache
with AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_MAX_ATTEMPTS=1
refuses '  which the environment has before it' 6 '127.0.0.1:9' . token "${login[@]}" --profile hop --no-cache
without AWS_ENDPOINT_URL
with AWS_ENDPOINT_URL="$sts"
signs 'one for all services' "AssumeRole $key_id RoleArn=$hop" --profile hop --no-cache
like '  which the database is none of' "$out" "^$cluster:5432/"
with AWS_USE_FIPS_ENDPOINT=true
refuses 'FIPS and a place of our own' 3 'FIPS' '' token "${login[@]}" --profile hop --no-cache
without AWS_USE_FIPS_ENDPOINT

# --- who one is ----------------------------------------------------------------------

begin
config <<END_OF_CONFIG
[profile reader]
role_arn = $reader
source_profile = hop
[profile hop]
role_arn = $hop
source_profile = base
END_OF_CONFIG
try whoami --profile reader --region eu-central-1 --verify
is 'whoami --verify' "$status $err" '0 '
like '  tells the ARN' "$out" "arn:aws:sts::$other_account:assumed-role/Reader/rdspass-"
like '  and the account' "$out" "(^|[^:0-9])$other_account"
like '  and each hop' "$(tr '\n' ' ' <<<"$out")" "base.*$hop.*$reader"
is '  having asked' "$(asked)" 'AssumeRole AssumeRole GetCallerIdentity'
try whoami --profile reader --region eu-central-1 --format json
is '  asks nobody without it' "$status $(asked)" '0 '
unlike '  and shows no secret' "$(cat "$tmp/out" "$tmp/err")" "$SECRETS"

# --- clocks --------------------------------------------------------------------------

if [ -x "$RP_TEST_BUILD_DIR/rdspass" ]; then
    for off in 900 -900; do
        clock $off
        try token "${login[@]}" --profile hop --no-cache
        is "a clock that is $off seconds off" "$status" 5
        like '  is the cause that is told' "$(grep -v 'warning:' "$tmp/err")" 'clock'
    done
else
    skip 'a clock that is off' "$RP_TEST_BUILD_DIR/rdspass is not there"
fi

done_testing
