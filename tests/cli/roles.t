#!/bin/bash
# Roles and web identities against a simulated STS that checks signatures: chains, the command line,
# MFA, the AWS CLI's cache, many processes at once, and who is told what when it fails.
# shellcheck disable=SC2317 # functions that `ok` calls
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip_all 'python3 is missing: scripts/packages test'
"$top/tests/aurora/aws" "$tmp/aws" world --owner $$ >/dev/null || bail_out 'no simulated AWS'
mapfile -t endpoints <"$tmp/aws/world/env"
log=$tmp/aws/world/log
faults=$tmp/aws/world/faults

login=("$cluster:5432" -u app)
here=arn:aws:iam::111122223333:role
there=arn:aws:iam::444455556666:role
device=arn:aws:iam::111122223333:mfa/app

# A home without cached roles, with the profiles of standard input; the simulated AWS forgets its log.
profiles() {
    fresh
    without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
    with "${endpoints[@]}"
    mkdir "$home/.aws"
    cat - >"$home/.aws/config"
    printf '[user]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$key_id" "$secret" \
        >"$home/.aws/credentials"
    : >"$log"
    : >"$faults"
}

# The roles that were asked for, in their order: "Hop Reader".
taken() {
    $python -c '
import json, sys
calls = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
print(*(call["arguments"]["RoleArn"].rsplit("/", 1)[1] for call in calls))' "$log"
}

# signs NAME TAKEN ARG…: a token by a key of a role, after these roles were asked for.
signs() {
    local name=$1 want=$2
    shift 2
    gives "$name" token "${login[@]}" "$@"
    like '  a key of a role signs' "$(parameter X-Amz-Credential)" '^ASIA'
    is '  after these calls' "$(taken)" "$want"
    : >"$log"
}

# --- profiles -----------------------------------------------------------------------------

profiles <<END
[profile hop]
role_arn = $here/Hop
source_profile = user
[profile reader]
role_arn = $there/Reader
source_profile = hop
[profile last]
role_arn = $there/Last
source_profile = reader
[profile external]
role_arn = $there/External
external_id = EXAMPLE-id
source_profile = user
[profile long]
role_arn = $here/Long
duration_seconds = 43200
role_session_name = night shift
source_profile = user
[profile environment]
role_arn = $here/Hop
credential_source = Environment
[profile nobody]
role_arn = $here/Nobody
source_profile = user
END
signs 'a role' Hop --profile hop
signs '  once more: from the cache' '' --profile hop
signs '  and without it' Hop --profile hop --no-cache
signs 'a role on that role, which is cached' Reader --profile reader
signs 'one more on top' Last --profile last
signs 'all anew' 'Hop Reader Last' --profile last --no-cache
signs 'with an external id' External --profile external
signs 'for twelve hours, with a name that STS would not take' Long --profile long
with AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
signs 'with the keys of the environment' Hop --profile environment --no-cache
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
is 'files of the cache: who may read them' \
    "$(find "$home/.aws/cli/cache" -name '*.json' -printf '%m\n' | sort -u)" 600

refuses 'a role that may not be taken' 5 "AccessDenied.*arn:aws:iam::111122223333:user/app is not authorized" . \
    token "${login[@]}" --profile nobody
like '  which profile says so, and where' "$err" "profile \\(nobody\\) in $home/.aws/config, line 23"
like '  and the request' "$err" '[0-9a-f]{8}-[0-9a-f]{4}-'
is '  no key is printed' "$(grep -c "$secret" <<<"$err")" 0

# --- the command line ---------------------------------------------------------------------

profiles </dev/null
with AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
signs 'roles of the command line' 'Hop Reader' --role-arn "$here/Hop" --role-arn "$there/Reader"
signs 'an external id is the last one'"'"'s' External --role-arn "$here/Hop" \
    --role-arn "$there/External" --external-id EXAMPLE-id
mkdir -p "$home/.config/rdspass"
printf '[shop]\nhost = %s\nport = 5432\nuser = app\nrole-arn = %s %s\nrole-session-name = shop\n' \
    "$cluster" "$here/Hop" "$there/Reader" >"$home/.config/rdspass/config"
chmod 600 "$home/.config/rdspass/config"
login=(shop)
signs 'roles of a section' 'Hop Reader'
signs 'the command line comes first' Hop --role-arn "$here/Hop" --no-cache
login=("$cluster:5432" -u app)
refuses 'no ARN' 2 '^rdspass: --role-arn: the value is no ARN' '' token "${login[@]}" --role-arn Hop
refuses 'an external id without a role' 2 '--external-id: there is no role-arn' '' \
    token "${login[@]}" --external-id x

# --- web identity -------------------------------------------------------------------------

profiles <<END
[profile web]
role_arn = $here/Web
web_identity_token_file = $tmp/aws/world/github.token
[profile reader]
role_arn = $there/Reader
source_profile = web
END
signs 'a web identity of a profile' Web --profile web
signs '  from the cache' '' --profile web
signs '  as the source of a role' 'Web Reader' --profile reader --no-cache
with AWS_WEB_IDENTITY_TOKEN_FILE="$tmp/aws/world/eks.token" AWS_ROLE_ARN="$here/Web"
signs 'one of the environment' Web --no-cache
printf 'not.a.token\n' >"$tmp/bad.token"
with AWS_WEB_IDENTITY_TOKEN_FILE="$tmp/bad.token"
refuses 'a token that is none' 5 'Web, which AWS_ROLE_ARN wants: .*InvalidIdentityToken' . token "${login[@]}" --no-cache
is '  it is not shown' "$(grep -c 'not\.a\.token' <<<"$err")" 0

profiles <<END
[profile web]
role_arn = $here/Web
web_identity_token_file = $tmp/bad.token
END
refuses '  that of a profile' 5 'Web, which the profile \(web\) in .*config, line 2 wants: ' . \
    token "${login[@]}" --profile web

# --- MFA ----------------------------------------------------------------------------------

profiles <<END
[profile mfa]
role_arn = $here/Mfa
mfa_serial = $device
source_profile = user
[profile reader]
role_arn = $there/Reader
source_profile = mfa
END
refuses 'MFA without a terminal' 5 "$device" '--mfa-command' token "${login[@]}" --profile mfa
is '  STS is not asked' "$(taken)" ''
signs 'MFA with a code' Mfa --profile mfa --mfa-code 123456
signs '  which is not wanted again' '' --profile mfa
signs '  nor by a role on top' Reader --profile reader
refuses 'a code that was used' 5 'invalid MFA one time pass code' . \
    token "${login[@]}" --profile mfa --no-cache --mfa-code 123456
: >"$log"
printf '#!/bin/sh\necho 234567\n' >"$tmp/code"
chmod 755 "$tmp/code"
signs 'MFA with a program' Mfa --profile mfa --no-cache --mfa-command "$tmp/code"

# --- who is told what ---------------------------------------------------------------------

profiles <<END
[profile hop]
role_arn = $here/Hop
source_profile = user
END
printf 'AssumeRole:1 status 503\n' >"$faults"
signs 'STS is overloaded, once' 'Hop Hop' --profile hop
printf 'AssumeRole status 503\n' >"$faults"
refuses '  always' 6 'AssumeRole.*127\.0\.0\.1' . token "${login[@]}" --profile hop --no-cache
: >"$faults"
with AWS_ENDPOINT_URL_STS=http://127.0.0.1:9
refuses 'nobody is there' 6 'AssumeRole.*127\.0\.0\.1:9' . token "${login[@]}" --profile hop --no-cache

# --- many at once -------------------------------------------------------------------------

profiles <<END
[profile hop]
role_arn = $here/Hop
source_profile = user
[profile reader]
role_arn = $there/Reader
source_profile = hop
END
for i in $(seq 50); do
    env -i "${variables[@]}" "$rdspass" token "${login[@]}" --profile reader </dev/null \
        >"$tmp/many.$i" 2>&1 &
done
wait
is '50 at once, with a cold cache: none fails' \
    "$(grep -l '^shop.*X-Amz-Credential=ASIA' "$tmp"/many.* | wc -l)" 50
is '  and each role is taken once' "$(taken)" 'Hop Reader'
is '  one whole file for each' "$(find "$home/.aws/cli/cache" -name '*.json' | wc -l)" 2
is '  and nothing else but the lock' "$(find "$home/.aws/cli/cache" -type f ! -name '*.json' -printf '%f\n')" \
    .rdspass.lock
done_testing
