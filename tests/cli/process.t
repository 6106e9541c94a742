#!/bin/bash
# credential_process: what it may print and how it may end. Each fault is one clear error, and the
# keys that stand behind it in the same profile are never taken in its place.
# shellcheck disable=SC2016,SC2317 # scripts in quotes; functions that `ok` calls
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/later.sh
. "$(dirname "$0")/later.sh"

login=("$cluster:5432" -u app)
temporary=ASIAIOSFODNN7EXAMPLE
session_token=EXAMPLETOKEN/of=a+session
other_id=AKIAI44QH8DHBEXAMPLE
other_secret=je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
fresh
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
with AWS_EC2_METADATA_DISABLED=true

# config_of COMMAND: the path of a config file with it, and keys behind.
configs=0
config_of() {
    configs=$((configs + 1))
    config=$tmp/config.$configs
    printf '[default]\nregion = eu-central-1\ncredential_process = %s\n' "$1" >"$config"
    printf 'aws_access_key_id = %s\naws_secret_access_key = %s\n' "$other_id" "$other_secret" >>"$config"
}

# script NAME TEXT: a program.
mkdir "$tmp/bin" "$tmp/with space"
script() {
    printf '#!/bin/sh\n%s\n' "$2" >"$tmp/bin/$1"
    chmod 755 "$tmp/bin/$1"
}

in_time() { date -u -d "@$(($(date +%s) + $1))" +%Y-%m-%dT%H:%M:%SZ; }

# document [KEY JSON]…: what a process prints, with these values for others; JSON '' for: without.
document() {
    $python -c '
import json, sys
whole = {"Version": 1, "AccessKeyId": sys.argv[1], "SecretAccessKey": sys.argv[2],
         "SessionToken": sys.argv[3], "Expiration": sys.argv[4]}
for key, value in zip(sys.argv[5::2], sys.argv[6::2]):
    if value:
        whole[key] = json.loads(value)
    else:
        del whole[key]
print(json.dumps(whole))' "$temporary" "$secret" "$session_token" "$(in_time 21600)" "$@"
}

# process NAME RC WHY HINT SECONDS COMMAND
process() {
    local variables=("${variables[@]}")
    config_of "$6"
    with AWS_CONFIG_FILE="$config"
    later "$1" "${@:2:4}" token "${login[@]}"
}

# prints NAME RC WHY HINT [KEY JSON]…: a process that prints this document.
prints() {
    document "${@:5}" >"$tmp/document.$configs"
    process "$1" "$2" "$3" "$4" 5 "/bin/cat $tmp/document.$configs"
}
# says NAME RC WHY HINT TEXT: one that prints this.
says() {
    printf '%b' "$5" >"$tmp/document.$configs"
    process "$1" "$2" "$3" "$4" 5 "/bin/cat $tmp/document.$configs"
}

# --- what it prints ----------------------------------------------------------

prints 'a document' 0 '' ''
prints 'without an end' 0 '' '' Expiration ''
prints 'without a session' 0 '' '' SessionToken '' AccessKeyId '"AKIAI44QH8DHBEXAMPLE"'
prints 'unknown keys' 0 '' '' Future '{"a":[1,null]}'
prints 'an account' 0 '' '' AccountId '"123456789012"'
prints 'version 2' 5 'ersion' '' Version 2
prints 'a version that is a text' 5 'ersion' '' Version '"1"'
prints 'no version' 5 'ersion' '' Version ''
prints 'no key id' 5 'AccessKeyId' '' AccessKeyId ''
prints 'no secret' 5 'SecretAccessKey' '' SecretAccessKey ''
prints 'an empty key id' 5 'AccessKeyId|access key id' '' AccessKeyId '""'
prints 'a key id that is a number' 5 'AccessKeyId' '' AccessKeyId 1
prints 'a secret that is a number' 5 'SecretAccessKey' '' SecretAccessKey 1
prints 'a session token that is a number' 5 'SessionToken' '' SessionToken 1
prints 'an end that is a number' 5 'Expiration' '' Expiration 1
prints 'an end that is no time' 5 'Expiration' '' Expiration '"soon"'
prints 'an end that is over' 5 'expired' '' Expiration "\"$(in_time -60)\""
prints 'an end in a moment' 5 'seconds' renew Expiration "\"$(in_time 30)\""
prints 'an end with an offset' 0 '' '' Expiration "\"$(in_time 21600 | sed 's/Z/+00:00/')\""
prints 'an end with a fraction' 0 '' '' Expiration "\"$(in_time 21600 | sed 's/Z/.123Z/')\""
prints 'a control character in the key id' 5 'access key id' '' AccessKeyId '"ASIA\u0007"'
prints 'a line break in the secret' 5 'secret' '' SecretAccessKey '"wJalr\nXUtn"'
prints 'a control character in the token' 5 'session token' '' SessionToken '"EXAMPLETOKEN\u001b[0m"'
says 'nothing' 4 'printed no|nothing' '' ''
says 'a newline' 4 'printed no|nothing' '' '\n'
process 'a variable as a shell takes it' 5 'cannot be started' 'no shell runs it' 5 'KEY=wJalrXUtnFEMI/x /bin/true'
says 'no JSON' 5 'JSON' '' 'hello\n'
says 'half a document' 5 'JSON' '' '{"Version":1,"AccessKeyId":"ASIAIOSFODNN7'
says 'two documents' 5 'JSON' '' '{"Version":1}{"Version":1}'
says 'a list' 5 '.' '' '[1]'
says 'a key twice' 5 '.' '' '{"Version":1,"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}'
says 'a NUL byte' 5 '.' '' '{"Version":1,\0000"AccessKeyId":"A"}'
process 'a deep document' 5 '.' '' 5 \
    "/usr/bin/python3 -c 'print(\"[\" * 100000 + \"]\" * 100000)'"
process 'a megabyte' 5 '.' '' 5 "/usr/bin/head -c 1048576 /dev/zero"
process 'no end of output' 5 '.' '' 5 "/usr/bin/yes"

# --- how it ends -------------------------------------------------------------

document >"$tmp/good.json"
process 'it fails' 5 'exit code 3|status 3' '' 5 "/bin/sh -c 'exit 3'"
process 'it fails after a document' 5 '3' '' 5 "/bin/sh -c 'cat $tmp/good.json; exit 3'"
process 'it dies by a signal' 5 'SIGSEGV|signal 11' '' 5 "/bin/sh -c 'kill -SEGV \$\$'"
process 'it dies by a signal after a document' 5 'SIGTERM|signal 15' '' 5 \
    "/bin/sh -c 'cat $tmp/good.json; kill -TERM \$\$'"
process 'it is not there' 5 'in .*/config[.][0-9]+, line 3 cannot be started: No such file' 'no shell runs it' \
    5 "/nonexistent/program"
# shellcheck disable=SC2088 # no shell is to expand it
process 'in the home, as a shell would know it' 5 'cannot be started' '~, [$]NAME and pipes' 5 '~/bin/program'
process 'it may not be executed' 5 'cannot be started: Permission denied' '' 5 "$tmp/good.json"
process 'a quote that does not end' 3 'quot' '' 5 "/bin/cat 'x"
process 'an empty command' 3 'credential_process' '' 5 "''"

# --- how it is called --------------------------------------------------------

cp "$tmp/good.json" "$tmp/with space/it's.json"
process 'double quotes' 0 '' '' 5 "/bin/cat \"$tmp/with space/it's.json\""
process 'a backslash' 0 '' '' 5 "/bin/cat $tmp/with\\ space/it\\'s.json"
process 'no shell' 5 '.' 'no shell runs it' 5 'exec /bin/cat $HOME/x'
process 'a program of PATH' 0 '' '' 5 "cat $tmp/good.json"
script input 'read -r line || line=none; test "$line" = none && cat "$1"'
process 'its input is ours' 0 '' '' 5 "$tmp/bin/input $tmp/good.json"
judge

# What it writes to standard error passes through, as it is.
script prompt 'echo "Touch the key" >&2; cat "$1"'
config_of "$tmp/bin/prompt $tmp/good.json"
with AWS_CONFIG_FILE="$config"
try token "${login[@]}"
is 'standard error passes through' "$status $err" '0 Touch the key'
script complain 'echo "no such user" >&2; exit 1'
config_of "$tmp/bin/complain"
with AWS_CONFIG_FILE="$config"
try token "${login[@]}"
like 'and with a failure' "$status $err" '^5 no such user$'
is '  before our own line' "$(grep -c '^rdspass: ' "$tmp/err")" 1
is '  and nothing else comes' "$(cat "$tmp/out")" ''

# What it leaves behind ends with it.
script children "sleep 300.$$ >/dev/null & sleep 300.$$ & cat \"\$1\""
config_of "$tmp/bin/children $tmp/good.json"
with AWS_CONFIG_FILE="$config"
from=$SECONDS
try token "${login[@]}"
is 'children that are left behind' "$status $err" '0 '
ok '  are not waited for' test $((SECONDS - from)) -le 5
gone() { # those that were killed end when the machine gets to it, long before they would by themselves
    for _ in $(seq 400); do
        pgrep -f "^sleep 300\\.$$\$" >/dev/null || return 0
        sleep 0.05
    done
    return 1
}
at_exit 'pkill -f "^sleep 300\\.$$\$"'
ok '  and end' gone

# One that hangs is ended when its time is over: 60 s, and in the tests' variant what they say.
clock 0
with RP_TEST_PROCESS_TIMEOUT_MS=700
script hang "sleep 300.$$ & sleep 300.$$"
config_of "$tmp/bin/hang"
with AWS_CONFIG_FILE="$config"
from=$SECONDS
try token "${login[@]}"
like 'one that hangs' "$status $err" '^5 rdspass: the credential_process .* did not end in time$'
is '  gives no token' "$out" ''
ok '  and is not waited for' test $((SECONDS - from)) -le 5
ok '  nor left behind' gone
rdspass=$RP_BUILD/rdspass
without RP_TEST_PROCESS_TIMEOUT_MS RP_TEST_CLOCK_OFFSET
config_of "$tmp/bin/children $tmp/good.json"
with AWS_CONFIG_FILE="$config"
try token "${login[@]}"

# The program that signed.
is 'its key signs' "$(parameter X-Amz-Credential | cut -d/ -f1)" "$temporary"
is 'with its token' "$(parameter X-Amz-Security-Token)" "$session_token"
try whoami --format json
is 'whoami names it' "$(fields credentials.source credentials.access_key_id)" "custom-process $temporary"
try token "${login[@]}" -vvv
ok 'no secret with -vvv' ! grep -Eq "$SECRETS" "$tmp/err"

# Keys in the environment are for it to see, and come before it.
with AWS_ACCESS_KEY_ID="$other_id" AWS_SECRET_ACCESS_KEY="$other_secret"
try token "${login[@]}"
is 'keys in the environment come first' "$(parameter X-Amz-Credential | cut -d/ -f1)" "$other_id"
try token "${login[@]}" --profile default
is 'not with --profile' "$(parameter X-Amz-Credential | cut -d/ -f1)" "$temporary"

done_testing
