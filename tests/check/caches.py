#!/usr/bin/python3 -sB
"""The AWS CLI's side of caches.t, as Debian has it: its own commands, in this process.

    caches.py offline PROFILE…         credentials without a network: any request is an error
    caches.py WORLD PROFILE…           requests go to the services of tests/aurora/aws, whose folder
                                       WORLD is

Prints a line for each profile: its name, the id of the key, or "-" and why there is none.
"""
import contextlib
import io
import json
import os
import sys
from urllib.parse import urlsplit

import awscli.clidriver  # from here on "botocore" is the one inside awscli
import botocore.httpsession

SERVICES = {"portal.sso": "SSO", "oidc": "SSO_OIDC", "sts": "STS"}
real_send = botocore.httpsession.URLLib3Session.send


def refuse(_session, request):
    sys.exit(f"caches.py: a request to {request.url}, and there is no network")


def redirect(urls):
    """Sends to the simulated service what is for the real one; the signature is the real one's."""
    def send(session, request):
        parts = urlsplit(request.url)
        [service] = [name for prefix, name in SERVICES.items()
                     if parts.hostname.startswith(prefix + ".")]
        request.headers.setdefault("Host", parts.netloc)
        request.url = urls[service] + parts._replace(scheme="", netloc="").geturl()
        return real_send(session, request)
    return send


def urls_of(world):
    with open(f"{world}/env", encoding="ascii") as file:
        lines = dict(line.strip().split("=", 1) for line in file)
    return {name.removeprefix("AWS_ENDPOINT_URL_"): url for name, url in lines.items()}


def key_of(profile):
    out, err = io.StringIO(), io.StringIO()
    os.environ.pop("_AWS_CLI_PROFILE_CHAIN", None)  # by which it sees that it calls itself
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = awscli.clidriver.create_clidriver().main(
            ["configure", "export-credentials", "--profile", profile, "--format", "process"])
    if code == 0:
        return json.loads(out.getvalue())["AccessKeyId"]
    return "- " + " ".join(err.getvalue().split())


def main():
    world, *profiles = sys.argv[1:]
    botocore.httpsession.URLLib3Session.send = \
        refuse if world == "offline" else redirect(urls_of(world))
    for profile in profiles:
        print(profile, key_of(profile))


if __name__ == "__main__":
    main()
