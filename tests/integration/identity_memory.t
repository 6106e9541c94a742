#!/bin/bash
# Long-lived keys are in the memory of no process but rdspass: the others' is searched, as root, while
# a chain of roles is taken, and while a client is at work.

# shellcheck disable=SC2317,SC2119 # functions are called by name; a world without faults
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/exec.sh"
# shellcheck source=tests/cli/identity.sh
. "$top/tests/cli/identity.sh"

test "$(id -u)" = 0 || skip_all 'only root may read the memory of others'
start --engine postgres --postgres-endpoint-port 5432
reach postgres
worlds 1 --keys-file "$AURORA_KEYS_FILE"
world
home=$tmp/home
config <<END_OF_CONFIG
[profile hop]
role_arn = arn:aws:iam::$account:role/Hop
source_profile = base
[profile reader]
role_arn = arn:aws:iam::$other_account:role/Reader
source_profile = hop
END_OF_CONFIG
printf '[base]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$AURORA_ACCESS_KEY_ID" \
    "$AURORA_SECRET_ACCESS_KEY" >"$home/.aws/credentials"
# In no argument and no environment of this test's processes: those are memory, too.
export -n AURORA_SECRET_ACCESS_KEY

in_memory() { # PID TEXT: 0 it is, 1 it is not
    printf %s "$2" | python3 -I "$top/tests/integration/memory.py" "$1"
}
has() { exits "$1" 0 in_memory "$2" "$3"; }
has_not() { exits "$1" 1 in_memory "$2" "$3"; }
secret=$AURORA_SECRET_ACCESS_KEY

# Is it found where it is?
KNOWN=$secret sleep 60 &
known=$!
has 'a process that knows the secret is found out' $known "$secret"
kill $known
sleep 60 &
known=$!
sleeps() { test "$(ps -o comm= -p "$known")" = sleep; }
eventually sleeps || bail_out 'sleep does not start'
has_not 'one that does not is not' $known "$secret"
kill $known

credentials=("${services[@]}")
with=(--profile reader --no-cache)

# Each of the calls is held in its place; what asks is searched, and what waits for it.
for call in 1 2; do
    case $call in
    1) faults 'AssumeRole hang' ;;
    2) faults 'Reader hang' ;;
    esac
    : >"$world/log"
    as_exec true
    "${command[@]}" >"$tmp/said" 2>&1 &
    exec_pid=$!
    arrived() { test "$(wc -l <"$world/log")" -ge "$call"; }
    ok "call $call is at work" eventually arrived
    fetch_pid=$(process_of $exec_pid rdspass-fetch)
    has "call $call: rdspass has the secret" $exec_pid "$secret"
    has_not "call $call: rdspass-fetch has not" "$fetch_pid" "$secret"
    has '  it has the signed request' "$fetch_pid" "RoleSessionName="
    kill $exec_pid
    wait $exec_pid 2>/dev/null
done

# A client at work.
faults
as_exec "$psql" -XAtwc 'SELECT pg_sleep(600)'
"${command[@]}" >"$tmp/said" 2>&1 &
exec_pid=$!
sleeping() { test "$("$psql" -XAtqw -h "$AURORA_POSTGRES_SOCKET" -p "$dial" -U rdsadmin -d postgres \
    -c "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(%'
        AND state = 'active'")" = 1; }
eventually sleeping || bail_out "no session: $(cat "$tmp/said")"
gate_pid=$(process_of $exec_pid rdspass-gate)
client_pid=$(process_of $exec_pid psql)
has_not 'the gate has no secret' "$gate_pid" "$secret"
has '  it knows the endpoint' "$gate_pid" "$host"
has_not 'the client has none' "$client_pid" "$secret"
has '  it has its query' "$client_pid" 'SELECT pg_sleep(600)'
for pid in $(family $exec_pid); do
    test "$pid" = "$exec_pid" || has_not "nor has $(ps -o comm= -p "$pid")" "$pid" "$secret"
done
kill $exec_pid
wait $exec_pid 2>/dev/null
nothing_left 'nothing is left' "$exec_pid" "$gate_pid" "$client_pid"
done_testing
