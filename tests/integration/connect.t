#!/bin/bash
# rdspass connect with both servers: what runs and in which order, in which form results are printed,
# what is said of a statement that fails, exit codes, and the recipes that the docs have for it.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/connect.sh
. "$(dirname "$0")/connect.sh"

start --postgres-endpoint-port 5432 --mysql-endpoint-port 3306
tab=$'\t'
script=$tmp/script.sql

one_login() { logged "$engine" "$user" allow; }
hex_of() { od -An -v -tx1 "$1" | tr -d ' \n'; }

printf 'SELECT 3;\nSELECT 4' >"$tmp/3.sql"
echo 'SELECT 6;' >"$tmp/6.sql"
cat >"$tmp/wrong.sql" <<'SQL'
-- The first is good.
SELECT 1; /* and
then */ SELECT
  2;
SELECT
  nonsense;
SELECT 3;
SQL
rows='SELECT id, customer, amount FROM orders WHERE id IN (3, 5) ORDER BY id'
# csv ends its lines in CR LF.
csv() { printf '%s\r\n' "$@" | sed '$ s/$/x/' | tr -d '\n' | sed 's/\r/\r\n/g; s/x$//'; }

for i in {1..100000}; do echo "SELECT $i;"; done >"$tmp/many.sql"
closed() { connect "$@" >&-; }
full() { connect "$@" >/dev/full; }
left() {
    connect "$@" | true
    return "${PIPESTATUS[0]}"
}

for server in postgres mysql; do
    reach $server
    case $server in
    postgres) bytes="'\\x00ff41'::bytea" as_is='\\x00ff41'
        wrong='6: statement 3: ERROR 42703: .*"nonsense"' ;;
    # What stands behind a NUL and a byte that is no text.
    mysql) bytes="x'00ff41'" as_is=$'\\0\xff'A wrong="5: statement 3: ERROR 1054 \\(42S22\\): .*'nonsense'" ;;
    esac

    # --- what runs, in which order ----------------------------------------------------

    with=(--no-header)
    mark
    input=$tmp/6.sql
    gives "$server: -e, -c, -f and - in the order of the command line" $'1\n2\n3\n4\n5\n6\n7' \
        -e 'SELECT 1; SELECT 2;' -f "$tmp/3.sql" -c 'SELECT 5' -f - --execute 'SELECT 7'
    ok '  by one login' one_login
    gives '  standard input where nothing else is said' 6
    input=/dev/null
    gives '  nothing, from nothing' ''
    gives '  a comment, which looks like an option' 1 -e '-- all of it' -c $'--\nSELECT 1'
    gives '  a script from a pipe' 8 -f <(echo 'SELECT 8')
    gives '  one session for all of it' $'5\n6' -e 'CREATE TEMPORARY TABLE t (a int)' \
        -e 'INSERT INTO t VALUES (5)' -e 'SELECT a FROM t' -e 'UPDATE t SET a = 6' -e 'SELECT a FROM t'

    # --- in which form ----------------------------------------------------------------

    with=()
    gives "$server: tsv" "id${tab}customer${tab}amount
3${tab}Zoë${tab}NULL
5${tab}tab\\tand \"quote\"${tab}0.00" -e "$rows"
    gives '  csv' "$(csv id,customer,amount 3,Zoë, "5,\"tab${tab}and \"\"quote\"\"\",0.00")" \
        --format csv -e "$rows"
    gives '  json' '[
{"id":3,"customer":"Zoë","amount":null},
{"id":5,"customer":"tab\tand \"quote\"","amount":0.00}
]' --format json -e "$rows"
    gives '  vertical' "*************************** 1. row ***************************
      id: 3
customer: Zoë
  amount: NULL
*************************** 2. row ***************************
      id: 5
customer: tab${tab}and \"quote\"
  amount: 0.00" --format vertical -e "$rows"
    gives '  table' '+----+------------------+--------+
| id | customer         | amount |
+----+------------------+--------+
|  3 | Zoë              |   NULL |
|  5 | tab\tand "quote" |   0.00 |
+----+------------------+--------+' --format table -e "$rows"
    gives '  a text for NULL, and no header' "3${tab}Zoë${tab}-" --no-header --null - -e "${rows/, 5/}"
    gives '  the same in csv' "$(csv '3,Zoë,\N')" --format csv --no-header --null '\N' -e "${rows/, 5/}"
    gives '  no rows' "id${tab}customer${tab}amount" -e "${rows/3, 5/-1}"
    gives '  no rows in json' '[]' --format json -e "${rows/3, 5/-1}"
    gives '  several results' $'[\n{"a":1}\n]\n[\n{"a":2}\n]' \
        --format json -e 'SELECT 1 AS a; SELECT 2 AS a'
    gives '  one of them vertical, by \G' "a
1
*************************** 1. row ***************************
a: 2
a
3" -e $'SELECT 1 AS a; SELECT 2 AS a\\G\nSELECT 3 AS a'
    with=(--no-header)
    gives '  bytes as they come' "$as_is" -e "SELECT $bytes"
    gives '  in hexadecimal' 00ff41 --binary hex -e "SELECT $bytes"
    gives '  in base64' AP9B --binary base64 -e "SELECT $bytes"

    # --- what fails -------------------------------------------------------------------

    ends "$server: the first statement that fails ends the run, with its place" 9 \
        "^rdspass: $tmp/wrong.sql:$wrong" -f "$tmp/wrong.sql" -e 'SELECT 4'
    is '  behind what was printed before' "$out" $'1\n2'
    ends '  --force goes on, and ends so all the same' 9 \
        "^rdspass: $tmp/wrong.sql:$wrong" --force -f "$tmp/wrong.sql" -e 'SELECT 4'
    is '  with all the others' "$out" $'1\n2\n3\n4'
    like '  counted' "$err" '^rdspass: 1 statement failed$'
    input=$tmp/wrong.sql
    ends '  in standard input' 9 '^rdspass: standard input:[56]: statement 3'
    input=/dev/null
    ends '  in an argument' 9 '^rdspass: -e:1: statement 1: ERROR' -e 'SELECT nonsense'
    ends '  a script that breaks off' 9 'statement 1: ERROR' -e "SELECT 'no end"
    printf '\\! touch %s/owned\nSELECT 1;\n' "$tmp" >"$script"
    ends '  commands for the shell are none of ours' 9 "^rdspass: $script:1: .*command of .*, not SQL" -f "$script"
    like '  they are of the client that has them' "$err" '^hint: rdspass exec TARGET -- (psql|mysql) runs it'
    ok '  and none is run' test ! -e "$tmp/owned"

    # --- exit codes -------------------------------------------------------------------

    exits "$server: standard output is closed" 1 closed -e 'SELECT 1'
    like '  which is said' "$err" '^rdspass: .*standard output'
    exits '  standard output is full' 1 full -e 'SELECT 1'
    like '  which is said' "$err" '^rdspass: .*standard output: No space left on device'
    exits '  the reader has left' 1 left -f "$tmp/many.sql"
    is '  who needs no words about it' "$out$err" ''
    ends '  2: there is no such option' 2 '^rdspass: ' --no-such
    ends '  3: there is no such script' 3 "^rdspass: cannot read $tmp/missing" -f "$tmp/missing"
    ends '  3: a folder is none' 3 "^rdspass: cannot read $tmp: Is a directory" -f "$tmp"
    set_against=(AWS_CREDENTIAL_EXPIRATION=2020-01-01T00:00:00Z)
    ends '  5: credentials have expired' 5 '^rdspass: .*expired' -e 'SELECT 1'
    set_against=()
    via=127.0.0.1:1
    ends '  6: nobody answers' 6 '^rdspass: nothing listens at' -e 'SELECT 1'
    reach $server
    with=(--ca-file "$top/src/rds/roots/amazon.pem")
    ends '  7: not by the roots that are trusted' 7 '^rdspass: ' -e 'SELECT 1'
    with=(--no-header)
    user=$AURORA_USER_DENIED
    ends '  8: the user may not' 8 '^rdspass: ' -e 'SELECT 1'
    user=$AURORA_USER
done

# --- PostgreSQL alone ------------------------------------------------------------------

reach postgres
says() { # NAME LINE ARG…: on standard error, with -v
    local name=$1 wanted=$2
    shift 2
    run connect -v "$@" <"$input"
    tap_result "$(test "$status" = 0 && tap_matches "$err" "^rdspass: $wanted\$"
        echo $?)" "$name" || tell_connect -v "$@"
}
says 'postgres: -v says how many rows' 'SELECT 2' -e 'VALUES (1), (2)'
says '  how many were changed' 'INSERT 0 2' -e "CREATE TEMPORARY TABLE t (a int); INSERT INTO t VALUES (1), (2)"
says '  notices' 'NOTICE: three words here' -e "DO \$\$ BEGIN RAISE NOTICE 'three words here'; END \$\$"
gives '  without it nothing is said' '' -e "DO \$\$ BEGIN RAISE NOTICE 'three words here'; END \$\$"
with=(-v)
is '  each thing behind the rows that it is about' "$(connect -e 'SELECT 1 AS a; SELECT 2 AS a' 2>&1 |
    tail -n 6 | tr '\n' ' ')" 'a 1 rdspass: SELECT 1 a 2 rdspass: SELECT 1 '
with=(--no-header)

cat >"$script" <<'SQL'
SELECT 'a\', E'b\';', $$';$$;
SET standard_conforming_strings = off; SET escape_string_warning = off;
SELECT 'a\';b';
SET standard_conforming_strings = on;
SELECT 'a\'; SELECT 'b';
SQL
gives '  quotes are as the session has them' "a\\\\${tab}b';${tab}';
a';b
a\\\\
b" -f "$script"
printf "SET client_encoding = 'SJIS';\nSELECT E'\\x95\\x5c' = '\\x95\\x5c';\nSELECT 2;\n" >"$script"
gives '  a second byte of a character is no backslash' $'t\n2' -f "$script"

cat >"$script" <<'SQL'
\restrict abc123
CREATE TEMPORARY TABLE t (a int, b text);
COPY t (a, b) FROM stdin;
1	one\ttab
2	\N
3	; SELECT 'no statement';
\.
SELECT * FROM t ORDER BY a;
COPY t TO STDOUT;
COPY (SELECT a, b FROM t WHERE a < 3) TO STDOUT WITH (FORMAT csv, HEADER);
\unrestrict abc123
\connect orders
SELECT to_regclass('pg_temp.t') IS NULL AS is_new;
\c -reuse-previous=on "dbname='orders'"
SELECT 'again';
SQL
copied="1${tab}one\\ttab
2${tab}NULL
3${tab}; SELECT 'no statement';
1${tab}one\\ttab
2${tab}\\N
3${tab}; SELECT 'no statement';
a,b
1,one${tab}tab
2,
t
again"
gives '  COPY, its data in the script, and what pg_dump writes around it' "$copied" -f "$script"
input=$script
gives '  from standard input, too' "$copied"
printf '7\n8\n' >"$tmp/data"
input=$tmp/data
gives '  COPY with data in standard input' $'7\n8' -e 'CREATE TEMPORARY TABLE t (a int)' \
    -e 'COPY t FROM STDIN' -e 'SELECT * FROM t'
input=/dev/null
printf '%s\n' 'CREATE TEMPORARY TABLE t (a int);' 'COPY t FROM STDIN;' 1 two '\.' 'SELECT 2;' >"$script"
ends '  data that the server refuses' 9 "^rdspass: $script:2: statement 2: ERROR 22P02: .*COPY t, line 2" -f "$script"
ends '  --force goes on behind them' 9 "^rdspass: 1 statement failed" --force -f "$script"
is '  with the next statement' "$out" 2
ends '  \connect to another database' 9 '^rdspass: -e:1: \\connect to database other' -e '\connect other'
like '  is a matter of the command line' "$err" '^hint: .*rdspass connect TARGET DATABASE'
ends '  \unrestrict with another key' 9 'not the key' -e $'\\restrict a1\n\\unrestrict a2'
ends '  no other command between them' 9 'between' -e $'\\restrict a1\n\\connect orders'
ends '  psql has other commands' 9 '^rdspass: -e:2: \\copy is a command of psql, not SQL$' \
    -e $'SELECT 1;\n\\copy t from /etc/passwd'
like '  and can be run' "$err" '^hint: rdspass exec TARGET -- psql runs it$'

# --- MySQL alone -----------------------------------------------------------------------

reach mysql
says 'mysql: -v says how many rows' '2 rows' -e 'SELECT 1 UNION SELECT 2'
says '  how many were changed' '2 rows affected' -e 'CREATE TEMPORARY TABLE t (a int); INSERT INTO t VALUES (1), (2)'
with=(-v)
is '  behind the rows that it is about' "$(connect -e 'SELECT 1 AS a; SELECT 2 AS a' 2>&1 |
    tail -n 6 | tr '\n' ' ')" 'a 1 rdspass: 1 row a 2 rdspass: 1 row '
with=(--no-header)
says '  warnings' 'Warning 1642: three words here' \
    -e "SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'three words here'"
gives '  without it nothing is said' '' -e "SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'three words here'"

cat >"$script" <<'SQL'
SELECT 'a\';b', "\";c";
SET sql_mode = 'NO_BACKSLASH_ESCAPES';
SELECT 'a\'; SELECT "b\";
SET sql_mode = 'ANSI_QUOTES';
SELECT "a;b" FROM (SELECT 'x\';y' AS "a;b") q;
SQL
gives '  quotes are as the session has them' "a';b${tab}\";c
a\\\\
b\\\\
x';y" -f "$script"
printf "SET NAMES sjis;\nSELECT char_length('\\x95\\x5c');\nSELECT 2;\n" >"$script"
gives '  a second byte of a character is no backslash' $'1\n2' -f "$script"

with=()
cat >"$script" <<'SQL'
DELIMITER //
CREATE OR REPLACE PROCEDURE several (IN n INT)
BEGIN
    DECLARE i INT DEFAULT 0;
    WHILE i < n DO
        SELECT i AS `result; number`;
        SET i = i + 1;
    END WHILE;
    SELECT 'no row' FROM DUAL WHERE i < 0;
END//
CALL several(2)//
delimiter ;
CALL several(1);
/*!50000 SELECT 'executed' AS `of a comment` */;
use information_schema
SELECT database();
DROP PROCEDURE orders.several;
SQL
gives '  several results of a procedure, with DELIMITER' "result; number
0
result; number
1
no row
result; number
0
no row
of a comment
executed
database()
information_schema" -f "$script"
gives '  each an array in json' $'[\n{"a":1}\n]\n[\n{"a":2}\n]' --format json \
    -e $'delimiter $\nBEGIN NOT ATOMIC SELECT 1 AS a; SELECT 2 AS a; END $'
cat >"$script" <<'SQL'
DELIMITER //
CREATE TEMPORARY TABLE t (a int); INSERT INTO t VALUES (7);
SELECT a FROM t; -- the last
//
SELECT a
  FROM t;
SELECT
  FROM t
//
SQL
ends '  several statements before one delimiter, as mysql runs them' 9 \
    "^rdspass: $script:5: statement 2: ERROR 1064" -f "$script"
is '  with the results of those before the one that fails' "$out" $'a\n7\na\n7'
ends '  a delimiter that is none' 9 '^rdspass: -e:1: DELIMITER without a usable delimiter$' -e DELIMITER

printf '1\tone\n2\ttwo\n' >"$tmp/data"
loads=(-e 'CREATE TEMPORARY TABLE t (a int, b text)'
    -e "LOAD DATA LOCAL INFILE '$tmp/data' INTO TABLE t" -e 'SELECT count(*), max(b) FROM t')
ends '  LOAD DATA LOCAL is refused' 9 '^rdspass: -e:1: statement 2: ERROR' "${loads[@]}"
like '  with the reason, and how to allow it' "$err" \
    '^hint: LOAD DATA LOCAL lets the server ask for files of this machine: add --local-infile'
with=(--no-header --local-infile)
gives '  where it is allowed it loads' "2${tab}two" "${loads[@]}"
ends '  a file that is not there' 9 'No such file' "${loads[@]/$tmp\/data/$tmp/missing}"
# --- recipes ---------------------------------------------------------------------------

# The lines as docs/recipes.md has them, but for the names in capitals.
recipe() { # REGEX: the part of the one line that it matches
    grep -oE "$1" "$top/docs/recipes.md" | sed "s/USER@/$user@/; s/ENDPOINT/$host:$port/; s/DATABASE/$database/"
}
home=$tmp/recipes
mkdir "$home" "$home/.aws" "$home/.config" "$home/.config/rdspass"
printf '[backup]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$AURORA_ACCESS_KEY_ID" \
    "$AURORA_SECRET_ACCESS_KEY" >"$home/.aws/credentials"
ln -s "$program" "$tmp/rdspass" # it finds its files all the same
cat >"$home/.config/rdspass/config" <<END
[defaults]
ca-file = $roots
via = $via
[nightly]
host = $host
port = $port
engine = mysql
user = $user
database = $database
profile = backup
END
in_recipe() { # NAME=VALUE… LINE: as cron and runners do it, with the status of the line
    (cd "$home" && env -i PATH="${program%/*}:/usr/bin:/bin" HOME="$home" TMPDIR="$run_dir" "$@")
}

echo 'CREATE OR REPLACE TABLE nightly (a int); INSERT INTO nightly VALUES (1);' >"$home/nightly.sql"
line=$(recipe '  rdspass connect --wait 120 nightly .*')
mark
exits 'a cron line' 0 in_recipe sh -c "$line"
is '  is quiet' "$out$err" ''
is '  and its work is done' "$(ask 'SELECT count(*) FROM nightly')" 1
ok '  by one login' one_login
echo 'INSERT INTO nightly VALUES (1, 2)' >"$home/nightly.sql"
exits '  a statement that fails' 9 in_recipe sh -c "$line"

reach postgres
sed -i "s/^via = .*/via = $via/" "$home/.config/rdspass/config"
keys=("AWS_ACCESS_KEY_ID=$AURORA_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY=$AURORA_SECRET_ACCESS_KEY")
step=$(recipe 'rdspass connect --wait 60 .*-f migrate.sql')
next=$(recipe 'rdspass connect postgres:.*version.json')
printf 'CREATE TABLE migrations (version int);\nINSERT INTO migrations VALUES (7);\n' >"$home/migrate.sql"
exits 'a step of a CI job' 0 in_recipe "${keys[@]}" bash -e -c "$step"
is '  is quiet' "$out$err" ''
exits '  and the next one' 0 in_recipe "${keys[@]}" bash -e -c "$next"
is '  has its result' "$out$err$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1])))' \
    "$home/version.json")" "[{'version': 7}]"
exits '  a migration that fails' 9 in_recipe "${keys[@]}" bash -e -c "$step"
like '  says where' "$err" '^rdspass: migrate.sql:1: statement 1: ERROR 42P07: relation "migrations" already exists'

# A container: our programs, the libraries that they load, and nothing else.
image() {
    local file
    mkdir -p "$image/tmp" "$image/proc" "$image/dev" "$image/etc/rdspass" "$image/usr/bin"
    cp "$program" "$program"-gate "$program"-mysql "$program"-postgres "$image/usr/bin"
    for file in $(ldd "$image"/usr/bin/* | sed -nE 's/.* (\/[^ ]*) \(0x.*/\1/p; s/^\t(\/[^ ]*) \(0x.*/\1/p' |
        sort -u); do
        mkdir -p "$image${file%/*}" && cp -L "$file" "$image$file"
    done
    printf '[defaults]\nca-file = /roots.pem\nvia = %s\n' "$via" >"$image/etc/rdspass/config"
    cp "$roots" "$image/roots.pem"
}
image=$tmp/image
contained=(unshare --mount)
"${contained[@]}" true 2>/dev/null || contained=(unshare --user --map-root-user --mount)
if "${contained[@]}" true 2>/dev/null; then
    image
    line=$(recipe "rdspass connect postgres://USER@ENDPOINT/DATABASE -e 'SELECT 1'\$")
    # shellcheck disable=SC2016 # for the inner shell
    exits 'a container' 0 env -i "${keys[@]}" AWS_REGION="$AURORA_REGION" "${contained[@]}" \
        /bin/sh -c 'mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev" &&
            eval "exec /usr/sbin/chroot \"\$0\" $1"' "$image" "$line"
    is '  has its result' "$out$err" "?column?
1"
    is '  and nothing is left in it' "$(ls -A "$image/tmp")" ''
else
    skip 'a container' 'no mount namespace here'
fi
nothing_left 'nothing is left'
done_testing
