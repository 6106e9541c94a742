#!/bin/bash
# Oracle's mysql, mysqldump and mysqladmin log in by `--format mycnf`, the file for both families and
# the one for them, and by a raw token; by none of it does a byte of the token reach a rogue server.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/../integration/lib.sh"

folder=$("$top/tests/check/unpack" oracle mysql-client-core mysql-server-core libmysqlclient-dev 2>"$tmp/fetching") || {
    diag "$(cat "$tmp/fetching")"
    skip_all "Debian unstable, which has Oracle's client, cannot be reached from here"
}
oracle() { named "$folder/run" "$@"; }
run "$folder/run" mysql --version
like "it is Oracle's" "$status $out" '^0 .*mysql +Ver [89]'
unlike '  and not MariaDB' "$out" MariaDB

start --engine mysql
use mysql
by_mycnf() { oracle mysql --defaults-file="$form" "$@" -rNBe "$query"; }
by_raw() {
    { printf '[client]\npassword="' && tr -d '\n' <"$form" && printf '"\n'; } >"$form.cnf"
    oracle mysql --defaults-file="$form.cnf" --ssl-ca="$roots" --ssl-mode=VERIFY_IDENTITY \
        --enable-cleartext-plugin -h "$host" -P "$at" -u "$user" -D "$database" -rNBe "$query"
}
all() { # WHAT WANTED HOST USER DATABASE
    mint "$form" "$3" "$port" "$4" "$5" mycnf
    logs_in "mycnf: $1" "$2" by_mycnf
    is "mycnf: $1: no warning" "$err" ''
    mint "$form" "$3" "$port" "$4" "$5" mycnf --client mysql
    logs_in "mycnf for mysql: $1" "$2" by_mycnf
    mint "$form" "$3" "$port" "$4" "$5" raw
    logs_in "raw: $1" "$2" by_raw
}

# --- logins ----------------------------------------------------------------------

for to in "$cluster" "$reader" "$instance"; do
    all "${to%%.c*}" 5 "$to" "$AURORA_USER" "$AURORA_DATABASE"
done
query="SELECT substring_index(current_user(), '@%', 1)"
for kind in temporary large; do
    keys $kind
    all "$kind credentials, a long user" "$AURORA_MYSQL_USER_LONG" "$cluster" \
        "$AURORA_MYSQL_USER_LONG" "$AURORA_DATABASE"
done
keys long
# shellcheck disable=SC1003,SC2016 # they are names
odd=('say "hi"' 'back\slash\n\s' "it's #1; a=b" ' outer ' 'a:b@c/d?e&f=g%41+' '*' '$HOME`id`'
    '[client] naïve' '"' '\')
mkdir "$tmp/a \"b\" 'c' #d=e\\f%41&?é"
roots="$tmp/a \"b\" 'c' #d=e\\f%41&?é/the roots.pem"
cp "$AURORA_CA_FILE" "$roots"
query="SELECT concat(substring_index(current_user(), '@%', 1), '/', database())"
for name in "$AURORA_USER_ODD" "${odd[@]}"; do
    base=${name% } # a database's name may not end in a space
    test "$name" = "$AURORA_USER_ODD" || "$aurora/add-user" "$AURORA_DIR" mysql "$name" ||
        bail_out "no user $name"
    # shellcheck disable=SC2016 # quoted as SQL does
    printf 'CREATE DATABASE `%s`; GRANT ALL ON *.* TO '"'%s'"'@"%%";\n' "${base//\`/\`\`}" \
        "$(sed -e 's/\\/\\\\/g' -e "s/'/''/g" <<<"$name")" |
        mariadb --no-defaults -S "$AURORA_MYSQL_SOCKET" -u rdsadmin \
            --default-character-set=utf8mb4 || bail_out "no database $base"
    all "user and database $name" "$name/$base" "$cluster" "$name" "$base"
done
roots=$AURORA_CA_FILE
query='SELECT count(*) FROM orders'

mint "$form" "$cluster" "$port" "$AURORA_USER" "$AURORA_DATABASE" mycnf
mark
exits 'mycnf: mysqladmin' 0 oracle mysqladmin --defaults-file="$form" status
like 'mycnf: mysqladmin has an answer' "$out" '^Uptime'
ok 'mycnf: mysqladmin was let in' let_in
mark
run oracle mysqldump --defaults-file="$form" --no-tablespaces --column-statistics=0 \
    --skip-extended-insert --set-gtid-purged=OFF "$AURORA_DATABASE" orders
ok 'mycnf: mysqldump was let in' let_in
like 'mycnf: mysqldump begins its work' "$out" '^-- MySQL dump'

# Neither client logs in by the file that is for the other alone: Oracle's has no cleartext plugin
# then, and MariaDB's does not know the options.
mark
mint "$form" "$cluster" "$port" "$AURORA_USER" '' mycnf --client mariadb
run by_mycnf
like "mysql refuses MariaDB's file" "$status $err" \
    '^[1-9][0-9]* .*(ssl-verify-server-cert|plugin not enabled)'
mint "$form" "$cluster" "$port" "$AURORA_USER" '' mycnf --client mysql
run by_mariadb "$form"
like "mariadb refuses mysql's file" "$status $err" '^[1-9][0-9]* .*ssl-mode'
is '  and no token is sent' "$(decisions)" "$marked"

# --- rogue servers ---------------------------------------------------------------

deceivers='no-tls wrong-name other-ca expired self-signed'
# shellcheck disable=SC2086 # a list of words
rogues good $deceivers early-bytes early-error other-plugin other-plugin-2
print_for() { mint "$form" "$cluster" "${rogue_of[$1]}" "$AURORA_USER" "$AURORA_DATABASE" "${@:2}"; }
careless() {
    MYSQL_PWD=$(cat "$form") oracle mysql --no-defaults --enable-cleartext-plugin -h "$host" \
        -P "$at" -u "$user" -D "$database" -NBe "$query"
}
for recipe in mycnf 'mycnf --client mysql' raw; do
    by=by_${recipe%% *}
    for kind in $deceivers early-error; do
        # shellcheck disable=SC2086 # a format and its option
        print_for "$kind" $recipe
        kept "$recipe: $kind gets nothing" "$by"
    done
    # Where the certificate is right: nothing in clear, or not the token.
    # shellcheck disable=SC2086
    print_for early-bytes $recipe
    attack "$by"
    is "$recipe: early-bytes get nothing in clear" "$((reached > 0)) $clear" '1 0'
    for kind in other-plugin other-plugin-2; do
        # shellcheck disable=SC2086
        print_for "$kind" $recipe
        attack "$by"
        is "$recipe: $kind gets no token" "$((reached > 0)) $tokens" '1 '
        isnt "$recipe: $kind lets nobody in" "$status" 0
    done
    # shellcheck disable=SC2086
    print_for good $recipe
    lost "$recipe: what the right server would get is seen" "$by"
done
for kind in $deceivers; do
    print_for "$kind" raw
    lost "careless settings give $kind the token" careless
done

# --- a home against it -----------------------------------------------------------

cat >"$HOME/.my.cnf" <<END
[client]
host=127.0.0.1
port=${rogue_of[no-tls]}
password=other-password
ssl-mode=DISABLED
END
mint "$form" "$cluster" "$port" "$AURORA_USER" "$AURORA_DATABASE" mycnf
logs_in 'mycnf wins over ~/.my.cnf' 5 by_mycnf
print_for no-tls mycnf
kept 'mycnf wins over ssl-mode=DISABLED in ~/.my.cnf' by_mycnf
"$folder/run" mysql_config_editor set --login-path=client --host=localhost.localdomain --user=somebody \
    </dev/null || bail_out 'no login path'
mint "$form" "$cluster" "$port" "$AURORA_USER" "$AURORA_DATABASE" mycnf
mark
run by_mycnf
isnt 'mycnf cannot win over ~/.mylogin.cnf, which leads elsewhere' "$status" 0
is '  where the name is still verified' "$(decisions)" "$marked"
logs_in '  and --no-login-paths leaves it out' 5 by_mycnf --no-login-paths
done_testing
