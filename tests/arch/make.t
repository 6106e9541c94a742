#!/bin/sh
# The Makefile: what it does where there is no static libcrypto, with flags that
# changed, and what `make install` leaves. It builds in folders of its own.
# shellcheck disable=SC2016,SC2317 # code for at_exit; a function that `run` calls
. "$(dirname "$0")/lib.sh"

unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES CFLAGS CPPFLAGS LDFLAGS DESTDIR PREFIX
flavor=arch-$$
at_exit 'rm -rf "$top/build/release-$flavor"'
make_here() {
    make --no-print-directory FLAVOR="$flavor" "$@"
}

# A compiler that finds no libcrypto.a, and is otherwise the machine's.
cat >"$tmp/cc" <<'END'
#!/bin/sh
case $* in *-print-file-name=libcrypto.a*) echo libcrypto.a ;; *) exec cc "$@" ;; esac
END
chmod 755 "$tmp/cc"

run make_here CC="$tmp/cc" "build/release-$flavor/lib/libcrypto.a"
is 'without libcrypto.a the shared library is taken' "$status" 0
like '  and make says so' "$out" 'no libcrypto\.a here: CRYPTO=shared'
like '  and means it' "$out" 'crypto/hash_shared\.c'
run make_here CC="$tmp/cc" CRYPTO=static
is 'to ask for the static one there is an error' "$status" 2
like '  in one line' "$err" 'CRYPTO=static: the compiler finds no libcrypto\.a'
run make_here CRYPTO=none
like 'and so is what CRYPTO cannot be' "$err" 'CRYPTO is "static" or "shared", not "none"'
exits 'goals that compile nothing need no compiler' 0 make_here CC=/nonexistent help
like '  such as help, which lists what there is' "$out" '^make test  '

lib=build/release-$flavor/lib/libbase.a
exits 'a part is built' 0 make_here "$lib"
exits '  and then it is up to date' 0 make_here -q "$lib"
exits '  not so with other flags' 1 make_here -q CFLAGS=-DOTHER "$lib"
run make_here CFLAGS=-DOTHER "$lib"
like '  which compile it again' "$out" 'CC +src/base/buf\.c'
exits '  not so with another compiler' 1 make_here -q CC=gcc CFLAGS=-DOTHER "$lib"

# A built-in client can be left out, and its library with it.
for without in MYSQL:mysql:postgres POSTGRES:postgres:mysql; do
    IFS=: read -r name client other <<END
$without
END
    exits "WITH_$name=no" 0 make_here -n "WITH_$name=no" all
    unlike "  builds no client for it" "$out" "LINK .*/rdspass-$client|src/client/$client"
    like '  but the other' "$out" "LINK .*/rdspass-$other"
done

# A tree that was installed below one folder works below another.
mkdir "$tmp/first"
exits 'make install' 0 make_here -j2 install DESTDIR="$tmp/first" PREFIX=/usr
mv "$tmp/first" "$tmp/second"
exits '  gives a tree that can be moved' 0 "$tmp/second/usr/bin/rdspass" --version
exits '  with its roots' 0 "$tmp/second/usr/bin/rdspass" ca path eu-central-1
is '  which it finds beside itself' "$out" "$tmp/second/usr/share/rdspass/ca/eu-central-1.pem"
for helper in fetch gate mysql postgres; do
    ok "  and rdspass-$helper, where it looks for it" \
        test -x "$tmp/second/usr/libexec/rdspass/rdspass-$helper"
done
ok '  and its manual' test -s "$tmp/second/usr/share/man/man1/rdspass.1"
is '  and nothing but what may be read by all' "$(find "$tmp/second/usr" ! -perm -a+r)" ''
exits 'make uninstall' 0 make_here uninstall DESTDIR="$tmp/second" PREFIX=/usr
is '  takes away every file of it' "$(find "$tmp/second" -type f)" ''

done_testing
