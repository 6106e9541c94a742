#!/usr/bin/python3 -sB
"""Random cases for tests/check/parity.t, one JSON object a line.

    cases.py SEED COUNT

The same seed gives the same cases. Keys are drawn at random; none belongs to anyone.
"""
import json
import pathlib
import random
import string
import sys

LOWER = string.ascii_lowercase + string.digits
BASE64 = string.ascii_letters + string.digits + "+/"
ODD = "&#+/%'\" =?;:@\\<>{}[]|^~`*()!$,._-"
# What UTF-8 has in two, three and four bytes, less controls and surrogates.
PLANES = [(0xA0, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFD)]
KINDS = {
    "instance": "{id}.{hash}",
    "cluster": "{id}.cluster-{hash}",
    "reader": "{id}.cluster-ro-{hash}",
    "shard group": "{id}.shardgrp-{hash}",
    "proxy": "{id}.proxy-{hash}",
    "proxy endpoint": "{id}.endpoint.proxy-{hash}",
    "global writer": "{id}.global-{hash}",
    "DSQL": "{id}.dsql",
    "DSQL PrivateLink": "{id}.dsql-{hash}",
}


def read_partitions():
    lines = (pathlib.Path(__file__).parent / "regions.tsv").read_text().splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


class Cases:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.partitions = read_partitions()

    def chance(self, share):
        return self.random.random() < share

    def word(self, alphabet, least, most):
        return "".join(self.random.choices(alphabet, k=self.random.randint(least, most)))

    def label(self):
        """A database's own name: letters, digits and single hyphens, up to 63 bytes."""
        if self.chance(0.03):
            return self.word(LOWER, 63, 63)
        name = self.random.choice(string.ascii_lowercase) + self.word(LOWER, 0, 20)
        for _ in range(self.random.randint(0, 3)):
            name += "-" + self.word(LOWER, 1, 6)
        if self.chance(0.05):
            name += self.random.choice(["-green-" + self.word(LOWER, 6, 6), "-old1"])
        return name[:63].rstrip("-")

    def endpoint(self):
        """Gives kind, partition, region in the name (or ""), host in lower case."""
        kind = self.random.choice(list(KINDS))
        name, suffix, service_first, regions = self.random.choice(self.partitions)
        if kind.startswith(("DSQL", "global")):
            name, suffix, service_first, regions = self.partitions[0]
        region = self.random.choice(regions.split())
        ident = self.word(LOWER, 26, 26) if kind.startswith("DSQL") else self.label()
        start = KINDS[kind].format(id=ident, hash=self.word(LOWER, 4, 14))
        if kind.startswith("DSQL"):
            return kind, name, region, f"{start}.{region}.on.aws"
        if kind == "global writer":
            return kind, name, "", f"{start}.global.rds.{suffix}"
        service = "rds-fips" if self.chance(0.05) else "rds"
        if service_first == "yes" and self.chance(0.5):
            return kind, name, region, f"{start}.{service}.{region}.{suffix}"
        return kind, name, region, f"{start}.{region}.{service}.{suffix}"

    def mixed_case(self, host):
        typed = "".join(c.upper() if self.chance(0.5) else c for c in host)
        return typed + ("." if self.chance(0.1) else "")

    def user(self):
        style = self.random.randrange(5)
        if style == 0:
            return self.word(string.ascii_letters + string.digits + "_", 1, 32)
        if style == 1:
            return self.word(ODD, 1, 40)
        if style == 2:
            return self.word(ODD + string.ascii_letters + string.digits, 1, 255)
        text = ""
        most = self.random.choice([1, 8, 63, 255])
        while True:
            low, high = self.random.choice(PLANES)
            more = chr(self.random.randint(low, high))
            if self.chance(0.3):
                more = self.random.choice(ODD + string.ascii_letters)
            if len((text + more).encode()) > most:
                return text or "é"
            text += more

    def session_token(self):
        if self.chance(0.4):
            return ""
        if self.chance(0.2):
            return self.word(BASE64 + "=", 1, 2000)
        return "IQoJb3JpZ2luX2Vj" + self.word(BASE64, 300, 1900) + self.random.choice(["", "=", "=="])

    def region_asked(self, named):
        """None: the name tells. Else what --region says, which may be another region."""
        if named and self.chance(0.6):
            return None
        if named and self.chance(0.8):
            return named
        return self.random.choice(self.random.choice(self.partitions)[3].split())

    def one(self, number):
        kind, partition, named, host = self.endpoint()
        dsql = kind.startswith("DSQL")
        asked = self.region_asked(named) if named else self.random.choice(
            self.partitions[0][3].split())
        port = self.random.choice([3306, 5432, 443, 80, 1, 65535] + 6 * [self.random.randint(1, 65535)])
        admin = dsql and self.chance(0.5)
        return {
            "number": number, "kind": kind, "partition": partition, "host": host,
            "typed": self.mixed_case(host), "region": asked or named, "region_asked": asked,
            "port": None if dsql else port,
            "user": None if dsql else self.user(),
            "action": "connect" if not dsql else "DbConnectAdmin" if admin else "DbConnect",
            "expires": self.random.randint(1, 604800) if dsql and self.chance(0.7) else 900,
            "access_key": "AKIA" + self.word(string.ascii_uppercase + string.digits, 12, 28),
            "secret_key": self.word(BASE64, 40, 40) if self.chance(0.8) else self.word(BASE64, 16, 128),
            "session_token": self.session_token(),
            "keys_in": self.random.choice(["environment", "profile"]),
        }


def main():
    cases = Cases(sys.argv[1])
    for number in range(int(sys.argv[2])):
        print(json.dumps(cases.one(number)))


main()
