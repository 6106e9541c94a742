#!/bin/bash
# pgcli, mycli, and programs on psycopg2 and PyMySQL through a gate.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/../integration/exec.sh"

python=/usr/bin/python3 # Debian's, which has its modules
for tool in pgcli mycli; do
    command -v $tool >/dev/null || skip_all "$tool is missing: scripts/packages check"
done
$python -c 'import psycopg2, pymysql' 2>"$tmp/null" || skip_all 'modules are missing: scripts/packages check'

start --mysql-endpoint-port 3306 --postgres-endpoint-port 5432
typed() { # NAME CLIENT ARG…: at a terminal, by $tmp/script
    local name=$1
    shift
    as_exec "$@"
    exits "$name" 0 python3 -I "$top/tests/integration/terminal.py" "$tmp/script" "${command[@]}"
}
cat >"$tmp/script" <<'END'
expect app_user@\S+>
type SELECT 6 * 7 AS product;
expect 42
expect app_user@\S+>
type exit
end 0
END
set_against=(TERM=xterm PAGER=cat PROMPT_TOOLKIT_NO_CPR=1)

reach mysql
logs_in 'mycli' $'"count(*)"\n"5"' through mycli --csv -e "$query"
user='' database=''
run through mycli --csv -u "$AURORA_USER_2" -D orders -e 'SELECT 1 AS one'
is 'mycli, as whom the person says' "$status $(tail -n 1 "$tmp/out")" '0 "1"'
user=$AURORA_USER database=orders
refuses 'mycli, as somebody else' 8 . mycli -u "$AURORA_USER_2" -e 'SELECT 1'
typed 'mycli at a terminal' mycli

with=(--engine mysql)
# shellcheck disable=SC2016
logs_in 'PyMySQL' "[(1, 'Ada')] 5" through $python -c '
import pymysql, sys
socket, user, database = sys.argv[1:]
session = pymysql.connect(unix_socket=socket, user=user, database=database)
with session.cursor() as cursor:
    cursor.execute("SELECT id, customer FROM orders WHERE id < %s", [2])
    rows = list(cursor.fetchall())
    cursor.execute("SELECT count(*) FROM orders")
    print(rows, cursor.fetchone()[0])
session.ping()' '{socket}' '{user}' '{database}'
with=()

reach postgres
typed 'pgcli at a terminal' pgcli
with=(--engine postgres)
logs_in 'psycopg2' "[(1, 'Ada')] 5" through $python -c '
import psycopg2
session = psycopg2.connect("")
cursor = session.cursor()
cursor.execute("SELECT id, customer FROM orders WHERE id < %s", [2])
rows = cursor.fetchall()
cursor.execute("SELECT count(*) FROM orders")
print(rows, cursor.fetchone()[0])
session.close()'
with=()
nothing_left 'nothing is left'
done_testing
