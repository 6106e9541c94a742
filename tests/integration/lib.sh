# What the tests on real servers and clients share: to be sourced by the scripts here and in
# tests/check that log in with printed tokens, which bash runs.
#
#   start [option of up…]        starts a simulated Aurora in $AURORA_DIR; ends the test where it cannot
#   use mysql|postgres           sets $engine, $port (of the endpoint), $dial (where it listens),
#                                $cluster $reader $instance
#   keys long|temporary|large    the AWS credentials of the next tokens: without a session token, with
#                                a common one, with one of 2,000 characters
#   rdspass ARG…                 runs the program, in a clean environment with a home of its own
#   mint FILE HOST PORT USER DATABASE FORMAT [ARG…]
#                                prints a token of $engine to FILE, of mode 0600
#   named COMMAND…               runs it where the endpoint names lead to this machine
#   mark                         notes how far the log of decisions is
#   logged ENGINE USER VERDICT [REASON]
#                                succeeds where exactly one decision has been made since, and it is this
#   logs_in NAME WANTED COMMAND…  passes where the command succeeds and prints WANTED, and the one
#                                decision of the simulated Aurora let $user in, with the token that
#                                was printed last
#   rogues KIND…                 starts a rogue of each kind for $engine; ${rogue_of[KIND]} is its port
#   kept NAME COMMAND…           passes where the command fails though it reached the rogue of the port
#                                $at, and no byte of a token or of a password packet came there
#   attack COMMAND…              runs it against that rogue; sets $reached (connections), $tokens and
#                                $passwords (what came, in clear or under TLS), $clear (lines in clear)
#   lost NAME COMMAND…           the control of it: the token did come there
#
# A recipe is a function `by_NAME [OTHER]` that logs in by what `mint` has printed to $form; it asks
# $query, and prints the answer. Tokens go through files, environments and pipes: none is ever an
# argument of a program.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120 # variables are for the tests that source this

# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

aurora=$top/tests/aurora
RP_BUILD=${RP_BUILD:-build/release}
RP_TEST_BUILD_DIR=${RP_TEST_BUILD_DIR:-build/test}
case $RP_BUILD in /*) ;; *) RP_BUILD=$top/$RP_BUILD ;; esac
case $RP_TEST_BUILD_DIR in /*) ;; *) RP_TEST_BUILD_DIR=$top/$RP_TEST_BUILD_DIR ;; esac
program=$RP_BUILD/rdspass
test -x "$program" || { diag "$program is not there: make first"; exit 1; }

for tool in psql pg_dump mariadb mariadb-dump mariadb-admin python3 openssl cc; do
    command -v $tool >/dev/null || skip_all "$tool is missing: scripts/packages test"
done
case $("$top/scripts/packages" --servers) in
*MARIADBD=*POSTGRES_BIN=*) ;;
*) skip_all 'database servers are missing: scripts/packages test' ;;
esac

# Settings of the caller belong to other servers.
for name in $(env | sed -nE 's/^((AWS|RDSPASS|PG|MYSQL|MARIADB|LIBMYSQL)[A-Z_0-9]*)=.*/\1/p'); do
    unset "$name"
done
unset CDPATH
umask 077
export LC_ALL=C.UTF-8 HOME="$tmp/home" PGCONNECT_TIMEOUT=20
mkdir "$HOME"
cd "$tmp" || exit

form=$tmp/form
query='SELECT count(*) FROM orders'

start() {
    # shellcheck disable=SC2016 # for later
    at_exit '"$aurora/down" "$tmp/aurora" >/dev/null'
    "$aurora/up" "$tmp/aurora" --owner $$ "$@" || exit
    # shellcheck source=/dev/null
    . "$tmp/aurora/env"
    # Found out once, not for each client.
    AURORA_NAMES=preload
    ! AURORA_NAMES=namespace "$aurora/with-names" "$AURORA_DIR" true 2>/dev/null || AURORA_NAMES=namespace
    export AURORA_NAMES
    # Odd enough for every format: a session token is base64, so '/' and '+' want encoding.
    large=$(head -c 1500 /dev/zero | openssl enc -aes-128-ctr -nosalt -K 00 -iv 00 2>/dev/null |
        openssl base64 -A)
    printf 'ASIALARGEEXAMPLE %s %s\n' "$AURORA_SECRET_ACCESS_KEY" "$large" >>"$AURORA_KEYS_FILE"
    roots=$AURORA_CA_FILE
    mark
    keys long
}

use() {
    engine=$1
    case $1 in
    mysql) port=${AURORA_MYSQL_ENDPOINT_PORT-3306} dial=${AURORA_MYSQL_PORT-} cluster=$AURORA_MYSQL_CLUSTER
        reader=$AURORA_MYSQL_READER instance=$AURORA_MYSQL_INSTANCE ;;
    postgres) port=${AURORA_POSTGRES_ENDPOINT_PORT-5432} dial=${AURORA_POSTGRES_PORT-}
        cluster=$AURORA_POSTGRES_CLUSTER reader=$AURORA_POSTGRES_READER
        instance=$AURORA_POSTGRES_INSTANCE ;;
    esac
    host=$cluster at=$port user=$AURORA_USER database=$AURORA_DATABASE
}

keys() {
    case $1 in
    long) credentials=(AWS_ACCESS_KEY_ID="$AURORA_ACCESS_KEY_ID") ;;
    temporary) credentials=(AWS_ACCESS_KEY_ID="$AURORA_TEMPORARY_ACCESS_KEY_ID"
        AWS_SESSION_TOKEN="$AURORA_TEMPORARY_SESSION_TOKEN") ;;
    large) credentials=(AWS_ACCESS_KEY_ID=ASIALARGEEXAMPLE AWS_SESSION_TOKEN="$large") ;;
    esac
    credentials+=(AWS_SECRET_ACCESS_KEY="$AURORA_SECRET_ACCESS_KEY")
}

clock=''
rdspass() {
    env -i PATH=/usr/bin:/bin HOME="$tmp" LC_ALL=C.UTF-8 "${credentials[@]}" \
        ${clock:+RP_TEST_CLOCK_OFFSET="$clock"} "$program" "$@"
}

mint() {
    local file=$1
    host=$2 at=$3 user=$4 database=$5 format=$6
    shift 6
    rdspass token --host "$host" --port "$at" --engine "$engine" "--user=$user" \
        ${database:+"--database=$database"} --format "$format" --ca-file "$roots" "$@" >"$file"
}

named() { "$aurora/with-names" "$AURORA_DIR" "$@"; }

decisions() { wc -l <"$AURORA_LOG"; }
mark() { marked=$(decisions); }
logged() {
    tail -n +$((marked + 1)) "$AURORA_LOG" | python3 -IS -c '
import json, sys
wanted = tuple(sys.argv[1:])
found = [json.loads(line) for line in sys.stdin]
found = [(d["server"], d["user"], d["verdict"], d["reason"])[:len(wanted)] for d in found]
if found != [wanted]:
    sys.exit(f"# decisions: {found}, not {wanted}")' "$@"
}

# The same, quicker: one decision, for a user whose name JSON leaves as it is.
let_in() {
    local decision=''
    { read -r decision && ! read -r _; } < <(tail -n +$((marked + 1)) "$AURORA_LOG") || return
    case $user in *[!A-Za-z0-9_]*) user_part='*' ;; *) user_part='"'$user'"' ;; esac
    # shellcheck disable=SC2254 # a pattern
    case $decision in
    *'"server": "'"$engine"'", "user": '$user_part', "'*'"verdict": "allow"'*) ;;
    *) return 1 ;;
    esac
}

logs_in() {
    local name=$1 wanted=$2
    shift 2
    mark
    run "$@"
    if test "$status" = 0 && test "$out" = "$wanted" && let_in; then
        tap_result 0 "$name"
    else
        tap_result 1 "$name" || diag "$* ended with $status, with $(($(decisions) - marked)) decisions
stdout: $(head -c 2000 "$tmp/out" | tr -d '\000')
stderr: $(head -c 2000 "$tmp/err" | tr -d '\000')"
    fi
}

declare -A rogue_of
rogues() {
    local kind starting=()
    for kind; do
        "$aurora/rogue" "$AURORA_DIR" "$kind" "$engine" >"$tmp/port.$kind" &
        starting+=($!)
    done
    wait "${starting[@]}"
    for kind; do
        rogue_of[$kind]=$(cat "$tmp/port.$kind")
        test -n "${rogue_of[$kind]}" || bail_out "no rogue of the kind $kind"
    done
}

# What came to the rogue of the port $at since `attack`, and should not have. It keeps nothing open.
attack() {
    caught=$AURORA_DIR/rogue/$at
    : >"$caught.wire"
    : >"$caught.plain"
    : >"$caught.events"
    run "$@"
    for _ in $(seq 100); do
        test "$(grep -c '^closed' "$caught.events")" -lt "$(grep -c '^connected' "$caught.events")" || break
        sleep 0.1
    done
    tokens=$(grep -aohE 'Action=connect|DBUser=|X-Amz-[A-Za-z]+' "$caught.wire" "$caught.plain" | sort -u)
    clear=$(grep -acE 'Action=connect|X-Amz-' "$caught.wire")
    passwords=$(grep '^password' "$caught.events")
    reached=$(grep -c '^connected' "$caught.events")
}

tell_attack() {
    diag "$* ended with $status; connections: $reached; at the rogue: $tokens $passwords
events: $(cat "$caught.events")
stderr: $(head -c 2000 "$tmp/err" | tr -d '\000')"
}

kept() {
    local name=$1
    shift
    attack "$@"
    tap_result "$(test "$status" != 0 && test "$reached" -gt 0 && test -z "$tokens$passwords"
        echo $?)" "$name" || tell_attack "$@"
}

lost() {
    local name=$1
    shift
    attack "$@"
    tap_result "$(grep -q X-Amz-Signature <<<"$tokens"
        echo $?)" "$name" || tell_attack "$@"
}

# --- recipes -------------------------------------------------------------------

# psql of the version itself: the wrapper that Debian puts before it takes six times as long.
psql=$(find /usr/lib/postgresql -path '*/bin/psql' 2>/dev/null | sort -V | tail -n 1)
psql=${psql:-psql}
by_psql() { named "$psql" -XAtwc "$query" "$@"; }
by_mariadb() { # OPTION-FILE [ARG…]
    local file=$1
    shift
    named mariadb --defaults-file="$file" --connect-timeout=20 --default-character-set=utf8mb4 \
        -rNBe "$query" "$@"
}

# raw: the person gives host, user and the checks.
by_raw_postgres() {
    PGPASSWORD=$(cat "$form") PGSSLMODE=verify-full PGSSLROOTCERT=$roots \
        PGDATABASE=$database by_psql -h "$host" -p "$at" -U "$user"
}

# raw: the token in an option file, the rest on the command line.
by_raw_mysql() {
    { printf '[client]\npassword="' && tr -d '\n' <"$form" && printf '"\n'; } >"$form.cnf"
    by_mariadb "$form.cnf" --ssl-ca="$roots" --ssl-verify-server-cert -h "$host" -P "$at" \
        -u "$user" -D "$database"
}

by_pgpass_postgres() {
    PGPASSFILE=$form PGSSLMODE=verify-full PGSSLROOTCERT=$roots PGDATABASE=$database \
        by_psql -h "$host" -p "$at" -U "$user"
}

by_export_postgres() {
    (eval "$(cat "$form")" && by_psql)
}

# As docker reads it: what follows the first '=' is the value as it stands.
by_env_postgres() {
    (
        while IFS= read -r line; do
            export "${line%%=*}"="${line#*=}"
        done <"$form"
        by_psql
    )
}

# A program like those that are given DATABASE_URL: url.c asks libpq itself.
by_url_postgres() {
    DATABASE_URL=$(cat "$form") named "$tmp/url" "$query"
}

build_url() {
    # shellcheck disable=SC2046 # flags
    cc -O1 -o "$tmp/url" "$top/tests/integration/url.c" $(pkg-config --cflags --libs libpq)
}

# The file that is for both clients. MariaDB's mysql, alone of its tools, warns of one of Oracle's
# lines on standard output.
by_mycnf_mysql() {
    by_mariadb "$form" >"$form.answer"
    local code=$?
    grep -vx "WARNING: option '--enable-cleartext-plugin' is obsolete." "$form.answer"
    return $code
}

# The client's environment and arguments are made of the object by a JSON parser.
by_json() {
    named python3 -I "$top/tests/integration/json_login.py" "$form" "$roots" "$database" "$query"
}
by_json_postgres() { by_json; }
by_json_mysql() { by_json; }
