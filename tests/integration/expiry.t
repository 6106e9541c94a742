#!/bin/bash
# Tokens that are no good: too old, of tomorrow, for another region or another user, for a user who
# is not allowed in, of credentials that end. The simulated Aurora refuses them for that reason, and
# what rdspass says of their end is true.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/lib.sh"

program=$RP_TEST_BUILD_DIR/rdspass
test -x "$program" || skip_all "$program is not there: make build-for-tests"
start # with both engines

# refused NAME REASON: the form that was printed last does not let $user in, for this reason.
refused() {
    mark
    run "by_raw_$engine"
    case $engine in
    mysql) like "$engine: $1 is refused" "$status $err" '^1 ERROR 1045 \(28000\)' ;;
    postgres) like "$engine: $1 is refused" "$status $err" \
        '^2 psql: error: .*PAM authentication failed' ;;
    esac
    ok "$engine: $1: for that reason" logged "$engine" "$user" deny "$2"
}

print() { mint "$form" "$cluster" "$port" "$AURORA_USER" "$AURORA_DATABASE" raw "$@"; }
field() { # NAME of the object in $form.json
    python3 -IS -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' \
        "$form.json" "$1"
}

for engine in postgres mysql; do
    use "$engine"

    # --- time ---------------------------------------------------------------------
    clock=-960
    print
    refused 'signed 16 minutes ago' expired
    clock=-840
    print
    logs_in "$engine: signed 14 minutes ago, it logs in" 5 "by_raw_$engine"
    clock=600
    print
    refused 'signed ten minutes from now' future
    clock=240
    print
    logs_in "$engine: a clock four minutes fast, it logs in" 5 "by_raw_$engine"

    # A token is good until it says, and not a moment longer.
    clock=-892
    start=$(date +%s)
    mint "$form.json" "$cluster" "$port" "$AURORA_USER" '' json
    made=$(date +%s)
    database=$AURORA_DATABASE
    field token >"$form"
    end=$(date -d "$(field expires_at)" +%s)
    ok "$engine: expires_at is 900 seconds from the signing" \
        test $((end - start)) -ge 8 -a $((end - made)) -le 8
    logs_in "$engine: just before expires_at it logs in" 5 "by_raw_$engine"
    while test "$(date +%s)" -lt "$end"; do
        sleep 0.2
    done
    refused 'at expires_at it' expired
    clock=''

    # --- credentials --------------------------------------------------------------
    keys temporary
    soon=$(date -u -d '+5 minutes' +%Y-%m-%dT%H:%M:%SZ)
    credentials+=(AWS_CREDENTIAL_EXPIRATION="$soon")
    mint "$form.json" "$cluster" "$port" "$AURORA_USER" '' json
    is "$engine: credentials that end sooner end the token" "$(field expires_at)" "$soon"
    exits "$engine: --min-ttl holds" 5 print --min-ttl 310
    is "$engine: and no token is printed" "$(cat "$form")" ''
    credentials+=(AWS_CREDENTIAL_EXPIRATION="$(date -u -d '-1 minute' +%Y-%m-%dT%H:%M:%SZ)")
    exits "$engine: ended credentials yield no token" 5 print
    is "$engine: none" "$(cat "$form")" ''
    # Where nobody said when they end, the database finds out.
    credentials=(AWS_ACCESS_KEY_ID=ASIAPASTEXAMPLE AWS_SESSION_TOKEN=past
        AWS_SECRET_ACCESS_KEY="$AURORA_SECRET_ACCESS_KEY")
    grep -q '^ASIAPAST' "$AURORA_KEYS_FILE" ||
        printf 'ASIAPASTEXAMPLE %s past 20200101T000000Z\n' "$AURORA_SECRET_ACCESS_KEY" \
            >>"$AURORA_KEYS_FILE"
    print
    refused 'of ended credentials' session-expired
    credentials=(AWS_ACCESS_KEY_ID=ASIAPASTEXAMPLE AWS_SECRET_ACCESS_KEY="$AURORA_SECRET_ACCESS_KEY")
    print
    refused 'of temporary credentials without their token' session-token
    credentials=(AWS_ACCESS_KEY_ID="$AURORA_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY=other)
    print
    refused 'of another secret' signature
    keys long

    # --- region, host, port, user -------------------------------------------------
    print --region us-east-1 2>"$tmp/warning"
    is "$engine: another --region is warned of, in one line" "$(wc -l <"$tmp/warning")" 1
    like "$engine: with both of them" "$(cat "$tmp/warning")" \
        '^rdspass: warning: .*us-east-1.*eu-central-1|^rdspass: warning: .*eu-central-1.*us-east-1'
    refused 'for another region' region
    mint "$form" "x$cluster" "$port" "$AURORA_USER" "$AURORA_DATABASE" raw
    host=$cluster
    refused 'for another host' host
    mint "$form" "$cluster" 3307 "$AURORA_USER" "$AURORA_DATABASE" raw
    at=$port
    refused 'for another port' port
    print
    user=$AURORA_USER_2
    refused 'of another user' user
    mint "$form" "$cluster" "$port" "$AURORA_USER_DENIED" "$AURORA_DATABASE" raw
    refused 'of a user without rds-db:connect' policy
done
done_testing
