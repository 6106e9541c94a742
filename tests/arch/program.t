#!/bin/sh
# The programs as built: which libraries they load, which functions they take
# from them, and how they are hardened.
# shellcheck disable=SC2317 # functions that `unless` calls
. "$(dirname "$0")/lib.sh"

crypto=shared # the gate always loads it
grep -q -- '-l:libcrypto\.a ' "$build/flags" && crypto=static

# Functions for sockets with a name or an address: DESIGN has the core talk to its
# helpers over pipes and socketpairs, and none but them to a network.
sockets='socket|connect|bind|listen|accept4?|send|sendto|sendmsg|recv|recvfrom|recvmsg'

# Functions that load modules, talk to daemons, run shells or depend on a locale.
denied='getaddrinfo|gethost.*|getserv.*|getproto.*|getnet.*|res_.*|getpw(nam|uid|ent).*
|getgr(nam|gid|ent).*|getlogin.*|getgrouplist|initgroups|dlopen|dlmopen|dlsym|iconv.*|openlog|v?syslog|closelog
|system|popen|wordexp|setlocale|newlocale|nl_langinfo.*|(bind)?textdomain|d?c?gettext
|strtok|strcpy|strcat|sprintf|vsprintf|gets|tmpnam|mktemp|tempnam|setenv|putenv|realloc|reallocarray'
denied=$(printf '%s' "$denied" | tr -d '\n')

needed() {
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort | tr '\n' ' '
}
imports() {
    nm -D --undefined-only "$1" | sed -E 's/^ +[Uw] //; s/@.*//'
}
segment() {
    readelf -lW "$1" | awk -v name="$2" '$1 == name { print $7 $8 }'
}
unless() { # COMMAND…: says nothing where it succeeds, else what was missing
    "$@" >/dev/null 2>&1 || echo "missing: $*"
}
dynamic_has() {
    readelf -dW "$1" | grep -qE "$2"
}
is_pie() {
    readelf -hW "$1" | grep -q 'Type: *DYN' && dynamic_has "$1" 'FLAGS_1.* PIE'
}
imports_some() {
    imports "$1" | grep -qE "$2"
}

programs=$(table src/NEEDED | cut -d' ' -f1 | uniq)
for name in $programs; do
    program=$build/$name
    clean "$name is built" "$(unless test -x "$program")"
    want=$(table src/NEEDED | awk -v name="$name" -v crypto="$crypto" '
        $1 == name && $2 == crypto { for (i = 3; i <= NF; i++) print $i }' | sort | tr '\n' ' ')
    got=$(needed "$program")
    clean "$name (CRYPTO=$crypto) loads what src/NEEDED says" "$([ "$got" = "$want" ] ||
        printf ' got: %s\nwant: %s\n' "$got" "$want")"
    clean "$name has no library path of its own" "$(readelf -dW "$program" | grep -E 'RPATH|RUNPATH')"
    case $name in
    rdspass-gate) of_its_own=getaddrinfo ;;                              # in threads
    rdspass-mysql | rdspass-postgres) of_its_own='setlocale|nl_langinfo' ;; # for libedit
    *) of_its_own= ;;
    esac
    clean "$name takes no denied function" \
        "$(imports "$program" | grep -xE "$denied" | grep -vxE "$of_its_own")"
    [ "$name" != rdspass ] ||
        clean "$name opens no socket" "$(imports "$program" | grep -xE "$sockets")"
    clean "$name can be loaded anywhere (PIE)" "$(unless is_pie "$program")"
    clean "$name binds at start" "$(unless dynamic_has "$program" 'BIND_NOW|FLAGS_1.* NOW')"
    clean "$name has read-only relocations" "$([ -n "$(segment "$program" GNU_RELRO)" ] || echo none)"
    clean "$name has no executable stack" "$([ "$(segment "$program" GNU_STACK)" = RW0x10 ] ||
        segment "$program" GNU_STACK)"
    clean "$name has no segment both writable and executable" \
        "$(readelf -lW "$program" | grep -E '^ +LOAD .* RWE ')"
    clean "$name has stack canaries" "$(unless imports_some "$program" '^__stack_chk_fail$')"
    clean "$name is fortified" "$(unless imports_some "$program" '_chk$')"
    # A variable of libc that the program reads (environ) has its place in the program.
    clean "$name exports nothing" "$(nm -D --defined-only "$program" | grep -E ' [TDBR] ' |
        grep -v '@GLIBC_')"
    clean "$name knows no folder of the machine that built it" \
        "$(strings -a "$program" | grep -F -e "$PWD" -e "${HOME:-/nonexistent}/" | head -5)"
done
for name in $programs; do
    clean "the release build of $name looks at no variable of tests" \
        "$(strings -d "$build/$name" | grep -E '^RP_')"
done

done_testing
