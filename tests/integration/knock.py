"""A client that `rdspass exec` runs, to see what a gate bears.

    knock.py ENGINE SOCKET USER DATABASE WHAT [N]

prints a JSON object with what came of it, and always "descriptors" of the gate, before and after (null
where its table of them is not ours to see). WHAT:

    logins N    so many logins, twenty at a time; a session opened before stays whole
    idle N      so many sessions at once: what the gate's memory grew by for each; all of them answer
    clients     clients that stop within each byte of their login, lie about lengths, talk nonsense
    crowd N     more sessions than the gate has descriptors for
"""
import concurrent.futures
import json
import os
import resource
import socket
import struct
import sys
import time

PATIENCE_S = 30


class Client:
    """A session, or what became of it: "in", "refused" (in words of the protocol), "ended"."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(path)
        self.came, self.said = b"", ""

    def close(self):
        self.socket.close()

    def read(self, n):
        while len(self.came) < n:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("ended")
            self.came += data
        data, self.came = self.came[:n], self.came[n:]
        return data

    def log_in(self):
        try:
            self.result = self.converse()
        except ConnectionError:
            self.result = "ended"
        return self.result


class PostgreSQL(Client):
    @staticmethod
    def opening(user, database):
        body = b"".join(word.encode() + b"\0" for word in ["user", user, "database", database, ""])
        return struct.pack("!II", len(body) + 8, 3 << 16) + body

    def message(self):
        head = self.read(5)
        return head[:1], self.read(struct.unpack("!I", head[1:])[0] - 4)

    def until(self, wanted):
        while True:
            kind, body = self.message()
            if kind in wanted:
                self.said = body.decode("utf-8", "replace") if kind == b"E" else ""
                return kind

    def converse(self):
        self.socket.sendall(self.opening(USER, DATABASE))
        return "in" if self.until(b"ZE") == b"Z" else "refused"

    def answers(self):
        self.socket.sendall(b"Q" + struct.pack("!I", 13) + b"SELECT 1\0")
        return self.until(b"ZE") == b"Z"

    @staticmethod
    def nonsense():
        good = PostgreSQL.opening(USER, DATABASE)
        yield from (good[:n] for n in range(len(good)))
        for length in 0, 3, 4, 7, 8, 9, 10001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF:
            yield struct.pack("!I", length) + good[4:]
        for version in 0, 2 << 16, (3 << 16) + 99, 4 << 16, 0xFFFFFFFF, 80877102, 80877103, 80877104:
            yield good[:4] + struct.pack("!I", version) + good[8:]
        yield struct.pack("!II", 8, 80877103) * 5
        yield struct.pack("!II", 8, 80877103) + good + b"Q"
        yield struct.pack("!IIII", 16, 80877102, 1, 2)
        yield struct.pack("!IIII", 16, 80877102, 1, 2)[:12]
        yield good[:-1] + b"x"
        yield b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(600)
        yield b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
        yield bytes(200000)
        yield b"\xff" * 200000


class MySQL(Client):
    # PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, CONNECT_WITH_DB, TRANSACTIONS
    CAPABILITIES = 0x200 | 0x8000 | 0x80000 | 0x8 | 0x2000

    @staticmethod
    def opening(user, database):
        body = (struct.pack("<IIB", MySQL.CAPABILITIES, 1 << 24, 45) + bytes(23) + user.encode()
                + b"\0\0" + database.encode() + b"\0mysql_native_password\0")
        return struct.pack("<I", len(body))[:3] + b"\1" + body

    def packet(self):
        head = self.read(4)
        return self.read(int.from_bytes(head[:3], "little"))

    def converse(self):
        greeting = self.packet()
        if greeting[0] == 0xFF:
            return "refused"
        self.socket.sendall(self.opening(USER, DATABASE))
        packet = self.packet()
        self.said = packet.decode("utf-8", "replace")
        return {0: "in", 0xFF: "refused"}.get(packet[0], "odd")

    def answers(self):
        self.socket.sendall(b"\1\0\0\0\x0e")  # COM_PING
        return self.packet()[0] == 0

    @staticmethod
    def nonsense():
        good = MySQL.opening(USER, DATABASE)
        yield from (good[:n] for n in range(len(good)))
        for length in 0, 1, 31, 32, 33, len(good) - 5, len(good) - 3, 0xFFFFFE, 0xFFFFFF:
            yield struct.pack("<I", length)[:3] + good[3:]
        for sequence in 0, 2, 255:
            yield good[:3] + bytes([sequence]) + good[4:]
        for capabilities in 0, 0x200, 0xFFFFFFFF, 0x800, MySQL.CAPABILITIES | 0x800:
            yield good[:4] + struct.pack("<I", capabilities) + good[8:]
        for n in range(36, len(good)):
            yield good[:n] + b"\xff" * (len(good) - n)
        yield b"\x20\0\0\1" + struct.pack("<I", 0x800 | MySQL.CAPABILITIES) + bytes(28) + b"\x16\3\1"
        yield bytes(200000)
        yield b"\xff" * 200000


class Gate:
    """What the system shows of the process."""

    def __init__(self):
        for name in os.listdir("/proc"):
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8") as file:
                    words = file.read()
            except OSError:
                continue
            if "(rdspass-gate)" in words and int(words.rpartition(")")[2].split()[1]) == os.getppid():
                self.folder = f"/proc/{name}"
                return
        sys.exit("no gate")

    def descriptors(self):
        try:
            return len(os.listdir(self.folder + "/fd"))
        except OSError:
            return None

    def memory(self):
        """Bytes of its own."""
        with open(self.folder + "/statm", encoding="ascii") as file:
            _, resident, shared, *_ = map(int, file.read().split())
        return (resident - shared) * resource.getpagesize()

    def settled(self, wanted):
        """The descriptors once they are down to that, or after a while."""
        end = time.monotonic() + 10
        while (now := self.descriptors()) is not None and now > wanted and time.monotonic() < end:
            time.sleep(0.05)
        return now


def enter(_=None):
    client = KIND(PATH)
    client.log_in()
    return client


def many(n, workers=20):
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return list(pool.map(enter, range(n)))


def logins(gate, n):
    witness = enter()
    began = time.monotonic()
    results = {}
    for start in range(0, n, 20):
        for client in many(min(20, n - start)):
            results[client.result] = results.get(client.result, 0) + 1
            client.close()
    seconds = time.monotonic() - began
    return {"results": results, "seconds": round(seconds, 2), "per_second": round(n / seconds),
            "witness": witness.answers(), **after()}


def after():
    client = enter()
    return {"after": client.result, "said": client.said}


def idle(gate, n):
    before = gate.memory()
    began = time.monotonic()
    clients = many(n)
    seconds = time.monotonic() - began
    time.sleep(0.5)
    grown = gate.memory() - before
    alive = sum(client.result == "in" and client.answers() for client in clients)
    for client in clients:
        client.close()
    return {"entered": sum(client.result == "in" for client in clients), "alive": alive,
            "kib_each": round(grown / 1024 / n, 1), "per_second": round(n / seconds), **after()}


def clients(gate, _):
    witness = enter()
    count = 0
    for words in KIND.nonsense():
        for wait in False, True:
            client = KIND(PATH)
            try:
                if KIND is MySQL:
                    client.packet()
                client.socket.sendall(words)
                client.socket.shutdown(socket.SHUT_WR)
                while wait and client.socket.recv(65536):
                    pass
            except ConnectionError:
                pass
            client.close()
            count += 1
    return {"tried": count, "witness": witness.answers(), **after()}


def crowd(gate, n):
    first = enter()
    crowd_of = []
    for _ in range(n):
        try:
            client = KIND(PATH)
            client.socket.settimeout(4)
            client.log_in()
        except (TimeoutError, ConnectionError, BlockingIOError):
            break  # it waits at the door
        crowd_of.append(client)
        if client.result != "in":
            break
    alive = all(client.answers() for client in [first, *crowd_of] if client.result == "in")
    got_in = sum(client.result == "in" for client in crowd_of)
    for client in crowd_of:
        client.close()
    return {"entered": got_in, "alive": alive, **after()}


def main():
    global KIND, PATH, USER, DATABASE
    engine, PATH, USER, DATABASE, what = sys.argv[1:6]
    KIND = {"postgres": PostgreSQL, "mysql": MySQL}[engine]
    n = int(sys.argv[6]) if sys.argv[6:] else 0
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gate = Gate()
    enter().close()  # what the first login opens for good
    second = enter()  # by now the gate has seen the first one go
    within = gate.descriptors()
    second.close()
    before = within and gate.settled(within - 2)
    said = {"logins": logins, "idle": idle, "clients": clients, "crowd": crowd}[what](gate, n)
    said["descriptors"] = [before, before and gate.settled(before)]
    print(json.dumps(said))


main()
