#!/bin/bash
# The command line: spellings of options, targets, what beats what, errors of usage, help.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# --- every spelling of every option -------------------------------------------

# Two runs in the same second are the same token: json says everything but differs in time only.
asked() {
    try token --format json "$@"
    if [ "$status" -ne 0 ] || [ -s "$tmp/err" ]; then
        show_run
        printf 'failed'
        return
    fi
    fields host port user engine region
}

all="$cluster 6000 app mysql eu-central-1"
is 'long options' "$(asked --host "$cluster" --port 6000 --user app --engine mysql)" "$all"
is 'long options with =' "$(asked --host="$cluster" --port=6000 --user=app --engine=mysql)" "$all"
is 'the names of the AWS CLI' \
    "$(asked --hostname "$cluster" --port 6000 --username app --engine mysql)" "$all"
is "mysql's letters" "$(asked -h "$cluster" -P 6000 -u app --engine mysql)" "$all"
is "psql's letters" "$(asked -h "$cluster" -p 6000 -U app --engine mysql)" "$all"
is 'letters with the value attached' "$(asked "-h$cluster" -P6000 -uapp --engine mysql)" "$all"
is 'options behind the target' "$(asked "$cluster:6000" -u app --engine mysql)" "$all"
is 'options around the target' "$(asked -u app "$cluster:6000" --engine mysql)" "$all"
is 'the last of several counts' "$(asked -h "$instance" -h "$cluster" -P 1 -P 6000 -u root -u app \
    --engine postgres --engine mysql)" "$all"
is '-- ends the options' "$(asked -u app --engine mysql -- "$cluster:6000")" "$all"

for option in -D -d --database --dbname; do
    gives "$option" token -h "$cluster" -u app --engine postgres --format env $option shop
    like "$option is the database" "$out" '^PGDATABASE=shop$'
done
gives '--database=' token -h "$cluster" -u app --engine postgres --format env --database=shop
like '--database= is the database' "$out" '^PGDATABASE=shop$'
gives 'DATABASE behind TARGET' token "$cluster:5432" shop -u app --format env
like 'DATABASE is the database' "$out" '^PGDATABASE=shop$'

gives '--region' token "$cluster:5432" -u app --region eu-central-1
gives '--region=' token "$cluster:5432" -u app --region=eu-central-1
gives '-n' token "$cluster:5432" -u app -n
is '-n leaves out the newline' "$(tail -c 1 "$tmp/out" | tr -d '0-9a-f')" ''
is '-n: as many bytes as characters of the token' "$(wc -c <"$tmp/out")" "${#out}"
gives '--no-newline' token "$cluster:5432" -u app --no-newline
is '--no-newline is the same' "$(wc -c <"$tmp/out")" "${#out}"
gives 'without -n' token "$cluster:5432" -u app
is 'a newline ends the token' "$(wc -c <"$tmp/out")" $((${#out} + 1))
for option in -o --out; do
    try token "$cluster:5432" -u app $option "$tmp/token"
    is "$option: nothing on standard output" "$status $out$err" '0 '
    like "$option: the token is in the file" "$(cat "$tmp/token")" "^$cluster:5432/"
    rm -f "$tmp/token"
done
try token "$cluster:5432" -u app "-o$tmp/token"
is '-oFILE' "$status $out$err $(wc -l <"$tmp/token")" '0  1'
rm -f "$tmp/token"
gives '--min-ttl' token "$cluster:5432" -u app --min-ttl 900
gives '--via' token "$cluster:5432" -u app --via 127.0.0.1:6000
gives '--ca-file' token "$cluster:5432" -u app --ca-file /dev/null

# --- -q and -v ------------------------------------------------------------------

warns 'another region than the endpoint: a warning' \
    "$cluster is in eu-central-1, but the token is signed for us-west-2, as --region says" \
    token "$cluster:5432" -u app --region us-west-2
for option in -q --quiet; do
    gives "$option silences warnings" token "$cluster:5432" -u app --region us-west-2 $option
done
refuses '-q does not silence errors' 2 'no host was given' 'name the endpoint' token -q
for option in -v --verbose -vvv; do
    try token "$cluster:5432" -u app $option
    is "$option: the token alone on standard output" "$status $(wc -l <"$tmp/out")" '0 1'
    like "$option tells the region and its source" "$err" "region eu-central-1, from the endpoint"
    like "$option tells who signs" "$err" "$key_id"
    unlike "$option: each line is of rdspass" "$(grep -v '^rdspass: ' "$tmp/err")" .
done
try token "$cluster:5432" -u app -qv --region us-west-2
like 'letters of flags go together: -qv' "$err" 'region us-west-2, from --region'
unlike '-qv: no warnings' "$err" 'warning'

# --- errors of usage --------------------------------------------------------------

refuses 'no command' 2 'no command given' 'rdspass help lists'
refuses 'unknown command' 2 'unknown command "tokne"' 'rdspass help lists' tokne
refuses 'unknown command with control characters' 2 'unknown command "a\\x1b\[31mb"' \
    'rdspass help lists' $'a\e[31mb'
refuses 'empty command' 2 'unknown command ""' 'rdspass help lists' ''
refuses 'help of an unknown command' 2 'unknown command "tokne"' 'rdspass help lists' help tokne
refuses 'unknown long option' 2 'unknown option --hots' 'rdspass token --help lists' \
    token --hots "$cluster"
refuses 'unknown long option: its value is not quoted' 2 'unknown option --password$' \
    'rdspass token --help lists' token --password=CANARY
refuses 'an option of another command' 2 'unknown option --min-ttl' 'rdspass whoami --help lists' \
    whoami --min-ttl 3
refuses 'long options are not abbreviated' 2 'unknown option --hos' 'rdspass token --help lists' \
    token --hos "$cluster"
refuses 'unknown letter' 2 'unknown option -X' 'rdspass token --help lists' token -X
refuses 'unknown letter behind known ones' 2 'unknown option -X' 'rdspass token --help lists' \
    token -qX
refuses 'a letter that is no ASCII' 2 'unknown option -(\\x[0-9a-f]{2}|é)+$' \
    'rdspass token --help lists' token -é
refuses 'a flag with a value' 2 '--quiet takes no value' '' token --quiet=yes
refuses 'no value at the end' 2 '-h needs a value' '' token -h
refuses 'no value before an option' 2 '--host needs a value' '' token --host --port 3306
refuses 'an empty value' 2 '--user: the value is empty' '' token "$cluster:5432" --user=
refuses 'an empty value of its own' 2 '--host: the value is empty' '' token -h ''
refuses "bare -p at the end, as mysql's users type it" 2 '-p needs a value' \
    '-p is the port here; no password is needed' token -h "$cluster" -u app -p
refuses 'bare -p before an option' 2 '-p needs a value' \
    '-p is the port here; no password is needed' token -p -h "$cluster" -u app
refuses 'bare -P' 2 '-P needs a value' '' token -h "$cluster" -u app -P
refuses 'a password behind -p' 2 'a port is a number from 1 to 65535' \
    '-p is the port here; no password is needed' token -h "$cluster" -u app -pCANARY
unlike 'and it is not quoted' "$err" 'CANARY'
for port in 0 65536 99999999999999999999 -1 0x50 3306x ' 3306' +3306 ''; do
    refuses "port '$port'" 2 '--port|-P' '' token -h "$cluster" -u app "--port=$port"
done
refuses 'unknown engine' 2 '--engine: "oracle" is not known' 'it is one of: mysql postgres' \
    token "$cluster" -u app --engine oracle
refuses 'unknown format' 2 '--format: "yaml" is not known' \
    'it is one of: raw json export env pgpass mycnf url jdbc' \
    token "$cluster:5432" -u app --format yaml
refuses 'unknown format of whoami' 2 '--format: "raw" is not known' 'it is one of: text json' \
    whoami --format raw
refuses 'too many arguments' 2 'too many arguments: "extra"' '' token "$cluster" shop extra -u app
refuses 'far too many arguments' 2 'too many arguments' '' token 1 2 3 4 5 6 7 8 9 10 11
refuses 'whoami takes a target at most' 2 'too many arguments: "me"' '' whoami it me
refuses 'whoami and a target that is none' 3 '"me" is neither a section' 'sections are read' whoami me
refuses 'no host' 2 'no host was given' 'name the endpoint' token -u app
refuses 'no user' 2 'no database user given' 'add -u USER' token "$cluster:5432"
refuses 'neither port nor engine' 2 "neither the port of $cluster nor its engine is known" \
    'add --engine mysql or --engine postgres, or the port with -P' token "$cluster" -u app
refuses 'format that differs, engine unknown' 2 '--format env differs by engine' \
    'add --engine mysql or --engine postgres' token "$cluster:6000" -u app --format env
# Before anybody is asked for credentials, a person for a code of MFA among them.
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
with AWS_EC2_METADATA_DISABLED=true
refuses 'no credentials, and no user' 2 'no database user given' '-u USER' token "$cluster:5432"
refuses 'no credentials, and no engine' 2 '--format env differs by engine' '--engine' \
    token "$cluster:6000" -u app --format env
refuses 'no credentials, and --admin elsewhere' 2 '--admin is for Aurora DSQL' '' \
    token --admin "$cluster:5432" -u app
refuses 'no credentials, and a format of the other engine' 2 '--format mycnf is not for PostgreSQL' \
    'pgpass' token "$cluster:5432" -u app --format mycnf
refuses 'no credentials, and one that cannot follow --via' 2 '--format jdbc cannot dial another' \
    'rdspass exec' token "$cluster:3306" -u app --format jdbc --via localhost:9
refuses 'no credentials, and no file of roots' 3 "$home/none" '' \
    token "$cluster:3306" -u app --format mycnf --ca-file "$home/none"
refuses 'no credentials, and all else right' 4 'no AWS credentials found' '?' \
    token "$cluster:3306" -u app --format mycnf
with AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret"
without AWS_EC2_METADATA_DISABLED
refuses '-n with another format' 2 '-n goes with --format raw' '' \
    token "$cluster:5432" -u app -n --format env
refuses '--client with another format' 2 '--client goes with --format mycnf' '' \
    token "$cluster:5432" -u app --client mysql
refuses 'unknown client' 2 '--client: "psql" is not known' 'it is one of: mariadb mysql' \
    token "$cluster:3306" -u app --format mycnf --client psql
for number in abc -1 1.5 604801 '' 1s; do
    refuses "--min-ttl '$number'" 2 "--min-ttl: \"$number\" is not a number from 0 to 604800" '' \
        token "$cluster:5432" -u app "--min-ttl=$number"
done
refuses 'a port with the host' 2 '--host: the name of an endpoint stands alone here' \
    'give the port by itself' token -h "$cluster:5432" -u app
refuses 'a URL with --host' 2 '--host: the value is not the name of an endpoint alone' \
    'a URL is given as the target' token -h "postgres://$cluster" -u app
refuses 'a user that is not UTF-8' 2 '--user: the value is not UTF-8' '' \
    token "$cluster:5432" -u $'\xff\xfe'
refuses 'a user with a line break' 2 '--user: the value has a control character' '' \
    token "$cluster:5432" -u $'a\nb'
refuses 'a user of 256 characters' 2 '--user: the value is longer than 255 bytes' '' \
    token "$cluster:5432" -u "$(repeat 256 x)"
refuses 'ca without an action' 2 'ca wants list, print, path, check or fetch' '' ca
refuses 'ca with an unknown action' 2 'ca wants list, print, path, check or fetch' '' ca show
refuses 'ca with too much' 2 'too many arguments: "more"' '' ca list global more

# --- endpoints for which there is no token ---------------------------------------

refuses 'IPv4 address' 3 '"10.0.0.1" is an IP address' '-h ENDPOINT --via 10.0.0.1:PORT' \
    token -h 10.0.0.1 -u app -P 5432
refuses 'IPv6 address' 3 '"::1" is an IP address' '-h ENDPOINT --via \[::1\]:PORT' \
    token -h ::1 -u app -P 5432
refuses 'localhost' 3 '"localhost" is this machine' '-h ENDPOINT --via localhost:PORT' \
    token -h localhost -u app -P 5432
refuses 'an alias' 3 '"db.example.com" is not a name that AWS gave' 'for an alias or a tunnel' \
    token -h db.example.com -u app -P 5432
refuses 'a name that looks like it' 3 'is not a name that AWS gave' 'for an alias or a tunnel' \
    token -h "$cluster.example.com" -u app -P 5432
refuses 'custom endpoint' 3 'is a custom endpoint' "-h CLUSTER-ENDPOINT --via $custom:PORT" \
    token -h "$custom" -u app -P 5432
refuses 'global writer without region' 3 'is a global writer endpoint' 'add --region REGION' \
    token -h "$global" -u app -P 5432
refuses 'Redshift' 3 'is Amazon Redshift' 'redshift' \
    token -h wg.abc123xyz.eu-central-1.redshift.amazonaws.com -u app -P 5439
refuses 'a word' 3 '"prod" is neither a section of the config file nor an endpoint' \
    "$home/.config/rdspass/config" token prod -u app
refuses 'no region by that name' 3 '"nowhere" \(--region\) is not the name of a region' '' \
    token "$cluster:5432" -u app --region nowhere
gives 'global writer with a region' token -h "$global" -u app -P 5432 --region eu-west-2
like 'it is signed for that region' "$(parameter X-Amz-Credential)" '/eu-west-2/rds-db/'
gives 'a proxy' token -h "$proxy" -u app -P 3306
is 'upper case and a dot at the end' \
    "$(asked -h "${cluster^^}." -P 6000 -u app --engine mysql)" "$all"

# --- forms of TARGET -----------------------------------------------------------------

asked_target() {
    try token --format json "$@"
    [ "$status" -eq 0 ] || show_run
    fields host port user engine
}
is 'HOST' "$(asked_target "$cluster" -u app --engine mysql)" "$cluster 3306 app mysql"
is 'HOST:PORT tells the engine' "$(asked_target "$cluster:5432" -u app)" \
    "$cluster 5432 app postgres"
is 'mysql://' "$(asked_target "mysql://$cluster" -u app)" "$cluster 3306 app mysql"
is 'mysql://USER@HOST:PORT/DB' "$(asked_target "mysql://app@$cluster:3307/shop")" \
    "$cluster 3307 app mysql"
is 'postgres://USER@HOST' "$(asked_target "postgres://app@$cluster")" \
    "$cluster 5432 app postgres"
is 'postgresql://' "$(asked_target "postgresql://app@$cluster:6432/")" \
    "$cluster 6432 app postgres"
is 'a port of the other engine yields to the scheme' \
    "$(asked_target "postgres://app@$cluster:3306")" "$cluster 3306 app postgres"
is 'a user with percent signs' "$(asked_target "postgres://a%40b%20c@$cluster")" \
    "$cluster 5432 a@b c postgres"
gives 'the database of a URL' token "postgres://app@$cluster/sh%2Fop" --format env
like 'is decoded' "$out" '^PGDATABASE=sh/op$'
is 'DSQL: engine, port and database are known' "$(asked_target "$dsql")" \
    "$dsql 5432 null postgres"
refuses 'a password in a URL' 2 'the URL holds a password' 'leave it out' \
    token "postgres://app:CANARY@$cluster"
unlike 'and it is not quoted' "$err" CANARY
refuses 'another scheme' 2 'a URL with the scheme "oracle" names no database' 'mysql://' token "oracle://app@$cluster"
refuses 'a JDBC URL' 2 '' 'mysql://|postgres' token "jdbc:mysql://$cluster/shop" -u app
refuses 'a bad escape in a URL' 2 "has a '%' without two hexadecimal digits" '%25' \
    token "mysql://a%zz@$cluster"
refuses 'an empty target' 2 '' '' token '' -u app
refuses 'a port that is none in the target' 2 '' '' token "$cluster:port" -u app
refuses 'no port behind the colon' 2 '' '' token "$cluster:" -u app

# --- sections of the config file ---------------------------------------------------

mkdir -p "$home/.config/rdspass"
config=$home/.config/rdspass/config
cat >"$config" <<END
[defaults]
user = general
region = us-west-1

[prod]
host = $cluster
port = 6000
user = section
engine = postgres
database = orders

[tunnel]
hostname = $instance
username = tunnelled
engine = mysql
via = 127.0.0.1:13306

[$cluster]
host = $instance
engine = mysql

[bare]
user = nobody
END
is 'a section' "$(asked prod)" "$cluster 6000 section postgres eu-central-1"
gives 'a section: the database' token prod --format env
like 'it is in the environment' "$out" '^PGDATABASE=orders$'
is 'other names of keys' "$(asked tunnel)" "$instance 3306 tunnelled mysql us-east-1"
is '-h beats a target that is a host' "$(asked -h "$cluster" "$instance:6000" -u app --engine mysql)" \
    "$all"
is "a target that equals a section's name is that section" "$(asked "$cluster")" \
    "$instance 3306 general mysql us-east-1"
refuses 'a section without a host' 3 'the section "bare" names no host' 'name the endpoint' \
    token bare
refuses 'an unknown section' 3 '"prdo" is neither a section' "$config" token prdo
gives '-h with a section' token -h "$instance" prod --format json
is '-h beats its host' "$(fields host)" "$instance"

# --- what beats what ----------------------------------------------------------------

# Each setting: option, section, environment, [defaults], one taken away after the other.
cat >"$config" <<END
[defaults]
user = of-defaults
port = 5004
database = of_defaults
region = ap-south-1
via = 127.0.0.4:4
[s]
host = $global
user = of-section
port = 5002
database = of_section
region = eu-west-2
engine = postgres
via = 127.0.0.2:2
[empty]
host = $global
engine = postgres
END
with RDSPASS_USER=of-environment RDSPASS_PORT=5003 RDSPASS_DATABASE=of_environment \
    RDSPASS_REGION=eu-west-3 RDSPASS_VIA=127.0.0.3:3
summary() {
    try token --format env "$@"
    if [ "$status" -ne 0 ]; then
        show_run
        return
    fi
    # The signed port is in the token; the dialled one is PGPORT.
    printf '%s %s %s %s %s' "$(sed -n 's/^PGUSER=//p' <<<"$out")" \
        "$(sed -n 's/^PGPASSWORD=[^:]*:\([0-9]*\).*/\1/p' <<<"$out")" \
        "$(sed -n 's/^PGDATABASE=//p' <<<"$out")" \
        "$(sed -n 's/.*%2F\([a-z]*-[a-z]*-[0-9]\)%2Frds-db.*/\1/p' <<<"$out")" \
        "$(sed -n 's/^PGHOSTADDR=//p' <<<"$out")"
}
is 'options first' \
    "$(summary s -u of-option -P 5001 -D of_option --region eu-west-1 --via 127.0.0.1:1)" \
    'of-option 5001 of_option eu-west-1 127.0.0.1'
is 'then the section' "$(summary s)" 'of-section 5002 of_section eu-west-2 127.0.0.2'
is 'then the environment (of the region: the global writer takes none from there)' \
    "$(summary empty --region eu-west-1)" \
    'of-environment 5003 of_environment eu-west-1 127.0.0.3'
without RDSPASS_USER RDSPASS_PORT RDSPASS_DATABASE RDSPASS_REGION RDSPASS_VIA
is 'then [defaults]' "$(summary empty --region eu-west-1)" \
    'of-defaults 5004 of_defaults eu-west-1 127.0.0.4'
is 'a URL beats the environment and [defaults]' \
    "$(with RDSPASS_USER=of-environment RDSPASS_DATABASE=of_environment RDSPASS_PORT=5003
       summary "postgres://of-url@$global:5005/of_url" --region eu-west-1)" \
    'of-url 5005 of_url eu-west-1 127.0.0.4'
is 'an option beats a URL' \
    "$(summary "postgres://of-url@$global:5005/of_url" --region eu-west-1 -u of-option -P 5001 \
        -D of_option)" 'of-option 5001 of_option eu-west-1 127.0.0.4'
is '-D beats DATABASE' "$(summary s of_argument -D of_option)" \
    'of-section 5002 of_option eu-west-2 127.0.0.2'
is 'DATABASE beats the section' "$(summary s of_argument)" \
    'of-section 5002 of_argument eu-west-2 127.0.0.2'
is 'an empty variable is none' \
    "$(with RDSPASS_USER= RDSPASS_DATABASE= RDSPASS_PORT= RDSPASS_VIA=
       summary empty --region eu-west-1)" 'of-defaults 5004 of_defaults eu-west-1 127.0.0.4'
rm "$config"

with RDSPASS_HOST="$cluster" RDSPASS_ENGINE=mysql RDSPASS_USER=app
is 'all of it from the environment' "$(asked)" "$cluster 3306 app mysql eu-central-1"
is 'host and engine: options beat it' "$(asked -h "$instance" --engine postgres)" \
    "$instance 5432 app postgres us-east-1"
is 'engine: the scheme beats it' "$(asked "postgres://$instance")" \
    "$instance 5432 app postgres us-east-1"
with RDSPASS_PORT=http
refuses 'a bad port in the environment' 3 'RDSPASS_PORT: a port is a number from 1 to 65535' '' \
    token
without RDSPASS_PORT
with RDSPASS_ENGINE=oracle
refuses 'a bad engine in the environment' 3 'RDSPASS_ENGINE: "oracle" is neither mysql nor postgres' \
    '' token
without RDSPASS_ENGINE
with RDSPASS_ENGINE=mysql RDSPASS_VIA=nowhere
refuses 'a bad --via in the environment' 3 'RDSPASS_VIA: neither HOST:PORT nor the path' \
    '127.0.0.1:3306' token
fresh

# --- libpq's variables, where the engine is known ------------------------------------

with PGHOST="$cluster" PGPORT=6000 PGUSER=pguser PGDATABASE=pgdatabase
refuses 'engine unknown: PGHOST does not count' 2 'no host was given' 'name the endpoint' token
is 'engine known: they count' "$(summary --engine postgres)" \
    'pguser 6000 pgdatabase eu-central-1 '
is 'engine known by the port' "$(summary "$cluster:5432" -u app)" \
    'app 5432 pgdatabase eu-central-1 '
refuses 'another engine: PGUSER does not count' 2 'no database user given' 'add -u USER' \
    token "$cluster" --engine mysql
is 'RDSPASS_… beat them' "$(with RDSPASS_USER=app RDSPASS_PORT=7000 RDSPASS_DATABASE=shop
    summary --engine postgres)" 'app 7000 shop eu-central-1 '
is 'DSQL is postgres' "$(summary "$dsql")" 'pguser  pgdatabase  '
without PGHOST
with PGHOST=/var/run/postgresql
refuses 'PGHOST that is a directory does not count' 2 'no host was given' 'name the endpoint' \
    token --engine postgres
fresh

# --- command lines of the AWS CLI ------------------------------------------------------

gives 'aws rds generate-db-auth-token' \
    token --hostname "$instance" --port 3306 --username app --region us-east-1
like 'its token' "$out" "^$instance:3306/\\?Action=connect&DBUser=app&"
mkdir -p "$home/.aws"
printf '[p]\naws_access_key_id=AKIAI44QH8DHBEXAMPLE\naws_secret_access_key=je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n' \
    >"$home/.aws/credentials"
gives 'aws rds generate-db-auth-token with --profile' \
    token --hostname "$instance" --port 3306 --username app --region us-east-1 --profile p
like 'signed by the profile' "$(parameter X-Amz-Credential)" '^AKIAI44QH8DHBEXAMPLE/'
gives 'aws dsql generate-db-connect-auth-token' \
    token --hostname "$dsql" --expires-in 3600 --region us-east-2
like 'its token' "$out" "^$dsql/\\?Action=DbConnect&"
is 'its life' "$(parameter X-Amz-Expires)" 3600
gives 'aws dsql generate-db-connect-admin-auth-token' \
    token --admin --hostname "$dsql" --expires-in 3600 --region us-east-2
like 'its token' "$out" "^$dsql/\\?Action=DbConnectAdmin&"
gives 'the user admin is one, too' token "$dsql" -u admin
like 'its token' "$out" "^$dsql/\\?Action=DbConnectAdmin&"
gives '--admin names the user, too' token "$dsql" --admin --format env
like 'in the formats that have one' "$out" '^PGUSER=admin$'
refuses '--admin and another user' 2 '--admin is for the user admin, not for app' 'leave out one' \
    token --admin "$dsql" -u app
refuses '--admin elsewhere' 2 '--admin is for Aurora DSQL' '' token --admin "$cluster:5432" -u app
refuses '--expires-in elsewhere' 2 '--expires-in is for Aurora DSQL' '' \
    token --expires-in 60 "$cluster:5432" -u app
gives '--expires-in 900 is what it is anyway' token --expires-in 900 "$cluster:5432" -u app
refuses '--expires-in of 0' 2 '--expires-in: a token lives for one second at least' '' \
    token "$dsql" --expires-in 0
refuses '--expires-in of more than a week' 2 '--expires-in: "604801" is not a number' '' \
    token "$dsql" --expires-in 604801
refuses 'DSQL has one engine' 2 'speaks postgres only' '' token "$dsql" --engine mysql

# --- help, version, ca ---------------------------------------------------------------

for words in help --help '-?'; do
    gives "rdspass $words" "$words"
    like "rdspass $words names the commands" "$out" '^  token  '
done
for words in 'help token' 'token --help' 'token -?' 'token -h x --help'; do
    # shellcheck disable=SC2086
    gives "rdspass $words" $words
    like "rdspass $words names the options" "$out" '^  -P, -p, --port PORT  '
done
for words in help 'help exec' 'help token' 'help whoami' 'help ca'; do
    # shellcheck disable=SC2086
    gives "rdspass $words" $words
    unlike "rdspass $words: no line is wider than 80" "$out" '.{81}'
done
gives '--version' --version
like '--version tells it' "$out" '^rdspass [0-9]+\.[0-9]+\.[0-9]+$'
version=$out
gives 'token --version' token --version
is 'token --version is the same' "$out" "$version"
gives 'ca list' ca list
like 'ca list: one a line' "$(head -n 1 "$tmp/out")" '^af-south-1 +EC P-384 '
gives 'ca list of a region' ca list eu-central-1
is 'ca list of a region: its three, and the five of Amazon' "$(wc -l <"$tmp/out")" \
    $((3 + $(env -i "$rdspass" ca list amazon | wc -l)))
gives 'ca list --format json' ca list --format json amazon
like 'its fields' "$(fields roots.0.sha256)" '^[0-9a-f]{64}$'
gives 'ca path' ca path eu-central-1
ok 'the file is there' test -r "$out"
like 'the path is absolute' "$out" '^/.*/eu-central-1\.pem$'
gives 'ca path of an endpoint' ca path "$cluster"
like 'it is that of its region' "$out" '/eu-central-1\.pem$'
gives 'ca path of DSQL' ca path "$dsql"
like 'it is that of Amazon' "$out" '/amazon\.pem$'
gives 'ca print' ca print amazon
is 'ca print: each is complete' "$(grep -c '^-----BEGIN CERTIFICATE' "$tmp/out")" \
    "$(grep -c '^-----END CERTIFICATE' "$tmp/out")"
refuses 'ca of an unknown region' 3 'roots of RDS in us-gov-west-1|certificates of RDS in us-gov-west-1' \
    'rdspass ca fetch aws-us-gov -o FILE' ca path us-gov-west-1
refuses 'ca of a word' 3 'there are no roots called "everywhere"' 'name a region' ca list everywhere

# What `--format export --via` leaves in a shell does not lead the next token astray.
fresh
with PGHOST="$cluster" PGHOSTADDR=127.0.0.1 PGPORT=15432 PGUSER=app
gives 'after a tunnel: a token' token "postgres://app@$cluster"
like '  for the port of the endpoint' "$out" "^$cluster:5432/"
gives 'again through the tunnel' token "postgres://app@$cluster" --via 127.0.0.1:15432
like '  the same' "$out" "^$cluster:5432/"
without PGHOSTADDR
gives 'after a direct login' token "postgres://app@$cluster"
like '  PGPORT counts' "$out" "^$cluster:15432/"

# Where an option or an argument does not belong.
fresh
refuses 'an option before the command' 2 'the command comes before its options' 'COMMAND \[OPTIONS\]' \
    -q token "$cluster:5432" -u app
refuses 'two dashes before the command' 2 'the command comes before its options' '.' -- whoami
refuses 'help of two' 2 'too many arguments: "x"' '' help token x
refuses '-o -' 2 '-o wants the name of a file' '' token "$cluster:5432" -u app -o -
refuses 'roots that are a directory' 3 '/tmp is a directory' '' token "$cluster:5432" -u app \
    --ca-file /tmp --format env
with RDSPASS_CONFIG=/tmp
refuses 'a config file that is a directory' 3 '/tmp is a directory' '' token "$cluster:5432" -u app

done_testing
