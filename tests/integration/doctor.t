#!/bin/bash
# doctor beside the causes that doctor_causes.t makes: it goes on past a failure, tells what it has seen,
# guesses an engine, looks behind an alias, can be interrupted, and leaves nothing behind.

# shellcheck disable=SC2317,SC2119 # functions are called by name; `world` without faults
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/exec.sh"
# shellcheck source=tests/cli/identity.sh
. "$top/tests/cli/identity.sh"
# shellcheck source=tests/cli/doctor.sh
. "$top/tests/cli/doctor.sh"

/usr/bin/python3 -W ignore -c 'import jsonschema' 2>"$tmp/null" ||
    skip_all 'python3-jsonschema is missing: scripts/packages test'
start --mysql-endpoint-port 3306 --postgres-endpoint-port 5432
worlds 3 --keys-file "$AURORA_KEYS_FILE" --clock-file "$AURORA_CLOCK_FILE"
world

program=$RP_BUILD/rdspass
as_doctor() { # ARG…
    command=(env -i PATH=/usr/bin:/bin HOME="$HOME" TMPDIR="$run_dir" LC_ALL=C.UTF-8 TERM=dumb
        AWS_EC2_METADATA_DISABLED=true RP_TEST_NO_PAUSE=1 "${sanitizer[@]}" "${credentials[@]}"
        "${services[@]}" ${clock:+RP_TEST_CLOCK_OFFSET="$clock"} "${set_against[@]}" "$program" doctor
        "${ca_file[@]}" ${via:+--via "$via"} ${user:+"--user=$user"} ${database:+"--database=$database"} "$@")
}
names=() # a command that has names of its own
doctor() {
    as_doctor "$@"
    "${names[@]}" "${command[@]}"
}
# finds NAME RC VERDICTS CAUSE ARG…: VERDICTS has two letters for each step, in its order.
finds() {
    local name=$1 wanted="$2 $3 $4" got
    shift 4
    run doctor --format json "$@" </dev/null
    got="$status $(verdicts | sed -E 's/[a-z]+=(..)[a-z]*/\1/g') $(fields cause.name 2>"$tmp/null" || echo none)"
    is "$name" "$got" "$wanted"
    valid '  by its schema'
    is '  nothing on standard error' "$err" ''
    unlike '  no secret' "$out" "$SECRETS|X-Amz-"
}
fields() {
    python3 -I -c '
import functools, json, sys
print(functools.reduce(lambda part, key: part[int(key) if key.isdigit() else key], sys.argv[2].split("."),
                       json.load(open(sys.argv[1]))))
' "$tmp/out" "$1"
}
#      co en dn tc gr tl id cl re to au lo qu pr
fine='ok ok ok ok ok ok ok ok ok ok ok ok ok ok'

# --- both engines ----------------------------------------------------------------------

for engine in mysql postgres; do
    reach $engine
    : >"$world/log"
    finds "$engine: all is well" 0 "$fine" none -h "$host" -P "$port"
    like '  who signs' "$(step identity seen.arn seen.account)" "^$app $account\$"
    is '  by the name of the endpoint' "$(step endpoint seen.kind seen.identifier seen.region)" \
        "cluster orders-$engine eu-central-1"
    is '  the way' "$(step tcp seen.addresses.0.address seen.addresses.0.errno seen.addresses.0.private)" \
        "$via 0 True"
    like '  the certificates' "$(step tls seen.verified seen.protocol seen.certificates.0.names seen.root)" \
        "^True TLSv1.3 .*$host.* CN=.*Root CA"
    is '  what is asked for' "$(step authentication seen.token)" True
    ok '  AWS is asked once' test "$(calls | grep -c GetCallerIdentity)" = 1

    run doctor -h "$host" -P "$port"
    like '  for a person' "$out" '^The login works\.$'
    is '  by ticks' "$(grep -c '^✓ ' "$tmp/out")" 14

    finds '  nothing names the engine' 0 "${fine/ok ok ok ok ok/ok ok ok ok wa}" none -h "$host" \
        --port "$dial" --via "$via"
    is '    it is found' "$(fields target.engine)" "$engine"
    user='' finds '  without a user it is looked at' 0 'wa ok ok ok ok ok ok ok ok sk sk sk sk sk' none \
        -h "$host" -P "$port"
    ok '    and nobody logs in' test -z "$(mark; doctor -h "$host" -P "$port" --format json --user '' \
        >"$tmp/null" 2>&1; tail -n +"$((marked + 1))" "$AURORA_LOG")"
    user='' run doctor -h "$host" -P "$port"
    like '    the last screen tells how it is' "$(grep -A 9 '^What to do:$' "$tmp/out")" \
        "^      rdspass doctor $engine://USER@$host:$port/DATABASE --ca-file $roots --via $via\$"
    mkdir -p "$HOME/.config/rdspass"
    printf '[defaults]\nusr = x\n' >"$HOME/.config/rdspass/config"
    user='' run doctor -h "$host" -P "$port"
    like '    and what the config file may have meant' "$(grep -A 1 '^What to do:$' "$tmp/out")" \
        "^  - $HOME/.config/rdspass/config:2:"
    rm -r "$HOME/.config"
done

# --- past a failure -----------------------------------------------------------------------

reach postgres
mine=("${services[@]}")
services=(AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_MAX_ATTEMPTS=1)
finds 'AWS cannot be asked: a warning alone' 0 'ok ok ok ok ok ok wa sk ok ok ok ok ok ok' none \
    -h "$host" -P "$port"
services=("${mine[@]}")
faults 'sts error 403 AccessDenied User: me is not authorized to perform: sts:GetCallerIdentity'
finds 'nor may it be asked' 0 'ok ok ok ok ok ok wa ok ok ok ok ok ok ok' none -h "$host" -P "$port"
faults
mark
credentials=()
finds 'no credentials: the server is asked what it wants all the same' 4 \
    'ok ok ok ok ok ok fa sk ok sk ok sk sk sk' identity-none -h "$host" -P "$port"
run doctor -h "$host" -P "$port"
is '  what to do is said once' "$(sed '1,/^What to do/d' <<<"$out" | grep -c 'name a profile')" 1
mkdir "$HOME/.aws"
cat >"$HOME/.aws/config" <<'END'
[profile admin]
role_arn = arn:aws:iam::111122223333:role/Hop
source_profile = corp
[profile corp]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Dev
[sso-session corp]
sso_region = eu-central-1
sso_start_url = https://corp.awsapps.com/start
END
set_against=(AWS_PROFILE=admin)
finds 'a role whose source has no session' 5 'ok ok ok ok ok ok fa sk ok sk ok sk sk sk' identity-sso \
    -h "$host" -P "$port"
is '  the command is of the source' "$(fields cause.advice.1.text)" 'aws sso login --profile corp'
set_against=()
rm -r "$HOME/.aws"
keys long
user=$AURORA_USER_DENIED finds 'no permission: all else is right' 8 \
    'ok ok ok ok ok ok ok ok ok ok ok fa sk sk' postgres-token-refused -h "$host" -P "$port"
like '  the policy has account and user' "$(cat "$tmp/out")" \
    "arn:aws:rds-db:eu-central-1:$account:dbuser:cluster-ID/$AURORA_USER_DENIED"
user=$AURORA_PASSWORD_USER finds 'a user with a password' 8 \
    'ok ok ok ok ok ok ok ok ok ok fa sk sk sk' asks-other-postgres -h "$host" -P "$port"
rogues self-signed
via=127.0.0.1:${rogue_of[self-signed]}
finds 'a server that is not verified: identity and token are told' 7 \
    'ok ok ok ok ok fa ok ok ok ok sk sk sk sk' tls-untrusted-file -h "$host" -P "$port"
like '  its certificate' "$(step tls seen.verified seen.certificates.0.subject)" '^False .'

reach postgres
mine=("${ca_file[@]}")
ca_file=(--ca-file "$tmp/nobody")
finds 'roots that are not there: the identity and the token are told' 3 \
    'ok ok sk sk sk fa ok ok ok ok sk sk sk sk' tls-roots -h "$host" -P "$port"
ca_file=(--ca-file "$tmp/garbage")
echo garbage >"$tmp/garbage"
finds 'roots that are none' 3 'ok ok sk sk sk fa ok ok ok ok sk sk sk sk' tls-roots -h "$host" -P "$port"
ca_file=("${mine[@]}")
way=$via
via=$tmp/socket
finds 'a socket that is not there: no name is looked up' 6 \
    'ok ok sk fa sk sk ok ok ok ok sk sk sk sk' tunnel-no-socket -h "$host" -P "$port"
via=$way
mkdir "$tmp/part"
cp -r "$RP_BUILD"/{rdspass,rdspass-gate,rdspass-fetch,ca} "$tmp/part"
program=$tmp/part/rdspass
finds 'no client is installed: the way to the server is told' 1 \
    'ok ok ok ok sk fa ok ok ok ok sk sk sk sk' program -h "$host" -P "$port"
program=$RP_BUILD/rdspass

# --- clocks ---------------------------------------------------------------------------------

reach postgres
program=$RP_TEST_BUILD_DIR/rdspass
for ahead in 1200 -1200; do
    clock=$ahead
    run doctor --format json -h "$host" -P "$port" </dev/null
    like "a clock that is $ahead s off" "$(fields cause.name) $(step clock seen.ahead_s)" \
        "^clock-(ahead|behind) $((ahead / 10))"
    valid '  by its schema'
done
clock=''

# --- behind an alias ------------------------------------------------------------------------

printf '%s\n' 'db.corp.example cname '"$host" "$host cname ec2-203-0-113-7.compute.amazonaws.com" \
    'ec2-203-0-113-7.compute.amazonaws.com a 127.0.0.1' 'plain.corp.example a 127.0.0.1' >"$tmp/zone"
dns=$("$aurora/dns" "$AURORA_DIR" "$tmp/zone")
mkdir "$tmp/names"
{ cat "$AURORA_HOSTS_FILE"; echo '127.0.0.1 db.corp.example plain.corp.example'; } >"$tmp/names/hosts"
names=("$aurora/with-names" "$tmp/names")
set_against=(RP_TEST_DNS="127.0.0.1:$dns")
via=''
if test "$AURORA_NAMES" = namespace; then
    finds 'an alias' 3 'ok fa ok ok ok fa wa sk fa sk sk sk sk sk' target-alias -h db.corp.example \
        -P "$dial" --engine postgres
    like '  the names behind it' "$(step dns seen.names)" "'$host', 'ec2-203-0-113-7"
    run doctor -h db.corp.example -P "$dial" --engine postgres
    like '  a section for the config file' "$out" "^ +\[db\.corp\.example\]\$"
    like '  with its endpoint' "$out" "^ +host = $host\$"
    like '  that nobody has verified' "$out" '^ +# .*not verified$'
    like '  and how to see whether it is yours' "$out" 'aws rds describe-db-clusters'
    mkdir -p "$HOME/.config/rdspass"
    sed -nE '/^ +\[db\.corp/,/^ +engine/s/^ +//p' <<<"$out" >"$HOME/.config/rdspass/config"
    finds '  which works as it is' 0 "$fine" none db.corp.example --engine postgres --via "127.0.0.1:$dial"
    rm -r "$HOME/.config"
    finds '  nothing names the engine: it is not waited for another' 3 \
        'ok fa ok ok wa fa wa sk fa sk sk sk sk sk' target-alias -h db.corp.example --port "$dial"
    is '    that of the server is named' "$(fields target.engine)" postgres
    finds '  the near end of a tunnel' 3 'ok fa ok ok wa fa wa sk fa sk sk sk sk sk' target-address \
        -h 127.0.0.1 --port "$dial"
    run doctor -h 127.0.0.1 --port "$dial"
    like '    what answers there says who it is' "$out" \
        "^ +rdspass doctor -h $host --engine postgres -u .* --via 127.0.0.1:$dial\$"
    like '    and nobody vouches for it' "${out//$'\n    '/ }" "its certificate says, and nobody vouches for that"
    finds 'a name of no endpoint' 3 'ok fa ok ok ok fa wa sk fa sk sk sk sk sk' target-alias \
        -h plain.corp.example -P "$dial" --engine postgres
    finds 'a name that leads nowhere' 6 'ok ok fa sk sk sk ok ok ok ok sk sk sk sk' name-unknown \
        -h "other.cluster-cxyzabc12345.eu-central-1.rds.amazonaws.com" -P "$dial" --engine postgres
else
    tap_result 0 'an alias # SKIP no mount namespace here, to have names of our own in'
fi

# --- how long it took --------------------------------------------------------------------------

reach postgres
rogues stall
via=127.0.0.1:${rogue_of[stall]}
finds 'a server that says nothing' 6 'ok ok ok ok fa sk ok ok ok ok sk sk sk sk' silent-via \
    -h "$host" -P "$port" --connect-timeout 1
ok '  for as long as it was waited for' test "$(step greeting ms)" -ge 900
reach postgres
mine=("${services[@]}")
services=(AWS_ENDPOINT_URL="http://127.0.0.1:${rogue_of[stall]}")
finds 'AWS says nothing' 0 'ok ok ok ok ok ok wa sk ok ok ok ok ok ok' none -h "$host" -P "$port"
ok '  which is waited for once' test "$(step identity ms)" -lt 9000
services=("${mine[@]}")

# --- its end ----------------------------------------------------------------------------------

names=()
reach mysql
rogues stall
via=127.0.0.1:${rogue_of[stall]}
as_doctor -h "$host" -P "$port"
declare -A code_of=([INT]=130 [TERM]=143 [HUP]=143) # HUP is one that our own client dies of
for signal in INT TERM HUP; do
    setsid env --default-signal=INT "${command[@]}" >"$tmp/said" 2>"$tmp/complained" &
    pid=$!
    client=$(process_of $pid rdspass-mysql)
    gate=$(process_of $pid rdspass-gate)
    kill -$signal "$pid"
    status=0
    wait $pid || status=$?
    is "SIG$signal ends it" "$status" "${code_of[$signal]}"
    unlike '  with no word on the cause' "$(cat "$tmp/said")" 'What to do'
    nothing_left '  and nothing is left' "$client" "$gate"
done
nothing_left 'nothing is left'
done_testing
