#!/bin/bash
# Clients and servers that Debian 12 does not have, through a gate: Oracle's mysql, mysqldump and
# mysqladmin 9, programs on libmysqlclient 9, Oracle's mysqld 9, and the client of MariaDB 11.8, which
# takes no server without TLS unless it is told to; and what connect makes of columns of that mysqld.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/connect.sh
. "$(dirname "$0")/../integration/connect.sh"

unpack() { # NAME PACKAGE…
    "$top/tests/check/unpack" "$@" 2>"$tmp/fetching" || {
        diag "$(cat "$tmp/fetching")"
        return 1
    }
}
absent='Debian unstable, which has these programs, cannot be reached from here'
oracle=$(unpack oracle mysql-client-core mysql-server-core libmysqlclient-dev) || skip_all "$absent"
mariadb=$(unpack mariadb-client mariadb-client-core) || skip_all "$absent"
# The package has the headers of a newer libc beside these.
mkdir "$tmp/include"
ln -s "$oracle/usr/include/mysql" "$tmp/include/mysql"

# Programs of their own names, as exec knows them.
wrap() { # FOLDER-TO FOLDER-FROM NAME…
    local to=$1 from=$2 name
    shift 2
    mkdir "$to"
    for name; do
        printf '#!/bin/sh\nexec %q %s "$@"\n' "$from/run" "$name" >"$to/$name"
        chmod +x "$to/$name"
    done
}
wrap "$tmp/oracle" "$oracle" mysql mysqldump mysqladmin mysqlimport mysqlslap mysqlshow mysqlcheck
wrap "$tmp/mariadb" "$mariadb" mariadb
run "$tmp/oracle/mysql" --version
like "Oracle's client" "$out" 'Ver 9\.'
run "$tmp/mariadb/mariadb" --version
like "MariaDB's newer client" "$out" 'from 1[1-9]\.'
exits 'a program on libmysqlclient 9 is built' 0 cc -O2 -o "$tmp/client9" "$top/tests/check/client9.c" \
    -I"$tmp/include" -I"$tmp/include/mysql" -Wl,--unresolved-symbols=ignore-in-shared-libs \
    "$oracle"/usr/lib/*/libmysqlclient.so.??

start --engine mysql --mysql-endpoint-port 3306
reach mysql

# --- Oracle's server -------------------------------------------------------------

mysqld=(env AURORA_VERIFIER="$(cat "$AURORA_DIR/run")/verifier" "$oracle/run" mysqld --no-defaults
    --user="$(id -un)" --basedir="$oracle/usr" --datadir="$tmp/server/data"
    --lc-messages-dir="$oracle/usr/share/mysql" --plugin-dir="$tmp/server/plugins"
    --secure-file-priv=NULL --mysqlx=OFF --skip-log-bin --innodb-use-native-aio=0)
mkdir -p "$tmp/server/plugins"
exits 'a plugin for mysqld is built' 0 cc -shared -fPIC -O2 -I"$tmp/include/mysql" \
    -o "$tmp/server/plugins/aws_authentication.so" "$top/tests/check/aws_authentication.c"
exits 'mysqld 9 is laid out' 0 "${mysqld[@]}" --initialize-insecure
port9=$(python3 -IS -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"${mysqld[@]}" --plugin-load-add=aws_authentication.so --socket="$tmp/server/socket" --port="$port9" \
    --bind-address=127.0.0.1 --require-secure-transport=ON --ssl-cert="$AURORA_DIR/pki/mysql.pem" \
    --ssl-key="$AURORA_DIR/pki/mysql.key" --max-allowed-packet=128M --local-infile=ON \
    >"$tmp/server/log" 2>&1 &
server_pid=$!
at_exit "kill -KILL $server_pid 2>/dev/null"
admin() { "$oracle/run" mysql --no-defaults -S "$tmp/server/socket" -u root "$@" 2>"$tmp/admin.err"; }
eventually admin -e 'SELECT 1' >"$tmp/null" || bail_out "no mysqld 9: $(tail -n 3 "$tmp/server/log")"
sql_name() { sed -e 's/\\/\\\\/g' -e "s/'/''/g" <<<"$1"; }
admin --default-character-set=utf8mb4 -e "CREATE DATABASE orders; $(
    sed 's/^CREATE TABLE /&orders./; s/INSERT INTO /&orders./' "$aurora/orders.sql"
) $(for name in "$AURORA_USER" "$AURORA_USER_ODD"; do
    printf "CREATE USER '%s'@'%%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
        GRANT ALL ON *.* TO '%s'@'%%';" "$(sql_name "$name")" "$(sql_name "$name")"
done) CREATE USER other IDENTIFIED BY 'password'" || bail_out "no users: $(cat "$tmp/admin.err")"

# --- all with all ------------------------------------------------------------------

cat >"$tmp/results.sql" <<'SQL'
SELECT * FROM orders ORDER BY id;
SELECT nonsense;
SELECT 1; SELECT 2; SELECT 3;
CREATE TEMPORARY TABLE t (a INT PRIMARY KEY, b TEXT);
INSERT INTO t VALUES (1, 'é'), (2, NULL);
SELECT * FROM t; UPDATE t SET b = 'x';
PREPARE p FROM 'SELECT ? + 1, concat(?, "!")'; SET @a = 41, @b = 'so'; EXECUTE p USING @a, @b;
DROP PROCEDURE IF EXISTS several;
delimiter //
CREATE PROCEDURE several (IN n INT)
BEGIN
    DECLARE i INT DEFAULT 0;
    WHILE i < n DO SELECT i, repeat('r', 10000); SET i = i + 1; END WHILE;
END//
delimiter ;
CALL several(5);
SELECT length(repeat('x', 20000000));
SQL

for server in MariaDB mysqld; do
    test "$server" = MariaDB || via=127.0.0.1:$port9
    for client in "$tmp/oracle/mysql" "$tmp/mariadb/mariadb" mariadb; do
        name="$server by ${client#"$tmp/"}"
        logs_in "$name" 5 through "$client" -rNBe "$query"
        unlike "$name: no complaint" "$err" '[Ee]rror|[Ww]arning'
        run through "$client" --force -rB <"$tmp/results.sql"
        cp "$tmp/out" "$tmp/results.${client//\//_}"
        like "$name: errors pass" "$err" "ERROR 1054.*Unknown column"
        ok "$name: what it prints is what mariadb prints" \
            test "$(sha256sum <"$tmp/results.${client//\//_}")" = \
            "$(through mariadb --force -rB <"$tmp/results.sql" 2>"$tmp/null" | sha256sum)"
        head -c 30000000 /dev/zero | tr '\0' y | { printf "SELECT length('" && cat && printf "')"; } >"$tmp/packet"
        run through "$client" --max-allowed-packet=128M -rNB <"$tmp/packet"
        is "$name: a statement of 30 MB" "$status $out" '0 30000000'
        user=$AURORA_USER_ODD
        logs_in "$name: an odd user" "$user" through "$client" --default-character-set=utf8mb4 -rNBe \
            "SELECT substring_index(current_user(), '@%', 1)"
        user=$AURORA_USER
        refuses "$name: another user is refused" 8 "ERROR 1045.*report_user" "$client" -u report_user -e ''
    done

    name="$server by libmysqlclient 9"
    with=(--engine mysql)
    logs_in "$name" $'5\n1\n2\nbound!' through "$oracle/run" "$tmp/client9" '{socket}' '{user}' '{database}' \
        "$query" 'SELECT 1; SELECT 2' "SELECT concat(?, '!')"
    with=()

    logs_in "$server: placeholders" 5 through env "$tmp/oracle/mysql" --no-defaults -rNBe "$query" -S '{socket}' \
        -u '{user}' --ssl-mode=DISABLED '{database}'

    run through "$tmp/oracle/mysqldump" --no-tablespaces --column-statistics=0 --set-gtid-purged=OFF orders orders
    is "$server by mysqldump" "$status $(grep -c "O\\\\'Neill" "$tmp/out")" '0 1'
    run through "$tmp/oracle/mysqladmin" ping
    is "$server by mysqladmin" "$status $out" '0 mysqld is alive'
    run through "$tmp/oracle/mysqlslap" --concurrency=10 --query='SELECT 1' --number-of-queries=100
    like "$server by mysqlslap" "$status $(tr '\n' ' ' <"$tmp/out")" '^0 .*Benchmark'
    run through "$tmp/oracle/mysqlshow" orders
    like "$server by mysqlshow" "$status $(tr '\n' ' ' <"$tmp/out")" '^0 .*orders'
    seq 1 100000 >"$tmp/numbers"
    run through "$tmp/oracle/mysql" --local-infile=1 -rNBe "CREATE TABLE IF NOT EXISTS numbers (n INT);
        LOAD DATA LOCAL INFILE '$tmp/numbers' INTO TABLE numbers; SELECT count(*) FROM numbers; DROP TABLE numbers"
    is "$server: LOAD DATA LOCAL" "$status $out" '0 100000'
done

# --- the built-in client with Oracle's server ----------------------------------------

# Column by column as the type is: JSON and vectors are types of their own there.
gives 'a column of JSON is JSON' '[
{"j":{"a": [1, 2.5, null], "b": "é"},"t":"{\"a\": 1}","s":"é"},
{"j":[],"t":null,"s":null}
]' --format json -e "CREATE TEMPORARY TABLE t (id INT, j JSON, t TEXT);
    INSERT INTO t VALUES (1, '{\"b\": \"é\", \"a\": [1, 2.5, null]}', '{\"a\": 1}'), (2, '[]', NULL);
    SELECT j, t, j->>'\$.b' AS s FROM t ORDER BY id"
gives '  and text in the other forms' $'{"a": 1}' --no-header -e "SELECT json_object('a', 1)"
gives '  a vector is bytes' $'[\n{"v":"0000803f00000040"}\n]' --format json \
    -e "SELECT to_vector('[1,2]') AS v"

user=other
refuses "mysqld asks another user for something else" 8 'caching_sha2_password' "$tmp/oracle/mysql" -e ''
user=$AURORA_USER

# --- what a home has against it ------------------------------------------------------

cat >"$HOME/.my.cnf" <<END
[client]
host=127.0.0.1
port=1
user=somebody
password=other-password
loose-ssl-mode=VERIFY_IDENTITY
loose-ssl-verify-server-cert
ssl-ca=$tmp/missing.pem
END
chmod 600 "$HOME/.my.cnf"
env -u LD_LIBRARY_PATH "$oracle/run" mysql_config_editor set --login-path=client --host=localhost.localdomain \
    --user=somebody --port=1 </dev/null || bail_out 'no login path'
for client in "$tmp/oracle/mysql" "$tmp/mariadb/mariadb"; do
    logs_in "files at home do not lead ${client##*/} elsewhere" 5 through "$client" -rNBe "$query"
done

kill $server_pid
wait $server_pid
nothing_left 'nothing is left'
done_testing
