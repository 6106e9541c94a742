#!/bin/bash
# `--format jdbc` logs in with PostgreSQL JDBC and with MariaDB Connector/J, over verified TLS, whatever
# the names; and by it no byte of the token reaches a rogue server.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/../integration/lib.sh"

drivers=/usr/share/java/postgresql.jar:/usr/share/java/mariadb-java-client.jar
command -v java >/dev/null || skip_all 'java is missing: scripts/packages check'
for file in ${drivers//:/ }; do
    test -f "$file" || skip_all "$file is missing: scripts/packages check"
done

start # with both engines

# One machine for all logins: it takes a second to start.
coproc JAVA { exec java -Djdk.net.hosts.file="$AURORA_HOSTS_FILE" -Dfile.encoding=UTF-8 \
    -Xshare:auto -XX:TieredStopAtLevel=1 -cp "$drivers" "$top/tests/check/LogIn.java" 2>"$tmp/java.err"; }
at_exit "kill $JAVA_PID 2>/dev/null"
by_jdbc() { # [FILE]
    local verdict answer
    printf '%s\t%s\n' "${1-$form}" "$query" >&"${JAVA[1]}"
    IFS=$'\t' read -r -t 60 verdict answer <&"${JAVA[0]}" || { echo 'no answer' >&2; return 2; }
    case $verdict in
    ok) printf '%s\n' "$answer" ;;
    *) printf '%s\n' "$answer" >&2; return 1 ;;
    esac
}
print() { mint "$form" "$1" "$port" "$2" "$3" jdbc; }

# --- logins ----------------------------------------------------------------------

for engine in postgres mysql; do
    use "$engine"
    for to in "$cluster" "$reader" "$instance"; do
        print "$to" "$AURORA_USER" "$AURORA_DATABASE"
        logs_in "$engine: ${to%%.c*}" 5 by_jdbc
    done
    case $engine in
    postgres) query='SELECT current_user' long_user=$AURORA_POSTGRES_USER_LONG ;;
    mysql) query="SELECT substring_index(current_user(), '@%', 1)"
        long_user=$AURORA_MYSQL_USER_LONGEST ;;
    esac
    print "$cluster" "$AURORA_USER_ODD" "$AURORA_DATABASE"
    logs_in "$engine: an odd user" "$AURORA_USER_ODD" by_jdbc
    for kind in temporary large; do
        keys $kind
        print "$cluster" "$long_user" "$AURORA_DATABASE"
        logs_in "$engine: $kind credentials, a long user" "$long_user" by_jdbc
    done
    keys long
    query='SELECT count(*) FROM orders'
done

# --- odd users, databases and paths ----------------------------------------------

# shellcheck disable=SC1003,SC2016 # they are names
odd=('say "hi"' 'back\slash\n' "it's" 'two  words' 'a:b@c/d' '*' '$HOME`id`' '%41%' '[naïve] 数据' "\\")
# What a URL of Connector/J cannot carry; it carries such users, which stand beside it.
unfit=('a?b&c=d,e#f(g)' '#' 'a;b=c')
folder="$tmp/a \"b\" 'c' %41+é"
mkdir "$folder" && cp "$AURORA_CA_FILE" "$folder/the roots.pem"
roots="$folder/the roots.pem"
for engine in postgres mysql; do
    use "$engine"
    for name in "${odd[@]}" "${unfit[@]}"; do
        "$aurora/add-user" "$AURORA_DIR" "$engine" "$name" || bail_out "no user $name"
        base=$name
        if test "$engine" = mysql; then
            case " ${unfit[*]} " in *" $name "*) base=$AURORA_DATABASE ;; esac
            query="SELECT concat(substring_index(current_user(), '@%', 1), '/', database())"
            # shellcheck disable=SC2016 # quoted as SQL does
            printf 'CREATE DATABASE IF NOT EXISTS `%s`; GRANT ALL ON *.* TO '"'%s'"'@"%%";\n' \
                "${base//\`/\`\`}" "$(sed -e 's/\\/\\\\/g' -e "s/'/''/g" <<<"$name")" |
                mariadb --no-defaults -S "$AURORA_MYSQL_SOCKET" -u rdsadmin \
                    --default-character-set=utf8mb4 || bail_out "no database $base"
        else
            query="SELECT current_user || '/' || current_database()"
            printf 'CREATE DATABASE "%s" TEMPLATE template0;\n' "${base//\"/\"\"}" |
                "$psql" -Xqw -v ON_ERROR_STOP=1 -h "$AURORA_POSTGRES_SOCKET" -p "$dial" -U rdsadmin \
                    -d postgres || bail_out "no database $base"
        fi
        print "$cluster" "$name" "$base"
        logs_in "$engine: user $name, database $base" "$name/$base" by_jdbc
    done
done
roots=$AURORA_CA_FILE
query='SELECT count(*) FROM orders'

# --- rogue servers ---------------------------------------------------------------

deceivers='no-tls wrong-name other-ca expired self-signed'
for engine in postgres mysql; do
    use "$engine"
    # shellcheck disable=SC2086 # a list of words
    rogues good $deceivers early-bytes early-error other-plugin other-plugin-2
    for kind in $deceivers early-error; do
        mint "$form" "$cluster" "${rogue_of[$kind]}" "$AURORA_USER" "$AURORA_DATABASE" jdbc
        kept "$engine: $kind gets nothing" by_jdbc
    done
    # Here the certificate is right: nothing may be readable on the way.
    mint "$form" "$cluster" "${rogue_of[early-bytes]}" "$AURORA_USER" "$AURORA_DATABASE" jdbc
    attack by_jdbc
    is "$engine: early-bytes get nothing in clear" "$((reached > 0)) $clear" '1 0'
    for kind in other-plugin other-plugin-2; do
        mint "$form" "$cluster" "${rogue_of[$kind]}" "$AURORA_USER" "$AURORA_DATABASE" jdbc
        attack by_jdbc
        is "$engine: $kind gets no token" "$((reached > 0)) $tokens" '1 '
        isnt "$engine: $kind lets nobody in" "$status" 0
    done
    mint "$form" "$cluster" "${rogue_of[good]}" "$AURORA_USER" "$AURORA_DATABASE" jdbc
    lost "$engine: what the right server would get is seen" by_jdbc
    # Connector/J never gives a password in clear without TLS.
    careless=${deceivers#no-tls }
    test "$engine" = mysql || careless=$deceivers
    for kind in $careless; do
        mint "$form" "$cluster" "${rogue_of[$kind]}" "$AURORA_USER" "$AURORA_DATABASE" jdbc
        sed -E -e 's/sslmode=verify-full&sslrootcert=[^&]*/sslmode=prefer/' \
            -e 's/sslMode=verify-full&serverSslCert=.*/trustServerCertificate=true/' "$form" >"$form.lax"
        lost "$engine: careless settings give $kind the token" by_jdbc "$form.lax"
    done
done

# Amazon's roots, which the simulated Aurora is not of.
for engine in postgres mysql; do
    use "$engine"
    rdspass token --host "$cluster" --port "$port" --engine "$engine" -u "$user" -D orders \
        --format jdbc >"$form"
    mark
    run by_jdbc
    is "$engine: Amazon's roots do not hold for another authority" "$status $(decisions)" "1 $marked"
done
done_testing
