# What the tests of `rdspass connect` share, beside exec.sh, which it sources (and lib.sh by it).
#
#   connect ARG…             runs `rdspass connect` to $host and $port, which are dialled at $via, as
#                            $user to $database; its results are tsv without a header
#   as_connect ARG…          the same, with no such options, as an array of words, $command: to be run
#                            in the background, where $! is rdspass itself, or elsewhere
#   gives NAME WANTED ARG…   passes where connect ends with 0, prints WANTED and nothing else, and
#                            nothing on standard error; standard input is $input
#   ends NAME STATUS REGEX ARG…
#                            passes where it ends so, and its standard error matches
#   admin ARG…               the administrator's psql or mariadb, past all gates; bare rows
#   sessions                 prints how many sessions $user has at the server
#   running TEXT N           succeeds where N statements that begin with TEXT run at the server
# shellcheck shell=bash disable=SC2034,SC2154 # variables are for the tests that source this

# shellcheck source=tests/integration/exec.sh
. "$(dirname "${BASH_SOURCE[0]}")/../integration/exec.sh"

as_connect() {
    command=(env -i PATH=/usr/bin:/bin HOME="$HOME" TMPDIR="$run_dir" LC_ALL=C.UTF-8 TERM=dumb
        "${credentials[@]}" ${clock:+RP_TEST_CLOCK_OFFSET="$clock"} "${set_against[@]}"
        "$program" connect --host "$host" --port "$port" --ca-file "$roots" --engine "$engine"
        ${via:+--via "$via"} ${user:+"--user=$user"} ${database:+"--database=$database"}
        "${with[@]}" "$@")
}

connect() {
    as_connect "$@"
    "${command[@]}"
}

tell_connect() { # ARG…
    diag "connect $* ended with $status
stdout: $(head -c 2000 "$tmp/out" | tr -d '\000')
stderr: $(head -c 2000 "$tmp/err" | tr -d '\000')"
}

gives() {
    local name=$1 wanted=$2
    shift 2
    run connect "$@" <"$input"
    tap_result "$(test "$status" = 0 && test "$out" = "$wanted" && ! test -s "$tmp/err"
        echo $?)" "$name" || tell_connect "$@" "
wanted: $wanted"
}

ends() {
    local name=$1 wanted=$2 pattern=$3
    shift 3
    run connect "$@" <"$input"
    tap_result "$(test "$status" = "$wanted" && tap_matches "$err" "$pattern"
        echo $?)" "$name" || tell_connect "$@" "
wanted: $wanted, $pattern"
}

admin() {
    case $engine in
    postgres) "$psql" -XAtqw -h "$AURORA_POSTGRES_SOCKET" -p "$AURORA_POSTGRES_PORT" -U rdsadmin \
        -d "${in:-$database}" "$@" ;;
    mysql) mariadb --no-defaults -S "$AURORA_MYSQL_SOCKET" -u rdsadmin -rNB \
        --default-character-set=utf8mb4 "${in:-$database}" "$@" ;;
    esac
}
ask() { # SQL
    case $engine in
    postgres) admin -c "$1" ;;
    mysql) admin -e "$1" ;;
    esac
}

sessions() {
    case $engine in
    postgres) ask "SELECT count(*) FROM pg_stat_activity WHERE usename = '$user'" ;;
    mysql) ask "SELECT count(*) FROM information_schema.processlist WHERE user = '$user'" ;;
    esac
}
no_sessions() { test "$(sessions)" = 0; }

running() {
    local found
    case $engine in
    postgres) found=$(ask "SELECT count(*) FROM pg_stat_activity
        WHERE state = 'active' AND query LIKE '$1%'") ;;
    mysql) found=$(ask "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '$1%'") ;;
    esac
    test "$found" = "$2"
}
