#!/bin/bash
# shellcheck disable=SC2317 # functions that `run` is told to call
# What goes wrong outside: files that cannot be read, outputs that cannot be written. Each has its
# exit code and one line, replaces nothing, and leaves nothing behind.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

login=("$cluster:5432" -u app)
root=$(test "$(id -u)" -ne 0 || echo yes)

# Root may read and write everything: an ordinary user is what these tests are about.
if [ -n "$root" ]; then
    chmod 711 "$tmp"
    as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
else
    as_user=()
fi
# An executable copy that any user can reach.
mkdir "$tmp/bin"
cp "$RP_BUILD/rdspass" "$tmp/bin/"
cp -R "$RP_BUILD/ca" "$tmp/bin/"
chmod -R a+rX "$tmp/bin"

# refuses, by a user who is not root.
refuses_user() {
    local before=$rdspass
    rdspass=$tmp/user-rdspass
    refuses "$@"
    rdspass=$before
}
printf '#!/bin/sh\nexec %s %s "$@"\n' "${as_user[*]}" "$tmp/bin/rdspass" >"$tmp/user-rdspass"
chmod 755 "$tmp/user-rdspass"

# --- profile files ------------------------------------------------------------------

mkdir "$tmp/files"
printf '[default]\naws_access_key_id=%s\naws_secret_access_key=%s\n' "$key_id" "$secret" \
    >"$tmp/files/good"
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY

# The variable that names the file, and what is wrong with the file.
for name in AWS_SHARED_CREDENTIALS_FILE AWS_CONFIG_FILE; do
    file=$tmp/files/$name
    with "$name=$file"

    cp "$tmp/files/good" "$file"
    chmod 0 "$file"
    [ -z "$root" ] || chown 0 "$file"
    refuses_user "$name: unreadable" 3 "cannot open $file: Permission denied" '' \
        token "${login[@]}"
    rm -f "$file"

    head -c 4096 /bin/sh >"$file"
    refuses "$name: binary" 3 "$file is not text" '' token "${login[@]}"
    head -c 3000 /dev/urandom >"$file"
    printf '\0' >>"$file"
    refuses "$name: random bytes" 3 "$file is not text" '' token "${login[@]}"

    truncate -s 50M "$file"
    refuses "$name: 50 MB of nothing" 3 "$file is larger than 1048576 bytes" '' token "${login[@]}"
    yes 'key = value' | head -c 50000000 >"$file"
    refuses "$name: 50 MB of text" 3 "$file is larger than 1048576 bytes" '' token "${login[@]}"
    rm "$file"

    ln -s "$file" "$file"
    refuses "$name: a link to itself" 3 "cannot open $file: Too many levels" '' token "${login[@]}"
    rm "$file"

    mkdir "$file"
    refuses "$name: a directory" 3 "cannot read $file: Is a directory" '' token "${login[@]}"
    rmdir "$file"

    mkfifo "$file"
    refuses "$name: a FIFO without a writer is empty" 4 'no AWS credentials found' \
        'AWS_ACCESS_KEY_ID' token "${login[@]}"
    rm "$file"

    ln -s "$tmp/nothing" "$file"
    refuses "$name: a dangling link is no file" 4 'no AWS credentials found' \
        'AWS_ACCESS_KEY_ID' token "${login[@]}"
    rm "$file"

    without "$name"
done
with AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_CONFIG_FILE=/dev/null
refuses '/dev/null is an empty file' 4 'no AWS credentials found' 'AWS_ACCESS_KEY_ID' \
    token "${login[@]}"
without AWS_SHARED_CREDENTIALS_FILE AWS_CONFIG_FILE
with AWS_SHARED_CREDENTIALS_FILE="$tmp/files/good/more"
refuses 'a file below a file is not there' 4 'no AWS credentials found' 'AWS_ACCESS_KEY_ID' \
    token "${login[@]}"
without AWS_SHARED_CREDENTIALS_FILE

# A pipe with a writer, as `<(…)` gives it.
run env -i "${variables[@]}" AWS_SHARED_CREDENTIALS_FILE=/dev/fd/3 "$rdspass" token "${login[@]}" \
    3< <(sleep 0.2; cat "$tmp/files/good")
is 'a pipe is read to its end' "$status $err" '0 '
like 'and signed with what came' "$(parameter X-Amz-Credential)" "^$key_id/"

# Lines that are none.
with AWS_SHARED_CREDENTIALS_FILE="$tmp/files/lines"
{
    printf '[other]\nthis line is none\n = nothing\n[]\n[unclosed\nkey = value\n'
    cat "$tmp/files/good"
} >"$tmp/files/lines"
try token "${login[@]}"
is 'bad lines of another profile: a token' "$status $(wc -l <"$tmp/out")" '0 1'
unlike 'warnings at most' "$(grep -v "^rdspass: warning: $tmp/files/lines:[0-9]*: " "$tmp/err")" .
gives 'silenced by -q' token "${login[@]}" -q
sed 's/^aws_access/this line is none\naws_access/' "$tmp/files/good" >"$tmp/files/lines"
warns 'a bad line of the profile itself: its number is told' \
    "$tmp/files/lines:2: the line has no '='" token "${login[@]}"
printf '\357\273\277' | cat - "$tmp/files/good" | sed 's/$/\r/' >"$tmp/files/lines"
gives 'a byte order mark and CR LF' token "${login[@]}"
{
    cat "$tmp/files/good"
    printf '[last] '
    repeat 900000 x
} >"$tmp/files/lines"
gives 'a line of 900,000 characters elsewhere' token "${login[@]}"
printf '[default]\naws_access_key_id=%s\naws_secret_access_key=\377\376%s\n' "$key_id" "$secret" \
    >"$tmp/files/lines"
gives 'a secret that is not UTF-8 signs all the same' token "${login[@]}"
printf '[default]\n%s' '=' >"$tmp/files/lines"
refuses 'nothing but a bad line' 4 'no AWS credentials found' 'AWS_ACCESS_KEY_ID' \
    token "${login[@]}" -q
fresh

# Keys and region are in the environment: a bad file does not matter.
with AWS_SHARED_CREDENTIALS_FILE=/dev/zero AWS_CONFIG_FILE="$tmp"
gives 'files that are not needed are not looked at' token "${login[@]}"
fresh

# --- the config file ------------------------------------------------------------------

config=$tmp/files/config
with RDSPASS_CONFIG="$config"
refuses 'named and not there' 3 "cannot open $config: No such file" '' token "${login[@]}"
mkdir "$config"
refuses 'a directory' 3 "$config is a directory, not a config file" '' token "${login[@]}"
rmdir "$config"
ln -s "$config" "$config"
refuses 'a link to itself' 3 "cannot open $config: Too many levels" '' token "${login[@]}"
rm "$config"
printf '[prod]\nhost = %s\n' "$cluster" >"$config"
chmod 0 "$config"
refuses_user 'unreadable' 3 "cannot open $config: Permission denied" '' token "${login[@]}"
rm -f "$config"
head -c 4096 /bin/sh >"$config"
refuses 'binary' 3 "$config is not text" '' token "${login[@]}"
yes 'key = value' | head -c 50000000 >"$config"
refuses '50 MB' 3 "$config is larger than [0-9]* bytes" '' token "${login[@]}"
rm "$config"
mkfifo "$config"
gives 'a FIFO without a writer is empty' token "${login[@]}"
rm "$config"
with RDSPASS_CONFIG=/dev/null
gives '/dev/null' token "${login[@]}"
with RDSPASS_CONFIG="$config"

printf '[prod]\nhost = %s\nport = 5432\nuser = app\n' "$cluster" >"$config"
gives 'a good one' token prod
chmod 666 "$config"
refuses 'anybody can write it' 3 "$config is not used: anybody can write" "chmod o-w $config" token prod
chmod 644 "$config"
if [ -n "$root" ]; then
    chown 65533 "$config"
    refuses 'of another user' 3 "$config is not used: it belongs to another user" "yours or root's" \
        token prod
    chown 0 "$config"
fi
printf '[other]\nthis line is none\n[prod]\nhost = %s\nport = 5432\nuser = app\n' "$cluster" >"$config"
warns 'a bad line of another section' "$config:2: the line has no '='" token prod
printf '[prod]\nthis line is none\nhost = %s\nport = 5432\nuser = app\n' "$cluster" >"$config"
refuses 'a bad line of the section itself' 3 "$config:2: the line has no '='" '' token prod
printf '[prod]\nhost = %s\nport = 5432\nuser = app\ncolour = blue\n' "$cluster" >"$config"
warns 'an unknown key' "$config:5: unknown key \"colour\"" token prod
printf '[prod]\nhost = %s\nport = 5432\nuser = app\nmfa-code = 123456\n' \
    "$cluster" >"$config"
refuses 'a code of MFA, which serves once' 3 "$config:5: a code of \"mfa-code\" serves once" \
    'mfa-command = ' token prod
printf '[prod]\nhost = %s\nport = 5432\nuser = app\nrole-arn = R\n' "$cluster" >"$config"
refuses 'a role that is no ARN' 3 "$config:5: role-arn: the value is no ARN of a role" '' token prod
printf '[prod]\nhost = %s\nport = 5432\nuser = app\nexternal-id = e\n' "$cluster" >"$config"
refuses 'an external id without a role' 3 "$config:5: external-id: there is no role-arn" '' token prod
printf '[prod]\nhost = %s\nport = x\nuser = app\n' "$cluster" >"$config"
refuses 'a bad value tells where it is' 3 "$config:3: port: a port is a number" '' token prod
printf '[prod]\nhost = 10.1.2.3\nport = 5432\nuser = app\n' >"$config"
refuses 'a bad host tells where it is' 3 "$config:2: host: \"10.1.2.3\" is an IP address" '--via' token prod
printf '[prod]\nhost = %s\nport = 5432\nuser = app\nca-file = roots.pem\n' "$cluster" >"$config"
refuses 'a relative path of roots' 3 "$config:5: ca-file: the path must be absolute here" '' \
    token prod
fresh

# --- no home, no environment --------------------------------------------------------------

without HOME
gives 'no HOME' token "${login[@]}"
without AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
with AWS_SHARED_CREDENTIALS_FILE="$tmp/files/good" AWS_CONFIG_FILE=/dev/null RDSPASS_CONFIG=/dev/null
gives 'no HOME, keys in a file' token "${login[@]}"
with HOME=
gives 'empty HOME' token "${login[@]}"
variables=()
run env -i AWS_EC2_METADATA_DISABLED=true "$tmp/user-rdspass" token "${login[@]}" </dev/null
is 'env -i: no credentials' "$status" 4
is 'nothing on standard output' "$out" ''
like 'one line' "$(grep -v '^hint: ' "$tmp/err")" '^rdspass: no AWS credentials found$'
run env -i "$tmp/bin/rdspass" --version </dev/null
is 'env -i: --version' "$status $err" '0 '
variables=(HOME=relative/home AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret")
gives 'a relative HOME' token "${login[@]}"
variables=(HOME="/$(repeat 5000 x)" AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret")
refuses 'a HOME longer than any path' 3 'is longer than [0-9]* bytes' '' token "${login[@]}"
fresh

# --- standard descriptors ------------------------------------------------------------------

# descriptors NAME WANTED-STATUS ERR-ERE: of the last run
report_is() {
    is "$1: exit $2" "$status" "$2"
    like "$1: one line" "$err" "$3"
    is "$1: no more than that" "$(wc -l <"$tmp/err")" 1
}
rdspass_with() { env -i "${variables[@]}" "$rdspass" "$@"; }

run rdspass_with token "${login[@]}" <&-
is 'closed standard input' "$status $err $(wc -l <"$tmp/out")" '0  1'
closed_out() { rdspass_with "$@" >&-; }
run closed_out token "${login[@]}" </dev/null
report_is 'closed standard output' 1 '^rdspass: cannot write to standard output: '
run closed_out whoami </dev/null
report_is 'closed standard output, whoami' 1 '^rdspass: cannot write to standard output: '
run closed_out --help </dev/null
report_is 'closed standard output, --help' 1 '^rdspass: cannot write to standard output: '
run closed_out token "${login[@]}" -o "$tmp/written" </dev/null
is 'closed standard output does not matter with -o' "$status $err" '0 '
is 'the file has the token, and nothing else went there' "$(wc -l <"$tmp/written")" 1
rm "$tmp/written"
full() { rdspass_with "$@" >/dev/full; }
run full token "${login[@]}" </dev/null
report_is '/dev/full' 1 '^rdspass: cannot write to standard output: No space left on device$'
run full ca print global </dev/null
report_is '/dev/full, 150 KB' 1 '^rdspass: cannot write to standard output: No space left on device$'

left_reader() {
    # The reader is gone before the first byte: the FIFO is opened for both first.
    rm -f "$tmp/left"
    mkfifo "$tmp/left"
    # shellcheck disable=SC2094
    exec 8<>"$tmp/left" 9>"$tmp/left" 8<&-
    rdspass_with "$@" >&9
    local left_status=$?
    exec 9>&-
    return "$left_status"
}
run left_reader token "${login[@]}" </dev/null
report_is 'a pipe whose reader left' 1 '^rdspass: cannot write to standard output: Broken pipe$'
closed_err() { rdspass_with "$@" 2>&-; }
run closed_err token "${login[@]}" </dev/null
is 'closed standard error' "$status $(wc -l <"$tmp/out")" '0 1'
run closed_err token "${login[@]}" --region us-west-2 </dev/null
is 'closed standard error and a warning: not in the token' "$status $(wc -l <"$tmp/out")" '0 1'
run closed_err token "${login[@]}" --region us-west-2 -o "$tmp/written" </dev/null
is 'closed standard error and a warning: not in the file' "$status $(wc -l <"$tmp/written")" '0 1'
rm "$tmp/written"
run closed_err token </dev/null
is 'closed standard error and an error' "$status $out" '2 '
all_closed() { rdspass_with "$@" <&- >&- 2>&-; }
run all_closed token "${login[@]}"
is 'all closed' "$status" 1
run all_closed token "${login[@]}" -o "$tmp/written" --region us-west-2
is 'all closed and -o: the file is whole' "$status $(wc -l <"$tmp/written")" '0 1'
rm "$tmp/written"

# --- in the way of -o -------------------------------------------------------------------------

way=$tmp/way
mkdir "$way"
nothing_left() {
    is "$1: no temporary file" "$(find "$way" -mindepth 1 -maxdepth 1 ! -name token)" ''
}

mkdir "$way/token"
refuses 'a directory in the way' 1 "cannot write $way/token: it is a directory" '' \
    token "${login[@]}" -o "$way/token"
nothing_left 'a directory'
rmdir "$way/token"

mkfifo "$way/token"
refuses 'a FIFO in the way' 1 "cannot write $way/token: it is a FIFO" '' \
    token "${login[@]}" -o "$way/token"
refuses 'a FIFO in the way of a password file' 1 "cannot write $way/token: it is a FIFO" '' \
    token "${login[@]}" -o "$way/token" --format pgpass
ok 'it is still a FIFO' test -p "$way/token"
nothing_left 'a FIFO'
rm "$way/token"

echo mine >"$tmp/behind"
ln -s "$tmp/behind" "$way/token"
for format in raw pgpass; do
    refuses "a symbolic link in the way, $format" 1 "cannot write $way/token: it is a symbolic link" '' \
        token "${login[@]}" -o "$way/token" --format "$format"
done
is 'what it leads to is as it was' "$(cat "$tmp/behind")" mine
ok 'and it is still a link' test -L "$way/token"
nothing_left 'a link'
rm "$way/token"
ln -s "$tmp/nowhere" "$way/token"
refuses 'a dangling link in the way' 1 "cannot write $way/token: it is a symbolic link" '' \
    token "${login[@]}" -o "$way/token"
ok 'nothing is made where it leads to' test ! -e "$tmp/nowhere"
rm "$way/token"

refuses 'a device in the way' 1 'cannot write /dev/null: it is a device' '' \
    token "${login[@]}" -o /dev/null
refuses 'a folder that is not there' 1 "cannot write $way/none/token: No such file" '' \
    token "${login[@]}" -o "$way/none/token"
refuses 'a path that ends in a slash' 1 "cannot write $way/" '' token "${login[@]}" -o "$way/"
refuses 'an empty path' 2 '--out' '' token "${login[@]}" --out=
refuses 'a path longer than any' 1 'cannot write ' '' token "${login[@]}" -o "$way/$(repeat 5000 x)"
refuses 'a name longer than any' 1 'cannot write .*File name too long' '' \
    token "${login[@]}" -o "$way/$(repeat 250 x)"
nothing_left 'bad paths'

chmod 555 "$way"
refuses_user 'a folder that may not be written' 1 "cannot write $way/token: Permission denied" '' \
    token "${login[@]}" -o "$way/token"
chmod 755 "$way"
echo mine >"$way/token"
if [ -n "$root" ]; then
    chmod 777 "$way"
    refuses_user "someone else's file" 1 "cannot write $way/token: it belongs to another user" '' \
        token "${login[@]}" -o "$way/token"
    chown 65534 "$way/token"
    refuses "someone else's file, in root's way" 1 "cannot write $way/token: it belongs to another user" \
        '' token "${login[@]}" -o "$way/token"
    chmod 755 "$way"
    is 'it is as it was' "$(cat "$way/token")" mine
else
    skip "someone else's file" 'only root can make one'
fi
nothing_left "someone else's"
rm "$way/token"

echo old >"$way/token"
chmod 640 "$way/token"
err=$( (ulimit -f 0 && rdspass_with token "${login[@]}" -o "$way/token") </dev/null 2>&1 >&-)
status=$?
printf '%s\n' "$err" >"$tmp/err" # a pipe brought it: files may not grow
report_is 'no file may grow' 1 "^rdspass: cannot write $way/token: File too large\$"
is 'the old file is whole' "$(cat "$way/token")" old
nothing_left 'no file may grow'

# A disk of 4 KiB, filled: in a namespace of our own where it can be had.
cat >"$tmp/full-disk" <<'END'
mount -t tmpfs -o size=4096,mode=755 none "$1" && echo old >"$1/token" || exit 99
way=$1
shift
env -i "$@" -o "$way/token"
status=$?
printf 'left:%s\n' "$(cat "$way"/* | head -c 100)" >&2
exit "$status"
END
disk=(unshare --mount)
[ -n "$root" ] || disk=(unshare --user --map-root-user --mount)
if "${disk[@]}" sh -c "mount -t tmpfs -o size=4096 none '$way'" 2>/dev/null; then
    run "${disk[@]}" sh "$tmp/full-disk" "$way" "${variables[@]}" "$rdspass" token "${login[@]}" </dev/null
    is 'a full disk' "$status $out" '1 '
    is 'one line, and the old file alone is left' "$err" \
        "rdspass: cannot write $way/token: No space left on device
left:old"
    mount_read_only="mount -t tmpfs -o ro none '$way' && exec env -i \"\$@\""
    run "${disk[@]}" sh -c "$mount_read_only" - "${variables[@]}" "$rdspass" token "${login[@]}" \
        -o "$way/token" </dev/null
    report_is 'a read-only disk' 1 "^rdspass: cannot write $way/token: Read-only file system\$"
else
    skip 'a full disk' 'this machine lets us mount nothing'
    skip 'a read-only disk' 'this machine lets us mount nothing'
fi

try token "${login[@]}" -o "$way/token"
is 'a file of ours is replaced' "$status $out$err" '0 '
like 'by the token' "$(cat "$way/token")" "^$cluster:5432/"
is 'mode 0600' "$(stat -c %a "$way/token")" 600
nothing_left 'success'
rm "$way/token"
(umask 0 && try token "${login[@]}" -o "$way/token")
is 'mode 0600, whatever the umask' "$(stat -c %a "$way/token")" 600
cd "$way" || exit
try token "${login[@]}" -o token
is 'a relative path' "$status $out$err" '0 '
cd "$top" || exit
rm "$way/token"
before=$(ls -A "$way")
refuses 'no token: no file' 2 'no database user given' '-u USER' token "$cluster:5432" -o "$way/token"
is 'nothing is made' "$(ls -A "$way")" "$before"
ln "$tmp/behind" "$way/token"
try token "${login[@]}" -o "$way/token"
is 'a file with two names: the other keeps its content' "$status $(cat "$tmp/behind")" '0 mine'
rm "$way/token"

# --- password and option files with lines of others ------------------------------------------------

theirs=$way/pgpass
try token "${login[@]}" -o "$theirs" --format pgpass
is 'a password file is made' "$status $(wc -l <"$theirs")" '0 1'
try token "${login[@]}" -o "$theirs" --format pgpass
is 'ours is replaced' "$status $err" '0 '
for line in '*:*:*:app:hunter2' "$cluster:5432:*:other:x" "$cluster:5433:*:app:x" \
    "${cluster}x:5432:*:app:x" '# a comment' ' ' "$cluster:5432:*:application:x"; do
    printf '%s\n' "$line" >"$theirs"
    refuses "line '$line': refused" 1 "$theirs holds other lines than those of this login" \
        'a file of its own' token "${login[@]}" -o "$theirs" --format pgpass
    is 'and left' "$(cat "$theirs")" "$line"
done
unlike 'what it holds is not quoted' "$err" ':x$'
printf '%s:5432:*:app:old\n%s:6000:*:app:x' "$cluster" "$cluster" >"$theirs"
refuses 'a foreign line behind ours, without a newline' 1 'holds other lines' 'of its own' \
    token "${login[@]}" -o "$theirs" --format pgpass
: >"$theirs"
try token "${login[@]}" -o "$theirs" --format pgpass
is 'an empty file is replaced' "$status $err" '0 '
head -c 2000000 /dev/zero >"$theirs"
refuses 'a large file is refused' 1 "$theirs" '' token "${login[@]}" -o "$theirs" --format pgpass

theirs=$way/my.cnf
mysql=("$cluster:3306" -u app --format mycnf)
try token "${mysql[@]}" -o "$theirs"
is 'an option file is made' "$status $err" '0 '
try token "${mysql[@]}" -o "$theirs" -D shop
is 'ours is replaced, with a database' "$status $err" '0 '
try token "${mysql[@]}" -o "$theirs" --client mysql
is 'ours is replaced, for one client' "$status $err" '0 '
try token "${mysql[@]}" -o "$theirs" --client mariadb
is 'ours is replaced, for another' "$status $err" '0 '
cp "$theirs" "$tmp/ours.cnf"
for line in 'user="other"' 'host="db.example.com"' 'port=3307' 'socket=/run/mysqld.sock' '# a comment' \
    '[mysqldump]' '!includedir /etc/mysql' 'password-file=x' 'ssl-cafe' 'ssl-mode-of-ours'; do
    { cat "$tmp/ours.cnf" && printf '%s\n' "$line"; } >"$theirs"
    refuses "line '$line': refused" 1 "$theirs holds other lines than those of this login" \
        'a file of its own' token "${mysql[@]}" -o "$theirs"
    is 'and left' "$(tail -n 1 "$theirs")" "$line"
done
for file in '[client]\npassword=myown' '[client]\nuser="app"\nport=3306\npassword="x"\n[mysql]\ndatabase="x"'; do
    printf '%b\n' "$file" >"$theirs"
    cp "$theirs" "$tmp/own.cnf"
    refuses 'an option file of their own, that names no host: refused' 1 'holds other lines' 'of its own' \
        token "${mysql[@]}" -o "$theirs"
    ok '  and left' cmp "$theirs" "$tmp/own.cnf"
done
cp "$tmp/ours.cnf" "$theirs"
refuses 'a file for another user' 1 "$theirs holds other lines" 'of its own' \
    token "$cluster:3306" -u other --format mycnf -o "$theirs"
printf 'mine\n' >"$theirs"
try token "$cluster:5432" -u app -o "$theirs"
is 'raw replaces any file of ours' "$status $err" '0 '

# --- arguments -----------------------------------------------------------------------------------

refuses 'an argument of 100,000 characters' 2 '--user: the value is longer than 255 bytes' '' \
    token "$cluster:5432" -u "$(repeat 100000 x)"
refuses 'a host of 100,000 characters' 3 'longer than 253 bytes' '' \
    token -h "$(repeat 100000 x).com" -u app -P 5432
refuses 'an option of 100,000 characters' 2 'unknown option --x+$' '--help' token "--$(repeat 100000 x)"
refuses 'a command of 100,000 characters' 2 'unknown command "x+' 'rdspass help' \
    "$(repeat 100000 x)"
ok 'messages are cut, not endless' test "$(wc -c <"$tmp/err")" -lt 2000
refuses 'a profile of 100,000 characters' 2 'longer' '' token "${login[@]}" --profile "$(repeat 100000 x)"
refuses 'a --via of 100,000 characters' 2 '--via: neither HOST:PORT nor the path' '127.0.0.1:3306' token "${login[@]}" --via "$(repeat 100000 x):1"
refuses '--ca-file of 100,000 characters' 2 '--ca-file' '' token "${login[@]}" --ca-file "/$(repeat 100000 x)"
refuses 'a region of 100,000 characters' 2 '--region' '' token "${login[@]}" --region "$(repeat 100000 a)"
for option in user database region profile ca-file; do
    refuses "--$option: bytes that are no text" 2 "--$option" '' \
        token "$cluster:5432" -u app "--$option=$(printf '\377\376\001\033[2J\n')"
    unlike 'come out escaped' "$(tr -d '\n' <"$tmp/err")" '[[:cntrl:]]'
done
refuses '--via: bytes that are no text' 2 '--via: neither HOST:PORT nor the path' '127.0.0.1:3306' \
    token "${login[@]}" --via "$(printf '\377\376\001\033[2J\n'):1"
refuses 'a host of such bytes' 3 '"\\xff\\xfe\\x01\\x1b\[2j.x" is not a host name' 'endpoints? reads? like' \
    token "$(printf '\377\376\001\033[2J.x')" -u app
unlike 'comes out escaped' "$(tr -d '\n' <"$tmp/err")" '[[:cntrl:]]'
refuses 'a host of such bytes in -h' 3 'is not a host name' 'endpoints? reads? like' \
    token -h "$(printf '\377\376\001\033[2J')" -u app -P 5432
unlike 'comes out escaped, too' "$(tr -d '\n' <"$tmp/err")" '[[:cntrl:]]'
# shellcheck disable=SC2016
run env -i "${variables[@]}" bash -c 'exec -a "" "$0" whoami' "$rdspass" </dev/null
is 'an empty name of the program' "$status $err" '0 '

done_testing
