#!/bin/bash
# Long things come through whole, and what would be cut is refused: the longest line of an option
# file, session tokens of several thousand characters, the longest host names.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/lib.sh"

x() { head -c "$1" /dev/zero | tr '\0' "${2-x}"; }

# Two labels of 63 characters, and a region of the longest kind.
long=$(x 63 a).cluster-ro-$(x 52 b).ap-southeast-1.rds.amazonaws.com
start --region ap-southeast-1 --name "$long"
exits 'a program on libpq is built' 0 build_url

# The AWS credentials of the next tokens have a session token of so many characters.
session() {
    local id=ASIA$1EXAMPLE token
    token=$(x "$1" s)
    grep -q "^$id " "$AURORA_KEYS_FILE" ||
        printf '%s %s %s\n' "$id" "$AURORA_SECRET_ACCESS_KEY" "$token" >>"$AURORA_KEYS_FILE"
    credentials=(AWS_ACCESS_KEY_ID="$id" AWS_SESSION_TOKEN="$token"
        AWS_SECRET_ACCESS_KEY="$AURORA_SECRET_ACCESS_KEY")
}

# --- the longest line of an option file --------------------------------------------

use mysql
print() { mint "$form" "$cluster" "$port" "$AURORA_USER" "$AURORA_DATABASE" "$@"; }
password_line() { sed -n '/^password=/p' "$form" | tr -d '\n' | wc -c; }
session 1000
print mycnf --client mariadb
fits=$((4094 - $(password_line) + 1000))
session $fits
print mycnf --client mariadb
is 'a line of 4094 bytes' "$(password_line)" 4094
logs_in 'mariadb reads a line of 4094 bytes whole' 5 by_mycnf_mysql
for tool in mariadb-dump mariadb-admin; do
    mark
    case $tool in
    mariadb-dump) run named $tool --defaults-file="$form" --no-tablespaces "$AURORA_DATABASE" ;;
    mariadb-admin) run named $tool --defaults-file="$form" status ;;
    esac
    is "$tool reads it, too" "$status" 0
    ok '  and was let in' let_in
done
print mycnf
logs_in 'so it does without --client' 5 by_mycnf_mysql

session $((fits + 1))
run print mycnf
is 'one byte more is refused' "$status $(cat "$form")" '3 '
like '  in one line, with the reason' "$(sed -n 1p <<<"$err")" \
    '^rdspass: a line of 4095 bytes does not fit .* 4094'
like '  and a hint' "$(sed 1d <<<"$err")" '^hint: the session token .* is too long'
# Is that the truth? A file with such a line, made by hand.
print raw
{ printf '[client]\npassword="' && tr -d '\n' <"$form" && printf '"\n'; } >"$form.cut"
is 'a line of 4095 bytes' "$(sed -n 2p "$form.cut" | tr -d '\n' | wc -c)" 4095
mark
run by_mariadb "$form.cut" --ssl-ca="$roots" --ssl-verify-server-cert -h "$host" -P "$at" \
    -u "$user" -D "$database"
isnt 'mariadb does not read it whole' "$status" 0
ok '  so there is no login by it' test -z "$(tail -n +$((marked + 1)) "$AURORA_LOG" | grep allow)"

# Other lines have the same limit. Each of these characters takes two bytes.
folder=$tmp
for _ in 1 2 3 4 5 6 7 8 9 10; do
    folder="$folder/$(x 200 '"')"
done
mkdir -p "$folder" && cp "$AURORA_CA_FILE" "$folder/ca.pem"
roots=$folder/ca.pem
keys long
printed=0
print mycnf || printed=$?
is 'a path that fits is printed' "$printed" 0
is '  escaped' "$(sed -n '/^ssl-ca=/p' "$form" | tr -cd '"' | wc -c)" 2002
logs_in '  and read' 5 by_mycnf_mysql
roots=$folder/$(x 50 '"')/ca.pem
mkdir "${roots%/*}" && cp "$AURORA_CA_FILE" "$roots"
run print mycnf
is 'a path that does not is refused' "$status $(cat "$form")" '3 '
like '  in one line, with the reason' "$(sed -n 1p <<<"$err")" \
    '^rdspass: a line of 4[0-9]{3} bytes does not fit .* 4094'
like '  and a hint at the path, not at the credentials' "$(sed 1d <<<"$err")" '^hint: .*ssl-ca'
roots=$AURORA_CA_FILE

# --- longer tokens, where nothing cuts them --------------------------------------

session 6000
use postgres
for format in raw pgpass export env url json; do
    print "$format"
    logs_in "postgres $format: a session token of 6,000 characters" 5 "by_${format}_postgres"
done
use mysql
print json # its reader hands the token on in MYSQL_PWD
logs_in 'mysql json: a session token of 6,000 characters' 5 by_json_mysql
exits 'mysql mycnf: that is refused' 3 print mycnf

# --- long hosts ------------------------------------------------------------------

keys temporary
for engine in postgres mysql; do
    use "$engine"
    case $engine in
    postgres) formats='raw pgpass export env url json' long_user=$AURORA_POSTGRES_USER_LONG ;;
    mysql) formats='raw mycnf json' long_user=$AURORA_MYSQL_USER_LONGEST ;;
    esac
    for format in $formats; do
        mint "$form" "$long" "$port" "$long_user" "$AURORA_DATABASE" "$format"
        logs_in "$engine $format: a host of ${#long} characters, a long user" 5 "by_${format}_$engine"
    done
    # As it may be typed.
    typed=$(tr "[:lower:]" "[:upper:]" <<<"$long").
    for format in ${formats#raw }; do
        case $format in pgpass) continue ;; esac # there the person types the host again
        mint "$form" "$typed" "$port" "$AURORA_USER" "$AURORA_DATABASE" "$format"
        logs_in "$engine $format: the same in capitals, with a dot at its end" 5 "by_${format}_$engine"
    done
done
exits 'a label of 64 characters is refused' 3 rdspass token -u app -h "a$long" -P 3306
like '  in one line' "$err" '^rdspass: .*a label longer than 63'
done_testing
