#!/bin/sh
# The AWS CLI's caches, shared with it: Debian's AWS CLI uses, without a network, what rdspass has left
# in them, and rdspass what the AWS CLI has left; with the same names, modes and owners. For
# `make check-all`.
. "$(dirname "$0")/../lib/tap.sh"
cd "$top" || exit
PATH=${RP_BUILD:-$top/build/release}:$PATH
unset AWS_PROFILE AWS_REGION AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN AWS_CONFIG_FILE
export AWS_EC2_METADATA_DISABLED=true LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

python=/usr/bin/python3
"$python" -sBc 'import awscli' 2>/dev/null || skip_all "$python has no AWS CLI"

ok 'services of AWS are simulated' tests/aurora/aws "$tmp/aws" world --owner $$
world=$tmp/aws/world
sso_file=.aws/sso/cache/$(printf corp | sha1sum | cut -d' ' -f1).json
legacy_file=.aws/sso/cache/$(printf https://corp.awsapps.com/start | sha1sum | cut -d' ' -f1).json
login_session=arn:aws:iam::111122223333:user/app
login_file=.aws/login/cache/$(printf %s "$login_session" | sha256sum | cut -d' ' -f1).json

sso='corp zero legacy'
# Debian's AWS CLI takes no source that has an sso-session, and keeps nothing of a source's SSO: the
# role of `legacy`, which of-sso builds on, is asked for by itself.
roles='hop named chain external web legacy of-sso'

# A person's home, with nothing in its caches but what `aws sso login` leaves.
new_home() { # NAME
    HOME=$tmp/$1 && export HOME
    mkdir -p "$HOME/.aws/sso/cache"
    cat >"$HOME/.aws/config" <<END
[default]
region = eu-central-1
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1
[profile corp]
region = eu-central-1
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Dev
[profile zero]
region = eu-central-1
sso_session = corp
sso_account_id = 012345678901
sso_role_name = Dev
[profile legacy]
region = eu-central-1
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-central-1
sso_account_id = 444455556666
sso_role_name = Reader
[profile login]
region = eu-central-1
login_session = $login_session
[profile base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
[profile hop]
region = eu-central-1
role_arn = arn:aws:iam::111122223333:role/Hop
source_profile = base
[profile named]
region = eu-central-1
role_arn = arn:aws:iam::111122223333:role/Long
role_session_name = app@example.com
duration_seconds = 7200
source_profile = base
[profile chain]
region = eu-central-1
role_arn = arn:aws:iam::444455556666:role/Reader
source_profile = hop
[profile external]
region = eu-central-1
role_arn = arn:aws:iam::444455556666:role/External
external_id = EXAMPLE-id
source_profile = hop
[profile web]
region = eu-central-1
role_arn = arn:aws:iam::111122223333:role/Web
web_identity_token_file = $world/eks.token
[profile of-sso]
region = eu-central-1
role_arn = arn:aws:iam::444455556666:role/Last
source_profile = legacy
END
    cp "$world/sso.json" "$HOME/$sso_file"
    cp "$world/sso.json" "$HOME/$legacy_file"
    chmod 600 "$HOME/.aws/config" "$HOME"/.aws/sso/cache/*
}

# Both print "PROFILE KEY-ID" for each profile, or "PROFILE - why not".
by_us() { # ENVIRONMENT PROFILE…
    environment=$1 && shift
    for profile; do
        # shellcheck disable=SC2046,SC2086 # words
        if found=$(env $environment rdspass whoami --profile "$profile" --format json 2>"$tmp/why"); then
            printf '%s %s\n' "$profile" "$(printf '%s' "$found" |
                "$python" -c 'import json, sys; print(json.load(sys.stdin)["credentials"]["access_key_id"])')"
        else
            printf '%s - %s\n' "$profile" "$(tr '\n' ' ' <"$tmp/why")"
        fi
    done
}
by_them() { "$python" -sB tests/check/caches.py "$@" 2>&1; } # offline|WORLD PROFILE…

online() { tr '\n' ' ' <"$world/env"; }
offline='AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_MAX_ATTEMPTS=1'

# What is there: names, modes and owners, without the lock that is ours alone.
listing() { (cd "$HOME/.aws" && find . ! -name .rdspass.lock -printf '%p %m %u %g\n' | sort); }

ends_in() { # FILE SECONDS: the token ends so many seconds from now
    "$python" - "$HOME/$1" "$2" <<'END'
import json, sys, time
path, seconds = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    token = json.load(file)
at = token if "expiresAt" in token else token["accessToken"]
at["expiresAt"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + int(seconds)))
with open(path, "w", encoding="utf-8") as file:
    json.dump(token, file)
END
}

check_shared() { # WHAT PROFILE…
    what=$1 && shift
    for mask in 022 077; do
        umask "$mask"
        new_home "ours-$what-$mask"
        ours=$(by_us "$(online)" "$@")
        unlike "$what: rdspass gets all" "$ours" ' - '
        is "$what: the AWS CLI finds them in the caches" "$(by_them offline "$@")" "$ours"
        listing >"$tmp/ours"

        new_home "theirs-$what-$mask"
        theirs=$(by_them "$world" "$@")
        unlike "$what: the AWS CLI gets all" "$theirs" ' - '
        # shellcheck disable=SC2086 # words
        is "$what: rdspass finds them in the caches" "$(by_us "$offline" "$@")" "$theirs"
        listing >"$tmp/theirs"
        is "$what: names, modes and owners are the same (umask $mask)" "$(cat "$tmp/ours")" \
            "$(cat "$tmp/theirs")"
    done
    umask 022
}

# One renews the token of the session, the other goes on with what is then in the file.
check_renewal() {
    new_home renewal
    for turn in 1 2; do
        ends_in "$sso_file" -1
        rm -rf "$HOME/.aws/cli"
        unlike "turn $turn: rdspass renews the token" "$(by_us "$(online)" corp)" ' - '
        rm -rf "$HOME/.aws/cli"
        ends_in "$sso_file" -1
        unlike "turn $turn: the AWS CLI renews it again" "$(by_them "$world" corp)" ' - '
    done
    is 'its file has what it had' "$(members "$HOME/$sso_file")" "$(members "$world/sso.json")"
    is 'and is for its owner alone' "$(stat -c %a "$HOME/$sso_file")" 600
}

# Debian's AWS CLI knows no `aws login`: its session is looked at by its format, and read by a botocore
# that knows it, where one is there.
check_login() {
    new_home login
    mkdir -p "$HOME/.aws/login/cache"
    cp "$world/login.json" "$HOME/$login_file"
    chmod 600 "$HOME/$login_file"
    ends_in "$login_file" 60
    ours=$(by_us "$(online)" login)
    unlike 'login: rdspass renews the credentials' "$ours" ' - '
    is 'login: its file has what it had' "$(members "$HOME/$login_file")" "$(members "$world/login.json")"
    is 'login: and is for its owner alone' "$(stat -c %a "$HOME/$login_file")" 600
    is 'login: what the session is stays' "$(fixed "$HOME/$login_file")" "$(fixed "$world/login.json")"
    isnt 'login: the refresh token is a new one' "$(text_of "$HOME/$login_file" refreshToken)" \
        "$(text_of "$world/login.json" refreshToken)"
    like 'login: the end is a time' "$(text_of "$HOME/$login_file" accessToken expiresAt)" \
        '^20[0-9-]{8}T[0-9:]{8}Z$'
    # shellcheck disable=SC2086 # words
    is 'login: without a network they are there' "$(by_us "$offline" login)" "$ours"
    if python3 -c 'from botocore.utils import LoginTokenLoader' 2>/dev/null; then
        is 'login: botocore reads them' "login $(python3 -c "
from botocore.utils import JSONFileCache, LoginTokenLoader, get_login_token_cache_directory
cache = JSONFileCache(get_login_token_cache_directory())
print(LoginTokenLoader(cache).load_token('$login_session')['accessToken']['accessKeyId'])")" "$ours"
    else
        skip 'login: botocore reads them' 'no botocore here knows aws login'
    fi
}

text_of() { "$python" -c 'import json, sys, functools
print(functools.reduce(lambda at, name: at[name], sys.argv[2:], json.load(open(sys.argv[1]))))' "$@"; }
fixed() { text_of "$1" clientId && text_of "$1" dpopKey && text_of "$1" accessToken accountId; }
members() { "$python" -c 'import json, sys
def names(of): return {name: names(of[name]) if isinstance(of[name], dict) else "" for name in sorted(of)}
print(names(json.load(open(sys.argv[1]))))' "$1"; }

# shellcheck disable=SC2086 # words
check_shared SSO $sso
# shellcheck disable=SC2086 # words
check_shared roles $roles
check_renewal
check_login
done_testing
