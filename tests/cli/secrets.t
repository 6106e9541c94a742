#!/bin/bash
# shellcheck disable=SC2317 # functions that are called by name
# Where secrets must not be: output, messages, arguments and environments of other processes, files,
# core dumps, sockets. Every detector is first shown something that it has to find.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# Marks that stand for secrets. A secret key never goes anywhere; a session token is part of a token.
with AWS_SESSION_TOKEN=CANARYsessiontoken
pg=("$cluster:5432" -u app)
my=("$cluster:3306" -u app)
mkdir "$home/.aws" "$home/new"

# Whether a file or a folder has one of the secrets in it, encoded or not.
has_secret_key() { grep -rqaF -e "$secret" -e "${secret//\//%2F}" -e wJalrXUtnFEMI -e bPxRfiCYEXAMPLEKEY "$@"; }
has_session_token() { grep -rqaF -e CANARYsession "$@"; }
has_signature() { grep -rqaE -e 'X-Amz-Signature' "$@"; }
# The first half of the signature's key chain and the derived key are secrets as well; they are
# bytes and would show in no text.
has_any() { has_secret_key "$@" || has_session_token "$@" || has_signature "$@"; }

echo "$secret" >"$tmp/control"
ok 'the detector of keys finds one' has_secret_key "$tmp/control"
echo 'x%2FCANARYsessiontoken' >"$tmp/control"
ok 'the detector of session tokens finds one' has_session_token "$tmp/control"
rm "$tmp/control"

# --- output ------------------------------------------------------------------------

for format in raw json export env pgpass url jdbc; do
    try token "${pg[@]}" --format "$format" -vvv
    is "token --format $format -vvv: succeeds" "$status" 0
    ok "token --format $format: the token is on standard output" has_session_token "$tmp/out"
    ok "token --format $format: the key is not" ! has_secret_key "$tmp/out"
    ok "token --format $format: something is said by -vvv" test -s "$tmp/err"
    ok "token --format $format: nothing secret in it" ! has_any "$tmp/err"
done
for format in mycnf jdbc; do
    try token "${my[@]}" --format "$format" -vvv
    ok "token --format $format for MySQL: the token is on standard output" has_session_token "$tmp/out"
    ok "token --format $format for MySQL: the key is not" ! has_secret_key "$tmp/out"
    ok "token --format $format for MySQL: nothing secret by -vvv" ! has_any "$tmp/err"
done
try token "${pg[@]}" -vvv -o "$home/new/token"
ok 'token -o: nothing secret on standard output and error' ! has_any "$tmp/out" "$tmp/err"
ok 'token -o: the token is in the file' has_session_token "$home/new/token"
ok 'token -o: the key is not' ! has_secret_key "$home/new/token"
is 'token -o: that file is all there is' "$(cd "$home/new" && ls -A)" token
is 'token -o: for the caller alone' "$(stat -c %a "$home/new/token")" 600
for words in whoami 'whoami --format json' help 'help token' --version 'ca list' 'ca path' 'ca print amazon'; do
    # shellcheck disable=SC2086
    try $words -vvv
    is "$words -vvv: succeeds" "$status" 0
    ok "$words -vvv: nothing secret" ! has_any "$tmp/out" "$tmp/err"
done

# --- messages about values that are wrong ---------------------------------------------

# Each of these makes an error; what is wrong must not be shown.
silent() { # NAME STATUS ARG…
    local name=$1 want=$2
    shift 2
    try "$@" -vvv
    is "$name: exit $want" "$status" "$want"
    ok "$name: it says something" test -s "$tmp/err"
    ok "$name: nothing secret" ! grep -qaE -e CANARY -e wJalrXUt -e EXAMPLEKEY "$tmp/err" "$tmp/out"
}
with AWS_SECRET_ACCESS_KEY="CANARY
key"
silent 'a line break in the key' 5 token "${pg[@]}"
with AWS_SECRET_ACCESS_KEY="CANARY$(repeat 5000 x)"
silent 'a key too long' 5 token "${pg[@]}"
with AWS_SECRET_ACCESS_KEY="$secret" AWS_SESSION_TOKEN=$'CANARY\e'
silent 'a control character in the session token' 5 token "${pg[@]}"
with AWS_SESSION_TOKEN="CANARY$(repeat 17000 x)"
silent 'a session token too long' 5 token "${pg[@]}"
with AWS_SESSION_TOKEN="CANARY$(repeat 5000 x)"
silent 'a session token too long for an option file' 3 token "${my[@]}" --format mycnf
with AWS_SESSION_TOKEN= AWS_ACCESS_KEY_ID="$secret CANARY"
silent 'a key where its id belongs' 5 token "${pg[@]}"
with AWS_ACCESS_KEY_ID="$key_id" AWS_CREDENTIAL_EXPIRATION=CANARY
silent 'anything as the end' 5 token "${pg[@]}"
fresh
mkdir "$home/.aws"
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
credentials=$home/.aws/credentials
for text in "aws_secret_access_key CANARY" "CANARY" "[default CANARY" " CANARY" "=CANARY" "aws_secret_access_key : CANARY" \
    "aws_secret_access_key CANARY = x" "aws secret access key = CANARY" "[CANARY" $'aws_session_token = x\n  CANARY'; do
    printf '[default]\naws_access_key_id = %s\n%s\n' "$key_id" "$text" >"$credentials"
    silent "a line of the credentials file: $text" 5 token "${pg[@]}"
done
printf '[default]\naws_access_key_id = %s\naws_secret_access_key = CANARY\000\n' "$key_id" >"$credentials"
silent 'a NUL byte in it' 3 token "${pg[@]}"
printf 'CANARY\n' >"$credentials"
silent 'a file that is nothing but a secret' 4 token "${pg[@]}"
fresh
for argument in "postgres://app:CANARY@$cluster" "mysql://app:CANARY@$cluster:x" "postgres://CANARY:CANARY@" \
    "postgres://app@$cluster/x?password=CANARY" "mysql://app:CANARY@@$cluster" "jdbc:mysql://$cluster/?password=CANARY" \
    "app:CANARY@$cluster" "postgres://app:CANARY" ; do
    silent "a password in $argument" 2 token "$argument"
done
for option in --password=CANARY --pass=CANARY --aws-secret-access-key=CANARY -pCANARY --port=CANARY; do
    silent "$option" 2 token "$cluster" -u app "$option"
done
# libcurl would quote the whole of a proxy's URL that it cannot use.
with AWS_REGION=us-east-1 AWS_MAX_ATTEMPTS=1
for url in foo://app:CANARY@127.0.0.1:9 'http://app:CANARY @127.0.0.1:9' http://app:CANARY@127.0.0.1:99999 \
    http://app:CANARY 'http://app:CANARY@[::1' http://app:CANARY@none.invalid:9 socks9://app:CANARY@127.0.0.1:9; do
    with HTTPS_PROXY="$url"
    silent "the password of a proxy, $url" 6 whoami --verify
done
without HTTPS_PROXY AWS_REGION AWS_MAX_ATTEMPTS
try token "$cluster" -u app -p CANARY
is '-p CANARY: exit 2' "$status" 2
ok '-p CANARY: not shown' ! grep -q CANARY "$tmp/err"

# --- arguments, environment, memory of the process --------------------------------------

# A process that waits: its output goes to a pipe that is full.
fresh
with AWS_SESSION_TOKEN=CANARYsessiontoken
mkfifo "$tmp/full"
exec 7<>"$tmp/full"
dd if=/dev/zero of=/dev/fd/7 bs=65536 count=1 status=none
mkdir "$tmp/dumps"
start_waiting() { # COMMAND…
    (cd "$tmp/dumps" && ulimit -c unlimited 2>/dev/null; exec env -i "${variables[@]}" "$@" >&7 2>/dev/null) &
    waiting=$!
    for _ in $(seq 250); do
        case $(cat "/proc/$waiting/comm" 2>/dev/null) in
        rdspass | sleep) grep -q '^State:[[:space:]]S' "/proc/$waiting/status" && return ;;
        esac
        sleep 0.02
    done
    diag "it does not wait: $*"
}
stop_waiting() { # SIGNAL
    kill "-$1" "$waiting" 2>/dev/null
    wait "$waiting" 2>/dev/null
    signalled=$?
    waiting=
}
waiting=
# shellcheck disable=SC2016 # later
at_exit '[ -z "$waiting" ] || kill "$waiting" 2>/dev/null'

start_waiting "$rdspass" token "${pg[@]}"
is 'it waits' "$(tr '\0' ' ' <"/proc/$waiting/cmdline")" "$rdspass token ${pg[*]} "
ok 'nothing secret in its arguments' ! has_any "/proc/$waiting/cmdline"
# A process that is not dumpable belongs to root in /proc, and nobody else reads its memory.
is 'it is not dumpable: /proc is closed to its own user' "$(stat -c %u "/proc/$waiting/mem")" 0
if [ "$(id -u)" -eq 0 ]; then
    is 'no core: its limit is 0' "$(awk '/^Max core file size/ { print $5 }' "/proc/$waiting/limits")" 0
    isnt 'only the soft one: it can be given back' \
        "$(awk '/^Max core file size/ { print $6 }' "/proc/$waiting/limits")" 0
    is 'no children' "$(cat "/proc/$waiting/task/$waiting/children" 2>/dev/null)" ''
fi
stop_waiting ABRT
is 'SIGABRT ends it' "$signalled" 134
is 'SIGABRT leaves no core' "$(ls -A "$tmp/dumps")" ''
start_waiting "$rdspass" token "${pg[@]}"
stop_waiting SEGV
if [ "$RP_VARIANT" = release ]; then
    is 'SIGSEGV ends it' "$signalled" 139
else
    isnt 'SIGSEGV ends it (sanitizers have a code of their own)' "$signalled" 0
fi
is 'SIGSEGV leaves no core' "$(ls -A "$tmp/dumps")" ''

# The same as an ordinary user, whose own processes can otherwise be looked into.
if [ "$(id -u)" -eq 0 ]; then
    chmod 711 "$tmp"
    mkdir "$tmp/bin"
    cp "$RP_BUILD/rdspass" "$tmp/bin/"
    chmod -R a+rX "$tmp/bin"
    as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    start_waiting "${as_user[@]}" "$tmp/bin/rdspass" token "${pg[@]}"
    is 'of a user: /proc belongs to root' "$(stat -c %u "/proc/$waiting/environ")" 0
    ok 'of a user: who cannot read its environment' ! "${as_user[@]}" cat "/proc/$waiting/environ" 2>/dev/null
    ok 'of a user: nor its memory' ! "${as_user[@]}" head -c 1 "/proc/$waiting/mem" 2>/dev/null
    stop_waiting TERM
    start_waiting "${as_user[@]}" sleep 60
    ok 'control: what sleep has in its environment that user can read' \
        "${as_user[@]}" grep -qa CANARYsession "/proc/$waiting/environ"
    is 'control: sleep is dumpable' "$(stat -c %u "/proc/$waiting/environ")" 65534
    stop_waiting TERM
else
    start_waiting sleep 60
    is 'control: sleep is dumpable' "$(stat -c %u "/proc/$waiting/mem")" "$(id -u)"
    stop_waiting TERM
fi

# A core would be seen, where this machine writes them into the folder.
start_waiting sleep 60
stop_waiting ABRT
if [ -n "$(ls -A "$tmp/dumps")" ]; then
    like 'control: a core of another program is found' "$(ls -A "$tmp/dumps")" core
    rm -f "$tmp/dumps/"*
else
    skip 'control: a core of another program' 'this machine writes cores elsewhere (kernel.core_pattern)'
fi
exec 7>&-

# --- system calls -------------------------------------------------------------------------

if [ "$RP_VARIANT" != release ]; then
    skip 'system calls' 'sanitizers and valgrind have files, threads and sockets of their own'
    done_testing
fi
if ! command -v strace >"$tmp/ignored" || ! strace -o "$tmp/trace" true 2>"$tmp/ignored"; then
    skip 'system calls' 'strace may trace nothing on this machine'
    done_testing
fi
trace() {
    env -i "${variables[@]}" strace -f -qq -s 65536 -o "$tmp/trace" "$@" </dev/null >"$tmp/out" 2>"$tmp/err"
}
sockets() { grep -E '\b(socket|socketpair|connect|bind|sendto|sendmsg|io_uring_setup)\(' "$tmp/trace"; }
starts() { grep -E '\b(v?fork|clone3?|execveat)\(' "$tmp/trace"; }
opened() { sed -nE 's/.*\bopen(at)?\((AT_FDCWD, )?"([^"]*)".*/\3/p' "$tmp/trace"; }

# shellcheck disable=SC2086 # a command and its options
trace $python -c 'import socket, subprocess; socket.socket(socket.AF_UNIX); subprocess.run(["true"])'
isnt 'control: a socket is seen' "$(sockets)" ''
isnt 'control: a child is seen' "$(starts)" ''
trace getent hosts localhost
like 'control: name service is seen' "$(opened)" 'nsswitch|/etc/hosts|nscd'

{ printf '[default]\naws_access_key_id=%s\naws_secret_access_key=%s\n' "$key_id" "$secret"; } >"$tmp/keys"
# The shared libcrypto obeys the machine's policy.
trace "$rdspass" --version
crypto_config='^$'
! grep -q 'libcrypto\.so' "$tmp/trace" || crypto_config='/openssl\.cnf$'

check_trace() { # NAME ARG…
    local name=$1
    shift
    trace "$rdspass" "$@"
    is "$name: no socket of any kind" "$(sockets)" ''
    is "$name: no child" "$(starts)" ''
    is "$name: nothing is opened but libraries and configuration" "$(opened | grep -vE \
        -e '^/etc/ld\.so\.(cache|preload)$' -e '/lib(c|cjson|crypto|m|dl|pthread)[.-][^/]*$' \
        -e '^/etc/rdspass/config$' -e '/\.config/rdspass/config$' -e '/\.aws/(config|credentials)$' \
        -e '^/etc/passwd$' -e "^$tmp/keys\$" -e "^$tmp/written" \
        -e "$crypto_config")" ''
    ok "$name: the secret key is written to nothing" ! sh -c "grep -E '\\b(write|writev|pwrite64|send)\\(' '$tmp/trace' | grep -qF wJalrXUtnFEMI"
}
check_trace token token "${pg[@]}" -vvv
ok 'the token was printed under strace' has_session_token "$tmp/out"
check_trace 'token -o' token "${pg[@]}" --format pgpass -o "$tmp/written"
check_trace 'token, mycnf' token "${my[@]}" --format mycnf
check_trace whoami whoami
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
with AWS_SHARED_CREDENTIALS_FILE="$tmp/keys"
check_trace 'token, keys in a file' token "${pg[@]}"
check_trace 'token, keys in a file of a profile' token "${pg[@]}" --profile default
check_trace 'whoami, keys in a file' whoami --format json
without HOME AWS_SHARED_CREDENTIALS_FILE
check_trace 'token without HOME' token "${pg[@]}"
check_trace 'ca' ca list
check_trace 'an error' token nowhere.example.com -u app

done_testing
