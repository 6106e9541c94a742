#!/usr/bin/python3 -sB
"""Signs some cases by whole processes: the real AWS CLI, and rdspass in the same second.

    sign_cli.py RDSPASS AWS COUNT FOLDER <signed

Takes the first COUNT cases that the CLI can sign as rdspass does. Both programs get the very same
words, behind "aws rds generate-db-auth-token" and "rdspass token". While the CLI runs, rdspass signs
again and again, so that one of its tokens is of the second in which the CLI signed. Writes
FOLDER/cli.ours and FOLDER/cli.theirs, for compare.py.
"""
import json
import pathlib
import re
import subprocess
import sys
import time

from sign_rdspass import environment


def words(case):
    profile = ["--profile", "work"] if case["keys_in"] == "profile" else []
    return ["--hostname", case["typed"].rstrip("."), "--port", str(case["port"]),
            "--username=" + case["user"], "--region", case["region"], *profile]


def moment_of(token):
    return re.search(r"[?&]X-Amz-Date=([0-9TZ]*)", token)[1]


def sign(rdspass, aws, case, folder):
    """Gives the token of rdspass and that of the CLI."""
    env = environment(case, folder) | {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    by_moment = {}
    with subprocess.Popen([aws, "rds", "generate-db-auth-token", *words(case)], env=env,
                          stdout=subprocess.PIPE, text=True) as cli:
        running = True
        while running:  # once more behind its end
            running = cli.poll() is None
            ours = subprocess.run([rdspass, "token", "-q", *words(case)], env=env, text=True,
                                  stdout=subprocess.PIPE, check=True).stdout.removesuffix("\n")
            by_moment[moment_of(ours)] = ours
            time.sleep(0.02)
        theirs = cli.stdout.read().removesuffix("\n")
    if cli.returncode != 0:
        sys.exit(f"case {case['number']}: the AWS CLI failed")
    return by_moment.get(moment_of(theirs), ""), theirs


def main():
    rdspass, aws, count, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), pathlib.Path(sys.argv[4])
    cases = [json.loads(line) for line in sys.stdin]
    cases = [case for case in cases if case["port"] not in (None, 443)][:count]
    with (folder / "cli.ours").open("w") as ours, (folder / "cli.theirs").open("w") as theirs:
        for case in cases:
            first, second = sign(rdspass, aws, case, folder)
            print(json.dumps(case | {"token": first}), file=ours)
            print(json.dumps({"number": case["number"], "token": second}), file=theirs)


main()
