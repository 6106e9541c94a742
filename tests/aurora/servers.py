"""The two database servers of the simulated Aurora: how each is laid out, filled and started.

A server's data directory is made once (initdb and its like are slow), kept as a tar file in the
cache under a name that changes with everything it is made from, and unpacked for each run.
"""
import hashlib
import os
import random
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import tempfile

from processes import Failed

HERE = os.path.dirname(os.path.abspath(__file__))
DATABASE = "orders"
# Users who log in with a token. The odd one has what SQL, shells and URLs treat specially.
ODD_USER = "o'Brien+a b@x.com/é&#%\""
IAM_USERS = ["app_user", "report_user", "denied_user", ODD_USER]
PASSWORD_USER, PASSWORD = "password_user", "native-password"


def free_port():
    """A port below those that the kernel gives to clients, so that none takes it in between."""
    while True:
        port = random.randrange(12000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Server:
    """What both have in common. `home` is the folder of this server in this run."""

    engine = service = long_users = None

    def __init__(self, root, run, account, log):
        self.root, self.run, self.account, self.log = root, run, account, log
        self.home = os.path.join(run, self.engine)
        self.data = os.path.join(self.home, "data")
        self.port = free_port()
        self.process = None
        os.mkdir(self.home, 0o700)
        account.give(self.home)

    def environment(self):
        return {"LD_LIBRARY_PATH": os.path.join(self.run, "lib"),
                "AURORA_VERIFIER": os.path.join(self.run, "verifier")}

    def move_if_closed(self, program, parts):
        """Copies the server into the run's folder where its user could not reach it."""
        if self.account.can_use(program, self.run):
            return
        copy = os.path.join(self.home, "root")
        for part in parts:
            source, target = os.path.join(self.root, part), os.path.join(copy, part)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if os.path.isdir(source):
                shutil.copytree(source, target, symlinks=True)
            else:
                shutil.copy2(source, target)
        self.root = copy

    def users(self):
        return IAM_USERS + self.long_users

    def unpack(self, cache):
        """Fills the data directory from the template, which is made where it is missing."""
        mark = hashlib.sha256(self.version().encode())
        for text in [*self.seed(), open(__file__, encoding="utf-8").read()]:
            mark.update(text.encode())
        template = os.path.join(cache, f"{self.engine}-{mark.hexdigest()[:16]}.tar")
        if os.path.exists(template):
            with open(template, "rb") as tar:
                self.account.run(["tar", "-xf", "-"], self.home, self.log, stdin=tar)
            return
        self.create()
        try:
            os.makedirs(cache, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=cache, delete=False) as tar:
                subprocess.run(["tar", "-C", self.home, "--sparse", "-cf", "-", "data"], stdout=tar,
                               check=True)
            os.chmod(tar.name, 0o644)
            os.rename(tar.name, template)
        except OSError:
            pass  # a cache that cannot be written costs time, nothing else

    def version(self):
        """What the program says of itself, without the first word, its path."""
        said = subprocess.run([self.program, "--version"], capture_output=True, text=True,
                              check=True).stdout
        return said.partition(" ")[2]

    def pipe(self, command, text):
        with tempfile.TemporaryFile("w+", encoding="utf-8") as script:
            script.write(text)
            script.seek(0)
            self.account.run(command, self.home, self.log, self.environment(), stdin=script)

    def ended(self):
        return self.process.poll() is not None

    def output(self):
        return os.path.join(self.home, "log")


class MariaDB(Server):
    """MariaDB with auth_pam_v1, asking for mysql_clear_password as Aurora MySQL does. The plugin is
    called as Aurora's is (plugin.c)."""

    plugin, library = "AWSAuthenticationPlugin", "aws_authentication.so"
    engine, service = "mysql", "aurora-mysql"
    # MySQL, and so Aurora, takes 32 characters; MariaDB more.
    long_users = ["u" * 32, "v" * 80]

    def __init__(self, root, run, account, log):
        super().__init__(root, run, account, log)
        self.move_if_closed(self.path("usr/sbin/mariadbd"), [
            "usr/sbin/mariadbd", "usr/share/mysql", "usr/lib/mysql/plugin/auth_pam_v1.so"])
        self.program = self.path("usr/sbin/mariadbd")
        self.socket = os.path.join(self.home, "socket")
        os.symlink(self.path("usr/lib/mysql/plugin/auth_pam_v1.so"),
                   os.path.join(run, "lib", "auth_pam_v1.so"))

    def path(self, part):
        return os.path.join(self.root or "/", part)

    @staticmethod
    def create_user(name):
        quoted = "'" + name.replace("\\", "\\\\").replace("'", "''") + "'"
        return (f"CREATE USER {quoted}@'%' IDENTIFIED VIA {MariaDB.plugin} USING '{MariaDB.service}' "
                f"REQUIRE SSL;\nGRANT ALL ON {DATABASE}.* TO {quoted}@'%';\n")

    def seed(self):
        with open(os.path.join(HERE, "orders.sql"), encoding="utf-8") as file:
            table = file.read()
        # --bootstrap takes a statement as ended by ';' at the end of a line only.
        yield ("DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';\nFLUSH PRIVILEGES;\n"
               # Over the unix socket only, which nobody else reaches.
               "CREATE USER rdsadmin@localhost;\n"
               "GRANT ALL ON *.* TO rdsadmin@localhost WITH GRANT OPTION;\n"
               f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4;\nUSE {DATABASE};\n{table}\n"
               f"CREATE USER {PASSWORD_USER}@'%' IDENTIFIED BY '{PASSWORD}';\n"
               f"GRANT ALL ON {DATABASE}.* TO {PASSWORD_USER}@'%';\n"
               + "".join(map(self.create_user, self.users())))

    def options(self):
        share = self.path("usr/share/mysql")
        return ["--no-defaults", f"--basedir={self.path('usr')}", f"--datadir={self.data}",
                f"--lc-messages-dir={share}", f"--character-sets-dir={share}/charsets",
                f"--plugin-dir={self.run}/lib", f"--plugin-load-add={self.library}",
                f"--tmpdir={self.home}",
                "--character-set-server=utf8mb4",
                # Small, and quick rather than safe: nothing here is to be kept.
                "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M",
                "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
                "--innodb-use-native-aio=0", "--key-buffer-size=1M", "--performance-schema=OFF",
                "--table-open-cache=200", "--open-files-limit=1024"]

    def create(self):
        os.mkdir(self.data, 0o700)
        self.account.give(self.data)
        scripts = ["create database mysql;\nuse mysql;\n"]
        for name in "mysql_system_tables", "mysql_performance_tables", "mysql_system_tables_data":
            with open(self.path(f"usr/share/mysql/{name}.sql"), encoding="utf-8") as file:
                scripts.append(file.read())
        self.pipe([self.program, *self.options(), "--bootstrap"], "\n".join([*scripts, *self.seed()]))

    def start(self, certificate, key):
        command = [self.program, *self.options(), f"--socket={self.socket}", f"--port={self.port}",
                   "--bind-address=127.0.0.1", f"--pid-file={self.home}/pid", "--skip-name-resolve",
                   "--awsauthenticationplugin-use-cleartext-plugin=ON",
                   f"--ssl-cert={certificate}", f"--ssl-key={key}",
                   "--tls-version=TLSv1.2,TLSv1.3", "--version=8.0.mysql_aurora.3.08.0",
                   "--max-allowed-packet=64M", "--max-connections=200"]
        with open(self.output(), "wb") as output:
            self.process = self.account.start(command, self.home, signal.SIGKILL,
                                              self.environment(), stdin=subprocess.DEVNULL,
                                              stdout=output, stderr=output)

    def ready(self):
        """MariaDB listens last of all, and greets first."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as server:
                return server.recv(5)[4:] == b"\x0a"
        except OSError:
            return False

    def stop(self):
        self.process.kill()


class PostgreSQL(Server):
    """PostgreSQL that asks members of rds_iam for their token through PAM, as RDS does."""

    engine, service = "postgres", "aurora-postgres"
    long_users = ["u" * 63]

    def __init__(self, root, bin_folder, run, account, log):
        super().__init__(root, run, account, log)
        part = os.path.relpath(bin_folder, root or "/")
        self.move_if_closed(f"{bin_folder}/postgres", ["usr/lib/postgresql", "usr/share/postgresql"])
        self.bin = os.path.join(self.root or "/", part)
        self.program = os.path.join(self.bin, "postgres")
        self.socket = self.home

    @staticmethod
    def create_user(name):
        quoted = '"' + name.replace('"', '""') + '"'
        return f"CREATE ROLE {quoted} LOGIN;\n\nGRANT rds_iam TO {quoted};\n\n"

    def seed(self):
        yield (f"CREATE ROLE rds_iam;\n\nCREATE DATABASE {DATABASE};\n\n"
               f"CREATE ROLE {PASSWORD_USER} LOGIN PASSWORD '{PASSWORD}';\n\n"
               + "".join(map(self.create_user, self.users())))
        with open(os.path.join(HERE, "orders.sql"), encoding="utf-8") as file:
            yield (file.read().replace(";\n", ";\n\n")
                   + f"GRANT ALL ON {DATABASE} TO PUBLIC;\n\nGRANT ALL ON SCHEMA public TO PUBLIC;\n\n")

    def create(self):
        self.account.run([f"{self.bin}/initdb", "-D", self.data, "-U", "rdsadmin", "-E", "UTF8",
                          "--locale=C.UTF-8", "--auth=reject", "--no-sync", "--no-instructions",
                          "--wal-segsize=1"], self.home, self.log)
        for database, text in zip(["postgres", DATABASE], self.seed()):
            self.pipe([self.program, "--single", "-j", "-F", "-D", self.data, database], text)

    def configure(self, certificate, key):
        self.write("pg_hba.conf", [
            "local     all rdsadmin trust",  # over the unix socket only, which nobody else reaches
            "local     all all reject",
            "hostnossl all all all reject",  # rds.force_ssl
            f"hostssl   all +rds_iam all pam pamservice={self.service}",
            "hostssl   all all all scram-sha-256"])
        self.write("postgresql.conf", [
            "listen_addresses = '127.0.0.1'", f"port = {self.port}",
            f"unix_socket_directories = '{self.socket}'", "unix_socket_permissions = 0700",
            "ssl = on", f"ssl_cert_file = '{certificate}'", f"ssl_key_file = '{key}'",
            "ssl_min_protocol_version = 'TLSv1.2'", "max_connections = 200",
            # Nothing outside the data directory but the small System V segment of the lock.
            "dynamic_shared_memory_type = mmap", "shared_buffers = 16MB", "fsync = off",
            "full_page_writes = off", "autovacuum = off", "max_wal_senders = 0",
            "wal_level = minimal", "jit = off", "timezone = 'UTC'", "log_timezone = 'UTC'",
            "log_connections = on"])

    def write(self, name, lines):
        path = os.path.join(self.data, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
        self.account.give(path)

    def start(self, certificate, key):
        self.configure(certificate, key)
        # SIGQUIT: at once, and yet without leaving shared memory behind.
        with open(self.output(), "wb") as output:
            self.process = self.account.start([self.program, "-D", self.data], self.home,
                                              signal.SIGQUIT, self.environment(),
                                              stdin=subprocess.DEVNULL, stdout=output,
                                              stderr=output)

    def ready(self):
        """Whether it lets rdsadmin in over the socket: 'R', not the 'E' of a server that starts."""
        startup = b"user\0rdsadmin\0database\0postgres\0\0"
        try:
            with socket.socket(socket.AF_UNIX) as server:
                server.settimeout(2)
                server.connect(f"{self.socket}/.s.PGSQL.{self.port}")
                server.sendall(struct.pack("!II", len(startup) + 8, 3 << 16) + startup)
                answer = server.recv(1)
                server.sendall(b"X\0\0\0\4")
                return answer == b"R"
        except OSError:
            return False

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)


def locate(engines):
    """Where the server programs are, from scripts/packages."""
    packages = os.path.join(HERE, "../../scripts/packages")
    text = subprocess.run(["sh", packages, "--servers"], capture_output=True, text=True,
                          check=False).stdout
    found = dict(word.split("=", 1) for word in shlex.split(text))
    for engine, name in ("mysql", "MARIADBD"), ("postgres", "POSTGRES_BIN"):
        if engine in engines and name not in found:
            raise Failed(f"no server for {engine}: run scripts/packages test")
    return found
