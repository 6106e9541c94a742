#!/bin/bash
# PostgreSQL's clients through a gate: what they print is what they print over a connection of their
# own, byte by byte, and what they can do there they can do here.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/exec.sh"

bin=$("$top/scripts/packages" --servers | sed -n "s/.*POSTGRES_BIN='\(.*\)'/\1/p")
# The port of the endpoint is not the one that is dialled: the token must carry it all the same.
start --engine postgres --postgres-endpoint-port 5432
reach postgres

admin() { "$psql" -XAtqw -v ON_ERROR_STOP=1 -h "$AURORA_POSTGRES_SOCKET" -p "$dial" -U rdsadmin "$@"; }
through_psql() { through "$psql" -XAtw "$@"; }

# --- logins ----------------------------------------------------------------------

logs_in 'psql logs in' 5 through_psql -c "$query"
is '  with nothing on standard error' "$err" ''
ok '  by one token' logged postgres "$user" allow
logs_in "psql as Debian's wrapper" 5 through psql -XAtwc "$query"
for to in "$reader" "$instance"; do
    host=$to
    logs_in "${to%%.c*}" 5 through_psql -c "$query"
done
host=$cluster
for kind in temporary large; do
    keys $kind
    logs_in "$kind credentials" 5 through_psql -c "$query"
done
keys long
run through_psql -c 'SELECT 1/0'
is "the client's exit code is ours" "$status" 1
run through sh -c 'exit 37'
is '  whatever it is' "$status" 37
nothing_left 'nothing is left'

# --- results ---------------------------------------------------------------------

cat >"$tmp/results.sql" <<'SQL'
TABLE orders ORDER BY id;
\d orders
\dt
SELECT 1/0;
SELECT * FROM missing;
DO $$ BEGIN RAISE NOTICE 'noted %', repeat('n', 5000); RAISE WARNING E'warned\n\tin two lines'; END $$;
SELECT g, md5(g::text), repeat('é', g % 50) FROM generate_series(1, 20000) g;
SELECT repeat('x', 3000000) AS wide;
SELECT NULL, '', E'\\x00ff'::bytea, 'infinity'::float, '{"a": [1, 2]}'::jsonb, ARRAY['a', NULL];
SHOW client_encoding; SHOW application_name; SHOW work_mem; SHOW TimeZone; SHOW search_path;
SELECT session_user, current_user, current_database();
SELECT usename, datname, application_name FROM pg_stat_activity WHERE pid = pg_backend_pid();
BEGIN; CREATE TEMP TABLE t (a int) ON COMMIT DROP; SAVEPOINT s; INSERT INTO t VALUES ('no');
ROLLBACK TO s; INSERT INTO t VALUES (1), (2); TABLE t; COMMIT; TABLE t;
PREPARE p (int, text) AS SELECT $1 + 1, $2 || '!'; EXECUTE p(41, 'so'); DEALLOCATE p; EXECUTE p(1, '');
SELECT 1 \; SELECT 2 \; SELECT 3;
DECLARE c CURSOR WITH HOLD FOR SELECT generate_series(1, 1000); FETCH 3 FROM c; MOVE 900 FROM c;
FETCH ALL FROM c;
\set FETCH_COUNT 7
SELECT generate_series(1, 100);
\unset FETCH_COUNT
\copy orders TO stdout
COPY orders TO STDOUT (FORMAT binary);
COPY (SELECT g, 'text ' || g FROM generate_series(1, 50000) g) TO STDOUT;
\gdesc
\echo :SERVER_VERSION_NUM :USER :DBNAME :ENCODING
\c
\c - - - -
SELECT 'still here';
SQL
same 'what psql prints' "$psql" -Xwa -f "$tmp/results.sql"
set_against=(PGOPTIONS='-c work_mem=7MB -c search_path=public,pg_temp' PGAPPNAME='a name'
    PGTZ=Asia/Kathmandu PGCLIENTENCODING=LATIN1 PGDATESTYLE='German,DMY')
same 'startup parameters come through' "$psql" -Xwa -f "$tmp/results.sql"
ok '  and were there' grep -q '^ 7MB' "$tmp/through.out"
set_against=()

seq 1 300000 | sed 's/$/	some text that is carried in/' >"$tmp/rows"
cat >"$tmp/copy.sql" <<SQL
CREATE TEMP TABLE copied (id int, body text);
\copy copied FROM '$tmp/rows'
SELECT count(*), sum(id), md5(string_agg(body, '' ORDER BY id)) FROM copied;
\copy copied TO stdout
COPY copied TO STDOUT (FORMAT csv, HEADER);
COPY copied FROM STDIN;
1	one
not a number	here
\\.
COPY copied FROM STDIN (FORMAT csv);
7,"seven, or so"
\\.
SELECT count(*) FROM copied;
SQL
same 'COPY, both ways, ten megabytes' "$psql" -Xw -f "$tmp/copy.sql"
input=$tmp/rows
same 'COPY FROM STDIN of a pipe' "$psql" -XAtwc 'CREATE TEMP TABLE copied (id int, body text)' \
    -c 'COPY copied FROM STDIN' -c 'SELECT count(*), sum(id) FROM copied'
input=/dev/null

notified() { # COMMAND…
    "$@" "$psql" -Xwc 'LISTEN news' -c "NOTIFY news, 'told'" -c 'SELECT 1' 2>&1 |
        sed 's/with PID [0-9]*/with PID N/'
}
is 'LISTEN and NOTIFY' "$(notified through)" "$(notified direct)"
like '  told' "$(notified through)" 'notification "news" with payload "told" received'

# --- \c --------------------------------------------------------------------------

run through_psql -c '\c orders' -c 'SELECT current_database()'
is '\c logs in again' "$status $(tail -n 1 <<<"$out")" '0 orders'
printf '%s\n' '\c postgres' 'SELECT current_database();' >"$tmp/c.sql"
run through_psql -f "$tmp/c.sql"
is '\c to another database' "$status $(tail -n 1 <<<"$out")" '0 postgres'
printf '%s\n' "\\c - $AURORA_USER_2" '\echo not reached' >"$tmp/c.sql"
mark
run through_psql -v ON_ERROR_STOP=1 -f "$tmp/c.sql"
isnt '\c to another user is refused' "$status" 0
like '  in words that say why' "$err" "FATAL: .*$AURORA_USER_2"
unlike '  and psql goes no further' "$out" 'not reached'
ok '  and no token is made for it' logged postgres "$user" allow
refuses 'a user in the arguments is refused, too' 8 "$AURORA_USER_2" "$psql" -Xwc '' -U "$AURORA_USER_2"

# --- interruption ----------------------------------------------------------------

sleeping() { test "$(admin -d postgres -c "SELECT count(*) FROM pg_stat_activity
    WHERE query LIKE 'SELECT pg_sleep(%' AND state = 'active'")" = "$1"; }
as_exec "$psql" -XAtwc 'SELECT pg_sleep(600)'
"${command[@]}" >"$tmp/cancelled" 2>&1 &
exec_pid=$!
ok 'a query runs' eventually sleeping 1
kill -INT "$(process_of $exec_pid psql)"
status=0
wait $exec_pid || status=$?
is 'SIGINT to psql cancels it' "$status $(cat "$tmp/cancelled")" \
    $'1 Cancel request sent\nERROR:  canceling statement due to user request'

cat >"$tmp/script" <<END
expect orders=>
type SELECT pg_sleep(600);
until "$psql" -XAtqw -h "$AURORA_POSTGRES_SOCKET" -p "$dial" -U rdsadmin -d postgres -c "SELECT query FROM pg_stat_activity WHERE state = 'active'" | grep -qx 'SELECT pg_sleep(600);'
type \\x03
expect canceling statement due to user request
expect orders=>
type SELECT 6 * 7;
expect 42
type \\q
end 0
END
as_exec "$psql" -Xw -P pager=off
exits 'Ctrl-C at a terminal cancels the query, and psql goes on' 0 \
    python3 -I "$top/tests/integration/terminal.py" "$tmp/script" "${command[@]}"
ok '  no query is left' eventually sleeping 0

# --- pgbench, pg_dump and their kind ---------------------------------------------

exits 'pgbench -i' 0 through "$bin/pgbench" -iqs 1
for mode in simple extended prepared; do
    run through "$bin/pgbench" -n -M $mode -c 4 -j 2 -t 25
    like "pgbench -M $mode" "$status $out" 'transactions actually processed: 100/100'
done
mark
run through "$bin/pgbench" -n -S -c 50 -j 2 -t 20
like 'pgbench with 50 clients' "$status $out" 'transactions actually processed: 1000/1000'
# One login to look at the database, one for each client.
is '  each with a token of its own' "$(tail -n +$((marked + 1)) "$AURORA_LOG" |
    sed -n 's/.*"allow".*"sha256": //p' | wc -l)" 51

# Newer minor releases put a random word in.
dump() { "$@" 2>&1 | sed -E '/^\\(un)?restrict /d'; }
dump direct "$bin/pg_dump" >"$tmp/direct.sql"
dump through "$bin/pg_dump" >"$tmp/through.sql"
ok 'pg_dump' cmp "$tmp/direct.sql" "$tmp/through.sql"
ok '  is not nothing' grep -q "O'Neill" "$tmp/through.sql"
exits 'pg_dump -j 4' 0 through "$bin/pg_dump" -j 4 -Fd -f "$tmp/dump"
admin -d postgres -c 'CREATE DATABASE restored'
admin -d restored -c 'GRANT ALL ON SCHEMA public TO PUBLIC' || bail_out 'no second database'
exits 'pg_restore -j 4' 0 \
    through "$bin/pg_restore" --no-owner --no-privileges -j 4 -d restored "$tmp/dump"
dump through "$bin/pg_dump" --no-owner --no-privileges restored >"$tmp/restored.sql"
dump direct "$bin/pg_dump" --no-owner --no-privileges orders >"$tmp/original.sql"
ok '  makes the same database' cmp "$tmp/original.sql" "$tmp/restored.sql"
dump direct "$bin/pg_dumpall" --no-role-passwords >"$tmp/direct.sql"
dump through "$bin/pg_dumpall" --no-role-passwords >"$tmp/through.sql"
ok 'pg_dumpall' cmp "$tmp/direct.sql" "$tmp/through.sql"
ok '  with all databases' test "$(grep -c '^.connect' "$tmp/through.sql")" -ge 3

# --- replication -----------------------------------------------------------------

for kind in database true; do
    refuses "replication=$kind is refused, and why" 8 'FATAL: .*replication' \
        "$psql" -Xwc 'IDENTIFY_SYSTEM' "replication=$kind"
done

# --- names -----------------------------------------------------------------------

# shellcheck disable=SC1003 # they are names
odd=("$AURORA_USER_ODD" 'a@b.example' "it's \"quoted\"" ' outer ' 'naïve ☃' '\' 'key=value&x' '%41+')
for name in "${odd[@]}"; do
    test "$name" = "$AURORA_USER_ODD" || "$aurora/add-user" "$AURORA_DIR" postgres "$name" ||
        bail_out "no user $name"
    printf 'CREATE DATABASE "%s" TEMPLATE template0;\n' "${name//\"/\"\"}" | admin -d postgres ||
        bail_out "no database $name"
    user=$name database=$name
    logs_in "user and database '$name'" "$name/$name" \
        through_psql -c "SELECT current_user || '/' || current_database()"
done
user='' database=''
for name in "$AURORA_USER_2" "${odd[@]}"; do
    run through_psql -U "$name" -d postgres -c 'SELECT current_user'
    is "a target without user: '$name' is the client's" "$status $out" "0 $name"
done
user=$AURORA_USER database=orders
run through_psql -d postgres -c 'SELECT current_database()'
is "the client's database goes before the target's" "$status $out" '0 postgres'
user=$AURORA_POSTGRES_USER_LONG
logs_in 'a user of 63 characters' "$user" through_psql -c 'SELECT current_user'
user=$AURORA_USER

# --- targets ---------------------------------------------------------------------

by_target() { # TARGET [DATABASE]: exec with nothing else but the roots
    env -i PATH=/usr/bin:/bin HOME="$HOME" TMPDIR="$run_dir" LC_ALL=C.UTF-8 "${credentials[@]}" \
        "$program" exec --ca-file "$roots" "$@" -- "$psql" -XAtwc "$query"
}
logs_in 'a URL' 5 by_target "postgres://$user@$cluster/orders" --via "$via"
mkdir -p "$HOME/.config/rdspass"
cat >"$HOME/.config/rdspass/config" <<END
[shop]
host = $cluster
user = $user
database = postgres
engine = postgres
via = $via
END
logs_in 'a section, and a database' 5 by_target shop orders

# --- ways ------------------------------------------------------------------------

via=$("$aurora/tunnel" "$AURORA_DIR" "$dial" "$tmp/forwarder") || bail_out 'no tunnel'
logs_in 'through a unix socket' 5 through_psql -c "$query"
via=127.0.0.1:$("$aurora/tunnel" "$AURORA_DIR" "$dial") || bail_out 'no tunnel'
logs_in 'through a tunnel' 5 through_psql -c "$query"
with=(--tcp)
logs_in '--tcp' 5 through env "$psql" -XAtwc "$query" -h '{host}' -p '{port}' -U '{user}' -d orders
logs_in '--tcp, where any password will do' 5 through env PGPASSWORD=anything \
    "$psql" -XAtwc "$query" -h 127.0.0.1 -p '{port}' -U '{user}' -d '{database}'
with=(--env 'WHERE={socket-dir} {port} {user} {database}' --env 'DOOR={socket}')
# shellcheck disable=SC2016 # for the inner shell
run through sh -c \
    'set -- $WHERE; test -S "$DOOR" && test "$DOOR" = "$1/.s.PGSQL.$2" && shift 2 && echo "$@"'
is 'placeholders in --env' "$status $out" "0 $user orders"
with=()

nothing_left 'nothing is left at the end'
done_testing
