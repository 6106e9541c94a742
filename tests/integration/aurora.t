#!/bin/sh
# The simulated Aurora itself: it lets the right tokens in and no others, asks as Aurora does, keeps
# to itself, and leaves nothing behind. Clients are the stock psql and mariadb, tokens come from
# tests/aurora/sign; the product has no part in this.

# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

aurora=$top/tests/aurora
for tool in psql mariadb python3 openssl cc; do
    command -v "$tool" >/dev/null || skip_all "$tool is missing: scripts/packages test"
done
servers=$("$top/scripts/packages" --servers)
case $servers in
*MARIADBD=*POSTGRES_BIN=*) ;;
*) skip_all 'database servers are missing: scripts/packages test' ;;
esac
unset AWS_SESSION_TOKEN
export PGCONNECT_TIMEOUT=20

# shellcheck disable=SC2016 # for later
at_exit '"$aurora/down" "$tmp/a"; "$aurora/down" "$tmp/b"; "$aurora/down" "$tmp/c"'
exits 'it comes up' 0 "$aurora/up" "$tmp/a" --owner $$
test "$status" = 0 || done_testing
# shellcheck source=/dev/null
. "$tmp/a/env"
export AWS_ACCESS_KEY_ID="$AURORA_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$AURORA_SECRET_ACCESS_KEY"

# The names of what to reach, by engine: $port $cluster $reader $instance.
use() {
    engine=$1
    case $1 in
    mysql) port=$AURORA_MYSQL_PORT cluster=$AURORA_MYSQL_CLUSTER reader=$AURORA_MYSQL_READER
        instance=$AURORA_MYSQL_INSTANCE ;;
    postgres) port=$AURORA_POSTGRES_PORT cluster=$AURORA_POSTGRES_CLUSTER
        reader=$AURORA_POSTGRES_READER instance=$AURORA_POSTGRES_INSTANCE ;;
    esac
}

# login HOST PORT USER TOKEN: $query over verified TLS.
query='SELECT count(*) FROM orders'
login() {
    host=$1 at=$2 user=$3 password=$4
    if test "$engine" = mysql; then
        MYSQL_PWD=$password "$aurora/with-names" "$AURORA_DIR" mariadb --no-defaults \
            --ssl-ca="$AURORA_CA_FILE" --ssl-verify-server-cert --connect-timeout=20 \
            --default-character-set=utf8mb4 -h "$host" -P "$at" -u "$user" -D "$AURORA_DATABASE" \
            -NBe "$query"
    else
        PGPASSWORD=$password PGHOST=$host PGHOSTADDR=127.0.0.1 PGPORT=$at PGUSER=$user \
            PGDATABASE=$AURORA_DATABASE PGSSLMODE=verify-full PGSSLROOTCERT=$AURORA_CA_FILE \
            psql -XAtwc "$query"
    fi
}

decisions() { wc -l <"$AURORA_LOG"; }
last() { # FIELD of the newest decision
    tail -n 1 "$AURORA_LOG" | sed -n "s/.*\"$1\": \"\{0,1\}\([^,\"]*\).*/\1/p"
}

# good NAME HOST USER [option of sign…]
good() {
    name=$1 host=$2 user=$3
    shift 3
    token=$("$aurora/sign" "$host" "$port" "$user" "$@")
    exits "$engine: $name" 0 login "$host" "$port" "$user" "$token"
    is "$engine: $name: the table is read" "$out" 5
}

# bad NAME REASON TOKEN [USER]: the database refuses it, and this is why.
bad() {
    before=$(decisions)
    run login "$cluster" "$port" "${4-$AURORA_USER}" "$3"
    like "$engine: $1 is refused" "$status $err" \
        '^(1 ERROR 1045 \(28000\)|2 psql: error: .*PAM authentication failed)'
    is "$engine: $1: one decision" "$(decisions)" $((before + 1))
    is "$engine: $1: for this reason" "$(last server) $(last verdict) $(last reason)" \
        "$engine deny $2"
}

sign() { "$aurora/sign" "$cluster" "$port" "$AURORA_USER" "$@"; }

is 'the signer gives the signature that the AWS CLI publishes' "$(
    AWS_ACCESS_KEY_ID=akid AWS_SECRET_ACCESS_KEY=skid "$aurora/sign" --region us-east-1 \
        --time 20161107T173933Z prod-instance.us-east-1.rds.amazonaws.com 3306 someusername |
        sed 's/.*Signature=//')" d1138cdbc0ca63eec012ec0fc6c2267e03642168f5884a7795320d4c18374c61

# Ten kilobytes of token: a session token whose bytes are nearly all encoded.
LARGE=$(head -c 2300 /dev/zero | tr '\0' '/')$(head -c 2700 /dev/zero | tr '\0' 'x')
printf 'ASIALARGEEXAMPLE large-secret %s\nASIAPASTEXAMPLE past-secret past 20200101T000000Z\n' \
    "$LARGE" >>"$AURORA_KEYS_FILE"

for engine in mysql postgres; do
    use "$engine"
    good 'cluster endpoint' "$cluster" "$AURORA_USER"
    is "$engine: logged as allowed" "$(last server) $(last user) $(last verdict)" \
        "$engine $AURORA_USER allow"
    is "$engine: with the length of the token" "$(last length)" ${#token}
    is "$engine: and its digest" "$(last sha256)" "$(printf %s "$token" | sha256sum | cut -d' ' -f1)"
    ok "$engine: and nothing of it" ! grep -q 'Signature=' "$AURORA_LOG"
    good 'reader endpoint' "$reader" "$AURORA_USER"
    good 'instance endpoint' "$instance" "$AURORA_USER_2"
    good 'a name full of special characters' "$cluster" "$AURORA_USER_ODD"
    if test "$engine" = mysql; then
        good 'a name of 32 characters' "$cluster" "$AURORA_MYSQL_USER_LONG"
        good 'a name of 80 characters' "$cluster" "$AURORA_MYSQL_USER_LONGEST"
    else
        good 'a name of 63 characters' "$cluster" "$AURORA_POSTGRES_USER_LONG"
    fi
    good 'fourteen minutes old' "$cluster" "$AURORA_USER" --ago 840
    good 'a clock four minutes fast' "$cluster" "$AURORA_USER" --ago -240
    (
        export AWS_ACCESS_KEY_ID="$AURORA_TEMPORARY_ACCESS_KEY_ID"
        export AWS_SESSION_TOKEN="$AURORA_TEMPORARY_SESSION_TOKEN"
        sign >"$tmp/temporary"
        AWS_SESSION_TOKEN=other sign >"$tmp/other-session"
        unset AWS_SESSION_TOKEN
        sign >"$tmp/no-session"
        AWS_ACCESS_KEY_ID=ASIALARGEEXAMPLE AWS_SECRET_ACCESS_KEY=large-secret \
            AWS_SESSION_TOKEN=$LARGE sign >"$tmp/large"
        AWS_ACCESS_KEY_ID=ASIAPASTEXAMPLE AWS_SECRET_ACCESS_KEY=past-secret \
            AWS_SESSION_TOKEN=past sign >"$tmp/past"
    )
    exits "$engine: temporary credentials" 0 login "$cluster" "$port" "$AURORA_USER" \
        "$(cat "$tmp/temporary")"
    exits "$engine: a token of $(wc -c <"$tmp/large") bytes" 0 login "$cluster" "$port" \
        "$AURORA_USER" "$(cat "$tmp/large")"
    is "$engine: arrives whole" "$(last length)" "$(wc -c <"$tmp/large")"

    bad 'another region' region "$(sign --region us-east-1)"
    bad 'another service' service "$(sign --service rds)"
    bad 'another action' action "$(sign --action DbConnect)"
    bad 'another host' host "$("$aurora/sign" "x$cluster" "$port" "$AURORA_USER")"
    bad 'another port' port "$("$aurora/sign" "$cluster" 3305 "$AURORA_USER")"
    bad 'no port' form "$("$aurora/sign" "$cluster" '' "$AURORA_USER")"
    bad 'another user' user "$("$aurora/sign" "$cluster" "$port" "$AURORA_USER_2")"
    bad 'another case of the user' user "$("$aurora/sign" "$cluster" "$port" App_user)"
    bad 'signed 16 minutes ago' expired "$(sign --ago 960)"
    bad 'signed six minutes from now' future "$(sign --ago -360)"
    bad 'a life of 901 seconds' expires "$(sign --expires 901)"
    bad 'a short life that is over' expired "$(sign --expires 60 --ago 61)"
    bad 'a changed signature' signature "$(sign --tamper)"
    bad 'a cut signature' signature "$(sign | sed 's/.$//')"
    bad 'an unknown access key' key "$(AWS_ACCESS_KEY_ID=AKIAUNKNOWNEXAMPLE sign)"
    bad 'another secret' signature "$(AWS_SECRET_ACCESS_KEY=other sign)"
    bad 'an empty security token' session-token "$(AWS_SESSION_TOKEN='' sign)"
    bad 'a temporary key without its token' session-token "$(cat "$tmp/no-session")"
    bad "another session's token" session-token "$(cat "$tmp/other-session")"
    bad 'ended credentials' session-expired "$(cat "$tmp/past")"
    bad 'a trailing newline' form "$(sign --append '
.' | sed '$d')
"
    bad 'a trailing space' form "$(sign --append ' ')"
    bad 'a parameter too many' form "$(sign --append '&X=1')"
    bad 'a parameter twice' form "$(sign --append '&Action=connect')"
    bad 'lower-case hexadecimal digits' form "$(sign | sed 's/%2F/%2f/')"
    bad 'https:// in front' form "https://$(sign)"
    bad 'a plain password' form secret
    bad 'no rds-db:connect' policy \
        "$("$aurora/sign" "$cluster" "$port" "$AURORA_USER_DENIED")" "$AURORA_USER_DENIED"

    exits "$engine: a password of the database's own" 0 \
        login "$cluster" "$port" "$AURORA_PASSWORD_USER" "$AURORA_PASSWORD"
    exits "$engine: a user is added" 0 "$aurora/add-user" "$AURORA_DIR" "$engine" "it's \\ \"new"
    good 'a user added later' "$cluster" "it's \\ \"new"

    echo deny >"$AURORA_FAULTS_FILE"
    bad 'everything, as the fault says,' fault "$(sign)"
    echo slow 1 >"$AURORA_FAULTS_FILE"
    start=$(date +%s%N)
    good 'an answer that is slow' "$cluster" "$AURORA_USER"
    ok "$engine: took its time" test $((($(date +%s%N) - start) / 1000000)) -ge 1000
    : >"$AURORA_FAULTS_FILE"

    tunnel=$("$aurora/tunnel" "$AURORA_DIR" "$port")
    exits "$engine: through a tunnel, with the port of the endpoint" 0 \
        login "$cluster" "$tunnel" "$AURORA_USER" "$(sign)"
    before=$(decisions)
    run login 127.0.0.1 "$port" "$AURORA_USER" "$(sign)"
    isnt "$engine: a name that the certificate lacks ends it" "$status" 0
    is "$engine: before a token is sent" "$(decisions)" "$before"
done

use mysql
run env MYSQL_PWD="$(sign)" mariadb --no-defaults --skip-ssl -h 127.0.0.1 -P "$port" \
    -u "$AURORA_USER" -e 'SELECT 1'
like 'mysql: without TLS it is refused' "$status $err" '^1 ERROR 1045'
query='SELECT @@version'
run login "$cluster" "$port" "$AURORA_USER" "$(sign)"
query='SELECT count(*) FROM orders'
like 'mysql: it greets as Aurora' "$out" 'mysql_aurora'
run mariadb --no-defaults -h 127.0.0.1 -P "$port" -u rdsadmin -e 'SELECT 1'
isnt 'mysql: the administrator does not come over TCP' "$status" 0
use postgres
before=$(decisions)
run env PGPASSWORD="$(sign)" psql -Xw -c 'SELECT 1' \
    "host=127.0.0.1 port=$port user=$AURORA_USER sslmode=disable dbname=$AURORA_DATABASE"
like 'postgres: without TLS it is refused' "$status $err" 'pg_hba.conf rejects connection'
is 'postgres: before it asks for the token' "$(decisions)" "$before"
run psql -Xw -c 'SELECT 1' "host=127.0.0.1 port=$port user=rdsadmin dbname=$AURORA_DATABASE"
isnt 'postgres: the administrator does not come over TCP' "$status" 0

# with-names keeps the command what it was.
for way in namespace preload; do
    if AURORA_NAMES=$way "$aurora/with-names" "$AURORA_DIR" true 2>/dev/null; then
        # shellcheck disable=SC2016 # for the inner shell
        run env AURORA_NAMES=$way "$aurora/with-names" "$AURORA_DIR" \
            sh -c 'cat; id -u; getent hosts "$0"; exit 7' "$cluster" <"$tmp/a/pid"
        is "with-names by $way: exit code" "$status" 7
        is "with-names by $way: input, user, name" "$(echo "$out" | tr -s ' ')" \
            "$(cat "$tmp/a/pid")
$(id -u)
127.0.0.1 $cluster"
    else
        skip "with-names by $way" 'not possible here'
    fi
done

# A second one, elsewhere and with ports of tunnels.
exits 'a second one beside it' 0 "$aurora/up" "$tmp/b" --owner $$ --region us-east-1 \
    --mysql-endpoint-port 3306 --postgres-endpoint-port 5432
first_run=$(cat "$tmp/a/run") first_pids="$AURORA_MYSQL_PID $AURORA_POSTGRES_PID"
run "$aurora/up" "$tmp/a"
like 'a folder in use is refused' "$status $err" '^1 up: .* is up in'
mkdir "$tmp/other" && : >"$tmp/other/file"
run "$aurora/up" "$tmp/other"
like 'so is one that holds something else' "$status $err" '^1 up: .* holds something else'
# shellcheck disable=SC2030,SC2031 # the second's names stay in here
(
    # shellcheck source=/dev/null
    . "$tmp/b/env"
    for engine in mysql postgres; do
        use "$engine"
        endpoint=$AURORA_MYSQL_ENDPOINT_PORT
        test "$engine" = mysql || endpoint=$AURORA_POSTGRES_ENDPOINT_PORT
        test "$(login "$cluster" "$port" "$AURORA_USER" \
            "$("$aurora/sign" "$cluster" "$endpoint" "$AURORA_USER" --region us-east-1)")" = 5 || exit 1
    done
)
is 'the second takes tokens for the port of its endpoint' $? 0
use mysql
exits 'the first goes on' 0 login "$cluster" "$port" "$AURORA_USER" "$(sign)"

# Rogues: the control shows that the recording works and that careless clients are careless.
# shellcheck disable=SC2031 # not from that subshell
careless() { # KIND
    rogue=$("$aurora/rogue" "$AURORA_DIR" "$1" "$engine")
    if test "$engine" = mysql; then
        run env MYSQL_PWD=canary mariadb --no-defaults --ssl -h 127.0.0.1 -P "$rogue" \
            -u "$AURORA_USER" -e 'SELECT 1'
    else
        run env PGPASSWORD=canary psql -Xw "host=127.0.0.1 port=$rogue user=$AURORA_USER" -c 'SELECT 1'
    fi
}
# shellcheck disable=SC2031 # not from that subshell
careful() { # KIND
    rogue=$("$aurora/rogue" "$AURORA_DIR" "$1" "$engine")
    run login "$cluster" "$rogue" "$AURORA_USER" canary
}
for engine in mysql postgres; do
    use "$engine"
    careful good
    ok "$engine rogue: the control gets the password" grep -q canary "$AURORA_DIR/rogue/$rogue.plain"
    for kind in no-tls wrong-name other-ca expired self-signed; do
        careless $kind
        ok "$engine rogue: a careless client gives its password to $kind" \
            grep -q canary "$AURORA_DIR/rogue/$rogue.plain" "$AURORA_DIR/rogue/$rogue.wire"
        careful $kind
        ok "$engine rogue: a careful one does not" \
            ! grep -q canary "$AURORA_DIR/rogue/$rogue.plain" "$AURORA_DIR/rogue/$rogue.wire"
        ok "$engine rogue: though it was there" grep -q connected "$AURORA_DIR/rogue/$rogue.events"
    done
done

# The end: nothing stays, whichever way it comes.
# shellcheck disable=SC2317 # called by ok
gone() { # PID…
    for pid; do
        for _ in $(seq 200); do
            case $(ps -o stat= -p "$pid") in '' | Z*) continue 2 ;; esac
            sleep 0.1
        done
        return 1
    done
}
supervisor=$(cat "$tmp/a/pid")
exits 'down' 0 "$aurora/down" "$tmp/a"
# shellcheck disable=SC2086 # process ids
ok 'leaves no process' gone "$supervisor" $first_pids
ok 'and no folder of the servers' test ! -e "$first_run"
ok 'and none of its own' test ! -e "$tmp/a"
exits 'down again is no error' 0 "$aurora/down" "$tmp/a"

second_run=$(cat "$tmp/b/run") supervisor=$(cat "$tmp/b/pid")
second_pids=$(sed -n 's/^AURORA_.*_PID=//p' "$tmp/b/env")
rm -rf "$tmp/b"
# shellcheck disable=SC2086 # process ids
ok 'when the folder is removed, all of it ends' gone "$supervisor" $second_pids
ok 'and is removed' test ! -e "$second_run"

sh -c '"$1/up" "$2" && cat "$2/pid" "$2/run"; sed -n "s/^AURORA_.*_PID=//p" "$2/env"; kill -KILL $$' \
    sh "$aurora" "$tmp/c" >"$tmp/owned" 2>/dev/null
# shellcheck disable=SC2046 # process ids
ok 'when its owner is killed, all of it ends' gone $(grep -v / "$tmp/owned")
ok 'and is removed' test ! -e "$tmp/c" -a ! -e "$(grep / "$tmp/owned")"

"$aurora/up" "$tmp/c" --owner $$
# shellcheck source=/dev/null
. "$tmp/c/env"
third_run=$(cat "$tmp/c/run")
kill -KILL "$(cat "$tmp/c/pid")"
ok 'when the supervisor is killed, the servers end' gone "$AURORA_MYSQL_PID" "$AURORA_POSTGRES_PID"
exits 'what it left is taken over' 0 "$aurora/up" "$tmp/c" --owner $$ --engine none
ok 'and removed' test ! -e "$third_run"

"$aurora/down" "$tmp/c"
"$aurora/up" "$tmp/c" --owner $$ 2>/dev/null &
upping=$!
sleep 0.4
kill -TERM $upping
wait $upping
isnt 'up can be interrupted' $? 0
ok 'and leaves nothing' test ! -e "$tmp/c"

done_testing
