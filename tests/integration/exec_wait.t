#!/bin/bash
# --wait: a server that starts, fails over, has no room or does not know a grant yet is tried again, each
# time by a fresh token and a fresh look at the name, until it lets in or the time is over. What waiting
# cannot mend ends at once. And logins that come hours after the start.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/exec.sh"

start # with both engines
administrator=("$psql" -XAtqw -h "$AURORA_POSTGRES_SOCKET" -p "$AURORA_POSTGRES_PORT" -U rdsadmin
    -d postgres)
admin() { "${administrator[@]}" "$@"; }
ask() {
    case $engine in
    postgres) asking=("$psql" -XAtwc "$query") ;;
    mysql) asking=(mariadb -rNBe "$query") ;;
    esac
}
milliseconds() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# begins: exec in the background, which waits for something; ends NAME: it has come in.
begins() {
    mark
    as_exec "${asking[@]}"
    "${command[@]}" >"$tmp/said" 2>"$tmp/complained" &
    exec_pid=$!
}
comes_in() {
    local status=0
    wait $exec_pid || status=$?
    is "$1" "$status $(cat "$tmp/said" "$tmp/complained")" '0 5'
}
# at_once NAME STATUS REGEX [CLIENT ARG…]: long before the time is over.
at_once() {
    local began
    began=$(milliseconds)
    refuses "$1" "$2" "$3" "${@:4}"
    ok '  at once' test $(($(milliseconds) - began)) -lt 10000
}
denials() { test "$(tail -n +$((marked + 1)) "$AURORA_LOG" | grep -c '"deny"')" -ge "$1"; }

for engine in postgres mysql; do
    reach $engine
    ask
    with=(--wait 60)

    # --- what comes by and by -------------------------------------------------------
    via=$tmp/late.$engine
    begins
    sleep 0.4
    "$aurora/tunnel" "$AURORA_DIR" "$dial" "$via" >"$tmp/null" || bail_out 'no tunnel'
    comes_in "$engine: a tunnel that comes up later"
    for fault in reset close; do
        via=127.0.0.1:$(unsteady "$dial" 0 2 $fault)
        logs_in "$engine: the first two connections end: $fault" 5 through "${asking[@]}"
    done

    via=127.0.0.1:$dial
    user=$AURORA_USER_2
    echo "$user" >>"$AURORA_DENIED_FILE"
    begins
    ok "$engine: a user who is not let in yet is tried again" eventually denials 3
    sed -i "/^$user\$/d" "$AURORA_DENIED_FILE"
    comes_in "$engine: and comes in when the grant is there"
    fresh=$(tail -n +$((marked + 1)) "$AURORA_LOG" | sed 's/.*"sha256": //' | sort -u | wc -l)
    ok "$engine: by fresh tokens ($fresh)" test "$fresh" -ge 2
    user=$AURORA_USER

    # --- what does not --------------------------------------------------------------
    rogues no-tls wrong-name other-ca expired other-plugin early-bytes
    for kind in no-tls wrong-name other-ca expired early-bytes; do
        via=127.0.0.1:${rogue_of[$kind]}
        at_once "$engine: waiting does not mend $kind" 7 . "${asking[@]}"
    done
    via=127.0.0.1:${rogue_of[other-plugin]}
    at_once "$engine: nor a server that wants something else" 8 . "${asking[@]}"
    via=127.0.0.1:$dial
    database=missing
    at_once "$engine: nor a database that is not there" 8 missing "${asking[@]}"
    database=orders

    with=(--wait 2)
    echo "$user" >>"$AURORA_DENIED_FILE"
    began=$(milliseconds)
    refuses "$engine: when the time is over, the last cause is told" 8 "$user" "${asking[@]}"
    took=$(($(milliseconds) - began))
    ok "$engine:   after the time ($took ms)" test $took -ge 1900 -a $took -lt 6000
    sed -i "/^$user\$/d" "$AURORA_DENIED_FILE"
    with=()
    via=127.0.0.1:1
    at_once "$engine: without --wait there is one attempt" 6 . "${asking[@]}"
done

reach postgres
ask
with=(--wait 60)
via=127.0.0.1:$AURORA_MYSQL_PORT
at_once 'the wrong engine' 6 MySQL "${asking[@]}"
reach mysql
ask
via=127.0.0.1:$AURORA_POSTGRES_PORT
with=(--wait 2 --connect-timeout 1)
refuses 'the wrong engine, which waits to be asked' 6 . "${asking[@]}"
reach postgres
ask
with=(--wait 60)

# --- no room ------------------------------------------------------------------------

admin -c "ALTER ROLE $user CONNECTION LIMIT 0"
begins
sleep 0.6
admin -c "ALTER ROLE $user CONNECTION LIMIT -1"
comes_in 'too many connections, for a while'

# --- failing over --------------------------------------------------------------------

stub 2 || bail_out 'no stub'
knock=(python3 -I "$top/tests/integration/knock.py" postgres '{socket}' "$user" orders logins 1)
via=127.0.0.1:$stub_port with=(--engine postgres --wait 60)
run through "${knock[@]}"
like 'a writer that only reads for a moment' "$status $out" "^0 .*\"results\": \{\"in\": 1\}"
with=(--wait 60)

# The true thing: a server that shuts down, is away, starts, and is back.
via=127.0.0.1:$dial
server=$AURORA_POSTGRES_PID
mapfile -d '' server_command <"/proc/$server/cmdline"
mapfile -d '' server_environment <"/proc/$server/environ"
as_user=()
test "$(id -u)" != 0 || as_user=(setpriv --reuid="$(stat -c %u "/proc/$server")" \
    --regid="$(stat -c %g "/proc/$server")" --clear-groups)
"${administrator[@]}" -c 'SELECT pg_sleep(600)' >"$tmp/null" 2>&1 &
holding=$!
held() { test "$(admin -c "SELECT count(*) FROM pg_stat_activity
    WHERE query LIKE 'SELECT pg_sleep(%' AND state = 'active'")" = 1; }
eventually held || bail_out 'nobody holds the server'
kill -TERM "$server" # it waits for those who are in
shutting_down() { admin -c 'SELECT 1' 2>&1 | grep -q 'shutting down'; }
ok 'a server shuts down' eventually shutting_down
begins
sleep 0.4
kill -INT $holding
wait $holding 2>/dev/null
ok '  and is away' eventually gone "$server"
sleep 0.3
(cd / && exec "${as_user[@]}" env -i "${server_environment[@]}" "${server_command[@]}" \
    >"$tmp/server.log" 2>&1 </dev/null) &
at_exit "kill -QUIT $! 2>/dev/null; wait $!"
comes_in '57P03, a refused connection, 57P03 again, and in'

# --- a fresh look at the name ------------------------------------------------------------

if test "$AURORA_NAMES" = namespace; then
    mkdir "$tmp/names"
    # In its place, and at no time shorter: somebody may read it, whom a name that is not there ends.
    leads_to() { sed "s/^127\.0\.0\.1 /$1 /" "$AURORA_HOSTS_FILE" >"$tmp/names/next" &&
        cat "$tmp/names/next" 1<>"$tmp/names/hosts"; }
    leads_to 127.0.0.9
    via='' port=$dial
    mark
    as_exec "${asking[@]}"
    "$aurora/with-names" "$tmp/names" "${command[@]}" >"$tmp/said" 2>"$tmp/complained" &
    exec_pid=$!
    sleep 0.6
    leads_to 127.0.0.1
    comes_in 'a name that comes to lead to a server that lives'
    via=127.0.0.1:$dial
else
    skip 'a name that comes to lead to a server that lives' 'no mount namespace here'
fi

# --- hours later --------------------------------------------------------------------------

program=$RP_TEST_BUILD_DIR/rdspass
if test -x "$program"; then
    # By the clock of the program it is four hours ago, and the credentials of the instance have an
    # hour left then.
    "$aurora/metadata" "$tmp/metadata" imds --keys-file "$AURORA_KEYS_FILE" >"$tmp/null"
    echo 'credentials expires -10800' >"$tmp/metadata/imds.faults"
    echo -14400 >"$tmp/clock"
    credentials=(AWS_EC2_METADATA_SERVICE_ENDPOINT="$(cat "$tmp/metadata/imds.url")"
        RP_TEST_CLOCK_FILE="$tmp/clock")
    with=(--engine postgres --env 'PGHOST={socket-dir}' --env 'PGPORT={port}' --env 'PGUSER={user}'
        --env 'PGDATABASE={database}')
    # shellcheck disable=SC2016 # for the inner shell
    as_exec sh -c '"$@"; touch "$0"; while test -e "$0"; do sleep 0.05; done; exec "$@"' \
        "$tmp/between" "${asking[@]}"
    mark
    "${command[@]}" >"$tmp/said" 2>"$tmp/complained" &
    exec_pid=$!
    eventually test -e "$tmp/between" || bail_out "no first login: $(cat "$tmp/complained")"
    ok 'the token of a first login is of that time' logged postgres "$user" deny expired
    # The hours pass. Other credentials are served, and those of before are no good.
    sed -i '/^ASIA/d' "$AURORA_KEYS_FILE"
    echo "ASIARENEWEDEXAMPLE $AURORA_TEMPORARY_SECRET_ACCESS_KEY renewed" >>"$AURORA_KEYS_FILE"
    printf 'credentials %s\n' 'expires 21600' 'set AccessKeyId "ASIARENEWEDEXAMPLE"' \
        'set Token "renewed"' >"$tmp/metadata/imds.faults"
    echo 0 >"$tmp/clock"
    mark
    rm "$tmp/between"
    comes_in='hours later a login has a token of its own, from credentials renewed meanwhile'
    wait $exec_pid
    is "$comes_in" "$? $(cat "$tmp/said")" '0 5'
    ok '  in one attempt' logged postgres "$user" allow
else
    skip 'hours later' "$program is not there: make build-for-tests"
fi
nothing_left 'nothing is left'
done_testing
