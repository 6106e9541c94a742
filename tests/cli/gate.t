#!/usr/bin/python3
"""rdspass-gate over its channel, without a database: what it refuses to do, how it confines itself,
and that it leaves nothing behind, however it ends. The programs are those of RP_TEST_BUILD_DIR
(build/test).
"""
import json
import os
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("RP_TEST_BUILD_DIR") or os.path.join(ROOT, "build", "test")
GATE = os.path.join(BUILD, "rdspass-gate")
SOON = 20  # seconds; generous: a loaded machine must not fail a test

count = failures = 0


def ok(good, name, detail=""):
    global count, failures
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {name}", flush=True)
    if not good:
        failures += 1
        print(f"# {detail!r}", flush=True)


version = subprocess.run([os.path.join(BUILD, "rdspass"), "--version"], capture_output=True,
                         text=True, check=True).stdout.split()[1]
with open(os.path.join(BUILD, "ca", "eu-central-1.pem"), "rb") as file:
    roots = file.read()
top = tempfile.mkdtemp()


class Gate:
    """A gate that is running, and our end of its channel."""

    def __init__(self):
        self.channel, its = socket.socketpair()
        self.channel.settimeout(SOON)
        self.program = subprocess.Popen([GATE], stdin=its, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        its.close()
        self.came = b""

    def say(self, header, body=b""):
        if body:
            header = {**header, "body": len(body)}
        self.channel.sendall(json.dumps(header).encode() + b"\n" + body)

    def hear(self):
        """The next message, with its body; None: there is no more."""
        while b"\n" not in self.came:
            part = self.channel.recv(65536)
            if not part:
                return None
            self.came += part
        line, _, self.came = self.came.partition(b"\n")
        header = json.loads(line)
        while len(self.came) < header.get("body", 0):
            self.came += self.channel.recv(65536)
        body, self.came = self.came[:header.get("body", 0)], self.came[header.get("body", 0):]
        return {**header, "body": body}

    def end(self):
        """Its exit code, with nothing said on either output."""
        out, err = self.program.communicate(timeout=SOON)
        return (self.program.returncode, out, err)


def private(mode=0o700):
    directory = tempfile.mkdtemp(dir=top)
    os.chmod(directory, mode)
    return directory


def order(directory, **changes):
    return {"rdspass": version, "type": "open", "purpose": "serve", "engine": "postgres",
            "host": "shop.cluster-abc123xyz.eu-central-1.rds.amazonaws.com", "port": 5432,
            "via": {"host": "127.0.0.1", "port": 1}, "user": "anna", "database": "",
            "region": "eu-central-1", "ca_file": True, "connect_timeout": 10, "wait": 0,
            "directory": directory, "tcp": None, **changes}


def opened(**changes):
    """A gate with its doors open, and their directory."""
    directory, gate = private(), Gate()
    gate.say(order(directory, **changes), roots)
    answer = gate.hear()
    ok(answer and answer["type"] == "opened", "the doors are open", answer)
    return gate, directory, answer


def by_hand():
    def refuses(name, argv=(), **how):
        run = subprocess.run([GATE, *argv], capture_output=True, timeout=SOON, check=False, **how)
        ok(run.returncode == 2 and run.stdout == b"" and b"is a helper of rdspass" in run.stderr,
           name, run)
    refuses("an argument", ["--help"])
    refuses("an input that is no socket", stdin=subprocess.DEVNULL)
    gate = Gate()
    gate.channel.close()
    ok(gate.end() == (0, b"", b""), "a core that has nothing to say after all")


def refusals():
    def refuses(name, kind, header, body=roots, raw=None, stays=None):
        gate = Gate()
        if raw is None:
            gate.say(header, body)
        else:
            gate.channel.sendall(raw)
        answer, end = gate.hear(), gate.end()
        ok(answer and answer["type"] == "failure" and answer["kind"] == kind and
           end == (1, b"", b""), name, (answer, end))
        directory = (header or {}).get("directory", top)
        ok(os.path.exists(directory) == (stays is not False),
           f"{name}: its directory {'stays' if stays is not False else 'is removed'}")
    good = order(private())
    refuses("no message", "internal", None, raw=b"hello\n")
    refuses("another version", "internal", {**good, "rdspass": "0.0.0"})
    refuses("a message of another type", "internal", {"rdspass": version, "type": "entered"}, b"")
    refuses("an unknown type", "internal", {"rdspass": version, "type": "fly"}, b"")
    refuses("an order with a member too many", "internal", {**good, "verify": False})
    refuses("an order for a name that is not AWS's", "internal", {**good, "host": "localhost"})
    refuses("a relative directory", "internal", {**good, "directory": "here"}, stays=False)
    refuses("a directory that others can enter", "configuration", order(private(0o755)))
    refuses("no roots", "configuration", order(private()), b"nothing here\n", stays=False)
    taken = socket.create_server(("127.0.0.1", 0))
    refuses("a port that is taken", "configuration",
            order(private(), tcp=taken.getsockname()[1]), stays=False)
    taken.close()


def confinement():
    gate, directory, _ = opened()
    proc = f"/proc/{gate.program.pid}"
    with open(proc + "/status", encoding="ascii") as lines:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)
    ok(status["Name"] == "rdspass-gate", "its name is that of the program", status["Name"])
    ok(status["NoNewPrivs"] == "1", "no new privileges")
    ignored = int(status["SigIgn"], 16)
    ok(all(ignored >> (number - 1) & 1 for number in
           (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTSTP, signal.SIGPIPE)),
       "a terminal's signals are ignored", status["SigIgn"])
    ok(os.getsid(gate.program.pid) == gate.program.pid, "a session of its own")
    limits = resource.prlimit(gate.program.pid, resource.RLIMIT_NOFILE)
    ok(limits[0] == limits[1], "as many descriptors as it may have", limits)
    ok(resource.prlimit(gate.program.pid, resource.RLIMIT_CORE)[0] == 0, "no core dump")
    ok(os.stat(proc + "/environ").st_uid == 0, "others cannot look inside")
    path = os.path.join(directory, ".s.PGSQL.5432")
    mode = os.stat(path).st_mode
    ok(stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600, "its socket is private", oct(mode))
    for number in (signal.SIGINT, signal.SIGHUP):
        gate.program.send_signal(number)
    gate.say({"rdspass": version, "type": "token"}, b"unasked")
    ok(gate.hear() is None and gate.end() == (0, b"", b""), "what was not asked for ends it")
    ok(not os.path.exists(directory), "nothing is left behind")


def client(directory, name=".s.PGSQL.5432"):
    knocking = socket.socket(socket.AF_UNIX)
    knocking.settimeout(SOON)
    knocking.connect(os.path.join(directory, name))
    return knocking


def endings():
    def ends(name, how):
        gate, directory, _ = opened()
        inside = client(directory)
        inside.sendall(b"\0\0\0\10\4\xd2\x16\x2f")  # a request for TLS
        ok(inside.recv(10) == b"N", "a client is inside")
        how(gate)
        ok(inside.recv(10) == b"", f"{name}: its session ends")
        ok(gate.end() == (0, b"", b""), f"{name}: so does the gate")
        ok(not os.path.exists(directory), f"{name}: nothing is left behind")
    ends("the channel ends", lambda gate: gate.channel.close())
    ends("half of it ends", lambda gate: gate.channel.shutdown(socket.SHUT_WR))
    ends("SIGTERM", lambda gate: gate.program.terminate())
    ends("nonsense", lambda gate: gate.channel.sendall(b"\n"))


def doors():
    gate, directory, answer = opened(engine="mysql", port=3306, tcp=0)
    port = answer["tcp"]
    ok(os.listdir(directory) == ["mysql.sock"], "a socket for MySQL", os.listdir(directory))
    with client(directory, "mysql.sock") as inside:
        first = inside.recv(5)
    ok(first[4:] == b"\xff", "a server that does not answer: an error at once", first)
    report = gate.hear()
    ok(report["type"] == "failure" and report["kind"] == "network", "the core is told", report)
    with socket.create_connection(("127.0.0.1", port), SOON) as inside:
        first = inside.recv(5)
    ok(first[4:] == b"\xff", "the same by TCP", first)
    with socket.socket(socket.AF_INET6) as other:
        ok(other.connect_ex(("::1", port)) != 0, "by 127.0.0.1 alone")
    gate.channel.close()
    ok(gate.end() == (0, b"", b"") and not os.path.exists(directory), "closed again")
    again = socket.create_server(("127.0.0.1", port))
    ok(True, "the port is free again")
    again.close()


def certificates():
    gate = Gate()
    gate.say({"rdspass": version, "type": "certificates"}, roots)
    answer, end = gate.hear(), gate.end()
    ok(answer["type"] == "certificates" and len(json.loads(answer["body"])) >= 3 and
       end == (0, b"", b""), "certificates are read", (answer, end))
    gate = Gate()
    gate.say({"rdspass": version, "type": "certificates"}, b"none\n")
    answer, end = gate.hear(), gate.end()
    ok(answer["type"] == "failure" and answer["kind"] == "configuration" and
       end == (1, b"", b""), "no certificates", (answer, end))


try:
    by_hand()
    refusals()
    confinement()
    endings()
    doors()
    certificates()
finally:
    shutil.rmtree(top, ignore_errors=True)
print(f"1..{count}")
sys.exit(failures != 0)
