"""The process that holds a simulated Aurora together: starts everything, waits, removes everything.

It ends on SIGTERM (`down`), when its owner ends, when DIR is gone, or when `up` is interrupted
before it has said "up"; and however it ends, no process and no file of it stays.
"""
import contextlib
import json
import os
import select
import shlex
import shutil
import signal
import tempfile
import time
import traceback

from processes import Account, Failed, adopt_orphans, end_all, start
from servers import (DATABASE, HERE, IAM_USERS, ODD_USER, PASSWORD, PASSWORD_USER, MariaDB,
                     PostgreSQL, locate)

CACHE = os.path.join(HERE, "../../build/aurora")
HASH = "cxyzabc12345"
START_LIMIT_S = 60
# AWS's published examples, all of them.
KEYS = [("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ("ASIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
         "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpS"
         "PfIeoIYRqTFlfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDY"
         "wT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqK"
         "mlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==")]


class Stop(Exception):
    """Time to end: asked to, or nobody is left to serve."""


class Supervisor:
    def __init__(self, options, lock, owner, tell):
        self.options, self.lock, self.owner, self.tell = options, lock, owner, tell
        self.dir, self.inode = options.dir, os.stat(options.dir).st_ino
        self.run, self.servers, self.log = None, [], None

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def main(self):
        for number in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
            signal.signal(number, self.stop)
        try:
            self.detach()
            adopt_orphans()
            self.build()
            self.say("up")
            while True:
                self.pause(0.25)
                self.look_after()
        except Stop:
            pass
        except (Failed, OSError) as fault:
            self.say(f"up: {fault}\n{self.logs()}")
        except Exception:
            self.say(traceback.format_exc())
        finally:
            self.remove()

    def stop(self, *_):
        raise Stop

    def detach(self):
        null = os.open(os.devnull, os.O_RDWR)
        self.log = open(self.path("supervisor.log"), "w+", encoding="utf-8")
        for number, fd in (0, null), (1, self.log.fileno()), (2, self.log.fileno()):
            os.dup2(fd, number)
        # What else the caller had open, a pipe that someone waits on perhaps, is not for us.
        keep = {self.log.fileno(), self.tell, self.owner, self.lock.fileno()}
        for fd in map(int, os.listdir("/proc/self/fd")):
            if fd > 2 and fd not in keep:
                with contextlib.suppress(OSError):
                    os.close(fd)
        os.chdir("/")
        os.umask(0o022)
        self.write("helpers", "")
        self.write("pid", f"{os.getpid()}\n")

    def say(self, text):
        """To whoever waits in `up`, once. Nobody there any more: they were interrupted."""
        if self.tell is None:
            return
        try:
            os.write(self.tell, text.encode())
        except BrokenPipeError:
            raise Stop from None
        finally:
            os.close(self.tell)
            self.tell = None

    def write(self, name, text, mode=0o644):
        """Whole or not at all: others may be reading."""
        path = self.path(name)
        with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w",
                  encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".new", path)

    # -- starting ---------------------------------------------------------------------------------

    def build(self):
        account = Account(self.options.user)
        self.make_run_folder(account)
        found = locate(self.options.engines)
        pki = self.command("pki", "authority", self.path("pki"), self.options.region)
        if self.options.engines:
            libraries = self.libraries()
        for engine in self.options.engines:
            if engine == "mysql":
                server = MariaDB(found["MARIADB_ROOT"], self.run, account, self.log)
            else:
                server = PostgreSQL(found["POSTGRES_ROOT"], found["POSTGRES_BIN"], self.run,
                                    account, self.log)
            self.servers.append(server)
        # The libraries first: MariaDB's plugin wants them even while its template is made.
        if self.options.engines:
            for library in libraries:
                self.finish(library)
        for server in self.servers:
            self.check()
            server.unpack(CACHE)
        self.finish(pki)
        leaves = [self.command("pki", "leaf", self.path("pki"), self.path("pki", engine),
                               *reversed(self.names(engine)), *self.options.name)
                  for engine in ("mysql", "postgres")]
        verifier = self.verifier()
        for leaf in leaves:
            self.finish(leaf)
        for server in self.servers:
            server.start(*self.certificate(server, account))
        self.write("hosts", "127.0.0.1 localhost\n::1 localhost\n" + "".join(
            f"127.0.0.1 {name}\n" for name in self.all_names()))
        shutil.copy(self.path("pki", "root.pem"), self.path("ca.pem"))
        os.chmod(self.path("ca.pem"), 0o644)
        self.wait_until_ready(verifier, account)
        self.write_env()

    def make_run_folder(self, account):
        """The servers' own folder: short, since it holds sockets, and open to their user, as the
        caller's DIR and TMPDIR may not be."""
        base = tempfile.gettempdir()
        if len(base) > 50 or not account.can_use(base, "/"):
            base = "/tmp"
        self.run = tempfile.mkdtemp(prefix="aurora.", dir=base)
        self.write("run", self.run + "\n")
        os.environ["TMPDIR"] = self.run  # of our helpers, so that nothing of theirs stays either
        os.mkdir(os.path.join(self.run, "lib"))
        account.give(self.run)

    def command(self, name, *arguments):
        return start([os.path.join(HERE, name), *arguments])

    def finish(self, process):
        while process.poll() is None:
            self.pause(0.002)
            self.check()
        if process.returncode:
            raise Failed(f"{os.path.basename(process.args[0])} failed")

    def libraries(self):
        make = ["cc", "-std=gnu17", "-O1", "-shared", "-fPIC"]
        return [
            start([*make, "-Wl,-soname,libpam.so.0", f"-Wl,--version-script={HERE}/pam.map",
                   "-o", f"{self.run}/lib/libpam.so.0", f"{HERE}/pam.c"]),
            start([*make, "-o", f"{self.run}/lib/{MariaDB.library}", f"{HERE}/plugin.c"])]

    def names(self, engine):
        """Cluster, reader, instance."""
        tail = f"{HASH}.{self.options.region}.rds.amazonaws.com"
        return [f"orders-{engine}.cluster-{tail}", f"orders-{engine}.cluster-ro-{tail}",
                f"orders-{engine}-1.{tail}"]

    def all_names(self):
        return self.names("mysql") + self.names("postgres") + self.options.name

    def endpoint_port(self, server):
        return getattr(self.options, server.engine + "_endpoint_port") or server.port

    def verifier(self):
        """Starts it as our own user: its log lies in DIR."""
        self.write("keys", "".join(" ".join(key) + "\n" for key in KEYS), 0o600)
        self.write("denied", "denied_user\n")
        self.write("faults", "")
        self.write("clock", "")
        self.write("verifier.log", "")
        self.write("verifier.json", json.dumps({
            "region": self.options.region, "keys": self.path("keys"), "denied": self.path("denied"),
            "clock": self.path("clock"), "faults": self.path("faults"),
            "log": self.path("verifier.log"),
            "services": {server.service: {
                "engine": server.engine,
                "hosts": [name.lower() for name in self.names(server.engine) + self.options.name],
                "ports": [server.port, self.endpoint_port(server)]} for server in self.servers}}))
        return self.command("verifier", self.path("verifier.json"), f"{self.run}/verifier")

    def certificate(self, server, account):
        """Copies of its certificate and key, which the server's user may read."""
        paths = []
        for kind in "pem", "key":
            target = os.path.join(server.home, f"server.{kind}")
            shutil.copy(self.path("pki", f"{server.engine}.{kind}"), target)
            os.chmod(target, 0o600)
            account.give(target)
            paths.append(target)
        return paths

    def wait_until_ready(self, verifier, account):
        limit = time.monotonic() + START_LIMIT_S
        socket, waiting = f"{self.run}/verifier", list(self.servers)
        while waiting or not os.path.exists(socket):
            for server in list(waiting):
                if server.ended():
                    raise Failed(f"the server for {server.engine} ended")
                if server.ready():
                    waiting.remove(server)
            if verifier.poll() is not None:
                raise Failed("the verifier ended")
            if time.monotonic() > limit:
                raise Failed("the servers are not ready in time")
            self.pause(0.01)
            self.check()
        account.give(socket)

    def write_env(self):
        long_term, _, temporary = KEYS
        values = {
            "DIR": self.dir, "REGION": self.options.region, "DATABASE": DATABASE,
            "CA_FILE": self.path("ca.pem"), "HOSTS_FILE": self.path("hosts"),
            "USER": IAM_USERS[0], "USER_2": IAM_USERS[1], "USER_DENIED": IAM_USERS[2],
            "USER_ODD": ODD_USER, "PASSWORD_USER": PASSWORD_USER, "PASSWORD": PASSWORD,
            "MYSQL_USER_LONG": MariaDB.long_users[0], "MYSQL_USER_LONGEST": MariaDB.long_users[1],
            "POSTGRES_USER_LONG": PostgreSQL.long_users[0],
            "ACCESS_KEY_ID": long_term[0], "SECRET_ACCESS_KEY": long_term[1],
            "TEMPORARY_ACCESS_KEY_ID": temporary[0], "TEMPORARY_SECRET_ACCESS_KEY": temporary[1],
            "TEMPORARY_SESSION_TOKEN": temporary[2], "KEYS_FILE": self.path("keys"),
            "DENIED_FILE": self.path("denied"), "CLOCK_FILE": self.path("clock"),
            "FAULTS_FILE": self.path("faults"),
            "LOG": self.path("verifier.log")}
        for engine in "mysql", "postgres":
            for kind, name in zip(["CLUSTER", "READER", "INSTANCE"], self.names(engine)):
                values[f"{engine.upper()}_{kind}"] = name
        for server in self.servers:
            prefix = server.engine.upper()
            values |= {f"{prefix}_PORT": server.port, f"{prefix}_SOCKET": server.socket,
                       f"{prefix}_ENDPOINT_PORT": self.endpoint_port(server),
                       f"{prefix}_PID": server.process.pid, f"{prefix}_LOG": server.output()}
        self.write("env", "".join(f"AURORA_{name}={shlex.quote(str(value))}\n"
                                  for name, value in values.items()), 0o600)

    # -- living and ending ------------------------------------------------------------------------

    def pause(self, seconds):
        """Sleeps, but not past the end of the owner or of an interrupted `up`."""
        watch = select.poll()
        for fd in filter(lambda fd: fd is not None, [self.owner, self.tell]):
            watch.register(fd, select.POLLIN if fd == self.owner else 0)
        if watch.poll(seconds * 1000):
            raise Stop

    def check(self):
        self.pause(0)
        if not self.dir_is_ours():
            raise Stop

    def dir_is_ours(self):
        """Neither removed nor made anew by someone else."""
        with contextlib.suppress(OSError):
            return os.stat(self.dir).st_ino == self.inode
        return False

    def look_after(self):
        self.check()
        for server in self.servers:
            if server.ended():
                # Left as it is: a test may have killed it, and its log says why if not.
                print(f"the server for {server.engine} ended: {server.process.returncode}",
                      flush=True)
                self.servers.remove(server)

    def logs(self):
        """The ends of what was logged, for `up` to show."""
        text = ""
        for path in [self.path("supervisor.log")] + [server.output() for server in self.servers]:
            with contextlib.suppress(OSError), open(path, errors="replace") as file:
                text += "".join(file.readlines()[-15:])
        return text

    def remove(self):
        for number in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
            signal.signal(number, signal.SIG_IGN)
        running = [server for server in self.servers if server.process and not server.ended()]
        for server in running:
            server.stop()
        end_all({server.process.pid for server in running}, patience=3)
        if self.run:
            shutil.rmtree(self.run, ignore_errors=True)
        if self.dir_is_ours():
            shutil.rmtree(self.dir, ignore_errors=True)
