#!/bin/sh
# Headers: each compiles alone, twice in a row too, and says by its guard what it is.
. "$(dirname "$0")/lib.sh"

# Of the libraries of the clients, whichever libmysqlclient there is.
elsewhere=
for library in libmariadb mysqlclient libpq; do
    elsewhere="$elsewhere $(pkg-config --cflags "$library" 2>/dev/null)"
done
for header in $(find include src -name '*.h' | sort); do
    # shellcheck disable=SC2086 # a list of options
    clean "$header compiles alone" "$(printf '#include "%s"\n#include "%s"\n' "$PWD/$header" "$PWD/$header" |
        cc -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -Iinclude -Isrc $elsewhere \
            -fsyntax-only -x c - 2>&1)"
done

# include/rdspass/base/buf.h has RP_BASE_BUF_H, as has src/base/buf.h.
guards() {
    find include src -name '*.h' | while read -r header; do
        name=${header#include/rdspass/}
        name=RP_$(echo "${name#src/}" | tr 'a-z/.-' 'A-Z___')
        grep -q "^#ifndef $name\$" "$header" || echo "$header has no guard $name"
    done
}
clean "guards are named after the file" "$(guards)"
clean "no two headers have one guard" "$(grep -rhE '^#ifndef RP_[A-Z0-9_]+_H$' include src | sort | uniq -d)"
done_testing
