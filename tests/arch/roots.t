#!/bin/sh
# The roots: certificates and roots.tsv agree, as openssl(1) reads them; the
# installed files hold what they should; every root is what it claims to be.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
cd "$top" || exit
LC_ALL=C
export LC_ALL

roots=src/rds/roots
list=$roots/roots.tsv
tab=$(printf '\t')

command -v openssl >/dev/null || skip_all 'openssl(1) is not there'

# All certificates, each in a file of its own, named by set and place: SET.NN.
for file in "$roots"/*.pem; do
    awk -v to="$tmp/$(basename "$file" .pem)" '
        /^-----BEGIN CERTIFICATE-----/ { name = sprintf("%s.%02d", to, ++n); inside = 1 }
        inside { print >name }
        /^-----END CERTIFICATE-----/ { close(name); inside = 0 }' "$file"
done

# What openssl reads in them, in one go; set and fingerprint come from the files themselves.
cat "$tmp"/*.[0-9][0-9] >"$tmp/all"
for certificate in "$tmp"/*.[0-9][0-9]; do
    set_name=$(basename "$certificate")
    sum=$(sed '/^-----/d' "$certificate" | base64 -d | sha256sum)
    printf '%s\t%s\n' "${set_name%.*}" "${sum%% *}"
done >"$tmp/sets"
openssl storeutl -noout -text -certs "$tmp/all" | awk -v sets="$tmp/sets" '
    BEGIN { print "# set\tkey\tsubject\tnot after\tSHA-256" }
    / Not After : / {
        month = (index("JanFebMarAprMayJunJulAugSepOctNovDec", $4) + 2) / 3
        end = sprintf("%d-%02d-%02d", $7, month, $5)
    }
    / Subject: / { subject = $0; sub(/.*CN ?= ?/, "", subject); sub(/, .*/, "", subject) }
    /Public Key Algorithm: rsaEncryption/ { kind = "RSA " }
    /Public Key Algorithm: id-ecPublicKey/ { kind = "EC P-" }
    /Public-Key: \(/ { bits = $0; gsub(/[^0-9]/, "", bits) }
    /CA:TRUE/ {
        getline line <sets
        split(line, of, "\t")
        printf "%s\t%s\t%s\t%s\t%s\n", of[1], kind bits, subject, end, of[2]
    }' >"$tmp/described"
ok 'roots.tsv is what the certificates of authorities say' diff -u "$list" "$tmp/described"
ok 'each signs itself' sh -c 'openssl verify -no-CApath -no-CAstore -check_ss_sig \
    -CAfile "$@" >/dev/null' sh "$tmp/all" "$tmp"/*.[0-9][0-9]

sed 1d "$list" >"$tmp/rows"
ok 'roots.tsv is sorted' sort -c "$tmp/rows"
is 'no root is listed twice' "$(cut -f5 "$tmp/rows" | sort | uniq -d)" ''
is 'there are 34 regions and Amazon' "$(cut -f1 "$tmp/rows" | uniq | grep -c .)" 35
is 'three roots in each region' \
    "$(cut -f1 "$tmp/rows" | uniq -c | awk '$2 != "amazon" && $1 != 3')" ''
is 'none of the test environments' "$(grep -i 'beta\|preview' "$list")" ''
is 'none has ended' "$(awk -F "$tab" -v today="$(date -u +%F)" '$4 <= today' "$tmp/rows")" ''
is "a region's roots bear its name" "$(awk -F "$tab" '
    $1 != "amazon" && index($3, "Amazon RDS " $1 " Root CA ") != 1' "$tmp/rows")" ''
is 'the comment above a certificate is its subject' \
    "$(cat "$roots"/*.pem | sed -n 's/^# //p')" "$(cut -f3 "$tmp/rows")"

scripts/install-roots "$roots" "$tmp/ca"
is 'a file is installed for each set, and one for all' "$(find "$tmp/ca" -type f | grep -c .)" 36
cat "$roots/eu-central-1.pem" "$roots/amazon.pem" >"$tmp/wanted"
ok "a region's file holds its roots and Amazon's" cmp "$tmp/wanted" "$tmp/ca/eu-central-1.pem"
ok "amazon.pem holds Amazon's" cmp "$roots/amazon.pem" "$tmp/ca/amazon.pem"
is 'global.pem holds all' "$(grep -c '^-----BEGIN' "$tmp/ca/global.pem")" 107

mkdir "$tmp/short" "$tmp/long"
cp "$roots"/*.pem "$list" "$tmp/short"
cp "$roots"/*.pem "$list" "$tmp/long"
sed '/^-----BEGIN/,$d' "$roots/sa-east-1.pem" >"$tmp/short/sa-east-1.pem"
cat "$roots/sa-east-1.pem" >>"$tmp/long/us-west-2.pem"
for folder in short long; do
    scripts/embed-roots "$tmp/$folder" >"$tmp/source.c" 2>"$tmp/errors"
    is "embed-roots refuses a set that is too $folder" $? 1
    like '  and says why' "$(cat "$tmp/errors")" 'certificates than roots.tsv lists$'
done
done_testing
