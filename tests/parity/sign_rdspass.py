#!/usr/bin/python3 -sB
"""Adds to each case the token that rdspass prints for it, and its moment.

    sign_rdspass.py RDSPASS FOLDER <cases >signed

FOLDER takes the profile files. Runs rdspass once for each case.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


def keys(case):
    pairs = [("aws_access_key_id", case["access_key"]), ("aws_secret_access_key", case["secret_key"])]
    if case["session_token"]:
        pairs.append(("aws_session_token", case["session_token"]))
    return pairs


def environment(case, folder):
    """HOME is empty for keys in the environment, else it has a profile called "work"."""
    env = {"HOME": str(folder / "empty"), "AWS_EC2_METADATA_DISABLED": "true"}
    if case["keys_in"] == "environment":
        return env | {name.upper(): value for name, value in keys(case)}
    home = folder / str(case["number"])
    (home / ".aws").mkdir(parents=True, exist_ok=True)
    text = "[work]\n" + "".join(f"{name} = {value}\n" for name, value in keys(case))
    (home / ".aws/credentials").write_text(text)
    return env | {"HOME": str(home)}


def arguments(case):
    """The spelling changes from case to case, and names of the AWS CLI's are among them."""
    odd = case["number"] % 2 == 1
    words = ["token"]
    if case["port"] is None:
        words += ["--hostname", case["typed"], "--expires-in", str(case["expires"])]
        words += ["--admin"] if case["action"] == "DbConnectAdmin" else []
    elif odd:
        words += [f"{case['typed']}:{case['port']}", "--user=" + case["user"]]
    else:
        words += ["--hostname", case["typed"], "--port", str(case["port"])]
        words += ["--username=" + case["user"]]
    if case["region_asked"] is not None:
        words += ["--region", case["region_asked"]]
    if case["keys_in"] == "profile":
        words += ["--profile", "work"]
    return words


def sign(program, case, folder):
    done = subprocess.run([program, *arguments(case)], env=environment(case, folder),
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"case {case['number']}: exit {done.returncode}: {done.stderr.strip()}\n"
                 f"{json.dumps(case)}")
    token = done.stdout.removesuffix("\n")
    moment = re.search(r"[?&]X-Amz-Date=(\d{8}T\d{6}Z)(&|$)", token)
    if moment is None:
        sys.exit(f"case {case['number']}: no X-Amz-Date in the token")
    return case | {"token": token, "moment": moment[1]}


def main():
    program = os.path.abspath(sys.argv[1])
    folder = pathlib.Path(sys.argv[2])
    cases = [json.loads(line) for line in sys.stdin]
    with ThreadPoolExecutor(max_workers=4) as pool:
        for signed in pool.map(lambda case: sign(program, case, folder), cases):
            print(json.dumps(signed))


if __name__ == "__main__":
    main()
