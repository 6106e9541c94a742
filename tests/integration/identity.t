#!/bin/bash
# Real logins by the identities that people have, at a simulated AWS: the recipes of docs/recipes.md as
# they stand (EKS, GitHub Actions, GitLab, SSO, roles, MFA, aws login), and hours later.

# shellcheck disable=SC2317,SC2119 # functions are called by name; most have their defaults
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/exec.sh"
# shellcheck source=tests/cli/identity.sh
. "$top/tests/cli/identity.sh"

for tool in curl jq; do
    command -v $tool >/dev/null || skip_all "$tool is missing: scripts/packages test"
done
start --engine postgres --postgres-endpoint-port 5432
reach postgres
worlds 20 --keys-file "$AURORA_KEYS_FILE" --clock-file "$AURORA_CLOCK_FILE"
role_arn=arn:aws:iam::$other_account:role/Reader

# Every recipe has a machine of its own: a home, a world, and programs beside ours.
mkdir "$tmp/bin"
ln -s "${psql%/*}" "$tmp/postgres"
machines=0
machine() {
    machines=$((machines + 1))
    home=$tmp/machine.$machines
    mkdir "$home" "$home/.config" "$home/.config/rdspass" "$home/.aws"
    printf '[defaults]\nca-file = %s\nvia = %s\n' "$roots" "$via" >"$home/.config/rdspass/config"
    echo "$query;" >"$home/migrate.sql"
    world
    : >"$tmp/bin/aws" # who is not asked for, and runs nothing
    echo 0 >"$AURORA_CLOCK_FILE"
}
on_it() { # [NAME=VALUE]… COMMAND…
    (cd "$home" && env -i PATH="$tmp/bin:${program%/*}:$tmp/postgres:/usr/bin:/bin" HOME="$home" \
        TMPDIR="$run_dir" LC_ALL=C.UTF-8 TERM=dumb PGCONNECT_TIMEOUT=20 "${services[@]}" \
        RP_TEST_CLOCK_FILE="$AURORA_CLOCK_FILE" "$@")
}
own_keys() {
    printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$AURORA_ACCESS_KEY_ID" \
        "$AURORA_SECRET_ACCESS_KEY" >"$home/.aws/credentials"
}

# --- the recipes -----------------------------------------------------------------------

# recipe SECTION LANGUAGE [N]: the Nth such block of the section, with our names for those in capitals.
recipe() {
    awk -v section="## $1" -v fence="\`\`\`$2" -v number="${3:-1}" '
        /^## / { here = ($0 == section) }
        here && inside && $0 == "```" { inside = 0 }
        here && inside && count == number { print }
        here && $0 == fence { inside = 1; count++ }' "$top/docs/recipes.md" |
        sed -e "s|HUB-ROLE-ARN|arn:aws:iam::$account:role/Hop|g" -e "s|MFA-ARN|$device|g" \
            -e "s|ROLE-ARN|$role_arn|g" -e "s|SSO-REGION|$AURORA_REGION|g" \
            -e "s|START-URL|$start_url|g" -e "s|PERMISSION-SET|Dev|g" \
            -e "s|USER@ENDPOINT/DATABASE|$user@$host:$port/$database|g" \
            -e "s|\bREGION\b|$AURORA_REGION|g" -e "s|\bACCOUNT\b|$account|g" -e "s|/sql/|$home/|g"
}
# The steps that a runner runs: the scripts under `- run:`, and those under `script:`.
steps() { # N: the Nth of them
    python3 -I -c '
import sys
steps, inside = [], False
for line in sys.stdin:
    text = line.strip()
    indent = len(line) - len(line.lstrip())
    if text in ("script:", "steps:"):
        inside = True
    elif inside and text.startswith("- "):
        text = text[2:].removeprefix("run: ")
        steps.append("" if text == "|" else text + "\n")
        deep = indent
    elif inside and indent > deep:
        steps[-1] += text + "\n"
print(steps[int(sys.argv[1]) - 1])' "$1"
}
# The variables under `env:` or `variables:`, one NAME=VALUE a line, as the runner expands them.
variables_of() {
    sed -nE '/^ *(env|variables):$/,/^ *(steps|script):$/s/^ *([A-Z_]+): /\1=/p' |
        sed "s|\\\$CI_PROJECT_DIR|$home/project|"
}

# lets_in NAME WANTED CALLS COMMAND…: it ends well, prints that, with one login, and those calls.
lets_in() {
    local name=$1 wanted=$2 calls=$3
    shift 3
    mark
    run "$@" </dev/null
    if test "$status" = 0 && test "$out" = "$wanted" && ! test -s "$tmp/err" && let_in &&
        test "$(calls | cut -d' ' -f1 | paste -sd' ')" = "$calls"; then
        tap_result 0 "$name"
    else
        tap_result 1 "$name" || diag "it ended with $status and $(($(decisions) - marked)) decisions
stdout: $(head -c 1000 "$tmp/out")
stderr: $(head -c 2000 "$tmp/err")
calls: $(calls)"
    fi
    : >"$world/log"
}
rows=$' count \n-------\n     5\n(1 row)'

role_arn=arn:aws:iam::$account:role/Web
machine
cp "$world/eks.token" "$home/token"
cp "$home/migrate.sql" "$home/nightly.sql"
pod=(AWS_ROLE_ARN="$role_arn" AWS_REGION="$AURORA_REGION" AWS_WEB_IDENTITY_TOKEN_FILE="$home/token")
lets_in 'EKS, a service account' "$rows" AssumeRoleWithWebIdentity \
    on_it "${pod[@]}" sh -c "$(recipe 'EKS service accounts' sh)"
like '  whose annotation is the variable of the pod' "$(recipe 'EKS service accounts' yaml)" \
    "eks.amazonaws.com/role-arn: $role_arn"

machine
recipe 'GitHub Actions' yaml >"$home/workflow"
mapfile -t job < <(variables_of <"$home/workflow")
# What answers the runner's request for a token: a file called like the request.
issuer=file://$home/issuer
printf '{"count":1,"value":"%s"}' "$(cat "$world/github.token")" \
    >"$home/issuer&audience=sts.amazonaws.com"
mkdir "$home/temp"
exits 'GitHub Actions: a token' 0 on_it "${job[@]}" RUNNER_TEMP="$home/temp" \
    GITHUB_ENV="$home/github-env" ACTIONS_ID_TOKEN_REQUEST_TOKEN=runner \
    ACTIONS_ID_TOKEN_REQUEST_URL="$issuer" bash -e -o pipefail -c "$(steps 1 <"$home/workflow")"
is '  for nobody else' "$(stat -c %a "$home/temp/aws-token")" 600
mapfile -t -O "${#job[@]}" job <"$home/github-env"
lets_in '  the next step logs in' "$rows" AssumeRoleWithWebIdentity on_it "${job[@]}" bash -e -c \
    "$(steps 2 <"$home/workflow")"

machine
mkdir "$home/project" "$home/project.tmp"
recipe GitLab yaml >"$home/ci"
mapfile -t job < <(variables_of <"$home/ci")
exits 'GitLab: a token' 0 on_it "${job[@]}" AWS_TOKEN="$(cat "$world/gitlab.token")" bash -e -c \
    "$(steps 1 <"$home/ci")"
lets_in '  the next line logs in' "$rows" AssumeRoleWithWebIdentity on_it "${job[@]}" bash -e -c \
    "$(steps 2 <"$home/ci")"

# A person: what they type after the command that the recipe gives.
asks="-e 'SELECT count(*) FROM orders' --format tsv --no-header"
typed() { recipe "$@" | sed "s| -- psql\$| -- psql -XAtwc '$query'|; /rdspass connect/s|\$| $asks|"; }
# `aws sso login` and `aws login`, by whom the caches are written.
as_aws_cli() { # sso_login|aws_login ARGUMENTS FOLDER
    "$1"
    mv "$home/.aws/$3" "$home/made"
    # shellcheck disable=SC2016 # for the inner shell
    printf '#!/bin/sh\n[ "$*" = "%s" ] && mv "$HOME/made" "$HOME/.aws/%s"\n' "$2" "$3" >"$tmp/bin/aws"
    chmod 755 "$tmp/bin/aws"
}

machine
recipe 'SSO at a laptop' ini >"$home/.aws/config"
as_aws_cli sso_login 'sso login --profile shop' sso
lets_in 'SSO at a laptop' 5 GetRoleCredentials on_it sh -e -c "$(typed 'SSO at a laptop' sh)"
lets_in '  and all day' 5 '' on_it sh -e -c "$(typed 'SSO at a laptop' sh | grep -v '^aws ')"

machine
printf '[profile shop]\nlogin_session = %s\nregion = %s\n' "$app" "$AURORA_REGION" >"$home/.aws/config"
as_aws_cli aws_login 'login --profile shop' login
lets_in 'aws login' 5 '' on_it sh -e -c "$(typed 'SSO at a laptop' sh | sed 's/^aws sso login/aws login/')"

role_arn=arn:aws:iam::$other_account:role/Reader
machine
own_keys
recipe 'A role in another account' ini >"$home/.aws/config"
line=$(typed 'A role in another account' sh)
run on_it sh -e -c "$(grep whoami <<<"$line")"
is 'a role in another account: whoami' "$status $err" '0 '
like '  tells its ARN' "$out" "assumed-role/Reader/"
: >"$world/log"
lets_in '  logs in by what is kept' 5 '' on_it sh -e -c "$(grep -v whoami <<<"$line")"
rm -r "$home/.aws/cli"
lets_in '  logs in without it' 5 'AssumeRole AssumeRole' on_it sh -e -c "$(grep -v whoami <<<"$line")"
rm -r "$home/.aws/cli"
lets_in '  logs in without a profile' 5 'AssumeRole AssumeRole' on_it sh -e -c \
    "$(typed 'A role in another account' sh 2)"

role_arn=arn:aws:iam::$account:role/Mfa
machine
own_keys
recipe 'A role that wants MFA' ini >"$home/.aws/config"
printf '#!/bin/sh\necho 123456\n' >"$tmp/bin/ykman"
chmod 755 "$tmp/bin/ykman"
lets_in 'MFA by a program' 5 AssumeRole on_it sh -c "$(typed 'A role that wants MFA' sh 2)"
rm -r "$home/.aws/cli"
cat >"$tmp/script" <<END_OF_SCRIPT
expect MFA code for $device: $
type 234567
expect $database> $
type SELECT count(*) || ' orders' FROM orders;
expect 5 orders
expect $database> $
type \\x04
end 0
END_OF_SCRIPT
mark
exits 'MFA at a terminal' 0 on_it python3 -IB "$top/tests/integration/terminal.py" "$tmp/script" \
    sh -c "$(recipe 'A role that wants MFA' sh)"
ok '  is let in' let_in
is '  after one call' "$(asked)" AssumeRole
mark
run on_it sh -c "rm -r .aws/cli; $(typed 'A role that wants MFA' sh)" </dev/null
is '  without a terminal it is refused' "$status" 5
like '  with what to do' "$err" 'mfa-command'
is '  before anything is dialled or asked' "$(asked)$(($(decisions) - marked))" 0

# --- hours later -----------------------------------------------------------------------

# A client of exec, which lets time pass: hours later its next login has keys of its own, and what it
# has open it keeps.
cat >"$tmp/bin/day" <<'END_OF_SCRIPT'
#!/bin/bash
# day CLOCK_FILE SECONDS COMMAND…: a session stays open, and there is another login each time.
clock=$1
shift
coproc psql -XAtw
exec 8<&"${COPROC[0]}" 9>&"${COPROC[1]}"
ask() { echo "SELECT '$1';" >&9 && read -r -t 20 answer <&8 && [ "$answer" = "$1" ] && echo "$1"; }
ask open
for hours; do
    echo $((hours * 3600)) >"$clock"
    [ ! -x "$HOME/then" ] || "$HOME/then" "$hours"
    psql -XAtwc "SELECT 'after $hours hours'"
done
ask 'still open'
END_OF_SCRIPT
chmod 755 "$tmp/bin/day"
release=$program
program=$RP_TEST_BUILD_DIR/rdspass
test -x "$program" || skip_all "$program is not there: make build-for-tests"

day() { # HOURS…
    mark
    run on_it "${pod[@]}" rdspass exec "${options[@]}" "postgres://$user@$host:$port/$database" -- day \
        "$AURORA_CLOCK_FILE" "$@"
}
verdicts() { # of the logins since `mark`
    tail -n "+$((marked + 1))" "$AURORA_LOG" | sed 's/.*"verdict": "\([a-z]*\)".*/\1/' | paste -sd' '
}
all_day='open
after 5 hours
still open'
lasts() { # NAME CALLS: a day of five hours, with two logins
    local name=$1 calls=$2
    day 5
    is "$name, and five hours later" "$status $out" "0 $all_day" || diag "$err"
    is '  two logins' "$(verdicts)" 'allow allow'
    is '  by credentials that were renewed' "$(asked)" "$calls"
}

pod=() options=(--profile shop)
role_arn=arn:aws:iam::$other_account:role/Reader
machine
own_keys
recipe 'A role in another account' ini >"$home/.aws/config"
lasts 'a chain of roles' 'AssumeRole AssumeRole AssumeRole AssumeRole'

options=()
machine
cp "$world/eks.token" "$home/token"
pod=(AWS_ROLE_ARN="arn:aws:iam::$account:role/Web" AWS_REGION="$AURORA_REGION"
    AWS_WEB_IDENTITY_TOKEN_FILE="$home/token")
# EKS replaces the token meanwhile.
cat >"$home/then" <<END_OF_SCRIPT
#!/bin/sh
exec python3 -EsB -c 'import sys, time; sys.path.insert(0, sys.argv[1]); import aws_world
print(aws_world.web_identity(list(aws_world.ISSUERS)[0], 3600, int(time.time()) + 5 * 3600))' \
    "$aurora" >"$home/token"
END_OF_SCRIPT
chmod 755 "$home/then"
lasts 'a web identity' 'AssumeRoleWithWebIdentity AssumeRoleWithWebIdentity'

pod=() options=(--profile shop)
machine
own_keys
role_arn=arn:aws:iam::$account:role/Mfa
recipe 'A role that wants MFA' ini >"$home/.aws/config"
# shellcheck disable=SC2016 # for the inner shell
printf '#!/bin/sh\necho x >>"$HOME/codes"\nsed -n "$(wc -l <"$HOME/codes")p" "$HOME/list"\n' >"$tmp/bin/ykman"
printf '%s\n' 345678 456789 >"$home/list"
options+=(--mfa-command 'ykman oath accounts code --single AWS')
lasts 'MFA by a program' 'AssumeRole AssumeRole'
options=(--profile shop)
machine
own_keys
recipe 'A role that wants MFA' ini >"$home/.aws/config"
options+=(--mfa-code 123456)
day 5
is 'a code that was given, and five hours later: the open session stays' "$status $out" "0 open
still open"
like '  the next login is refused, with what to do' "$err" 'mfa-command'

options=(--profile shop)
machine
recipe 'SSO at a laptop' ini >"$home/.aws/config"
sso_login
lasts 'SSO' 'GetRoleCredentials CreateToken GetRoleCredentials'
machine
recipe 'SSO at a laptop' ini >"$home/.aws/config"
sso_login
day 9
is 'SSO that has ended: the open session stays' "$status $out" "0 open
still open"
like '  the next login is refused, with the command that mends it' "$err" 'aws sso login --profile shop'
is '  and did not come to the database' "$(verdicts)" allow

machine
printf '[profile shop]\nlogin_session = %s\nregion = %s\n' "$app" "$AURORA_REGION" >"$home/.aws/config"
aws_login
lasts 'aws login' CreateOAuth2Token
machine
printf '[profile shop]\nlogin_session = %s\nregion = %s\n' "$app" "$AURORA_REGION" >"$home/.aws/config"
aws_login
day 13
is 'aws login that has ended: the open session stays' "$status $out" "0 open
still open"
like '  the next login is refused, with the command that mends it' "$err" 'aws login --profile shop'

program=$release
nothing_left 'nothing is left'
done_testing
