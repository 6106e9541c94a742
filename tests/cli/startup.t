#!/bin/bash
# What `rdspass token` does to be there at once: it opens no file that it does not need, and asks the
# system for little. (How long it takes is measured by `make bench`.)
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

[ "$RP_VARIANT" = release ] || skip_all 'sanitizers and valgrind start in their own way'
strace -o "$tmp/trace" true 2>"$tmp/ignored" ||
    skip_all 'strace may trace nothing on this machine'

trace() {
    run env -i "${variables[@]}" strace -qq -o "$tmp/trace" "$rdspass" "$@" </dev/null
}
# Files that were opened, without libraries and what the shared libcrypto reads of the machine's
# policy; "-" before those that are not there.
files() {
    sed -nE -e '/ENOENT/s/^open(at)?\((AT_FDCWD, )?"([^"]*)".*/-\3/p' \
        -e '/ENOENT/!s/^open(at)?\((AT_FDCWD, )?"([^"]*)".*/\3/p' "$tmp/trace" |
        { if grep -q 'libcrypto\.so' "$tmp/trace"; then grep -v '/openssl\.cnf$'; else cat; fi; } |
        grep -vE '^-?(/etc/ld\.so\.cache$|/etc/rdspass/config$|/.*/lib[a-z]+\.so\.[0-9]+$)' | tr '\n' ' '
}
calls() { grep -c '(' "$tmp/trace"; }
libraries() { sed -nE 's/^open.*"[^"]*\/(lib[a-z]+)\.so[^"]*".*= [0-9]+$/\1/p' "$tmp/trace" | sort | tr '\n' ' '; }

mkdir -p "$home/.aws" "$home/.config/rdspass"
printf '[default]\nregion = eu-central-1\n' >"$home/.aws/config"
printf '[p]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$key_id" "$secret" >"$home/.aws/credentials"
: >"$home/.config/rdspass/config"
own=$home/.config/rdspass/config

trace token "$cluster:5432" -u app
is 'a token is printed' "$status $err" '0 '
is 'keys in the environment: its own config file alone is read' "$(files)" "$own "
like 'libraries: libc, cJSON, and libcrypto where it is shared' "$(libraries)" '^libc libcjson (libcrypto )?$'
shared=$(libraries | grep libcrypto)
if [ -z "$shared" ]; then
    ok "few system calls ($(calls))" test "$(calls)" -lt 80
else
    ok "few system calls, with libcrypto ($(calls))" test "$(calls)" -lt 160
fi
is 'the output goes out in one piece' "$(grep -c '^write(1,' "$tmp/trace")" 1
is 'its own config file is opened once' "$(grep -cF "\"$own\"" "$tmp/trace")" 1

trace token "$cluster:5432" -u app --profile p
is 'a profile: each file of AWS once' "$(files)" "$own $home/.aws/config $home/.aws/credentials "
trace token "$global:5432" -u app --region eu-west-1
is 'a region that is given: no files of AWS' "$(files)" "$own "
trace token "$cluster:3306" -u app --format mycnf
is 'roots are named, not read' "$(files)" "$own "
trace whoami
is 'whoami looks for a region, in the files of AWS' "$(files)" "$own $home/.aws/config $home/.aws/credentials "
trace --version
is '--version reads nothing' "$(files)" ''
trace token --help
is '--help reads nothing' "$(files)" ''
trace token "$cluster" -u app --bogus
is 'an error of usage reads nothing' "$(files)" ''

done_testing
