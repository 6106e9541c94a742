#!/bin/bash
# Django, and the drivers for Node and Go, log in through `rdspass exec` by the recipes of docs/clients.md,
# and whoever is refused reads the cause in the driver's own error. (Python: exec_python.t; Java: exec_java.t)

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/../integration/exec.sh"

drivers=$top/tests/check/drivers
python=/usr/bin/python3 # Debian's: Django is for it

start # with both engines
grep -qx "$AURORA_USER_DENIED" "$AURORA_DENIED_FILE" || echo "$AURORA_USER_DENIED" >>"$AURORA_DENIED_FILE"

at() { # postgres|mysql [OPTION…]: of exec
    reach "$1"
    with=(--engine "$@")
}
# NAME COMMAND…: it prints the number of orders; of a user who is not let in it tells the cause.
works() {
    local name=$1
    shift
    user=$AURORA_USER
    logs_in "$engine: $name" 5 through "$@"
    user=$AURORA_USER_DENIED
    # shellcheck disable=SC2016 # for the inner shell
    run through sh -c '"$@" 2>&1' sh "$@"
    is '  a user who is not let in ends with 8' "$status" 8
    like '  and is told why' "$out" "the server refuses the token of $user"
}
# NAME WHAT-IS-MISSING: as many as `works` reports
left_out() { for _ in 1 2 3; do skip "$engine: $1" "$2"; done; }

mysql_settings=(--env 'DB_SOCKET={socket}' --env 'DB_USER={user}' --env 'DB_NAME={database}')

# --- Django ------------------------------------------------------------------------

by_django() { # ENGINE MODULE: the driver below it
    if "$python" -c "import django, $2" 2>"$tmp/null"; then
        works Django env PYTHONDONTWRITEBYTECODE=1 "$python" "$drivers/ask.py" "$1"
    else
        left_out Django "django or $2 is missing: scripts/packages check"
    fi
}
at postgres
by_django postgresql psycopg2
at mysql "${mysql_settings[@]}"
by_django mysql pymysql

# --- Node --------------------------------------------------------------------------

js=$top/build/drivers
mkdir -p "$top/build"
why=$("$top/tests/parity/install-js" "$js" "$drivers/package.json") && why=''
by_node() { # DRIVER
    if test -n "$why"; then
        left_out "$1" "$why"
    else
        works "$1" env NODE_PATH="$js/node_modules" node "$drivers/ask.js" "$1"
    fi
}
at postgres
by_node pg
at mysql "${mysql_settings[@]}"
by_node mysql2

# --- Go ----------------------------------------------------------------------------

why=''
if ! command -v go >/dev/null; then
    why='go is missing: scripts/packages check'
elif ! run env GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$tmp/go" CGO_ENABLED=0 \
    go build -o "$tmp/ask" "$drivers/ask.go" || test "$status" != 0; then
    why='the drivers for Go are missing: scripts/packages check'
fi
by_go() { # DRIVER
    if test -n "$why"; then left_out "Go, $1" "$why"; else works "Go, $1" "$tmp/ask" "$1"; fi
}
at postgres
by_go postgres
at mysql --env 'DSN={user}@unix({socket})/{database}'
by_go mysql

done_testing
