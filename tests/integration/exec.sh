# What the tests of `rdspass exec` share, beside lib.sh, which it sources.
#
#   through CLIENT ARG…      runs a client by `rdspass exec` to $host and $port, which are dialled at
#                            $via, as $user to $database (either may be empty)
#   as_exec CLIENT ARG…      the same, as an array of words, $command: to be run in the background,
#                            where $! is rdspass itself, or elsewhere
#   direct CLIENT ARG…       the same client without a gate: by a token, with TLS of its own
#   same NAME CLIENT ARG…    passes where both end with 0 and write the same, byte by byte but for
#                            mariadb's times, to both outputs; standard input is $input. The outputs
#                            are in $tmp/through.*
#   refuses NAME STATUS REGEX CLIENT ARG…
#                            passes where exec ends so, and its standard error matches
#   process_of PID NAME      prints the process of that name which descends from PID, once it is there
#   family PID               prints it and its descendants
#   gone PID…                succeeds where none of them lives
#   nothing_left NAME [PID…] passes where, within half a minute, no directory of a gate remains and
#                            none of these processes; nor a word of a sanitizer
#   eventually COMMAND…      succeeds as soon as the command does, within half a minute
#   stub [N]                 starts a server for thousands of sessions at $stub_port; to the first N it
#                            says that it only reads
#   unsteady PORT GOOD BAD KIND [STEP]  prints the port of a way that is not steady (unsteady.py)
#
#   with=(OPTION…)           more options of exec
#   ca_file=(--ca-file FILE) the roots; empty for the built-in ones
#   set_against=(NAME=VALUE…) more variables of the environment that exec is run in
# shellcheck shell=bash disable=SC2034,SC2154 # variables are for the tests that source this

# shellcheck source=tests/integration/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../integration/lib.sh"

test -x "$RP_BUILD/rdspass-gate" || skip_all 'there is no rdspass-gate'

# Processes are killed on purpose: bash tells of one in the background only where this is not set.
# shellcheck disable=SC2173
trap : KILL

with=()
ca_file=()
set_against=()
input=/dev/null
# What a sanitizer finds in a gate, whose output is nobody's, is found in files.
sanitizer=()
if test "${RP_VARIANT-}" = asan; then
    sanitizer=(ASAN_OPTIONS="${ASAN_OPTIONS-}:disable_coredump=0:log_path=$tmp/sanitizer"
        UBSAN_OPTIONS="${UBSAN_OPTIONS-}:log_path=$tmp/sanitizer")
fi
# Private directories of gates come here, where a test sees what is left of them.
run_dir=$tmp/run
mkdir -m 700 "$run_dir"

as_exec() {
    command=(env -i PATH=/usr/bin:/bin HOME="$HOME" TMPDIR="$run_dir" LC_ALL=C.UTF-8 TERM=dumb
        "${sanitizer[@]}" "${credentials[@]}" ${clock:+RP_TEST_CLOCK_OFFSET="$clock"} "${set_against[@]}"
        "$program" exec --host "$host" --port "$port" "${ca_file[@]}"
        ${via:+--via "$via"} ${user:+"--user=$user"} ${database:+"--database=$database"}
        "${with[@]}" -- "$@")
}

through() {
    as_exec "$@"
    "${command[@]}"
}

# The engine, its cluster endpoint, and the way to it.
reach() { # mysql|postgres
    use "$1"
    via=127.0.0.1:$dial
    ca_file=(--ca-file "$roots")
}

direct() {
    local client=$1
    shift
    mint "$form" "$host" "$port" "$user" "$database" raw
    case $engine in
    postgres)
        env "${set_against[@]}" PGPASSWORD="$(cat "$form")" PGSSLMODE=verify-full \
            PGSSLROOTCERT="$roots" PGHOST="$host" PGHOSTADDR=127.0.0.1 PGPORT="$dial" \
            PGUSER="$user" PGDATABASE="${database:-$user}" "$client" "$@"
        ;;
    mysql)
        { printf '[client]\npassword="' && tr -d '\n' <"$form" && printf '"\n'; } >"$form.cnf"
        named "$client" --defaults-extra-file="$form.cnf" --ssl-ca="$roots" \
            --ssl-verify-server-cert --host="$host" --port="$dial" --user="$user" "$@"
        ;;
    esac
}

same() {
    local name=$1 direct_status=0 status=0
    shift
    direct "$@" <"$input" >"$tmp/direct.out" 2>"$tmp/direct.err" || direct_status=$?
    through "$@" <"$input" >"$tmp/through.out" 2>"$tmp/through.err" || status=$?
    sed -i 's/([0-9.]* sec)$/(N sec)/' "$tmp/direct.out" "$tmp/through.out"
    if test "$direct_status $status" = '0 0' && cmp -s "$tmp/direct.out" "$tmp/through.out" &&
        cmp -s "$tmp/direct.err" "$tmp/through.err"; then
        tap_result 0 "$name"
    else
        tap_result 1 "$name" || diag "$* ended with $status, directly with $direct_status
stdout: $(diff -a "$tmp/direct.out" "$tmp/through.out" | head -c 2000)
stderr: $(diff -a "$tmp/direct.err" "$tmp/through.err" | head -c 2000)"
    fi
}

refuses() {
    local name=$1 wanted=$2 pattern=$3
    shift 3
    run through "$@" <"$input"
    if test "$status" = "$wanted" && tap_matches "$err" "$pattern"; then
        tap_result 0 "$name"
    else
        tap_result 1 "$name" || diag "$* ended with $status, not $wanted; wanted: $pattern
stderr: $(head -c 2000 "$tmp/err" | tr -d '\000')"
    fi
}

eventually() {
    local end=$((SECONDS + 30))
    until "$@"; do
        test $SECONDS -lt $end || return 1
        sleep 0.05
    done
}

descendant() { # PID NAME: prints its process id
    ps -eo pid=,ppid=,comm= | awk -v root="$1" -v name="$2" '
        { parent[$1] = $2; comm[$1] = $3 }
        END {
            for (pid in comm)
                if (comm[pid] == name)
                    for (p = parent[pid]; p > 1; p = parent[p])
                        if (p == root) { print pid; exit }
            exit 1
        }'
}
process_of() { eventually descendant "$1" "${2:0:15}"; }

# PID and its descendants, to be looked for when they should be gone.
family() {
    ps -eo pid=,ppid= | awk -v root="$1" '
        { parent[$1] = $2 }
        END {
            for (pid in parent)
                for (p = pid; p > 1; p = parent[p])
                    if (p == root) { print pid; break }
        }'
}

nothing_left() {
    local name=$1
    shift
    if eventually nothing_there "$@" && ! compgen -G "$tmp/sanitizer.*" >"$tmp/null"; then
        tap_result 0 "$name"
    else
        tap_result 1 "$name" || diag "left: $(find "$run_dir" -mindepth 1 | head -n 5)
$(cat "$tmp"/sanitizer.* 2>/dev/null | head -n 40)
$(ps -o pid,ppid,stat,args -p "${*:-0}" | tail -n +2)"
    fi
}
# shellcheck disable=SC2317 # called by name
nothing_there() { # PID…
    test -z "$(find "$run_dir" -mindepth 1 -print -quit)" && gone "$@"
}
gone() { # PID…
    local pid
    for pid; do
        case $(ps -o stat= -p "$pid") in '' | Z*) ;; *) return 1 ;; esac
    done
}

# A server for many sessions (stub.c), at $stub_port: [N] logins find one that only reads.
stub() {
    cc -O2 -o "$tmp/stub" "$top/tests/integration/stub.c" -lssl -lcrypto || return
    rm -f "$tmp/stub.in" && mkfifo "$tmp/stub.in"
    "$tmp/stub" "$AURORA_DIR/pki/postgres.pem" "$AURORA_DIR/pki/postgres.key" "$@" \
        <"$tmp/stub.in" >"$tmp/stub.port" &
    exec 9>"$tmp/stub.in" # it lives until we end
    eventually test -s "$tmp/stub.port" && stub_port=$(cat "$tmp/stub.port")
}

unsteady() { python3 -IB "$top/tests/integration/unsteady.py" "$AURORA_DIR" "$@"; }
