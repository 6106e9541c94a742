#!/bin/bash
# Fifty processes at once, and nothing cached: none fails, few of them ask, and one whole file is left.
# A refresh token that is good once is used once.
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/identity.sh
. "$(dirname "$0")/identity.sh"

command -v python3 >/dev/null || skip_all 'python3 is missing: scripts/packages test'
login=("$cluster:5432" -u app)
worlds 4
MANY=50

begin() {
    fresh
    without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
    # The first answers come when all are there, who then find nothing cached.
    world 'any slow 0.5'
    with "${services[@]}"
    config <<END_OF_CONFIG
[profile base]
aws_access_key_id = $key_id
aws_secret_access_key = $secret
[profile hop]
role_arn = arn:aws:iam::$account:role/Hop
source_profile = base
[profile reader]
role_arn = arn:aws:iam::$other_account:role/Reader
source_profile = hop
[profile dev]
sso_session = corp
sso_account_id = $account
sso_role_name = Dev
[sso-session corp]
sso_region = eu-central-1
sso_start_url = $start_url
[profile person]
login_session = $app
END_OF_CONFIG
}

# fifty NAME PROFILE: all at once.
fifty() {
    local name=$1 i failed=0
    for i in $(seq $MANY); do
        (
            env -i "${variables[@]}" "$rdspass" token "${login[@]}" --profile "$2" </dev/null \
                >"$tmp/many.$i.out" 2>"$tmp/many.$i.err"
            echo $? >"$tmp/many.$i.end"
        ) &
    done
    wait
    for i in $(seq $MANY); do
        [ "$(cat "$tmp/many.$i.end")" = 0 ] && [ -s "$tmp/many.$i.out" ] &&
            [ ! -s "$tmp/many.$i.err" ] || failed=$((failed + 1))
    done
    cat "$tmp"/many.*.err >"$tmp/err"
    is "$name: none fails, none complains" "$failed" 0 || diag "$(sort "$tmp/err" | uniq -c | head -n 5)"
    sed -n 's/.*X-Amz-Credential=\([A-Z0-9]*\)%2F.*/\1/p' "$tmp"/many.*.out | sort -u >"$tmp/signers"
    rm "$tmp"/many.*
}

# The calls of an operation.
count() { calls | grep -c "^$1 "; }

# whole NAME KIND WANTED: as many files, each a JSON object of mode 0600, and no other file.
whole() {
    local file strange=
    while IFS= read -r file; do
        { [ "$(stat -c %a "$file")" = 600 ] && python3 -I -c 'import json, sys
assert isinstance(json.load(open(sys.argv[1])), dict)' "$file"; } || strange+=" $file"
    done < <(find "$home/.aws/$2/cache" -name '*.json')
    is "$1: whole files" "$(find "$home/.aws/$2/cache" -name '*.json' | wc -l)$strange" "$3"
    is "  and none is left over" "$(find "$home/.aws/$2/cache" -type f ! -name '*.json' \
        ! -name .rdspass.lock)" ''
}

begin
fifty 'a role' hop
is '  one call' "$(count AssumeRole)" 1
is '  one signer' "$(cat "$tmp/signers")" "$(gave)"
whole 'a role' cli 1

begin
fifty 'a chain' reader
ok '  few calls' test "$(count AssumeRole)" -le 4
whole 'a chain' cli 2

begin
sso_login -10
fifty 'SSO' dev
is '  one renewal' "$(count CreateToken)" 1
ok '  few calls for the role' test "$(count GetRoleCredentials)" -le 9
whole 'the token' sso 1
whole 'the role' cli 1
is '  the token of the file is the good one' "$(field "$(in_cache sso corp)" refreshToken |
    cut -d- -f1-2)" EXAMPLETOKEN-refresh

begin
aws_login -10
fifty 'aws login' person
is '  one renewal' "$(count CreateOAuth2Token)" 1
is '  one signer' "$(cat "$tmp/signers")" "$(gave)"
is '  who is in the file' "$(field "$(in_cache login "$app")" accessToken accessKeyId)" "$(gave)"
whole 'aws login' login 1

done_testing
