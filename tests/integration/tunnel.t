#!/bin/bash
# Through a plain TCP tunnel: with --via the token is for the endpoint and its port, the client dials
# the tunnel, and the endpoint's name is verified all the same. Formats that cannot do that refuse.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/lib.sh"

start --mysql-endpoint-port 3306 --postgres-endpoint-port 5432
exits 'a program on libpq is built' 0 build_url
tunnel() { "$aurora/tunnel" "$AURORA_DIR" "$1" || bail_out 'no tunnel'; }

# Here the endpoint's name leads nowhere, as on a laptop outside of the VPC.
named() { "$@"; }

use postgres
entrance=$(tunnel "$dial")
isnt 'the tunnel has a port of its own' "$entrance" "$dial"
by_pgpass_postgres() {
    PGPASSFILE=$form PGSSLMODE=verify-full PGSSLROOTCERT=$roots PGHOSTADDR=127.0.0.1 \
        by_psql -h "$host" -p "$entrance" -U "$user" -d "$database"
}
keys temporary
for to in "$cluster" "$reader" "$instance"; do
    for format in export env url pgpass; do
        for via in "127.0.0.1:$entrance" "localhost:$entrance"; do
            mint "$form" "$to" 5432 "$AURORA_USER_ODD" "$AURORA_DATABASE" "$format" --via "$via"
            logs_in "$format: ${to%%.c*} by ${via%:*}" 5 "by_${format}_postgres"
        done
    done
done
keys long
for format in raw json; do
    mint "$form" "$cluster" 5432 "$AURORA_USER" '' "$format" --via "127.0.0.1:$entrance"
    like "$format: the endpoint and its port stay" "$(cat "$form")" "$cluster:5432/\\?Action=connect"
done
# json is for whoever dials by themselves.
mint "$form" "$cluster" 5432 "$AURORA_USER" "$AURORA_DATABASE" raw --via "127.0.0.1:$entrance"
by_raw_postgres() {
    PGPASSWORD=$(cat "$form") PGSSLMODE=verify-full PGSSLROOTCERT=$roots PGHOSTADDR=127.0.0.1 \
        by_psql -h "$host" -p "$entrance" -U "$user" -d "$database"
}
logs_in 'raw: psql told the same by hand' 5 by_raw_postgres

# A tunnel that ends at another server.
for kind in wrong-name other-ca no-tls; do
    rogues $kind
    end=$(tunnel "${rogue_of[$kind]}")
    for format in export env url pgpass; do
        mint "$form" "$cluster" 5432 "$AURORA_USER" "$AURORA_DATABASE" "$format" --via "127.0.0.1:$end"
        at=${rogue_of[$kind]}
        entrance=$end kept "$format: $kind at its end gets nothing" "by_${format}_postgres"
    done
done
rogues good
end=$(tunnel "${rogue_of[good]}")
mint "$form" "$cluster" 5432 "$AURORA_USER" "$AURORA_DATABASE" export --via "127.0.0.1:$end"
at=${rogue_of[good]}
lost 'export: what the right one would get is seen' by_export_postgres

# Without --via, the same shell is led to the endpoint again, not into the old tunnel.
mint "$form.1" "$cluster" 5432 "$AURORA_USER" "$AURORA_DATABASE" export --via "127.0.0.1:$entrance"
mint "$form.2" "$cluster" 5432 "$AURORA_USER" "$AURORA_DATABASE" export
is 'export without --via forgets the tunnel of before' "$(eval "$(cat "$form.1" "$form.2")" &&
    echo "${PGHOSTADDR-none} $PGPORT")" 'none 5432'

exits 'jdbc is refused' 2 rdspass token "postgres://$user@$cluster" --format jdbc \
    --via "127.0.0.1:$entrance"
like '  with what to do instead' "$err" 'hint: rdspass exec --tcp runs a client through it'

# --- MySQL -------------------------------------------------------------------------

use mysql
for format in mycnf jdbc; do
    exits "$format is refused" 2 rdspass token "mysql://$user@$cluster" --format "$format" \
        --via 127.0.0.1:13306
    like '  with what to do instead' "$err" \
        'hint: rdspass exec.* runs a client through it, and verifies the endpoint'
done
# With the name in the hosts file, and the port given to the client alone.
named() { "$aurora/with-names" "$AURORA_DIR" "$@"; }
entrance=$(tunnel "$dial")
mint "$form" "$cluster" 3306 "$AURORA_USER" "$AURORA_DATABASE" raw --via "127.0.0.1:$entrance"
at=$entrance
logs_in 'raw: mariadb, with the name in the hosts file' 5 by_raw_mysql
mint "$form" "$cluster" 3306 "$AURORA_USER" "$AURORA_DATABASE" mycnf --client mariadb
by_mycnf_behind() { by_mariadb "$form" -P "$entrance"; }
logs_in 'mycnf: mariadb, with the name in the hosts file' 5 by_mycnf_behind
rogues wrong-name
entrance=$(tunnel "${rogue_of[wrong-name]}")
at=${rogue_of[wrong-name]}
kept 'mycnf: a wrong name at its end gets nothing' by_mycnf_behind
done_testing
