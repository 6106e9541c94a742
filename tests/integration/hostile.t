#!/bin/bash
# What a person's environment and home may hold against a printed token: other servers, no TLS, other
# passwords. Where a format carries the setting, it wins; where it cannot, a test says so by name.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/lib.sh"

start # with both engines
exits 'a program on libpq is built' 0 build_url

# --- PostgreSQL ------------------------------------------------------------------

use postgres
rogues no-tls other-ca
print() { mint "$form" "$cluster" "$port" "$AURORA_USER" "$AURORA_DATABASE" "$@"; }
print_for() { # KIND FORMAT: as if the endpoint's name led there
    mint "$form" "$cluster" "${rogue_of[$1]}" "$AURORA_USER" "$AURORA_DATABASE" "$2"
}

# Against the checks, the address and the password, all of it where libpq looks by itself.
mkdir "$HOME/.postgresql"
cp "$AURORA_DIR/rogue/${rogue_of[other-ca]}.pki/root.pem" "$HOME/.postgresql/root.crt" ||
    bail_out 'the other authority is not there'
echo '*:*:*:*:other-password' >"$HOME/.pgpass"
cat >"$HOME/.pg_service.conf" <<END
[hostile]
hostaddr=127.0.0.1
port=${rogue_of[no-tls]}
sslmode=disable
END
hostile_variables() {
    PGSSLMODE=disable PGSSLROOTCERT=$HOME/.postgresql/root.crt PGUSER=somebody PGPORT=1 \
        PGHOST=localhost PGPASSWORD=other-password PGDATABASE=other "$@"
}
hostile() { PGHOSTADDR=127.0.0.2 hostile_variables "$@"; }
address() { PGHOSTADDR=127.0.0.1 hostile_variables "$@"; }
service() { PGSERVICE=hostile "$@"; }

print export
logs_in 'export wins over variables, ~/.pgpass, ~/.postgresql' 5 hostile by_export_postgres
logs_in 'export wins over PGSERVICE and ~/.pg_service.conf' 5 service by_export_postgres
print_for no-tls export
kept 'export wins over PGSSLMODE=disable' hostile by_export_postgres
kept 'export wins over a service with sslmode=disable' service by_export_postgres
print_for other-ca export
kept "export wins over ~/.postgresql/root.crt" hostile by_export_postgres

# Lines for an environment file can set, and not unset.
print env
logs_in 'env wins over the variables that it carries' 5 hostile_variables by_env_postgres
print_for no-tls env
kept 'env wins over PGSSLMODE=disable' address by_env_postgres
lost 'env cannot win over PGSERVICE in the environment that takes it' service by_env_postgres
print env
mark
run hostile by_env_postgres
isnt 'env cannot win over PGHOSTADDR in the environment that takes it' "$status" 0
is '  which leads elsewhere, where the name is still verified' "$(decisions)" "$marked"

print url
logs_in 'url wins over variables and files' 5 hostile_variables by_url_postgres
print_for no-tls url
kept 'url wins over PGSSLMODE=disable' address by_url_postgres
kept 'url wins over a service with sslmode=disable' service by_url_postgres
print_for other-ca url
kept 'url wins over ~/.postgresql/root.crt' address by_url_postgres
print url
mark
run hostile by_url_postgres
isnt 'url cannot win over PGHOSTADDR' "$status" 0
is '  which leads elsewhere, where the name is still verified' "$(decisions)" "$marked"

# It carries the password alone: the rest is what the person sets beside it.
print pgpass
logs_in 'pgpass, by PGPASSFILE, wins over ~/.pgpass' 5 by_pgpass_postgres
mark
PGPASSWORD=other-password run by_pgpass_postgres
isnt 'pgpass cannot win over PGPASSWORD' "$status" 0
ok '  with which the login is refused' logged postgres "$user" deny form
print_for no-tls pgpass
careless_pgpass() {
    PGPASSFILE=$form PGSSLMODE=prefer by_psql -h "$host" -p "$at" -U "$user" -d "$database"
}
lost 'pgpass carries no sslmode and cannot win over a careless one' careless_pgpass
in_the_url() { # as a program that has all but the password in its own configuration
    PGPASSFILE=$form PGSSLMODE=disable by_psql \
        "host=$host port=$at user=$user dbname=$database sslmode=verify-full sslrootcert=$roots"
}
kept 'pgpass beside sslmode in the connection string wins over PGSSLMODE=disable' in_the_url
print pgpass
logs_in 'pgpass beside such a connection string logs in' 5 in_the_url
chmod 640 "$form"
mark
run by_pgpass_postgres
like 'pgpass of another mode is not taken by libpq' "$status $err" '^2 .*has group or world access'
exits 'pgpass: -o takes care of that' 0 rdspass token "postgres://$user@$cluster:$port" \
    --format pgpass -o "$tmp/shop.pgpass"
is '  mode' "$(umask 0 && stat -c %a "$tmp/shop.pgpass")" 600

# --- MySQL -----------------------------------------------------------------------

use mysql
rogues no-tls other-ca
cat >"$HOME/.my.cnf" <<END
[client]
host=127.0.0.1
port=${rogue_of[no-tls]}
user=somebody
password=other-password
protocol=tcp
skip-ssl
skip-ssl-verify-server-cert
ssl-ca=$AURORA_DIR/rogue/${rogue_of[other-ca]}.pki/root.pem
[mysql]
database=other
init-command=no statement
END
mkdir "$tmp/mysql-home"
cp "$HOME/.my.cnf" "$tmp/mysql-home/my.cnf"
against() { # COMMAND… with everything set against it
    MYSQL_HOST=127.0.0.2 MYSQL_TCP_PORT=1 MYSQL_UNIX_PORT=$tmp/none MYSQL_PWD=other-password \
        MYSQL_HOME=$tmp/mysql-home MYSQL_GROUP_SUFFIX=_other USER=somebody \
        MARIADB_TLS_DISABLE_PEER_VERIFICATION=1 SSL_CERT_FILE=$HOME/.my.cnf "$@"
}
print mycnf
logs_in 'mycnf wins over variables and ~/.my.cnf' 5 against by_mycnf_mysql
print_for no-tls mycnf
kept 'mycnf wins over skip-ssl in ~/.my.cnf' against by_mycnf_mysql
print_for other-ca mycnf
kept 'mycnf wins over ssl-ca in ~/.my.cnf' against by_mycnf_mysql
by_extra() {
    named mariadb --defaults-extra-file="$form" -NBe "$query"
}
print mycnf --client mariadb
mark
run against by_extra
isnt 'mycnf, by --defaults-extra-file, cannot win over ~/.my.cnf' "$status" 0
print_for no-tls mycnf
printf '[client]\nskip-ssl-verify-server-cert\n' >"$HOME/.my.cnf"
lost '  not even with the token: use --defaults-file' against by_extra
kept '  which wins over that file, too' against by_mycnf_mysql

# The recipe for raw: options behind an option file of one's own.
print raw
logs_in 'raw in an option file wins over variables and ~/.my.cnf' 5 against by_raw_mysql
print_for no-tls raw
kept 'raw in an option file: the options win over ~/.my.cnf' against by_raw_mysql
done_testing
