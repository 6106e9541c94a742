#!/bin/bash
# Each cause that a simulator can make is made, on sockets, and doctor names it first; the others have what
# was seen of them in tests/unit/causes.c. Prints which is where.

# In a network of its own, with a DNS of its own.
if test -z "${CAUSES_APART-}"; then
    folder=$(mktemp -d "${TMPDIR:-/tmp}/apart.XXXXXX") || exit
    trap 'rm -rf "$folder"' EXIT
    code=0
    CAUSES_APART=$folder "$(dirname "$0")/../aurora/apart" "$folder" "$0" || code=$?
    test $code = 125 || exit $code
    echo '1..0 # SKIP no namespaces here, to have a network of our own in'
    exit 0
fi

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/integration/exec.sh
. "$(dirname "$0")/exec.sh"

/usr/bin/python3 -W ignore -c 'import jsonschema' 2>"$tmp/null" ||
    skip_all 'python3-jsonschema is missing: scripts/packages test'
table=$top/tests/integration/causes.tsv
zone=$top/tests/integration/causes.zone
names=()
while read -r name _; do
    case $name in orders-*) ;; *) names+=(--name "$name") ;; esac
done <"$zone"
start --engine none "${names[@]}"
"$aurora/dns" "$AURORA_DIR" "$zone" 127.0.0.1:53 >"$tmp/null" || bail_out 'no DNS'

# --- what is made --------------------------------------------------------------

began=$SECONDS
env -i PATH=/usr/bin:/bin HOME="$HOME" TMPDIR="$run_dir" LC_ALL=C.UTF-8 "${sanitizer[@]}" "${credentials[@]}" \
    /usr/bin/python3 -IB -W ignore "$top/tests/integration/doctor_causes.py" "$AURORA_DIR" "$program" >"$tmp/made"
while IFS=$'\t' read -r cause by problem; do
    is "$cause, by $by" "$problem" ''
done <"$tmp/made"
is 'every row of the table has been tried' "$(wc -l <"$tmp/made")" "$(grep -cvE '^(#|recorded	)' "$table")"
diag "$(wc -l <"$tmp/made") faults in $((SECONDS - began)) s"

# --- and what is recorded ------------------------------------------------------

"$RP_TEST_BUILD_DIR/tests/unit/causes.t" | sed -n 's/^ok .* - row \([^ ]*\) has its example, .*/\1/p' >"$tmp/rows"
cut -f 1 "$tmp/made" | sort -u >"$tmp/made.names"
sed -n 's/^recorded	\([^	]*\)	.*/\1/p' "$table" | sort >"$tmp/recorded.names"
ok 'the rows of src/rds/causes*.c are known' test "$(wc -l <"$tmp/rows")" -gt 100
is 'each is made or recorded' "$(sort "$tmp/rows" | comm -23 - <(sort "$tmp"/*.names))" ''
is 'none is both' "$(comm -12 "$tmp/made.names" "$tmp/recorded.names")" ''
is 'there is no other' "$(sort "$tmp"/*.names | comm -23 - <(sort "$tmp/rows"))" ''

printf '# %-30s | %-60s | %s\n' cause 'made by' 'recorded in'
while read -r cause; do
    made=$(awk -F '\t' -v cause="$cause" '$1 == cause { print $2; exit }' "$tmp/made")
    printf '# %-30s | %-60.60s | %s\n' "$cause" "$made" "${made:+-}"
done <"$tmp/rows" | sed 's/| $/| tests\/unit\/causes.c/'

nothing_left 'nothing is left'
done_testing
