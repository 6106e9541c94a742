# Identities of a simulated AWS: sourced behind lib.sh (or tests/integration/lib.sh).
#
#   worlds COUNT [option…]      starts tests/aurora/aws with COUNT worlds
#   world [LINE]…               takes the next one of them and sets $world, its folder, and the array
#                               $services, the variables that name its endpoints; LINEs are its faults
#   faults [LINE]…              other faults for it, from now on
#   calls                       what it was asked for, a line a call: the operation, who signed it (an
#                               access key id; #N where the Nth call gave it out), and the arguments,
#                               but for the session's name
#   asked                       the operations alone, in one line; then forgets them
#   gave                        the access key id that was given out last
#   sso_login [SECONDS [NAME]]  puts in $home what `aws sso login` leaves for the session corp (or the
#                               legacy profile's start URL NAME), whose token ends so many seconds from
#                               now (3600)
#   aws_login [SECONDS]         the same of `aws login` (900), for the user app
#   in_cache KIND KEY           the file of a cache: sso corp, login ARN
#   field FILE KEY…             a value of a JSON file
#   config                      ~/.aws/config from standard input
#
# Roles and users are those of tests/aurora/aws_world.py.
# shellcheck shell=bash disable=SC2034,SC2154

account=111122223333 other_account=444455556666
app=arn:aws:iam::$account:user/app device=arn:aws:iam::$account:mfa/app
start_url=https://corp.awsapps.com/start
# What may be on no output: keys, tokens, codes and private keys, long-lived ones or given out.
SECRETS='wJalrXUtnFEMI|AQoDYXdz|bPxRfiCY|EXAMPLETOKEN|MHcCAQEE|eyJ|PRIVATE KEY'

worlds() {
    local names count=$1
    shift
    mapfile -t names < <(seq "$count")
    "$top/tests/aurora/aws" "$tmp/worlds" "${names[@]}" --owner $$ "$@" || bail_out 'no simulated AWS'
    printf 0 >"$tmp/worlds.next"
}

world() {
    local number
    number=$(($(cat "$tmp/worlds.next") + 1))
    world=$tmp/worlds/$number
    [ -d "$world" ] || bail_out 'more worlds are wanted than started'
    printf %d "$number" >"$tmp/worlds.next"
    mapfile -t services <"$world/env"
    faults "$@"
}

faults() {
    { [ $# -eq 0 ] || printf '%s\n' "$@"; } >"$world/faults"
}

calls() {
    python3 -I - "$world/log" <<'END_OF_PYTHON'
import json, sys
gave = {}
for number, line in enumerate(open(sys.argv[1], encoding="utf-8"), 1):
    call = json.loads(line)
    signer = call["access_key_id"]
    words = [call["operation"], gave.get(signer, signer or "-")]
    words += [f"{name}={value}" for name, value in sorted(call["arguments"].items())
              if name not in ("RoleSessionName", "clientId", "grantType")]
    print(" ".join(words))
    if "gave" in call:
        gave[call["gave"]] = f"#{number}"
END_OF_PYTHON
}

asked() {
    calls | cut -d' ' -f1 | tr '\n' ' ' | sed 's/ $//'
    : >"$world/log"
}

gave() {
    sed -n 's/.*"gave": "\([A-Z0-9]*\)".*/\1/p' "$world/log" | tail -n 1
}

in_cache() {
    case $1 in
    sso) printf '%s/.aws/sso/cache/%s.json' "$home" "$(printf %s "$2" | sha1sum | cut -d' ' -f1)" ;;
    login) printf '%s/.aws/login/cache/%s.json' "$home" "$(printf %s "$2" | sha256sum | cut -d' ' -f1)" ;;
    esac
}

# ends_in FILE SECONDS <JSON: the same, with expiresAt so far from now.
ends_in() {
    (umask 077 && mkdir -p "${1%/*}" && sed "s/\"expiresAt\": *\"[^\"]*\"/\"expiresAt\": \"$(date -u -d "@$(($(date +%s) + $2))" \
        +%Y-%m-%dT%H:%M:%SZ)\"/" >"$1")
}
sso_login() { ends_in "$(in_cache sso "${2:-corp}")" "${1:-3600}" <"$world/sso.json"; }
aws_login() { ends_in "$(in_cache login "$app")" "${1:-900}" <"$world/login.json"; }

field() {
    python3 -I -c '
import functools, json, sys
whole = json.load(open(sys.argv[1], encoding="utf-8"))
print(functools.reduce(lambda part, key: part[key], sys.argv[2:], whole))' "$@"
}

config() {
    mkdir -p "$home/.aws"
    cat >"$home/.aws/config"
}
