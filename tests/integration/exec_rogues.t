#!/bin/bash
# No byte of a token reaches a server that is not verified, whatever the environment and the home of
# the person say; and what is told is true: which check failed, and what was seen.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/exec.sh"

start --engine none
kinds=$(sed -n '/^KIND:$/,/^"""/s/^  \([a-z0-9-]*\) .*/\1/p' "$aurora/rogue")

client() {
    case $engine in
    postgres) through "$psql" -Xwc 'SELECT 1' ;;
    mysql) through mariadb -e 'SELECT 1' ;;
    esac
}
without_roots() { # COMMAND…: with the built-in ones
    local ca_file=()
    "$@"
}
to() { # KIND
    at=${rogue_of[$1]} via=127.0.0.1:${rogue_of[$1]}
}

# fends NAME STATUS REGEX: the rogue that $at is of gets nothing, and this is told.
fends() {
    attack client
    if test "$status" = "$2" && test "$reached" -gt 0 && test -z "$tokens$passwords" &&
        tap_matches "$err" "$3"; then
        tap_result 0 "$1"
    else
        tap_result 1 "$1" || tell_attack "wanted: $2, $3: $1"
    fi
}

# --- what is set against it ------------------------------------------------------

# A library that takes the place of libssl, works as it does, and notes who loaded it.
hostile_libraries() {
    local real
    real=$(cc -print-file-name=libssl.so.3)
    mkdir "$tmp/lib"
    cat >"$tmp/hostile.c" <<'END'
#include <fcntl.h>
#include <unistd.h>
static __attribute__((constructor)) void note(void)
{
    char name[64];
    int from = open("/proc/self/comm", O_RDONLY), to = open(MARK, O_WRONLY | O_CREAT | O_APPEND, 0600);
    ssize_t n = read(from, name, sizeof(name));
    if (n <= 0 || write(to, name, (size_t)n) != n)
        _exit(99);
    close(from);
    close(to);
}
int OSSL_provider_init(void);
int OSSL_provider_init(void) { return 0; }
END
    echo 'OPENSSL_3.0.0 { global: OSSL_provider_init; };' >"$tmp/hostile.map"
    # It needs the true one under another name, and so passes for it.
    cp "$real" "$tmp/lib/libtrue.so" &&
        echo | cc -shared -x c - -o "$tmp/libtrue.so" -Wl,-soname,libtrue.so &&
        cc -shared -fPIC -DMARK="\"$tmp/loaded\"" -o "$tmp/lib/libssl.so.3" "$tmp/hostile.c" \
            -Wl,-soname,libssl.so.3 -Wl,--version-script,"$tmp/hostile.map" -Wl,--no-as-needed \
            "$tmp/libtrue.so" &&
        cp "$tmp/lib/libssl.so.3" "$tmp/provider.so"
}
loaded_by() { sort -u "$tmp/loaded" 2>/dev/null | tr '\n' ' '; }

set_up() {
    local authority
    authority=$AURORA_DIR/rogue/${rogue_of[other-ca]}.pki/root.pem
    mkdir -p "$tmp/certs" "$HOME/.postgresql"
    cp "$authority" "$tmp/certs/$(openssl x509 -noout -hash -in "$authority").0"
    cp "$authority" "$HOME/.postgresql/root.crt"
    cp "$authority" "$tmp/other-ca.pem"
    cat >"$tmp/openssl.cnf" <<END
openssl_conf = all
[all]
providers = providers
ssl_conf = ssl
[providers]
default = default
hostile = hostile
[default]
activate = 1
[hostile]
module = $tmp/provider.so
activate = 1
[ssl]
system_default = system
[system]
VerifyMode = None
MinProtocol = None
CipherString = ALL:@SECLEVEL=0
END
    cat >"$HOME/.pg_service.conf" <<END
[hostile]
sslmode=disable
password=other-password
sslrootcert=$tmp/other-ca.pem
END
    echo '*:*:*:*:other-password' >"$HOME/.pgpass"
    cat >"$HOME/.my.cnf" <<END
[client]
host=127.0.0.1
port=$at
protocol=tcp
user=somebody
password=other-password
skip-ssl
ssl-ca=$tmp/other-ca.pem
END
    printf '\0\0\0\0not a login path' >"$HOME/.mylogin.cnf"
    chmod 600 "$HOME"/.[pm]*
}

settings=(
    SSL_CERT_FILE="$tmp/other-ca.pem"
    SSL_CERT_DIR="$tmp/certs"
    OPENSSL_CONF="$tmp/openssl.cnf"
    LD_LIBRARY_PATH="$tmp/lib"
    MARIADB_TLS_DISABLE_PEER_VERIFICATION=1
    PGSSLMODE=disable
    PGSSLROOTCERT="$tmp/other-ca.pem"
    PGSERVICE=hostile
    PGPASSWORD=other-password
    PGHOSTADDR=127.0.0.1
    MYSQL_PWD=other-password
    SSLKEYLOGFILE="$tmp/keys.log"
    OPENSSL_MODULES="$tmp"
)

exits 'a hostile libssl is built' 0 hostile_libraries
for engine in postgres mysql; do
    reach "$engine"
    # shellcheck disable=SC2086 # a list of words
    rogues $kinds
    rm -rf "$HOME" && mkdir "$HOME"

    # --- each kind, and what is told -----------------------------------------------
    names='invoices-[^ ]*\.rds\.amazonaws\.com'
    issuer='issued by .*Amazon RDS .*'
    dates='valid .*20[0-9][0-9]-'
    for kind in $kinds; do
        to "$kind"
        with=()
        case $kind in
        stall*) with=(--connect-timeout 1) ;; # the others are not to be cut short on a slow machine
        esac
        case $kind in
        good) lost "$engine: what the right server would get is seen" client ;;
        echo)
            lost "$engine: $kind" client
            unlike "$engine: $kind: the token is not repeated" "$err" \
                'X-Amz-(Algorithm|Credential|Date|Signature)=[^[]|AKIA|[0-9a-f]{64}|[0-9]{8}T[0-9]{6}Z'
            unlike "$engine: $kind: nor are its escapes" "$err" $'[\033\007]'
            is "$engine: $kind: it is a refused login" "$status" 8
            ;;
        no-tls) fends "$engine: $kind" 7 'offers no TLS' ;;
        wrong-name)
            fends "$engine: $kind" 7 "$names"
            like "$engine: $kind: the issuer and the dates" "$err" "$issuer.*$dates"
            ;;
        other-ca | self-signed)
            fends "$engine: $kind" 7 'vouches for its certificate'
            like "$engine: $kind: the issuer, the names and the dates" "$err" \
                "issued by .*; for $cluster.*; $dates"
            ;;
        expired) fends "$engine: $kind" 7 "expired on 2020-12-31.*$issuer" ;;
        early-bytes) fends "$engine: $kind" 7 'before TLS' ;;
        early-error | lying-greeting)
            fends "$engine: $kind" "$(test "$engine$kind" = mysqlearly-error && echo 8 || echo 7)" .
            unlike "$engine: $kind: escapes are not shown" "$err" $'[\033\007]'
            ;;
        other-plugin) fends "$engine: $kind" 8 'mysql_native_password|SCRAM-SHA-256' ;;
        other-plugin-2) fends "$engine: $kind" 8 '[Mm][Dd]5|caching_sha2_password' ;;
        no-password)
            # It is verified and lets in: there is nobody whom the token would have to be kept from.
            as_exec "$(test "$engine" = mysql && echo mariadb || echo "$psql")"
            attack timeout 5 "${command[@]}" </dev/null
            is "$engine: $kind is given none" "$reached/$tokens$passwords" 1/
            ;;
        stall | stall-tls | stall-login)
            began=${EPOCHREALTIME/[.,]/}
            fends "$engine: $kind" 6 'in time|nothing comes'
            took=$(((${EPOCHREALTIME/[.,]/} - began) / 1000))
            ok "$engine: $kind: within the deadline ($took ms)" test $took -lt 4000
            ;;
        lying-length | short-length) fends "$engine: $kind" 8 'protocol|mysql_old_password' ;;
        *) bail_out "a kind of rogue that this test does not know: $kind" ;;
        esac
    done
    with=()

    # --- with each thing set against it, and all of them ---------------------------
    to no-tls
    set_up
    for setting in "${settings[@]}" all; do
        set_against=("$setting")
        test "$setting" != all || set_against=("${settings[@]}")
        rm -f "$tmp/loaded"
        for kind in no-tls other-ca wrong-name expired self-signed early-bytes; do
            to "$kind"
            fends "$engine: $kind, with ${setting%%=*}" 7 .
        done
        case $setting in
        LD_LIBRARY_PATH=* | OPENSSL_CONF=* | all)
            unlike "$engine: nobody of ours heeds ${setting%%=*}" "$(loaded_by)" rdspass
            ;;
        esac
    done
    set_against=(LD_LIBRARY_PATH="$tmp/lib")
    rm -f "$tmp/loaded"
    to good
    lost "$engine: the right server is given the token all the same" client
    like "$engine: the hostile library works" "$(loaded_by)" 'psql|mariadb'
    set_against=("${settings[@]}")
    to good
    attack client
    like "$engine: with all of it set, too" "$tokens" Signature
    ok "$engine: and the keys of its TLS are not written" test ! -e "$tmp/keys.log"
    set_against=()

    # Our own roots do not hold for another authority, nor do those of the machine.
    to good
    kept "$engine: the built-in roots do not vouch for the simulated Aurora" without_roots client
    is "$engine:   which is told as one of TLS" "$status" 7
done

# --- endpoints whose roots are Amazon's ----------------------------------------------

# A DSQL endpoint speaks TLS from its first byte, and wants a token of another kind.
engine=postgres port=5432 database=postgres
host=abcdefghijklmnopqrstuvwxyz.dsql.eu-central-1.on.aws
at=$("$aurora/rogue" "$AURORA_DIR" good postgres "$host") || bail_out 'no rogue for DSQL'
via=127.0.0.1:$at
for user in app_user admin; do
    action=DbConnect
    test $user != admin || action=DbConnectAdmin
    attack client
    like "DSQL: the token of $user" "$(tr -d "\000" <"$caught.plain")" "$host/\\?Action=$action&.*X-Amz-Signature"
    is '  which comes in TLS from the first byte' "$(head -c 1 "$caught.wire" | od -An -tx1 | tr -d ' ')" 16
done
user=$AURORA_USER
proxy=orders.proxy-cxyzabc12345.eu-central-1.rds.amazonaws.com
for host in "$host" "$proxy"; do
    at=$("$aurora/rogue" "$AURORA_DIR" good postgres "$host") || bail_out "no rogue for $host"
    via=127.0.0.1:$at
    # With --ca-file it is taken for what it says it is; by Amazon's roots it is nobody.
    lost "${host%%.c*}: --ca-file" client
    kept "${host%%.c*}: Amazon's roots do not vouch for another authority" without_roots client
    is '  which is told as one of TLS' "$status" 7
done
nothing_left 'nothing is left'
done_testing
