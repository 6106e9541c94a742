#!/bin/bash
# What a gate bears: servers that break off, fall silent or lie at any byte, clients that do the same,
# many sessions, too few descriptors. Nothing hangs, nothing leaks, and the others do not notice.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/exec.sh"

start # with both engines

knock() { # WHAT [N]: leaves what it says in $out
    run through python3 -I "$top/tests/integration/knock.py" "$engine" '{socket}' "$user" "$database" "$@"
}
# says NAME EXPRESSION…: each is true of what `knock` has said
says() {
    local name=$1
    shift
    if python3 -IS -c '
import json, sys
said = json.loads(sys.argv[1])
for expression in sys.argv[2:]:
    if not eval(expression, {}, said):
        sys.exit(f"# {expression}: {said}")' "$out" "$@"; then
        tap_result 0 "$name"
    else
        tap_result 1 "$name" || diag "exit $status: $err"
    fi
}
whole='after == "in" and descriptors[0] == descriptors[1]'

# --- servers ---------------------------------------------------------------------

# faults NAME N FAULT [STEP]: N connections to the server meet it. Those before and after, one of them
# all the time, do not notice.
faults() {
    via=127.0.0.1:$(unsteady "$dial" 3 "$2" "${@:3}") # three: two that knock drops, and the witness
    knock logins "$2"
    # What a login does not need may be turned, such as a byte of the greeting's scramble.
    says "$engine: $1" "$whole" witness "sum(results.values()) == $2" 'results.get("odd", 0) == 0' \
        "results.get('in', 0) < $2" 'seconds < 30'
}

n=${RP_FAULTS:-24}
for engine in postgres mysql; do
    reach "$engine"
    with=(--engine "$engine" --connect-timeout 2)
    faults 'servers that close at once' "$n" close
    faults 'servers that reset at once' "$n" reset
    # A login takes some 4300 bytes of the server; its first hundred are not of TLS.
    faults 'servers that break off' "$n" cut $((4300 / n + 1))
    faults 'servers whose bytes are turned' "$n" flip $((4300 / n + 1))
    faults 'servers whose first bytes are turned' "$n" flip $((100 / n + 1))
    faults 'servers that fall silent' 20 stall 215
    via=127.0.0.1:$dial

    # --- clients -------------------------------------------------------------------
    knock clients
    says "$engine: clients that break off, lie, talk nonsense" "$whole" witness 'tried > 100'
done

# --- many ------------------------------------------------------------------------

reach postgres
exits 'a server for many' 0 stub
via=127.0.0.1:$stub_port
with=(--engine postgres)
sessions=${RP_SESSIONS:-300}
if test "$(ulimit -Hn)" = unlimited || test "$(ulimit -Hn)" -gt $((3 * sessions)); then
    knock idle "$sessions"
    # RP_KIB_EACH is for thousands of sessions: it counts what the first one takes, too.
    says "$sessions sessions at once" "$whole" "alive == $sessions" "kib_each <= ${RP_KIB_EACH:-1000}"
    diag "${out//[\{\}\"]/}"
else
    skip "$sessions sessions at once" "ulimit -Hn is $(ulimit -Hn)"
fi
logins=${RP_LOGINS:-200}
knock logins "$logins"
says "$logins logins in a row" "$whole" "results == {'in': $logins}" witness
diag "${out//[\{\}\"]/}"

as_exec python3 -I "$top/tests/integration/knock.py" "$engine" '{socket}' "$user" "$database" crowd 200
run bash -c 'ulimit -n 64; exec "$@"' bash "${command[@]}"
says 'too few descriptors for all' "$whole" alive '5 < entered < 64' 2>/dev/null ||
    diag "exit $status: $out $err"
nothing_left 'nothing is left'
done_testing
