#!/usr/bin/python3 -sB
"""Compares tokens parameter by parameter; says what was compared, and what differs.

    compare.py NAME SIGNED OTHERS [--spoil]

SIGNED holds the cases with the tokens of rdspass, OTHERS the tokens of the signer called NAME. The
order of the parameters is free, their encoding is not. Exit 1 where anything differs or is missing.

botocore and the AWS CLI leave the port 443 out of what they sign, since it is that of https; the
JavaScript signer and rdspass keep it. For that port their signature, and it alone, must differ.

What was compared is told on standard error, with the numbers of cases of each kind.

--spoil changes one thing in each token of rdspass before it is compared, another one from case to
case, and turns the exit code around: 0 where every one of them is seen to differ.
"""
import collections
import json
import sys

SHOWN = 5


def read(token):
    """The parts of a token by name: the host, and each parameter as it is encoded."""
    host, _, query = token.partition("/?")
    parts = {"(host)": host}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name in parts:
            raise ValueError(f"{name} is there twice")
        parts[name] = value
    return parts


def differences(ours, theirs):
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


def spoil(parts, number, spared):
    """Changes one character of one part, drops the part, or adds one."""
    names = sorted(parts.keys() - spared)
    name = names[number % len(names)]
    way = number // len(names) % 3
    if way == 0:
        last = parts[name][-1]
        parts[name] = parts[name][:-1] + ("1" if last == "0" else "0")
    elif way == 1:
        del parts[name]
    else:
        parts["X-Amz-Extra"] = ""


def expected(name, case):
    drops_443 = name != "JavaScript"
    return ["X-Amz-Signature"] if drops_443 and case["port"] == 443 else []


def load(path):
    with open(path, encoding="utf-8") as lines:
        return {case["number"]: case for case in map(json.loads, lines)}


def note(text):
    print("# " + text, file=sys.stderr)


def main():
    name, signed, others = sys.argv[1], load(sys.argv[2]), load(sys.argv[3])
    spoiling = "--spoil" in sys.argv[4:]
    kinds, partitions, facts = (collections.Counter() for _ in range(3))
    wrong = 0
    for number, case in signed.items():
        ours, theirs = read(case["token"]), read(others[number]["token"]) if number in others else {}
        theirs["(host)"] = theirs.get("(host)", "").lower()
        if spoiling:
            spoil(ours, number, expected(name, case))
        found = differences(ours, theirs)
        if found != expected(name, case):
            wrong += 1
            if wrong <= SHOWN and not spoiling:
                note(f"{name}: case {number} differs in {', '.join(found) or 'nothing, though it must'}")
                note(f"  case: {json.dumps({k: v for k, v in case.items() if k != 'token'})}")
                for part in found:
                    note(f"  {part}: {ours.get(part)}, theirs {theirs.get(part)}")
        kinds[case["kind"]] += 1
        partitions[case["partition"]] += 1
        facts["with a session token"] += bool(case["session_token"])
        facts["typed in mixed case"] += case["typed"] != case["host"]
        facts["user beyond A-Z a-z 0-9 - . _ ~"] += "%" in ours.get("DBUser", "")
        facts["port 443"] += case["port"] == 443
        facts["keys in a profile"] += case["keys_in"] == "profile"
        facts["region that is not the name's"] += case["region"] not in case["host"]
    if spoiling:
        note(f"{name}: {wrong} of {len(signed)} altered tokens were seen to differ")
        return 0 if wrong == len(signed) > 0 else 1
    note(f"{name}: {len(signed)} tokens compared, {wrong} differ")
    for counter in (kinds, partitions, facts):
        note("  " + ", ".join(f"{what} {count}" for what, count in sorted(counter.items())))
    return 0 if wrong == 0 and len(signed) == len(others) > 0 else 1


sys.exit(main())
