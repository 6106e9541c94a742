#!/bin/bash
# From start to end: what exec leaves behind when its processes are killed (nothing), where its socket
# may lie, who may come to it (nobody else), what it exits with.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/exec.sh"

start --engine postgres --postgres-endpoint-port 5432
reach postgres
ask=("$psql" -XAtwc "$query")
admin() { "$psql" -XAtqw -h "$AURORA_POSTGRES_SOCKET" -p "$dial" -U rdsadmin -d postgres "$@"; }
sleeping() { test "$(admin -c "SELECT count(*) FROM pg_stat_activity
    WHERE query LIKE 'SELECT pg_sleep(%' AND state = 'active'")" = "$1"; }

# A server that works on a query does not notice that its client has gone.
tidy() {
    admin -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '$user'" >"$tmp/null"
    eventually sleeping 0 || bail_out 'a session stays at the server'
}

# A session that stays: $exec_pid, $gate_pid, $client_pid, and $all.
settle() {
    as_exec "$psql" -XAtwc 'SELECT pg_sleep(600)'
    "${command[@]}" >"$tmp/said" 2>&1 </dev/null &
    exec_pid=$!
    eventually sleeping 1 || bail_out "no session: $(cat "$tmp/said")"
    gate_pid=$(process_of $exec_pid rdspass-gate)
    client_pid=$(process_of $exec_pid psql)
    all=$(family $exec_pid)
}

# --- killed ------------------------------------------------------------------------

for signal in KILL TERM INT HUP; do
    for who in rdspass gate client; do
        # What terminals and those who stop services send is for the client: the gate heeds it only
        # from its parent.
        case $signal-$who in INT-gate | HUP-gate | TERM-gate | INT-rdspass) continue ;; esac
        settle
        case $who in
        rdspass) kill -$signal "$exec_pid" ;;
        gate) kill -$signal "$gate_pid" ;;
        client) kill -$signal "$client_pid" ;;
        esac
        began=$SECONDS
        # shellcheck disable=SC2086 # process ids
        nothing_left "$who killed by SIG$signal: nothing is left" $all
        ok "  within two seconds" test $((SECONDS - began)) -le 2
        # shellcheck disable=SC2086 # process ids
        gone $all || kill -KILL $all
        status=0
        wait $exec_pid 2>/dev/null || status=$?
        case $signal-$who in
        TERM-rdspass) is '  and it ends as terminated' $status 143 ;;
        KILL-client) is '  and it ends as its client' $status 137 ;;
        esac
        tidy
    done
done

for signal in KILL TERM; do
    settle
    kill -$signal "$exec_pid" "$gate_pid"
    # shellcheck disable=SC2086 # process ids
    ok "rdspass and gate both killed by SIG$signal: no process is left" eventually gone $all
    rm -rf "${run_dir:?}"/* # nobody was there to do it
    wait $exec_pid 2>/dev/null
    tidy
done

cat >"$tmp/script" <<END
expect orders=>
type SELECT pg_sleep(600);
until "$psql" -XAtqw -h "$AURORA_POSTGRES_SOCKET" -p "$dial" -U rdsadmin -d postgres -c "SELECT query FROM pg_stat_activity WHERE state = 'active'" | grep -qx 'SELECT pg_sleep(600);'
hang up
END
as_exec "$psql" -Xw
exits 'a terminal that goes away' 0 \
    python3 -I "$top/tests/integration/terminal.py" "$tmp/script" "${command[@]}"
nothing_left '  leaves nothing'
tidy

# Job control.
printf '#!/bin/sh\nexec' >"$tmp/job"
as_exec "$psql" -Xw -P pager=off
printf ' %q' "${command[@]}" >>"$tmp/job"
chmod +x "$tmp/job"
cat >"$tmp/script" <<END
type PS1='shell> '
expect shell>
expect shell>
type $tmp/job
expect orders=>
type SELECT 'one more' || ' time';
expect one more time
type \\x1a
expect Stopped
expect shell>
type echo $((6 * 7))
expect 42
expect shell>
type fg
expect job
type SELECT 'and' || ' again';
expect and again
type \\q
expect shell>
type $tmp/job; echo ended with \$?
expect orders=>
type \\x04
expect ended with 0
type exit
end 0
END
exits 'Ctrl-Z and fg at a terminal' 0 python3 -I "$top/tests/integration/terminal.py" \
    "$tmp/script" bash --norc --noprofile -i

# --- where the socket lies ---------------------------------------------------------

where() { # NAME=VALUE…: the directory that a gate takes with them
    set_against=("$@")
    with=(--engine postgres --env 'DOOR={socket-dir}')
    # shellcheck disable=SC2016 # for the inner shell
    run through sh -c 'echo "$DOOR"; stat -c %a "$DOOR" "$DOOR"/.s.PGSQL.*'
    set_against=() with=()
    test "$(sed 1d <<<"$out")" = $'700\n600' || diag "modes: $(sed 1d <<<"$out")"
    test "$(sed 1d <<<"$out")" = $'700\n600' && dirname "$(head -n 1 <<<"$out")"
}
mkdir -m 700 "$tmp/private" && mkdir "$tmp/public" && chmod 777 "$tmp/public"
long=$tmp/$(printf 'x%.0s' {1..100})
mkdir -m 700 "$long"
is 'XDG_RUNTIME_DIR first' "$(where XDG_RUNTIME_DIR="$tmp/private")" "$tmp/private"
is 'then TMPDIR' "$(where XDG_RUNTIME_DIR="$tmp/missing" TMPDIR="$tmp/private")" "$tmp/private"
is 'a directory for all is no place' "$(where XDG_RUNTIME_DIR="$tmp/public" TMPDIR="$tmp/private")" \
    "$tmp/private"
is 'nor is one that is too long' "$(where XDG_RUNTIME_DIR="$long" TMPDIR="$tmp/private")" "$tmp/private"
is 'nor is one that is not written to' "$(where XDG_RUNTIME_DIR=/proc TMPDIR="$tmp/private")" "$tmp/private"
is 'nor is a relative one' "$(where XDG_RUNTIME_DIR=. TMPDIR="$tmp/private")" "$tmp/private"
is 'nor is a file' "$(where XDG_RUNTIME_DIR="$tmp/script" TMPDIR="$tmp/private")" "$tmp/private"
is 'at the end /tmp' "$(where TMPDIR=/proc)" /tmp
if unshare --mount true 2>/dev/null; then
    mkdir -m 700 "$tmp/full"
    set_against=(XDG_RUNTIME_DIR="$tmp/full" TMPDIR="$tmp/private")
    with=(--engine postgres --env 'DOOR={socket-dir}')
    # shellcheck disable=SC2016 # for the inner shell
    as_exec sh -c 'echo "$DOOR"'
    # shellcheck disable=SC2016 # for the inner shell
    run unshare --mount sh -c 'mount -t tmpfs -o nr_inodes=1,mode=700 full "$0" && exec "$@"' "$tmp/full" \
        "${command[@]}"
    is 'a full disk is no place' "$status $(dirname "$out")" "0 $tmp/private"
    set_against=() with=()
else
    skip 'a full disk is no place' 'no mount namespace here'
fi
is 'nothing is left there' "$(find "$tmp/private" "$tmp/public" "$long" -mindepth 1)" ''

# --- what the client is given ------------------------------------------------------

mkdir "$tmp/bin"
# shellcheck disable=SC2016 # for the script itself
printf '#!/bin/sh\n%s\n' 'env | sort; umask; ulimit -Hc; ulimit -Sc; ulimit -n; pwd
grep -E "^Sig(Blk|Ign)" /proc/self/status; ls -l /proc/self/fd | sed -n "s/.* \([0-9]* -> .*\)/\1/p" |
grep -v /proc/; tr "\0" " " </proc/$$/cmdline' >"$tmp/bin/psql"
cp "$tmp/bin/psql" "$tmp/bin/other"
chmod +x "$tmp/bin/psql" "$tmp/bin/other"
surroundings() { # COMMAND…: in odd ones
    (cd "$tmp/private" && umask 027 && ulimit -Sc 17 && ulimit -Sn 200 && trap '' USR1 PIPE &&
        exec 7<"$tmp/script" && "$@" <"$tmp/script" >"$tmp/state" 2>"$tmp/null")
    sed -e "s,$run_dir/[^ ]*,DOOR,g" -e 's/pipe:.*/pipe/' "$tmp/state"
}
for client in other psql; do
    with=(--engine postgres)
    as_exec "$tmp/bin/$client" 'an argument'
    surroundings env -i "${command[@]:2:4}" TERM=dumb "${sanitizer[@]}" "${credentials[@]}" \
        "$tmp/bin/$client" 'an argument' >"$tmp/wanted"
    surroundings "${command[@]}" >"$tmp/given"
    is "$client is given what the caller gave us, and four variables more" \
        "$(diff "$tmp/wanted" "$tmp/given" | grep '^[<>]' | sort | tr '\n' ' ')" \
        "> PGDATABASE=orders > PGHOST=DOOR > PGPORT=5432 > PGUSER=$user "
done
set_against=(PGPASSWORD=x PGPASSFILE=x PGSERVICE=x PGSERVICEFILE=x PGSSLMODE=x PGHOSTADDR=x
    PGCHANNELBINDING=x PGREQUIREPEER=x PGREQUIREAUTH=x PGGSSENCMODE=x PGSSLROOTCERT=x PGAPPNAME=kept
    PGOPTIONS=kept)
as_exec "$tmp/bin/psql"
run "${command[@]}"
is 'what would lead it elsewhere is taken away' \
    "$(sed -n 's/^\(PG[A-Z]*\)=.*/\1/p' "$tmp/out" | tr '\n' ' ')" \
    'PGAPPNAME PGDATABASE PGHOST PGOPTIONS PGPORT PGUSER '
set_against=() with=()

# --- who comes in --------------------------------------------------------------------

with=(--engine postgres --tcp --env 'DOOR={socket}' --env 'PORT={port}')
if test "$(id -u)" = 0 && setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null; then
    stranger=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    mark
    cat >"$tmp/knock.py" <<'END'
"""Knocks as somebody else, in all ways; prints what came back."""
import os
import socket
import struct
import sys

startup = b"user\0app_user\0database\0orders\0\0"
startup = struct.pack("!II", len(startup) + 8, 3 << 16) + startup


def knock(family, address, leave):
    with socket.socket(family) as client:
        client.settimeout(5)
        try:
            client.connect(address)
            client.sendall(startup)
            if leave:
                return b""
            return client.recv(100)
        except ConnectionError as fault:
            return type(fault).__name__.encode()
        except PermissionError:
            return b"PermissionError"


answers = {knock(socket.AF_UNIX, os.environ["DOOR"], False)}
for _ in range(20):
    answers.add(knock(socket.AF_INET, ("127.0.0.1", int(os.environ["PORT"])), True))
    answers.add(knock(socket.AF_INET, ("127.0.0.1", int(os.environ["PORT"])), False))
print(*sorted(answer.decode("latin-1").split("\0")[0][:1] or "-" for answer in answers))
sys.exit(any(answer[:1] in (b"R", b"N") for answer in answers))
END
    exits 'another user knocks: by socket and port' 0 \
        through "${stranger[@]}" python3 -I -c "$(cat "$tmp/knock.py")"
    # The directory keeps others out; were it open, the gate would.
    # shellcheck disable=SC2016 # for the inner shell
    exits '  and at a socket that was opened to all' 0 through sh -c \
        'chmod 777 "${DOOR%/*}" "$DOOR" && chmod 755 "$1" && shift && exec "$@"' sh "$run_dir" \
        "${stranger[@]}" python3 -I -c "$(cat "$tmp/knock.py")"
    chmod 700 "$run_dir"
    is '  no token was made' "$(decisions)" "$marked"
    logs_in '  where our own user comes in' 5 \
        through env "${ask[@]}" -h 127.0.0.1 -p '{port}' -U "$user" -d orders
else
    skip 'another user knocks' 'only root can be somebody else'
fi
with=()

# --- exit codes ------------------------------------------------------------------------

run through true
is 'a client that never came' "$status" 0
like '  is warned of' "$err" '^rdspass: warning: '
with=(--engine postgres -q)
run through true
is '  unless -q' "$status $err" '0 '
with=()
run through false
is "a client that never came and failed has its own code" "$status" 1
run through sh -c 'kill -TERM $$'
is "a client that a signal ends" "$status" 143
run through "$tmp/no such client"
isnt 'a client that is not there' "$status" 0
like '  is named' "$err" 'no such client'

user=$AURORA_USER_DENIED
grep -qx "$user" "$AURORA_DENIED_FILE" || echo "$user" >>"$AURORA_DENIED_FILE"
refuses 'a user who is not allowed in' 8 "FATAL: .*$user" "${ask[@]}"
like '  is told how to be' "$err" 'rds-db:connect'
# shellcheck disable=SC2016 # for the inner shell
run through env sh -c '"$@"; exit 0' sh "${ask[@]}" -h '{socket-dir}' -p '{port}' -U '{user}' -d orders
is '  but a client that is content ends with its own 0' "$status" 0
user=$AURORA_USER
# shellcheck disable=SC2016
run through env sh -c '"$@" && "$@" -U nobody; exit 5' sh "${ask[@]}" -h '{socket-dir}' -p '{port}' -U '{user}' -d orders
is '  as does one that has logged in once' "$status" 5
via=127.0.0.1:1
refuses 'nothing listens' 6 'refused|nothing listens' "${ask[@]}"
via=127.0.0.1:$dial
user=''
refuses 'the user of a target without one, whom the server does not know' 8 \
    '^hint: is that the user you mean[?] .*-u USER; else GRANT rds_iam TO "nobody_here"' "${ask[@]}" -U nobody_here
user=$AURORA_USER
database=missing
refuses 'no such database' 8 'database "missing" does not exist' "${ask[@]}"
database=orders
saved=("${credentials[@]}")
credentials=(AWS_EC2_METADATA_DISABLED=true)
refuses 'no credentials: nothing is run' 4 '^rdspass: ' sh -c 'echo ran'
is '  really nothing' "$out" ''
credentials=("${saved[@]}")
nothing_left 'nothing is left at the end'
done_testing
