#!/bin/bash
# rdspass connect gives the data that mysql and psql give, over values of every column type of both
# servers: at their limits, with every byte, in many scripts.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/connect.sh
. "$(dirname "$0")/connect.sh"

start --postgres-endpoint-port 5432 --mysql-endpoint-port 3306
data() { python3 -IBX utf8 "$top/tests/integration/connect_data.py" "$@"; }

# Also in a database of the name `twin`, which the engine's own client fills.
for server in postgres mysql; do
    reach $server
    data script $server >"$tmp/$server.sql"
    data queries $server >"$tmp/$server.queries"
    case $server in
    postgres) ask 'CREATE DATABASE twin' ;;
    mysql) ask 'CREATE DATABASE twin CHARACTER SET utf8mb4' ;;
    esac
    input=$tmp/$server.sql
    gives "$server: the script runs" ''
    case $server in
    postgres) in=twin admin -v ON_ERROR_STOP=1 <"$tmp/postgres.sql" ;;
    mysql) in=twin admin <"$tmp/mysql.sql" ;;
    esac || bail_out "the client of $server cannot do it"
done

# --- MySQL: byte by byte ---------------------------------------------------------------

input=$tmp/mysql.queries
as_mysql() { in=$1 admin --skip-raw --column-names <"$input"; }
as_mysql orders >"$tmp/orders.tsv"
as_mysql twin >"$tmp/twin.tsv"
ok 'mysql: the script has made the same of it' cmp "$tmp/orders.tsv" "$tmp/twin.tsv"
exits '  the queries run' 0 connect -f "$input"
ok '  with the bytes of mysql --batch' cmp "$tmp/orders.tsv" "$tmp/out"
is '  of all types' "$(grep -c "^id	v$" "$tmp/out")" "$(grep -c SELECT "$input")"
connect --null '<null>' <"$input" >"$tmp/mysql.tsv"
connect --format json <"$input" >"$tmp/mysql.json"
ok '  json has the same data' data json mysql "$tmp/mysql.tsv" "$tmp/mysql.json"

# --- PostgreSQL ------------------------------------------------------------------------

reach postgres
input=$tmp/postgres.queries
# Fields and rows end in a NUL, which no value has: nothing is escaped.
as_psql() { in=$1 admin -z0 -P null='<null>' -f "$input"; }
as_psql orders >"$tmp/orders.fields"
as_psql twin >"$tmp/twin.fields"
ok 'postgres: the script has made the same of it' cmp "$tmp/orders.fields" "$tmp/twin.fields"
exits '  the queries run' 0 connect --no-header --null '<null>' -f "$input"
cp "$tmp/out" "$tmp/postgres.tsv"
connect --no-header --null '<null>' --format csv <"$input" >"$tmp/postgres.csv"
ok '  tsv and csv have the data of psql' data postgres "$tmp/orders.fields" "$tmp/postgres.tsv" "$tmp/postgres.csv"
connect --null '<null>' <"$input" >"$tmp/postgres.tsv"
connect --format json <"$input" >"$tmp/postgres.json"
ok '  json has the same data' data json postgres "$tmp/postgres.tsv" "$tmp/postgres.json"
done_testing
