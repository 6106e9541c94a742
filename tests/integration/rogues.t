#!/bin/bash
# What is printed is safe with the wrong server: by no recipe does a byte of the token reach a server
# that offers no TLS, shows a certificate for another name, of another authority, expired or
# self-signed, or speaks before TLS. Careless settings of the same clients show that the recording
# would tell.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/lib.sh
. "$(dirname "$0")/lib.sh"

start # with both engines
exits 'a program on libpq is built' 0 build_url

careless_postgres() {
    PGPASSWORD=$(cat "$form") PGSSLMODE=prefer by_psql -h "$host" -p "$at" -U "$user" -d "$database"
}
careless_mysql() {
    MYSQL_PWD=$(cat "$form") named mariadb --no-defaults --ssl -h "$host" -P "$at" -u "$user" \
        -D "$database" -NBe "$query"
}

deceivers='no-tls wrong-name other-ca expired self-signed'
others='other-plugin other-plugin-2'
for engine in postgres mysql; do
    use "$engine"
    case $engine in
    postgres) formats='raw pgpass export env url json' early='early-bytes early-error' ;;
    mysql) formats='raw mycnf json' early=early-error ;;
    esac
    # shellcheck disable=SC2086 # lists of words
    rogues good early-bytes $deceivers $early $others
    name=$cluster
    for format in $formats; do
        for kind in $deceivers $early; do
            mint "$form" "$name" "${rogue_of[$kind]}" "$AURORA_USER" "$AURORA_DATABASE" "$format"
            kept "$engine $format: $kind gets nothing" "by_${format}_$engine"
        done
        # A server whose certificate is right gets a digest by these, and no token either.
        for kind in $others; do
            mint "$form" "$name" "${rogue_of[$kind]}" "$AURORA_USER" "$AURORA_DATABASE" "$format"
            attack "by_${format}_$engine"
            is "$engine $format: $kind gets no token" "$tokens" ''
            isnt "$engine $format: $kind lets nobody in" "$status" 0
        done
        # MariaDB's client drops what comes before TLS, and goes on where the certificate is right.
        if test "$engine" = mysql; then
            mint "$form" "$name" "${rogue_of[early-bytes]}" "$AURORA_USER" "$AURORA_DATABASE" "$format"
            attack "by_${format}_$engine"
            is "$engine $format: early-bytes get nothing in clear" "$reached $clear" '1 0'
        fi
        mint "$form" "$name" "${rogue_of[good]}" "$AURORA_USER" "$AURORA_DATABASE" "$format"
        lost "$engine $format: what the right server would get is seen" "by_${format}_$engine"
        # It stands for the cluster; by the address it is nobody.
        host=127.0.0.1
        case $format in
        raw | pgpass) kept "$engine $format: nor does it get any by its address" "by_${format}_$engine" ;;
        esac
    done
    # Clients refuse the early ones whatever they are told.
    for kind in $deceivers; do
        mint "$form" "$name" "${rogue_of[$kind]}" "$AURORA_USER" "$AURORA_DATABASE" raw
        lost "$engine: careless settings give $kind the token" "careless_$engine"
    done
done

# The built-in roots are Amazon's: the simulated Aurora, good as it is, is not of their kind.
for engine in postgres mysql; do
    use "$engine"
    case $engine in
    postgres) formats='export env url' ;;
    mysql) formats='mycnf' ;;
    esac
    for format in $formats; do
        user=$AURORA_USER
        rdspass token --host "$cluster" --port "$port" --engine "$engine" -u "$user" \
            -D "$AURORA_DATABASE" --format "$format" >"$form"
        mark
        run "by_${format}_$engine"
        isnt "$engine $format: Amazon's roots do not hold for another authority" "$status" 0
        is "$engine $format: it saw no token" "$(decisions)" "$marked"
    done
done
done_testing
