#!/bin/bash
# What is printed for other programs: the exact shape of every format for both engines, with names
# and tokens that want escaping, and what each format refuses.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ca=$(env -i "${variables[@]}" "$rdspass" ca path eu-central-1)
ok 'the roots are those beside the program' test "$ca" -ef "$RP_BUILD/ca/eu-central-1.pem"
pg=("$cluster:5432" -u app)
my=("$cluster:3306" -u app)

# The token in a text, made anonymous, so that the rest can be compared.
token_re="$cluster:[0-9]+/\\?Action=connect&DBUser=[A-Za-z0-9%._~-]+&X-Amz-[A-Za-z0-9=&%._~-]+"
anonymous() {
    sed -E "s|$token_re|TOKEN|"
}
encoded_re='shop[A-Za-z0-9.-]+%3A[0-9]+%2F%3FAction%3Dconnect[A-Za-z0-9%._~-]+'
anonymous_encoded() {
    sed -E "s|$encoded_re|TOKEN|"
}

# --- exact shapes ---------------------------------------------------------------

gives 'raw' token "${pg[@]}"
is 'raw: the token' "$(anonymous <"$tmp/out")" TOKEN
order="Action=connect&DBUser=app&X-Amz-Algorithm=AWS4-HMAC-SHA256"
order="$order&X-Amz-Credential=$key_id%2F[0-9]{8}%2Feu-central-1%2Frds-db%2Faws4_request"
order="$order&X-Amz-Date=[0-9]{8}T[0-9]{6}Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
like 'raw: its order is the canonical one' "$out" \
    "^$cluster:5432/\\?$order&X-Amz-Signature=[0-9a-f]{64}\$"

gives 'json' token "${pg[@]}" --format json
is 'json: its members' "$($python -c '
import json, sys
def names(part, at=""):
    for name, value in part.items():
        yield at + name
        if isinstance(value, dict):
            yield from names(value, at + name + ".")
print(*names(json.load(open(sys.argv[1]))))' "$tmp/out")" "token expires_at engine host port user \
region region_source credentials credentials.source credentials.access_key_id credentials.expires_at"
is 'json: their values' "$(fields engine host port user region region_source credentials.source \
    credentials.access_key_id credentials.expires_at)" \
    "postgres $cluster 5432 app eu-central-1 the endpoint's name env $key_id null"
is 'json: the token' "$(fields token | anonymous)" TOKEN
like 'json: its end' "$(fields expires_at)" '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$'
gives 'json, engine unknown' token "$cluster:6000" -u app --format json
is 'json: engine null' "$(fields engine port)" 'null 6000'
gives 'json, MySQL' token "${my[@]}" --format json
is 'json: engine mysql' "$(fields engine port)" 'mysql 3306'

gives 'env' token "${pg[@]}" --format env -d shop
is 'env: its lines' "$(anonymous <"$tmp/out")" "PGHOST=$cluster
PGPORT=5432
PGUSER=app
PGPASSWORD=TOKEN
PGSSLMODE=verify-full
PGSSLROOTCERT=$ca
PGDATABASE=shop"
gives 'env without database' token "${pg[@]}" --format env
unlike 'env: no PGDATABASE' "$out" PGDATABASE

gives 'export' token "${pg[@]}" --format export -d shop
is 'export: its lines' "$(anonymous <"$tmp/out")" "unset PGSERVICE PGHOSTADDR
export PGHOST='$cluster'
export PGPORT='5432'
export PGUSER='app'
export PGPASSWORD='TOKEN'
export PGSSLMODE='verify-full'
export PGSSLROOTCERT='$ca'
export PGDATABASE='shop'"

gives 'pgpass' token "${pg[@]}" --format pgpass -d shop
is 'pgpass: its line' "$(sed -E 's|Action.*|…|' <<<"$out")" "$cluster:5432:*:app:$cluster\\:5432/?…"

gives 'url' token "${pg[@]}" --format url -d shop
is 'url: its line' "$(anonymous_encoded <"$tmp/out")" \
    "postgresql://app:TOKEN@$cluster:5432/shop?sslmode=verify-full&sslrootcert=${ca//\//%2F}"

gives 'jdbc, PostgreSQL' token "${pg[@]}" --format jdbc -d shop
is 'jdbc: its line' "$(anonymous_encoded <"$tmp/out")" \
    "jdbc:postgresql://$cluster:5432/shop?user=app&password=TOKEN&sslmode=verify-full&sslrootcert=${ca//\//%2F}"

gives 'jdbc, MySQL' token "${my[@]}" --format jdbc -d shop
is 'jdbc: its lines' "$(anonymous <"$tmp/out")" \
    "jdbc:mariadb://$cluster:3306/shop?useSsl=true&sslMode=verify-full&serverSslCert=$ca
user=app
password=TOKEN"

mycnf_start="[client]
host=\"$cluster\"
port=3306
user=\"app\"
password=\"TOKEN\"
ssl-ca=\"$ca\""
gives 'mycnf' token "${my[@]}" --format mycnf -D shop
is 'mycnf: its lines' "$(anonymous <"$tmp/out")" "$mycnf_start
loose-ssl-verify-server-cert
loose-ssl-mode=VERIFY_IDENTITY
loose-enable-cleartext-plugin
[mysql]
database=\"shop\""
gives 'mycnf for MariaDB' token "${my[@]}" --format mycnf --client mariadb
is 'mycnf: what MariaDB knows' "$(anonymous <"$tmp/out")" "$mycnf_start
ssl-verify-server-cert"
gives 'mycnf for Oracle' token "${my[@]}" --format mycnf --client mysql
is "mycnf: what Oracle's client knows" "$(anonymous <"$tmp/out")" "$mycnf_start
ssl-mode=VERIFY_IDENTITY
enable-cleartext-plugin"

# --- other engine -----------------------------------------------------------------

for format in export env; do
    refuses "$format is not for MySQL" 2 "--format $format is not for MySQL" 'mycnf' \
        token "${my[@]}" --format "$format"
done
for format in pgpass url; do
    refuses "$format is not for MySQL" 2 "--format $format is not for MySQL" 'mycnf' \
        token "${my[@]}" --format "$format"
done
refuses 'mycnf is not for PostgreSQL' 2 '--format mycnf is not for PostgreSQL' 'pgpass' \
    token "${pg[@]}" --format mycnf
for format in export env pgpass mycnf url jdbc; do
    refuses "$format needs the engine" 2 "--format $format differs by engine" '--engine' \
        token "$cluster:6000" -u app --format "$format"
done

# --- odd users and databases --------------------------------------------------------

# What is wrong with the files $tmp/forms/FORMAT, each read as its readers do: nothing where they
# bring back this user and this database.
read_back() { # USER DATABASE
    $python - "$tmp/forms" "$@" <<'END'
import json
import os
import re
import subprocess
import sys
import urllib.parse

folder, wanted_user, wanted_database = sys.argv[1:]


def of_variables(found):
    return [found.get(n) for n in ("PGUSER", "PGPASSWORD", "PGDATABASE", "PGHOST", "PGPORT",
                                   "PGSSLROOTCERT", "PGSSLMODE")]


def of_url(url):
    parts = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(parts.query, strict_parsing=True))
    un = urllib.parse.unquote
    return [un(parts.username) if parts.username else query["user"],
            un(parts.password) if parts.password else query["password"],
            un(parts.path[1:]) or None, parts.hostname, str(parts.port), query["sslrootcert"],
            query["sslmode"]]


def of_env():
    # As docker reads it: what follows the first '=' is the value as it stands.
    return of_variables(dict(line.split("=", 1) for line in text.rstrip("\n").split("\n")))


def of_export():
    got = subprocess.run(["sh", "-euc", text + "\nexec env -0"], capture_output=True, check=True,
                         env={"PATH": "/usr/bin:/bin", "PGHOSTADDR": "192.0.2.1"}).stdout
    found = dict(v.decode().split("=", 1) for v in got.split(b"\0") if v)
    assert found.get("PGHOSTADDR") != "192.0.2.1", "a former PGHOSTADDR is still there"
    return of_variables(found)


def of_pgpass():
    # libpq: fields end at an unescaped ':'; '\' takes the next character as it is.
    fields = re.findall(r"((?:[^:\\\n]|\\.)*)(?:[:\n])", text)
    raw = list(fields)
    host, port, database, user, password = (re.sub(r"\\(.)", r"\1", f) for f in fields)
    assert raw[2] == "*" and raw[3] != "*", "the user would be any"
    return [user, password, None, host, port, None, None]


def of_mycnf():
    # Both clients: inside quotes, these escapes stand for themselves, others for control characters.
    found = {}
    for line in text.rstrip("\n").split("\n"):
        assert len(line.encode()) < 4095
        name, _, value = line.partition("=")
        if value.startswith('"'):
            assert value.endswith('"') and len(value) > 1
            value = re.sub(r'\\(["\\])', r"\1", value[1:-1])
        found[name.removeprefix("loose-")] = value
    assert "ssl-verify-server-cert" in found and "enable-cleartext-plugin" in found
    return [found["user"], found["password"], found.get("database"), found["host"], found["port"],
            found["ssl-ca"], found["ssl-mode"]]


def of_jdbc():
    if text.startswith("jdbc:postgresql:"):
        return of_url(text.rstrip("\n").removeprefix("jdbc:"))
    url, user, password = text.rstrip("\n").split("\n")
    found = re.fullmatch(r"jdbc:mariadb://([^:/]+):(\d+)/([^?]*)\?useSsl=true&sslMode=([a-z-]+)"
                         r"&serverSslCert=([^&]+)", url).groups()
    return [user.removeprefix("user="), password.removeprefix("password="), found[2] or None,
            found[0], found[1], found[4], found[3]]


def of_json():
    found = json.loads(text)
    return [found["user"], found["token"], None, found["host"], str(found["port"]), None, None]


readers = {"env": of_env, "export": of_export, "pgpass": of_pgpass, "mycnf": of_mycnf,
           "jdbc": of_jdbc, "jdbc-mysql": of_jdbc, "json": of_json,
           "url": lambda: of_url(text.rstrip("\n"))}


def check(form):
    user, password, database, host, port, roots, mode = readers[form]()
    assert user == wanted_user, f"the user is {user!r}"
    if form == "jdbc-mysql":
        assert database == "shop"
    elif form not in ("json", "pgpass"):
        assert database == wanted_database, f"the database is {database!r}"
    signed = urllib.parse.parse_qs(password.split("?", 1)[1], strict_parsing=True)
    assert signed["DBUser"] == [user], "the token is for another user"
    assert password.split("/", 1)[0] == host + ":" + port
    assert "\n" not in password and text.endswith("\n")
    assert mode in (None, "verify-full", "VERIFY_IDENTITY"), mode
    assert roots is None or os.path.isabs(roots)


for form in readers:
    try:
        text = open(os.path.join(folder, form), encoding="utf-8", newline="").read()
        check(form)
    except Exception as e:
        print(f"{form}: {e!r}")
END
}
mkdir "$tmp/forms"
print_all() { # USER DATABASE
    local format
    for format in json env export pgpass url jdbc; do
        env -i "${variables[@]}" "$rdspass" token "$cluster:5432" "--user=$1" "--database=$2" \
            --format "$format" -o "$tmp/forms/$format"
    done
    env -i "${variables[@]}" "$rdspass" token "$cluster:3306" "--user=$1" "--database=$2" \
        --format mycnf >"$tmp/forms/mycnf"
    env -i "${variables[@]}" "$rdspass" token "$cluster:3306" "--user=$1" --database=shop \
        --format jdbc >"$tmp/forms/jdbc-mysql"
}

long63=$(repeat 63 u)
long255=$(repeat 255 u)
# shellcheck disable=SC1003,SC2016 # they are names
users=(app "o'brien" '"quoted"' 'two words' ' outer ' 'a&b' 'a#b' 'a%b' 'a%41' 'a+b' 'a/b' 'a\b' 'a\\"' '*'
    'a:b' ':' '\' 'a;b' 'a=b' 'a?b' 'a@b' '$HOME' '`id`' '[client]' 'é' 'Ωmega' '数据库' '😀' 'a,b' '(a)' '!' '~'
    "$long63" "$long255" "'" '"' '-u' '--' '#' ';' '\n' '\s')
# A run under valgrind takes a second.
[ "$RP_VARIANT" != valgrind ] || users=("'" '\"' "$long255")
for user in "${users[@]}"; do
    rm -f "$tmp/forms/"*
    is "user and database ${user:0:24}: nothing goes wrong" "$(print_all "$user" "$user" 2>&1)" ''
    is "user and database ${user:0:24}: every format brings them back" "$(read_back "$user" "$user")" ''
done
isnt 'a format that brings back something else would be seen' "$(read_back other other)" ''
for database in 'a?b' 'a&b' 'a=b' 'a,b' 'a#b' '(a)'; do
    refuses "jdbc for MySQL, database $database" 2 '--format jdbc: the database has a' '' \
        token "${my[@]}" --format jdbc -D "$database"
done
done_testing
