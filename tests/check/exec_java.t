#!/bin/bash
# Java programs with PostgreSQL JDBC and MariaDB Connector/J, which know no unix sockets, through the door
# on loopback of a gate: statements, batches, cursors, cancelled queries, many sessions.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/../integration/exec.sh"

drivers=/usr/share/java/postgresql.jar:/usr/share/java/mariadb-java-client.jar
command -v javac >/dev/null || skip_all 'javac is missing: scripts/packages check'
for file in ${drivers//:/ }; do
    test -f "$file" || skip_all "$file is missing: scripts/packages check"
done
exits 'a program is built' 0 javac -encoding UTF-8 -d "$tmp" "$top/tests/check/ThroughGate.java"

start --mysql-endpoint-port 3306 --postgres-endpoint-port 5432
java=(java -Dfile.encoding=UTF-8 -Xshare:auto -XX:TieredStopAtLevel=1 -cp "$drivers:$tmp" ThroughGate)
wanted='orders 5
customer Ada
customer Grace
customer Zoë
sum 200198890
cancelled
again 42
sessions 20'

for engine in postgres mysql; do
    reach "$engine"
    case $engine in
    postgres) url='jdbc:postgresql://{host}:{port}/{database}' sleep='SELECT pg_sleep(60)' ;;
    mysql) url='jdbc:mariadb://{host}:{port}/{database}' sleep='SELECT sleep(60) FROM orders' ;;
    esac
    for password in '' anything; do
        with=(--engine "$engine" --tcp)
        mark
        run through "${java[@]}" "$url" '{user}' "$password" "$sleep"
        is "$engine, password '$password'" "$status $out" "0 $wanted"
    done
    # The port may be one that the program's settings have.
    port_of_ours=$(python3 -IS -c '
import socket
door = socket.socket()
door.bind(("127.0.0.1", 0))
print(door.getsockname()[1])')
    with=(--engine "$engine" --tcp="$port_of_ours")
    fixed=${url/\{host\}/127.0.0.1}
    run through "${java[@]}" "${fixed/\{port\}/$port_of_ours}" "$user" '' "$sleep"
    is "$engine, at a port of ours" "$status $(head -n 1 "$tmp/out")" '0 orders 5'
    user=$AURORA_USER_ODD
    with=(--engine "$engine" --tcp)
    run through "${java[@]}" "$url" '{user}' '' "$sleep"
    is "$engine, an odd user" "$status $(head -n 1 "$tmp/out")" '0 orders 5'
    user=$AURORA_USER
    run through "${java[@]}" "$url" report_user '' "$sleep"
    is "$engine, another user is refused" "$status" 8
    like '  in words that say why' "$err" report_user
    with=()
done
nothing_left 'nothing is left'
done_testing
