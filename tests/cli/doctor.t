#!/bin/bash
# doctor's contract without a network: what it says of a target, an identity and a token by itself, and
# the form of its report. Its servers are in tests/integration/doctor*.t.
# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/doctor.sh
. "$top/tests/cli/doctor.sh"

/usr/bin/python3 -W ignore -c 'import jsonschema' 2>/dev/null ||
    skip_all 'python3-jsonschema is missing: scripts/packages test'

# finds NAME RC VERDICTS CAUSE ARG…: offline, as JSON: the exit code, the verdicts of config, endpoint,
# identity, region and token, and the name of the cause.
finds() {
    local name=$1 wanted="$2 $3 $4" got
    shift 4
    try doctor --offline --format json "$@"
    got="$status $(verdicts | tr ' ' '\n' |
        sed -nE 's/^(config|endpoint|identity|region|token)=(..).*/\2/p' | paste -sd' ') $(
        fields cause.name 2>"$tmp/null" || echo null)"
    is "$name" "$got" "$wanted"
    is '  nothing on standard error' "$err" ''
    is '  the exit code, in it' "$(fields exit)" "$status"
    valid '  by its schema'
    unlike '  without a secret' "$out" "$secret|X-Amz-Signature=[0-9a-f]"
}

# --- what is right ------------------------------------------------------------------------

fresh
finds 'a target without a fault' 0 'ok ok ok ok ok' null -u app "$cluster:3306"
is '  the target' "$(fields target.host target.port target.user target.engine target.kind \
    target.region target.database target.via)" "$cluster 3306 app mysql cluster eu-central-1 null null"
is '  what needs the network is left out' "$(verdicts | tr ' ' '\n' | grep -c =skipped)" 9
is '  the identity' "$(step identity seen.source seen.access_key_id seen.arn)" "env $key_id null"
is '  the region' "$(step region seen.region seen.source)" "eu-central-1 the endpoint's name"
like '  the token' "$(step token seen.length seen.expires_s)" '^[0-9]{3} 900$'
finds 'without a user' 0 'wa ok ok ok sk' null "$cluster:3306"
finds 'DSQL' 0 'ok ok ok ok ok' null -u admin "$dsql"
is '  its database' "$(fields target.database target.engine)" 'postgres postgres'

# --- the target ---------------------------------------------------------------------------

refuses 'no target is a mistake in the command line' 2 'no host was given' '?' doctor --offline
refuses '  as is a word that is none' 2 "has an '@' in it" '?' doctor --offline 'a@b'
finds 'an address is looked at' 3 'ok fa ok fa sk' target-address -u app -P 3306 -h 10.0.0.5
finds 'this machine' 3 'ok fa ok fa sk' target-localhost -u app -P 3306 -h localhost
finds 'another name' 3 'ok fa ok fa sk' target-alias -u app db.corp.example:3306
finds 'a custom endpoint' 3 'ok fa ok ok sk' target-custom -u app "$custom:3306"
finds 'a global writer' 3 'ok ok ok fa sk' target-global -u app "$global:3306"
finds 'another region than the endpoint has' 3 'ok ok ok fa fa' target-other-region -u app \
    --region us-east-1 "$cluster:3306"
mkdir -p "$home/.config/rdspass"
printf '[shop]\nhost = %s\nport = x\n' "$cluster" >"$home/.config/rdspass/config"
finds 'a word' 3 'fa sk sk sk sk' target-word orders
like '  may be what AWS calls the database' "$out" 'describe-db-clusters'
finds 'a config file with a fault' 3 'fa sk sk sk sk' target-config shop
is '  is named' "$(step config seen.files.0)" "$home/.config/rdspass/config"
printf '[shop\nhost = %s\n' "$cluster" >"$home/.config/rdspass/config"
finds 'a section without an end' 3 'fa sk sk sk sk' target-word shop
is '  what to do begins with that line' "$(fields cause.advice.0.text)" \
    "$home/.config/rdspass/config:1: the line begins a section that no ']' ends"
printf '[shop]\nhost = %s\nport = 3306\nuser = app\n' "$cluster" >"$home/.config/rdspass/config"
finds 'one without' 0 'ok ok ok ok ok' null shop
is '  its section' "$(step config seen.section)" shop

# --- the identity ----------------------------------------------------------------------------

fresh
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
finds 'no credentials' 4 'ok ok fa ok sk' identity-none -u app "$cluster:3306"
like '  who was passed over' "$(step identity details)" 'passed over: env'
with AWS_PROFILE=nobody
finds 'a profile that is not there' 3 'ok ok fa sk sk' identity-no-profile -u app "$cluster:3306"
is '  the command is there once' "$(grep -c 'aws configure list-profiles' <<<"$out")" 1
fresh
mkdir "$home/.aws"
cat >"$tmp/ended" <<END
{"Version": 1, "AccessKeyId": "$key_id", "SecretAccessKey": "$secret", "SessionToken": "EXAMPLETOKEN",
 "Expiration": "2020-01-01T00:00:00Z"}
END
printf '[profile p]\ncredential_process = cat %s\n' "$tmp/ended" >"$home/.aws/config"
finds 'credentials that have ended' 5 'ok ok fa ok sk' identity-expired -u app --profile p "$cluster:3306"

cat >"$home/.aws/config" <<'END'
[profile admin]
role_arn = arn:aws:iam::111122223333:role/Admin
source_profile = corp
[profile corp]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Dev
[sso-session corp]
sso_region = eu-central-1
sso_start_url = https://corp.awsapps.com/start
[profile typo]
sso_session = crop
sso_account_id = 111122223333
sso_role_name = Dev
END
finds 'a role, which only a network gives' 0 'ok ok sk ok sk' null -u app --profile admin "$cluster:3306"
like '  is told as such' "$(step identity summary)" '^no network here, and the role .* \(--offline\)$'
finds 'a session of SSO that is not there' 5 'ok ok fa ok sk' identity-sso -u app --profile corp \
    "$cluster:3306"
finds 'a section of SSO that is not there' 3 'ok ok fa ok sk' identity-sso-config -u app --profile typo \
    "$cluster:3306"
like '  as a command' "$(fields cause.advice.1.kind cause.advice.1.text)" \
    '^shell aws configure sso --profile typo$'

# --- for a person -----------------------------------------------------------------------------

fresh
with LC_ALL=C.UTF-8
gives 'as text' doctor --offline -u app "$cluster:3306"
like '  ticks' "$out" '^✓ config +app@'
like '  skipped steps share a line' "$out" '^- dns, tcp, greeting, tls: .*--offline'
like '  times' "$out" '^✓ token .*\[[0-9]+ ms\]$'
like '  the end' "$out" 'Nothing failed of what was tried; a login was not\.$'
without LC_ALL
with LC_ALL=C
gives 'in a language without ticks' doctor --offline -u app "$cluster:3306"
like '  there are words' "$out" '^ok   config +app@'
unlike '  and ASCII alone' "$out" '[^ -~[:space:]]'
like '  what is said begins in one column' "$out" '^ok   endpoint        cluster'
like '    as what was seen does' "$out" '^ {21}key '
without LC_ALL
with LC_ALL=C.UTF-8
try doctor --offline -u app --region us-east-1 "$cluster:3306"
is 'the exit code is of the first failure' "$status" 3
like '  with a cross' "$out" '^✗ region '
like '  the cause' "$out" '^(The cause|Most likely|Possibly, among others):$'
like '  what to do' "$out" '^What to do:$'
is '  nothing on standard error' "$err" ''
try doctor --offline -u app db.corp.example:3306
like 'what to do is on the last screen' "$(tail -n 24 <<<"$out")" 'What to do:'
# --- what another client has printed -----------------------------------------------------------

explains() { # NAME CAUSE ARG…
    local name=$1 cause=$2
    shift 2
    try doctor --format json "$@"
    is "$name" "$(fields cause.name)" "$cause"
    valid '  by its schema'
    is '  the exit code, in it' "$(fields exit)" "$status"
}
denied="ERROR 1045 (28000): Access denied for user 'app'@'10.0.3.9' (using password: YES)"
explains 'a message of mysql' mysql-token-refused --message "$denied"
explains 'one of psql' postgres-not-iam --message \
    'psql: error: FATAL:  password authentication failed for user "app"'
explains 'of a driver' client-untrusted --message 'PKIX path building failed'
explains 'of nobody' unknown --message $'\x1b[31mwhat?\n'
try doctor --message "$denied" -u app -h "$cluster"
is 'for a person' "$status $err" '8 '
like '  the names of the target' "$out" "rds-db:eu-central-1:ACCOUNT:dbuser:cluster-ID/app"
unlike '  no step was taken' "$out" '^✓|^-|^✗'
try doctor --message "$denied"
like '  without a target, capitals, but for the user of the message' "$out" \
    'rds-db:REGION:ACCOUNT:dbuser:cluster-ID/app"$'
try doctor --message 'psql: error: connection to server at "shop.cluster-abc123xyz.eu-central-1.rds.amazonaws.com" (10.0.1.2), port 5432 failed: FATAL:  PAM authentication failed for user "app"
connection to server failed: FATAL:  no pg_hba.conf entry for host "10.0.3.9", no encryption'
like '  the endpoint of the message' "$out" 'rds-db:eu-central-1:ACCOUNT:dbuser:cluster-ID/app"$'
unlike '  in whose words no line ends' "$out" 'x0a'
try doctor --message "$denied"
like '  a clock that nobody asked for is to be looked at' "$out" '^      timedatectl$'
refuses 'a message that says nothing' 2 'nothing to explain' '' doctor --message $'\n'
refuses 'an empty message' 2 '' '?' doctor --message

full() { env -i "${variables[@]}" "$rdspass" doctor --offline "$@" -u app "$cluster:3306" >/dev/full; }
run full --format json
is 'a full disk is told' "$status" 1
done_testing
