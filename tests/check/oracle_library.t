#!/bin/bash
# rdspass-mysql built with Oracle's libmysqlclient, which Debian 12 does not have: it does what it does
# with MariaDB's. It runs with the loader and the libraries that Oracle's was built for.

# shellcheck disable=SC2016,SC2317 # code for at_exit; functions are called by name
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/../integration/lib.sh"

tree=$("$top/tests/check/unpack" oracle-library libmysqlclient-dev libcjson1 libedit2 2>"$tmp/fetching") || {
    diag "$(cat "$tmp/fetching")"
    skip_all "Debian unstable, which has Oracle's library, cannot be reached from here"
}
loader=$(echo "$tree"/usr/lib/*/ld-linux*.so.*)
libraries=${loader%/*}
# Its headers without those of a newer libc, which lie beside them.
mkdir "$tmp/include"
ln -s "$tree/usr/include/mysql" "$tmp/include/mysql"

flavor=oracle-$$
at_exit 'rm -rf "$top/build/release-$flavor"'
build() {
    env -u MAKEFLAGS -u MAKELEVEL -u MAKEOVERRIDES make --no-print-directory -C "$top" -j2 DEVELOPER=1 \
        FLAVOR="$flavor" MYSQL_LIBRARY=mysqlclient \
        MYSQL_CFLAGS="-isystem $tmp/include/mysql -isystem $tmp/include" \
        MYSQL_LIBS="-L$libraries -lmysqlclient" \
        LDFLAGS="-Wl,--allow-shlib-undefined,--dynamic-linker=$loader,--disable-new-dtags,-rpath,$libraries" \
        "build/release-$flavor/rdspass-mysql"
}
exits 'it builds without a warning' 0 build
is '  and without a word' "$err" ''
like "  with Oracle's library" "$(readelf -d "$top/build/release-$flavor/rdspass-mysql")" \
    'NEEDED.*libmysqlclient\.so'

mkdir "$tmp/bin"
cp -R "$RP_BUILD/rdspass" "$RP_BUILD/rdspass-gate" "$RP_BUILD/ca" "$tmp/bin/"
cp "$top/build/release-$flavor/rdspass-mysql" "$tmp/bin/"
program=$tmp/bin/rdspass

start --engine mysql
use mysql
connect() {
    rdspass connect --engine mysql --host "$host" --port "$port" --via "127.0.0.1:$dial" --ca-file "$roots" \
        --user="$user" --database="$database" "$@"
}
ask() { connect --no-header -e "$@"; }

logs_in 'it logs in' 5 ask "$query"
is '  with nothing on standard error' "$err" ''
run ask "SELECT 1 a, 'ä€😀' b, NULL c, 1.50 d, X'00ff' e, b'101' f, '' g" --format json
like 'columns are of their kind' "$out" \
    '^\{"a":1,"b":"ä€😀","c":null,"d":1.50,"e":"00ff","f":"05","g":""\}$'
run connect --no-header -f - <<'END'
DELIMITER //
CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END//
DELIMITER ;
CALL p();
DROP PROCEDURE p;
END
is 'a procedure has several results' "$status $out" $'0 1\n2'
run ask 'SELECT 1; SELECT nonsense'
is 'a statement fails' "$status" 9
like '  with its place and words' "$err" '^rdspass: -e:1: statement 2: ERROR 1054 \(42S22\): Unknown column'
run ask 'SELECT sleep(600)' --timeout 1
is 'a statement is cancelled' "$status" 9
like '  after its time' "$err" 'cancelled after 1 second \(--timeout\)'
run ask 'KILL CONNECTION_ID()'
is 'a lost connection is one' "$status" 6
load='CREATE TEMPORARY TABLE t (a INT); LOAD DATA LOCAL INFILE "lines" INTO TABLE t; SELECT sum(a) FROM t'
printf '1\n2\n' >lines
run ask "$load"
is 'LOAD DATA LOCAL is refused' "$status" 9
like '  with the way to allow it' "$err" '^hint: .*--local-infile'
run ask "$load" --local-infile
is '  or not, where that is asked for' "$status $out" '0 3'
done_testing
