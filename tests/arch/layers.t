#!/bin/sh
# Layers: a folder of src/ includes only what src/LAYERS allows it, and each
# layer links against nothing but those. One folder each knows cJSON and libcrypto.
. "$(dirname "$0")/lib.sh"

# The layers that a file may include, as " base codec ".
allowed_for() {
    table src/LAYERS | while read -r layer allowed; do
        [ "$layer" != "$1" ] || echo " base $layer $allowed "
    done
}

# Includes of ours that cross a border: "FILE includes HEADER".
wrong_includes() {
    layer=$1
    allowed=$(allowed_for "$layer")
    grep -rHoE '^#include "[^"]+"' "src/$layer" "include/rdspass/$layer" 2>/dev/null |
        while IFS=: read -r file include; do
            header=${include#*\"}
            header=${header%\"}
            case $header in
            rdspass/*/*) of=${header#rdspass/} of=${of%%/*} ;;
            */*) of=${header%%/*} ;;
            *) of=$layer ;;
            esac
            case $allowed in
            *" $of "*) ;;
            *) echo "$file includes $header" ;;
            esac
            # A header beside its sources is for that folder alone.
            case $header in
            rdspass/*) ;;
            */*) [ "$of" = "$layer" ] || echo "$file includes $header, which is private" ;;
            esac
        done
}

for folder in src/*/; do
    layer=$(basename "$folder")
    clean "src/LAYERS lists $layer" "$([ -n "$(allowed_for "$layer")" ] || echo 'it does not')"
    clean "$layer includes what it may" "$(wrong_includes "$layer")"
done
clean "src/LAYERS lists no folder that is not there" "$(table src/LAYERS | while read -r layer _; do
    [ -d "src/$layer" ] || echo "$layer"
done)"
clean "src/LAYERS goes from the bottom up" "$(known=' '
table src/LAYERS | while read -r layer allowed; do
    for below in $allowed; do
        case $known in *" $below "*) ;; *) echo "$layer uses $below, listed later or not at all" ;; esac
    done
    known="$known$layer "
done)"

includers() {
    grep -rlE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$1" src include | grep -vE "^$2"
}
clean "only the JSON of src/codec includes cJSON" "$(includers '(cjson/|cJSON)' 'src/codec/json')"
clean "only src/crypto, src/gate and src/fetch include OpenSSL" \
    "$(includers openssl/ 'src/(crypto|gate|fetch)/')"
clean "only src/fetch includes libcurl" "$(includers curl/ src/fetch/)"
clean "only MySQL's driver includes libmysqlclient" "$(includers '(mysql|mysqld_error|errmsg)\.h' src/client/mysql_library.h)"
clean "only PostgreSQL's driver includes libpq" "$(includers libpq 'src/client/postgres_(columns|session)\.h')"

# Each archive whole, with those that it may use: what is undefined then, is used in secret.
crypto_lib=$(grep -oE -m 1 -e '-l:libcrypto\.a|-lcrypto' "$build/flags" | head -n 1) # the core's
echo 'int main(void) { return 0; }' >"$tmp/main.c"
link_layer() {
    layer=$1
    archives=
    for other in $(table src/LAYERS | cut -d' ' -f1); do
        [ "$other" != "$layer" ] || continue
        case $(allowed_for "$layer") in
        *" $other "*) archives="$build/lib/lib$other.a $archives" ;;
        esac
    done
    case $layer in
    codec) archives="$archives -lcjson" ;;
    crypto) archives="$archives $crypto_lib" ;;
    *)
        case $archives in */libcodec.a*) archives="$archives -lcjson" ;; esac
        case $archives in */libcrypto.a*) archives="$archives $crypto_lib" ;; esac
        ;;
    esac
    # shellcheck disable=SC2086 # a list of archives
    cc -o "$tmp/out" "$tmp/main.c" -Wl,--whole-archive "$build/lib/lib$layer.a" \
        -Wl,--no-whole-archive $archives 2>&1 | grep -E 'undefined|cannot find|error'
}
for archive in "$build"/lib/lib*.a; do
    layer=$(basename "$archive" .a)
    layer=${layer#lib}
    clean "$layer links with what it may use" "$(link_layer "$layer")"
done

done_testing
