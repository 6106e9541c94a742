#!/bin/bash
# rdspass ca check and fetch: files of roots judged, AWS's bundle fetched. The trust store is a
# stand-in behind an HTTPS proxy on loopback; all certificates are made here.
# shellcheck disable=SC2317 # functions that `ok` calls
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip_all 'python3 is missing: scripts/packages test'
command -v openssl >/dev/null || skip_all 'openssl(1) is missing: scripts/packages test'

# --- certificates ------------------------------------------------------------

store=$tmp/store
mkdir "$store" || bail_out 'no folder'
cat >"$tmp/conf" <<'CONF'
[req]
prompt = no
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:TRUE
[leaf]
basicConstraints = critical,CA:FALSE
subjectAltName = DNS:truststore.pki.rds.amazonaws.com,DNS:truststore.pki.us-gov-west-1.rds.amazonaws.com
CONF
openssl_quiet() { openssl "$@" >"$tmp/openssl" 2>&1 || bail_out "openssl $1: $(cat "$tmp/openssl")"; }

# root FILE NAME [EXTENSIONS]: signs itself.
root() {
    openssl_quiet req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
        -config "$tmp/conf" -extensions "${3:-ca}" -subj "/O=Test/CN=$2" -out "$store/$1.pem" -keyout "$store/$1.key"
}
# signed FILE NAME ISSUER EXTENSIONS
signed() {
    openssl_quiet req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config "$tmp/conf" \
        -subj "/O=Test/CN=$2" -out "$tmp/request" -keyout "$store/$1.key"
    openssl_quiet x509 -req -in "$tmp/request" -CA "$store/$3.pem" -CAkey "$store/$3.key" -days 30 \
        -CAcreateserial -extfile "$tmp/conf" -extensions "$4" -out "$store/$1.pem"
}
# past FILE NAME: a root whose time is over.
past() {
    mkdir "$tmp/past"
    : >"$tmp/past/index"
    cat >"$tmp/past/conf" <<CONF
[ca]
default_ca = past
[past]
database = $tmp/past/index
new_certs_dir = $tmp/past
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
CONF
    openssl_quiet req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config "$tmp/conf" \
        -subj "/CN=$2" -out "$tmp/request" -keyout "$store/$1.key"
    openssl_quiet ca -batch -selfsign -notext -config "$tmp/past/conf" -extensions root -in "$tmp/request" \
        -keyfile "$store/$1.key" -startdate 20200101000000Z -enddate 20210101000000Z -out "$store/$1.pem"
}

root test 'Test CA'
root other 'Another CA'
signed server 'trust store' test leaf
signed wrong 'trust store' other leaf
root one 'Amazon RDS xx-north-1 Root CA ECC384 G1'
root two 'Amazon RDS xx-north-2 Root CA ECC384 G1'
root beta 'Amazon RDS Beta xx-north-1 Root CA ECC384 G1'
root preview 'Amazon RDS Preview xx-north-1 Root CA ECC384 G1'
root selfleaf 'Amazon RDS xx-north-3 Root CA ECC384 G1' leaf
signed between 'Amazon RDS xx-north-1 Subordinate CA' one ca
past old 'Amazon RDS xx-north-1 2019 CA'
join() { # FILE PART…: the parts of the store in one file of it
    local to=$store/$1 part
    shift
    for part in "$@"; do cat "$store/$part.pem"; done >"$to"
}

# --- fetch -------------------------------------------------------------------

"$top/tests/cli/ca_truststore" "$store" >"$tmp/server.log" 2>&1 &
server=$!
at_exit "kill $server 2>/dev/null"
for _ in $(seq 100); do
    [ -s "$store/port" ] && break
    sleep 0.1
done
[ -s "$store/port" ] || bail_out "the trust store does not start: $(cat "$tmp/server.log")"
fresh
with https_proxy="http://127.0.0.1:$(cat "$store/port")" AWS_CA_BUNDLE="$store/test.pem"
file=$tmp/roots.pem

behave() { # WHAT: how the trust store behaves from here on
    printf '%s\n' "$*" >"$store/behaviour"
    : >"$store/requests"
}
# fails_to_fetch NAME RC WHY HINT [PARTITION]: and leaves the file as it was.
fails_to_fetch() {
    echo old >"$file"
    refuses "$1" "$2" "$3" "$4" ca fetch "${5:-aws}" -o "$file"
    is '  the file stays as it was' "$(cat "$file")" old
    is '  and nothing is left beside it' "$(ls "$tmp"/roots.pem*)" "$file"
}

join bundle one between old two beta selfleaf preview
behave file bundle
exits 'a bundle is fetched' 0 env -i "${variables[@]}" "$rdspass" ca fetch aws -o "$file"
is '  in silence' "$out$err" ''
is '  what is no root, has ended or is of tests is left out' "$(grep -v '^[^#]' "$file")" \
    "# Amazon RDS xx-north-1 Root CA ECC384 G1
# Amazon RDS xx-north-2 Root CA ECC384 G1"
grep '^[^#]' "$file" >"$tmp/kept"
cat "$store/one.pem" "$store/two.pem" >"$tmp/wanted"
ok '  what is kept is as it was' cmp "$tmp/kept" "$tmp/wanted"
is '  others may read it' "$(stat -c %a "$file")" 644
like '  from the place where AWS publishes it' "$(cat "$store/requests")" \
    'GET /global/global-bundle.pem HTTP/1.1\|Host: truststore.pki.rds.amazonaws.com\|'
unlike '  with nothing secret' "$(cat "$store/requests")" "$secret|Authorization"
try ca fetch aws -o "$file" -v
like '-v tells what is left out' "$err" 'left out: Amazon RDS xx-north-1 Subordinate CA \(no root\)'
like '  and what is kept' "$err" 'kept: Amazon RDS xx-north-2 Root CA ECC384 G1, valid to 20'

ln -s "$file" "$tmp/link.pem"
refuses 'a link is not replaced' 1 'symbolic link' '' ca fetch aws -o "$tmp/link.pem"
refuses 'a folder that is not there' 1 'cannot write' '' ca fetch aws -o "$tmp/absent/file"
refuses 'where to?' 2 'fetch PARTITION -o FILE' '' ca fetch aws
refuses 'fetch what?' 2 'fetch PARTITION -o FILE' '' ca fetch -o "$file"
fails_to_fetch 'a partition that publishes nothing' 3 'aws-iso' '--ca-file FILE' aws-iso
fails_to_fetch 'a region' 3 'us-gov-west-1' 'among those of aws-us-gov' us-gov-west-1
is '  nobody was asked' "$(grep -c aws-iso "$store/requests")" 0

behave status 404
fails_to_fetch 'no such file' 6 'status 404' ''
behave status 503
fails_to_fetch 'a fault' 6 'status 503' ''
behave redirect
fails_to_fetch 'a redirect is not followed' 6 'status 302' ''
unlike '  to nobody' "$(cat "$store/requests")" elsewhere
behave oversize
fails_to_fetch 'without an end' 6 'cannot get' .
behave close
fails_to_fetch 'a connection that is closed' 6 'cannot get' .
behave cut bundle
fails_to_fetch 'a body that breaks off' 6 'cannot get' .
behave hang
before=$SECONDS
fails_to_fetch 'one that hangs' 6 'cannot get' .
ok '  ends in time' test $((SECONDS - before)) -lt 20

echo '<html>Sign in to this network</html>' >"$store/page"
behave file page
fails_to_fetch 'a page' 6 'no bundle of certificates: there is no certificate' ''
head -c 700 "$store/bundle" >"$store/half"
behave file half
fails_to_fetch 'half a bundle' 6 'no bundle of certificates: .* does not end' ''
join ended old between
behave file ended
fails_to_fetch 'nothing that is valid' 7 'no root that is valid now' ''
behave file bundle
fails_to_fetch "GovCloud's: another root" 7 'not known to be GovCloud.s: Amazon RDS xx-north-1' '' aws-us-gov
join few between
cp "$store/between.pem" "$store/few"
behave file few
fails_to_fetch "GovCloud's: one is missing" 7 'lacks the root Amazon RDS us-gov-' '' aws-us-gov

cp "$store/wrong.pem" "$store/server.pem"
cp "$store/wrong.key" "$store/server.key"
behave file bundle
fails_to_fetch 'a server that nobody vouches for' 7 'cannot get' AWS_CA_BUNDLE
with AWS_CA_BUNDLE="$store/other.pem"
exits '  until somebody does' 0 env -i "${variables[@]}" "$rdspass" ca fetch aws -o "$file"
with https_proxy=http://127.0.0.1:9
fails_to_fetch 'no way there' 6 'cannot get' 'HTTPS_PROXY'

# --- check -------------------------------------------------------------------

fresh
region=eu-central-1
file=$tmp/some.pem
row() { grep -c "^$1 " "$tmp/out"; } # how many lines of that status there are
# finds NAME RC WHY ARG…: a check that fails, and prints what it found.
finds() {
    local name=$1 rc=$2 why=$3 fault=
    shift 3
    try ca check "$@"
    if [ "$status" -ne "$rc" ]; then
        fault="the exit code is not $rc"
    elif ! [ -s "$tmp/out" ]; then
        fault='nothing is on standard output'
    else
        fault=$(fault_of_report "$why" "$(sed -n 's/^hint: //p' "$tmp/err" | cut -c1-10)")
    fi
    verdict "$name" "$fault"
}
roots_of() { env -i "$rdspass" ca print "$@"; }

for set_name in $region amazon global; do
    roots_of "$set_name" >"$file"
    gives "the roots of $set_name are complete" ca check "$file"
    is '  each is right' "$(row ok)" "$(grep -c BEGIN "$file")"
    gives '  also by name' ca check "$file" "$set_name"
done
roots_of $region >"$file"
gives 'by an endpoint' ca check "$file" "$cluster"
finds 'of another region' 7 '3 roots are missing' "$file" us-east-1
like '  the hint names a file' "$err" 'rdspass ca path us-east-1'
finds 'of GovCloud' 7 '3 roots are missing' "$file" us-gov-east-1
like '  the hint is to fetch them' "$err" 'ca fetch aws-us-gov -o FILE'
finds "of GovCloud's endpoint" 7 '3 roots are missing' "$file" x.abc.us-gov-west-1.rds.amazonaws.com
refuses 'of nowhere' 3 'no roots called' . ca check "$file" nowhere

sed '/RSA2048/,/END/d' "$file" >"$tmp/less.pem"
finds 'a root is missing' 7 'less.pem: 1 root is missing' "$tmp/less.pem"
like '  which' "$(grep ^missing "$tmp/out")" "^missing +$region +RSA 2048 +2061-05-21 +[0-9a-f]{64} +Amazon RDS $region Root"

cat "$file" "$store/one.pem" "$store/between.pem" >"$tmp/more.pem"
finds 'what is not AWS'\''s' 7 'more.pem: 2 certificates are foreign' "$tmp/more.pem"
like '  the root' "$(cat "$tmp/out")" '^foreign +- +- +20.*Amazon RDS xx-north-1 Root CA ECC384 G1$'
like '  what it signed' "$(cat "$tmp/out")" \
    '^foreign .*Amazon RDS xx-north-1 Subordinate CA \(issued by Amazon RDS xx-north-1 Root CA'
like '  the hint' "$err" 'pose as the database'
cat "$file" "$store/old.pem" >"$tmp/more.pem"
finds 'what has ended' 7 'more.pem: 1 certificate has expired' "$tmp/more.pem"
finds 'nothing of AWS'\''s' 7 '107 roots are missing, 1 certificate is foreign' "$store/one.pem"

run env -i "${variables[@]}" "$rdspass" ca check --format json "$store/one.pem" </dev/null
is 'as JSON: the exit code' "$status" 7
is '  what it is' "$(fields certificates.0.status certificates.0.set certificates.0.subject)" \
    'foreign null Amazon RDS xx-north-1 Root CA ECC384 G1'
is '  what is missing' "$(fields certificates.107.status certificates.107.sha256 wanted.34)" \
    "missing $(env -i "$rdspass" ca list | sed -n 107p | awk '{ print $5 }') us-west-2"

refuses 'a file that is not there' 3 'no file .*/absent' '' ca check "$tmp/absent"
refuses 'a folder' 3 "$tmp" '' ca check "$tmp"
refuses 'check what?' 2 'usage: rdspass ca check FILE' '' ca check
head -c 3000 "$file" >"$tmp/cut.pem"
refuses 'a file that is cut' 3 'cut.pem: the certificate that begins in line [0-9]+ does not end' '' ca check "$tmp/cut.pem"
refuses 'a private key' 3 'one.key: line 1 begins something else than a certificate' '' ca check "$store/one.key"
: >"$tmp/empty"
refuses 'an empty file' 3 'empty: there is no certificate' '' ca check "$tmp/empty"
head -c 1100000 /dev/zero >"$tmp/large"
refuses 'a large file' 3 'large is larger than' '' ca check "$tmp/large"

# The one who reads them is missing, or is another program.
clock 0
mkdir "$tmp/libexec"
with RP_TEST_LIBEXEC="$tmp/libexec"
refuses 'without rdspass-gate' 1 'cannot start rdspass-gate' 'make install' ca check "$file"
cp /bin/true "$tmp/libexec/rdspass-gate"
refuses 'one that ends at once' 1 'rdspass-gate ended too early, with exit code 0|cannot write to rdspass-gate' '' ca check "$file"
without RP_TEST_LIBEXEC

clock $((40 * 365 * 86400))
finds 'in 40 years' 7 'certificates have expired' "$file"
clock $((-30 * 365 * 86400))
finds '30 years ago' 7 'are not valid yet' "$file"

done_testing
