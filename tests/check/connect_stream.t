#!/bin/bash
# rdspass connect takes no more memory for a result of ten million rows than for one of a million, nor
# for a script of a gigabyte than for one of ten megabytes.

# shellcheck disable=SC2317,SC2154 # functions are called by name; variables are of what is sourced
# shellcheck source=tests/integration/connect.sh
. "$(dirname "$0")/../integration/connect.sh"

start --postgres-endpoint-port 5432 --mysql-endpoint-port 3306
cc -O2 -std=gnu17 -D_GNU_SOURCE -static -o "$tmp/spawn" "$top/tests/bench/spawn.c" ||
    bail_out 'spawn does not build'

# Runs the command, and sets $peak, in KiB: of rdspass, its gate, its client and what else there is.
measure() { # COMMAND…
    peak=$("$tmp/spawn" -n 1 ::: it "$@" 2>"$tmp/err" | cut -f 4)
    test -n "$peak" || diag "$(tail -c 1000 "$tmp/err")"
}

# Less is more: the same within a megabyte, and small.
constant() { # NAME PEAK-OF-LITTLE PEAK-OF-MUCH AT-MOST-MB
    diag "$1: $2 KiB, then $3 KiB"
    ok "$1" test "${3:-999999}" -le $((${2:-0} + 1024)) -a "${3:-999999}" -le $(($4 * 1024))
}

rows_of() { # ROWS: a query
    case $engine in
    postgres) echo "SELECT i, 'some text ' || i, i * 1.5 FROM generate_series(1, $1) i" ;;
    mysql) echo "SELECT seq, concat('some text ', seq), seq * 1.5 FROM seq_1_to_$1" ;;
    esac
}
stream() { # ROWS ARG…
    as_connect "${@:2}" -e "$(rows_of "$1")"
    measure "$(command -v env)" "${command[@]:1}"
}

# The line of 100,000 bytes so many times, as a script.
pour() { # LINES LINE [ARG…]
    as_connect "${@:3}"
    # shellcheck disable=SC2016 # for the inner shell
    measure /bin/sh -c 'line=$1 lines=$2 && shift 2 && yes "$line" | head -n "$lines" | "$@"' sh "$2" "$1" \
        "${command[@]}"
}
text=$(head -c 50000 /dev/zero | tr '\0' x)

for server in postgres mysql; do
    reach $server
    stream 1000000
    little=$peak
    stream 10000000
    constant "$server: ten million rows" "$little" "$peak" 16
    for form in csv json vertical table; do
        stream 10000 --format $form
        little=$peak
        stream 1000000 --format $form
        constant "  a million as $form" "$little" "$peak" 20
    done

    statement="SELECT length('$text') AS n; -- $text"
    pour 100 "$statement"
    little=$peak
    pour 10000 "$statement"
    constant "$server: a script of a gigabyte" "$little" "$peak" 16
    pour 10000 "-- $text$text"
    constant '  of comments alone' "$little" "$peak" 16
    test $server = postgres || continue
    ask "CREATE TABLE nowhere (a text);
        CREATE FUNCTION drops() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER drops BEFORE INSERT ON nowhere FOR EACH ROW EXECUTE FUNCTION drops();
        GRANT ALL ON nowhere TO PUBLIC"
    pour 100 "$text$text" -e 'COPY nowhere FROM STDIN'
    little=$peak
    pour 10000 "$text$text" -e 'COPY nowhere FROM STDIN'
    constant '  of data for COPY' "$little" "$peak" 16
done
nothing_left 'nothing is left'
done_testing
