#!/bin/bash
# The signer of exec: which tokens it makes for a gate, and how it keeps credentials alive under a
# client that runs for hours. The gate is a stand-in that asks what the client tells it to ask.
# shellcheck disable=SC2086,SC2317 # $python is words; functions that `ok` calls
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

rdspass=$RP_TEST_BUILD_DIR/rdspass
told=$RP_TEST_BUILD_DIR/tests/fakes/told-gate
[ -x "$told" ] || skip_all 'there is no stand-in: make test-programs'
mkdir -m 755 "$tmp/libexec" "$tmp/bin"
cp "$told" "$tmp/libexec/rdspass-gate"
mkdir -m 700 "$tmp/private"
with TMPDIR="$tmp/private" RP_TEST_LIBEXEC="$tmp/libexec" RP_TEST_CLOCK_FILE="$tmp/clock"
echo 0 >"$tmp/clock"

# The client: each argument is a line for the gate, or a line of sh that runs in between.
cat >"$tmp/bin/tell" <<END
#!$python
import os, socket, subprocess, sys
for line in sys.argv[2:]:
    if line.startswith("!"):
        subprocess.run(["/bin/sh", "-c", line[1:]], check=True)
        continue
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(sys.argv[1])
        s.sendall(line.encode() + b"\n")
        answer = b""
        while part := s.recv(65536):
            answer += part
    print(answer.decode().rstrip("\n") or "nothing", flush=True)
sys.exit(int(os.environ.get("CODE", "0")))
END
sed -i '1s|.*|#!/usr/bin/python3 -I|' "$tmp/bin/tell"
chmod 755 "$tmp/bin/tell"
target=(postgres://app@"$cluster"/orders)
# asks LINE…: of a gate to $target, with $options; $out are the answers
options=()
asks() { try exec "${options[@]}" "${target[@]}" -- "$tmp/bin/tell" '{socket}' "$@"; }
answer() { sed -n "$1p" <<<"$out"; }
key_of() { parameter X-Amz-Credential "$(answer "$1")" | cut -d/ -f1; }
is_empty() { [ -z "$(ls -A "$tmp/private")" ]; }

# --- what the gate is told, and what it may ask ---------------------------------------

asks order
is 'the order' "$out" "postgres $cluster 5432 user=app database=orders region=eu-central-1 via=:0 \
timeout=10 wait=0 ca_file=0 tcp=-1"
options=(--via 127.0.0.1:7000 --connect-timeout 3 --wait 60 --region eu-central-1 --port 6000)
asks order
is 'the order with options' "$out" "postgres $cluster 6000 user=app database=orders \
region=eu-central-1 via=127.0.0.1:7000 timeout=3 wait=60 ca_file=0 tcp=-1"
options=(--via /run/tunnel.sock)
asks order
like '--via with a socket' "$out" 'via=/run/tunnel.sock:0 '
options=()

asks 'sign app' 'sign app'
is 'it ends well' "$status" 0
like 'a token' "$(answer 1)" "^token $cluster:5432/\\?Action=connect&DBUser=app&"
is '  by the key' "$(key_of 1)" "$key_id"
is '  for the region' "$(parameter X-Amz-Credential "$(answer 1)" | cut -d/ -f3)" eu-central-1
like 'a second token' "$(answer 2)" '^token '
options=(--via 127.0.0.1:7000)
asks 'sign app'
like 'in a tunnel, for the port of the endpoint' "$out" "^token $cluster:5432/"
options=()

asks 'sign root' 'sign app'
like 'another user is refused' "$(answer 1)" '^failure 8: tokens are signed for the user app, not for root'
like '  and the next request served' "$(answer 2)" '^token '
target=(postgres://"$cluster"/orders)
asks 'sign anybody' 'sign some@body é'
like 'without a user of the target, any' "$(answer 1)" 'DBUser=anybody&'
like '  of any letters' "$(answer 2)" 'DBUser=some%40body%20%C3%A9&'
target=(postgres://admin@"$dsql")
asks 'sign admin'
like "DSQL's admin" "$out" "^token $dsql/\\?Action=DbConnectAdmin&"
target=(postgres://app@"$dsql")
asks 'sign app'
like "DSQL's others" "$out" "^token $dsql/\\?Action=DbConnect&"
target=(postgres://app@"$cluster"/orders)

asks 'again app' 'sign app'
like 'keys of the environment are the same again' "$(answer 1)" '^failure 5: there are no other AWS credentials'
like '  and still sign' "$(answer 2)" '^token '

# --- how it ends ------------------------------------------------------------------------

with CODE=2
asks 'failed 8' 'failed 6'
is 'no login: the exit code is of the first failure' "$status" 8
like '  with its words' "$err" '^rdspass: the stand-in failed'
like '  and its hint' "$err" '^hint: as it was told'
asks 'failed 8' entered 'failed 6'
is 'a login: the exit code is the client'"'s" "$status|$err" '2|'
asks 'sign app'
is 'neither: it is, too' "$status|$err" '2|'
without CODE
asks 'failed 8'
is 'a client that succeeds does' "$status|$err" '0|'
asks die 'sign app'
like 'a gate that dies is told' "$err" '^rdspass: warning: rdspass-gate .*ended'
cp "$RP_TEST_BUILD_DIR/rdspass-postgres" "$tmp/libexec"
try connect --engine postgres "${target[@]}" -e 'SELECT 1'
is '  and is why connect fails, where its client has ended first' "$status" 6
like '  as it says' "$err" "^rdspass: connection to $cluster lost\$"
asks lie '!sleep 0.2'
like 'a gate that lies is told' "$err" '^rdspass: warning: .*rdspass-gate'
ok 'and no directory is left' is_empty

# --- credentials that end -----------------------------------------------------------------

without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
mkdir "$home/.aws"
in_time() { date -u -d "@$(($(date +%s) + $1))" +%Y-%m-%dT%H:%M:%SZ; }
# credentials KEY SECONDS: what the process gives from now on, to end so many seconds from now.
cat >"$tmp/bin/give" <<'END'
#!/bin/sh
echo asked >>"$0.log"
while [ -f "$0.hold" ]; do sleep 0.02; done
cat "$0.json"
END
chmod 755 "$tmp/bin/give"
give=$tmp/bin/give
document() {
    printf '{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"%s","SessionToken":"t","Expiration":"%s"}\n' \
        "$1" "$secret" "$(in_time "$2")"
}
credentials() {
    document "$1" "$2" >"$give.json"
    : >"$give.log"
    rm -f "$give.hold"
    echo 0 >"$tmp/clock"
}
asked() { wc -l <"$give.log"; }
printf '[default]\ncredential_process = %s\n' "$give" >"$home/.aws/config"
document ASIANEXTEXAMPLE 7200 >"$tmp/next"
document ASIALATEREXAMPLE 21600 >"$tmp/later"

credentials ASIAFIRSTEXAMPLE 3600
asks 'sign app' 'sign app'
is 'credentials with an hour are asked for once' "$(key_of 1) $(key_of 2) $(asked)" \
    'ASIAFIRSTEXAMPLE ASIAFIRSTEXAMPLE 1'

credentials ASIAFIRSTEXAMPLE 3600
day() { date -u -d '+4 hours' +%Y%m%d; }
before=$(day)
asks 'sign app' "!cp $tmp/later $give.json; echo 14400 >$tmp/clock" 'sign app'
is 'hours later, when they have ended, others sign' "$(key_of 1) $(key_of 2)" \
    'ASIAFIRSTEXAMPLE ASIALATEREXAMPLE'
like '  at that time' "$before $(day)" "$(parameter X-Amz-Date "$(answer 2)" | cut -c1-8)"

# waits COUNT: a line of sh for the client, until the process was asked that often.
waits() { echo "!while [ \$(wc -l <$give.log) -lt $1 ]; do sleep 0.02; done"; }
# Until what -v says has it that they are renewed.
renewed='!until grep -q "the credentials are renewed" '"$tmp/err; do sleep 0.02; done"

credentials ASIAFIRSTEXAMPLE 3600
asks "!echo 2600 >$tmp/clock" 'sign app' '!sleep 0.3' "!echo 2710 >$tmp/clock" 'sign app' "$(waits 2)"
is 'with less than 15 minutes left they are renewed ahead of need' "$(asked)" 2

credentials ASIAFIRSTEXAMPLE 600
asks 'sign app' '!sleep 0.3' 'sign app' "!echo 300 >$tmp/clock" 'sign app' '!sleep 0.3'
is 'those that come with 10 minutes are not asked for again at once' "$(asked)" 1

credentials ASIAFIRSTEXAMPLE 600
options=(-v)
asks 'sign app' "!cp $tmp/next $give.json; echo 410 >$tmp/clock" 'sign app' "$renewed" 'sign app' 'sign app'
options=()
is '  but when a third of that is left, once' "$(key_of 2) $(key_of 3) $(key_of 4) $(asked)" \
    'ASIAFIRSTEXAMPLE ASIANEXTEXAMPLE ASIANEXTEXAMPLE 2'

credentials ASIAFIRSTEXAMPLE 600
asks "!echo 410 >$tmp/clock" 'sign app' "$(waits 2)" '!sleep 0.3' 'sign app' '!sleep 0.3' 'sign app'
is '  where the source has no others, it has rest' "$(asked)" 2

credentials ASIAFIRSTEXAMPLE 3600
asks "!: >$give.hold; cp $tmp/next $give.json; echo 3000 >$tmp/clock" 'sign app' \
    "$(waits 2)" 'sign app' \
    "!rm $give.hold; sleep 0.3" 'sign app' "!echo 4000 >$tmp/clock" 'sign app'
is 'while they are renewed, those that live still sign' "$(key_of 1) $(key_of 2) $(key_of 4)" \
    'ASIAFIRSTEXAMPLE ASIAFIRSTEXAMPLE ASIANEXTEXAMPLE'

credentials ASIAFIRSTEXAMPLE 3600
asks 'sign app' "!cp $tmp/next $give.json" 'again app' 'again app'
is 'asked again, others are fetched and sign' "$(key_of 1) $(key_of 2)" 'ASIAFIRSTEXAMPLE ASIANEXTEXAMPLE'
like '  where there are none, that is said' "$(answer 3)" '^failure 5: there are no other AWS credentials'

credentials ASIAFIRSTEXAMPLE 3600
asks 'again app' 'again app' 'sign app'
is '  and not asked for again at once' "$(asked)" 2

credentials ASIAFIRSTEXAMPLE 3600
asks "!: >$give.hold" 'again app' 'sign app' "!rm $give.hold"
like 'a source that hangs keeps others waiting for a moment only' "$(answer 1) $(key_of 2)" \
    '^failure 5: there are no other AWS credentials .*ASIAFIRSTEXAMPLE$'

credentials ASIAFIRSTEXAMPLE 3600
asks "!echo broken >$give.json; echo 3000 >$tmp/clock" 'sign app' '!sleep 0.3' 'sign app' \
    "!echo 4000 >$tmp/clock" 'sign app' "!cp $tmp/next $give.json" 'sign app'
is 'where renewing fails, those that live still sign' "$(key_of 1) $(key_of 2)" \
    'ASIAFIRSTEXAMPLE ASIAFIRSTEXAMPLE'
like '  until they are dead, and then why is told' "$(answer 3)" '^failure [45]: .*credential_process.* \(.*\)$'
is '  and they come back' "$(key_of 4)" ASIANEXTEXAMPLE
unlike '  with nothing on the screen of the client' "$err" .

credentials ASIAFIRSTEXAMPLE 3600
asks 'sign app' "!printf '[default]\naws_access_key_id = AKIANEWEXAMPLE\naws_secret_access_key = x\n' \
>$home/.aws/new; mv $home/.aws/new $home/.aws/credentials" 'sign app'
is 'a profile that has changed is read again' "$(key_of 1) $(key_of 2)" 'ASIAFIRSTEXAMPLE AKIANEWEXAMPLE'
rm "$home/.aws/credentials"

credentials ASIAFIRSTEXAMPLE 3600
options=(-v)
asks 'again app'
unlike 'no secret in what -v says' "$err" "$secret|X-Amz-Signature"
options=()

# A renewal that hangs ends with rdspass.
credentials ASIAFIRSTEXAMPLE 600
asks "!: >$give.hold; echo 410 >$tmp/clock" 'sign app' "$(waits 2)"
is 'a renewal that hangs does not keep exec' "$status" 0
rm -f "$give.hold"
ok 'no directory is left' is_empty

# --- a role that wants MFA ------------------------------------------------------------------

"$top/tests/aurora/aws" "$tmp/aws" world --owner $$ >/dev/null || bail_out 'no simulated AWS'
mapfile -t endpoints <"$tmp/aws/world/env"
cp "$RP_TEST_BUILD_DIR/rdspass-fetch" "$tmp/libexec/"
with "${endpoints[@]}"
device=arn:aws:iam::111122223333:mfa/app
printf '[default]\nrole_arn = %s\nmfa_serial = %s\nsource_profile = user\n' \
    arn:aws:iam::111122223333:role/Mfa "$device" >"$home/.aws/config"
printf '[user]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$key_id" "$secret" \
    >"$home/.aws/credentials"
echo 0 >"$tmp/clock"
options=(--mfa-code 123456)
asks 'sign app' "!echo 3000 >$tmp/clock" 'sign app' '!sleep 0.3' 'sign app' \
    "!echo 4000 >$tmp/clock" 'sign app'
like 'a role with MFA signs' "$(key_of 1)" '^ASIA'
is '  while it lives, though no new code comes' "$(key_of 2) $(key_of 3)" "$(key_of 1) $(key_of 1)"
like '  then who wants a code is told' "$(answer 4)" \
    "^failure 5: no MFA code for $device: .* \\(.*--mfa-command.*\\)$"
unlike '  with nothing on the screen of the client' "$err" .
printf '#!/bin/sh\necho 234567\n' >"$tmp/bin/code"
chmod 755 "$tmp/bin/code"
rm -r "$home/.aws/cli"
echo 0 >"$tmp/clock"
options=(--mfa-command "$tmp/bin/code")
asks 'sign app' "!printf '#!/bin/sh\necho 345678\n' >$tmp/bin/code; echo 2000 >$tmp/clock" 'sign app'
like 'with a program that gives codes it signs' "$(key_of 1)" '^ASIA'

# --- a cached role that the server refuses ---------------------------------------------------

printf '[default]\nrole_arn = %s\nsource_profile = user\n' \
    arn:aws:iam::111122223333:role/Hop >"$home/.aws/config"
rm -rf "$home/.aws/cli"
echo 0 >"$tmp/clock"
options=()
asks 'sign app' 'again app' 'sign app'
second=$(key_of 2)
like 'asked again, a role is taken again' "$second" '^ASIA'
isnt '  and not from the cache, where a session that was revoked may be' "$second" "$(key_of 1)"
is '  it signs from then on' "$(key_of 3)" "$second"
asks 'sign app'
is '  and stands in the cache for others' "$(key_of 1)" "$second"
done_testing
