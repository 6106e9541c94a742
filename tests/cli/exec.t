#!/bin/bash
# exec, without a database: its command line, what a client is given and not given, exit codes, and
# that nothing is left behind. The gate is the real one; nothing is dialled, or a port that is closed.
# shellcheck disable=SC2016,SC2086,SC2317 # scripts in quotes; $python is words; functions that `ok` calls
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

[ -x "$RP_BUILD/rdspass-gate" ] || skip_all 'there is no rdspass-gate'
pg=(postgres://app@"$cluster"/orders)
my=(mysql://app@"$cluster"/orders)
private=$tmp/private
mkdir -m 700 "$private" "$tmp/bin"
with TMPDIR="$private"

left() { ls -A "$private"; }
is_empty() { [ -z "$(left)" ]; }
eventually() { # COMMAND…: it succeeds within some seconds
    for _ in $(seq 200); do
        "$@" && return
        sleep 0.05
    done
    return 1
}
# runs NAME RC ARG…: exec -q ends so, and leaves nothing.
runs() {
    local name=$1 want=$2 fault=
    shift 2
    { try exec -q "$@"; } 2>"$tmp/shell" # which tells of signals that end what it runs
    if [ "$status" -ne "$want" ]; then
        fault="the exit code is not $want"
    elif ! is_empty; then
        fault="this is left: $(left)"
    fi
    verdict "$name" "$fault"
}
prints() { # NAME WANTED ARG…: what the client writes, and nothing else
    local name=$1 want=$2
    shift 2
    try exec -q "$@"
    is "$name" "$status|$out|$err" "0|$want|"
}

# --- the command line ----------------------------------------------------------

refuses 'no client' 2 'no client given' 'rdspass exec TARGET -- psql' exec "${pg[@]}"
refuses 'nothing behind --' 2 'no client given' 'rdspass exec TARGET -- psql' exec "${pg[@]}" --
refuses 'a client without --' 2 'too many arguments: "psql"' 'behind --' exec "${pg[@]}" orders psql
refuses 'nothing at all' 2 'no client given' 'rdspass exec TARGET -- psql' exec
refuses "a client's option without --" 2 'unknown option -c' 'options of the client stand behind --' \
    exec "${pg[@]}" psql -c 'SELECT 1'
refuses 'no host' 2 'no host' 'HOST' exec -u app -- psql
refuses 'an engine that nothing tells' 2 "the engine of $cluster is not known" '--engine' \
    exec -u app "$cluster" -- sh
refuses "PostgreSQL's client for MySQL" 2 "psql speaks to postgres, and $cluster is of mysql" 'run mysql' \
    exec "${my[@]}" -- psql
refuses "MySQL's client for PostgreSQL" 2 'mysqldump speaks to mysql' 'run psql' exec "${pg[@]}" -- /usr/bin/mysqldump
for port in 0 65536 x 1x; do
    refuses "--tcp=$port" 2 '--tcp: a port is a number from 1 to 65535' '' exec "${pg[@]}" "--tcp=$port" -- true
done
refuses 'a port for --tcp in a word of its own' 2 "--tcp: its value stands behind a '='" '--tcp=15432' \
    exec --tcp 15432 "${pg[@]}" -- true
refuses '--connect-timeout=0' 2 '--connect-timeout: one second at least' '' \
    exec "${pg[@]}" --connect-timeout=0 -- true
refuses '--wait that is no number' 2 '--wait: "x" is not a number' '' exec "${pg[@]}" --wait x -- true
refuses '--env without a value' 2 '--env wants NAME=VALUE' '' exec "${pg[@]}" --env NAME -- true
refuses '--env without a name' 2 '--env wants NAME=VALUE' '' exec "${pg[@]}" --env =value -- true
refuses 'a custom endpoint' 3 'is a custom endpoint' '--via' exec --engine postgres -u app -h "$custom" -- true
refuses 'roots that are not held' 3 'the root certificates of RDS in cn-north-1 are not built in' '--ca-file' \
    exec -u app postgres://shop.abc123xyz.rds.cn-north-1.amazonaws.com.cn -- true
refuses '--ca-file that is not there' 3 '/nowhere/roots.pem' '' \
    exec "${pg[@]}" --ca-file /nowhere/roots.pem -- true
refuses '--ca-file that is a directory' 3 "$tmp" '' exec "${pg[@]}" --ca-file "$tmp" -- true
echo 'no roots' >"$tmp/no-roots"
refuses '--ca-file without roots' 3 'there is no certificate' 'PEM' exec "${pg[@]}" --ca-file "$tmp/no-roots" -- true
without AWS_SECRET_ACCESS_KEY
refuses 'half a pair of keys' 5 'AWS_SECRET_ACCESS_KEY' '' exec "${pg[@]}" -- true
without AWS_ACCESS_KEY_ID
refuses 'no credentials' 4 'no AWS credentials found' 'AWS_ACCESS_KEY_ID' exec "${pg[@]}" -- true
with AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
is 'none of them leaves anything' "$(left)" ''

# --- exit codes ----------------------------------------------------------------

runs 'a client that succeeds' 0 "${pg[@]}" -- true
runs 'a client that fails' 7 "${pg[@]}" -- sh -c 'exit 7'
runs 'one that exits with a code of rdspass' 3 "${pg[@]}" -- sh -c 'exit 3'
runs 'one that a signal ends' 143 "${pg[@]}" -- sh -c 'kill -TERM $$'
is '  which ends rdspass, too' "$(env -i "${variables[@]}" $python -c '
import subprocess, sys
print(subprocess.run(sys.argv[1:]).returncode)' "$rdspass" exec -q "${pg[@]}" -- sh -c 'kill -TERM $$')" -15
runs 'a client that is not there' 127 "${pg[@]}" -- no-such-client
like '  is told' "$err" '^rdspass: cannot start no-such-client: No such file or directory'
: >"$tmp/bin/plain"
runs 'one that cannot be executed' 126 "${pg[@]}" -- "$tmp/bin/plain"
like '  is told' "$err" "^rdspass: cannot start $tmp/bin/plain: Permission denied"
runs 'a directory' 126 "${pg[@]}" -- "$tmp/bin"
runs 'the client tells the engine' 0 -u app "$cluster" -- pg_isready --version

try exec "${pg[@]}" -- sh -c 'exit 7'
is 'a client that never came to the gate keeps its code' "$status" 7
like '  with a warning' "$err" "^rdspass: warning: sh never came to $cluster by way of rdspass$"
try exec "${my[@]}" -- sh -c 'exit 7'
like '  and with the way, where no variable leads there' "$err" \
    '^rdspass: warning: sh never came to .*: \{socket\} and \{user\}, in its arguments or in --env,'
try exec "${pg[@]}" -- psql -h 127.0.0.1 -p 1
like '  or with what led away from it' "$err" \
    '^rdspass: warning: psql never came to .*: a host among its arguments would lead it elsewhere$'

# --- what the client is given ---------------------------------------------------

prints 'the words of the client, whatever they look like' '-u --env --tcp=1 -- -x ' \
    "${pg[@]}" -- printf '%s ' -u --env --tcp=1 -- -x
prints "PostgreSQL's variables" '5432 app orders' \
    "${pg[@]}" -- sh -c 'echo $PGPORT $PGUSER $PGDATABASE'
prints 'the port is the endpoint'"'"'s' 6000 "postgres://app@$cluster:6000" -- sh -c 'echo $PGPORT'
prints 'a directory of its own, with a socket' '700 directory, 600 socket' \
    "${pg[@]}" -- sh -c 'echo $(stat -c "%a %F" "$PGHOST"), $(stat -c "%a %F" "$PGHOST/.s.PGSQL.5432")'
prints "MySQL's placeholders" 'localhost 3306 app orders mysql.sock' \
    "${my[@]}" -- sh -c 'echo $1 $2 $3 $4 ${5##*/}' - '{host}' '{port}' '{user}' '{database}' '{socket}'
prints '--env' 'a=b app/orders' \
    "${pg[@]}" --env A=a=b --env 'URL={user}/{database}' -- sh -c 'echo "$A $URL"'
try exec -q "${pg[@]}" --tcp -- sh -c 'echo $PGHOST $PGPORT'
like '--tcp: a port on loopback' "$out" '^127\.0\.0\.1 [0-9]{4,5}$'
with PGHOSTADDR=10.0.0.1 PGSSLMODE=disable PGSERVICE=x PGPASSWORD=x PGOPTIONS=kept
prints 'what would lead elsewhere is taken away, the rest kept' 'none kept' \
    "${pg[@]}" -- sh -c 'echo ${PGHOSTADDR-none}${PGSSLMODE-}${PGSERVICE-}${PGPASSWORD-} $PGOPTIONS'
without PGHOSTADDR PGSSLMODE PGSERVICE PGPASSWORD PGOPTIONS
prints "the caller's keys are the caller's" "$key_id" "${pg[@]}" -- sh -c 'echo $AWS_ACCESS_KEY_ID'

in_place() { # runs exec with input, a descriptor, a umask, a folder, limits and an ignored signal
    (
        cd "$tmp/bin" && umask 027 && ulimit -S -c 64 -n 200 && trap '' USR1 && exec 5<"$top/README.md" &&
            echo input | env -i "${variables[@]}" "$rdspass" exec -q "${pg[@]}" -- "$@"
    )
}
is 'standard input' "$(in_place cat)" input
is 'descriptors' "$(in_place sh -c 'head -c 9 <&5')" "$(head -c 9 README.md)"
is 'umask' "$(in_place sh -c umask)" 0027
is 'the folder' "$(in_place pwd)" "$tmp/bin"
core=64
[ "$RP_VARIANT" = release ] || core=0 # sanitizers set it
is 'limits' "$(in_place bash -c 'ulimit -S -c; ulimit -S -n' | tr '\n' ' ')" "$core 200 "
is 'signals that are ignored' "$(in_place $python -c '
import signal
print(signal.getsignal(signal.SIGUSR1) == signal.SIG_IGN, signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL)')" \
    "$($python -c '
import signal
print(True, signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL)')"
descriptors() { "$@" sh -c 'ls /proc/$$/fd' 5<README.md; }
is 'no descriptors of ours' "$(descriptors env -i "${variables[@]}" "$rdspass" exec -q "${pg[@]}" --)" \
    "$(descriptors env)"

# Nothing secret: neither in its arguments nor in what is added to its environment.
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
mkdir "$home/.aws"
printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$key_id" "$secret" >"$home/.aws/credentials"
prints 'keys of a profile do not reach the client' '' \
    "${pg[@]}" -- sh -c "tr '\\0' '\\n' </proc/\$\$/environ | grep -E 'AWS_.*KEY|$key_id' || :"
with AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"

# --- a server that cannot be reached ----------------------------------------------

# A client as libpq has it: it asks for the user and the database, and shows what comes back.
cat >"$tmp/bin/knock" <<END
#!$python
import os, socket, struct, sys
with socket.socket(socket.AF_UNIX) as s:
    s.connect(os.environ["PGHOST"] + "/.s.PGSQL." + os.environ["PGPORT"])
    body = struct.pack("!I", 196608) + b"user\0app\0database\0orders\0\0"
    s.sendall(struct.pack("!I", len(body) + 4) + body)
    answer = b""
    while part := s.recv(65536):
        answer += part
sys.stdout.write(" ".join(f.decode() for f in answer[5:].split(b"\0") if f[:1] in b"SMH" and f))
sys.exit(int(sys.argv[1]))
END
sed -i "1s|.*|#!/usr/bin/python3 -I|" "$tmp/bin/knock"
chmod 755 "$tmp/bin/knock"
closed=1 # one that was free a moment ago may be another test's by now
try exec "${pg[@]}" --via "127.0.0.1:$closed" -- "$tmp/bin/knock" 2
is 'a client that could not log in ends with the kind of the failure' "$status" 6
like '  which is told' "$err" "^rdspass: .*127\\.0\\.0\\.1:$closed"
like '  and the client heard of it, too' "$out" "SFATAL .*127\\.0\\.0\\.1:$closed"
try exec "${pg[@]}" --via "127.0.0.1:$closed" -- "$tmp/bin/knock" 0
is 'one that does not mind succeeds' "$status|$err" '0|'
ln -s "$tmp/bin/knock" "$tmp/bin/pg_isready"
try exec "${pg[@]}" --via "127.0.0.1:$closed" -- "$tmp/bin/pg_isready" 0
is 'a client that we know, and that takes our answer for a sign of life, does not succeed' "$status" 6
like '  which is told' "$err" "^rdspass: .*127\\.0\\.0\\.1:$closed"
taken=$tmp/taken
$python -c '
import os, socket, sys, time
s = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1] + ".new", "w") as f:
    f.write(str(s.getsockname()[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(600)' "$taken" &
listening=$!
at_exit 'kill $listening 2>/dev/null'
eventually test -f "$taken"
refuses '--tcp: a port that is taken' 3 "cannot listen on 127.0.0.1, port $(cat "$taken"): Address already in use" \
    '--tcp alone takes a port that is free' exec "${pg[@]}" "--tcp=$(cat "$taken")" -- true
kill $listening
try exec "${pg[@]}" --via "$tmp/no-such.sock" -- "$tmp/bin/knock" 2
is 'a socket that is not there' "$status" 6

# --- nothing is left behind --------------------------------------------------------

waiting=
# shellcheck disable=SC2173 # it keeps bash from telling of those that are killed here on purpose
trap : KILL
at_exit '[ -z "$waiting" ] || kill -9 $waiting 2>/dev/null'
start_waiting() { # a client that waits; $waiting, $client and $gate are the processes
    rm -f "$tmp/client"
    env -i --default-signal=INT "${variables[@]}" "$rdspass" exec -q "${pg[@]}" -- \
        sh -c 'echo $$ >"$1.new"; mv "$1.new" "$1"; exec sleep 600' - "$tmp/client" &
    waiting=$!
    eventually test -f "$tmp/client" || diag 'the client does not start'
    client=$(cat "$tmp/client")
    gate=$(pgrep -P "$waiting" -x rdspass-gate)
    isnt 'there is a gate' "$gate" ''
}
is_gone() { case $(ps -o stat= -p "$1") in '' | Z*) ;; *) return 1 ;; esac }
ends() { # NAME WANTED
    local got=0
    wait "$waiting" 2>/dev/null || got=$?
    is "$1" "$got" "$2"
    waiting=
    ok '  the client is gone' eventually is_gone "$client"
    ok '  the gate is gone' eventually is_gone "$gate"
    ok '  and the directory' eventually is_empty
}
for signal in TERM HUP INT; do
    start_waiting
    kill "-$signal" "$waiting"
    ends "SIG$signal reaches the client" $((128 + $(kill -l "$signal")))
done
start_waiting
kill -9 "$waiting"
ends 'rdspass is killed' 137
start_waiting
kill -9 "$client"
ends 'the client is killed' 137
start_waiting
kill -9 "$gate"
ok 'the gate is killed' eventually is_gone "$gate"
ok '  the client goes on' kill -0 "$client"
kill -TERM "$client"
ends '  to its end' 143

# At whatever moment a signal comes.
for step in $(seq 0 24); do
    env -i "${variables[@]}" "$rdspass" exec -q "${pg[@]}" -- sleep 600 &
    waiting=$!
    $python -c 'import sys, time; time.sleep(int(sys.argv[1]) / 1000)' "$step"
    kill -TERM "$waiting"
    wait "$waiting" 2>/dev/null
    waiting=
done
ok 'a signal while it starts leaves nothing' eventually is_empty

start_waiting
kill -STOP "$client"
stopped() { [ "$(ps -o stat= -p "$1" | cut -c1)" = T ]; }
ok 'a client that stops stops rdspass' eventually stopped "$waiting"
kill -CONT "$waiting"
runs_again() { ! stopped "$1"; }
ok '  and goes on with it' eventually runs_again "$client"
kill -TERM "$waiting"
ends '  to its end' 143

done_testing
