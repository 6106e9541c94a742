#!/bin/bash
# whoami: through which hops an identity came, and what AWS says of it, by a simulated STS that
# checks signatures.
# shellcheck disable=SC2119 # `world` without faults
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/identity.sh
. "$top/tests/cli/identity.sh"

command -v python3 >/dev/null || skip_all 'python3 is missing: scripts/packages test'
worlds 2
world

# --- hops ---------------------------------------------------------------------------------

hops() { fields hops.0.source hops.0.what hops.0.cached; }

fresh
gives 'keys of the environment' whoami --format json
is '  are one hop' "$(hops)" 'env environment False'
gives '  and a row' whoami
like '  that names it' "$out" '^hop            env: environment$'
mkdir "$home/.aws"
printf '[p]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$key_id" "$secret" \
    >"$home/.aws/credentials"
gives 'keys of the credentials file' whoami --profile p --format json
is '  are one hop' "$(hops)" 'shared-credentials-file profile p False'
printf '[profile c]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$key_id" "$secret" \
    >"$home/.aws/config"
gives 'keys of the config file' whoami --profile c --format json
is '  are one hop' "$(hops)" 'config-file profile c False'
printf '{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"%s"}' "$key_id" "$secret" >"$tmp/keys"
printf '[profile x]\ncredential_process = cat %s\n' "$tmp/keys" >"$home/.aws/config"
gives 'a credential_process' whoami --profile x --format json
is '  is one hop' "$(hops)" 'custom-process profile x, credential_process False'
is '  nobody was asked' "$(asked)" ''

# --- verify -------------------------------------------------------------------------------

# A user's keys, and where the simulated AWS is; RP_TEST_NO_PAUSE takes the pauses of retries away.
known() {
    fresh
    clock 0
    with "${services[@]}" AWS_REGION=eu-central-1 RP_TEST_NO_PAUSE=1
}

known
gives 'without --verify' whoami --format json
is '  nothing is verified' "$(fields verified)" null
is '  and nobody was asked' "$(asked)" ''
gives 'with it' whoami --verify
like '  the ARN' "$out" "^arn            $app\$"
like '  the account' "$out" "^account        $account\$"
like '  the id' "$out" '^user id        AIDA'
like "  AWS's clock" "$out" '^clock of AWS   20[0-9-]*T[0-9:]*Z, (as ours|ours is [0-9]+ s (ahead|behind))$'
is '  by one call' "$(asked)" GetCallerIdentity
gives 'as JSON' whoami --verify --format json
is '  the ARN and the account' "$(fields verified.arn verified.account)" "$app $account"
like '  and the clock' "$(fields verified.date)" '^20[0-9-]*T[0-9:]*Z$'

without AWS_REGION
gives 'in the region that is asked for' whoami --verify --region eu-central-1
refuses 'without a region' 3 'no region' . whoami --verify
with AWS_REGION=eu-central-1

faults 'GetCallerIdentity date 600'
warns 'clocks that differ' '10 minutes|600|clock' whoami --verify
like '  are told' "$out" '^clock of AWS   .*, ours is [0-9]+ s behind$'

# Each refusal: the exit code, one line and perhaps a hint, and nothing on standard output.
faults 'GetCallerIdentity error 403 InvalidClientTokenId'
refuses 'a key that AWS does not know' 5 'GetCallerIdentity.*InvalidClientTokenId' . whoami --verify
faults 'GetCallerIdentity error 403 ExpiredToken'
refuses 'a session that has ended' 5 'GetCallerIdentity.*ExpiredToken' . whoami --verify
faults 'GetCallerIdentity error 503 ServiceUnavailable'
refuses 'a service that is down' 6 'GetCallerIdentity.*ServiceUnavailable' . whoami --verify
faults 'GetCallerIdentity:1 error 503 ServiceUnavailable'
gives '  or was' whoami --verify
faults 'GetCallerIdentity reset'
refuses 'connections that are reset' 6 'GetCallerIdentity' . whoami --verify
for fault in 'body hello' empty cut bomb twice\ Arn\ \"x\" 'unset Arn' 'unset Account' 'unset UserId'; do
    faults "GetCallerIdentity $fault"
    refuses "an answer: $fault" 5 'STS' '' whoami --verify
    unlike '  shows no secret' "$err" "$SECRETS"
done
faults 'GetCallerIdentity redirect http://127.0.0.1:1/'
refuses 'a redirect' 5 'GetCallerIdentity' '' whoami --verify
faults

without AWS_SECRET_ACCESS_KEY
with AWS_SECRET_ACCESS_KEY="${secret}x"
refuses 'another secret' 5 'SignatureDoesNotMatch' . whoami --verify
unlike '  is not shown' "$err" "$secret"
known
with AWS_ENDPOINT_URL_STS=http://127.0.0.1:1
refuses 'nobody there' 6 'http://127.0.0.1:1' . whoami --verify

done_testing
