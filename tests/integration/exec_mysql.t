#!/bin/bash
# MySQL's clients through a gate: what they print is what they print over a connection of their own,
# byte by byte, and what they can do there they can do here.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/exec.sh"

# The port of the endpoint is not the one that is dialled: the token must carry it all the same.
start --engine mysql --mysql-endpoint-port 3306
reach mysql

admin() { mariadb --no-defaults -S "$AURORA_MYSQL_SOCKET" -u rdsadmin --default-character-set=utf8mb4 "$@"; }
through_mariadb() { through mariadb -rNB "$@"; }
# direct: the database is an option of the client, not of the gate.
same_in() { # NAME CLIENT ARG…
    local database=''
    same "$@"
}

# --- logins ----------------------------------------------------------------------

logs_in 'mariadb logs in' 5 through_mariadb -e "$query"
is '  with nothing on standard error' "$err" ''
ok '  by one token' logged mysql "$user" allow
logs_in 'so does mysql' 5 through mysql -rNBe "$query"
for to in "$reader" "$instance"; do
    host=$to
    logs_in "${to%%.c*}" 5 through_mariadb -e "$query"
done
host=$cluster
for kind in temporary large; do
    keys $kind
    logs_in "$kind credentials" 5 through_mariadb -e "$query"
done
keys long
run through_mariadb -e 'SELECT nonsense'
is "the client's exit code is ours" "$status" 1
nothing_left 'nothing is left'

# --- results ---------------------------------------------------------------------

cat >"$tmp/results.sql" <<'SQL'
SELECT * FROM orders ORDER BY id;
DESCRIBE orders; SHOW CREATE TABLE orders;
SELECT 1/0, NULL, '', x'00ff', 1e308, CAST('{"a": [1, 2]}' AS CHAR);
SHOW WARNINGS;
SELECT * FROM missing;
INSERT INTO orders VALUES (1, 'again', 1, '2026-01-01');
CREATE TEMPORARY TABLE t (a INT PRIMARY KEY, b TEXT);
INSERT INTO t SELECT seq, repeat('é', seq % 50) FROM seq_1_to_20000;
UPDATE t SET b = 'changed' WHERE a < 100;
SELECT * FROM t ORDER BY a;
SELECT repeat('x', 3000000) AS wide;
START TRANSACTION; DELETE FROM orders; SAVEPOINT s; ROLLBACK; SELECT count(*) FROM orders;
PREPARE p FROM 'SELECT ? + 1, concat(?, "!")'; SET @a = 41, @b = 'so'; EXECUTE p USING @a, @b;
DEALLOCATE PREPARE p; EXECUTE p;
SELECT current_user(), user(), database(), @@character_set_client, @@collation_connection;
SELECT CAST('text' AS BINARY), 'naïve ☃ 😀', _latin1 'x';
delimiter //
CREATE OR REPLACE PROCEDURE several (IN n INT, OUT m INT)
BEGIN
    DECLARE i INT DEFAULT 0;
    WHILE i < n DO SELECT i, repeat('r', i * 1000); SET i = i + 1; END WHILE;
    SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'a warning';
    SET m = i;
END//
SELECT 1; SELECT 2; SELECT 3//
delimiter ;
CALL several(5, @m); SELECT @m;
USE mysql; SELECT database();
USE orders; SELECT database();
SQL
input=$tmp/results.sql
sed -i 's/user(), database/database/' "$tmp/results.sql"
same_in 'what mariadb prints' mariadb --force --comments -vvv --show-warnings orders
same_in 'in columns' mariadb --force -t --column-type-info orders
same_in 'in XML' mariadb --force -X orders
same_in 'in another character set' mariadb --force --default-character-set=latin1 orders
same_in 'with compression asked for' mariadb --force --compress orders
input=/dev/null
same_in 'several statements in one packet' \
    mariadb -vvve "delimiter //
SELECT 1; SELECT nonsense; SELECT 3//" --force orders

# --- large things ----------------------------------------------------------------

admin -e 'SET GLOBAL max_allowed_packet = 134217728'
{
    printf "SELECT length('" && head -c 67108800 /dev/zero | tr '\0' y && printf "') AS n"
} >"$tmp/packet.sql"
run through_mariadb --max-allowed-packet=128M <"$tmp/packet.sql"
is 'a statement of 64 MB comes in whole' "$status $out" '0 67108800'
# One of 64 MB, and around the limit of a packet.
is 'so do answers' "$(through_mariadb --max-allowed-packet=128M -e "SELECT repeat('z', 67108864);
    SELECT repeat('a', 16777211 + seq) FROM seq_0_to_2; SELECT 1" | sha256sum)" "$({
    head -c 67108864 /dev/zero | tr '\0' z && echo
    for n in 16777211 16777212 16777213; do head -c $n /dev/zero | tr '\0' a && echo; done
    echo 1
} | sha256sum)"

seq 1 120000 | sed 's/$/	some text that is carried in/' >"$tmp/carried"
cat >"$tmp/load.sql" <<SQL
CREATE OR REPLACE TABLE carried (id INT, body TEXT);
LOAD DATA LOCAL INFILE '$tmp/carried' INTO TABLE carried;
SHOW WARNINGS;
SELECT count(*), sum(id), md5(group_concat(body ORDER BY id LIMIT 1000)) FROM carried;
LOAD DATA LOCAL INFILE '$tmp/missing' INTO TABLE carried;
SELECT count(*) FROM carried;
SQL
input=$tmp/load.sql
same_in 'LOAD DATA LOCAL of four megabytes' mariadb --force -vvv --local-infile=1 orders
ok '  came in' grep -qw 120000 "$tmp/through.out"
input=/dev/null

# --- other tools -----------------------------------------------------------------

dump() { "$@" mariadb-dump --no-tablespaces --routines --skip-dump-date --skip-comments "${names[@]}"; }
names=(orders)
is 'mariadb-dump' "$(dump through | sha256sum)" "$(database='' dump direct | sha256sum)"
admin -e "CREATE DATABASE copy; GRANT ALL ON copy.* TO '$user'@'%'; GRANT SUPER ON *.* TO '$user'@'%'"
through mysqldump --no-tablespaces --routines orders 2>"$tmp/dump.err" | through mysql copy 2>"$tmp/load.err"
is 'mysqldump piped into mysql' "${PIPESTATUS[*]}$(cat "$tmp/dump.err" "$tmp/load.err")" '0 0'
names=(copy)
dump through >"$tmp/copy.dump"
names=(orders)
dump through >"$tmp/orders.dump"
ok '  makes the same database' cmp "$tmp/orders.dump" "$tmp/copy.dump"
database=''
run through mysqldump --no-tablespaces --databases orders copy
is 'mysqldump of several databases' "$status $(grep -c '^USE ' "$tmp/out")" '0 2'
database=orders
exits 'mysqladmin' 0 through mysqladmin ping
is '  is alive' "$out" 'mysqld is alive'
via=127.0.0.1:1
refuses '  and is not where the server cannot be reached' 6 '^rdspass: nothing listens' mysqladmin ping
via=127.0.0.1:$dial
run through mariadb-admin status
like 'mariadb-admin' "$status $out" '^0 Uptime'
admin -e "GRANT ALL ON slap.* TO '$user'@'%'"
exits 'mariadb-slap' 0 through mariadb-slap --concurrency=20 --iterations=2 --number-of-queries=400 \
    --auto-generate-sql --create-schema=slap
like '  has measured' "$out" 'Number of clients running queries: 20'
exits 'mysqlslap' 0 through mysqlslap --concurrency=5 --query='SELECT 1' --create-schema=slap
admin -e 'CREATE OR REPLACE TABLE copy.carried (id INT, body TEXT)'
exits 'mariadb-import' 0 through mariadb-import --local copy "$tmp/carried"
is '  has brought it all' "$(admin -NBe 'SELECT count(*) FROM copy.carried')" 120000
exits 'mysqlimport' 0 through mysqlimport --local --delete copy "$tmp/carried"

# --- users -----------------------------------------------------------------------

refuses 'another user is refused' 8 "ERROR 1045.*$AURORA_USER_2" mariadb -u "$AURORA_USER_2" -e 'SELECT 1'
admin -e "GRANT ALL ON *.* TO '$AURORA_USER_2'@'%'"
# shellcheck disable=SC1003,SC2016 # they are names
odd=("$AURORA_USER_ODD" 'a@b.example' 'say "hi"' "it's" ' outer' 'naïve é' '\' 'key=value&x' '%41+' '`')
for name in "${odd[@]}"; do
    test "$name" = "$AURORA_USER_ODD" || "$aurora/add-user" "$AURORA_DIR" mysql "$name" ||
        bail_out "no user $name"
    # shellcheck disable=SC2016 # quoted as SQL does
    printf 'CREATE DATABASE `%s`; GRANT ALL ON *.* TO '"'%s'"'@"%%";\n' "${name//\`/\`\`}" \
        "$(sed -e 's/\\/\\\\/g' -e "s/'/''/g" <<<"$name")" | admin || bail_out "no database $name"
    user=$name database=$name
    logs_in "user and database '$name'" "$name/$name" through mariadb --default-character-set=utf8mb4 \
        -rNBe "SELECT concat(substring_index(current_user(), '@%', 1), '/', database())"
done
user='' database=''
for name in "$AURORA_USER_2" "${odd[@]}"; do
    run through mariadb --default-character-set=utf8mb4 "--user=$name" -rNBe \
        "SELECT substring_index(current_user(), '@%', 1)"
    is "a target without user: '$name' is the client's" "$status $out" "0 $name"
done
user=$AURORA_MYSQL_USER_LONG
logs_in 'a user of 32 characters' "$user" through_mariadb -e "SELECT substring_index(current_user(), '@%', 1)"
user=$AURORA_USER database=orders
run through_mariadb -e 'SELECT database()' copy
is "the client's database goes before the target's" "$status $out" '0 copy'
refuses 'no such database' 8 'missing_database' mariadb -e 'SELECT 1' missing_database

# --- what the person says, and files ---------------------------------------------

run through_mariadb -h "$cluster" -P 1 --protocol=tcp -e "$query"
is '-h and -P do not lead elsewhere' "$status $out" '0 5'
run through_mariadb -P 3306 -h127.0.0.1 -e "$query"
is '  however they are written' "$status $out" '0 5'
cat >"$HOME/.my.cnf" <<END
[client]
host=127.0.0.1
port=1
protocol=tcp
socket=/nonexistent
user=somebody
password=other-password
ssl
ssl-verify-server-cert
ssl-ca=$tmp/missing.pem
default-auth=caching_sha2_password
[mysql]
skip-column-names
END
run through mariadb -Be "$query"
is 'an option file that leads elsewhere, demands TLS and another authentication does not count' "$status $out$err" '0 5'
cp "$HOME/.my.cnf" "$tmp/extra.cnf"
echo '[mysql]
column-names' >"$tmp/extra.cnf"
for first in "--defaults-extra-file=$tmp/extra.cnf" "--defaults-file=$tmp/extra.cnf" \
    "--defaults-file=$HOME/.my.cnf" --no-defaults; do
    run through mariadb "$first" -Be "SELECT 5 AS five"
    is "${first%%=*} stays in front" "$status $(tail -n 1 "$tmp/out")$err" '0 5'
done
exits '--print-defaults stays in front' 0 through mariadb --print-defaults
rm "$HOME/.my.cnf"
set_against=(MYSQL_HOST=127.0.0.1 MYSQL_TCP_PORT=1 MYSQL_UNIX_PORT=/nonexistent MYSQL_PWD=other
    MYSQL_HOME=/nonexistent)
logs_in "the environment's settings do not count" 5 through_mariadb -e "$query"
set_against=()

# --- interruption ----------------------------------------------------------------

sleeping() { test "$(admin -NBe "SELECT count(*) FROM information_schema.processlist
    WHERE info LIKE 'SELECT sleep(600)%'")" = "$1"; }
as_exec mariadb -e 'SELECT sleep(600) FROM orders'
"${command[@]}" >"$tmp/cancelled" 2>&1 &
exec_pid=$!
ok 'a query runs' eventually sleeping 1
kill -INT "$(process_of $exec_pid mariadb)"
status=0
wait $exec_pid || status=$?
like 'SIGINT to mariadb kills it' "$status $(cat "$tmp/cancelled")" '^1 .*'
like '  by a second login' "$(cat "$tmp/cancelled")" 'Query execution was interrupted'
ok '  at the server' eventually sleeping 0

cat >"$tmp/script" <<END
expect \\[orders\\]>
type SELECT sleep(600) FROM orders;
until mariadb --no-defaults -S "$AURORA_MYSQL_SOCKET" -u rdsadmin -NBe "SELECT info FROM information_schema.processlist" | grep -qx 'SELECT sleep(600) FROM orders'
type \\x03
expect Query execution was interrupted
expect \\[orders\\]>
type SELECT 6 * 7;
expect 42
type quit
end 0
END
as_exec mariadb
exits 'Ctrl-C at a terminal kills the query, and mariadb goes on' 0 \
    python3 -I "$top/tests/integration/terminal.py" "$tmp/script" "${command[@]}"

# --- ways ------------------------------------------------------------------------

via=$("$aurora/tunnel" "$AURORA_DIR" "$dial" "$tmp/forwarder") || bail_out 'no tunnel'
logs_in 'through a unix socket' 5 through_mariadb -e "$query"
via=127.0.0.1:$("$aurora/tunnel" "$AURORA_DIR" "$dial") || bail_out 'no tunnel'
logs_in 'through a tunnel' 5 through_mariadb -e "$query"
with=(--tcp)
logs_in '--tcp' 5 through env mariadb --no-defaults -rNBe "$query" \
    --protocol=tcp -h '{host}' -P '{port}' -u '{user}' -D '{database}'
logs_in '--tcp, where any password will do' 5 through env mariadb --no-defaults -rNBe "$query" \
    --protocol=tcp -h 127.0.0.1 -P '{port}' -u '{user}' --password=anything -D '{database}'
with=()
logs_in 'placeholders' 5 through env mariadb --no-defaults -rNBe "$query" -S '{socket}' -u '{user}' '{database}'

nothing_left 'nothing is left at the end'
done_testing
