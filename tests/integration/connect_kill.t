#!/bin/bash
# How rdspass connect ends before its work is done: by --timeout, by signals, by a server that goes, and
# when any of its processes is killed, whatever it is at. Nothing stays behind.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/connect.sh
. "$(dirname "$0")/connect.sh"

start --postgres-endpoint-port 5432 --mysql-endpoint-port 3306
with=(--no-header)

reach_server() { # postgres|mysql
    reach "$1"
    case $engine in
    postgres)
        sleeps='SELECT pg_sleep(600)' ends_itself='SELECT pg_terminate_backend(pg_backend_pid())'
        endless='SELECT generate_series(1, 1000000000)'
        ;;
    mysql)
        sleeps='SELECT sleep(600)' ends_itself='KILL CONNECTION_ID()'
        endless='SELECT seq FROM seq_1_to_1000000000'
        ;;
    esac
}

# A server that works on a statement does not always see that its client has gone.
tidy() {
    case $engine in
    postgres) ask "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '$user'" ;;
    mysql) ask "SELECT concat('KILL ', id, ';') FROM information_schema.processlist WHERE user = '$user'" | admin ;;
    esac >"$tmp/null" 2>&1
    eventually no_sessions || bail_out 'a session stays at the server'
}

# --- at the server ---------------------------------------------------------------------

for server in postgres mysql; do
    reach_server $server
    ends "$server: --timeout cancels a statement" 9 \
        '^rdspass: -e:1: statement 2: cancelled after 1 second \(--timeout\)$' \
        --timeout 1 -e 'SELECT 1' -e "$sleeps" -e 'SELECT 2'
    is '  what was before it is there' "$out" 1
    ok '  at the server' eventually running "$sleeps" 0
    ends '  --force goes on in the same session' 9 '^rdspass: 1 statement failed$' --timeout 1 --force \
        -e 'CREATE TEMPORARY TABLE t (a int)' -e "$sleeps" -e 'SELECT count(*) FROM t'
    is '  which lives' "$out" 0
    ends '  each statement has its own time' 0 '^$' --timeout 1 -e "${sleeps/600/0.6}; ${sleeps/600/0.6}"
    ends "$server: a session that the server ends" 6 \
        "^rdspass: -e:1: statement 3: connection to $host lost after 2 statements: ." \
        --force -e 'SELECT 1; SELECT 2;' -e "$ends_itself" -e 'SELECT 3'
    like '  what was before it is there' "${out//$'\n'/ }" '^1 2( t)?$'
    tidy
done

# --- signals, and kills at any moment --------------------------------------------------

# Runs connect in the background, in a process group of its own: $pid is rdspass, and $all is what there
# is when the client has come.
begin() { # ARG…
    as_connect "$@"
    setsid env --default-signal=INT "${command[@]}" >"${to:-$tmp/said}" 2>"$tmp/complained" <"$input" &
    pid=$!
    gate_pid=$(process_of $pid rdspass-gate)
    client_pid=$(process_of $pid "rdspass-$engine")
    all=$(family $pid)
}

# The moments: each comes back when it has come.
moment() { # NAME
    to=$tmp/said
    input=$tmp/fifo.in
    case $1 in
    'a statement runs')
        begin -e "$sleeps"
        eventually running "$sleeps" 1
        ;;
    'a result is printed, and nobody reads')
        to=$tmp/fifo.out
        rm "$to" && mkfifo "$to" && exec 8<>"$to"
        begin -e "$endless"
        head -c 100000 <&8 >"$tmp/null"
        ;;
    'a script is waited for')
        begin
        eventually one_session
        ;;
    'the login is waited for')
        via=127.0.0.1:$quiet
        begin -e 'SELECT 1'
        reach_server "$engine"
        ;;
    'data are waited for')
        begin -e 'CREATE TEMPORARY TABLE t (a int); COPY t FROM STDIN'
        eventually running 'COPY t' 1
        ;;
    esac || bail_out "$engine: not there when $1: $(cat "$tmp/complained")"
}
one_session() { test "$(sessions)" = 1; }
mkfifo "$tmp/fifo.in" "$tmp/fifo.out"
exec 7<>"$tmp/fifo.in" # nothing comes there, and no end

reach_server postgres
as_connect --timeout 1 --force -e 'CREATE TEMPORARY TABLE t (a int)' -e 'COPY t FROM STDIN' -e 'SELECT 3'
run timeout 20 "${command[@]}" <"$tmp/fifo.in"
is 'postgres: data that do not come are waited for until --timeout' "$status" 9
like '  which is said' "$err" '-e:1: statement 2: cancelled after 1 second'
is '  --force goes on behind them' "$out" 3
reach_server mysql
as_connect --timeout 1 --force --local-infile -e 'CREATE TEMPORARY TABLE t (a int)' \
    -e "LOAD DATA LOCAL INFILE '$tmp/fifo.in' INTO TABLE t" -e 'SELECT 3'
run timeout 20 "${command[@]}"
is 'mysql: so are those of a file' "$status" 9
like '  which is said' "$err" '-e:1: statement 2: cancelled after 1 second'

# Sends the signal when that moment has come. All end within a second, but not at each moment of a
# machine that does other things, too: what takes longer is tried again.
strike() { # NAME SIGNAL group|rdspass|gate|client MOMENT
    local attempt victim
    for attempt in 1 2 3; do
        test $attempt = 1 || { reap && tidy; }
        moment "$4"
        case $3 in
        group) victim=-$pid ;;
        rdspass) victim=$pid ;;
        gate) victim=$gate_pid ;;
        client) victim=$client_pid ;;
        esac
        # shellcheck disable=SC2086 # process ids
        took=$(python3 -IS "$top/tests/integration/kill.py" "$2" "$victim" $all)
        test "$took" -ge 1000 || break
        diag "it took $took ms"
    done
    # shellcheck disable=SC2086
    nothing_left "$1" $all
    ok '  within a second' test "$took" -lt 1000
    reap
    # Who was asked to end has cancelled its statement, too.
    case $2 in TERM | INT) ok '  nor at the server' eventually no_sessions ;; esac
    tidy
}

reap() {
    code=0
    wait "$pid" 2>/dev/null || code=$?
}

for server in postgres mysql; do
    reach_server $server
    # As from a terminal: to the whole group.
    strike "$server: Ctrl-C" INT group 'a statement runs'
    is '  ends it as interrupted' "$code" 130
    like '  and says where' "$(cat "$tmp/complained")" '^rdspass: -e:1: statement 1: interrupted$'

    quiet=$(unsteady "$dial" 0 1000 stall)
    moments=('a statement runs' 'a result is printed, and nobody reads')
    test $server = mysql || moments+=('a script is waited for' 'the login is waited for' 'data are waited for')
    for when in "${moments[@]}"; do
        for how in KILL-rdspass KILL-gate KILL-client TERM-rdspass; do
            strike "$server, when $when: SIG${how%-*} for ${how#*-} leaves nothing" "${how%-*}" "${how#*-}" \
                "$when"
            case $how in
            KILL-gate) wanted=6 ;;
            KILL-*) wanted=137 ;;
            TERM-*) wanted=143 ;;
            esac
            is '  and is its end' "$code" "$wanted"
        done
    done
done
done_testing
