#!/usr/bin/python3 -sB
"""Finds credentials as AWS's Python does, once for each request.

    identity_peer.py cli|botocore <requests >answers

A request is a line {"env": {…}, "profile": …, "region": …}, an answer {"key": …, "token": …,
"expires": …, "source": …} or {"error": CLASSES, "message": …}. Each request has a process of its own,
forked from one that has everything loaded, so that nothing of one is left for the next.

`cli` is the session of the AWS CLI's own driver, with the caches that its commands have; `botocore`
one as a program in Python makes it, given the same caches.
"""
import functools
import json
import os
import signal
import sys
from argparse import Namespace

# What is a path in the home directory is made at import; this is how to find it again.
HOME = "/the-home-of-the-request"
# What the AWS CLI's parser makes of a command without options.
ARGUMENTS = {"command": "sts", "debug": False, "endpoint_url": None, "verify_ssl": True,
             "paginate": True, "output": None, "query": None, "color": "auto", "sign_request": True,
             "no_cli_pager": True, "ca_bundle": None, "read_timeout": None, "connect_timeout": None,
             "cli_binary_format": None, "cli_auto_prompt": False, "no_cli_auto_prompt": False}
NO_CREDENTIALS = {"error": ["NoCredentialsError"], "message": "Unable to locate credentials"}


def load(kind):
    """Loads everything, makes the session's maker."""
    os.environ.update({"HOME": HOME, "AWS_EC2_METADATA_DISABLED": "true"})
    if kind == "cli":
        from awscli.clidriver import create_clidriver
    import botocore.credentials
    import botocore.loaders
    import botocore.session
    cached = functools.lru_cache(maxsize=None)(botocore.loaders.JSONFileLoader.load_file)
    botocore.loaders.JSONFileLoader.load_file = cached

    def cli_session(profile, region):
        driver = create_clidriver([])
        args = Namespace(**ARGUMENTS, profile=profile, region=region)
        driver._set_logging = lambda debug: None  # starts a thread, which no fork brings along
        driver._handle_top_level_args(args)
        driver._emit_session_event(args)
        return driver.session

    def plain_session(profile, region):
        session = botocore.session.Session(profile=profile)
        if region is not None:
            session.set_config_variable("region", region)
        os.environ.setdefault("AWS_STS_REGIONAL_ENDPOINTS", "regional")  # later versions' default
        chain = session.get_component("credential_provider")
        for provider in "assume-role", "assume-role-with-web-identity", "sso":
            chain.get_provider(provider).cache = botocore.credentials.JSONFileCache(
                os.path.expanduser("~/.aws/cli/cache"))
        return session

    make = cli_session if kind == "cli" else plain_session
    session = make(None, "us-east-1")
    for service in "sts", "sso", "sso-oidc":
        session.create_client(service, aws_access_key_id="x", aws_secret_access_key="x")
    return make


def move_home(home):
    """The paths that modules and classes have made of HOME, made of `home`."""
    for name, module in list(sys.modules.items()):
        if not name.startswith(("awscli", "botocore")):
            continue
        owners = [module] + [value for value in vars(module).values() if isinstance(value, type)]
        for owner in owners:
            for attribute, value in list(vars(owner).items()):
                if isinstance(value, str) and value.startswith(HOME):
                    setattr(owner, attribute, home + value.removeprefix(HOME))


def find(make, request):
    credentials = make(request["profile"], request["region"]).get_credentials()
    if credentials is None:
        return NO_CREDENTIALS
    frozen = credentials.get_frozen_credentials()
    expires = getattr(credentials, "_expiry_time", None)
    return {"key": frozen.access_key, "token": frozen.token or "", "source": credentials.method,
            "expires": None if expires is None else int(expires.timestamp())}


def answer(make, request, out):
    os.environ.clear()
    os.environ.update(request["env"])
    move_home(request["env"]["HOME"])
    try:
        found = find(make, request)
    except Exception as error:  # whatever it is, it is what the peer says
        found = {"error": [kind.__name__ for kind in type(error).__mro__], "message": str(error)}
    with os.fdopen(out, "w") as stream:
        json.dump(found, stream)


def main():
    make = load(sys.argv[1])
    for line in sys.stdin:
        reader, writer = os.pipe()
        if os.fork() == 0:
            null = os.open(os.devnull, os.O_RDWR)
            for fd in range(3):
                os.dup2(null, fd)
            signal.alarm(60)
            answer(make, json.loads(line), writer)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as stream:
            text = stream.read()
        print(text or '{"error": ["none"], "message": "the peer has died"}', flush=True)
        os.wait()


main()
