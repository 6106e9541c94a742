#!/bin/bash
# Every format of `rdspass token` logs in: printed for real, read by a real client, over verified TLS,
# to a server that judges the token; with plain, odd and long users, databases and paths, temporary
# credentials, and each kind of host. tests/check/java.t and oracle.t do the same for their clients.

# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/lib.sh"

start # with both engines
exits 'a program on libpq is built' 0 build_url
# shellcheck disable=SC2034 # named by way of $engine
postgres_formats='raw pgpass export env url json'
# shellcheck disable=SC2034
mysql_formats='raw mycnf json'

# Each recipe of the engine: all FORMATS WANTED WHAT HOST USER DATABASE [ARG…]
all() {
    local formats=$1 wanted=$2 what=$3 to=$4 as=$5 in=$6 one
    shift 6
    for one in $formats; do
        mint "$form" "$to" "$port" "$as" "$in" "$one" "$@" 2>"$tmp/minting"
        is "$engine $one, $what: nothing to warn of" "$(cat "$tmp/minting")" ''
        logs_in "$engine $one, $what: logs in" "$wanted" "by_${one}_$engine"
    done
}

# --- hosts and users -----------------------------------------------------------

for engine in postgres mysql; do
    use "$engine"
    formats=${engine}_formats
    formats=${!formats}
    all "$formats" 5 'cluster' "$cluster" "$AURORA_USER" "$AURORA_DATABASE"
    all "$formats" 5 'reader' "$reader" "$AURORA_USER" "$AURORA_DATABASE"
    all "$formats" 5 'instance, another user' "$instance" "$AURORA_USER_2" "$AURORA_DATABASE"
    query='SELECT current_user'
    if test "$engine" = mysql; then
        query="SELECT substring_index(current_user(), '@%', 1)"
        all "$formats" "$AURORA_MYSQL_USER_LONG" 'a user of 32 characters' "$cluster" \
            "$AURORA_MYSQL_USER_LONG" "$AURORA_DATABASE"
        all "$formats" "$AURORA_MYSQL_USER_LONGEST" 'a user of 80 characters' "$cluster" \
            "$AURORA_MYSQL_USER_LONGEST" "$AURORA_DATABASE"
    else
        all "$formats" "$AURORA_POSTGRES_USER_LONG" 'a user of 63 characters' "$cluster" \
            "$AURORA_POSTGRES_USER_LONG" "$AURORA_DATABASE"
    fi
    all "$formats" "$AURORA_USER_ODD" 'an odd user' "$cluster" "$AURORA_USER_ODD" "$AURORA_DATABASE"
    keys temporary
    all "$formats" "$AURORA_USER_ODD" 'temporary credentials' "$cluster" "$AURORA_USER_ODD" \
        "$AURORA_DATABASE"
    keys large
    all "$formats" "$AURORA_USER" 'a session token of 2,000 characters' "$cluster" "$AURORA_USER" \
        "$AURORA_DATABASE"
    keys long
    query='SELECT count(*) FROM orders'
done
is 'the session token has 2,000 characters' ${#large} 2000

# --- odd users, databases and paths ----------------------------------------------

# What option files, shells, URLs and password files treat specially.
# shellcheck disable=SC1003,SC2016 # they are names
odd=('say "hi"' 'back\slash\n\s\\' "it's #1; a=b" ' outer ' 'a:b@c/d?e&f=g%41+' '*' '$HOME`id`'
    '[client] naïve 数据' '"' '\' '-x')
folder="$tmp/a \"b\" 'c' #d=e\\f%41&?é"
ok 'an odd folder for the roots' mkdir "$folder"
cp "$AURORA_CA_FILE" "$folder/the roots.pem"
roots="$folder/the roots.pem"
for engine in postgres mysql; do
    use "$engine"
    formats=${engine}_formats
    formats=${!formats}
    for name in "${odd[@]}"; do
        "$aurora/add-user" "$AURORA_DIR" "$engine" "$name" ||
            bail_out "the simulated Aurora takes no user $name"
        if test "$engine" = mysql; then
            # A database's name may not end in a space.
            base=${name% }
            query="SELECT concat(substring_index(current_user(), '@%', 1), '/', database())"
            # shellcheck disable=SC2016 # quoted as SQL does
            printf 'CREATE DATABASE `%s`; GRANT ALL ON *.* TO '"'%s'"'@"%%";\n' "${base//\`/\`\`}" \
                "$(sed -e 's/\\/\\\\/g' -e "s/'/''/g" <<<"$name")" |
                mariadb --no-defaults -S "$AURORA_MYSQL_SOCKET" -u rdsadmin \
                    --default-character-set=utf8mb4 || bail_out "no database $name"
        else
            base=$name
            query="SELECT current_user || '/' || current_database()"
            printf 'CREATE DATABASE "%s" TEMPLATE template0 \n' "${base//\"/\"\"}" |
                "$psql" -Xqw -v ON_ERROR_STOP=1 -h "$AURORA_POSTGRES_SOCKET" -p "$dial" -U rdsadmin \
                    -d postgres || bail_out "no database $name"
        fi
        all "$formats" "$name/$base" "user and database $name" "$cluster" "$name" "$base"
    done
done
roots=$AURORA_CA_FILE
query='SELECT count(*) FROM orders'

# --- the other tools of each family ------------------------------------------------

use postgres
mint "$form" "$cluster" "$port" "$AURORA_USER" '' pgpass
dumped() { grep -c "^[0-9]" "$tmp/out"; }
mark
PGPASSFILE=$form PGSSLMODE=verify-full PGSSLROOTCERT=$roots exits 'pgpass: pg_dump logs in' 0 \
    named pg_dump -w -h "$cluster" -p "$port" -U "$user" -t orders --data-only "$AURORA_DATABASE"
is 'pgpass: pg_dump has the rows' "$(dumped)" 5
ok 'pgpass: pg_dump was let in' logged postgres "$user" allow
# One file serves every database, and a session that connects again.
mark
printf '%s\n' 'SELECT current_database();' '\c postgres' 'SELECT current_database();' >"$tmp/script"
PGPASSFILE=$form PGSSLMODE=verify-full PGSSLROOTCERT=$roots run named "$psql" -XAtqw -h "$cluster" \
    -p "$port" -U "$user" -d "$AURORA_DATABASE" -f "$tmp/script"
is 'pgpass: psql connects again, to another database' "$status $(echo "$out" | grep -v connected)" \
    "0 $AURORA_DATABASE
postgres"
is 'pgpass: two logins' "$(decisions)" $((marked + 2))

use mysql
mint "$form" "$cluster" "$port" "$AURORA_USER" "$AURORA_DATABASE" mycnf --client mariadb
mark
exits 'mycnf: mysql of the name logs in' 0 named mysql --defaults-file="$form" -NBe "$query"
is 'mycnf for MariaDB: without a warning' "$out$err" 5
ok 'mycnf: mysql was let in' logged mysql "$user" allow
mark
exits 'mycnf: mysqldump logs in' 0 named mysqldump --defaults-file="$form" --skip-extended-insert \
    --no-tablespaces --single-transaction "$AURORA_DATABASE" orders
is 'mycnf: mysqldump has the rows' "$(grep -c '^INSERT' "$tmp/out")" 5
is 'mycnf: mysqldump warns of nothing' "$err" ''
ok 'mycnf: mysqldump was let in' logged mysql "$user" allow
mark
exits 'mycnf: mysqladmin logs in' 0 named mysqladmin --defaults-file="$form" status
like 'mycnf: mysqladmin has an answer' "$out$err" '^Uptime'
ok 'mycnf: mysqladmin was let in' logged mysql "$user" allow

# Both clients can read the file that is for both; MariaDB's says what it does not know.
mint "$form" "$cluster" "$port" "$AURORA_USER" "$AURORA_DATABASE" mycnf
for tool in mysqldump mysqladmin; do
    mark
    case $tool in
    mysqldump) run named mysqldump --defaults-file="$form" --no-tablespaces "$AURORA_DATABASE" ;;
    mysqladmin) run named mysqladmin --defaults-file="$form" status ;;
    esac
    is "mycnf for both: $tool logs in" "$status" 0
    ok "mycnf for both: $tool was let in" logged mysql "$user" allow
done

# --- files -------------------------------------------------------------------------

# As the recipes have it: written by -o, over the one of before.
use postgres
for _ in first again; do
    exits 'pgpass: -o writes the file' 0 rdspass token "postgres://$AURORA_USER@$cluster:$port" \
        --format pgpass -o "$tmp/shop.pgpass"
    host=$cluster at=$port user=$AURORA_USER database=$AURORA_DATABASE
    cp -p "$tmp/shop.pgpass" "$form"
    logs_in 'pgpass: by that file' 5 by_pgpass_postgres
done
use mysql
for _ in first again; do
    exits 'mycnf: -o writes the file' 0 rdspass token --format mycnf --ca-file "$roots" \
        -o "$tmp/shop.cnf" "mysql://$AURORA_USER@$cluster:$port/$AURORA_DATABASE"
    cp -p "$tmp/shop.cnf" "$form"
    user=$AURORA_USER
    logs_in 'mycnf: by that file' 5 by_mycnf_mysql
done
done_testing
