#!/usr/bin/python3 -sB
"""Signs each case for the moment that it has, as Debian's botocore or AWS CLI does.

    sign_aws.py botocore|crt|awscli <signed >others

botocore: the client's own generate_db_auth_token, with the signer written in Python. crt: the same
with the signer written in C (python3-awscrt), which botocore prefers where it is there. awscli: the
command of the AWS CLI, which has a botocore of its own, run in this process. All are older than the
signers for DSQL; those cases are signed as newer ones do it, by the same presigner with the service
"dsql".
"""
import contextlib
import datetime
import io
import json
import os
import sys
import types

which = sys.argv[1]
os.environ["BOTO_DISABLE_CRT"] = "false" if which == "crt" else "true"
if which == "awscli":
    import awscli.customizations.rds  # from here on "botocore" is the one inside awscli
import botocore.auth
import botocore.compat
import botocore.credentials
import botocore.session

if which == "crt" and not botocore.compat.HAS_CRT:
    sys.exit("python3-awscrt is not there")


class Moment(datetime.datetime):
    """The clock that the signer sees."""
    now_is = None

    @classmethod
    def utcnow(cls):
        return cls.now_is

    @classmethod
    def now(cls, tz=None):
        return cls.now_is.replace(tzinfo=datetime.timezone.utc).astimezone(tz)


class Keys(botocore.credentials.Credentials):
    """The keys of the case at hand, so that one client serves them all."""
    case = None

    def __init__(self):
        super().__init__("none", "none")

    def get_frozen_credentials(self):
        case = Keys.case
        return botocore.credentials.ReadOnlyCredentials(case["access_key"], case["secret_key"],
                                                        case["session_token"] or None)


session = botocore.session.Session()
session._credentials = Keys()
clients = {}


def client_of(region):
    if region not in clients:
        clients[region] = session.create_client("rds", region)
    return clients[region]


def sign_dsql(case):
    request = {"method": "GET", "url": f"https://{case['host']}/", "url_path": "/",
               "query_string": "", "headers": {}, "body": {"Action": case["action"]}, "context": {}}
    url = client_of(case["region"])._request_signer.generate_presigned_url(
        operation_name=case["action"], request_dict=request, region_name=case["region"],
        expires_in=case["expires"], signing_name="dsql")
    return url.removeprefix("https://")


def sign_botocore(case):
    return client_of(case["region"]).generate_db_auth_token(
        DBHostname=case["typed"].rstrip("."), Port=case["port"], DBUsername=case["user"])


def sign_awscli(case):
    shared = types.SimpleNamespace(create_client=lambda service, region, *rest: client_of(region))
    command = awscli.customizations.rds.GenerateDBAuthTokenCommand(shared)
    parsed = types.SimpleNamespace(hostname=case["typed"].rstrip("."), port=case["port"],
                                   username=case["user"])
    settings = types.SimpleNamespace(region=case["region"], endpoint_url=None, verify_ssl=None)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        command._run_main(parsed, settings)
    return printed.getvalue().removesuffix("\n")


def main():
    frozen = types.SimpleNamespace(datetime=Moment, timezone=datetime.timezone,
                                   timedelta=datetime.timedelta)
    botocore.auth.datetime = frozen
    if "botocore.crt.auth" in sys.modules:
        sys.modules["botocore.crt.auth"].datetime = frozen
    for line in sys.stdin:
        case = json.loads(line)
        Keys.case = case
        Moment.now_is = datetime.datetime.strptime(case["moment"], "%Y%m%dT%H%M%SZ")
        sign = (sign_dsql if case["port"] is None
                else sign_awscli if which == "awscli" else sign_botocore)
        print(json.dumps({"number": case["number"], "token": sign(case)}))


main()
