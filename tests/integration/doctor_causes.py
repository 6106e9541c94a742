"""Has doctor find the cause of each row of causes.tsv, some at a time.

    doctor_causes.py AURORA_DIR PROGRAM

To be run in `apart`, with the names of causes.zone and AWS's example keys in the environment. Prints
for each row, parted by tabs: its cause, by what it was made, and what is wrong with that, or nothing.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

import jsonschema

HERE = os.path.dirname(os.path.abspath(__file__))
AURORA = os.path.join(HERE, "../aurora")
AT_ONCE = 8
TAIL = "cxyzabc12345.eu-central-1.rds.amazonaws.com"
DSQL = "abcdefghijklmnopqrstuvwxyz"
HOSTS = {"proxy": f"px.proxy-{TAIL}", "proxy-endpoint": f"ro.endpoint.proxy-{TAIL}",
         "dsql": f"{DSQL}.dsql.eu-central-1.on.aws",
         "privatelink": f"{DSQL}.dsql-fnh4.eu-central-1.on.aws"}
ENGINE_PORTS = {"mysql": "3306", "postgres": "5432"}
# Faults that are silence: what they take is the time-out. A loaded machine must not seem silent.
SILENCE = re.compile(r"(-$|full|silent|stalls|tls-silent)")
KEYS = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
# Faults of a server that asks for the token, and has proved before who it is.
ASKS = re.compile(r"(error|closes-login|changes|stalls|session(-lost)?|query-error)\b")
TOKEN = re.compile(rb"Action=|DBUser=|X-Amz-")


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def addresses():
    lines = map(str.split, read("causes.zone").splitlines())
    return {name: value[0] for name, kind, *value in lines if kind == "a"}


class Row:
    def __init__(self, line, zone):
        self.cause, self.exit, self.engine, host, options, self.fault = line.split("\t")
        self.options = [] if options == "." else options.split()
        label = f"orders-{self.engine}" if host == "cluster" else host
        known = "." in host or host == "localhost"
        self.host = host if known else HOSTS.get(host, f"{label}.cluster-{TAIL}")
        self.address = zone.get(self.host, "127.0.0.1")
        self.port = None  # of the fault
        self.world = "1"

    def text(self):
        where = self.host.partition(f"-{TAIL}")[0].replace(DSQL + ".", "")
        fault = [] if self.fault == "-" else [self.fault]
        return " ".join([self.engine, where, *self.options, *fault])

    def order(self):
        """A line for `fault`."""
        return f"{self.engine}@{self.address} {self.fault}\n"

    def aws_fault(self):
        """What its own world is to do wrong."""
        return [option[4:].replace("_", " ") for option in self.options if option[:4] == "aws="]

    def environment(self, folder):
        own = os.path.join(folder, "homes", self.world)
        environment = {**os.environ, "HOME": own, "AWS_EC2_METADATA_DISABLED": "true",
                       "AWS_CONFIG_FILE": os.path.join(folder, "causes.config")}
        with open(os.path.join(folder, "worlds", self.world, "env"), encoding="ascii") as file:
            environment.update(line.split("=", 1) for line in file.read().split())
        for option in self.options:
            name, assigns, value = option.removeprefix("env:").partition("=")
            if option.startswith("profile="):
                environment = {k: v for k, v in environment.items() if k not in KEYS}
            elif option.startswith("env:") and assigns:
                environment[name] = value.replace("PORT", self.port or "").replace("DIR", folder)
            elif option.startswith("env:"):
                environment.pop(name, None)
        return environment

    def arguments(self, folder, healthy):
        port = self.port
        if any("PORT" in option for option in self.options):  # of another service than the database
            port = healthy[self.engine]
        options = ["--ca-file", os.path.join(folder, "ca.pem")]
        for option in self.options:
            if option == "builtin":
                options = options[2:]
            elif option == "via":
                options += ["--via", f"127.0.0.1:{self.port}"]
                port = None
            elif option.startswith("via="):
                options += ["--via", option[4:]]
            elif option.startswith("profile="):
                options += ["--profile", option[8:]]
            elif not option.startswith(("aws=", "env:")):
                options.append(option)
        return ["--host", self.host, "--port", port or ENGINE_PORTS[self.engine],
                "--engine", self.engine, "--user", "app_user", "--database", "orders",
                "--connect-timeout", "1" if SILENCE.match(self.fault) else "20", *options]

    def came(self, folder, kind):
        if not self.port:
            return False
        with open(os.path.join(folder, "fault", f"{self.port}.{kind}"), "rb") as file:
            return bool(TOKEN.search(file.read()))

    def problem(self, folder, program, healthy, schema):
        ended = subprocess.run(
            [program, "doctor", "--format", "json", *self.arguments(folder, healthy)],
            env=self.environment(folder), stdin=subprocess.DEVNULL, capture_output=True,
            check=False, timeout=60)
        try:
            said = json.loads(ended.stdout)
            cause = said["cause"] or {}
            seen = cause.get("name"), said["exit"], ended.returncode
        except (ValueError, KeyError, TypeError):
            return f"no report: {ended.returncode} {ended.stderr.decode('utf-8', 'replace')!r}"
        if seen != (self.cause, int(self.exit), int(self.exit)):
            return "it is {} ({}, {}): {}".format(*seen, cause.get("message"))
        for fault in schema.iter_errors(said):
            return f"not of the schema: {fault.json_path}: {fault.message[:200]}"
        if self.came(folder, "wire"):
            return "a token came in clear"
        if self.came(folder, "plain") and not ASKS.match(self.fault):
            return "a token came to a server that is not verified, or did not ask"
        return ""


def start_faults(folder, rows):
    """Gives each row its port, and returns those of servers with which nothing is wrong."""
    faulty = [row for row in rows if row.fault != "-"]
    orders = [row.order() for row in faulty]
    orders += [f"{name} session healthy\n" for name in ENGINE_PORTS]
    said = subprocess.run([os.path.join(AURORA, "fault"), folder], text=True, check=True,
                          input="".join(orders), stdout=subprocess.PIPE)
    ports = said.stdout.split()
    for row, port in zip(faulty, ports):
        row.port = port
    return dict(zip(ENGINE_PORTS, ports[len(faulty):]))


def write_configs(folder):
    with open(os.path.join(folder, "causes.config"), "w", encoding="utf-8") as file:
        file.write(read("causes.config").replace("DIR", folder))
    with open(os.path.join(folder, "broken.config"), "w", encoding="utf-8") as file:
        file.write("[broken]\nvia = nowhere\n")
    with open(os.path.join(folder, "anybodys.config"), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o666)


def start_worlds(folder, rows):
    """One of AWS for all, and one for each row in which that does something wrong: to those somebody
    has signed in by SSO. Homes are called as they are."""
    write_configs(folder)
    worlds = os.path.join(folder, "worlds")
    special = [row for row in rows if row.aws_fault()]
    names = [str(number + 1) for number in range(len(special) + 1)]
    subprocess.run([os.path.join(AURORA, "aws"), worlds, *names, "--owner", str(os.getpid())],
                   check=True)
    for name in names:
        os.makedirs(os.path.join(folder, "homes", name), mode=0o700)
    for row, row.world in zip(special, names[1:]):
        with open(os.path.join(worlds, row.world, "faults"), "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in row.aws_fault())
        cache = os.path.join(folder, "homes", row.world, ".aws/sso/cache")
        os.makedirs(cache, mode=0o700)
        with open(os.path.join(worlds, row.world, "sso.json"), encoding="utf-8") as file:
            token = file.read()
        cached = os.path.join(cache, hashlib.sha1(b"corp").hexdigest() + ".json")
        with open(cached, "w", encoding="utf-8") as file:
            file.write(token)


def main():
    folder, program = sys.argv[1:]
    zone = addresses()
    rows = [Row(line, zone) for line in read("causes.tsv").splitlines()
            if not re.match("#|recorded\t", line)]
    healthy = start_faults(folder, rows)
    start_worlds(folder, rows)
    schema = jsonschema.Draft202012Validator(json.loads(read("../../docs/doctor.schema.json")))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        problems = pool.map(lambda row: row.problem(folder, program, healthy, schema), rows)
        for row, problem in zip(rows, problems):
            print(row.cause, row.text(), problem.replace("\n", " "), sep="\t", flush=True)


main()
