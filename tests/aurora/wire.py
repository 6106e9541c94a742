"""Both databases' protocols, as a server that records speaks them: for `rogue` and `fault`."""
import ssl
import struct
import time

LINGER_S = 60  # how long it goes on listening to a client that does not leave


class Gone(OSError):
    """The client left, or it talks something else."""


class Channel:
    """A connection that records. TLS runs in memory, so that what comes is seen before it."""

    def __init__(self, connection, prefix):
        self.connection, self.prefix, self.tls, self.pending = connection, prefix, None, b""
        self.deadline = time.monotonic() + LINGER_S

    def record(self, kind, data):
        with open(f"{self.prefix}.{kind}", "ab") as file:
            file.write(data)

    def event(self, text):
        self.record("events", text.encode() + b"\n")

    def receive(self):
        self.connection.settimeout(max(0.001, self.deadline - time.monotonic()))
        data = self.connection.recv(65536)
        self.record("wire", data)
        if not data:
            raise Gone
        return data

    def flush(self):
        self.connection.sendall(self.outgoing.read())

    def start_tls(self, context):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.incoming.write(self.pending)
        self.pending = b""
        tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.flush()
                self.incoming.write(self.receive())
            except ssl.SSLError as fault:
                self.flush()
                self.event(f"tls failed: {fault.reason}")
                raise Gone from None
        self.flush()
        self.tls = tls
        self.event(f"tls {tls.version()}")

    def more(self):
        if not self.tls:
            return self.receive()
        while True:
            try:
                data = self.tls.read(65536)
                self.record("plain", data)
                if not data:
                    raise Gone
                return data
            except ssl.SSLWantReadError:
                self.flush()
                self.incoming.write(self.receive())
            except ssl.SSLError as fault:
                self.event(f"tls ended: {fault.reason}")
                raise Gone from None

    def read(self, size):
        while len(self.pending) < size:
            self.pending += self.more()
        data, self.pending = self.pending[:size], self.pending[size:]
        return data

    def send(self, data):
        if self.tls:
            self.tls.write(data)
            self.flush()
        else:
            self.connection.sendall(data)

    def listen_on(self):
        """Whatever else comes is recorded, until the client leaves."""
        while True:
            self.more()


class MySQLWire:
    """Packets over a channel."""

    CAPABILITIES = 0x01BFA20D  # what Aurora MySQL offers and matters to a login, without TLS
    CLIENT_SSL = 0x800

    def __init__(self, channel):
        self.channel, self.sequence = channel, 0

    def packet(self, body, length=None):
        head = struct.pack("<I", len(body) if length is None else length)[:3]
        data = head + bytes([self.sequence]) + body
        self.sequence += 1
        return data

    def read_packet(self):
        head = self.channel.read(4)
        self.sequence = head[3] + 1
        return self.channel.read(int.from_bytes(head[:3], "little"))

    @staticmethod
    def greeting(capabilities):
        return (b"\x0a8.0.mysql_aurora.3.08.0\0" + struct.pack("<I", 7) + b"12345678\0"
                + struct.pack("<HBHHB", capabilities & 0xFFFF, 255, 2, capabilities >> 16, 21)
                + bytes(10) + b"abcdefghijkl\0mysql_native_password\0")

    @staticmethod
    def switch(plugin, data=b""):
        return b"\xfe" + plugin + b"\0" + data

    @staticmethod
    def error(code, text, state="28000"):
        """Without a state, as before the client is known."""
        marked = f"#{state}" if state else ""
        return b"\xff" + struct.pack("<H", code) + (marked + text).encode("utf-8", "replace")


class PostgreSQLWire:
    """Messages over a channel."""

    SSL_REQUEST, GSSENC_REQUEST = 80877103, 80877104

    def __init__(self, channel):
        self.channel = channel

    @staticmethod
    def message(kind, body, length=None):
        return kind + struct.pack("!I", len(body) + 4 if length is None else length) + body

    def read_message(self):
        head = self.channel.read(5)
        return self.channel.read(struct.unpack("!I", head[1:])[0] - 4)

    def error(self, text, state="28000"):
        return self.message(b"E", f"SFATAL\0C{state}\0M".encode()
                            + text.encode("utf-8", "replace") + b"\0\0")
