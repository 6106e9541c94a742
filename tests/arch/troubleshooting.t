#!/bin/sh
# What a person may see leads to docs/troubleshooting.md: whatever the table of causes knows of servers'
# words stands there, and what stands there is listed. And the schema of doctor's JSON is that of the sources.
# shellcheck disable=SC2016 # jq's own dollars
. "$(dirname "$0")/lib.sh"

page=docs/troubleshooting.md
# Where a line ends means nothing in it.
tr '\n' ' ' <$page | tr -s ' ' >"$tmp/words"
# Of the parts of the table those that know servers' words; what is beside a connection has our own.
find src/rds -name 'causes_*.c' | grep -vE '_(target|identity|clock|token)[.]c$' | sort | xargs cat >"$tmp/causes"

# --- what servers say ---

field() { # NAME: the numbers and texts of a field of the table, one a line
    tr '\n' ' ' <"$tmp/causes" | grep -oE "[.]$1 = ([{][^}]*[}]|\"[^\"]*\")" |
        sed "s/^[.]$1 = //" | grep -oE '"[^"]*"|[0-9]+' | tr -d '"'
}

codes=$(field mysql | sort -un)
clean 'each code of MySQL has its place' "$(for code in $codes; do
    grep -qw "$code" "$tmp/words" || echo "$page does not have error $code"
done)"
ok 'there are codes of MySQL' test "$(echo "$codes" | wc -l)" -gt 20

states=$(field sqlstate | sort -u)
clean 'each SQLSTATE, and each class of them' "$(for state in $states; do
    grep -qE "\\b$state" "$tmp/words" || echo "$page does not have the SQLSTATE $state"
done)"
ok 'there are SQLSTATEs' test "$(echo "$states" | wc -l)" -gt 8

field text | sort -u >"$tmp/texts"
clean 'each text that a server is known by' "$(while read -r text; do
    grep -qiF -- "$text" "$tmp/words" || echo "$page does not have \"$text\""
done <"$tmp/texts")"
ok 'there are such texts' test "$(wc -l <"$tmp/texts")" -gt 15

field tls | sort -u >"$tmp/texts"
clean 'and each of OpenSSL' "$(while read -r text; do
    grep -qiF -- "$text" "$tmp/words" || echo "$page does not have \"$text\""
done <"$tmp/texts")"

# --- what is there is listed ---

# That the links lead somewhere is tested in docs.t.
anchor() {
    tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'
}
sed -n '/^## Find your message$/,/^## A refused token$/p' $page | grep -oE '\(#[^)]*\)' | tr -d '(#)' >"$tmp/listed"
clean 'each entry is listed by its message' "$(sed -n 's/^### //p' $page | anchor |
    while read -r entry; do
        grep -qxF -- "$entry" "$tmp/listed" || echo "nothing in the list leads to #$entry"
    done)"
ok 'there are entries' test "$(grep -c '^### ' $page)" -gt 40
sort -u "$tmp/listed" >"$tmp/once"
clean 'no two entries are called alike' "$(sed -n -E 's/^#{2,3} //p' $page | anchor | sort | uniq -d)"

# --- the schema of doctor's JSON ---

words() { # C-FILE ARRAY: the texts of an array of words
    sed -n "/ $2\[\] = {/,/^};/s/.*= \"\([^\"]*\)\".*/\1/p" "$1"
}
schema() { # JQ-PROGRAM
    jq -r "$1" docs/doctor.schema.json
}
same() { # NAME ONE OTHER
    [ -n "$2" ] && [ "$2" = "$3" ]
    tap_result $? "$1" || diag "$(printf '%s\nagainst\n%s' "$2" "$3")"
}
same 'the schema has the kinds of endpoints' "$(words src/rds/endpoint.c kind_names)" \
    "$(schema '."$defs".kind.enum[]')"
same 'the steps of the program, in their order' "$(words src/cmd/report.c names)" \
    "$(schema '."$defs".step_name.enum[]')"
same 'and has a form for each' "$(schema '."$defs".step_name.enum[]')" \
    "$(schema '.properties.steps.prefixItems[].allOf[1]."$ref"' | sed 's|.*/||')"
if /usr/bin/python3 -I -c 'import jsonschema' 2>/dev/null; then
    clean 'it is a schema' "$(/usr/bin/python3 -I -c '
import json, jsonschema
jsonschema.Draft202012Validator.check_schema(json.load(open("docs/doctor.schema.json")))' 2>&1 | tail -n 5)"
else
    skip 'it is a schema' 'python3-jsonschema is not there'
fi

done_testing
