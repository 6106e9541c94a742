# Runs of rdspass side by side, since most of those at a faulty service wait: sourced behind lib.sh.
#
#   services KIND COUNT [option…]    starts tests/aurora/metadata with COUNT services
#   service KIND [LINE]…             takes the next one of them and sets $url, $log; LINEs are its faults
#   later NAME RC WHY HINT SECONDS ARG…
#                                    starts rdspass with $variables in the background. It passes
#                                    where it ends with RC, within SECONDS. Failing, as `refuses` of
#                                    lib.sh: nothing on standard output, one line that WHY fits, one
#                                    that HINT fits. Succeeding: a token, and one warning that WHY
#                                    fits ('' for none). And no secret on standard error.
#   judge                            waits for all, and says how each came out
#   came LOG                         how many requests there were
# shellcheck shell=bash disable=SC2034,SC2154

WIDTH=12 # as many at a time
SECRETS='wJalrXUtnFEMI|AQoDYXdz|bPxRfiCY|EXAMPLETOKEN'

at_exit wait # what still runs writes into $tmp

later_names=() later_wants=() later_whys=() later_hints=() later_limits=()

services() {
    local kind=$1 count=$2 names
    shift 2
    mapfile -t names < <(seq "$count")
    "$top/tests/aurora/metadata" "$tmp/$kind" "$kind" "${names[@]}" --owner $$ "$@" >/dev/null ||
        bail_out "no simulated $kind"
    printf 0 >"$tmp/$kind.next"
}

service() {
    local kind=$1 number
    shift
    number=$(($(cat "$tmp/$kind.next") + 1))
    [ -f "$tmp/$kind/$number.url" ] || bail_out "more services of $kind are wanted than started"
    printf %d "$number" >"$tmp/$kind.next"
    url=$(cat "$tmp/$kind/$number.url")
    log=$tmp/$kind/$number.log
    faults=$tmp/$kind/$number.faults
    printf '%s\n' "$@" >"$faults"
}

came() {
    wc -l <"$1"
}

later() {
    local place=$tmp/later.${#later_names[@]}
    later_names+=("$1") later_wants+=("$2") later_whys+=("$3") later_hints+=("$4")
    later_limits+=("$5")
    shift 5
    while [ "$(jobs -rp | wc -l)" -ge "$WIDTH" ]; do wait -n; done
    (
        from=${EPOCHREALTIME/./}
        env -i "${variables[@]}" "$rdspass" "$@" </dev/null >"$place.out" 2>"$place.err"
        echo "$? $(((${EPOCHREALTIME/./} - from) / 1000))" >"$place.end"
    ) &
}

# What is wrong with the run whose results are in place.
fault_of_run() { # WANT WHY HINT SECONDS MILLISECONDS
    if [ "$status" -ne "$1" ]; then
        echo "the exit code is not $1"
    elif [ "$5" -gt $(($4 * 1000)) ]; then
        echo "it took $5 ms, more than $4 s"
    elif grep -Eq -e "$SECRETS" "$tmp/err"; then
        echo 'a secret is on standard error'
    elif [ "$1" -ne 0 ] && [ -s "$tmp/out" ]; then
        echo 'something is on standard output'
    elif [ "$1" -ne 0 ]; then
        fault_of_report "$2" "$3"
    elif ! [ -s "$tmp/out" ]; then
        echo 'nothing is on standard output'
    elif [ -z "$2" ] && [ -s "$tmp/err" ]; then
        echo 'something is on standard error'
    elif [ -n "$2" ] && { [ "$(wc -l <"$tmp/err")" -ne 1 ] ||
        ! grep -Eq -e "^rdspass: warning: .*$2" "$tmp/err"; }; then
        echo "there is not one warning like $2"
    fi
}

judge() {
    local i place took
    wait
    for i in "${!later_names[@]}"; do
        place=$tmp/later.$i
        mv "$place.out" "$tmp/out"
        mv "$place.err" "$tmp/err"
        err=$(tr -d '\000' <"$tmp/err")
        read -r status took <"$place.end"
        verdict "${later_names[i]}" "$(fault_of_run "${later_wants[i]}" "${later_whys[i]}" \
            "${later_hints[i]}" "${later_limits[i]}" "$took")"
        rm "$place.end"
    done
    later_names=() later_wants=() later_whys=() later_hints=() later_limits=()
}
