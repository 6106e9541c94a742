"""The HTTP of the simulated metadata services: what they answer, and how that goes wrong.

Written over plain sockets, since most of what it must do no server library would let through.
"""
import contextlib
import email.utils
import json
import os
import secrets
import socket
import struct
import threading
import time

TOKEN_PATH = "/latest/api/token"
ROLE_PATH = "/latest/meta-data/iam/security-credentials/"
REGION_PATH = "/latest/meta-data/placement/region"
TTL_HEADER = "x-aws-ec2-metadata-token-ttl-seconds"
TOKEN_HEADER = "x-aws-ec2-metadata-token"
LIFE_S, FLOOD_BYTES = 6 * 3600, 100_000_000
ISO = "%Y-%m-%dT%H:%M:%SZ"
REASONS = {200: "OK", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
           404: "Not Found", 405: "Method Not Allowed", 429: "Too Many Requests",
           500: "Internal Server Error", 503: "Service Unavailable"}


class Gone(Exception):
    """The connection is over, by intent."""


class Answer:
    """What is to be sent: a status, a body, and a document that the body is made of at last."""

    def __init__(self, status, body="", document=None, headers=None):
        self.status, self.body, self.document = status, body.encode(), document
        self.headers = {"Content-Type": "text/plain", "Server": "EC2ws", **(headers or {})}
        self.twice, self.date, self.framing = [], 0, "length"

    def payload(self):
        if self.document is None:
            return self.body
        pairs = list(self.document.items()) + self.twice
        return ("{" + ", ".join(f"{json.dumps(key)} : {json.dumps(value)}"
                                for key, value in pairs) + "}").encode()

    def head(self, length=None):
        headers = dict(self.headers)
        headers["Date"] = email.utils.formatdate(time.time() + self.date, usegmt=True)
        if self.framing == "chunked":
            headers["Transfer-Encoding"] = "chunked"
        elif self.framing == "length":
            headers["Content-Length"] = len(self.payload()) if length is None else length
        else:
            headers["Connection"] = "close"
        reason = REASONS.get(self.status, "Whatever")
        return (f"HTTP/1.1 {self.status} {reason}\r\n" +
                "".join(f"{name}: {value}\r\n" for name, value in headers.items()) +
                "\r\n").encode()

    def text(self):
        body = self.payload()
        if self.framing == "chunked":
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in
                            (body[i:i + 7] for i in range(0, len(body), 7))) + b"0\r\n\r\n"
        return self.head() + body


def read_request(connection):
    """Method, path, headers with lower-case names; None where the client has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
    first, *lines = data.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    return method, path, {name.lower(): value.strip() for name, _, value in pairs}


def until_gone(connection, seconds=120):
    connection.settimeout(seconds)
    with contextlib.suppress(OSError):
        while connection.recv(65536):
            pass
    raise Gone


def dribble(connection, text):
    for byte in text:
        connection.sendall(bytes([byte]))
        time.sleep(1)
    raise Gone


def flood(connection, answer, framing):
    answer.framing, block = framing, b"x" * 65536
    connection.sendall(answer.head(FLOOD_BYTES))
    piece = b"10000\r\n" + block + b"\r\n" if framing == "chunked" else block
    for _ in range(FLOOD_BYTES // len(block) + 1):
        connection.sendall(piece)
    raise Gone


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Gone


def truncated(connection, answer):
    text = answer.head(len(answer.payload()) + 100) + answer.payload()
    connection.sendall(text)
    raise Gone


def garbage(connection):
    connection.sendall(b"\x16\x03\x01\x00\x00\x00 what is this\r\n\r\n")
    raise Gone


def change(answer, fault, arguments):
    """Applies a fault that leaves an answer."""
    if fault == "slow":
        time.sleep(float(arguments[0]))
    elif fault == "status":
        answer.status, answer.document = int(arguments[0]), None
        answer.body = arguments[1].encode() if len(arguments) > 1 else b""
    elif fault == "redirect":
        answer.status, answer.document, answer.body = 302, None, b""
        answer.headers["Location"] = arguments[0]
    elif fault in ("chunked", "no-length"):
        answer.framing = fault
    elif fault == "body":
        answer.document, answer.body = None, arguments[0].encode().decode("unicode_escape").encode()
    elif fault == "empty":
        answer.document, answer.body = None, b""
    elif fault == "cut":
        answer.body, answer.document = answer.payload()[:len(answer.payload()) // 2], None
    elif fault == "deep":
        answer.document, answer.body = None, b"[" * 30000 + b"]" * 30000
    elif fault == "set":
        answer.document[arguments[0]] = json.loads(arguments[1])
    elif fault == "unset":
        del answer.document[arguments[0]]
    elif fault == "twice":
        answer.twice.append((arguments[0], json.loads(arguments[1])))
    elif fault == "expires":
        form = arguments[1] if len(arguments) > 1 else ISO
        answer.document["Expiration"] = time.strftime(form,
                                                      time.gmtime(time.time() + int(arguments[0])))
    elif fault == "date":
        answer.date = int(arguments[0])
    else:
        raise ValueError(f"unknown fault {fault}")


def send(connection, answer, faults):
    """Sends the answer, or what the faults make of it."""
    for fault, *arguments in faults:
        if fault == "hang":
            until_gone(connection)
        elif fault == "drop":
            raise Gone
        elif fault == "reset":
            reset(connection)
        elif fault == "garbage":
            garbage(connection)
        elif fault == "truncated":
            truncated(connection, answer)
        elif fault in ("flood", "flood-chunked"):
            flood(connection, answer, "chunked" if fault == "flood-chunked" else "length")
        elif fault == "dribble":
            dribble(connection, answer.text())
        elif fault == "dribble-body":
            connection.sendall(answer.head())
            dribble(connection, answer.payload())
        else:
            change(answer, fault, arguments)
    connection.sendall(answer.text())
    if answer.framing == "no-length":
        raise Gone


class Service:
    """One NAME: its listener, its log, its faults."""

    def __init__(self, options, name):
        self.options, self.lock, self.tokens = options, threading.Lock(), set()
        self.path = os.path.join(options.dir, name)
        self.faults_text, self.faults_seen = None, {}

    # -- what is right ----------------------------------------------------------------------------

    def document(self, token_key):
        key_id, secret, session = self.options.access_key
        now = time.time()
        return {"AccessKeyId": key_id, "SecretAccessKey": secret, token_key: session,
                "Expiration": time.strftime(ISO, time.gmtime(now + LIFE_S))}

    def new_token(self, method, headers):
        if method != "PUT":
            return Answer(405)
        if not headers.get(TTL_HEADER, "").isdecimal() or not 1 <= int(headers[TTL_HEADER]) <= 21600:
            return Answer(400)
        if "x-forwarded-for" in headers:
            return Answer(403)
        token = secrets.token_urlsafe(40) + "=="
        self.tokens.add(token)
        return Answer(200, token, headers={"X-Aws-Ec2-Metadata-Token-Ttl-Seconds":
                                           headers[TTL_HEADER]})

    def imds(self, method, path, headers):
        """Where the request goes, and what is right there."""
        if path == TOKEN_PATH:
            return "token", self.new_token(method, headers)
        where = {ROLE_PATH: "role", ROLE_PATH + self.options.role: "credentials",
                 REGION_PATH: "region"}.get(path, "other")
        token = headers.get(TOKEN_HEADER)
        if token not in self.tokens if token is not None else not self.options.v1:
            return where, Answer(401)
        if where == "other":
            return where, Answer(404, "<html>Not Found</html>")
        if method != "GET":
            return where, Answer(405)
        if where == "credentials":
            document = {"Code": "Success", "LastUpdated": time.strftime(ISO, time.gmtime()),
                        "Type": "AWS-HMAC", **self.document("Token")}
            return where, Answer(200, document=document)
        return where, Answer(200, self.options.role if where == "role" else self.options.region)

    def container(self, method, path, headers):
        if method != "GET":
            return "credentials", Answer(405)
        if self.options.token_file:
            with open(self.options.token_file, encoding="ascii") as file:
                wanted = file.read().rstrip("\r\n")
            if headers.get("authorization") != wanted:
                return "credentials", Answer(401, '{"code":"AccessDenied","message":"bad token"}')
        document = {"RoleArn": "arn:aws:iam::123456789012:role/" + self.options.role,
                    **self.document("Token"), "AccountId": "123456789012"}
        return "credentials", Answer(200, document=document,
                                     headers={"Content-Type": "application/json"})

    # -- what goes wrong --------------------------------------------------------------------------

    def faults(self, where):
        """Those of the file that are due here."""
        with self.lock:
            with open(self.path + ".faults", encoding="utf-8") as file:
                text = file.read()
            if text != self.faults_text:
                self.faults_text, self.faults_seen = text, {}
            due = []
            for line in filter(str.strip, text.split("\n")):
                at, fault, *rest = line.split(" ", 2)
                if rest and fault != "body":
                    rest = rest[0].split(" ", 1)
                place, _, times = at.partition(":")
                if place not in (where, "any"):
                    continue
                self.faults_seen[line] = self.faults_seen.get(line, 0) + 1
                if not times or self.faults_seen[line] <= int(times):
                    due.append([fault, *rest])
            return due

    def record(self, request, answer, faults):
        method, path, headers = request
        line = {"time": time.time(), "method": method, "path": path, "headers": headers,
                "answer": answer.status, "faults": faults}
        with self.lock, open(self.path + ".log", "a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")

    # -- connections ------------------------------------------------------------------------------

    def talk(self, connection):
        right = self.imds if self.options.kind == "imds" else self.container
        while request := read_request(connection):
            where, answer = right(*request)
            faults = self.faults(where)
            self.record(request, answer, faults)
            send(connection, answer, faults)

    def guarded(self, connection):
        with connection, contextlib.suppress(OSError, Gone):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.talk(connection)

    def serve(self, listener):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=self.guarded, args=[connection], daemon=True).start()
