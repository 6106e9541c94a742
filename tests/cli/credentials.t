#!/bin/bash
# Whose identity signs, until when, and for which region: the order of AWS's sources, and every
# source that is configured and cannot be used yet, which stops the search.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

login=("$cluster:5432" -u app)
other_id=AKIAI44QH8DHBEXAMPLE
other_secret=je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
mkdir "$home/.aws"
config=$home/.aws/config
credentials=$home/.aws/credentials

# Who signs: the key id in a token, and the source by whoami.
signer() {
    try token "${login[@]}" -q "$@"
    [ "$status" -eq 0 ] || { printf 'exit %s: %s' "$status" "$err" && return; }
    parameter X-Amz-Credential | cut -d/ -f1 | tr '\n' ' '
    try whoami --format json -q "$@"
    fields credentials.source credentials.access_key_id | sed -E 's/ [^ ]*$//'
}
keys() { printf 'aws_access_key_id = %s\naws_secret_access_key = %s\n' "$1" "$2"; }

# --- order -----------------------------------------------------------------------

{ echo '[default]' && keys "$other_id" "$other_secret"; } >"$credentials"
{ echo '[profile dev]' && keys "$other_id" "$other_secret"; } >"$config"
is 'keys in the environment come first' "$(signer)" "$key_id env"
is '--profile beats them' "$(signer --profile dev)" "$other_id config-file"
is '--profile default does, too' "$(signer --profile default)" "$other_id shared-credentials-file"
with AWS_PROFILE=dev
is 'AWS_PROFILE does not' "$(signer)" "$key_id env"
try token "${login[@]}" -v
like 'and -v says so' "$err" "the environment's keys are used, not those of the profile dev"
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
is 'AWS_PROFILE names the profile' "$(signer)" "$other_id config-file"
with AWS_PROFILE=
is 'an empty AWS_PROFILE is none' "$(signer)" "$other_id shared-credentials-file"
with AWS_DEFAULT_PROFILE=dev
is 'AWS_DEFAULT_PROFILE comes behind it' "$(signer)" "$other_id config-file"
without AWS_PROFILE AWS_DEFAULT_PROFILE
{ echo '[default]' && keys "$key_id" "$secret"; } >>"$config"
is 'the credentials file beats the config file' "$(signer)" "$other_id shared-credentials-file"
rm "$credentials"
is 'which is next' "$(signer)" "$key_id config-file"
with AWS_SHARED_CREDENTIALS_FILE="$home/elsewhere"
{ echo '[default]' && keys "$other_id" "$other_secret"; } >"$home/elsewhere"
is 'AWS_SHARED_CREDENTIALS_FILE' "$(signer)" "$other_id shared-credentials-file"
# shellcheck disable=SC2088,SC2016 # it is rdspass that expands them
with AWS_SHARED_CREDENTIALS_FILE='~/elsewhere'
is 'a ~ in it' "$(signer)" "$other_id shared-credentials-file"
# shellcheck disable=SC2016
with AWS_SHARED_CREDENTIALS_FILE='$HOME/elsewhere'
is 'a variable in it' "$(signer)" "$other_id shared-credentials-file"
without AWS_SHARED_CREDENTIALS_FILE
with RDSPASS_CONFIG="$home/rdspass"
printf '[defaults]\nprofile = dev\n[prod]\nhost = %s\nport = 5432\nuser = app\nprofile = prod\n' \
    "$cluster" >"$home/rdspass"
{ echo '[profile prod]' && keys "$key_id" "$secret"; } >>"$config"
is "a profile of rdspass's config file" "$(signer)" "$other_id config-file"
try token prod
like 'of its section' "$(parameter X-Amz-Credential)" "^$key_id/"
fresh

# --- session tokens ------------------------------------------------------------------

with AWS_SESSION_TOKEN=session/token+=
gives 'AWS_SESSION_TOKEN' token "${login[@]}"
is 'is in the token' "$(parameter X-Amz-Security-Token)" session/token+=
with AWS_SECURITY_TOKEN=stale
gives 'the old name yields to it' token "${login[@]}"
is 'as AWS_SESSION_TOKEN has it' "$(parameter X-Amz-Security-Token)" session/token+=
with AWS_SESSION_TOKEN=
gives 'the old name alone' token "${login[@]}"
is 'is taken' "$(parameter X-Amz-Security-Token)" stale
with AWS_SECURITY_TOKEN=
gives 'both empty' token "${login[@]}"
unlike 'no parameter, not an empty one' "$out" 'X-Amz-Security-Token'
fresh
with AWS_ACCESS_KEY_ID=" $key_id
" AWS_SECRET_ACCESS_KEY="$secret
"
gives 'blanks and line ends around keys are cut off' token "${login[@]}"
like 'of the id' "$(parameter X-Amz-Credential)" "^$key_id/"
fresh

# --- halves and faults -------------------------------------------------------------------

without AWS_SECRET_ACCESS_KEY
refuses 'an id without its secret' 5 'partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY' '' \
    token "${login[@]}"
refuses 'whoami says the same' 5 'partial credentials found in env' '' whoami
without AWS_ACCESS_KEY_ID
with AWS_SECRET_ACCESS_KEY="$secret"
refuses 'a secret without its id is nothing' 4 'no AWS credentials found' 'AWS_ACCESS_KEY_ID' \
    token "${login[@]}"
fresh
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
mkdir "$home/.aws"
config=$home/.aws/config
credentials=$home/.aws/credentials
printf '[default]\naws_access_key_id = %s\n' "$key_id" >"$credentials"
printf '[default]\naws_secret_access_key = %s\n' "$secret" >"$config"
refuses 'halves in two files' 5 \
    'partial credentials found in shared-credentials-file, missing: aws_secret_access_key .*credentials' '' \
    token "${login[@]}"
for id in 'AKIA"QUOTED"' 'has blank' "a/b" "$(repeat 129 A)"; do
    with AWS_ACCESS_KEY_ID="$id" AWS_SECRET_ACCESS_KEY="$secret"
    refuses "the id ${id:0:12}" 5 'the access key id in the environment (has|is)' '' token "${login[@]}"
done
with AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="a
b"
refuses 'a line break in the secret' 5 'the secret access key in the environment has a line break' '' \
    token "${login[@]}"
with AWS_SECRET_ACCESS_KEY="$(repeat 4097 s)"
refuses 'a secret of 4097 characters' 5 'the secret access key in the environment is too long' '' \
    token "${login[@]}"
with AWS_SECRET_ACCESS_KEY="$secret" AWS_SESSION_TOKEN="a
b"
refuses 'a line break in the session token' 5 'the session token in the environment has a line break' '' \
    token "${login[@]}"
with AWS_SESSION_TOKEN= AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE
try token "${login[@]}"
is 'a temporary key without its session token signs, as with AWS' "$status" 0
like '  and it is said that this is of no use' "$err" \
    '^rdspass: warning: the key ASIAIOSFODNN7EXAMPLE \(env.*\) is a temporary one, and its session token is missing'
with AWS_SESSION_TOKEN=a+session/token=
try token "${login[@]}"
is '  with it there is nothing to say' "$status$err" 0
fresh

# --- profiles that are not there -------------------------------------------------------------

mkdir "$home/.aws"
config=$home/.aws/config
credentials=$home/.aws/credentials
refuses '--profile of nowhere' 3 "the profile \\(nowhere\\) is neither in $config nor in $credentials" 'list-profiles' \
    token "${login[@]}" --profile nowhere
with AWS_PROFILE=nowhere
refuses 'AWS_PROFILE of nowhere, be there keys in the environment' 3 'the profile \(nowhere\) is neither' 'list-profiles' \
    token "${login[@]}"
refuses 'whoami says the same' 3 'the profile \(nowhere\) is neither' 'list-profiles' whoami
without AWS_PROFILE
{ echo '[dev]' && keys "$other_id" "$other_secret"; } >"$config"
refuses 'a section that lacks the word' 3 'the profile \(dev\) is neither' \
    "$config has a section \\[dev\\]; a profile's is called \\[profile dev\\] there" \
    token "${login[@]}" --profile dev
refuses 'a name with control characters' 2 '--profile: the value has a control character' '' \
    token "${login[@]}" --profile $'a\eb'
refuses 'an empty name' 2 '--profile: the value is empty' '' token "${login[@]}" --profile=
refuses 'an empty name for whoami' 2 '--profile' '' whoami --profile=
printf '[profile bare]\nregion = eu-central-1\n' >"$config"
refuses 'a profile without any keys' 4 'no AWS credentials found: the profile \(bare\) has none' \
    'leave out --profile' token "${login[@]}" --profile bare
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
refuses 'nothing anywhere' 4 'no AWS credentials found$' 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY' \
    token "${login[@]}"
refuses 'whoami: nothing anywhere' 4 'no AWS credentials found$' 'AWS_ACCESS_KEY_ID' whoami
with AWS_CONFIG_FILE="$home/absent"
refuses '  where a variable leads to nothing' 4 'no AWS credentials found$' \
    "[)]; AWS_CONFIG_FILE names $home/absent, which is not there\$" token "${login[@]}"
without AWS_CONFIG_FILE

# --- a source that fails ends the search: static keys behind it do not sign -------------------

{ printf '[profile p]\nlogin_session = arn:aws:iam::123456789012:user/x\n' && keys "$other_id" "$other_secret"; } >"$config"
refuses 'aws login, and nobody is' 5 'the profile \(p\) in .*/config, line 2: no session of aws login for arn:' \
    'aws login --profile p$' token "${login[@]}" --profile p

# In the credentials file, static keys come before login and process: they sign.
{ echo '[p]' && keys "$other_id" "$other_secret"; } >"$credentials"
printf '[profile p]\ncredential_process = /bin/false\nlogin_session = x\n' >"$config"
is "keys of the credentials file beat a process, as in AWS's CLI" "$(signer --profile p)" \
    "$other_id shared-credentials-file"
printf '[profile p]\nrole_arn = arn:aws:iam::123456789012:role/R\n' >"$config"
refuses 'but not a role' 3 "$config, line 2: the profile \(p\) has a role_arn and neither" 'source_profile = NAME' \
    token "${login[@]}" --profile p
printf '[profile p]\nsso_account_id = 123456789012\n' >"$config"
refuses 'nor SSO' 3 'sso_role_name, sso_start_url, sso_region: missing' 'aws configure sso --profile p' \
    token "${login[@]}" --profile p
rm "$credentials"

printf "[profile it's]\nx = y\n[profile 'two words']\nlogin_session = x\n" >"$config"
refuses 'a name with a blank: the hint quotes it for sh' 5 'the profile \(two words\)' \
    "--profile 'two words'" token "${login[@]}" --profile 'two words'

: >"$config"
with AWS_WEB_IDENTITY_TOKEN_FILE=/token AWS_ROLE_ARN=arn:aws:iam::123456789012:role/R
refuses 'AWS_WEB_IDENTITY_TOKEN_FILE' 5 'the file /token of the web identity.* \(AWS_WEB_IDENTITY_TOKEN_FILE\) is not there' 'service account' \
    token "${login[@]}"
{ echo '[profile p]' && keys "$other_id" "$other_secret"; } >"$config"
is 'which --profile sets aside' "$(signer --profile p)" "$other_id config-file"
without AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN
with AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:9/v1/credentials
is 'a profile with keys comes before the container' "$(signer --profile p)" "$other_id config-file"
with AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
is 'and so do keys in the environment' "$(signer)" "$key_id env"
fresh

# --- how long ---------------------------------------------------------------------------

at() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }
# A token's life by itself, from its date.
own_end() {
    local d
    d=$(parameter X-Amz-Date "$(fields token)")
    at $(($(date -u -d "${d:0:4}-${d:4:2}-${d:6:2}T${d:9:2}:${d:11:2}:${d:13:2}Z" +%s) + 900))
}
gives 'long-term keys' token "${login[@]}" --format json
is 'the token lives 900 s, the keys for ever' "$(fields expires_at credentials.expires_at)" \
    "$(own_end) null"
now=$(date +%s)
with AWS_CREDENTIAL_EXPIRATION="$(at $((now + 3600)))"
gives 'credentials that live longer' token "${login[@]}" --format json
is 'the token dies by itself' "$(fields expires_at credentials.expires_at)" \
    "$(own_end) $(at $((now + 3600)))"
with AWS_CREDENTIAL_EXPIRATION="$(at $((now + 300)))"
gives 'credentials that die first' token "${login[@]}" --format json
is 'the token dies with them' "$(fields expires_at credentials.expires_at)" \
    "$(at $((now + 300))) $(at $((now + 300)))"
is 'what it says of itself stays 900' "$(parameter X-Amz-Expires "$(fields token)")" 900
refuses '--min-ttl that they do not reach' 5 \
    "the token would live for (300|2[0-9]{2}) seconds only, until $(at $((now + 300))), and at least 600 are asked for" \
    'the AWS credentials \(env\) end then: renew them' token "${login[@]}" --min-ttl 600
refuses 'nor does a file get it' 5 'seconds only' 'renew them' \
    token "${login[@]}" --min-ttl 600 -o "$tmp/token"
ok 'which is not made' test ! -e "$tmp/token"
refuses '--min-ttl above 900' 5 'would live for 300 seconds only|would live for 2[0-9]* seconds only' 'renew' \
    token "${login[@]}" --min-ttl 901
without AWS_CREDENTIAL_EXPIRATION
refuses '--min-ttl above what any token has' 5 'the token would live for 900 seconds only' '' \
    token "${login[@]}" --min-ttl 901
gives '--min-ttl 900 is what it has' token "${login[@]}" --min-ttl 900
now=$(date +%s)
with AWS_CREDENTIAL_EXPIRATION="$(at $((now + 30)))"
refuses 'less than a minute left' 5 'and at least 60 are asked for \(--min-ttl\)' 'renew them' \
    token "${login[@]}"
gives '--min-ttl 0 takes what is left' token "${login[@]}" --min-ttl 0
gives 'whoami tells it, too' whoami
like 'when they end' "$out" "^expires +$(at $((now + 30)))\$"
for past in $((now - 1)) $((now - 86400)) 0 1; do
    with AWS_CREDENTIAL_EXPIRATION="$(at "$past")"
    refuses "expired at $past" 5 "the AWS credentials in the environment expired at $(at "$past")" \
        'unset AWS_ACCESS_KEY_ID' token "${login[@]}" --min-ttl 0
done
refuses 'whoami: expired' 5 'expired at' 'unset AWS_ACCESS_KEY_ID' whoami
for bad in tomorrow 2026-13-01T00:00:00Z 2026-01-02 12345 '2026-01-02T03:04:05+25:00' 9999999999999999999; do
    with AWS_CREDENTIAL_EXPIRATION="$bad"
    refuses "an end of $bad" 5 'AWS_CREDENTIAL_EXPIRATION is not a time like 2026-01-02T03:04:05Z' '' \
        token "${login[@]}"
done
with AWS_CREDENTIAL_EXPIRATION=
gives 'an empty end is none' token "${login[@]}" --format json
is 'they live for ever' "$(fields credentials.expires_at)" null
for form in 2030-01-02T03:04:05Z 2030-01-02T03:04:05+00:00 2030-01-02T03:04:05.678Z 2030-01-02T03:04:05UTC \
    2030-01-02T04:04:05+01:00; do
    clock $(($(date -u -d 2030-01-02T03:00:00Z +%s) - $(date +%s)))
    with AWS_CREDENTIAL_EXPIRATION="$form"
    gives "an end written $form" token "${login[@]}" --format json
    is "an end written $form: is that moment" "$(fields credentials.expires_at)" 2030-01-02T03:04:05Z
done
clock 600
with AWS_CREDENTIAL_EXPIRATION="$(at $(($(date +%s) + 300)))"
refuses 'by a clock that is ten minutes on, they are over' 5 'expired at' 'unset AWS_ACCESS_KEY_ID' token "${login[@]}"
fresh

# --- region -----------------------------------------------------------------------------

mkdir "$home/.aws"
printf '[default]\nregion = eu-north-1\n[profile p]\nregion = eu-south-1\n' >"$home/.aws/config"
region() {
    try token "$@" -u app --engine postgres --format json -q
    [ "$status" -eq 0 ] || { printf 'exit %s: %s' "$status" "$err" && return; }
    fields region region_source
}
is "the endpoint's name tells it" "$(region "$cluster")" "eu-central-1 the endpoint's name"
is '--region beats it' "$(region "$cluster" --region us-west-2)" 'us-west-2 --region'
with AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-2 RDSPASS_REGION=us-west-1
is 'the environment does not' "$(region "$cluster")" "eu-central-1 the endpoint's name"
is 'of a global writer, --region alone counts' "$(region "$global" --region us-west-2)" 'us-west-2 --region'
like 'neither environment nor profile do' "$(region "$global")" 'exit 3: rdspass: .*global writer'
mkdir -p "$home/.config/rdspass"
printf '[g]\nhost = %s\nregion = ap-south-1\n[c]\nhost = %s\nregion = ap-south-1\n' "$global" "$cluster" \
    >"$home/.config/rdspass/config"
is 'or that of its section' "$(region g)" 'ap-south-1 section g'
is "a section's beats the endpoint's name" "$(region c)" 'ap-south-1 section c'
warns 'with a warning' "$cluster is in eu-central-1, but the token is signed for ap-south-1, as section c says" \
    token c -u app --engine postgres
without RDSPASS_REGION
gives 'whoami: AWS_REGION' whoami --format json
is 'comes first' "$(fields region region_source)" 'us-east-1 AWS_REGION'
without AWS_REGION
gives 'whoami: AWS_DEFAULT_REGION' whoami --format json
is 'is next' "$(fields region region_source)" 'us-east-2 AWS_DEFAULT_REGION'
without AWS_DEFAULT_REGION
gives 'whoami: the profile' whoami --format json
is 'comes last' "$(fields region region_source)" 'eu-north-1 profile default'
gives 'whoami --region' whoami --region us-west-2 --format json
is 'beats them' "$(fields region region_source)" 'us-west-2 --region'
with RDSPASS_REGION=us-west-1
try whoami
like 'whoami: the region that RDSPASS_REGION gives' "$out" '^region +us-west-1, from RDSPASS_REGION$'
without RDSPASS_REGION
refuses 'whoami: no region by that name' 3 '"nowhere" \(--region\) is not the name of a region' '' \
    whoami --region nowhere
without AWS_REGION
with AWS_REGION=$'\e[31meu' AWS_SECRET_ACCESS_KEY="$secret"
refuses 'whoami: a region of control characters, escaped' 3 \
    '"\\x1b\[31meu" \(AWS_REGION\) is not the name of a region' '' whoami
unlike '  and none of them' "$(tr -d '\n' <"$tmp/err")" '[[:cntrl:]]'
fresh

# --- whoami -------------------------------------------------------------------------------

gives 'whoami' whoami
is 'whoami: its lines' "$out" "access key id  $key_id
source         env
hop            env: environment
expires        never
profile        default
region         none set; the endpoint's name tells it"
gives 'whoami --format json' whoami --format json
is 'whoami: its members' "$(fields credentials.source credentials.access_key_id credentials.expires_at profile \
    region region_source passed_over)" "env $key_id null default null null []"
mkdir "$home/.aws"
{ echo '[p]' && keys "$other_id" "$other_secret"; } >"$home/.aws/credentials"
gives 'whoami --profile' whoami --profile p
like 'who' "$out" "^access key id  $other_id\$"
like 'what was passed over, and why' "$out" '^passed over    env: a profile was chosen'
gives 'whoami --profile --format json' whoami --profile p --format json
is 'the same as JSON' "$(fields profile passed_over.0.provider passed_over.1.provider)" 'p env assume-role'

printf '%s\n' '[profile corp]' 'sso_session = corp' >"$home/.aws/config"
refuses 'SSO without a role' 4 'no AWS credentials found: the profile [(]corp[)] has none' \
    'without sso_account_id and sso_role_name' whoami --profile corp

done_testing
