#!/bin/bash
# What the formats carry beside the token: tunnels, roots, long tokens, Aurora DSQL, quoted users.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

pg=("$cluster:5432" -u app)
my=("$cluster:3306" -u app)
line() { sed -nE "s|^(export )?$1=||p" "$tmp/out" | tr -d "'"; }

# --- --via --------------------------------------------------------------------

for via in 127.0.0.1:15432=127.0.0.1 localhost:15432=127.0.0.1 LocalHost:15432=127.0.0.1 \
    '[::1]:15432=::1' '[fe80::1%eth0]:15432=' 10.1.2.3:15432=10.1.2.3; do
    address=${via#*=}
    via=${via%%=*}
    [ -n "$address" ] || continue
    for format in env export; do
        gives "$format --via $via" token "${pg[@]}" --format "$format" --via "$via"
        is "$format --via $via: endpoint, address, dialled port" \
            "$(line PGHOST) $(line PGHOSTADDR) $(line PGPORT)" "$cluster $address 15432"
        like "$format --via $via: the token is for the endpoint's port" "$(line PGPASSWORD)" \
            "^$cluster:5432/"
    done
    gives "url --via $via" token "${pg[@]}" --format url --via "$via"
    like "url --via $via" "$out" "@$cluster:15432/\\?hostaddr=${address//:/%3A}&sslmode=verify-full&"
    gives "pgpass --via $via" token "${pg[@]}" --format pgpass --via "$via"
    like "pgpass --via $via: endpoint and dialled port" "$out" \
        "^$cluster:15432:\\*:app:$cluster\\\\:5432/"
done
for format in raw json; do
    for via in 127.0.0.1:15432 /run/tunnel.sock bastion:15432; do
        gives "$format --via $via" token "${pg[@]}" --format "$format" --via "$via"
        like "$format --via $via: the token stays as it is" "$out" "$cluster:5432/\\?Action"
    done
done
for format in export env url pgpass; do
    refuses "$format --via a name" 2 '--via bastion: this format carries an address, not a name' \
        'getent hosts bastion' \
        token "${pg[@]}" --format "$format" --via bastion:15432
    refuses "$format --via a socket" 2 '--via /run/t.sock: a socket cannot be dialled with TLS' 'or rdspass exec' \
        token "${pg[@]}" --format "$format" --via /run/t.sock
done
refuses 'jdbc --via, PostgreSQL' 2 '--format jdbc cannot dial another address' \
    'rdspass exec --tcp runs a client' token "${pg[@]}" --format jdbc --via 127.0.0.1:15432
refuses 'jdbc --via, MySQL' 2 '--format jdbc cannot dial another address' \
    'rdspass exec --tcp runs a client' token "${my[@]}" --format jdbc --via 127.0.0.1:13306
refuses 'mycnf --via' 2 '--format mycnf cannot dial another address' \
    'rdspass exec runs a client' token "${my[@]}" --format mycnf --via 127.0.0.1:13306
for via in 15432 127.0.0.1 127.0.0.1: :15432 127.0.0.1:0 127.0.0.1:65536 127.0.0.1:x ::1:15432 '[::1]' \
    'a b:1' "$(repeat 254 x):1"; do
    refuses "--via ${via:0:20}" 2 '--via: neither HOST:PORT nor the path of a socket' '127.0.0.1:3306' \
        token "${pg[@]}" --via "$via"
done
refuses '--via a socket of 200 characters' 2 "--via: a socket's path has at most 107 bytes" '' \
    token "${pg[@]}" --via "/$(repeat 200 x)"
with PGHOSTADDR=192.0.2.1
gives 'PGHOSTADDR of the caller is not taken up' token "${pg[@]}" --format env
is 'PGHOSTADDR is not in env' "$(line PGHOSTADDR)" ''
without PGHOSTADDR

# --- roots ----------------------------------------------------------------------

printf 'roots\n' >"$home/my roots.pem"
gives '--ca-file' token "${pg[@]}" --format env --ca-file "$home/my roots.pem"
is '--ca-file is what is trusted' "$(line PGSSLROOTCERT)" "$home/my roots.pem"
cd "$home" || exit
gives '--ca-file, relative' token "${pg[@]}" --format env --ca-file 'my roots.pem'
is 'becomes absolute' "$(line PGSSLROOTCERT)" "$home/my roots.pem"
gives '--ca-file, above' token "${my[@]}" --format mycnf --ca-file "../${home##*/}/my roots.pem"
like 'becomes absolute, too' "$out" "^ssl-ca=\"$home/../${home##*/}/my roots.pem\"\$"
gives '--ca-file, relative, in jdbc' token "${pg[@]}" --format jdbc --ca-file 'my roots.pem'
like 'is encoded' "$out" '%2Fmy%20roots.pem$'
cd "$top" || exit
# shellcheck disable=SC2088 # it is rdspass that expands it
gives '--ca-file below ~' token "${pg[@]}" --format env '--ca-file=~/my roots.pem'
is 'is below the home' "$(line PGSSLROOTCERT)" "$home/my roots.pem"
for format in export env url jdbc; do
    refuses "$format, no such --ca-file" 3 "cannot read the roots in $home/none.pem: No such file" '' \
        token "${pg[@]}" --format "$format" --ca-file "$home/none.pem"
done
for format in mycnf jdbc; do
    refuses "$format for MySQL, no such --ca-file" 3 "cannot read the roots in $home/none.pem" '' \
        token "${my[@]}" --format "$format" --ca-file "$home/none.pem"
done
refuses 'an empty --ca-file' 2 '--ca-file: the value is empty' '' token "${pg[@]}" --ca-file=
mkdir "$home/a,b"
cp "$home/my roots.pem" "$home/a,b/"
refuses 'jdbc for MySQL: a path that its URL cannot carry' 2 "--format jdbc: the path of the roots has a ','" '' \
    token "${my[@]}" --format jdbc --ca-file "$home/a,b/my roots.pem"
gives 'env: a path with a comma' token "${pg[@]}" --format env --ca-file "$home/a,b/my roots.pem"

for pair in "$proxy:amazon" "$instance:us-east-1" "$cluster:eu-central-1"; do
    gives "roots of ${pair%%.*}" token "${pair%:*}" --engine postgres -u app --format env
    like 'are those of its kind and region' "$(line PGSSLROOTCERT)" "^/.*/ca/${pair##*:}\\.pem\$"
    ok 'the file can be read' test -r "$(line PGSSLROOTCERT)"
done
gives 'roots of a global writer' token "$global:5432" -u app --region eu-west-2 --format env
like 'are those of the region that was given' "$(line PGSSLROOTCERT)" '/ca/eu-west-2\.pem$'
gov=shop.cluster-abc123xyz.us-gov-west-1.rds.amazonaws.com
gives 'GovCloud: a raw token needs no roots' token "$gov:5432" -u app
for format in export env url jdbc; do
    refuses "GovCloud, $format: its roots are not held" 3 'us-gov-west-1 are not built in' '--ca-file FILE' \
        token "$gov:5432" -u app --format "$format"
done
gives 'GovCloud with --ca-file' token "$gov:5432" -u app --format env --ca-file "$home/my roots.pem"

# A program without its data files says so.
mkdir "$tmp/bare"
cp "$RP_BUILD/rdspass" "$tmp/bare/"
rdspass=$tmp/bare/rdspass
refuses 'installed without the roots' 3 "cannot read the installed roots, $tmp/bare/ca/eu-central-1.pem" \
    'make install' token "${pg[@]}" --format env
gives 'which a raw token does without' token "${pg[@]}"
mkdir -p "$tmp/tree/bin" "$tmp/tree/share/rdspass"
cp "$RP_BUILD/rdspass" "$tmp/tree/bin/"
cp -R "$RP_BUILD/ca" "$tmp/tree/share/rdspass/"
rdspass=$tmp/tree/bin/rdspass
gives 'an installed tree' token "${pg[@]}" --format env
is 'has its roots beside bin' "$(line PGSSLROOTCERT)" "$tmp/tree/share/rdspass/ca/eu-central-1.pem"
mv "$tmp/tree" "$tmp/moved"
rdspass=$tmp/moved/bin/rdspass
gives 'a tree that was moved' token "${pg[@]}" --format env
is 'still has them' "$(line PGSSLROOTCERT)" "$tmp/moved/share/rdspass/ca/eu-central-1.pem"
ln -s "$tmp/moved/bin/rdspass" "$tmp/link"
rdspass=$tmp/link
gives 'a link to the program' token "${pg[@]}" --format env
is 'finds them, too' "$(line PGSSLROOTCERT)" "$tmp/moved/share/rdspass/ca/eu-central-1.pem"
fresh

# --- long ones --------------------------------------------------------------------

# A session token as AWS makes them: base64, so that '+' and '/' are encoded.
session_token() { repeat "$1" 'A' | sed 's|AAAAAAAAAA|AbC+/9xyz=|g'; }
for size in 2000 10000; do
    with AWS_SESSION_TOKEN="$(session_token $size)"
    gives "session token of $size characters, raw" token "${pg[@]}"
    is 'is in the token, encoded once' "$(parameter X-Amz-Security-Token)" "$(session_token $size)"
    for format in json export env pgpass url jdbc; do
        gives "session token of $size characters, $format" token "${pg[@]}" --format "$format"
    done
    gives "session token of $size characters, jdbc for MySQL" token "${my[@]}" --format jdbc
    without AWS_SESSION_TOKEN
done
with AWS_SESSION_TOKEN="$(session_token 2000)"
gives 'mycnf: a line that clients still read' token "${my[@]}" --format mycnf
with AWS_SESSION_TOKEN="$(session_token 10000)"
refuses 'mycnf: a line that they would cut' 3 'a line of [0-9]+ bytes does not fit into an option file' \
    'session token' token "${my[@]}" --format mycnf
refuses 'nor does it go into a file' 3 'does not fit into an option file' 'session token' \
    token "${my[@]}" --format mycnf -o "$tmp/my.cnf"
ok 'which is not made' test ! -e "$tmp/my.cnf"
# The longest line is 4094 bytes: one more character of the session token makes the difference.
with AWS_SESSION_TOKEN="$(repeat 100 A)"
try token "${my[@]}" --format mycnf
most=$((100 + 4094 - $(grep -a '^password=' "$tmp/out" | tr -d '\n' | wc -c)))
with AWS_SESSION_TOKEN="$(repeat $most A)"
gives "mycnf: a line of 4094 bytes" token "${my[@]}" --format mycnf
is 'it is that long' "$(grep '^password=' "$tmp/out" | tr -d '\n' | wc -c)" 4094
with AWS_SESSION_TOKEN="$(repeat $((most + 1)) A)"
refuses 'mycnf: a line of 4095 bytes' 3 'a line of 4095 bytes' 'session token' \
    token "${my[@]}" --format mycnf
fresh
with AWS_SESSION_TOKEN="$(repeat 16385 A)"
refuses 'a session token that is longer than any' 5 'the session token in the environment is too long' '' \
    token "${pg[@]}"
fresh

# 63 for the name, the hash label as long as a label may be, the longest region that there is.
host=$(repeat 63 a).cluster-$(repeat 55 b).ap-southeast-1.rds.amazonaws.com
for format in raw json export env pgpass url jdbc; do
    gives "longest labels, $format" token "$host:5432" -u "$(repeat 63 u)" --format "$format"
    like "longest labels, $format: whole" "$out" "$host"
done
for format in mycnf jdbc; do
    gives "longest labels, $format for MySQL" token "$host:3306" -u "$(repeat 63 u)" --format "$format"
    like "longest labels, $format for MySQL: whole" "$out" "$host"
done
refuses 'a label of 64' 3 'a label longer than 63 bytes' '.' \
    token "$(repeat 64 a).abc123xyz.eu-central-1.rds.amazonaws.com:5432" -u app

# --- Aurora DSQL ----------------------------------------------------------------------

gives 'DSQL, raw, no user' token "$dsql"
like 'DSQL: host without a port' "$out" "^$dsql/\\?Action=DbConnect&X-Amz-Algorithm="
unlike 'DSQL: no user in the token' "$out" 'DBUser'
like 'DSQL: its service' "$(parameter X-Amz-Credential)" '/us-east-2/dsql/aws4_request$'
gives 'DSQL, env' token "$dsql" -u admin --format env
is 'DSQL: user, port, database' "$(line PGUSER) $(line PGPORT) $(line PGDATABASE)" 'admin 5432 postgres'
like 'DSQL: the action of admin' "$(line PGPASSWORD)" 'Action=DbConnectAdmin&'
like 'DSQL: roots of Amazon' "$(line PGSSLROOTCERT)" '/ca/amazon\.pem$'
gives 'DSQL, another user' token "$dsql" -u app --format env -d shop
like 'DSQL: the action of others' "$(line PGPASSWORD)" 'Action=DbConnect&'
is 'DSQL: another database' "$(line PGDATABASE)" shop
gives 'DSQL, Admin is not admin' token "$dsql" -u Admin
like 'DSQL: names are exact' "$out" 'Action=DbConnect&'
for format in export env pgpass url jdbc; do
    refuses "DSQL, $format needs the user" 2 "--format $format needs the database user" 'add -u USER' \
        token "$dsql" --format "$format"
done
refuses 'DSQL, mycnf' 2 '--format mycnf is not for PostgreSQL' 'pgpass' token "$dsql" -u admin --format mycnf
gives 'DSQL, json' token "$dsql" --expires-in 604800 --format json
is 'DSQL: no user' "$(fields user engine port)" 'null postgres 5432'
is 'DSQL: a week' "$(parameter X-Amz-Expires "$(fields token)")" 604800
gives 'DSQL, one second' token "$dsql" --expires-in 1 --min-ttl 0
is 'DSQL: one second' "$(parameter X-Amz-Expires)" 1
refuses 'DSQL, dies before --min-ttl' 5 'the token would live for 30 seconds only' '' \
    token "$dsql" --expires-in 30
gives 'admin of an RDS database is a user as any' token "$cluster:5432" -u admin
like 'its action' "$out" 'Action=connect&DBUser=admin&'

# --- --unquote-user -------------------------------------------------------------------

unquoted() { # GIVEN WANTED
    try token "$cluster:5432" --unquote-user "--user=$1"
    is "--unquote-user $1" "$(parameter DBUser)" "$2"
}
unquoted app app
unquoted '"app"' app
unquoted '"Odd ""name"""' 'Odd "name"'
unquoted '"a" "b"' 'a" "b'
unquoted '"' '"'
unquoted '"half' '"half'
unquoted 'half"' 'half"'
unquoted '""""' '"'
refuses '--unquote-user: an empty name' 2 'no database user given' '-u USER' \
    token "$cluster:5432" --unquote-user -u '""'
gives 'without it quotes are part of the name' token "$cluster:5432" -u '"app"'
is 'as they stand' "$(parameter DBUser)" '"app"'
gives '--unquote-user in the other formats' token "$cluster:5432" --unquote-user -u '"a""b"' --format env
is 'there, too' "$(line PGUSER)" 'a"b'

done_testing
