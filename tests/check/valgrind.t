#!/bin/sh
# Command lines under valgrind, the good and the bad: no read of what was never
# written, no leak. `make valgrind` builds for it and runs it.
. "$(dirname "$0")/../lib/tap.sh"

rdspass=$top/build/valgrind/rdspass
[ -x "$rdspass" ] || skip_all 'make valgrind builds what it needs'
host=shop.cluster-abc123xyz.eu-central-1.rds.amazonaws.com

cat >"$tmp/config" <<'END'
[profile dev]
region = eu-west-1
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
s3 =
  max_queue_size = 10
[profile broken
[profile sso]
sso_start_url = https://example.awsapps.com/start
END
printf '[shop]\nhost = %s\nuser = app\nport = 5432\n' "$host" >"$tmp/rdspass.conf"
chmod 600 "$tmp/rdspass.conf"
ln -s rdspass.conf "$tmp/link"

clean() { # NAME STATUS ARG…
    name=$1 wanted=$2
    shift 2
    exits "$name" "$wanted" env -i HOME="$tmp" AWS_ACCESS_KEY_ID=AKIDEXAMPLE \
        AWS_SECRET_ACCESS_KEY=example AWS_SESSION_TOKEN=token AWS_CONFIG_FILE="$tmp/config" \
        RDSPASS_CONFIG="$tmp/rdspass.conf" valgrind -q --error-exitcode=99 --leak-check=full \
        --errors-for-leak-kinds=definite,indirect,possible "$rdspass" "$@"
}

clean 'a token' 0 token -h "$host" -P 3306 -u app
clean 'a token from a profile, as JSON' 0 token --profile dev --format json -v shop
clean 'an option file' 0 token -h "$host" -P 3306 -u app --format mycnf -o "$tmp/my.cnf"
clean 'the same again' 0 token -h "$host" -P 3306 -u app --format mycnf -o "$tmp/my.cnf"
clean 'a password file' 0 token --format pgpass -o "$tmp/pgpass" "postgres://app@$host/orders"
clean 'a URL' 0 token --format url shop
clean 'a file that is a link' 1 token --format pgpass -o "$tmp/link" shop
clean 'a DSQL token' 0 token --admin -h abcdefghijklmnopqrstuvwxyz.dsql.us-east-2.on.aws
clean 'an option that is none' 2 token --no-such-option
clean 'an endpoint that is none' 3 token -h example.com -P 3306 -u app
clean 'a profile that is none' 3 token --profile none shop
clean 'who signs' 0 whoami --format json
clean 'the roots' 0 ca list
clean 'help' 0 token --help
done_testing
