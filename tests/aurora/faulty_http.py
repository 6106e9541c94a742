"""The HTTP of simulated services: right answers, and what faults make of them.

Written over plain sockets, since most of what it must do no server library would let through.
A service is a subclass of Service, which says what is right; its faults are lines of a file,
WHERE[:TIMES] FAULT [ARG…], read again for each request (a file that changed starts to count TIMES
anew). Faults that take the place of the answer:

  hang | drop | reset         no answer, until the client goes | closes | resets the connection;
                              nothing is done
  lost                        what was asked for is done, and then as drop
  dribble | dribble-body      a byte a second, from the start | after the head
  garbage                     no HTTP
  truncated                   less of the body than the head has said
  flood | flood-chunked       100 MB, with their length | without

and those that change it:

  status CODE [TEXT]          this status, and this body
  error CODE NAME [TEXT]      the service says no in its own way
  redirect URL [CODE]         302, or the code
  type TEXT                   Content-Type
  slow SECONDS                answers later
  chunked | no-length         the same body in chunks of 7 bytes | up to the end of the connection
  body TEXT                   this body, in which \\n and the like are replaced
  before TEXT                 the same, in front of the body
  empty | cut | deep          no body | its first half | 30000 nested arrays
  bomb                        a document type with entities of entities, which the body uses
  replace OLD NEW             in the body's text; NEW as in `body`
  set KEY JSON | unset KEY    a value of the document, wherever it has that key | without it
  twice KEY JSON              and once more, with another value
  expires SECONDS [FORMAT]    Expiration so far from now, as strftime has it
  date SECONDS                the header Date so far from now
"""
import contextlib
import email.utils
import json
import os
import socket
import struct
import threading
import time
from xml.sax.saxutils import escape

FLOOD_BYTES, BODY_MAX = 100_000_000, 1_000_000
ISO = "%Y-%m-%dT%H:%M:%SZ"
REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 307: "Temporary Redirect",
           400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
           405: "Method Not Allowed", 429: "Too Many Requests", 500: "Internal Server Error",
           502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
BOMB = ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "AQoDYXdz">' + "".join(
    f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)) + "]>")


class Gone(Exception):
    """The connection is over, by intent."""


class Request:
    """What came: method, path, headers with lower-case names (a repeated one's last), body."""

    def __init__(self, head, body):
        first, *lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, _ = first.split(" ")
        pairs = (line.partition(":") for line in lines)
        self.headers = {name.lower(): value.strip() for name, _, value in pairs}
        self.body = body


def holder(document, key):
    """The object within a document that has the key; the document itself where none has."""
    waiting = [document]
    while waiting:
        one = waiting.pop(0)
        if key in one:
            return one
        waiting += [value for value in one.values() if isinstance(value, dict)]
    return document


class Answer:
    """What is to be sent: a status, and a body or a document that the body is made of at last."""

    def __init__(self, status, body="", document=None, headers=None, form="json"):
        self.status, self.body, self.document, self.form = status, body.encode(), document, form
        self.headers = {"Content-Type": "text/plain", **(headers or {})}
        self.twice, self.edits, self.framing = [], [], "length"
        self.offset, self.date = 0, 0  # of the service's clock; of what it tells
        self.more = {}  # for the log

    def json(self, value):
        if not isinstance(value, dict):
            return json.dumps(value)
        return "{" + ", ".join(f"{json.dumps(key)} : {self.json(part)}"
                               for key, part in self.pairs(value)) + "}"

    def xml(self, value):
        if isinstance(value, dict):
            return "".join(f"<{key}>{self.xml(part)}</{key.split(' ')[0]}>\n"
                           for key, part in self.pairs(value))
        return escape(value if isinstance(value, str) else json.dumps(value))

    def pairs(self, value):
        once_more = [(key, other) for at, key, other in self.twice if at is value]
        return list(value.items()) + once_more

    def payload(self):
        body = self.body
        if self.document is not None:
            body = getattr(self, self.form)(self.document).encode()
        for edit in self.edits:
            body = edit(body)
        return body

    def head(self, length=None):
        headers = dict(self.headers)
        headers["Date"] = email.utils.formatdate(time.time() + self.offset + self.date,
                                                  usegmt=True)
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
    """None where the client has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    request = Request(head, body)
    length = int(request.headers.get("content-length", "0"))
    if length > BODY_MAX:
        raise Gone
    while len(request.body) < length:
        part = connection.recv(65536)
        if not part:
            return None
        request.body += part
    return request


# --- faults in the place of an answer ------------------------------------------------------------

def hang(connection, _):
    connection.settimeout(120)
    while connection.recv(65536):
        pass


def drop(*_):
    pass


def reset(connection, _):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def slowly(connection, text):
    for byte in text:
        connection.sendall(bytes([byte]))
        time.sleep(1)


def dribble(connection, answer):
    slowly(connection, answer.text())


def dribble_body(connection, answer):
    connection.sendall(answer.head())
    slowly(connection, answer.payload())


def flood(connection, answer, framing="length"):
    answer.framing, block = framing, b"x" * 65536
    connection.sendall(answer.head(FLOOD_BYTES))
    piece = b"10000\r\n" + block + b"\r\n" if framing == "chunked" else block
    for _ in range(FLOOD_BYTES // len(block) + 1):
        connection.sendall(piece)


def flood_chunked(connection, answer):
    flood(connection, answer, "chunked")


def truncated(connection, answer):
    connection.sendall(answer.head(len(answer.payload()) + 100) + answer.payload())


def garbage(connection, _):
    connection.sendall(b"\x16\x03\x01\x00\x00\x00 what is this\r\n\r\n")


INSTEAD = {"hang": hang, "drop": drop, "lost": drop, "reset": reset, "dribble": dribble,
           "dribble-body": dribble_body, "flood": flood, "flood-chunked": flood_chunked,
           "truncated": truncated, "garbage": garbage}
# With one of these nobody has done what was asked for.
UNHEARD = {"hang", "drop", "reset", "garbage", "flood", "flood-chunked", "status", "error",
           "redirect"}


# --- faults that leave one -----------------------------------------------------------------------

def unescaped(text):
    return text.encode().decode("unicode_escape").encode("latin-1")


def change_head(answer, fault, arguments):
    """Status, headers, framing; whether the fault is one of these."""
    if fault == "status":
        answer.status = int(arguments[0])
        answer.document, answer.body = None, (arguments[1] if len(arguments) > 1 else "").encode()
    elif fault == "redirect":
        answer.status = int(arguments[1]) if len(arguments) > 1 else 302
        answer.document, answer.body = None, b""
        answer.headers["Location"] = arguments[0]
    elif fault == "type":
        answer.headers["Content-Type"] = " ".join(arguments)
    elif fault in ("chunked", "no-length"):
        answer.framing = fault
    elif fault == "date":
        answer.date += int(arguments[0])
    elif fault == "slow":
        time.sleep(float(arguments[0]))
    else:
        return False
    return True


def change_text(answer, fault, arguments):
    """The text of the body; whether the fault is one of these."""
    if fault == "body":
        answer.document, answer.body = None, unescaped(arguments[0])
    elif fault == "empty":
        answer.document, answer.body = None, b""
    elif fault == "deep":
        answer.document, answer.body = None, b"[" * 30000 + b"]" * 30000
    elif fault == "before":
        answer.edits.append(lambda body: unescaped(arguments[0]) + body)
    elif fault == "cut":
        answer.edits.append(lambda body: body[:len(body) // 2])
    elif fault == "bomb":
        answer.edits.append(lambda body: BOMB.encode() + body.replace(b"AQoDYXdz", b"&a9;"))
    elif fault == "replace":
        old, new = map(unescaped, arguments)
        answer.edits.append(lambda body: body.replace(old, new))
    else:
        return False
    return True


def change_document(answer, fault, arguments):
    """The values of the document. One that an earlier fault has taken away stays so."""
    if answer.document is None:
        return
    key = arguments[0]
    where = holder(answer.document, key)
    if fault == "set":
        where[key] = json.loads(arguments[1])
    elif fault == "unset":
        del where[key]
    elif fault == "twice":
        answer.twice.append((where, key, json.loads(arguments[1])))
    elif fault == "expires":
        form = arguments[1] if len(arguments) > 1 else ISO
        end = time.strftime(form, time.gmtime(time.time() + answer.offset + int(arguments[0])))
        holder(answer.document, "Expiration")["Expiration"] = end
    else:
        raise ValueError(f"unknown fault {fault}")


class Service:
    """What is behind one listener: its faults' file, its log. A subclass says what is right."""

    def __init__(self, faults_path, log_path):
        self.faults_path, self.log_path, self.lock = faults_path, log_path, threading.Lock()
        self.faults_text, self.faults_seen = None, {}

    def places(self, request):
        """What a fault's WHERE may call this request."""
        raise NotImplementedError

    def answer(self, request):
        """The right answer."""
        raise NotImplementedError

    def refusal(self, request, status, code, message):
        """The Answer by which the service says no."""
        raise NotImplementedError

    def described(self, request):
        """What the log is to hold of a request, beside its answer."""
        raise NotImplementedError

    def offset(self):
        """How far off its clock is."""
        return 0

    def faults(self, *places):
        """Those of the file that are due at one of these places."""
        with self.lock:
            with open(self.faults_path, encoding="utf-8") as file:
                text = file.read()
            if text != self.faults_text:
                self.faults_text, self.faults_seen = text, {}
            due = []
            for line in filter(str.strip, text.split("\n")):
                at, fault, *rest = line.split(" ", 2)
                if rest and fault not in ("body", "before"):
                    rest = rest[0].split(" ", 2 if fault == "error" else 1)
                place, _, times = at.partition(":")
                if place not in (*places, "any"):
                    continue
                self.faults_seen[line] = self.faults_seen.get(line, 0) + 1
                if not times or self.faults_seen[line] <= int(times):
                    due.append([fault, *rest])
            return due

    def record(self, line):
        with self.lock, open(self.log_path, "a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")

    def send(self, connection, request, answer, faults):
        """Sends the answer, or what the faults make of it."""
        for fault, *arguments in faults:
            if fault in INSTEAD:
                INSTEAD[fault](connection, answer)
                raise Gone
            if fault == "error":
                code, name, *text = arguments
                answer = self.refusal(request, int(code), name, " ".join(text))
                answer.offset = self.offset()
            elif not (change_head(answer, fault, arguments) or
                      change_text(answer, fault, arguments)):
                change_document(answer, fault, arguments)
        connection.sendall(answer.text())
        if answer.framing == "no-length":
            raise Gone

    def talk(self, connection):
        """One connection, to its end."""
        with connection, contextlib.suppress(OSError, Gone):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while request := read_request(connection):
                faults = self.faults(*self.places(request))
                unheard = any(fault[0] in UNHEARD for fault in faults)
                answer = Answer(200) if unheard else self.answer(request)
                answer.offset = self.offset()
                self.record({"time": time.time(), **self.described(request),
                             "answer": answer.status, **answer.more, "faults": faults})
                self.send(connection, request, answer, faults)
