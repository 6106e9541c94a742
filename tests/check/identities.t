#!/bin/bash
# Over random environments, profiles, caches: the identity that rdspass finds, and the calls that it
# makes for it, are those of the AWS CLI and of botocore, as Debian packages them. TAP; for
# `make check-all`.
#
#   RP_SEED=N   other cases (2026)               RP_CASES=N       how many (400)
#   RP_ONLY=N   one case, shown with everything  RP_PROCESSES=N   how many by the real CLI, too (8)
#   RP_BUILD    what is tested (build/release)    RP_SHOWN=N   how many failures are shown (10)
set -u

cd "$(dirname "$0")/../.." || exit 1
program=${RP_BUILD:-build/release}/rdspass
seed=${RP_SEED:-2026}

# Not what PATH finds: AWS's libraries as Debian packages them belong to Debian's Python.
python=/usr/bin/python3
if ! "$python" -sBc 'import awscli, botocore' 2>/dev/null || [ ! -x /usr/bin/aws ]; then
    echo '1..0 # SKIP no AWS CLI and botocore of Debian: scripts/packages check'
    exit
fi

# A network of its own: nothing gets out, and the address of the agent of containers is in it.
isolate=(unshare --net)
"${isolate[@]}" true 2>/dev/null || isolate=(unshare --user --map-root-user --net)
if ! "${isolate[@]}" true 2>/dev/null; then
    echo '1..0 # SKIP no network namespaces here'
    exit
fi

unset "${!AWS_@}" "${!RDSPASS_@}" "${!PG@}"
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
echo "# RP_SEED=$seed RP_CASES=${RP_CASES:-400}" >&2
# shellcheck disable=SC2016 # for the inner shell
exec "${isolate[@]}" sh -c 'ip link set lo up && ip addr add 169.254.170.2/32 dev lo && exec "$@"' sh \
    "$python" -sB tests/parity/identities.py "$program" "$seed" "${RP_CASES:-400}" \
    --processes "${RP_PROCESSES:-8}" ${RP_ONLY:+--only "$RP_ONLY"}
