#!/bin/bash
# Credentials from where the program runs: as a cron job runs it, with an empty environment, on
# simulated EC2, ECS and EKS and with a credential_process, rdspass gives tokens that the simulated
# Aurora accepts.

# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

aurora=$top/tests/aurora
for tool in psql mariadb python3 openssl cc ip; do
    command -v "$tool" >/dev/null || skip_all "$tool is missing: scripts/packages test"
done
servers=$("$top/scripts/packages" --servers)
case $servers in
*MARIADBD=*POSTGRES_BIN=*) ;;
*) skip_all 'database servers are missing: scripts/packages test' ;;
esac
export PGCONNECT_TIMEOUT=20

# shellcheck disable=SC2016 # for later
at_exit '"$aurora/down" "$tmp/a"'
exits 'the simulated Aurora comes up' 0 "$aurora/up" "$tmp/a" --owner $$
test "$status" = 0 || done_testing
# shellcheck source=/dev/null
. "$tmp/a/env"
mysql_target=mysql://$AURORA_USER@$AURORA_MYSQL_CLUSTER:$AURORA_MYSQL_PORT
postgres_target=postgres://$AURORA_USER@$AURORA_POSTGRES_CLUSTER:$AURORA_POSTGRES_PORT

# What a container is told its token is.
printf 'eyEXAMPLETOKEN.of.a.pod\n' >"$tmp/pod-token"

# Inside a network namespace: the addresses of the metadata services, and one of them.
cat >"$tmp/cloud" <<'END'
#!/bin/sh
# A machine of the cloud: cloud AURORA DIR KIND ADDRESS COMMAND…
set -eu
aurora=$1 dir=$2 kind=$3 address=$4
shift 4
ip link set lo up
for one in 169.254.169.254/32 169.254.170.2/32 169.254.170.23/32; do
    ip addr add "$one" dev lo
done
for one in fd00:ec2::254/128 fd00:ec2::23/128; do
    ip addr add "$one" dev lo nodad 2>/dev/null || case $address in '['*) exit 99 ;; esac
done
if test -s "$dir.token"; then
    "$aurora/metadata" "$dir" "$kind" --listen "$address:80" --owner $$ --token-file "$dir.token"
else
    "$aurora/metadata" "$dir" "$kind" --listen "$address:80" --owner $$
fi >/dev/null
status=0
"$@" || status=$? # not by exec: the service ends with us
exit "$status"
END
chmod 755 "$tmp/cloud"

isolate=(unshare --net)
"${isolate[@]}" true 2>/dev/null || isolate=(unshare --user --map-root-user --net)
isolation=
"${isolate[@]}" true 2>/dev/null || isolation='no network namespaces here'

# in_cloud DIR KIND ADDRESS [VARIABLE=VALUE]… ARG…: rdspass as a cron job runs it.
in_cloud() {
    local dir=$1 kind=$2 address=$3 set=()
    shift 3
    while case ${1-} in *=*) true ;; *) false ;; esac do
        set+=("$1")
        shift
    done
    run "${isolate[@]}" "$tmp/cloud" "$aurora" "$dir" "$kind" "$address" \
        env -i "${set[@]}" "$rdspass" "$@" </dev/null
}

decided() { # FIELD of the verifier's newest decision
    tail -n 1 "$AURORA_LOG" | sed -n "s/.*\"$1\": \"\{0,1\}\([^,\"]*\).*/\1/p"
}

# shellcheck disable=SC2317 # `exits` calls them
mysql_login() { # TOKEN
    MYSQL_PWD=$1 "$aurora/with-names" "$AURORA_DIR" mariadb --no-defaults \
        --ssl-ca="$AURORA_CA_FILE" --ssl-verify-server-cert --connect-timeout=20 \
        -h "$AURORA_MYSQL_CLUSTER" -P "$AURORA_MYSQL_PORT" -u "$AURORA_USER" \
        -D "$AURORA_DATABASE" -NBe 'SELECT count(*) FROM orders'
}
# shellcheck disable=SC2317
postgres_login() {
    PGPASSWORD=$1 PGHOST=$AURORA_POSTGRES_CLUSTER PGHOSTADDR=127.0.0.1 \
        PGPORT=$AURORA_POSTGRES_PORT PGUSER=$AURORA_USER PGDATABASE=$AURORA_DATABASE \
        PGSSLMODE=verify-full PGSSLROOTCERT=$AURORA_CA_FILE \
        psql -XAtwc 'SELECT count(*) FROM orders'
}

# lets_in NAME: the tokens $for_mysql and $for_postgres do.
lets_in() {
    exits "$1: mysql logs in" 0 mysql_login "$for_mysql"
    is "$1: the verifier allowed it" "$(decided server) $(decided verdict)" 'mysql allow'
    exits "$1: psql logs in" 0 postgres_login "$for_postgres"
    is "$1: the verifier allowed that" "$(decided server) $(decided verdict)" 'postgres allow'
}

# The end of a token that is signed now by credentials for six hours: in 15 minutes.
ends_right() { # NAME EXPIRES_AT
    local off
    off=$(($(date -d "$2" +%s) - $(date +%s) - 900))
    ok "$1: it ends in 15 minutes" test "$off" -ge -20 -a "$off" -le 0
}
credentials_end_right() {
    local off
    off=$(($(date -d "$2" +%s) - $(date +%s) - 21600))
    ok "$1: its credentials end in six hours" test "$off" -ge -20 -a "$off" -le 20
}

# What works once works for each kind of machine: NAME SOURCE KIND ADDRESS [VARIABLE=VALUE]…
works() {
    local name=$1 source=$2 kind=$3 address=$4 dir
    shift 4
    if [ -n "$isolation" ]; then
        skip "$name" "$isolation"
        return
    fi
    dir=$(mktemp -d "$tmp/$kind.XXXXXX")
    case "$*" in *TOKEN_FILE*) cp "$tmp/pod-token" "$dir/services.token" ;; esac
    in_cloud "$dir/services" "$kind" "$address" HOME="$home" "$@" token "$mysql_target"
    if [ "$status" -eq 99 ]; then
        skip "$name" 'no IPv6 here'
        return
    fi
    for_mysql=$out
    is "$name: a token, and no word" "$status $err" '0 '
    in_cloud "$dir/services" "$kind" "$address" HOME="$home" "$@" token "$postgres_target" --format json
    is "$name: as JSON" "$status $err" '0 '
    [ "$status" -eq 0 ] || return 0
    for_postgres=$(fields token)
    is "$name: source and region" "$(fields credentials.source credentials.access_key_id region region_source)" \
        "$source ASIAIOSFODNN7EXAMPLE eu-central-1 the endpoint's name"
    ends_right "$name" "$(fields expires_at)"
    credentials_end_right "$name" "$(fields credentials.expires_at)"
    lets_in "$name"
}

fresh
ec2='iam-role' container='container-role'
works 'EC2 by IPv4' "$ec2" imds 169.254.169.254
ok 'EC2 by IPv4: IMDSv2, three requests' \
    test "$(cat "$tmp"/imds.*/services/imds.log | wc -l)" = 6
works 'EC2 by IPv6' "$ec2" imds '[fd00:ec2::254]' AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6
works 'ECS' "$container" container 169.254.170.2 \
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/0f1e2d3c
works 'EKS Pod Identity' "$container" container 169.254.170.23 \
    AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials \
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="$tmp/pod-token"
works 'EKS Pod Identity by IPv6' "$container" container '[fd00:ec2::23]' \
    'AWS_CONTAINER_CREDENTIALS_FULL_URI=http://[fd00:ec2::23]/v1/credentials' \
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="$tmp/pod-token"

# Nothing at all in the environment: home is that of the user's line in /etc/passwd.
real=$(getent passwd "$(id -u)" | cut -d: -f6)
if [ -n "$isolation" ]; then
    skip 'nothing in the environment' "$isolation"
elif [ -e "$real/.aws" ] || [ -e "$real/.config/rdspass" ]; then
    skip 'nothing in the environment' 'this user has settings of AWS or rdspass'
else
    in_cloud "$tmp/bare" imds 169.254.169.254 token "$postgres_target"
    is 'nothing in the environment: a token, and no word' "$status $err" '0 '
    exits '  that logs in' 0 postgres_login "$out"
fi

# As cron has it: a section of the config file, and a shell.
mkdir -p "$home/.config/rdspass"
printf '[nightly]\nhost = %s\nport = %s\nengine = mysql\nuser = %s\nca-file = %s\n' \
    "$AURORA_MYSQL_CLUSTER" "$AURORA_MYSQL_PORT" "$AURORA_USER" "$AURORA_CA_FILE" \
    >"$home/.config/rdspass/config"
if [ -n "$isolation" ]; then
    skip 'a cron job' "$isolation"
else
    cat >"$tmp/job" <<END
cd "\$HOME" && $rdspass token nightly --format mycnf --client mariadb -o .nightly.cnf
END
    run "${isolate[@]}" "$tmp/cloud" "$aurora" "$tmp/cron" imds 169.254.169.254 \
        env -i HOME="$home" LOGNAME=app SHELL=/bin/sh PATH=/usr/bin:/bin /bin/sh -c "$(cat "$tmp/job")"
    is 'a cron job: nothing to mail' "$status $out$err" '0 '
    exits '  and the dump begins' 0 "$aurora/with-names" "$AURORA_DIR" mariadb-dump \
        --defaults-file="$home/.nightly.cnf" "$AURORA_DATABASE"
    ok '  with the table' grep -q "INSERT INTO .orders." "$tmp/out"

    # The region of a machine is asked for where nothing else tells it, and only then.
    in_cloud "$tmp/who" imds 169.254.169.254 HOME="$home" whoami --format json
    is 'whoami: source, region' "$status $(fields credentials.source region)" "0 $ec2 eu-central-1"
    like '  which the instance told' "$(fields region_source)" 'instance'
    is '  by a request of its own' "$(grep -c placement/region "$tmp/who/imds.log")" 1
    in_cloud "$tmp/who2" imds 169.254.169.254 HOME="$home" AWS_REGION=us-east-1 whoami --format json
    is '  not where the environment does' "$(fields region)" us-east-1
    is '  when it is not asked' "$(grep -c placement "$tmp/who2/imds.log")" 0
fi

# credential_process, from a profile.
mkdir -p "$home/.aws"
cat >"$home/.aws/config" <<END
[default]
credential_process = /bin/cat "$home/keys for it.json"
END
$python -c '
import json, sys, time
end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 21600))
print(json.dumps({"Version": 1, "AccessKeyId": sys.argv[1], "SecretAccessKey": sys.argv[2],
                  "SessionToken": sys.argv[3], "Expiration": end}))' \
    "$AURORA_TEMPORARY_ACCESS_KEY_ID" "$AURORA_TEMPORARY_SECRET_ACCESS_KEY" \
    "$AURORA_TEMPORARY_SESSION_TOKEN" >"$home/keys for it.json"
run env -i HOME="$home" "$rdspass" token "$mysql_target" </dev/null
for_mysql=$out
is 'a process: a token, and no word' "$status $err" '0 '
run env -i HOME="$home" "$rdspass" token "$postgres_target" --format json </dev/null
for_postgres=$(fields token)
is 'a process: source' "$(fields credentials.source)" custom-process
ends_right 'a process' "$(fields expires_at)"
credentials_end_right 'a process' "$(fields credentials.expires_at)"
lets_in 'a process'

done_testing
