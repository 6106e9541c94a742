#!/bin/bash
# The endpoint's name, which the gate resolves by itself: a reader's that leads elsewhere each time, one
# with dead addresses among others, and one that somebody has turned.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/exec.sh"

start # with both engines
test "$AURORA_NAMES" = namespace || skip_all 'no mount namespace here, to have names of our own in'
mkdir "$tmp/names"
leads_to() { # ADDRESS…: where all endpoint names lead from now on
    local address
    for address; do
        awk -v address="$address" '$1 == "127.0.0.1" && $2 != "localhost" { $1 = address; print }' \
            "$AURORA_HOSTS_FILE"
    done >"$tmp/names/hosts"
    echo '127.0.0.1 localhost' >>"$tmp/names/hosts"
}
leads_to 127.0.0.1
named() { "$aurora/with-names" "$tmp/names" "$@"; }
here() { # CLIENT ARG…: through a gate that has these names
    as_exec "$@"
    named "${command[@]}"
}
in_background() {
    as_exec "$@"
    "$aurora/with-names" "$tmp/names" "${command[@]}" >"$tmp/said" 2>&1 &
    exec_pid=$!
}

# A server of another kind at another address: it notes who comes, and hangs up.
bystander() { # ADDRESS
    : >"$tmp/calls" # not those of the one before
    python3 -IS -c '
import socket, sys
door = socket.create_server((sys.argv[1], int(sys.argv[2])))
print("ready", flush=True)
while True:
    caller = door.accept()[0]
    print("called", flush=True)  # before the caller can know of it
    caller.close()' "$1" "$dial" >"$tmp/calls" &
    bystander_pid=$!
    at_exit "kill $bystander_pid 2>/dev/null"
    eventually grep -q ready "$tmp/calls" || bail_out "no listener at $1"
}
calls() { grep -c called "$tmp/calls"; }

for engine in postgres mysql; do
    reach $engine
    via='' host=$reader
    case $engine in
    postgres)
        sleeping() { test "$("$psql" -XAtqw -h "$AURORA_POSTGRES_SOCKET" -p "$dial" -U rdsadmin -d postgres \
            -c "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(%'
            AND state = 'active'")" = "$1"; }
        client=$psql
        ask=("$psql" -XAtwc "$query")
        sleeper=("$psql" -XAtwc 'SELECT pg_sleep(600)')
        cancelled='canceling statement due to user request'
        with=(--engine postgres --env 'PGHOST={socket-dir}' --env 'PGPORT={port}' --env 'PGUSER={user}'
            --env 'PGDATABASE={database}')
        ;;
    mysql)
        sleeping() { test "$(mariadb --no-defaults -S "$AURORA_MYSQL_SOCKET" -u rdsadmin -NBe "SELECT count(*)
            FROM information_schema.processlist WHERE info LIKE 'SELECT sleep(600)%'")" = "$1"; }
        client=mariadb
        ask=(mariadb -rNBe "$query")
        sleeper=(mariadb -e 'SELECT sleep(600) FROM orders')
        cancelled='Query execution was interrupted'
        with=(--engine mysql --env 'MYSQL_UNIX_PORT={socket}')
        # In a shell, nothing puts the options before the arguments.
        ask_bare=(mariadb -S '{socket}' -u '{user}' -D '{database}' -rNBe "$query")
        ;;
    esac
    logs_in "$engine: the name leads there" 5 here "${ask[@]}"

    # --- a reader endpoint -----------------------------------------------------------
    bystander 127.0.0.2
    in_background "${sleeper[@]}"
    ok "$engine: a query runs" eventually sleeping 1
    leads_to 127.0.0.2
    kill -INT "$(process_of $exec_pid "${client##*/}")"
    wait $exec_pid
    like "$engine: behind a name that leads elsewhere now, it is cancelled" "$(cat "$tmp/said")" \
        "$cancelled"
    ok "$engine:   at its server" eventually sleeping 0
    is "$engine:   and nobody has been asked at the other address" "$(calls)" 0

    # While none is open, the name is asked anew.
    leads_to 127.0.0.1
    # shellcheck disable=SC2016 # for the inner shell
    case $engine in
    postgres) in_background sh -c '"$@"; touch "$0"; while test -e "$0"; do sleep 0.05; done; "$@"' \
        "$tmp/between" "${ask[@]}" ;;
    mysql) in_background sh -c '"$@"; touch "$0"; while test -e "$0"; do sleep 0.05; done; "$@"' \
        "$tmp/between" "${ask_bare[@]}" ;;
    esac
    ok "$engine: a first session of two" eventually test -e "$tmp/between"
    leads_to 127.0.0.2
    rm "$tmp/between"
    wait $exec_pid
    like "$engine: the next goes where the name leads then" "$(cat "$tmp/said")" '^5'
    is "$engine:   which is the other address" "$(calls)" 1
    kill "$bystander_pid"
    with=()

    # --- several addresses ---------------------------------------------------------
    leads_to 127.0.0.9 127.0.0.1
    logs_in "$engine: an address that refuses, and one that does not" 5 here "${ask[@]}"
    leads_to ::1 127.0.0.1
    logs_in "$engine: IPv6 that refuses, IPv4 that does not" 5 here "${ask[@]}"
    # A door whose queue is full answers nothing at all.
    : >"$tmp/full"
    python3 -IS -c '
import socket, sys, time
door = socket.create_server(("127.0.0.8", int(sys.argv[1])), backlog=0)
held = []
for _ in range(3):
    held.append(socket.socket())
    held[-1].setblocking(False)
    held[-1].connect_ex(("127.0.0.8", int(sys.argv[1])))
print("ready", flush=True)
time.sleep(60)' "$dial" >"$tmp/full" &
    full_pid=$!
    at_exit "kill $full_pid 2>/dev/null"
    eventually grep -q ready "$tmp/full" || bail_out 'no listener at 127.0.0.8'
    leads_to 127.0.0.8 127.0.0.1
    logs_in "$engine: an address that does not answer, and one that does" 5 here "${ask[@]}"
    leads_to 127.0.0.8
    with=(--connect-timeout 1)
    run here "${ask[@]}"
    is "$engine: no answer at all is an error of the network" "$status" 6
    like "$engine:   which names the address" "$err" '127\.0\.0\.8'
    leads_to 127.0.0.9
    run here "${ask[@]}"
    like "$engine: and so is a refusal" "$status $err" '^6 .*refused'
    with=()
    kill $full_pid

    # --- a name that somebody has turned ---------------------------------------------
    rogues no-tls wrong-name other-ca good
    leads_to 127.0.0.1
    host=$cluster
    for kind in no-tls wrong-name other-ca; do
        at=${rogue_of[$kind]} port=${rogue_of[$kind]}
        with=(--engine "$engine")
        kept "$engine: the name leads to $kind, which gets nothing" here "${ask[@]}"
        is "$engine:   and this is told" "$status" 7
    done
    at=${rogue_of[good]} port=${rogue_of[good]}
    lost "$engine: what the right server would get is seen" here "${ask[@]}"
    with=()
done
nothing_left 'nothing is left'
done_testing
