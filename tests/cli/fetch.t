#!/usr/bin/python3
"""rdspass-fetch over its pipe, against an HTTP server with faults.

Each case checks how the exchange came out and that its deadline held. The
programs are those of RP_TEST_BUILD_DIR (build/test).
"""
import json
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("RP_TEST_BUILD_DIR") or os.path.join(ROOT, "build", "test")
FETCH = os.path.join(BUILD, "rdspass-fetch")
SLACK = 8  # seconds a loaded machine may add to a deadline; what is slow here takes longer

count = failures = 0


def ok(good, name, detail=""):
    global count, failures
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {name}", flush=True)
    if not good:
        failures += 1
        print(f"# {detail!r}", flush=True)


# --- the server: one behaviour a path -----------------------------------------

seen = []  # the requests as they came, head and body
connections = 0


def read_request(conn):
    data = b""
    while b"\r\n\r\n" not in data:
        part = conn.recv(65536)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    want = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            want = int(value)
    while len(body) < want:
        body += conn.recv(65536)
    return head.decode("latin-1"), body


def answer(conn, body=b"hello", status="200 OK", extra=""):
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    conn.sendall(head.encode("latin-1") + body)


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


def dribble(conn, head):
    conn.sendall(head)
    for _ in range(100):
        conn.sendall(b"x")
        time.sleep(0.2)


def flood(conn, head, total):
    conn.sendall(head)
    sent = 0
    while sent < total:
        conn.sendall(b"x" * 65536)
        sent += 65536
    return sent


REFUSALS = {
    "/refused": "X-AMZN-errortype:  Denied:http://x/ \r\nx-amzn-RequestId: 1-2\r\n",
    "/refused-portal": "x-amz-request-id: 3\r\nX-Other: 4\r\n",
    "/refused-bytes": "x-amzn-ErrorType: De\x1bnied\r\nx-amzn-RequestId: \xff\r\n",
    "/refused-long": "x-amzn-ErrorType: " + "e" * 1000 + "\r\nx-amzn-RequestId: " + "i" * 1000 +
                     "\r\n",
    "/refused-empty": "x-amzn-ErrorType:\r\nx-amzn-RequestId-2: 5\r\n",
}


def behave(conn, path):
    """Answers one request; True where the connection stays open."""
    if path == "/ok":
        answer(conn, extra="Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n")
        return True
    if path == "/hang":
        time.sleep(30)
    elif path == "/reset":
        reset(conn)
    elif path == "/dribble":
        dribble(conn, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    elif path == "/dribble-head":
        dribble(conn, b"HTTP/1.1 200 OK\r\nX: ")
    elif path == "/redirect":
        answer(conn, b"", "302 Found", "Location: /ok\r\n")
        return True
    elif path == "/flood":
        flood(conn, b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n", 100 << 20)
    elif path == "/flood-no-length":
        flood(conn, b"HTTP/1.1 200 OK\r\n\r\n", 100 << 20)
    elif path == "/flood-head":
        flood(conn, b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20000, 0)
        time.sleep(30)
    elif path == "/chunked":
        conn.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                     b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")
        return True
    elif path == "/chunked-cut":
        conn.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")
    elif path == "/no-length":
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\nhello")
    elif path == "/http09":
        conn.sendall(b"hello\n")
    elif path == "/garbage":
        conn.sendall(b"\x16\x03\x01\x00\x00\x00\r\n\r\n")
    elif path == "/truncated":
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
    elif path == "/empty":
        answer(conn, b"", "204 No Content")
        return True
    elif path == "/status":
        answer(conn, b"no", "503 Service Unavailable")
        return True
    elif path.startswith("/refused"):
        answer(conn, b"", "403 Forbidden", REFUSALS[path])
        return True
    elif path == "/once":
        answer(conn, b"hello")  # and closes, without saying so
    return False


def serve_connection(conn):
    try:
        while True:
            request = read_request(conn)
            if request is None:
                break
            seen.append(request)
            if not behave(conn, request[0].split(" ")[1]):
                break
    except OSError:
        pass
    finally:
        conn.close()


def listen(serve):
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def loop():
        global connections
        while True:
            conn, _ = listener.accept()
            connections += 1
            threading.Thread(target=serve, args=(conn,), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    return listener.getsockname()[1]


# --- the core's part ----------------------------------------------------------

VERSION = subprocess.run([os.path.join(BUILD, "rdspass"), "--version"], check=True,
                         capture_output=True, text=True).stdout.split()[1]


def message(url, **members):
    body = members.pop("body", b"")
    header = {"rdspass": VERSION, "type": "exchange", "method": "GET", "url": url, "headers": [],
              "connect_ms": 15000, "total_ms": 15000, "max_body": 4096, "direct": True,
              "ca_file": None, "proof": None}
    header.update(members)
    if body:
        header["body"] = len(body)
    return json.dumps(header).encode() + b"\n" + body


class Fetch:
    def __init__(self, env=None):
        self.process = subprocess.Popen([FETCH], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=env or {})

    def send(self, bytes_):
        self.process.stdin.write(bytes_)
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        header = json.loads(line) if line else {}
        return header, self.process.stdout.read(header.get("body", 0))

    def ask(self, url, **members):
        start = time.monotonic()
        self.send(message(url, **members))
        header, body = self.receive()
        return header, body, time.monotonic() - start

    def end(self):
        self.process.stdin.close()
        return self.process.wait(30)


PORT = listen(serve_connection)
HERE = f"http://127.0.0.1:{PORT}"


def test_answers(fetch):
    header, body, _ = fetch.ask(HERE + "/ok")
    ok(header["outcome"] == "answered" and header["status"] == 200 and body == b"hello",
       "an answer", header)
    ok(header["date"] == 1767323045 and header["connected"], "its date", header)
    head = seen[-1][0].split("\r\n")
    ok(head[0] == "GET /ok HTTP/1.1" and
       sorted(line.split(":")[0] for line in head[1:]) == ["Accept", "Host", "User-Agent"],
       "sent as it should be", head)
    header, body, _ = fetch.ask(HERE + "/status")
    ok(header["status"] == 503 and body == b"no", "a status with a body", header)
    header, body, _ = fetch.ask(HERE + "/chunked")
    ok(header["status"] == 200 and body == b"hello", "chunked", header)
    header, body, _ = fetch.ask(HERE + "/empty")
    ok(header["status"] == 204 and "body" not in header, "no body", header)
    before = connections
    fetch.ask(HERE + "/ok")
    fetch.ask(HERE + "/ok")
    ok(connections <= before + 1, "the connection is kept", connections - before)
    header, body, _ = fetch.ask(HERE + "/no-length")
    ok(header["status"] == 200 and body == b"hello", "no length", header)
    fetch.ask(HERE + "/once")
    time.sleep(0.1)
    header, body, _ = fetch.ask(HERE + "/ok")
    ok(header["outcome"] == "answered", "a kept connection that has died is replaced", header)


def test_refusals(fetch):
    """What headers say of an error: names in any case, printable ASCII, bounded."""
    cases = [("/refused", "Denied:http://x/", "1-2"), ("/refused-portal", "", "3"),
             ("/refused-bytes", "", ""), ("/refused-long", "e" * 127, "i" * 95),
             ("/refused-empty", "", ""), ("/ok", "", "")]
    for path, kind, identity in cases:
        header, _, _ = fetch.ask(HERE + path)
        ok(header["error_type"] == kind and header["request_id"] == identity,
           f"{path}: what its headers say", header)


def test_requests(fetch):
    headers = [{"name": "X-aws-ec2-metadata-token-ttl-seconds", "value": "21600"},
               {"name": "Authorization", "value": ""}]
    header, _, _ = fetch.ask(HERE + "/ok", method="PUT", headers=headers)
    head, body = seen[-1]
    lines = head.split("\r\n")
    ok(header["status"] == 200 and lines[0] == "PUT /ok HTTP/1.1" and body == b"", "PUT", lines)
    ok("Content-Length: 0" in lines and "X-aws-ec2-metadata-token-ttl-seconds: 21600" in lines and
       "Authorization:" in lines and not any(x.startswith("Content-Type") for x in lines),
       "with its headers and an empty body", lines)
    posted = b"a\0b\n" * 500
    fetch.ask(HERE + "/ok", method="POST", body=posted,
              headers=[{"name": "content-type", "value": "application/json"}])
    head, body = seen[-1]
    ok(head.startswith("POST /ok ") and body == posted and "content-type: application/json" in head
       and "Expect" not in head, "POST", head)


def test_faults(fetch):
    cases = [
        ("/hang", "timed-out", True), ("/reset", "broken", True), ("/drop", "broken", True),
        ("/dribble", "timed-out", True), ("/dribble-head", "timed-out", True),
        ("/chunked-cut", "broken", True), ("/http09", "broken", True),
        ("/garbage", "broken", True), ("/truncated", "broken", True),
        ("/flood", "too-large", True), ("/flood-no-length", "too-large", True),
        ("/flood-head", "broken", True),
    ]
    for path, outcome, connected in cases:
        total_ms = 1000 if outcome == "timed-out" else 15000
        header, body, seconds = fetch.ask(HERE + path, total_ms=total_ms)
        ok(header.get("outcome") == outcome and header["status"] == 0 and body == b"" and
           header["why"] != "" and header["connected"] == connected, path, header)
        limit = 1 + SLACK if outcome == "timed-out" else SLACK
        ok(seconds < limit, f"{path}: in time", seconds)
    before = len(seen)
    header, _, _ = fetch.ask(HERE + "/redirect")
    ok(header["status"] == 302 and len(seen) == before + 1, "a redirect is not followed", header)
    header, _, _ = fetch.ask(HERE + "/ok", max_body=5)
    ok(header["outcome"] == "answered", "as large as is allowed", header)
    header, _, _ = fetch.ask(HERE + "/ok", max_body=4)
    ok(header["outcome"] == "too-large", "a byte too large", header)
    header, _, _ = fetch.ask(HERE + "/no-length", max_body=4)
    ok(header["outcome"] == "too-large", "a byte too large, of unknown length", header)


def test_unreachable(fetch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        header, _, _ = fetch.ask(f"http://127.0.0.1:{closed.getsockname()[1]}/")
    ok(header["outcome"] == "not-connected" and not header["connected"], "refused", header)
    header, _, _ = fetch.ask("http://no-such-name.invalid/")
    ok(header["outcome"] in ("not-resolved", "timed-out"), "no such name", header)
    full = socket.socket()  # accepts nothing, and its queue is full: the SYN is not answered
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    fillers = [socket.socket() for _ in range(4)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex(full.getsockname())
    header, _, seconds = fetch.ask(f"http://127.0.0.1:{full.getsockname()[1]}/", connect_ms=300,
                                   total_ms=20000)
    ok(header["outcome"] in ("timed-out", "not-connected") and not header["connected"],
       "no connection", header)
    ok(seconds < 0.3 + SLACK, "in time", seconds)
    for url in ("file:///etc/passwd", "ftp://127.0.0.1/", "http://user:pw@127.0.0.1/", "http://"):
        header, body, _ = fetch.ask(url)
        ok(header["outcome"] == "broken" and body == b"", url.split(":")[0] + ": refused", header)
    header, _, _ = fetch.ask(f"https://127.0.0.1:{PORT}/", total_ms=1000)
    ok(header["outcome"] in ("tls-failed", "broken", "timed-out"), "no TLS there", header)


def make_certificate(folder):
    key, cert = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert, "-days",
                    "1", "-subj", "/CN=test", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, capture_output=True)
    return key, cert


def test_tls():
    with tempfile.TemporaryDirectory() as folder:
        key, cert = make_certificate(folder)
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(cert, key)

        def serve(conn):
            try:
                serve_connection(server.wrap_socket(conn, server_side=True))
            except OSError:
                conn.close()

        port = listen(serve)
        fetch = Fetch()
        cases = [("localhost", cert, "answered"), ("127.0.0.1", cert, "tls-failed"),
                 ("localhost", None, "tls-failed"), ("localhost", folder + "/no", "tls-failed"),
                 ("localhost", "/etc/passwd", "tls-failed"), ("localhost", folder, "tls-failed")]
        for host, ca_file, outcome in cases:
            header, _, _ = fetch.ask(f"https://{host}:{port}/ok", ca_file=ca_file)
            ok(header["outcome"] == outcome, f"{host}, {ca_file and os.path.basename(ca_file)}: "
               f"{outcome}", header)
        os.remove(key)
        subprocess.run(["openssl", "rehash", folder], check=True, capture_output=True)
        header, _, _ = fetch.ask(f"https://localhost:{port}/ok", ca_file=folder)
        ok(header["outcome"] == "answered", "a directory of CA files", header)
        fetch.end()


def test_proxy():
    def proxy(conn):
        proxied.append(read_request(conn)[0].split("\r\n")[0])
        answer(conn, b"proxied")
        conn.close()

    proxied = []
    address = f"http://127.0.0.1:{listen(proxy)}"
    for name in ("http_proxy", "all_proxy", "ALL_PROXY"):
        fetch = Fetch({name: address})
        _, body, _ = fetch.ask(HERE + "/ok", direct=False)
        ok(body == b"proxied" and proxied[-1] == f"GET {HERE}/ok HTTP/1.1", name, body)
        _, body, _ = fetch.ask(HERE + "/ok", direct=True)
        ok(body == b"hello", name + ": directly", body)
        fetch.end()
    fetch = Fetch({"http_proxy": address, "no_proxy": "127.0.0.1"})
    _, body, _ = fetch.ask(HERE + "/ok", direct=False)
    ok(body == b"hello", "no_proxy", body)
    fetch.end()
    for bad in ("foo://u:secret@127.0.0.1:9", "http://u:secret@127.0.0.1:99999", "http://u:secret"):
        fetch = Fetch({"http_proxy": bad})
        header, _, _ = fetch.ask(HERE + "/ok", direct=False)
        ok(header["outcome"].startswith("not-") and "no URL of a proxy" in header["why"] and
           "secret" not in header["why"], f"a proxy that is none: {bad}", header)
        fetch.end()


def test_end():
    fetch = Fetch()
    fetch.ask(HERE + "/ok")
    ok(fetch.end() == 0, "its input ends, and so does it")
    fetch = Fetch()
    fetch.send(message(HERE + "/hang", total_ms=30000))
    time.sleep(0.3)
    start = time.monotonic()
    ok(fetch.end() == 0 and time.monotonic() - start < SLACK, "also during an exchange")
    for text, why in ((b"hi\n", "what came is no message"),
                      (b'{"rdspass":"0.0.1","type":"exchange"}\n', "of version 0.0.1"),
                      (message(HERE + "/ok", insecure=True), "no HTTP request"),
                      (message(HERE + "/ok", method="TRACE"), "method"),
                      (message(HERE + "/ok") + b"x", "something follows")):
        fetch = Fetch()
        fetch.send(text)
        header, _ = fetch.receive()
        ok(header["type"] == "refusal" and why in header["why"] and fetch.end() == 1, why, header)
    alone = subprocess.run([FETCH], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                           check=False)
    ok(alone.returncode == 2 and alone.stdout == "" and "a helper of rdspass" in alone.stderr and
       alone.stderr.count("\n") == 1, "run by hand", alone)


def test_confinement():
    fetch = Fetch()
    fetch.ask(HERE + "/ok")
    with open(f"/proc/{fetch.process.pid}/status", encoding="ascii") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file)
    ok(status["NoNewPrivs"] == "1", "no new privileges", status["NoNewPrivs"])
    ok(status["Name"] == "rdspass-fetch", "its name", status["Name"])
    if os.getuid() == 0:  # not dumpable: /proc/PID belongs to root, and only root looks inside
        with open(f"/proc/{fetch.process.pid}/limits", encoding="ascii") as file:
            core = next(line for line in file if line.startswith("Max core"))
        ok(core.split()[4] == "0", "no core dump", core)
    else:
        ok(os.stat(f"/proc/{fetch.process.pid}/status").st_uid == 0, "not dumpable")
    fetch.end()


signal.alarm(300)
one = Fetch()
test_answers(one)
test_refusals(one)
test_requests(one)
test_faults(one)
test_unreachable(one)
ok(one.end() == 0, "one process did it all")
test_tls()
test_proxy()
test_end()
test_confinement()
print(f"1..{count}")
sys.exit(1 if failures else 0)
